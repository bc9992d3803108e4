"""Photos and recordings on their way into a message."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from litestar import Request, get, post

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, new_id, parse_id
from miaohui.kit.media_server import BlobAnswer
from miaohui.kit.pictures import MOST_PICTURE_BYTES, store_picture
from miaohui.kit.rate_limits import RateLimits
from miaohui.talk.messaging.access import access_attachment
from miaohui.talk.messaging.actions.keep_attachment import keep_photo, keep_recording
from miaohui.talk.messaging.answers import (
    AttachmentAnswer,
    describe_file,
)
from miaohui.talk.messaging.attachments import MOST_RECORDING_BYTES, Attachment, check_recording, folder_of

_TAG = ["messages"]
FILES_AN_HOUR = 200
FileKind = Literal["photo", "voice", "video"]


@post("/api/v1/attachments", request_max_body_size=MOST_RECORDING_BYTES, tags=_TAG)
async def attach(
    *,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
    kind: FileKind = "photo",
) -> AttachmentAnswer:
    """Upload the photo, voice note or clip in the body, to send it in a message within a day.

    A photo is ready at once and holds nothing but its pixels; the others are prepared meanwhile.
    """
    limiter.check("messages.attach", member.account_id, FILES_AN_HOUR, 3600)
    attachment_id, content = new_id(), await request.body()
    folder, owner = folder_of(attachment_id), {"attachment_id": attachment_id, "owner_id": member.account_id}
    if kind == "photo":
        stored = await asyncio.to_thread(
            partial(store_picture, blobs, folder=folder, picture=content[: MOST_PICTURE_BYTES + 1], name="photo")
        )
        kept: Attachment = await db.write(keep_photo, **owner, key=folder, width=stored.width, height=stored.height)
    else:
        check_recording(content)
        await asyncio.to_thread(blobs.put, f"{folder}/raw", content)
        kept = await db.write(keep_recording, **owner, kind=kind, key=folder)
    return describe_file(kept)


@get("/api/v1/attachments/{attachment_id:str}", tags=_TAG)
async def show_attachment(*, attachment_id: Id, member: Member, db: Database) -> AttachmentAnswer:
    """Show what has become of a file that is ready."""
    found = await db.read(access_attachment, attachment_id=parse_id(attachment_id), person_id=member.account_id)
    return describe_file(found)


@get("/api/v1/attachments/{attachment_id:str}/file", media_type="*/*", tags=_TAG)
async def show_file(
    *,
    attachment_id: Id,
    member: Member,
    db: Database,
    blobs: Blobs,
    size: Literal["240", "720", "1440"] | None = None,
) -> BlobAnswer:
    """Return a file to who may read its message; size: the width of its picture."""
    found = await db.read(access_attachment, attachment_id=parse_id(attachment_id), person_id=member.account_id)
    key = found.file_key(None if size is None else int(size))
    return BlobAnswer(blobs, key, cache_control="private, no-cache")


route_handlers: Sequence[Any] = (attach, show_attachment, show_file)
