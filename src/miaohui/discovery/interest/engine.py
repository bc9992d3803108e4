"""The interest engine: the models of this folder behind one door.

Single-threaded and without a clock or randomness of its own: time and generators come in with each call. The same
calls in the same order give the same state bit for bit (snapshot.py), whatever the ids and the hash seed.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from miaohui.discovery.interest.actions import WORTH, Action, Worth
from miaohui.discovery.interest.answers import SOURCES, Candidate, Counts, Interest, Reason, Scored
from miaohui.discovery.interest.arrays import NO_SLOTS, Flags, Floats, Slots, strongest
from miaohui.discovery.interest.catalogue import Catalogue
from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.cooccurrence import Cooccurrence
from miaohui.discovery.interest.dwell import (
    DwellSketch,
    moved_habit,
    readable_duration_ms,
    readable_dwell_s,
    worth_of_dwell,
)
from miaohui.discovery.interest.explain import explain, interests_of
from miaohui.discovery.interest.exploration import FreshPool, focused, staying, systematic_sample
from miaohui.discovery.interest.histories import Units
from miaohui.discovery.interest.learned.heads import FEATURES, Chances, Heads, Singles
from miaohui.discovery.interest.learned.model import TERMS, LearnedModel
from miaohui.discovery.interest.learned.reading import Reader
from miaohui.discovery.interest.likeness import Likeness
from miaohui.discovery.interest.people import MEDIAN_RANK, People, Person
from miaohui.discovery.interest.popularity import Popularity
from miaohui.discovery.interest.scoring import Scorer, Similar, Spread
from miaohui.discovery.interest.sources import (
    chance_items,
    fresh_items,
    items_by_content,
    popular_items,
    similar_items,
)
from miaohui.discovery.interest.taste import NO_SHARES, NO_TASTE, Taste, read_taste
from miaohui.discovery.interest.weights import Blend, Memory, fingerprint

# Of the candidates asked for, each source may keep one in this many whatever their scores, so that none is crowded out.
SOURCE_FLOOR = 8
NO_KIND = -1
LONGEST_S = 86_400.0


class InterestEngine:
    """Learns from acts at once and answers what a person may want next.

    Unknown ids are never an error: an unknown person is a newcomer, an unknown item is counted and left aside.
    """

    def __init__(self, *, memory: Memory | None = None, blend: Blend | None = None) -> None:
        self.memory = memory or Memory()
        self.blend = blend or Blend()
        # Changes with every number that can change a score; logged beside each served item.
        self.version = f"interest-1-{fingerprint(self.memory, self.blend)}"
        self.counts = Counts()
        self.people = People(self.memory)
        self.catalogue = Catalogue()
        self.content = Content(self.memory)
        self.cooccurrence = Cooccurrence(self.memory)
        self.popularity = Popularity(self.memory)
        self.pool = FreshPool(self.memory.exploration_budget)
        self.dwell = DwellSketch(self.memory)
        self.scorer = Scorer(
            catalogue=self.catalogue,
            content=self.content,
            cooccurrence=self.cooccurrence,
            popularity=self.popularity,
            blend=self.blend,
        )

        # Whom `forget` has erased; no part of the state, since a model that was fitted later does not know them.
        self._erased: set[int] = set()
        # What the last page was made from, until something changes.
        self._sat: tuple[tuple[int, int, bool], Taste, Spread] | None = None

    # --- the catalogue

    def add_item(
        self,
        *,
        item_id: int,
        author_id: int,
        tokens: Sequence[str],
        duration_ms: int,
        published_at_ms: int,
        kind: str = "video",
    ) -> None:
        """This will make an item servable, or replace what is known of it; what was learned from watching stays."""
        self._sat = None
        known = self.catalogue.slot_of(item_id)
        if known is not None:
            self.content.drop(known)
        slot = self.catalogue.put(
            item_id=item_id,
            author_id=author_id,
            duration_ms=duration_ms,
            published_at_ms=published_at_ms,
            kind=kind,
        )
        self.content.put(slot, author_id=author_id, tokens=tokens, kind=self.catalogue.kind_of(slot))
        n_items = len(self.catalogue)
        self.cooccurrence.make_room(n_items)
        self.popularity.make_room(n_items)
        self.pool.make_room(n_items)
        if self.scorer.reader is not None:
            self.scorer.reader.make_room(n_items, changed=slot)

    def remove_item(self, item_id: int) -> None:
        """This will stop serving the item and forget what was learned about it; people's seen marks stay."""
        self._sat = None
        slot = self.catalogue.slot_of(item_id)
        if slot is None:
            return
        self.catalogue.alive[slot] = False
        self.content.drop(slot)
        self.cooccurrence.drop(slot)
        self.popularity.drop(slot)

    # --- what was learned from everybody

    def adopt(self, model: LearnedModel | None, *, erased: Iterable[int] = ()) -> None:
        """This will score with the model from the next call on, or without any; the state is left as it is.

        erased: people whom the caller's log has erased since the model was fitted. Whom `forget` forgets later on is
        left out by itself.
        """
        self._sat = None
        self.scorer.reader = reader = None if model is None else Reader(model, self.catalogue, self.content)
        if reader is not None:
            # Who went while the caller was still reading its log is known here.
            for person_id in {*erased, *self._erased}:
                reader.forget(person_id)

    @property
    def learned_version(self) -> str:
        """Of the model that is in use, empty without one."""
        return "" if self.scorer.reader is None else self.scorer.reader.model.version

    # --- learning

    def observe(self, action: Action) -> float:
        """This will fold one act into the state and return what it was worth, in units of actions.py (0 if ignored)."""
        self._sat = None
        self.counts.observed += 1
        slot = self.catalogue.slot_of(action.item_id)
        if slot is None:
            self.counts.unknown_item += 1
            return 0.0
        worth = WORTH.get(action.kind)
        if worth is None:
            self.counts.unknown_kind += 1
            return 0.0
        person = self._person(action.person_id, action.at_ms)
        if person.meets(slot, self.memory):
            self.popularity.expose(slot, action.at_ms, self.catalogue.kind_of(slot))
            self.pool.spend(slot)
        if worth.hides:
            person.hides(slot)
        interest = self._measure(person, slot, action, worth.ceiling) if worth.measured else worth.interest
        if not person.paused:
            self._learn(person, slot, interest, worth, action.at_ms)
        return interest

    def not_interested(self, *, person_id: int, item_id: int, at_ms: int) -> None:
        """This will hide the item from the person for good and let its kind step back."""
        self.observe(Action(person_id=person_id, item_id=item_id, kind="not_interested", at_ms=at_ms))

    def fewer_like(self, *, person_id: int, item_id: int, at_ms: int) -> None:
        """This will hide the item from the person for good and push its topic down for weeks."""
        self.observe(Action(person_id=person_id, item_id=item_id, kind="fewer_like_this", at_ms=at_ms))

    def pause(self, *, person_id: int, paused: bool, at_ms: int) -> None:
        """This will stop (or resume) learning from the person's acts; seen and hidden items are still kept."""
        self._sat = None
        self._person(person_id, at_ms).paused = paused

    def is_paused(self, person_id: int) -> bool:
        person = self.people.get(person_id)
        return person is not None and person.paused

    def forget(self, person_id: int, *, keep_seen: bool = False) -> None:
        """This will make the person a newcomer again ("reset my interests").

        Pausing stays, since it is a choice about learning and not something learned. With keep_seen the seen and
        hidden items stay as well, so that a reset does not serve the same clips again. Votes already counted for
        others are sums without names and remain; what stands in a model under the person's number is passed over
        from now on, unless keep_seen says that they stay.
        """
        self._sat = None
        if not keep_seen:
            self._erased.add(person_id)
            if self.scorer.reader is not None:
                self.scorer.reader.forget(person_id)
        person = self.people.pop(person_id)
        if person is None or not (person.paused or keep_seen):
            return
        fresh = Person(self.memory, person.clock_ms)
        fresh.paused = person.paused
        if keep_seen:
            fresh.shelves, fresh.recent, fresh.hidden = person.shelves, person.recent, person.hidden
        self.people[person_id] = fresh

    # --- serving

    def candidates(
        self,
        *,
        person_id: int,
        now_ms: int,
        limit: int,
        rng: np.random.Generator,
        personal: bool = True,
        allow_seen: bool = False,
        kind: str = "video",
        worth: Mapping[str, float] | None = None,
    ) -> list[Candidate]:
        """This will propose up to `limit` items of one kind, best score first: unseen, not hidden, every source
        represented.

        personal=False leaves the person's taste aside (popularity and freshness only), never what they hid.
        allow_seen=True lets seen items return, for a town that has been watched to its end, and for goods.
        worth: what each of learned.heads.HEADS is worth. With it, and a model whose heads have shown that they put the
        kind into a better order, the score is the sum of chances; it keeps the scale of the blend.
        """
        person = self.people.get(person_id)
        number = self.catalogue.number_of(kind)
        servable = self._servable(person, number, allow_seen=allow_seen)
        if number is None or limit <= 0 or not servable.any():
            return []
        taste, spread = self._sitting(person_id, now_ms=now_ms, personal=personal)
        with self.scorer.similar(taste, spread=spread) as similar:
            found = [
                similar_items(self.scorer, similar, servable),
                items_by_content(self.scorer, taste, servable, number),
                popular_items(self.scorer, servable, number, now_ms),
                fresh_items(self.scorer, self.pool, taste, servable, rng),
            ]
            slots, sources = _merged(found)
            if len(slots) < limit:
                found.append(chance_items(self.scorer, servable, limit, rng))
                slots, sources = _merged(found)
            scores = self._scores(person, taste, slots, similar, now_ms, worth=worth if personal else None)
        chosen = _best_with_floors(scores, sources, limit)
        return [
            Candidate(item_id=item_id, source=SOURCES[source], score=score)
            for item_id, source, score in zip(
                self.catalogue.ids[slots[chosen]].tolist(),
                sources[chosen].tolist(),
                scores[chosen].tolist(),
                strict=True,
            )
        ]

    def score(
        self,
        *,
        person_id: int,
        item_ids: Sequence[int],
        now_ms: int,
        personal: bool = True,
        worth: Mapping[str, float] | None = None,
    ) -> Floats:
        """The score of items (n,) of one kind in the order given, finite, as `candidates` gives it; 0 for an item that
        cannot be served."""
        known = [(place, slot) for place, i in enumerate(item_ids) if (slot := self.catalogue.slot_of(i)) is not None]
        scores = np.zeros(len(item_ids))
        if known:
            places, slots = zip(*known, strict=True)
            found = np.array(slots, dtype=np.int32)
            taste, spread = self._sitting(person_id, now_ms=now_ms, personal=personal)
            with self.scorer.similar(taste, spread=spread) as similar:
                scores[list(places)] = self._scores(
                    self.people.get(person_id), taste, found, similar, now_ms, worth=worth if personal else None
                )
        return scores

    def explore(
        self,
        *,
        person_id: int,
        now_ms: int,
        count: int,
        rng: np.random.Generator,
        personal: bool = True,
        exclude_items: Collection[int] = (),
        exclude_authors: Collection[int] = (),
        kind: str = "video",
    ) -> list[Scored]:
        """This will draw up to `count` fresh unseen items of one kind; probability is the exact chance of each in this
        draw, given what it guessed of each item's success (exploration.py).

        Exclude here what must not be shown: filtering afterwards would make the probabilities untrue.
        """
        person = self.people.get(person_id)
        servable = self._servable(person, self.catalogue.number_of(kind), allow_seen=False)
        for item_id in exclude_items:
            if item_id in self.catalogue.slots:
                servable[self.catalogue.slots[item_id]] = False
        newest = self._newest_not_of(frozenset(exclude_authors), servable)
        taste, spread = self._sitting(person_id, now_ms=now_ms, personal=personal)
        weights = focused(self.scorer.content_of(taste, newest), self.blend.exploration_focus)
        weights = weights * staying(*self.popularity.present(newest, now_ms), rng)
        chosen, probabilities = systematic_sample(weights, count, rng)
        slots = newest[chosen]
        with self.scorer.similar(taste, spread=spread) as similar:
            scores = self.scorer.total(taste, slots, similar, now_ms)
        ids = self.catalogue.ids[slots].tolist()
        return [
            Scored(item_id=item_id, source="fresh", score=score, probability=probability)
            for item_id, score, probability in zip(ids, scores.tolist(), probabilities.tolist(), strict=True)
        ]

    def chances(self, *, person_id: int, item_ids: Sequence[int], now_ms: int, personal: bool = True) -> Chances | None:
        """What the person may do with items (n,) of one kind that can be served, and what that is worth; None without
        a model that has heads for their kind."""
        slots = np.array([self.catalogue.slots[item_id] for item_id in item_ids], dtype=np.int32)
        if len(slots) == 0 or self._heads(slots) is None:
            return None
        terms = self.terms(person_id=person_id, slots=slots, now_ms=now_ms, personal=personal)
        return self._chances(self.people.get(person_id), slots, terms)

    def terms(self, *, person_id: int, slots: Slots, now_ms: int, personal: bool = True) -> Floats:
        """The terms of the score of items (n,), before their weights; (n, n_terms)."""
        taste = self.taste(person_id, now_ms=now_ms, personal=personal)
        with self.scorer.similar(taste, every=True) as similar:
            return self.scorer.terms(taste, slots, similar, now_ms)

    def features(self, *, person_id: int, slots: Slots, terms: Floats) -> Singles:
        """What the heads read of items (n,) with these terms; (n, n_features)."""
        return self._features(self.people.get(person_id), slots, terms)

    def knows(self, item_id: int) -> bool:
        """Whether the item can be served."""
        return self.catalogue.slot_of(item_id) is not None

    def likeness(self, item_ids: Sequence[int]) -> Likeness:
        """How alike items are that can be served, by words and, with a model, by who watches them."""
        slots = np.array([self.catalogue.slots[item_id] for item_id in item_ids], dtype=np.int32)
        return Likeness(slots, self.content, self.scorer.reader)

    # --- answering for itself

    def taste(self, person_id: int, *, now_ms: int, personal: bool = True) -> Taste:
        """The person's histories as weights; nothing for a newcomer, or where the feed is to be impersonal."""
        person = self.people.get(person_id)
        if person is None or not personal:
            return NO_TASTE
        shares = NO_SHARES if self.scorer.reader is None else self.scorer.reader.shares
        return read_taste(person, self.content, now_ms=now_ms, memory=self.memory, blend=self.blend, shares=shares)

    def why(self, *, person_id: int, item_id: int, now_ms: int, personal: bool = True) -> list[Reason]:
        """The additive parts of the item's score for the person, strongest first; empty for an unknown item."""
        slot = self.catalogue.slot_of(item_id)
        if slot is None:
            return []
        return explain(self.scorer, self.taste(person_id, now_ms=now_ms, personal=personal), slot, now_ms)

    def interests(self, *, person_id: int, now_ms: int, limit: int = 20) -> list[Interest]:
        """What the engine believes of the person: tokens and authors with their weights, strongest first."""
        return interests_of(self.scorer, self.taste(person_id, now_ms=now_ms), limit)

    def acquaintance(self, person_id: int) -> int:
        """On how many items the person's acts have said something; 0 for a newcomer, and after `forget`."""
        person = self.people.get(person_id)
        return person.clips if person is not None else 0

    def lingered_on(self, *, person_id: int, now_ms: int, limit: int, kind: str = "video") -> list[tuple[int, float]]:
        """The items of one kind that speak for a person's taste, with their weights, the strongest first."""
        taste, number = self.taste(person_id, now_ms=now_ms), self.catalogue.number_of(kind)
        told = (self.catalogue.kinds[taste.items] == number) & (taste.item_weights > 0)
        items, weights = self.catalogue.ids[taste.items[told]], taste.item_weights[told]
        best = strongest(weights, limit)
        return list(zip(items[best].tolist(), weights[best].tolist(), strict=True))

    def seen(self, person_id: int) -> frozenset[int]:
        """Ids of the items the person has met, newest `seen_per_person` of them."""
        person = self.people.get(person_id)
        return self._ids(person.seen) if person is not None else frozenset()

    def hidden(self, person_id: int) -> frozenset[int]:
        """Ids of the items that the person asked not to see."""
        person = self.people.get(person_id)
        return self._ids(person.hidden) if person is not None else frozenset()

    # --- inside

    def _scores(
        self,
        person: Person | None,
        taste: Taste,
        slots: Slots,
        similar: Similar,
        now_ms: int,
        *,
        worth: Mapping[str, float] | None,
    ) -> Floats:
        if worth is not None and (heads := self._heads(slots)) is not None and heads.ranks:
            chances = self._chances(person, slots, self.scorer.terms(taste, slots, similar, now_ms))
            if chances is not None:
                return chances.value(worth)
        return self.scorer.total(taste, slots, similar, now_ms)

    def _features(self, person: Person | None, slots: Slots, terms: Floats) -> Singles:
        features = np.zeros((len(slots), len(FEATURES)), dtype=np.float32)
        features[:, : len(TERMS)] = terms
        features[:, -3] = np.log1p(np.minimum(self.catalogue.duration_ms[slots] / 1000.0, LONGEST_S))
        features[:, -2] = MEDIAN_RANK if person is None else person.habit
        features[:, -1] = 0.0 if person is None else math.log1p(person.clips)
        return features

    def _sitting(self, person_id: int, *, now_ms: int, personal: bool) -> tuple[Taste, Spread]:
        """The person's taste and what it reaches, once for all that one page asks for."""
        key = (person_id, now_ms, personal)
        if self._sat is None or self._sat[0] != key:
            reader = self.scorer.reader
            every = reader is not None and any(heads.ranks for heads in reader.model.notes.heads.values())
            taste = self.taste(person_id, now_ms=now_ms, personal=personal)
            self._sat = (key, taste, self.scorer.spread(taste, every=every))
        return self._sat[1:]

    def _heads(self, slots: Slots) -> Heads | None:
        """Those of the kind of the first item."""
        reader = self.scorer.reader
        if reader is None or len(slots) == 0:
            return None
        return reader.model.notes.heads.get(self.catalogue.kind_names[self.catalogue.kind_of(int(slots[0]))])

    def _chances(self, person: Person | None, slots: Slots, terms: Floats) -> Chances | None:
        reader, heads = self.scorer.reader, self._heads(slots)
        if reader is None or heads is None:
            return None
        features = self._features(person, slots, terms)
        return Chances(heads, heads.chances(features, reader.head_rates(slots, heads.share_logits())))

    def _person(self, person_id: int, at_ms: int) -> Person:
        person = self.people.get(person_id)
        if person is None:
            person = self.people[person_id] = Person(self.memory, at_ms)
        return person

    def _measure(self, person: Person, slot: int, action: Action, ceiling: float) -> float:
        """The worth of a dwell, at most `ceiling`; sketch and habit learn from it afterwards."""
        duration_ms = readable_duration_ms(action.duration_ms, float(self.catalogue.duration_ms[slot]))
        dwell_s = readable_dwell_s(action.dwell_ms, duration_ms)
        if dwell_s is None:
            return min(0.0, ceiling)
        duration_s = duration_ms / 1000
        rank = self.dwell.rank(dwell_s=dwell_s, duration_s=duration_s)
        worth = worth_of_dwell(rank=rank, habit=person.habit, dwell_s=dwell_s, duration_s=duration_s)
        self.dwell.record(dwell_s=dwell_s, duration_s=duration_s)
        if not person.paused:
            person.habit = moved_habit(person.habit, rank, person.watches, self.memory)
            person.watches += 1
        return min(worth, ceiling)

    def _learn(self, person: Person, slot: int, interest: float, worth: Worth, at_ms: int) -> None:
        if not (interest or worth.author or worth.wish or worth.author_wish):
            return
        now = person.steps_to(slot, at_ms, self.memory)
        tokens = self.content.tokens_of(slot)
        said, bound = person.said_of(slot, now), self.memory.say_per_clip
        amount = min(max(said + interest, -bound), bound) - said
        if amount:
            person.remembers_item(slot, amount, now, self.memory)
            amounts = np.full(len(tokens), amount / math.sqrt(len(tokens)))
            person.remembers_tokens(tokens, amounts, now, self.memory, self.content.omega)
        if worth.author:
            person.remembers_tokens(tokens[:1], np.array([worth.author]), now, self.memory, self.content.omega)
        if worth.wish:
            _, values = self.content.vectors(np.array([slot], dtype=np.int32))
            person.wishes_for(tokens, worth.wish * _direction(values[0, : len(tokens)]), self.memory)
        if worth.author_wish:
            person.wishes_for(tokens[:1], np.array([worth.author_wish]), self.memory)
        if amount > 0:
            self._vote(person, slot, amount, now)

    def _vote(self, person: Person, slot: int, amount: float, now: Units) -> None:
        credit = person.votes_for(slot, min(amount, 1.0))
        if credit > 0:
            self.popularity.succeed(slot, credit, person.clock_ms, self.catalogue.kind_of(slot))
            partners, strengths = person.partners_of(slot, now, self.memory)
            alive = self.catalogue.alive[partners]
            self.cooccurrence.vote(slot, credit=credit, partners=partners[alive], strengths=strengths[alive])

    def _servable(self, person: Person | None, kind: int | None, *, allow_seen: bool) -> Flags:
        n_items = len(self.catalogue)
        of_kind: Flags = self.catalogue.kinds[:n_items] == (NO_KIND if kind is None else kind)
        servable: Flags = self.catalogue.alive[:n_items] & of_kind
        if person is not None:
            servable[person.hidden] = False
            if not allow_seen:
                servable[person.seen] = False
        return servable

    def _newest_not_of(self, authors: frozenset[int], servable: Flags) -> Slots:
        """The exploration window without these authors: looked for in four windows, since they are few in any pool."""
        window = self.blend.exploration_window
        newest = self.pool.newest(servable, 4 * window if authors else window)
        allowed = [author not in authors for author in self.catalogue.authors[newest].tolist()]
        kept: Slots = newest[np.array(allowed, dtype=bool)][:window]
        return kept

    def _ids(self, slots: Slots) -> frozenset[int]:
        return frozenset(self.catalogue.ids[slots].tolist())


def _direction(values: Floats) -> Floats:
    """The item's vector over its tokens; a clip that shares no token yet points evenly to all of its own."""
    return values if values.any() else np.full(len(values), len(values) ** -0.5)


def _merged(found: list[Slots]) -> tuple[Slots, Slots]:
    """All slots once, each with the number of the first source that found it, in order of finding."""
    slots = np.concatenate([NO_SLOTS, *found])
    sources = np.repeat(np.arange(len(found), dtype=np.int32), [len(part) for part in found])
    _, first = np.unique(slots, return_index=True)
    first.sort()
    return slots[first], sources[first]


def _best_with_floors(scores: Floats, sources: Slots, limit: int) -> Slots:
    """Positions of the best `limit`, best first, with limit // SOURCE_FLOOR places kept for each source's best."""
    order = strongest(scores, len(scores))
    kept = np.zeros(len(scores), dtype=bool)
    for source in range(len(SOURCES)):
        kept[order[sources[order] == source][: limit // SOURCE_FLOOR]] = True
    rest = order[~kept[order]]
    kept[rest[: max(limit - int(kept.sum()), 0)]] = True
    return order[kept[order]][:limit].astype(np.int32)
