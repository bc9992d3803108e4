"""Plants the demo town: its people at once, a few clips before the first visitor, the rest meanwhile.

A second start finds everything and returns at once; one after a kill goes on where it was. What is
drawn here goes through the public actions of the domains, as a visitor's own clip would.
"""

import asyncio
import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import miaohui.job_kinds  # noqa: F401  importing declares the kinds that are staged here
from miaohui.demo.jobs import stage_audience, stage_market
from miaohui.demo.queries import (
    Progress,
    Town,
    awaits_portrait,
    made_clips,
    planting_progress,
    resident_ids,
    town_of,
)
from miaohui.demo.tables import demo_town
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.jobs import stage_job
from miaohui.kit.outbox import Dispatcher
from miaohui.media.videos.queries import video_cards
from miaohui.services import Services

if TYPE_CHECKING:
    from miaohui.demo.ideas import Idea

SEED = 8
ENOUGH_CLIPS = 4
"""Published before the first page is answered: enough to swipe through while the next are drawn."""
PATIENCE_S = 8.0
"""A slow machine answers after so long with what there is: 20 s are promised, start and end of it included."""
_LOOK_S = 0.1


def plant_first(
    services: Services,
    *,
    seed: int = SEED,
    clips: int | None = None,
    enough: int = ENOUGH_CLIPS,
    patience_s: float = PATIENCE_S,
    with_market: bool = True,
) -> Progress:
    """Plant people, stage all other work, and return once `enough` clips are in the feed. Blocks.

    Draws in this process beside the worker, which must run already: it prepares what is drawn. Expects
    the tables to be there, and that nobody else hands on events yet. Returns at once for a town that is
    complete, and after little more than `patience_s` in any case.
    clips: how many of the programme a new town gets; all unless given. with_market: whether stalls open as well.
    """
    db = services.db
    progress = db.read_sync(planting_progress)
    if progress.is_complete:
        return progress
    from miaohui.demo.programme import first_wave, plan_programme
    from miaohui.demo.settle_people import settle_people
    from miaohui.demo.watching import NEWCOMERS

    until = time.monotonic() + patience_s
    town = db.write_sync(found_town, seed=seed, clips=clips)
    db.write_sync(settle_people, town=town)
    if with_market:
        db.write_sync(stage_market)
    programme = plan_programme(seed=town.seed)[: town.clips]
    wave = first_wave(programme)
    wanted = min(enough, town.clips)
    # The end of the wave is drawn here. The worker hears of it only afterwards, so that the two never
    # draw the same clip.
    mine = wave[len(wave) - wanted :] if db.read_sync(count_published) < wanted else []
    others = [idea.key for idea in programme if idea not in mine]
    db.write_sync(stage_planting, keys=others, portraits_after=len(wave) - len(mine))
    hand = _Hand(services, town)
    hand.draw_portraits(NEWCOMERS)
    hand.draw_clips(mine, enough=wanted, until=until)
    db.write_sync(stage_planting, keys=[idea.key for idea in programme], portraits_after=len(wave))
    never = threading.Event()
    while db.read_sync(count_published) < wanted and time.monotonic() < until:
        never.wait(_LOOK_S)  # The worker is another process, so only the clock can wake us.
    # Otherwise the feed would hear of its first clips only after the first visitor has asked.
    asyncio.run(Dispatcher(db, services.subscriptions).drain())
    return db.read_sync(planting_progress)


def found_town(tx: Tx, *, seed: int, clips: int | None = None) -> Town:
    """Note that a town is planted here, or return the one that is. clips: how many; all unless given."""
    from miaohui.demo.clips import IDEAS

    clips = len(IDEAS) if clips is None else min(clips, len(IDEAS))
    insert_if_absent(tx, demo_town, {"id": 1, "seed": seed, "clips": clips, "planted_at": tx.now})
    town = town_of(tx)
    if town is None:
        raise LookupError("the town that was just noted")
    return town


def stage_planting(tx: Tx, *, keys: Sequence[str], portraits_after: int) -> None:
    """Stage what is still to be made: clips in this order, and the portraits behind the first of them.

    Whatever is staged already, or done, is left alone; what was given up is tried again.
    """
    _stage_clips(tx, keys[:portraits_after])
    for handle in resident_ids(tx):
        if awaits_portrait(tx, handle):
            stage_job(tx, "demo.draw_portrait", unique_key=f"demo.draw_portrait:{handle}", handle=handle)
    _stage_clips(tx, keys[portraits_after:])


def _stage_clips(tx: Tx, keys: Sequence[str]) -> None:
    made = made_clips(tx)
    for key in keys:
        if key not in made:
            stage_job(tx, "demo.make_clip", unique_key=f"demo.make_clip:{key}", key=key)
        elif made[key].watched_at is None:
            stage_audience(tx, key=key)


def count_published(tx: Tx) -> int:
    """Return how many clips of the town can be watched."""
    return len(video_cards(tx, [clip.video_id for clip in made_clips(tx).values() if clip.video_id is not None]))


class _Hand:
    """Draws in this process."""

    def __init__(self, services: Services, town: Town) -> None:
        self._db = services.db
        self._blobs = services.blobs
        self._settings = services.settings
        self._town = town

    def draw_portraits(self, handles: Iterable[str]) -> None:
        """Give these people their pictures."""
        from miaohui.demo.draw_portrait import draw_portrait

        for handle in handles:
            draw_portrait(db=self._db, blobs=self._blobs, handle=handle)

    def draw_clips(self, ideas: Iterable["Idea"], *, enough: int, until: float) -> None:
        """Make clips until there are enough, or another one would not be ready `until` then (monotonic)."""
        from miaohui.demo.make_clip import make_clip

        longest = 0.0
        for idea in ideas:
            made = self._db.read_sync(made_clips)
            started = time.monotonic()
            if len(made) >= enough or started + longest > until:
                return
            if idea.key not in made:
                video_id = make_clip(
                    db=self._db, blobs=self._blobs, settings=self._settings, town=self._town, idea=idea
                )
                self._db.write_sync(_note, key=idea.key, video_id=video_id)
                longest = max(longest, time.monotonic() - started)


def _note(tx: Tx, *, key: str, video_id: int | None) -> None:
    from miaohui.demo.make_clip import note_clip

    note_clip(tx, key=key, video_id=video_id)
    stage_audience(tx, key=key)
