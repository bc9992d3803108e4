import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.interest.dwell import (
    DwellSketch,
    moved_habit,
    prior_rank,
    readable_duration_ms,
    readable_dwell_s,
    worth_of_dwell,
)
from miaohui.discovery.interest.weights import Memory

MEMORY = Memory()


def worth(sketch: DwellSketch, dwell_s: float, duration_s: float, habit: float = 0.5) -> float:
    rank = sketch.rank(dwell_s=dwell_s, duration_s=duration_s)
    return worth_of_dwell(rank=rank, habit=habit, dwell_s=dwell_s, duration_s=duration_s)


def town_that_watches(sketch: DwellSketch) -> None:
    """Two hundred watchings of each length; the looks grow with the length, far less than in proportion."""
    for n in range(200):
        share = (n + 0.5) / 200
        sketch.record(dwell_s=6 * share, duration_s=6)
        sketch.record(dwell_s=60 * share**2, duration_s=600)


WATCHED = DwellSketch(MEMORY)
town_that_watches(WATCHED)


def test_all_of_six_seconds_and_a_minute_of_ten_compare() -> None:
    sketch = DwellSketch(MEMORY)

    before_anyone_watched = (sketch.rank(dwell_s=6, duration_s=6), sketch.rank(dwell_s=60, duration_s=600))
    town_that_watches(sketch)
    afterwards = (sketch.rank(dwell_s=6, duration_s=6), sketch.rank(dwell_s=60, duration_s=600))

    assert before_anyone_watched[0] == pytest.approx(before_anyone_watched[1], abs=0.05)
    assert afterwards[0] == pytest.approx(afterwards[1], abs=0.1)
    assert min(afterwards) > 0.8


def town_of_glances() -> DwellSketch:
    sketch = DwellSketch(MEMORY)
    for _ in range(5000):
        sketch.record(dwell_s=0.4, duration_s=15)
    return sketch


def test_the_same_seconds_say_less_of_a_longer_clip() -> None:
    assert WATCHED.rank(dwell_s=5, duration_s=6) > WATCHED.rank(dwell_s=5, duration_s=600) + 0.2


def test_rank_follows_the_town() -> None:
    sketch = DwellSketch(MEMORY)
    at_first = sketch.rank(dwell_s=10, duration_s=15)
    for _ in range(2000):
        sketch.record(dwell_s=14, duration_s=15)

    assert sketch.rank(dwell_s=10, duration_s=15) < at_first / 3


def test_a_lingerer_must_linger_longer() -> None:
    sketch = DwellSketch(MEMORY)

    assert worth(sketch, 8, 30, habit=0.3) > 0.1
    assert worth(sketch, 8, 30, habit=0.85) < -0.1


def test_a_glance_counts_against_and_the_end_never_does() -> None:
    sketch = DwellSketch(MEMORY)

    assert worth(sketch, 0.5, 15) <= -0.5
    assert worth(sketch, 0.0, 15) <= -0.5
    assert worth(sketch, 15, 15, habit=0.99) > 0
    assert worth(town_of_glances(), 0.9, 15, habit=0.1) <= -0.5
    # A clip of under a second was watched, not thrown away.
    assert worth(sketch, 0.8, 0.8) > 0


def test_habit_moves_towards_what_the_person_does_and_forgets_what_they_did() -> None:
    habit = 0.5
    for watches in range(100):
        habit = moved_habit(habit, 0.9, watches, MEMORY)
    assert habit > 0.8
    for watches in range(100, 400):
        habit = moved_habit(habit, 0.2, watches, MEMORY)
    assert habit < 0.25


def test_the_sketch_keeps_learning_when_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miaohui.discovery.interest.dwell.FULL_BUCKET", 100)
    sketch = DwellSketch(MEMORY)
    for _ in range(1000):
        sketch.record(dwell_s=2, duration_s=15)

    assert 0 < sketch.counts.sum() <= 100


@pytest.mark.parametrize(
    ("dwell_ms", "duration_ms", "seconds"),
    [
        (None, 6000, None),
        (math.nan, 6000, None),
        (-1, 6000, None),
        (0, 6000, 0),
        (3000, 6000, 3),
        (86_400_000, 6000, 18),
        (math.inf, 6000, 18),
        (3000, 0, 3),
        (math.inf, 0, 600),
    ],
)
def test_what_a_reported_dwell_can_mean(dwell_ms: float | None, duration_ms: float, seconds: float | None) -> None:
    assert readable_dwell_s(dwell_ms, duration_ms) == seconds


def test_a_length_is_the_first_that_can_be_one() -> None:
    assert readable_duration_ms(0, 6000.0) == 6000
    assert readable_duration_ms(math.nan, -5, math.inf) == 0


@settings(deadline=None)
@given(
    dwell_s=st.floats(0, 1e7),
    longer_s=st.floats(0, 1e7),
    duration_s=st.floats(0, 1e7),
    habit=st.floats(0, 1),
)
def test_worth_is_bounded_and_grows_with_the_dwell(
    dwell_s: float, longer_s: float, duration_s: float, habit: float
) -> None:
    less, more = (worth(WATCHED, each, duration_s, habit) for each in sorted((dwell_s, longer_s)))

    assert -1 <= less <= more <= 1
    assert 0 <= prior_rank(dwell_s, duration_s) <= 1
