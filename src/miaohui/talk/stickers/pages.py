"""The page of stickers, and the drawings of the packs that come with us."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page
from miaohui.talk.stickers.answers import read_packs, read_picker, read_reported
from miaohui.talk.stickers.packs import artwork

AnyRequest = Request[Any, Any, Any]
_REPORTED = 20
_FOR_EVER = "public, max-age=31536000, immutable"


@get("/stickers", media_type=MediaType.HTML, include_in_schema=False)
async def stickers_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with one's own stickers, those one keeps, and all packs; to operators, with what was reported."""

    def read(tx: Tx) -> dict[str, Any]:
        me, locale = member.account_id, member.locale
        operates = "operator" in member.session.roles
        return {
            "picker": read_picker(tx, account_id=me, locale=locale),
            "packs": read_packs(tx, account_id=me, locale=locale),
            "reported": read_reported(tx, by_id=me, locale=locale, limit=_REPORTED) if operates else None,
        }

    return page(request, "stickers/mine.html", **await db.read(read))


@get("/stickers/art/{name:str}", include_in_schema=False, sync_to_thread=True)
def drawing(*, name: str) -> Response[bytes]:
    """Answer with the drawing of a sticker that comes with us; its name never changes its content."""
    content = artwork(name.removesuffix(".svg")) if name.endswith(".svg") else None
    if content is None:
        raise NotFound
    headers = {
        "Cache-Control": _FOR_EVER,
        # Opened by itself it is a document of ours: nothing in it may run.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(content, media_type="image/svg+xml", headers=headers)


route_handlers: Sequence[Any] = (stickers_page, drawing)
