import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.interest import people
from miaohui.discovery.interest.packing import packed_slots, short, unpacked_slots
from miaohui.discovery.interest.people import RECENT, People, Person
from miaohui.discovery.interest.weights import Memory

MEMORY = Memory()
HOUR_MS = 3_600_000


def watched(person: Person, slot: int, amount: float, at_ms: int, memory: Memory = MEMORY) -> None:
    now = person.steps_to(slot, at_ms, memory)
    person.remembers_item(slot, amount, now, memory)


def written_out(acts: list[tuple[int, float, int]], slot: int, now_ms: int) -> list[float]:
    """The formula of histories.py, term by term. acts: (slot, amount, at_ms), each on another item than the last."""
    by_clips = [
        sum(w * 2 ** (-(len(acts) - n) / half_life) for n, (k, w, _) in enumerate(acts, 1) if k == slot)
        for half_life in MEMORY.half_lives_clips
    ]
    return [*by_clips, sum(w * 2 ** (-(now_ms - at) / MEMORY.half_life_ms) for k, w, at in acts if k == slot)]


@settings(deadline=None)
@given(
    amounts=st.lists(st.floats(-4, 4), min_size=1, max_size=150),
    hours=st.integers(0, 40),
)
def test_one_addition_equals_the_sum_written_out(amounts: list[float], hours: int) -> None:
    person = Person(MEMORY, 0)
    acts = [(n % 7, amount, n * hours * HOUR_MS) for n, amount in enumerate(amounts)]
    for slot, amount, at_ms in acts:
        watched(person, slot, amount, at_ms)
    now_ms = acts[-1][2] + 5 * HOUR_MS

    present = person.items["h"] * person.left(MEMORY, now_ms)

    expected = np.array([written_out(acts, slot, now_ms) for slot in person.items["key"].tolist()])
    np.testing.assert_allclose(present, expected, rtol=1e-3, atol=1e-4)


def test_several_acts_on_one_clip_are_one_step() -> None:
    person = Person(MEMORY, 0)
    for slot in (1, 1, 1, 2, 1):
        watched(person, slot, 1.0, 0)

    assert person.clips == 3


def test_the_clock_never_goes_back() -> None:
    person = Person(MEMORY, 0)
    watched(person, 1, 1.0, 50 * HOUR_MS)
    watched(person, 2, 1.0, 2 * HOUR_MS)

    assert person.clock_ms == 50 * HOUR_MS
    by_the_wall = (person.items["h"] * person.left(MEMORY, 50 * HOUR_MS))[:, -1]
    assert by_the_wall[0] == by_the_wall[1]


def test_years_away_leave_nothing_and_break_nothing() -> None:
    person = Person(MEMORY, 0)
    watched(person, 1, 1.0, 0)
    watched(person, 2, 1.0, 2**62)

    by_the_wall = (person.items["h"] * person.left(MEMORY, 2**62))[:, -1]
    assert by_the_wall.tolist() == [0.0, 1.0]
    assert person.left(MEMORY, 2**70)[-1] == 0.0


def test_a_full_history_keeps_the_strong_and_hears_the_new() -> None:
    memory = Memory(items_per_person=8)
    person = Person(memory, 0)
    for slot in range(8):
        watched(person, slot, 3.0 if slot < 4 else 0.2, 0, memory)
    for slot in range(100, 110):
        watched(person, slot, 0.1, 0, memory)

    kept = person.items["key"].tolist()
    assert len(kept) == 8
    assert kept[:4] == [0, 1, 2, 3]
    assert kept[-1] == 109


def test_ten_thousand_clips_stay_finite_and_small() -> None:
    person = Person(MEMORY, 0)
    for n in range(10_000):
        watched(person, n, 1.0 if n % 3 else -1.0, n * HOUR_MS)

    assert np.isfinite(person.items["h"]).all()
    assert len(person.items) == MEMORY.items_per_person
    assert len(person.packed()) < 1400


def test_one_vote_per_person_and_item() -> None:
    person = Person(MEMORY, 0)
    watched(person, 1, 4.0, 0)

    counted = [person.votes_for(1, amount) for amount in (0.4, 0.4, 0.4, 1.0)]

    assert sum(counted) == pytest.approx(1.0)
    assert counted[-1] == 0


def test_seen_is_kept_once_and_forgets_the_oldest() -> None:
    memory = Memory(seen_per_person=100)
    person = Person(memory, 0)

    first = [person.meets(slot, memory) for slot in range(101)]
    again = person.meets(100, memory)

    assert all(first)
    assert not again
    assert person.seen.tolist() == list(range(25, 101))


@given(seen=st.lists(st.integers(0, 300), max_size=400), cap=st.integers(1, 150))
def test_shelves_hold_what_a_plain_list_would(seen: list[int], cap: int) -> None:
    """Nothing is met twice while it is known; a quarter at a time is forgotten, the oldest."""
    memory = Memory(seen_per_person=cap)
    person = Person(memory, 0)
    quarter = max(cap // 4, 1)
    known: list[int] = []
    for slot in seen:
        assert person.meets(slot, memory) == (slot not in known)
        if slot not in known:
            if len(known) >= cap:
                known = known[quarter:]
            known.append(slot)
        assert sorted(person.seen.tolist()) == sorted(known)
        assert len(person.recent) < RECENT


# --- at rest


@given(slots=st.sets(st.integers(0, 2**31 - 1), max_size=200))
def test_gaps_give_back_their_slots(slots: set[int]) -> None:
    rising = np.array(sorted(slots), dtype=np.int32)
    data = packed_slots(rising)

    assert unpacked_slots(b"xx" + data + b"yy", 2, len(data)).tolist() == rising.tolist()
    assert len(data) <= 5 * len(slots)


@given(weights=st.lists(st.floats(-(2.0**100), 2.0**100, width=32), max_size=20))
def test_a_weight_loses_at_most_one_part_in_65_000_and_only_once(weights: list[float]) -> None:
    once = short(np.array(weights))

    np.testing.assert_allclose(once, np.array(weights, dtype=np.float32), rtol=2**-16, atol=1e-42)
    assert short(once).tolist() == once.tolist()


def test_who_rests_between_acts_is_who_never_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "AWAKE", 2)
    memory = Memory(items_per_person=7, tokens_per_person=9, wishes_per_person=4, seen_per_person=200)
    rng = np.random.default_rng(3)
    crowd, awake = People(memory), {number: Person(memory, 0) for number in range(6)}
    for number, person in awake.items():
        crowd[number] = Person(memory, person.clock_ms)
    for turn in range(1500):
        number, slot, amount = int(rng.integers(6)), int(rng.integers(500)), float(rng.normal())
        tokens = np.unique(rng.integers(0, 40, 3)).astype(np.int32)
        for person in (crowd[number], awake[number]):
            person.meets(slot, memory)
            watched(person, slot, amount, turn * HOUR_MS, memory)
            person.votes_for(slot, min(abs(amount), 1.0))
            now = person.steps_to(slot, turn * HOUR_MS, memory)
            person.remembers_tokens(tokens, np.full(len(tokens), amount), now, memory, lambda keys: np.ones(len(keys)))
            person.wishes_for(tokens, np.full(len(tokens), amount / 9), memory)
            person.habit = person.habit * 0.9 + 0.01
            person.watches += 1
            if turn % 50 == 0:
                person.hides(slot)
                person.paused = not person.paused

    assert dict(crowd.packed()) == {number: person.packed() for number, person in awake.items()}
    for person in awake.values():
        again = Person.unpacked(person.packed(), memory)
        for name in Person.__slots__:
            assert repr(getattr(again, name)) == repr(getattr(person, name)), name


def test_a_full_past_takes_less_than_four_thousand_bytes_at_rest() -> None:
    person = Person(MEMORY, 0)
    rng = np.random.default_rng(1)
    for slot in rng.permutation(100_000)[:400].tolist():
        person.meets(slot, MEMORY)
        watched(person, slot, 1.0, 0)
        now = person.steps_to(slot, 0, MEMORY)
        tokens = np.unique(rng.integers(0, 1000, 8)).astype(np.int32)
        person.remembers_tokens(tokens, np.ones(len(tokens)), now, MEMORY, lambda keys: np.ones(len(keys)))
        person.wishes_for(tokens, np.ones(len(tokens)), MEMORY)

    full = (MEMORY.items_per_person, MEMORY.tokens_per_person, MEMORY.wishes_per_person)
    assert (len(person.items), len(person.tokens), len(person.wishes)) == full
    assert len(person.seen) == 400
    assert len(person.packed()) < 3_900, "with 130 bytes around it, 4.0 GB for a million"
