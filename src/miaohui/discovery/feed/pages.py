"""The pages of the feed: For You, Following, and what the feed believes."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.discovery.feed.answers import FeedPage
from miaohui.discovery.feed.cursors import ForYouCursor
from miaohui.discovery.feed.interests import read_interests
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.routes import asker_of
from miaohui.discovery.feed.serve import serve_following, serve_for_you
from miaohui.kit.http import page
from miaohui.kit.http.viewer import Viewer

AnyRequest = Request[Any, Any, Any]

_FIRST_PAGE = 3
"""The clip on stage and the two that are fetched ahead of it; the rest comes when it is known how they were liked."""


@get("/", media_type=MediaType.HTML, include_in_schema=False)
async def for_you_page(request: AnyRequest, viewer: Viewer, feed: LiveFeed) -> Response[bytes]:
    """Answer with For You and its first clips."""
    found = await serve_for_you(feed, asker=asker_of(request, viewer), limit=_FIRST_PAGE, cursor=ForYouCursor())
    return _feed_page(request, "feed/for_you.html", found)


@get("/following", media_type=MediaType.HTML, include_in_schema=False)
async def following_page(request: AnyRequest, viewer: Viewer, feed: LiveFeed) -> Response[bytes]:
    """Answer with Following and its first clips."""
    found = await serve_following(feed, asker=asker_of(request, viewer), limit=_FIRST_PAGE, cursor=None)
    return _feed_page(request, "feed/following.html", found)


@get("/settings/interests", media_type=MediaType.HTML, include_in_schema=False)
async def interests_page(request: AnyRequest, viewer: Viewer, feed: LiveFeed) -> Response[bytes]:
    """Answer with what the feed believes of the person, and the switches for it."""
    believed = await read_interests(feed, person_id=viewer.person_id)
    return page(request, "feed/interests.html", personalised=believed.personalised, interests=believed.interests)


def _feed_page(request: AnyRequest, template: str, found: FeedPage) -> Response[bytes]:
    return page(request, template, items=found.items, first_page=found)


route_handlers: Sequence[Any] = (for_you_page, following_page, interests_page)
