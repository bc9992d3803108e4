"""The log told once more, for learning: pasts, moments and meetings.

    pasts      of each person the items that an act spoke for, in order of time: what the models are fitted from
    moments    somebody is about to like an item that is new to them; what would have stood beside it, and every term of
               the score of each: what the weights of the blend are chosen on
    meetings   somebody meets an item for the first time; the features then, and what they did with it: what the
               heads are fitted on

Whoever tells the log calls `observe` where they would call the engine's. Moments and meetings are collected from
`ask` on, with the engine as it stood before the act, so that nothing is known that was not known then.
"""

from array import array
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.actions import Action
from miaohui.discovery.interest.arrays import Floats, with_room
from miaohui.discovery.interest.dwell import WATCHED_SHARE, readable_duration_ms
from miaohui.discovery.interest.engine import InterestEngine
from miaohui.discovery.interest.learned.heads import FEATURES, HEADS, Meetings, Singles, kind_shares, smoothed_logits

LIKED = 0.2
"""Worth of an act (actions.py) from which it speaks for the item: clearly longer than this person's habit."""
LONGEST_PAST = 400
"""Of a person, the newest; whoever has more says little new with the rest, and pairs grow with the square."""
LIKELY, ANY = 60, 40
"""What stands beside the liked item at a moment: the page's own candidates, and items by lot."""
SETTLED_MS = 10 * 60_000
"""Meetings so close to the end of what was told are left out: what follows them has not happened yet."""
ON_SCREEN_MS = 10 * 60_000
"""Goods opened so long after a clip came on screen were opened from it; players report no closer."""

_HEAD_OF_ACT = {
    "finish": "finish",
    "like": "like",
    "follow_author": "follow",
    "share": "share",
    "open_product": "open",
    "buy": "buy",
    "not_interested": "not_interested",
    "fewer_like_this": "not_interested",
}


class Moment(msgspec.Struct, frozen=True, eq=False):
    """terms: (n_candidates, n_terms), the liked item first; clips: on how many the person had acted."""

    terms: Singles
    clips: int


class _Met(msgspec.Struct):
    features: Singles
    rates: Singles
    kind: str
    person_id: int
    at_ms: int
    acts: int = 0


class Lesson:
    """Listens beside an engine that the log is being folded into."""

    def __init__(self, engine: InterestEngine, *, seed: int = 1) -> None:
        self.engine = engine
        self.pasts: dict[int, array[int]] = {}
        self.events = 0
        self.moments: list[Moment] = []
        self._met: list[_Met] = []
        self._rng = np.random.default_rng(seed)
        self._every_moment = self._every_meeting = 0
        self._turn = 0
        self._last_ms = 0
        # What each person did with each item, as bits by place in HEADS, and where its meeting stands if it is kept.
        # Moments of which it is not known yet whether the item was liked: a player reports that it was shown first.
        self._open_moments: dict[tuple[int, int], Moment] = {}
        self._done: dict[tuple[int, int], int] = {}
        self._kept: dict[tuple[int, int], int] = {}
        self._on_screen: dict[int, tuple[int, int]] = {}
        self._opened_from: dict[tuple[int, int], int] = {}
        self._item_acts: Floats = np.zeros((0, len(HEADS)))
        self._item_meetings: Floats = np.zeros(0)
        # The same by number of the kind: adding up a million items for each meeting took longer than all else.
        self._kind_acts: Floats = np.zeros((0, len(HEADS)))
        self._kind_meetings: Floats = np.zeros(0)

    def ask(self, *, moments: int, meetings: int, acts_left: int) -> None:
        """This will collect about so many moments and meetings from the acts that are still to come."""
        # Hardly more than a third of what is met is liked.
        self._every_moment = max(acts_left // (3 * moments), 1)
        self._every_meeting = max(acts_left // meetings, 1)

    def observe(self, action: Action) -> float:
        """This will fold the act into the engine and learn what it tells; returns what the engine returns."""
        engine = self.engine
        slot = engine.catalogue.slot_of(action.item_id)
        if slot is None or engine.is_paused(action.person_id):
            return engine.observe(action)
        self._last_ms = max(self._last_ms, action.at_ms)
        person = engine.people.get(action.person_id)
        key = (action.person_id, slot)
        is_new = key not in self._done
        if is_new:
            self._turn += 1
            if self._every_meeting and self._turn % self._every_meeting == 0:
                self._keep_meeting(action, slot, key)
            if self._every_moment and self._turn % self._every_moment == 0 and person is not None:
                self._look_around(action, slot, key)
            self._make_room()
            self._item_meetings[slot] += 1
            self._kind_meetings[engine.catalogue.kind_of(slot)] += 1
            self._done[key] = 0
        worth = engine.observe(action)
        self._note(action, slot, key)
        if worth >= LIKED:
            self._like(action.person_id, slot)
            if (moment := self._open_moments.pop(key, None)) is not None:
                self.moments.append(moment)
        return worth

    def meetings(self, kind: str) -> tuple[Meetings, npt.NDArray[np.int64]]:
        """What was kept of a kind of item, in order of time, and who met it; (n,)."""
        met = [each for each in self._met if each.kind == kind and each.at_ms <= self._last_ms - SETTLED_MS]
        bits = np.array([each.acts for each in met], dtype=np.int64)
        acts = (bits[:, None] >> np.arange(len(HEADS))) & 1
        return (
            Meetings(
                np.array([each.features for each in met], dtype=np.float32).reshape(-1, len(FEATURES)),
                np.array([each.rates for each in met], dtype=np.float32).reshape(-1, len(HEADS)),
                acts.astype(bool),
            ),
            np.array([each.person_id for each in met], dtype=np.int64),
        )

    def strangers(self, kind: str, *, people: int, each: int) -> list[tuple[int, npt.NDArray[np.int32]]]:
        """People of kept meetings, each with items of others' meetings that they have not met: what may be served next."""
        catalogue = self.engine.catalogue
        kept = [
            key
            for key in self._kept
            if catalogue.alive[key[1]] and catalogue.kind_names[catalogue.kind_of(key[1])] == kind
        ]
        if not kept:
            return []
        slots = np.array([slot for _, slot in kept], dtype=np.int32)
        whose = np.unique([person_id for person_id, _ in kept])
        pairs = []
        for person_id in self._rng.permutation(whose)[:people].tolist():
            drawn = np.unique(self._rng.choice(slots, each)).astype(np.int32)
            new = [slot for slot in drawn.tolist() if (person_id, slot) not in self._done]
            if new:
                pairs.append((person_id, np.array(new, dtype=np.int32)))
        return pairs

    def read(self, pairs: Sequence[tuple[int, npt.NDArray[np.int32]]]) -> Singles:
        """The features of pairs as the engine reads them now, (n, n_features)."""
        engine = self.engine
        rows = []
        for person_id, slots in pairs:
            terms = engine.terms(person_id=person_id, slots=slots, now_ms=self._last_ms)
            rows.append(engine.features(person_id=person_id, slots=slots, terms=terms))
        return np.concatenate(rows)

    def head_rates(self, slots: npt.NDArray[np.integer]) -> Singles:
        """Logits of items' own rates as they stand at the end, (n, n_heads)."""
        self._make_room()
        rates = np.zeros((len(slots), len(HEADS)), dtype=np.float32)
        kinds = self.engine.catalogue.kinds[slots]
        for kind in np.unique(kinds).tolist():
            here = kinds == kind
            rates[here] = smoothed_logits(
                self._item_acts[slots[here]], self._item_meetings[slots[here]], self._shares_of_kind(kind)
            )
        return rates

    def _like(self, person_id: int, slot: int) -> None:
        past = self.pasts.setdefault(person_id, array("i"))
        if past and past[-1] == slot:
            return
        past.append(slot)
        self.events += 1
        # Cut at twice the bound, so that appending stays cheap.
        if len(past) >= 2 * LONGEST_PAST:
            del past[:LONGEST_PAST]

    def _look_around(self, action: Action, slot: int, key: tuple[int, int]) -> None:
        engine, now_ms = self.engine, action.at_ms
        kind = engine.catalogue.kind_names[engine.catalogue.kind_of(slot)]
        likely = engine.candidates(person_id=action.person_id, now_ms=now_ms, limit=LIKELY, rng=self._rng, kind=kind)
        there = np.flatnonzero(
            engine.catalogue.alive[: len(engine.catalogue)]
            & (engine.catalogue.kinds[: len(engine.catalogue)] == engine.catalogue.kind_of(slot))
        )
        by_lot = there[self._rng.integers(0, len(there), ANY)]
        person = engine.people[action.person_id]
        others = np.array([engine.catalogue.slots[each.item_id] for each in likely], dtype=np.int32)
        others = np.setdiff1d(np.concatenate([others, by_lot]), np.append(person.seen, slot))
        if len(others) == 0:
            return
        slots = np.concatenate([[slot], others]).astype(np.int32)
        terms = engine.terms(person_id=action.person_id, slots=slots, now_ms=now_ms)
        self._open_moments[key] = Moment(terms.astype(np.float32), person.clips)

    def _keep_meeting(self, action: Action, slot: int, key: tuple[int, int]) -> None:
        engine = self.engine
        one = np.array([slot], dtype=np.int32)
        terms = engine.terms(person_id=action.person_id, slots=one, now_ms=action.at_ms)
        features = engine.features(person_id=action.person_id, slots=one, terms=terms)[0]
        self._make_room()
        kind = engine.catalogue.kind_of(slot)
        rates = smoothed_logits(self._item_acts[[slot]], self._item_meetings[[slot]], self._shares_of_kind(kind))[0]
        self._kept[key] = len(self._met)
        self._met.append(_Met(features, rates, engine.catalogue.kind_names[kind], action.person_id, action.at_ms))

    def _note(self, action: Action, slot: int, key: tuple[int, int]) -> None:
        """Which heads the act answers, for its item and for the clip that it was done from."""
        kinds = self.engine.catalogue.kind_names
        of_clip = kinds[self.engine.catalogue.kind_of(slot)] == "video"
        for head in self._heads_of(action, slot):
            self._answer(key, head)
            if of_clip or head not in ("open", "buy"):
                continue
            screen = self._on_screen.get(action.person_id)
            if head == "open" and screen is not None and action.at_ms - screen[1] <= ON_SCREEN_MS:
                self._opened_from[key] = screen[0]
            if (clip := self._opened_from.get(key)) is not None:
                self._answer((action.person_id, clip), head)
        if of_clip:
            self._on_screen[action.person_id] = (slot, action.at_ms)

    def _heads_of(self, action: Action, slot: int) -> Sequence[str]:
        if action.kind == "dwell":
            duration_ms = readable_duration_ms(action.duration_ms, float(self.engine.catalogue.duration_ms[slot]))
            watched = duration_ms > 0 and (action.dwell_ms or 0.0) >= WATCHED_SHARE * duration_ms
            return ("finish",) if watched else ()
        head = _HEAD_OF_ACT.get(action.kind)
        return () if head is None else (head,)

    def _answer(self, key: tuple[int, int], head: str) -> None:
        place = HEADS.index(head)
        done = self._done.get(key)
        if done is None or done >> place & 1:
            return
        self._done[key] = done | 1 << place
        self._item_acts[key[1], place] += 1
        self._kind_acts[self.engine.catalogue.kind_of(key[1]), place] += 1
        if (kept := self._kept.get(key)) is not None:
            self._met[kept].acts |= 1 << place

    def _shares_of_kind(self, kind: int) -> Floats:
        return kind_shares(self._kind_acts[kind], float(self._kind_meetings[kind]))

    def _make_room(self) -> None:
        n_items = len(self.engine.catalogue)
        self._item_acts = with_room(self._item_acts, n_items)
        self._item_meetings = with_room(self._item_meetings, n_items)
        n_kinds = len(self.engine.catalogue.kind_names)
        self._kind_acts = with_room(self._kind_acts, n_kinds)
        self._kind_meetings = with_room(self._kind_meetings, n_kinds)
