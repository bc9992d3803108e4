"""A lesson becomes a model.

    fit_model       neighbours, factors, words and rates from all pasts told so far; the weights are those without a model
    finish_lesson   the same once more at the end, with the weights that the moments chose and the heads of the meetings

The log is told once: a first part to fit from, then `engine.adopt` of what was fitted and `lesson.ask`, then the rest,
on which weights and heads are chosen. Half of the moments choose, the other half confirm: a blend that is not better
there by more than its own error is not used, and the engine stays as it is without a model. So a town that has told
too little cannot lose.

Terms are brought to one scale: the strongest neighbour of a middling item says 1.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse

from miaohui.discovery.interest.content import NO_TOKEN
from miaohui.discovery.interest.learned.heads import (
    HEADS,
    LEAST_MEETINGS,
    Heads,
    Meetings,
    carried_over,
    fit_heads,
    heads_to_serve,
    scaled_to_score,
)
from miaohui.discovery.interest.learned.model import (
    LIVE_TERMS,
    NO_MODEL_WEIGHTS,
    SESSION_WINDOW,
    SHORT_PAST,
    TERMS,
    LearnedModel,
    Neighbours,
    Notes,
    Session,
    Singles,
    memory_of,
)
from miaohui.discovery.interest.learning.lesson import LONGEST_PAST, Lesson, Moment
from miaohui.discovery.interest.models.ease import fit_ease
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.low_pass import fit_low_pass
from miaohui.discovery.interest.models.sequences import Sequences, sequences_of
from miaohui.discovery.interest.models.transitions import fit_transitions

Doubles = npt.NDArray[np.float64]


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """How much is fitted; bounded, so that a fit of 40,000 items stays below 4 GiB and 3 minutes on two cores."""

    # Neighbours kept of an item: what people take is wide, what comes next is narrow.
    item_item_width: int = 300
    transitions_width: int = 100
    ease_width: int = 100
    # EASE inverts a dense matrix: only items of so many people, and at most so many of them (64 MB at 4,000).
    ease_people: int = 5
    ease_head: int = 4_000
    # Directions of the low-pass model; never more than a quarter of the items, or it would learn them by heart.
    rank: int = 64
    # Newest moments of the session index, and how many of them an item keeps for each distance.
    session_moments: int = 1_000_000
    session_postings: int = 60
    # Pasts and pairs below which there is nothing to fit.
    least_events: int = 200
    # Moments below which nothing is chosen, of each half.
    least_moments: int = 60


# Candidates for each weight when they are chosen one after the other; learned terms begin at 0.
FACTORS_OF_LIVE = (0.5, 0.7, 1.0, 1.4, 2.0)
STEPS_OF_LEARNED = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)
ROUNDS = 3
PAIR_PEOPLE, PAIRS_EACH = 400, 10
"""Of people and items that have not met, on which a new model's terms are compared with the last one's."""


def fit_model(
    lesson: Lesson, *, version: str, up_to: int, now_ms: int, fitting: Fitting | None = None
) -> LearnedModel | None:
    """This will fit from the pasts told so far; None where they are too few."""
    fitting = fitting or Fitting()
    engine = lesson.engine
    catalogue = engine.catalogue
    slots = np.flatnonzero(catalogue.alive[: len(catalogue)])
    row_of = np.full(len(catalogue), -1, dtype=np.int32)
    row_of[slots] = np.arange(len(slots), dtype=np.int32)
    events, people = _sequences(lesson, row_of, len(slots))
    if len(events.items) < fitting.least_events or len(events) < 2:
        return None
    low_pass = fit_low_pass(events, rank=max(min(fitting.rank, events.n_items // 4), 1))
    enter, leave = low_pass.enter, low_pass.leave
    enter = (enter / _strength_of_factors(enter, leave)).astype(np.float32)
    tokens, words = _words(lesson, slots, leave, events)
    unseen = np.bincount(events.items, minlength=events.n_items) == 0
    leave[unseen] = words[1][unseen]
    neighbours = {
        "item_item": _item_item(events, fitting.item_item_width),
        "transitions": _neighbours(fit_transitions(events, width=fitting.transitions_width).following),
    }
    if (ease := _ease(events, fitting)) is not None:
        neighbours["ease"] = ease
    return LearnedModel(
        notes=Notes(
            version=version,
            memory=memory_of(engine.memory),
            up_to=up_to,
            fitted_at_ms=now_ms,
            n_events=len(events.items),
            n_people=len(events),
            weights_long=NO_MODEL_WEIGHTS,
            weights_short=NO_MODEL_WEIGHTS,
            defaults=True,
            content_tokens=tuple(tokens),
        ),
        ids=catalogue.ids[slots].copy(),
        neighbours=neighbours,
        session=_session(events, people, fitting),
        enter=enter,
        leave=leave,
        content=words[0],
        watchers=np.asarray(events.matrix().sum(axis=0), dtype=np.float32).ravel(),
        head_rates=lesson.head_rates(slots),
    )


def finish_lesson(
    lesson: Lesson,
    *,
    version: str,
    up_to: int,
    now_ms: int,
    worth: Mapping[str, float],
    fitting: Fitting | None = None,
) -> LearnedModel | None:
    """This will fit from everything that was told, with weights and heads; None where it is too little.

    worth: of each of HEADS, in the sum that pages are ranked by.
    """
    fitting = fitting or Fitting()
    model = fit_model(lesson, version=version, up_to=up_to, now_ms=now_ms, fitting=fitting)
    if model is None:
        return None
    known = [moment for moment in lesson.moments if moment.clips > SHORT_PAST]
    strangers = [moment for moment in lesson.moments if moment.clips <= SHORT_PAST]
    long, figures = choose_weights(known, least=fitting.least_moments)
    short, of_short = choose_weights(strangers, least=fitting.least_moments)
    if len(strangers) < 2 * fitting.least_moments:
        # What was confirmed for people with a past is a better guess for the others than that nothing was learned.
        short = long
    figures |= {f"{name}_short": value for name, value in of_short.items()}
    heads: dict[str, Heads] = {}
    for kind in lesson.engine.catalogue.kind_names:
        met, people = lesson.meetings(kind)
        if len(met) < LEAST_MEETINGS:
            continue
        fitted, measured = fit_heads(met)
        known_then = np.expm1(met.features[:, -1]) > SHORT_PAST
        terms = met.features[:, : len(TERMS)].astype(np.float64)
        scores = np.where(known_then, terms @ np.array(long), terms @ np.array(short))
        fitted = scaled_to_score(fitted, met, scores, worth)
        last = len(met) * 4 // 5
        done = met.acts[last:] @ np.array([worth[name] for name in HEADS])
        chances = fitted.chances(met.features[last:], met.rates[last:])
        by_value = concordance(people[last:], fitted.value(chances, worth), done)
        by_score = concordance(people[last:], scores[last:], done)
        served = _to_serve(lesson, kind, heads_to_serve(met), model, weights=(long, short), worth=worth)
        heads[kind] = msgspec.structs.replace(served or fitted, ranks=by_value > by_score)
        figures |= {f"{kind}_{name}": value for name, value in measured.items()}
        figures |= {f"{kind}_order_by_value": by_value, f"{kind}_order_by_score": by_score}
    return model.with_notes(
        weights_long=long,
        weights_short=short,
        defaults=long == NO_MODEL_WEIGHTS and short == NO_MODEL_WEIGHTS,
        figures=figures,
        heads=heads,
    )


def _to_serve(
    lesson: Lesson,
    kind: str,
    heads: Heads,
    model: LearnedModel,
    *,
    weights: tuple[Sequence[float], Sequence[float]],
    worth: Mapping[str, float],
) -> Heads | None:
    """The heads, which learned from the terms of the model that is taken up, for those of `model`; None without pairs.

    Without this, chances of a town of 200 people lay .15 beside what they did: EASE says less the more it was told.
    """
    engine = lesson.engine
    pairs = lesson.strangers(kind, people=PAIR_PEOPLE, each=PAIRS_EACH)
    if not pairs:
        return None
    reader = engine.scorer.reader
    rates = lesson.head_rates(np.concatenate([slots for _, slots in pairs]))
    nothing = np.zeros(rates.shape, dtype=bool)
    before = Meetings(lesson.read(pairs), rates, nothing)
    engine.adopt(model)
    after = Meetings(lesson.read(pairs), rates, nothing)
    engine.adopt(None if reader is None else reader.model)
    carried = carried_over(heads, before, after)
    terms = after.features[:, : len(TERMS)].astype(np.float64)
    known = np.expm1(after.features[:, -1]) > SHORT_PAST
    scores = np.where(known, terms @ np.array(weights[0]), terms @ np.array(weights[1]))
    return scaled_to_score(carried, after, scores, worth)


def choose_weights(moments: Sequence[Moment], *, least: int) -> tuple[tuple[float, ...], dict[str, float]]:
    """This will choose v of TERMS on every other moment and confirm it on the rest.

    Returns the weights, and figures of the confirming half: NDCG of the liked item among what stood beside it, with the
    engine alone and with the blend.
    """
    choosing, confirming = _Table(moments[::2]), _Table(moments[1::2])
    if len(moments) < 2 * least:
        return NO_MODEL_WEIGHTS, {"moments": float(len(moments))}
    weights = list(NO_MODEL_WEIGHTS)
    best = float(choosing.figure(weights).mean())
    for _ in range(ROUNDS):
        before = best
        # The first live term stays at 1: only proportions matter.
        for place in (*range(len(LIVE_TERMS), len(TERMS)), *range(1, len(LIVE_TERMS))):
            for step in STEPS_OF_LEARNED if place >= len(LIVE_TERMS) else FACTORS_OF_LIVE:
                tried = weights.copy()
                tried[place] = step
                value = float(choosing.figure(tried).mean())
                if value > best + 1e-6:
                    best, weights = value, tried
        if best == before:
            break
    alone, blended = confirming.figure(NO_MODEL_WEIGHTS), confirming.figure(weights)
    gain = blended - alone
    error = float(gain.std() / np.sqrt(len(gain)))
    figures = {
        "moments": float(len(moments)),
        "ndcg_alone": float(alone.mean()),
        "ndcg_blend": float(blended.mean()),
        "ndcg_error": error,
    }
    return (tuple(weights) if gain.mean() > error else NO_MODEL_WEIGHTS), figures


def concordance(people: npt.NDArray[np.int64], predicted: Doubles, done: Doubles) -> float:
    """How far the order within each person's meetings is that of what was done: correlation about each one's mean."""
    _, place, counts = np.unique(people, return_inverse=True, return_counts=True)
    x = predicted - np.bincount(place, predicted)[place] / counts[place]
    y = done - np.bincount(place, done)[place] / counts[place]
    length = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / length) if length > 0 else 0.0


class _Table:
    """Moments side by side: terms (n_moments, most_candidates, n_terms), missing candidates at minus infinity."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        most = max([len(moment.terms) for moment in moments], default=1)
        self.terms = np.zeros((len(moments), most, len(TERMS)), dtype=np.float32)
        self.missing = np.ones((len(moments), most), dtype=bool)
        for row, moment in enumerate(moments):
            self.terms[row, : len(moment.terms)] = moment.terms
            self.missing[row, : len(moment.terms)] = False

    def figure(self, weights: Sequence[float]) -> Doubles:
        """NDCG of the liked item in each moment, (n_moments,); equal scores share their places."""
        scores = self.terms @ np.array(weights, dtype=np.float32)
        scores[self.missing] = -np.inf
        liked = scores[:, :1]
        place = (scores > liked).sum(axis=1) + ((scores == liked).sum(axis=1) - 1) / 2
        ndcg: Doubles = 1.0 / np.log2(place + 2.0)
        return ndcg


def _sequences(lesson: Lesson, row_of: npt.NDArray[np.int32], n_items: int) -> tuple[Sequences, list[int]]:
    """Pasts by row of the model, and whose they are."""
    pasts, people = [], []
    for person_id, past in lesson.pasts.items():
        rows = row_of[np.frombuffer(past, dtype=np.int32)[-LONGEST_PAST:]]
        rows = rows[rows >= 0]
        if len(rows) > 1:
            pasts.append(rows)
            people.append(person_id)
    return sequences_of(pasts, n_items), people


def _item_item(events: Sequences, width: int) -> Neighbours:
    fitted = fit_item_item(events, width=width)
    matrix = fitted.neighbours.tocsr()
    people = fitted.people.astype(np.float32)
    matrix.data *= np.repeat(people, np.diff(matrix.indptr)) ** np.float32(-fitted.enter)
    matrix.data *= people[matrix.indices] ** np.float32(fitted.leave)
    return _neighbours(matrix)


def _ease(events: Sequences, fitting: Fitting) -> Neighbours | None:
    """EASE over the head of the catalogue, its strongest weights either way."""
    people = np.asarray(events.matrix().sum(axis=0)).ravel()
    head = np.flatnonzero(people >= fitting.ease_people)
    if len(head) < 2:
        return None
    head = np.sort(head[np.argsort(-people[head], kind="stable")][: fitting.ease_head])
    place = np.full(events.n_items, -1, dtype=np.int32)
    place[head] = np.arange(len(head), dtype=np.int32)
    pasts = (rows[rows >= 0] for rows in (place[past] for past in events))
    weights = fit_ease(sequences_of(pasts, len(head)), ridge=max(20.0, 0.02 * len(events))).weights
    if len(head) > fitting.ease_width:
        strength = np.abs(weights)
        bound = -np.partition(-strength, fitting.ease_width, axis=1)[:, fitting.ease_width]
        weights[strength <= bound[:, None]] = 0.0
    small = sparse.coo_matrix(weights)
    shape = (events.n_items, events.n_items)
    return _neighbours(sparse.csr_matrix((small.data, (head[small.row], head[small.col])), shape=shape))


def _session(events: Sequences, people: Sequence[int], fitting: Fitting) -> Session:
    """Which moments an item stands before, by distance, the newest of each. people: of each past."""
    first = max(len(events.items) - fitting.session_moments, 0)
    starts_of_people = np.repeat(events.offsets[:-1], events.lengths())
    place = np.arange(len(events.items))
    shelves, moments = [], []
    for back in range(SESSION_WINDOW):
        after = place[(place - 1 - back >= starts_of_people) & (place >= first)]
        shelves.append(events.items[after - 1 - back].astype(np.int64) * SESSION_WINDOW + back)
        moments.append((after - first).astype(np.int32))
    shelf, moment = np.concatenate(shelves), np.concatenate(moments)
    order = np.lexsort((-moment, shelf))
    shelf, moment = shelf[order], moment[order]
    nth = np.arange(len(shelf)) - np.searchsorted(shelf, shelf, side="left")
    kept = nth < fitting.session_postings
    bounds = np.searchsorted(shelf[kept], np.arange(events.n_items * SESSION_WINDOW + 1))
    return Session(
        starts=bounds.astype(np.int64),
        moments=moment[kept],
        followed_by=events.items[first:].astype(np.int32),
        people=np.array(people, dtype=np.int64),
        ends=np.maximum(events.offsets[1:] - first, 0),
    )


def _neighbours(matrix: sparse.csr_matrix) -> Neighbours:
    """On the common scale: divided by the middle of the rows' strongest values."""
    matrix = matrix.tocsr()
    matrix.sum_duplicates()
    full = np.flatnonzero(np.diff(matrix.indptr))
    scale = 1.0
    if len(full):
        strongest = np.maximum.reduceat(np.abs(matrix.data), matrix.indptr[full])
        scale = max(float(np.median(strongest)), 1e-9)
    values = np.nan_to_num(matrix.data / scale, nan=0.0, posinf=0.0, neginf=0.0)
    return Neighbours(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), np.clip(values, -3.0, 3.0).astype(np.float32)
    )


def _strength_of_factors(enter: Singles, leave: Singles) -> float:
    """What the strongest neighbour of a middling item gets from the low-pass model."""
    rows = np.unique(np.linspace(0, len(enter) - 1, num=min(len(enter), 400)).astype(np.int64))
    scores = enter[rows] @ leave.T
    scores[np.arange(len(rows)), rows] = 0.0
    strongest = np.abs(scores).max(axis=1)
    strongest = strongest[strongest > 0]
    return max(float(np.median(strongest)), 1e-9) if len(strongest) else 1.0


def _words(
    lesson: Lesson, slots: npt.NDArray[np.intp], leave: Singles, events: Sequences
) -> tuple[list[str], tuple[Singles, Singles]]:
    """What words promise in the low-pass model: E = argmin |X E - leave|^2 + |E|^2 over watched items, by conjugate
    gradients, X the content vectors (content.py).

    Returns the tokens, E (n_tokens, rank), and X E for every item (n_items, rank).
    """
    content = lesson.engine.content
    token_slots, values = content.vectors(slots.astype(np.int32))
    used = (token_slots != NO_TOKEN) & (values != 0)
    present = np.unique(token_slots[used])
    column = np.zeros(len(content.labels), dtype=np.int64)
    column[present] = np.arange(len(present))
    rows = np.repeat(np.arange(len(slots)), used.sum(axis=1))
    vectors = sparse.csr_matrix(
        (values[used].astype(np.float32), (rows, column[token_slots[used]])), shape=(len(slots), len(present))
    )
    watched = np.bincount(events.items, minlength=events.n_items) > 0
    known = vectors[watched]
    goal = known.T @ leave[watched]
    words = np.zeros_like(goal)
    left = goal.copy()
    direction = left.copy()
    size = (left * left).sum(axis=0)
    for _ in range(15):
        image = known.T @ (known @ direction) + direction
        along = size / np.maximum((direction * image).sum(axis=0), 1e-20)
        words += along * direction
        left -= along * image
        smaller = (left * left).sum(axis=0)
        direction = left + smaller / np.maximum(size, 1e-20) * direction
        size = smaller
    labels = [str(content.labels[token]) for token in present.tolist()]
    return labels, (words.astype(np.float32), np.asarray(vectors @ words, dtype=np.float32))
