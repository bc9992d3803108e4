"""What the world sends: unknown ids, clips of no length, clocks that go back, histories of thousands."""

import math

import numpy as np
import pytest

from miaohui.discovery.interest import Action, InterestEngine, Memory
from tests.discovery.interest.town import DAY_MS, MONDAY_MS, Town, demo_town

ZHOU = 321


def test_an_empty_town_has_nothing_to_show() -> None:
    engine = InterestEngine()
    rng = np.random.default_rng(0)

    assert engine.candidates(person_id=1, now_ms=0, limit=10, rng=rng) == []
    assert engine.explore(person_id=1, now_ms=0, count=3, rng=rng) == []
    assert engine.score(person_id=1, item_ids=[5, 6], now_ms=0).tolist() == [0, 0]
    assert engine.score(person_id=1, item_ids=[], now_ms=0).tolist() == []
    assert engine.why(person_id=1, item_id=5, now_ms=0) == []
    engine.remove_item(5)
    engine.forget(1)


def test_unknown_items_and_kinds_are_counted_and_left_aside() -> None:
    town = demo_town()
    before = town.page(ZHOU, 30)

    town.act(ZHOU, 999_999, "like")
    town.act(ZHOU, town.page(ZHOU)[0], "teleported")

    assert (town.engine.counts.unknown_item, town.engine.counts.unknown_kind) == (1, 1)
    assert town.page(ZHOU, 30) == before
    assert ZHOU not in town.engine.people


@pytest.mark.parametrize("dwell_ms", [None, math.nan, math.inf, -math.inf, -5.0, 0.0, 1e300, 5e-324])
@pytest.mark.parametrize("duration_ms", [0, -3, math.nan, math.inf, 1e300, 6000, 5e-324])
def test_any_dwell_on_a_clip_of_no_length_leaves_finite_scores(dwell_ms: float | None, duration_ms: float) -> None:
    town = Town()
    town.publish_many(20)
    clip = town.publish("tea", duration_ms=0)
    worth = town.engine.observe(
        Action(
            person_id=ZHOU,
            item_id=clip,
            kind="dwell",
            dwell_ms=dwell_ms,
            duration_ms=duration_ms,
            at_ms=town.now_ms,
        )
    )

    assert -1 <= worth <= 1
    assert np.isfinite(town.engine.score(person_id=ZHOU, item_ids=list(town.clips), now_ms=town.now_ms)).all()
    assert len(town.page(ZHOU)) == 6


def test_a_swipe_never_speaks_for_a_clip() -> None:
    town = demo_town()
    clip = town.of_topic("tea")[0]

    assert town.act(ZHOU, clip, "swipe_away", 1e6) == 0
    assert town.act(ZHOU, clip, "swipe_away", 500) < 0


def test_a_clock_that_goes_back_or_leaps_ahead() -> None:
    town = demo_town()
    for at_ms in (MONDAY_MS - 400 * DAY_MS, 0, -5, 2**62, MONDAY_MS):
        for clip in list(town.clips)[:3]:
            town.engine.observe(Action(person_id=ZHOU, item_id=clip, kind="like", at_ms=at_ms))
    for now_ms in (0, MONDAY_MS, 2**62):
        scores = town.engine.score(person_id=ZHOU, item_ids=list(town.clips), now_ms=now_ms)
        assert np.isfinite(scores).all()
        assert (scores >= -10).all()


def test_ten_thousand_acts_of_one_person() -> None:
    town = Town()
    town.publish_many(3000)
    clips = list(town.clips)
    kinds = ("dwell", "like", "finish", "unlike", "share", "fewer_like_this", "not_interested", "follow_author")
    for n in range(10_000):
        town.act(ZHOU, clips[(n * 7) % 3000], kinds[n % 8], 1000.0 * (n % 30))

    person = town.engine.people[ZHOU]
    memory = Memory()
    assert len(person.items) <= memory.items_per_person
    assert len(person.tokens) <= memory.tokens_per_person
    assert len(person.wishes) <= memory.wishes_per_person
    assert np.isfinite(town.engine.score(person_id=ZHOU, item_ids=clips, now_ms=town.now_ms)).all()


def test_who_toggles_a_like_counts_once_for_others() -> None:
    town = Town()
    town.publish_many(20)
    one, other = list(town.clips)[:2]
    town.dwell(ZHOU, other)
    for _ in range(200):
        town.act(ZHOU, one, "like")
        town.act(ZHOU, one, "unlike")

    slot = town.engine.catalogue.slots[one]
    assert town.engine.cooccurrence.votes[slot] == pytest.approx(1.0)
    assert town.engine.popularity.rates(np.array([slot], dtype=np.int32), town.now_ms)[0] < 0.1


def test_fifty_replays_of_one_clip_say_no_more_than_a_few_acts() -> None:
    town = demo_town()
    clip = town.of_topic("tea")[0]
    for _ in range(50):
        town.act(ZHOU, clip, "replay")

    person = town.engine.people[ZHOU]
    assert np.abs(person.items["h"] * person.left(Memory(), town.now_ms)).max() == pytest.approx(4.0, rel=0.02)


def test_nothing_seen_hidden_or_removed_is_served() -> None:
    town = demo_town()
    seen = town.page(ZHOU, 3)
    for clip in seen:
        town.act(ZHOU, clip, "impression")
    hidden, removed = town.page(ZHOU, 2)
    town.act(ZHOU, hidden, "not_interested")
    town.engine.remove_item(removed)

    unseen = town.page(ZHOU, 60)
    again = town.engine.candidates(
        person_id=ZHOU, now_ms=town.now_ms, limit=200, rng=np.random.default_rng(1), allow_seen=True
    )
    ids = {candidate.item_id for candidate in again}
    assert not {*seen, hidden, removed} & set(unseen)
    assert set(seen) <= ids
    assert not {hidden, removed} & ids


def test_a_town_watched_to_its_end_has_nothing_new() -> None:
    town = demo_town()
    for clip in town.clips:
        town.act(ZHOU, clip, "impression")

    assert town.page(ZHOU) == []
    assert (
        len(
            town.engine.candidates(
                person_id=ZHOU, now_ms=town.now_ms, limit=30, rng=np.random.default_rng(1), allow_seen=True
            )
        )
        == 30
    )


def test_every_clip_of_a_small_town_can_be_reached() -> None:
    town = demo_town()
    found = town.engine.candidates(person_id=ZHOU, now_ms=town.now_ms, limit=500, rng=np.random.default_rng(0))

    assert {candidate.item_id for candidate in found} == set(town.clips)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_chance_fills_what_the_sources_leave() -> None:
    town = Town(InterestEngine(memory=Memory(exploration_budget=1, board_size=5)))
    town.publish_many(300)
    for clip in town.clips:
        town.act(1, clip, "impression")

    found = town.engine.candidates(person_id=ZHOU, now_ms=town.now_ms, limit=60, rng=np.random.default_rng(0))

    assert len(found) > 40
    assert {candidate.source for candidate in found} == {"popular", "chance"}


def test_every_source_keeps_its_places() -> None:
    town = demo_town()
    for clip in town.of_topic("tea")[:5]:
        town.dwell(ZHOU, clip)
    town.publish_many(100)

    found = town.engine.candidates(person_id=ZHOU, now_ms=town.now_ms, limit=40, rng=np.random.default_rng(0))

    assert len(found) == 40
    assert {candidate.source for candidate in found} >= {"similar", "content", "popular", "fresh"}


def test_an_edited_clip_is_found_under_its_new_words_only() -> None:
    town = demo_town()
    clip = town.of_topic("tea")[0]
    author_id = int(town.engine.catalogue.authors[town.engine.catalogue.slots[clip]])
    votes = town.engine.cooccurrence.votes.copy()
    town.engine.add_item(
        item_id=clip, author_id=author_id, tokens=["#chess", "chess1"], duration_ms=5, published_at_ms=town.now_ms
    )
    assert (town.engine.cooccurrence.votes == votes).all()
    for each in town.of_topic("chess")[:3]:
        town.dwell(ZHOU, each)

    tokens = {r.token for r in town.engine.why(person_id=ZHOU, item_id=clip, now_ms=town.now_ms) if r.kind == "token"}
    slot = town.engine.catalogue.slots[clip]
    assert slot not in town.engine.content.newest(town.engine.content.token_slots["#tea"])
    assert "#chess" in tokens
    assert "#tea" not in tokens


def test_a_removed_clip_learns_no_more_neighbours() -> None:
    town = demo_town()
    gone, later = town.page(ZHOU, 2)
    town.dwell(ZHOU, gone)
    town.engine.remove_item(gone)
    town.dwell(ZHOU, later)

    taste = town.engine.taste(ZHOU, now_ms=town.now_ms)
    slots, strengths = taste.items[:1], np.ones(1)
    assert slots.tolist() == [town.engine.catalogue.slots[gone]]
    _, neighbours, _ = town.engine.cooccurrence.spread(slots, strengths, shrinkage=1.0)
    assert neighbours.tolist() == []


def test_a_removed_clip_may_return() -> None:
    town = demo_town()
    clip = town.page(ZHOU)[0]
    town.engine.remove_item(clip)
    assert town.engine.score(person_id=ZHOU, item_ids=[clip], now_ms=town.now_ms)[0] == 0
    town.engine.add_item(item_id=clip, author_id=1, tokens=["#tea"], duration_ms=0, published_at_ms=town.now_ms)

    assert town.engine.score(person_id=ZHOU, item_ids=[clip], now_ms=town.now_ms)[0] > 0
    assert len(town.engine.catalogue) == 120
