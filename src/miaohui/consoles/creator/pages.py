"""The pages of who brings clips: bring one, my own, and a person's stall."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from miaohui.commerce.merchants.answers import ShopOfMine, read_shops_of_mine
from miaohui.consoles.creator.shelf import Shelf, liked_shelf, own_shelf, published_shelf
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page, viewer_of
from miaohui.media.profiles.profile import Profile, read_profile
from miaohui.media.videos.captions import MAX_CAPTION
from miaohui.media.videos.queries import newest_videos
from miaohui.people.accounts.queries import roles_of
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
After = Annotated[str | None, Parameter(max_length=60)]
_HINTS = 10
_HINTS_FROM = 60
"""Newest clips whose hashtags are offered: about what a town brings in a day."""


@get("/upload", media_type=MediaType.HTML, include_in_schema=False)
async def upload_page(request: AnyRequest, member: Member, db: Database, settings: Settings) -> Response[bytes]:
    """Answer with the page on which a clip is chosen or recorded, cut and published."""
    return page(
        request,
        "creator/upload.html",
        max_bytes=settings.upload_max_bytes,
        max_seconds=settings.video_max_s,
        caption_max=MAX_CAPTION,
        hints=await db.read(_topics_just_now),
    )


@get("/me", media_type=MediaType.HTML, include_in_schema=False)
async def my_page(request: AnyRequest, member: Member, db: Database, after: After = None) -> Response[bytes]:
    """Answer with the person's own clips, whatever became of them."""

    def read(tx: Tx) -> tuple[Profile, Shelf, list[ShopOfMine], bool]:
        me = member.account_id
        person = read_profile(tx, handle=member.session.handle, viewer_id=me, account_id=me)
        is_operator = "operator" in roles_of(tx, me)
        return (
            person,
            own_shelf(tx, person_id=me, after=after),
            read_shops_of_mine(tx, account_id=me).items,
            is_operator,
        )

    person, shelf, shops, is_operator = await db.read(read)
    following = None if shelf.after is None else f"/me?after={shelf.after}"
    return page(
        request,
        "creator/me.html",
        person=person,
        videos=shelf.tiles,
        shops=shops,
        is_operator=is_operator,
        next=following,
    )


@get("/{path:path}", media_type=MediaType.HTML, include_in_schema=False)
async def profile_page(
    *, request: AnyRequest, path: str, db: Database, tab: str = "videos", after: After = None
) -> Response[Any]:
    """Answer with a person's stall at `/@handle`; what they like is for their own eyes.

    The router knows no parameter behind a sign, so this takes every address that no other page has taken.
    """
    name = path.lstrip("/")
    if not name.startswith("@"):
        raise NotFound
    # Not injected: addresses without a viewer, such as /static/, end up here as well.
    viewer = viewer_of(request)

    def read(tx: Tx) -> tuple[Profile, Shelf]:
        person = read_profile(tx, handle=name, viewer_id=viewer.person_id, account_id=viewer.account_id)
        if person.relationship is not None and person.relationship.blocked:
            return person, Shelf(tiles=(), after=None)
        if tab == "likes" and person.is_me:
            return person, liked_shelf(tx, person_id=int(person.id), after=after)
        return person, published_shelf(tx, author_id=int(person.id), after=after)

    person, shelf = await db.read(read)
    home = f"/@{person.handle}"
    if name != home[1:]:
        return Redirect(home, status_code=302)
    shown = "likes" if tab == "likes" and person.is_me else "videos"
    following = None if shelf.after is None else f"{home}?tab={shown}&after={shelf.after}"
    return page(request, "creator/profile.html", person=person, videos=shelf.tiles, next=following, tab=shown)


def _topics_just_now(tx: Tx) -> list[str]:
    """The hashtags of the newest clips, the most frequent first."""
    counts: dict[str, int] = {}
    for card in newest_videos(tx, after=None, limit=_HINTS_FROM):
        for topic in card.topics:
            counts[topic] = counts.get(topic, 0) + 1
    return sorted(counts, key=lambda topic: (-counts[topic], topic))[:_HINTS]


route_handlers: Sequence[Any] = (upload_page, my_page, profile_page)
