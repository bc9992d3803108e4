"""Fits the models from the log, once there is enough that they do not know."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.models import FittedModel, key_of, keys_in_use, newest_model, record_model, remove_unnamed
from miaohui.discovery.feed.signal_log import (
    CATALOGUE_KINDS,
    acts_after,
    first_of_newest_acts,
    last_seq,
    signals_of_catalogue_and_after,
)
from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.discovery.interest.learned.model import TERMS, LearnedModel, pack_model
from miaohui.discovery.interest.learning.fit import finish_lesson, fit_model
from miaohui.discovery.interest.learning.lesson import Lesson
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import JobContext, LeaseLost

LEAST_ACTS = 500
"""Of people, without which nothing is fitted: some twenty people's first evening."""
NEWS_SHARE = 0.1
"""So much more than the last model knows is worth another fit."""
MOST_ACTS = 500_000
"""The newest; telling them takes two or three minutes, and what is older has faded from every history."""
FIRST_PART = 0.75
"""Told before weights and heads are asked for."""
MOMENTS, MEETINGS = 1500, 30_000
_CHUNK = 2000


def fit_if_worth_it(context: JobContext) -> FittedModel | None:
    """Fit from the log and put the result into use; None where too little is new, or too little altogether.

    Exactly one row comes of it, however often the job is tried.
    """
    db = context.db
    last = db.read_sync(newest_model)
    end = db.read_sync(last_seq)
    if last is not None and last.up_to > end:
        # Another history: the database was put back from a backup that knows this row's model no more.
        last = None
    news = db.read_sync(acts_after, seq=0 if last is None else last.up_to)
    if news < LEAST_ACTS or (last is not None and news < NEWS_SHARE * db.read_sync(acts_after, seq=0)):
        return None
    began = time.perf_counter()
    model_id = new_id()
    model = learn(
        db, end=end, version=f"m{end}.{model_id & 0xFFFFFF:06x}", now_ms=to_ms(context.now()), stop=context.lost
    )
    if context.lost():
        raise LeaseLost
    if model is None:
        return None
    fitted = FittedModel(
        id=model_id,
        version=model.version,
        key=key_of(model_id),
        up_to=end,
        fitted_at=context.now(),
        seconds=round(time.perf_counter() - began, 2),
        figures=summary_of(model),
    )
    remove_unnamed(context.blobs, named=db.read_sync(keys_in_use))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        pack_model(model, path)
        context.blobs.put(fitted.key, path)
    for key in context.finish(record_model, fitted=fitted):
        context.blobs.delete(key)
    return fitted


def learn(
    db: Database, *, end: int, version: str, now_ms: int, stop: Callable[[], bool] = lambda: False
) -> LearnedModel | None:
    """Tell the log up to row `end` to an engine of its own and return what was learned; None where it is too little.

    stop: asked between parts of the log; once it says so, nothing is returned.
    """
    _, acts = db.read_sync(first_of_newest_acts, acts=MOST_ACTS)
    asked = False

    def halt(lesson: Lesson, folded: FoldedInterest, told: int) -> bool:
        nonlocal asked
        if not asked and told >= FIRST_PART * acts:
            asked = True
            folded.engine.adopt(fit_model(lesson, version=version, up_to=folded.seq, now_ms=now_ms))
            lesson.ask(moments=MOMENTS, meetings=MEETINGS, acts_left=acts - told)
        return stop()

    lesson, _ = tell_log(db, end=end, halt=halt)
    if stop():
        return None
    return finish_lesson(lesson, version=version, up_to=end, now_ms=now_ms, worth=WEIGHTS.head_worth)


def tell_log(
    db: Database,
    *,
    end: int | None = None,
    halt: Callable[[Lesson, FoldedInterest, int], bool] = lambda *_: False,
) -> tuple[Lesson, FoldedInterest]:
    """Tell the log to an engine of its own, all that came and went, and of acts the newest MOST_ACTS.

    end: the last row to tell, the newest if None. halt: called between parts with how many acts were told; ends it.
    """
    end = db.read_sync(last_seq) if end is None else end
    first, acts = db.read_sync(first_of_newest_acts, acts=MOST_ACTS)
    # Small logs in small parts, so that `halt` is called near any share of them.
    limit = min(_CHUNK, max(acts // 20, 50))
    folded = FoldedInterest()
    lesson = Lesson(folded.engine)
    folded.listener = lesson.observe
    told = 0
    while rows := db.read_sync(signals_of_catalogue_and_after, seq=folded.seq, first=first, limit=limit):
        folded.fold(row for row in rows if row.seq <= end)
        told += sum(row.kind not in CATALOGUE_KINDS for row in rows)
        if halt(lesson, folded, told) or rows[-1].seq >= end:
            break
    return lesson, folded


def summary_of(model: LearnedModel) -> dict[str, Any]:
    """Return what an operator may want to know of a model, as JSON."""
    notes = model.notes
    return {
        "items": len(model.ids),
        "people": notes.n_people,
        "events": notes.n_events,
        "defaults": notes.defaults,
        "weights_long": dict(zip(TERMS, notes.weights_long, strict=True)),
        "weights_short": dict(zip(TERMS, notes.weights_short, strict=True)),
        "ranked_by_value": sorted(kind for kind, heads in notes.heads.items() if heads.ranks),
        **{name: round(value, 5) for name, value in notes.figures.items()},
    }
