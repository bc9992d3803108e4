import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.interest.people import Person
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
    assert person.items.nbytes + person.tokens.nbytes < 4096


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
