"""The JSON API of the feed. `feed` is the process's LiveFeed, from app.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, get, post, put
from litestar.params import Body, Parameter

from miaohui.discovery.feed.actions.choose_learning import choose_learning
from miaohui.discovery.feed.actions.record_signals import Watched, record_signals
from miaohui.discovery.feed.actions.reset_interests import reset_interests
from miaohui.discovery.feed.answers import (
    FeedPage,
    Interests,
    LearningChoice,
    MallGoods,
    MallPage,
    RejectedSignal,
    SignalReport,
    SignalsTaken,
    WhyAnswer,
)
from miaohui.discovery.feed.cursors import FollowingCursor, ForYouCursor, MallCursor, read_cursor
from miaohui.discovery.feed.explain import explain_item
from miaohui.discovery.feed.interests import read_interests
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.mall import read_mall_goods, serve_mall
from miaohui.discovery.feed.serve import Asker, serve_following, serve_for_you
from miaohui.kit.clock import from_ms
from miaohui.kit.http.viewer import Viewer
from miaohui.kit.ids import MAX_ID, Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.payments.services import Payments
from miaohui.money.payments.visits import visit_of

AnyRequest = Request[Any, Any, Any]

Limit = Annotated[int, Parameter(ge=1, le=20, description="items at most")]
Cursor = Annotated[str | None, Parameter(max_length=2000, description="from the page before")]
Reports = Annotated[list[SignalReport], Body(max_items=100)]

_OF_GOODS_ONLY = frozenset({"open_product", "add_to_cart"})
_OF_BOTH = frozenset({"impression", "not_interested", "fewer_like_this"})

_REPORTS_A_MINUTE = 240
"""A player reports every 5 s and before each page; ten times that is no player."""
_REPORTS_A_MINUTE_AN_ADDRESS = 2400
"""People without an account are counted by address, behind which a whole school may sit."""


@get("/api/v1/feed/for-you", tags=["feed"])
async def for_you(
    *,
    request: AnyRequest,
    viewer: Viewer,
    feed: LiveFeed,
    limit: Limit = 10,
    cursor: Cursor = None,
    personal: Annotated[bool, Parameter(description="false: only what is popular and new, this once")] = True,
) -> FeedPage:
    """Answer with the next clips for this person.

    The cursor carries what this session has served, so that no page repeats another even before its signals have
    arrived. When a person has met every clip, those met longest ago come again.
    """
    place = ForYouCursor() if cursor is None else read_cursor(cursor, ForYouCursor, feed.signer)
    return await serve_for_you(feed, asker=asker_of(request, viewer), limit=limit, cursor=place, personal=personal)


@get("/api/v1/feed/following", tags=["feed"])
async def following(
    *, request: AnyRequest, viewer: Viewer, feed: LiveFeed, limit: Limit = 10, cursor: Cursor = None
) -> FeedPage:
    """Answer with what the people whom this person follows have published, newest first."""
    place = None if cursor is None else read_cursor(cursor, FollowingCursor, feed.signer)
    return await serve_following(feed, asker=asker_of(request, viewer), limit=limit, cursor=place)


@get("/api/v1/mall", tags=["feed"])
async def mall(
    *,
    request: AnyRequest,
    viewer: Viewer,
    feed: LiveFeed,
    limit: Limit = 20,
    cursor: Annotated[str | None, Parameter(max_length=5000, description="from the page before")] = None,
    personal: Annotated[bool, Parameter(description="false: only what is popular and new, this once")] = True,
) -> MallPage:
    """Answer with goods for this person, chosen by the clips and goods that they linger on.

    Until they have lingered on three, and while they do not want to be learned from, the page is of what is popular
    and new, and says so. The cursor carries what this session has served, so that no page repeats another.
    """
    place = MallCursor() if cursor is None else read_cursor(cursor, MallCursor, feed.signer)
    return await serve_mall(feed, asker=asker_of(request, viewer), limit=limit, cursor=place, personal=personal)


@get("/api/v1/mall/{product_id:str}", tags=["feed"])
async def mall_goods(*, request: AnyRequest, product_id: Id, feed: LiveFeed, payments: Payments) -> MallGoods:
    """Answer with goods as a sheet shows them: all about them, what is left of each variant, and the ways to pay."""
    offered = payments.offers(visit_of(request)).here
    return await feed.db.read(read_mall_goods, product_id=parse_id(product_id), providers=offered)


@get("/api/v1/feed/why/{item_id:str}", tags=["feed"])
async def why(*, request: AnyRequest, item_id: Id, viewer: Viewer, feed: LiveFeed) -> WhyAnswer:
    """Answer why a clip, or goods, are on this person's page: in words, as it was logged, and what its score consists of now."""
    return await explain_item(feed, asker=asker_of(request, viewer), item_id=parse_id(item_id))


@post("/api/v1/signals", status_code=202, tags=["feed"])
async def report_signals(
    *, request: AnyRequest, data: Reports, viewer: Viewer, feed: LiveFeed, limiter: RateLimits
) -> SignalsTaken:
    """Take what a player reports: at most 100 signals, durable and learned from before the answer.

    A report about a clip or goods that are not there is rejected alone; so is one that says of goods what only a clip
    can be (watched), or the other way round. One whose client_id this person has used before is a
    duplicate and changes nothing.
    """
    _check_rate(request, viewer, limiter)
    if not all(_is_about_something(report, feed) for report in data):
        # Perhaps it was published a moment ago, in another process.
        await feed.catch_up()
    rejected = tuple(
        RejectedSignal(index=index, item_id=report.item_id, code="unknown_item")
        for index, report in enumerate(data)
        if not _is_about_something(report, feed)
    )
    watched = [_watched(report) for report in data if _is_about_something(report, feed)]
    rows = await feed.db.write(record_signals, person_id=viewer.person_id, watched=watched) if watched else []
    await feed.fold_appended(rows)
    return SignalsTaken(accepted=len(rows), duplicates=len(watched) - len(rows), rejected=rejected)


@get("/api/v1/interests", tags=["interests"])
async def interests(*, viewer: Viewer, feed: LiveFeed) -> Interests:
    """Answer with what the feed believes of this person, strongest first."""
    return await read_interests(feed, person_id=viewer.person_id)


@post("/api/v1/interests/reset", status_code=200, tags=["interests"])
async def reset(*, viewer: Viewer, feed: LiveFeed) -> Interests:
    """Forget what was learned of this person. What they have seen or sent away stays known and does not come again."""
    await feed.fold_appended(await feed.db.write(reset_interests, person_id=viewer.person_id))
    return await read_interests(feed, person_id=viewer.person_id)


@put("/api/v1/interests/settings", tags=["interests"])
async def choose(*, data: LearningChoice, viewer: Viewer, feed: LiveFeed) -> Interests:
    """Pause or resume learning from this person. While it is paused, For You shows what is popular and new."""
    rows = await feed.db.write(choose_learning, person_id=viewer.person_id, personalised=data.personalised)
    await feed.fold_appended(rows)
    return await read_interests(feed, person_id=viewer.person_id)


def asker_of(request: AnyRequest, viewer: Viewer) -> Asker:
    """Return who asks for a page, with the words of their language."""
    renderer = request.app.state.renderer

    def translate(text: str) -> str:
        return str(renderer.gettext(viewer.locale, text))

    return Asker(person_id=viewer.person_id, account_id=viewer.account_id, locale=viewer.locale, translate=translate)


def _check_rate(request: AnyRequest, viewer: Viewer, limiter: RateLimits) -> None:
    if viewer.account_id is not None:
        limiter.check("feed.signals", viewer.account_id, _REPORTS_A_MINUTE, 60)
    else:
        address = request.client.host if request.client is not None else ""
        limiter.check("feed.signals.address", address, _REPORTS_A_MINUTE_AN_ADDRESS, 60)


def _is_about_something(report: SignalReport, feed: LiveFeed) -> bool:
    listed = feed.folded.catalogue.listed(int(report.item_id))
    if listed is None:
        return False
    return report.kind in _OF_BOTH or (report.kind in _OF_GOODS_ONLY) == (listed.kind == "goods")


def _watched(report: SignalReport) -> Watched:
    page_id, position = _card_of(report.impression)
    return Watched(
        item_id=int(report.item_id),
        kind=report.kind,
        dwell_ms=_whole(report.dwell_ms),
        duration_ms=_whole(report.duration_ms),
        at=_moment(report.at),
        client_id=report.client_id,
        page_id=page_id,
        position=position,
    )


def _card_of(impression: str | None) -> tuple[int | None, int | None]:
    if impression is None:
        return None, None
    page_id, _, position = impression.partition("-")
    # A number that no page can have is no card of ours; the act itself still counts.
    return (int(page_id), int(position)) if int(page_id) <= MAX_ID else (None, None)


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _moment(at: datetime | int | None) -> datetime | None:
    return from_ms(at) if isinstance(at, int) else at


route_handlers: Sequence[Any] = (for_you, following, mall, mall_goods, why, report_signals, interests, reset, choose)
