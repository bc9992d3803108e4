"""The planting as work of the worker, while the server is answering already.

Every web process imports this file to know the kinds; what draws and plays is imported only where it runs.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from miaohui.commerce.merchants.tables import shop
from miaohui.demo.queries import Clip, Town, made_clips, resident_ids, town_of
from miaohui.discovery.feed.queries import is_listed
from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, PermanentJobFailure, job, stage_job
from miaohui.media.videos.queries import video_facts

if TYPE_CHECKING:
    from miaohui.demo.ideas import Idea

# Behind everything that people wait for; the town has time.
_PRIORITY = 200
_LOOK_AGAIN = timedelta(seconds=1)
_MARKET_AFTER = timedelta(seconds=15)
"""The first page is answered by then; the market takes a minute of one core."""


@job("demo.make_clip", priority=_PRIORITY, max_attempts=3, lease_s=60)
def make_clip_of_town(context: JobContext, *, key: str) -> None:
    """Draw and publish one clip, then see to its audience."""
    from miaohui.demo.clips import IDEAS
    from miaohui.demo.make_clip import make_clip, note_clip

    town = _town(context)
    idea = next((each for each in IDEAS if each.key == key), None)
    if idea is None:
        raise PermanentJobFailure(f"this release has no clip {key}")
    video_id = make_clip(db=context.db, blobs=context.blobs, settings=context.settings, town=town, idea=idea)

    def go_on(tx: Tx) -> None:
        note_clip(tx, key=key, video_id=video_id)
        stage_audience(tx, key=key)

    context.finish(go_on)


@job("demo.bring_audience", priority=_PRIORITY - 1, max_attempts=5)
def bring_audience_to_clip(context: JobContext, *, key: str) -> None:
    """Let the town watch one clip as soon as it is published; look again in a second when it is not."""
    from miaohui.demo.clips import IDEAS
    from miaohui.demo.make_clip import close_clip

    clip = context.db.read_sync(made_clips).get(key)
    if clip is None or clip.video_id is None or clip.watched_at is not None:
        return
    match context.db.read_sync(_stage_of, clip):
        case "waiting":
            context.finish(stage_audience, key=key, after=_LOOK_AGAIN)
        case "gone":
            context.finish(close_clip, key=key)
        case _:
            idea = next(each for each in IDEAS if each.key == key)
            context.finish(_bring_audience_and_goods, town=_town(context), idea=idea, video_id=clip.video_id)


@job("demo.draw_portrait", priority=_PRIORITY, max_attempts=3)
def draw_portrait_of_resident(context: JobContext, *, handle: str) -> None:
    """Give one of the townspeople their picture."""
    from miaohui.demo.draw_portrait import draw_portrait

    draw_portrait(db=context.db, blobs=context.blobs, handle=handle)


@job("demo.make_friends", priority=_PRIORITY, max_attempts=5)
def make_friends_of_people(context: JobContext, *, people: list[str]) -> None:
    """Let townspeople follow each other, in one transaction."""
    from miaohui.demo.settle_people import make_friends

    context.finish(make_friends, town=_town(context), people=people)


@job("demo.gather_friends", priority=_PRIORITY - 3, max_attempts=5, lease_s=120)
def gather_circle_of_friends(context: JobContext) -> None:
    """Let a circle of friends show each other moments and write to each other, in one transaction."""
    from miaohui.demo.gather_friends import draw_snapshots, gather_friends

    draw_snapshots(context.blobs, people=context.db.read_sync(resident_ids))
    context.finish(gather_friends, town=_town(context))


@job("demo.draw_goods", priority=_PRIORITY - 2, max_attempts=3, lease_s=60)
def draw_goods_of_stall(context: JobContext, *, number: int) -> None:
    """Draw what one stall sells, then the next one; behind the last, open the market."""
    from miaohui.demo.market.plant_market import draw_goods, has_market
    from miaohui.demo.market.stalls import STALLS

    if context.db.read_sync(has_market):
        return
    draw_goods(context.blobs, stall=STALLS[number])

    def go_on(tx: Tx) -> None:
        if number + 1 < len(STALLS):
            _stage_stall(tx, number=number + 1)
        else:
            stage_job(tx, "demo.open_market", unique_key="demo.open_market")

    context.finish(go_on)


@job("demo.open_market", priority=_PRIORITY - 2, max_attempts=3, lease_s=600)
def open_market_of_town(context: JobContext) -> None:
    """Open the stalls with a month of trade behind them, and lay goods beside the clips that are there."""
    from miaohui.demo.market.plant_market import bring_market, has_market, live_the_month

    if context.db.read_sync(has_market):
        return
    town = _town(context)
    month = live_the_month(db=context.db, blobs=context.blobs, settings=context.settings, town=town)

    def go_on(tx: Tx) -> None:
        bring_market(tx, month=month)
        for key, clip in made_clips(tx).items():
            if clip.watched_at is not None:
                stage_goods(tx, key=key)

    context.finish(go_on)


@job("demo.lay_out_goods", priority=_PRIORITY - 1, max_attempts=3)
def lay_out_goods_beside_clip(context: JobContext, *, key: str) -> None:
    """Let one clip carry goods that go with it."""
    from miaohui.demo.market.lay_out_goods import lay_out_goods

    context.finish(lay_out_goods, key=key)


def stage_market(tx: Tx) -> None:
    """Stage the market, behind the first clips that a visitor sees."""
    if not tx.scalar(sa.select(sa.func.count()).select_from(shop)):
        _stage_stall(tx, number=0, after=_MARKET_AFTER)


def _stage_stall(tx: Tx, *, number: int, after: timedelta = timedelta(0)) -> None:
    key = f"demo.draw_goods:{number}"
    stage_job(tx, "demo.draw_goods", unique_key=key, run_at=tx.now + after, number=number)


def stage_goods(tx: Tx, *, key: str) -> None:
    """Stage the goods beside a clip."""
    stage_job(tx, "demo.lay_out_goods", unique_key=f"demo.lay_out_goods:{key}", key=key)


def stage_audience(tx: Tx, *, key: str, after: timedelta = timedelta(0)) -> None:
    """Stage the audience of a clip."""
    stage_job(tx, "demo.bring_audience", unique_key=f"demo.bring_audience:{key}", run_at=tx.now + after, key=key)


def _bring_audience_and_goods(tx: Tx, *, town: Town, idea: "Idea", video_id: int) -> None:
    from miaohui.demo.bring_audience import bring_audience

    bring_audience(tx, town=town, idea=idea, video_id=video_id)
    stage_goods(tx, key=idea.key)


def _stage_of(tx: Tx, clip: Clip) -> str:
    facts = video_facts(tx, clip.video_id or 0)
    if facts is None or facts.state in {"refused", "failed", "removed"}:
        return "gone"
    listed = facts.state == "published" and is_listed(tx, item_id=facts.id, author_id=facts.author_id)
    return "listed" if listed else "waiting"


def _town(context: JobContext) -> Town:
    town = context.db.read_sync(town_of)
    if town is None:
        raise PermanentJobFailure("no town is planted here")
    return town
