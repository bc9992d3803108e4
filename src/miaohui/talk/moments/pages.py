"""The pages of the friends' tab."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page
from miaohui.kit.ids import Id, parse_id
from miaohui.people.accounts.queries import find_by_handle
from miaohui.people.graph.access import access_person
from miaohui.people.graph.answers import person_of
from miaohui.talk.moments.actions.post_moment import MOST_PHOTOS
from miaohui.talk.moments.answers import (
    read_album,
    read_friends,
    read_moment,
    read_moods,
    read_settings,
    read_timeline,
)
from miaohui.talk.moments.moods import LASTING_WORDS, MOOD_ICONS, MOOD_WORDS
from miaohui.talk.moments.words import LONGEST_BODY, LONGEST_COMMENT, LONGEST_MOOD

AnyRequest = Request[Any, Any, Any]
After = Annotated[str | None, Parameter(max_length=120)]
_ON_A_PAGE = 10
_ALWAYS: Mapping[str, Any] = {
    "mood_icons": MOOD_ICONS,
    "mood_words": MOOD_WORDS,
    "lasting_words": LASTING_WORDS,
    "longest_body": LONGEST_BODY,
    "longest_comment": LONGEST_COMMENT,
    "longest_mood": LONGEST_MOOD,
    "most_photos": MOST_PHOTOS,
}


@get("/moments", media_type=MediaType.HTML, include_in_schema=False)
async def friends_tab(request: AnyRequest, member: Member, db: Database, after: After = None) -> Response[bytes]:
    """Answer with what one's friends show, how they feel, and the way to show something oneself."""
    me = member.account_id

    def read(tx: Tx) -> dict[str, Any]:
        found = read_timeline(tx, viewer_id=me, cursor=after, limit=_ON_A_PAGE)
        return {
            "moments": found.items,
            "next": None if found.cursor is None else f"/moments?after={found.cursor}",
            "moods": read_moods(tx, viewer_id=me).items,
            "friends": read_friends(tx, person_id=me),
            "window_days": read_settings(tx, person_id=me).window_days,
        }

    return page(request, "moments/tab.html", **_ALWAYS, **await db.read(read))


@get("/moments/{moment_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def moment_page(request: AnyRequest, moment_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one moment and all that common friends say to it."""
    found = await db.read(read_moment, moment_id=parse_id(moment_id), viewer_id=member.account_id)
    return page(request, "moments/one.html", moment=found, **_ALWAYS)


@get("/moments/of/{handle:str}", media_type=MediaType.HTML, include_in_schema=False)
async def album_page(
    request: AnyRequest, handle: str, member: Member, db: Database, after: After = None
) -> Response[bytes]:
    """Answer with what one person shows to the asking one."""
    me = member.account_id

    def read(tx: Tx) -> dict[str, Any]:
        profile = find_by_handle(tx, handle)
        if profile is None:
            raise NotFound
        author = person_of(access_person(tx, person_id=profile.id, viewer_id=me))
        found = read_album(tx, author_id=profile.id, viewer_id=me, cursor=after, limit=_ON_A_PAGE)
        following = None if found.cursor is None else f"/moments/of/{author.handle}?after={found.cursor}"
        return {"author": author, "is_me": profile.id == me, "moments": found.items, "next": following}

    return page(request, "moments/album.html", **_ALWAYS, **await db.read(read))


route_handlers: Sequence[Any] = (friends_tab, moment_page, album_page)
