"""The tus endpoint: POST to begin, HEAD to ask how far, PATCH to go on, DELETE to give up.

docs/uploads.md describes it for clients.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, head, patch, post, route
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, MediaType
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import HeaderParameter
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import InvalidInput
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import parse_id
from miaohui.media.uploads import tus
from miaohui.media.uploads.access import access_upload
from miaohui.media.uploads.actions.create_upload import create_upload
from miaohui.media.uploads.actions.give_up_upload import give_up_upload
from miaohui.media.uploads.files import UploadFiles
from miaohui.media.uploads.queries import Upload
from miaohui.media.uploads.receiving import Receiver
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
_RECEIVER = Receiver()
"""One for this process, because it is about the connections of this process."""

Version = Annotated[str | None, HeaderParameter(name="Tus-Resumable", description="Always 1.0.0")]
Offset = Annotated[str | None, HeaderParameter(name="Upload-Offset", description="Where these bytes begin")]
Length = Annotated[str | None, HeaderParameter(name="Upload-Length", description="Size of the whole file in bytes")]
Metadata = Annotated[
    str | None, HeaderParameter(name="Upload-Metadata", description="Pairs `key base64`; `filename` is understood")
]
ChecksumHeader = Annotated[
    str | None, HeaderParameter(name="Upload-Checksum", description="`sha1` or `sha256`, and the digest in base64")
]


class TusHeaders:
    """Puts the protocol's version on every answer of the endpoint, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["Tus-Resumable"] = tus.VERSION
                headers["Cache-Control"] = "no-store"
                if message["status"] == tus.UnsupportedVersion.status:
                    headers["Tus-Version"] = tus.VERSION
            await send(message)

        await self._app(scope, receive, send_with_version)


@dataclass
class AnswersWithoutBody(Operation):
    """Describes answers that consist of headers."""

    def __post_init__(self) -> None:
        for status, response in (self.responses or {}).items():
            if status.startswith("2") and isinstance(response, OpenAPIResponse):
                response.content = None


@dataclass
class TakesBytes(AnswersWithoutBody):
    """Describes the body, which the handler reads from the connection as it arrives."""

    def __post_init__(self) -> None:
        super().__post_init__()
        binary = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, content_media_type=tus.CHUNK_TYPE))
        self.request_body = RequestBody(content={tus.CHUNK_TYPE: binary}, required=False)


class UploadRoutes(Controller):
    """Resumable uploads (tus 1.0.0)."""

    path = "/api/v1/uploads"
    tags = ("uploads",)
    middleware = (TusHeaders,)

    # First by its name, because a path's OPTIONS belong to whoever is registered first, in alphabetical order.
    @route(
        ["/", "/{upload_id:str}"], http_method=[HttpMethod.OPTIONS], status_code=204, operation_class=AnswersWithoutBody
    )
    async def advertise(self, settings: Settings) -> Response[None]:
        """Tell what the server can do."""
        headers = {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(settings.upload_max_bytes),
            "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUM_ALGORITHMS),
        }
        return Response(None, status_code=204, headers=headers)

    @post("/", status_code=201, media_type=MediaType.TEXT, request_max_body_size=None, operation_class=TakesBytes)
    async def begin(
        self,
        *,
        request: AnyRequest,
        member: Member,
        db: Database,
        blobs: Blobs,
        settings: Settings,
        version: Version = None,
        upload_length: Length = None,
        upload_metadata: Metadata = None,
        checksum: ChecksumHeader = None,
    ) -> Response[None]:
        """Promise room for a file; its address is in Location. A body is taken as the first bytes."""
        tus.check_version(version)
        if "upload-defer-length" in request.headers:
            raise InvalidInput("The size of the file must be known at the beginning.")
        announced = upload_metadata or ""
        metadata = tus.parse_metadata(announced)
        promised = tus.parse_checksum(checksum)
        upload = await db.write(
            create_upload,
            owner_id=member.account_id,
            size_bytes=tus.parse_size(upload_length, header="Upload-Length"),
            announced=announced,
            filename=metadata.get("filename", ""),
            max_bytes=settings.upload_max_bytes,
        )
        if _content_type(request) == tus.CHUNK_TYPE:
            upload = await _RECEIVER.receive(
                db=db,
                files=UploadFiles(settings=settings, blobs=blobs),
                upload=upload,
                offset_bytes=0,
                content_length=_content_length(request),
                checksum=promised,
                body=request.receive,
            )
        location = {"Location": f"{self.path}/{upload.id}"}
        return Response(None, status_code=201, headers={**location, **_position(upload)})

    @head("/{upload_id:str}", media_type=MediaType.TEXT, operation_class=AnswersWithoutBody)
    async def ask(self, upload_id: str, member: Member, db: Database, version: Version = None) -> Response[None]:
        """Tell how many bytes are safe; the client goes on from there."""
        tus.check_version(version)
        upload = await db.read(access_upload, parse_id(upload_id), owner_id=member.account_id)
        headers = {"Upload-Length": str(upload.size_bytes), **_position(upload)}
        if upload.announced:
            headers["Upload-Metadata"] = upload.announced
        return Response(None, headers=headers)

    @patch("/{upload_id:str}", status_code=204, request_max_body_size=None, operation_class=TakesBytes)
    async def go_on(
        self,
        *,
        request: AnyRequest,
        upload_id: str,
        member: Member,
        db: Database,
        blobs: Blobs,
        settings: Settings,
        version: Version = None,
        upload_offset: Offset = None,
        checksum: ChecksumHeader = None,
    ) -> Response[None]:
        """Append bytes. What has arrived stays, also when the connection breaks off."""
        tus.check_version(version)
        if _content_type(request) != tus.CHUNK_TYPE:
            raise tus.WrongChunkType
        offset_bytes = tus.parse_size(upload_offset, header="Upload-Offset")
        promised = tus.parse_checksum(checksum)
        found = await db.read(access_upload, parse_id(upload_id), owner_id=member.account_id)
        upload = await _RECEIVER.receive(
            db=db,
            files=UploadFiles(settings=settings, blobs=blobs),
            upload=found,
            offset_bytes=offset_bytes,
            content_length=_content_length(request),
            checksum=promised,
            body=request.receive,
        )
        return Response(None, status_code=204, headers=_position(upload))

    @delete("/{upload_id:str}", status_code=204)
    async def give_up(self, upload_id: str, member: Member, db: Database, version: Version = None) -> None:
        """Give an upload up; its bytes are removed. What has been published cannot be given up here."""
        tus.check_version(version)
        await db.write(give_up_upload, upload_id=parse_id(upload_id), owner_id=member.account_id)


def _position(upload: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.offset_bytes)}
    if upload.expires_at is not None:
        headers["Upload-Expires"] = tus.http_date(upload.expires_at)
    return headers


def _content_type(request: AnyRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _content_length(request: AnyRequest) -> int | None:
    value = request.headers.get("content-length")
    return None if value is None else tus.parse_size(value, header="Content-Length")


route_handlers = [UploadRoutes]
