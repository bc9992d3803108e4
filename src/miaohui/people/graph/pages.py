"""The pages of friends: who they are, and how one finds more."""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import segno
from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member, page
from miaohui.kit.paging import Position
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.graph import queries
from miaohui.people.graph.answers import read_matching, read_people
from miaohui.people.graph.queries import Tie
from miaohui.people.graph.routes import SEARCHES_A_MINUTE
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
After = Annotated[str | None, Parameter(max_length=100)]
_ON_A_PAGE = 40
_FOUND_AT_MOST = 20
_LISTS: Mapping[str, Callable[..., list[Tie]]] = {
    "friends": queries.friends_of,
    "following": queries.following_of,
    "followers": queries.followers_of,
    "blocked": queries.blocked_by,
    "muted": queries.muted_people,
}
_OF_ANYBODY = frozenset({"following", "followers"})


@get("/friends", media_type=MediaType.HTML, include_in_schema=False)
async def friends_page(
    request: AnyRequest, member: Member, db: Database, tab: str = "friends", after: After = None
) -> Response[bytes]:
    """Answer with one's friends, or with one of the other lists of people one has."""
    shown = tab if tab in _LISTS else "friends"
    mine = {"person_id": member.account_id}
    of = {**mine, "viewer_id": member.account_id} if shown in _OF_ANYBODY else mine

    def ties(tx: Tx, position: Position | None, limit: int) -> list[Tie]:
        return _LISTS[shown](tx, **of, after=position, limit=limit)

    read = partial(read_people, ties=ties, viewer_id=member.account_id, account_id=member.account_id)
    found = await db.read(read, cursor=after, limit=_ON_A_PAGE)
    following = None if found.cursor is None else f"/friends?tab={shown}&after={found.cursor}"
    return page(request, "graph/friends.html", tab=shown, people=found.items, next=following)


@get("/friends/add", media_type=MediaType.HTML, include_in_schema=False)
async def add_friend_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    limiter: RateLimits,
    settings: Settings,
    q: Annotated[str, Parameter(max_length=100)] = "",
) -> Response[bytes]:
    """Answer with the ways to find somebody: their name, their handle, their QR code, and one's own."""
    asked = q.strip()[:48]
    found = None
    if asked:
        limiter.check("people.search", member.account_id, SEARCHES_A_MINUTE, 60)
        found = (await db.read(read_matching, viewer_id=member.account_id, text=asked, limit=_FOUND_AT_MOST)).items
    return page(
        request, "graph/add_friend.html", asked=asked, people=found, my_url=_address(settings, member.session.handle)
    )


@get("/friends/qr.svg", include_in_schema=False)
async def my_qr_code(member: Member, settings: Settings) -> Response[bytes]:
    """Answer with the QR code of one's own page."""
    code = segno.make(_address(settings, member.session.handle), error="m", micro=False)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=1, dark="#12100e", light="#fff", omitsize=True)
    return Response(
        drawing.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"}
    )


def _address(settings: Settings, handle: str) -> str:
    return f"{settings.base_url}/@{handle}"


route_handlers: Sequence[Any] = (friends_page, add_friend_page, my_qr_code)
