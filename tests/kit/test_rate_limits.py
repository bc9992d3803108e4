"""How often, for whom, and from when on again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.kit.clock import ManualClock
from miaohui.kit.errors import TooManyRequests
from miaohui.kit.rate_limits import Allowance, InProcessRateLimits
from tests.at_once import at_once


def refused_for_s(limits: InProcessRateLimits, name: str, key: str, limit: int, per_s: float) -> int:
    """Return for how many seconds an act is refused, 0 if it is not."""
    try:
        limits.check(name, key, limit, per_s)
    except TooManyRequests as refused:
        return refused.retry_after_s
    return 0


def test_three_codes_in_ten_minutes_and_then_one_each_third_of_it(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock)
    assert [refused_for_s(limits, "codes", "mei@fair.example", 3, 600) for _ in range(4)] == [0, 0, 0, 200]

    clock.advance(timedelta(seconds=199))
    assert refused_for_s(limits, "codes", "mei@fair.example", 3, 600) == 1
    clock.advance(timedelta(seconds=1))
    assert [refused_for_s(limits, "codes", "mei@fair.example", 3, 600) for _ in range(2)] == [0, 200]
    clock.advance(timedelta(seconds=600))
    assert [refused_for_s(limits, "codes", "mei@fair.example", 3, 600) for _ in range(4)] == [0, 0, 0, 200]


def test_asking_again_and_again_does_not_push_the_end_away(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock)
    limits.check("codes", "mei", 1, 60)
    for _ in range(59):
        clock.advance(timedelta(seconds=1))
        with pytest.raises(TooManyRequests):
            limits.check("codes", "mei", 1, 60)

    clock.advance(timedelta(seconds=1))
    limits.check("codes", "mei", 1, 60)


def test_one_persons_limit_and_one_acts_limit_are_nobody_elses(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock)
    limits.check("codes", "mei", 1, 60)
    limits.check("codes", "hao", 1, 60)
    limits.check("passwords", "mei", 1, 60)
    with pytest.raises(TooManyRequests) as refused:
        limits.check("codes", "mei", 1, 60)
    assert (refused.value.status, refused.value.data) == (429, {"retry_after_s": 60})


def test_of_many_at_the_same_moment_only_as_many_pass_as_may(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock)
    answers = at_once([lambda: limits.check("codes", "mei", 5, 60)] * 16)
    assert answers.count(None) == 5


def test_memory_is_bounded_and_used_keys_outlive_unused_ones(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock, max_keys=100)
    limits.check("codes", "mei", 2, 3600)
    for stranger in range(1000):
        limits.check("codes", f"stranger-{stranger}", 1, 3600)
        if stranger == 50:
            limits.check("codes", "mei", 2, 3600)
        if stranger == 120:
            # Used again in time, so the strangers in between have not pushed it out.
            assert refused_for_s(limits, "codes", "mei", 2, 3600) > 0
    assert len(limits._full_again_at) <= 100


def test_keys_that_are_full_again_are_forgotten(clock: ManualClock) -> None:
    limits = InProcessRateLimits(clock)
    for stranger in range(1000):
        limits.check("codes", f"stranger-{stranger}", 1, 60)
    clock.advance(timedelta(seconds=61))
    for stranger in range(500):
        limits.check("codes", f"other-{stranger}", 1, 60)
    assert len(limits._full_again_at) <= 501


@given(
    burst=st.integers(1, 20),
    per_s=st.floats(0.01, 100),
    waits=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_more_passes_than_the_burst_and_the_refill(
    burst: int, per_s: float, waits: list[float]
) -> None:
    allowance = Allowance(burst, per_s)
    now = 0.0
    passed: list[float] = []
    for wait in waits:
        now += wait
        if allowance.spend(now) == 0:
            passed.append(now)

    for first in range(len(passed)):
        for last in range(first, len(passed)):
            count = last - first + 1
            assert count <= burst + (passed[last] - passed[first]) * per_s * (1 + 1e-5) + 1e-3


@given(burst=st.integers(1, 20), per_s=st.floats(0.01, 100), tries=st.integers(1, 60))
def test_after_the_wait_that_was_told_the_next_one_passes(burst: int, per_s: float, tries: int) -> None:
    allowance = Allowance(burst, per_s)
    wait_s = max(allowance.spend(0.0) for _ in range(tries))
    assert (wait_s > 0) == (tries > burst)
    assert allowance.spend(wait_s) == 0 or tries <= burst
