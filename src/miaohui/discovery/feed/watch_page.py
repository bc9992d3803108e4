"""One clip at an address of its own, to be shared; For You goes on behind it."""

from collections.abc import Sequence
from typing import Any

import msgspec
import segno
from litestar import MediaType, Request, Response, get

from miaohui.commerce.storefront.answers import GoodsCard
from miaohui.discovery.feed.answers import FeedAuthor, FeedCounts, FeedMedia
from miaohui.discovery.feed.showing import describe_author, describe_counts, describe_media
from miaohui.discovery.feed.stages.cards import Card, read_cards
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Viewer, page
from miaohui.kit.ids import format_id, parse_id
from miaohui.media.videos.access import access_video
from miaohui.people.graph.queries import is_following
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


class WatchedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A feed item that no feed has served: without a reason, and with nothing to answer for."""

    id: str
    title: str
    author: FeedAuthor
    media: FeedMedia
    topics: tuple[str, ...]
    counts: FeedCounts
    liked: bool
    favourited: bool
    products: tuple[GoodsCard, ...]
    published_at: str
    kind: str = "video"
    reason: None = None
    impression: str = ""


class WatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the player begins with; an empty cursor lets For You follow."""

    items: tuple[WatchedItem, ...]
    cursor: str = ""


@get("/v/{video_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def watch_page(
    request: AnyRequest, video_id: str, viewer: Viewer, db: Database, settings: Settings
) -> Response[bytes]:
    """Answer with one clip, and with what other sites show when its address is pasted there."""

    def read(tx: Tx) -> WatchedItem:
        found = access_video(tx, video_id=parse_id(video_id), viewer_id=viewer.person_id)
        card = read_cards(tx, item_ids=[found.id], account_id=viewer.account_id).get(found.id)
        if card is None:
            raise NotFound
        followed = is_following(tx, follower_id=viewer.person_id, followee_id=card.author.id)
        return _item(card, followed=followed)

    item = await db.read(read)
    return page(
        request,
        "feed/watch.html",
        item=item,
        first_page=WatchPage(items=(item,)),
        page_url=f"{settings.base_url}/v/{item.id}",
        poster_url=f"{settings.base_url}{item.media.poster}",
        video_url=f"{settings.base_url}{item.media.mp4}",
    )


@get("/v/{video_id:str}/qr.svg", include_in_schema=False)
async def qr_code(video_id: str, viewer: Viewer, db: Database, settings: Settings) -> Response[bytes]:
    """Answer with the QR code of a clip's address."""
    found = await db.read(access_video, video_id=parse_id(video_id), viewer_id=viewer.person_id)
    code = segno.make(f"{settings.base_url}/v/{found.id}", error="m", micro=False)
    drawing = code.svg_inline(border=1, dark="#12100e", light="#fff", svgns=True, omitsize=True)
    return Response(drawing.encode(), media_type="image/svg+xml", headers=_FOR_A_DAY)


def _item(card: Card, *, followed: bool) -> WatchedItem:
    video = card.video
    return WatchedItem(
        id=format_id(video.id),
        title=video.caption,
        author=describe_author(card, followed=followed),
        media=describe_media(card),
        topics=video.topics,
        counts=describe_counts(card),
        liked=card.own.liked,
        favourited=card.own.favourited,
        products=card.products,
        published_at=video.published_at.isoformat(),
    )


route_handlers: Sequence[Any] = (watch_page, qr_code)
