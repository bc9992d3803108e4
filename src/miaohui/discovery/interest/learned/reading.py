"""A model bound to one engine: what a past says of items, by the engine's slots.

Of a past with weights a_m (n_anchors,) for each term m of model.py, item i hears

    neighbours     sum over anchors j of  a_m(j) W_m(j, i)                            only for the neighbours of j
    low_pass       sum over anchors j of  a(j) enter_j . leave_i                      only for candidates i

    session        moments t like this one, k(t) = sum over j that t met b + 1 events before of  a(j) G^b,
                   vote for what followed them:  VOICE sum over t before i of  k(t)^P / sum over all t of k(t)^P

All are sums over what was watched (a vote is shared out by what made the moment alike), hence exactly explained by
their parts. An item that came after the fit has no
row; it lends its `leave` from its words, sum over its tokens t of x_i[t] content_t. The weights of the blend are not in
here (scoring.py).

Moments of people who have erased themselves since the fit are passed over as if they were not in the file.

Sessions: Jannach and Ludewig 2017, as in ../models/sequence_kernel.py, over the newest moments only.

A term costs the neighbours of its anchors or the number of candidates, never the catalogue; the maps between slots
and rows are made once, when the model is taken up (4 bytes an item and way).
"""

from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.arrays import Flags, Floats, Slots, with_room
from miaohui.discovery.interest.catalogue import Catalogue
from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.learned.model import (
    HORIZONS,
    LEARNED_TERMS,
    NEIGHBOURS,
    SESSION,
    SESSION_WINDOW,
    SMOOTH,
    SPREAD,
    LearnedModel,
    Singles,
)

NONE = -1
FAINT = 0.02
"""Anchors of less weight are not followed: a fiftieth of a clear interest moves no page."""

SESSION_ANCHORS = 6
SESSION_FADING = 2.0**-0.5
SESSION_POWER = 3.0
SESSION_VOICE = 5.0
"""What everything together gets; on the scale of the other terms, an item that a fifth vote for gets 1."""


class Reader:
    """row_of (n_slots,): row of the model or NONE; slot_of (n_rows,): slot of the engine or NONE."""

    def __init__(self, model: LearnedModel, catalogue: Catalogue, content: Content) -> None:
        self.model = model
        self.content = content
        n_slots, n_rows = len(catalogue), len(model.ids)
        ids = catalogue.ids[:n_slots]
        by_id = np.argsort(model.ids, kind="stable")
        places = np.searchsorted(model.ids, ids, sorter=by_id)
        rows = by_id[np.minimum(places, n_rows - 1)] if n_rows else places
        known = (model.ids[rows] == ids) if n_rows else np.zeros(n_slots, dtype=bool)
        self.row_of: Slots = np.where(known, rows, NONE).astype(np.int32)
        self.slot_of: Slots = np.full(n_rows, NONE, dtype=np.int32)
        self.slot_of[rows[known]] = np.flatnonzero(known)
        self.shares: Floats = np.array([HORIZONS[name] for name in LEARNED_TERMS]).T
        self._token_rows = {label: row for row, label in enumerate(model.notes.content_tokens)}
        # Places in `_lent` of items that are not in the model, NONE until their words are asked for.
        self._lent_of: Slots = np.full(n_slots, NONE, dtype=np.int32)
        self._lent: Singles = np.zeros((0, model.leave.shape[1]), dtype=np.float32)
        self._lent_count = 0
        # By moment of the session index whether it is an erased person's; empty while none is.
        self.erased: Flags = np.zeros(0, dtype=bool)

    def forget(self, person_id: int) -> None:
        """This will leave the person's moments out of every later answer."""
        session = self.model.session
        if session is None:
            return
        for place in np.flatnonzero(session.people == person_id).tolist():
            if not len(self.erased):
                self.erased = np.zeros(len(session.followed_by), dtype=bool)
            begin = int(session.ends[place - 1]) if place else 0
            self.erased[begin : int(session.ends[place])] = True

    def make_room(self, n_slots: int, *, changed: int) -> None:
        """This will take note of an item that was added or whose words have changed."""
        known = len(self.row_of)
        if n_slots > known:
            self.row_of = with_room(self.row_of, n_slots, empty=NONE)
            self._lent_of = with_room(self._lent_of, n_slots, empty=NONE)
        if self.row_of[changed] == NONE:
            self._lent_of[changed] = NONE

    def spread(
        self, anchors: Slots, weights: Floats, wanted: Collection[int]
    ) -> Iterator[tuple[int, Slots, Slots, Floats]]:
        """This will yield, for each term of SPREAD that the model has: its number there, and per pair the anchor's
        position, the neighbour's slot and the value, each (n_pairs,).

        anchors (n,); weights (n, n_learned_terms); wanted: numbers of the terms that are asked for.
        """
        rows_of_anchors = self.row_of[anchors]
        for number, name in enumerate(NEIGHBOURS):
            neighbours = self.model.neighbours.get(name)
            if neighbours is None or number not in wanted:
                continue
            heard = np.flatnonzero((rows_of_anchors != NONE) & (np.abs(weights[:, number]) > FAINT))
            rows = rows_of_anchors[heard]
            starts = neighbours.starts[rows]
            lengths = neighbours.starts[rows + 1] - starts
            total = int(lengths.sum())
            if total == 0:
                continue
            which = np.repeat(np.arange(len(heard)), lengths)
            places = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + starts[which]
            slots = self.slot_of[neighbours.rows[places]]
            values = weights[heard, number][which] * neighbours.values[places]
            there = slots != NONE
            yield number, heard[which[there]].astype(np.int32), slots[there], values[there]
        number = SPREAD.index(SESSION)
        if number in wanted and (votes := self._session(rows_of_anchors, weights[:, number])) is not None:
            yield number, *votes

    def _session(self, rows: Slots, weights: Floats) -> tuple[Slots, Slots, Floats] | None:
        """Votes of moments like this one: anchors' positions, slots and values, each (n_votes,)."""
        session = self.model.session
        if session is None:
            return None
        heard = np.flatnonzero((rows != NONE) & (weights > FAINT))
        heard = heard[np.argsort(-weights[heard], kind="stable")[:SESSION_ANCHORS]]
        shelves = (rows[heard].astype(np.int64)[:, None] * SESSION_WINDOW + np.arange(SESSION_WINDOW)).ravel()
        starts = session.starts[shelves]
        lengths = session.starts[shelves + 1] - starts
        total = int(lengths.sum())
        if total == 0:
            return None
        which = np.repeat(np.arange(len(shelves)), lengths)
        moments = session.moments[np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + starts[which]]
        if len(self.erased):
            there = ~self.erased[moments]
            moments, which = moments[there], which[there]
            if len(moments) == 0:
                return None
        fading = np.tile(SESSION_FADING ** np.arange(SESSION_WINDOW), len(heard))
        likeness = np.repeat(weights[heard], SESSION_WINDOW)[which] * fading[which]
        distinct, place = np.unique(moments, return_inverse=True)
        together = np.bincount(place, likeness, len(distinct))
        voices = together ** (SESSION_POWER - 1.0)
        values = likeness * voices[place] * (SESSION_VOICE / float((voices * together).sum()))
        slots = self.slot_of[session.followed_by[moments]]
        there = slots != NONE
        return heard[which[there] // SESSION_WINDOW].astype(np.int32), slots[there], values[there]

    def direction(self, anchors: Slots, weights: Floats) -> Singles:
        """The past as one vector of the low-pass model, (rank,)."""
        parts = self.directions(anchors, weights)
        whole: Singles = parts.sum(axis=0)
        return whole

    def directions(self, anchors: Slots, weights: Floats) -> Singles:
        """The same by anchor, (n, rank): their sum is `direction`."""
        rows = self.row_of[anchors]
        known = rows != NONE
        parts = np.zeros((len(anchors), self.model.enter.shape[1]), dtype=np.float32)
        parts[known] = self.model.enter[rows[known]] * weights[known, LEARNED_TERMS.index(SMOOTH), None]
        return parts

    def leave(self, slots: Slots) -> Singles:
        """Of items (n,) their vectors of the low-pass model, (n, rank)."""
        rows = self.row_of[slots]
        new = np.flatnonzero(rows == NONE)
        if len(new) == 0:
            return self.model.leave[rows]
        vectors = self.model.leave[np.maximum(rows, 0)] if len(self.model.leave) else np.zeros(
            (len(slots), self._lent.shape[1]), dtype=np.float32
        )  # fmt: skip
        for place in new.tolist():
            if self._lent_of[slots[place]] == NONE:
                self._lend(int(slots[place]))
        vectors[new] = self._lent[self._lent_of[slots[new]]]
        return vectors

    def directions_of(self, slots: Slots) -> tuple[Singles, Singles]:
        """Unit vectors of watched items in the low-pass model, (n, rank), zeros of others; and their watchers, (n,)."""
        rows = self.row_of[slots]
        known = np.flatnonzero(rows != NONE)
        vectors = np.zeros((len(slots), self.model.leave.shape[1]), dtype=np.float32)
        watchers = np.zeros(len(slots), dtype=np.float32)
        watchers[known] = self.model.watchers[rows[known]]
        vectors[known] = self.model.leave[rows[known]]
        vectors[watchers == 0] = 0.0
        length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0), watchers

    def head_rates(self, slots: Slots, shares: npt.ArrayLike) -> Singles:
        """Logits of the items' own rates, (n, n_heads); shares: logits for an item that is not in the model."""
        rows = self.row_of[slots]
        rates = np.tile(np.asarray(shares, dtype=np.float32), (len(slots), 1))
        known = rows != NONE
        rates[known] = self.model.head_rates[rows[known]]
        return rates

    def _lend(self, slot: int) -> None:
        """Words are read once per item, when it first stands among candidates."""
        tokens, values = self.content.vectors(np.array([slot], dtype=np.int32))
        vector = np.zeros(self._lent.shape[1], dtype=np.float32)
        for token, value in zip(tokens[0].tolist(), values[0].tolist(), strict=True):
            row = self._token_rows.get(str(self.content.labels[token]))
            if row is not None and value:
                vector += np.float32(value) * self.model.content[row]
        self._lent = with_room(self._lent, self._lent_count + 1)
        self._lent[self._lent_count] = vector
        self._lent_of[slot] = self._lent_count
        self._lent_count += 1
