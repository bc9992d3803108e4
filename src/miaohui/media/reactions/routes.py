"""The JSON API of the reactions: translate, make one domain call, translate back."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import delete, get, post, put

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.media.reactions.access import access_reactions
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.actions.unfavourite_video import unfavourite_video
from miaohui.media.reactions.actions.unlike_video import unlike_video
from miaohui.media.reactions.queries import ReactionCounts, VideoReactions
from miaohui.settings import Settings

_TAG = ["reactions"]
_REACTIONS_A_MINUTE = 120
"""Two a second: somebody who taps back and forth for fun, and no more."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The address to hand on; it says nothing of who shared it. counts: with this share among them."""

    url: str
    counts: ReactionCounts


@get("/api/v1/videos/{video_id:str}/reactions", tags=_TAG)
async def reactions(*, video_id: Id, viewer: Viewer, db: Database) -> VideoReactions:
    """Return a video's counters, and what the asking person did to it."""
    return await db.read(access_reactions, video_id=parse_id(video_id), viewer_id=viewer.person_id)


@put("/api/v1/videos/{video_id:str}/like", tags=_TAG)
async def like(*, video_id: Id, member: Member, db: Database, limiter: RateLimits) -> VideoReactions:
    """Like a video."""
    _count(limiter, member)
    return await db.write(like_video, video_id=parse_id(video_id), account_id=member.account_id)


@delete("/api/v1/videos/{video_id:str}/like", status_code=200, tags=_TAG)
async def unlike(*, video_id: Id, member: Member, db: Database, limiter: RateLimits) -> VideoReactions:
    """Take a like back."""
    _count(limiter, member)
    return await db.write(unlike_video, video_id=parse_id(video_id), account_id=member.account_id)


@put("/api/v1/videos/{video_id:str}/favourite", tags=_TAG)
async def favourite(*, video_id: Id, member: Member, db: Database, limiter: RateLimits) -> VideoReactions:
    """Keep a video among one's favourites."""
    _count(limiter, member)
    return await db.write(favourite_video, video_id=parse_id(video_id), account_id=member.account_id)


@delete("/api/v1/videos/{video_id:str}/favourite", status_code=200, tags=_TAG)
async def unfavourite(*, video_id: Id, member: Member, db: Database, limiter: RateLimits) -> VideoReactions:
    """Keep a video no more."""
    _count(limiter, member)
    return await db.write(unfavourite_video, video_id=parse_id(video_id), account_id=member.account_id)


@post("/api/v1/videos/{video_id:str}/share", status_code=200, tags=_TAG)
async def share(*, video_id: Id, member: Member, db: Database, limiter: RateLimits, settings: Settings) -> Share:
    """Get a video's address to hand on, and be counted, once, among those who shared it."""
    _count(limiter, member)
    done = await db.write(share_video, video_id=parse_id(video_id), account_id=member.account_id)
    return Share(url=f"{settings.base_url}/v/{video_id}", counts=done.counts)


def _count(limiter: RateLimits, member: Member) -> None:
    limiter.check("reactions", member.account_id, _REACTIONS_A_MINUTE, 60)


route_handlers: Sequence[Any] = (reactions, like, unlike, favourite, unfavourite, share)
