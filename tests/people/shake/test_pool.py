"""The pool: who is matched with whom, and when. Every test runs on both forms."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaohui.kit.geo import PUBLISHED, Point, distance_m
from miaohui.people.shake import redis_pool
from miaohui.people.shake.in_process import InProcessPool
from miaohui.people.shake.pool import Found, Pool, Ticket, compatible
from miaohui.people.shake.reach import ANYWHERE, LADDER_MS
from miaohui.people.shake.redis_pool import RedisPool
from tests.at_once import at_once

SUZHOU = PUBLISHED.snap(Point(31.3, 120.6))
START = 1_776_540_600_000
KM_NORTH = 180 / 20015.1
Open = Callable[[], Pool]


@pytest.fixture(params=["in_process", "redis"])
def open_pool(request: pytest.FixtureRequest) -> Open:
    if request.param == "in_process":
        return InProcessPool
    return cast(Open, request.getfixturevalue("redis_pools"))


@pytest.fixture
def pool(open_pool: Open) -> Pool:
    return open_pool()


def north(km: float) -> Point:
    return PUBLISHED.snap(Point(SUZHOU.latitude + km * KM_NORTH, SUZHOU.longitude))


def ticket(person_id: int, *, at: int = 0, km: float = 0, lives: int = LADDER_MS, **changes: Any) -> Ticket:
    values: dict[str, object] = {
        "id": f"t{person_id}-{at}",
        "person_id": person_id,
        "at_ms": START + at,
        "until_ms": START + at + lives,
        "place": north(km),
        "venue_id": None,
        "widest_m": 30_000,
    }
    return Ticket(**{**values, **changes})


def shake(pool: Pool, one: Ticket) -> Found | None:
    return pool.shake(one, now_ms=one.at_ms)


def pair(found: Found | None) -> set[int] | None:
    return None if found is None else {found.one.person_id, found.other.person_id}


def test_two_in_the_same_place_meet_at_once(pool: Pool) -> None:
    assert shake(pool, ticket(1)) is None
    found = shake(pool, ticket(2, at=5_000))
    assert pair(found) == {1, 2}
    assert found is not None
    assert found.apart_m == 0
    assert not found.late
    assert pool.waiting() == 0


@pytest.mark.parametrize(("km", "after_ms"), [(1, 0), (2, 30_000), (8, 60_000), (25, 90_000)])
def test_the_ladder_reaches_further_with_time(pool: Pool, km: float, after_ms: int) -> None:
    shake(pool, ticket(1))
    found = shake(pool, ticket(2, km=km))
    if after_ms == 0:
        assert pair(found) == {1, 2}
        return
    assert found is None
    assert pool.advance(now_ms=START + after_ms - 1).found == ()
    (later,) = pool.advance(now_ms=START + after_ms).found
    assert pair(later) == {1, 2}
    assert later.apart_m == pytest.approx(km * 1000, rel=0.01)


def test_who_waits_longer_reaches_who_arrives(pool: Pool) -> None:
    shake(pool, ticket(1))
    pool.advance(now_ms=START + 95_000)
    assert pair(shake(pool, ticket(2, at=95_000, km=25))) == {1, 2}


def test_nobody_is_matched_further_than_both_consent_to(pool: Pool) -> None:
    shake(pool, ticket(1, widest_m=3_000))
    shake(pool, ticket(2, km=8))
    assert pool.advance(now_ms=START + 119_000).found == ()


def test_further_than_thirty_kilometres_is_nobody(pool: Pool) -> None:
    shake(pool, ticket(1))
    shake(pool, ticket(2, km=33))
    assert pool.advance(now_ms=START + 119_000).found == ()


TEA = frozenset({"茶"})
FAR_KM = -5_000


def far(person_id: int, **changes: Any) -> Ticket:
    """Somebody who is on another continent, and looks anywhere for who likes tea."""
    return ticket(person_id, **{"km": FAR_KM, "widest_m": ANYWHERE, "interests": TEA, **changes})


def test_after_the_city_who_likes_the_same_meets_anywhere(pool: Pool) -> None:
    shake(pool, far(1, km=0, interests=TEA | {"风筝"}))
    shake(pool, far(2, interests=TEA | {"灯笼"}))
    assert pool.advance(now_ms=START + 99_999).found == ()
    (found,) = pool.advance(now_ms=START + 100_000).found
    assert pair(found) == {1, 2}
    assert found.apart_m == pytest.approx(5_000_000, rel=0.01)
    assert not found.late


@pytest.mark.parametrize(
    "changes",
    [
        {"interests": frozenset({"茶馆"})},
        {"interests": frozenset()},
        {"widest_m": 30_000},
        {"band": "minor"},
        {"never": frozenset({1})},
        {"place": None, "venue_id": 7},
    ],
    ids=["likes something else", "likes nothing", "the city only", "other age band", "must not meet", "at a venue"],
)
def test_anywhere_is_for_who_both_want_it_and_may_meet(pool: Pool, changes: dict[str, object]) -> None:
    shake(pool, far(1, km=0))
    shake(pool, far(2, **changes))
    assert pool.advance(now_ms=START + LADDER_MS - 1).found == ()
    assert pool.waiting() == 2


def test_nobody_is_sent_far_before_they_have_looked_near(pool: Pool) -> None:
    """One stays listed anywhere; who shakes elsewhere meets them only when their own search has come so far."""
    listed = far(1, km=0)
    shake(pool, listed)
    pool.extend(listed.id, until_ms=START + 1_800_000)
    pool.advance(now_ms=START + 300_000)
    assert shake(pool, far(2, at=300_000)) is None
    assert pool.advance(now_ms=START + 399_999).found == ()
    (found,) = pool.advance(now_ms=START + 400_000).found
    assert pair(found) == {1, 2}
    assert found.late


def test_who_looks_anywhere_is_still_found_near_by_and_gone_afterwards(pool: Pool) -> None:
    shake(pool, far(1, km=0))
    pool.advance(now_ms=START + 110_000)
    assert pair(shake(pool, ticket(2, at=110_000, km=25))) == {1, 2}
    shake(pool, far(3))
    shake(pool, far(4, km=0, never=frozenset({3})))
    assert pool.advance(now_ms=START + 110_000).found == ()
    assert pool.withdraw(4)
    assert pool.waiting() == 1


def test_anywhere_goes_to_who_has_waited_longest_and_shares_most(pool: Pool) -> None:
    them = frozenset({1, 2, 3})
    for person, at, interests in ((1, 0, TEA), (2, 500, TEA | {"风筝"}), (3, 2_000, TEA | {"风筝", "灯笼"})):
        shake(pool, far(person, at=at, km=-1_000 * person, interests=interests, never=them))
    shake(pool, far(4, at=10_000, km=0, interests=TEA | {"风筝", "灯笼"}))
    (found,) = pool.advance(now_ms=START + 110_000).found
    assert pair(found) == {2, 4}


def test_who_comes_back_from_a_claim_still_looks_anywhere_but_near_first(pool: Pool) -> None:
    shake(pool, far(1, km=0))
    shake(pool, far(2))
    (found,) = pool.advance(now_ms=START + 100_000).found
    assert shake(pool, far(3, km=5_000, at=1)) is None
    assert shake(pool, ticket(4, at=101_000, km=9)) is None
    assert pool.advance(now_ms=START + 101_000).found == ()
    one, other = sorted(pool.unclaim(found, now_ms=START + 101_000), key=lambda each: -each.apart_m)
    assert (pair(one), pair(other)) == ({2, 3}, {1, 4})


@pytest.mark.parametrize(
    "changes", [{"never": frozenset({2})}, {"band": "minor"}], ids=["must not meet", "other age band"]
)
def test_who_must_not_meet_waits_side_by_side(pool: Pool, changes: dict[str, object]) -> None:
    shake(pool, ticket(1, **changes))
    assert shake(pool, ticket(2)) is None
    assert pool.waiting() == 2


def test_a_second_shake_of_a_person_takes_the_place_of_the_first(pool: Pool) -> None:
    shake(pool, ticket(1))
    assert shake(pool, ticket(1, at=9_000, km=8)) is None
    assert pool.waiting() == 1
    assert shake(pool, ticket(2, at=10_000)) is None


def test_a_ticket_sent_twice_is_one(pool: Pool) -> None:
    first = ticket(1)
    shake(pool, first)
    assert shake(pool, first) is None
    assert pool.waiting() == 1
    assert shake(pool, ticket(2)) is not None
    # It is claimed: a late resend must not make it wait once more.
    assert shake(pool, first) is None
    assert shake(pool, ticket(2)) is None
    assert pool.waiting() == 0


def test_the_same_moment_goes_before_the_longest_wait(pool: Pool) -> None:
    them = frozenset({1, 2})
    shake(pool, ticket(1, never=them))
    shake(pool, ticket(2, at=20_000, never=them))
    assert pair(shake(pool, ticket(3, at=21_100))) == {2, 3}


def test_then_the_longest_wait(pool: Pool) -> None:
    them = frozenset({1, 2})
    shake(pool, ticket(1, never=them))
    shake(pool, ticket(2, at=20_000, never=them))
    assert pair(shake(pool, ticket(3, at=22_000))) == {1, 3}


def test_then_what_they_share(pool: Pool) -> None:
    them = frozenset({1, 2})
    shake(pool, ticket(1, never=them, interests=frozenset({"tea"})))
    shake(pool, ticket(2, at=300, never=them, interests=frozenset({"kites", "lanterns"})))
    assert pair(shake(pool, ticket(3, at=5_000, interests=frozenset({"kites", "lanterns", "tea"})))) == {2, 3}


def test_who_was_reported_comes_last(pool: Pool) -> None:
    them = frozenset({1, 2})
    shake(pool, ticket(1, never=them, reports=1))
    shake(pool, ticket(2, at=20_000, never=them))
    assert pair(shake(pool, ticket(3, at=22_000))) == {2, 3}


def test_a_ticket_ends(pool: Pool) -> None:
    shake(pool, ticket(1))
    assert pool.advance(now_ms=START + LADDER_MS - 1).expired == ()
    (ended,) = pool.advance(now_ms=START + LADDER_MS).expired
    assert ended.person_id == 1
    assert pool.waiting() == 0


def test_who_stays_listed_is_found_late(pool: Pool) -> None:
    listed = ticket(1)
    shake(pool, listed)
    assert pool.extend(listed.id, until_ms=START + 1_800_000)
    assert pool.advance(now_ms=START + 1_700_000).expired == ()
    found = shake(pool, ticket(2, at=1_700_000, km=28))
    assert found is not None
    assert found.late
    assert not pool.extend(listed.id, until_ms=START + 9_000_000)


def test_a_venue_needs_no_place(pool: Pool) -> None:
    here = {"place": None, "venue_id": 7}
    shake(pool, ticket(1, **here))
    assert shake(pool, ticket(2, place=None, venue_id=8)) is None
    assert shake(pool, ticket(3)) is None
    assert pair(shake(pool, ticket(4, **here))) == {1, 4}
    assert pool.waiting() == 2


def test_who_parts_is_not_matched_any_more(pool: Pool) -> None:
    shake(pool, ticket(1))
    shake(pool, ticket(2, km=2))
    pool.part(2, 1)
    assert pool.advance(now_ms=START + 119_000).found == ()


def test_a_claim_that_may_not_stand_is_undone(pool: Pool) -> None:
    shake(pool, ticket(1))
    found = shake(pool, ticket(2))
    assert found is not None
    assert pool.unclaim(found, now_ms=START + 100) == []
    assert pool.waiting() == 2
    assert pair(shake(pool, ticket(3, at=200))) == {1, 3}
    assert pair(shake(pool, ticket(4, at=300))) == {2, 4}


def test_who_comes_back_from_a_claim_too_late_ends_as_everybody_does(pool: Pool) -> None:
    shake(pool, ticket(1))
    found = shake(pool, ticket(2, at=110_000))
    assert found is not None
    assert pool.unclaim(found, now_ms=START + LADDER_MS) == []
    assert [one.person_id for one in pool.advance(now_ms=START + LADDER_MS).expired] == [1]
    assert pool.waiting() == 1


def test_whoever_withdraws_is_gone(pool: Pool) -> None:
    shake(pool, ticket(1))
    assert pool.withdraw(1)
    assert not pool.withdraw(1)
    assert shake(pool, ticket(2)) is None


def test_a_crowd_is_who_shook_within_ten_minutes(pool: Pool) -> None:
    for person in (1, 2, 2, 3):
        pool.note_in_crowd(9, person, now_ms=START)
    pool.note_in_crowd(9, 3, now_ms=START + 60_000)
    assert pool.crowd(9, now_ms=START + 60_000, without=4) == 3
    assert pool.crowd(9, now_ms=START + 60_000, without=3) == 2
    assert pool.crowd(9, now_ms=START + 600_000, without=1) == 1
    assert pool.crowd(8, now_ms=START, without=1) == 0


def test_across_the_date_line_and_at_a_pole(pool: Pool) -> None:
    shake(pool, ticket(1, place=PUBLISHED.snap(Point(-16.8, 179.999))))
    assert pair(shake(pool, ticket(2, place=PUBLISHED.snap(Point(-16.8, -179.999))))) == {1, 2}
    shake(pool, ticket(3, place=PUBLISHED.snap(Point(89.999, 10))))
    assert pair(shake(pool, ticket(4, place=PUBLISHED.snap(Point(89.999, -170))))) == {3, 4}


def test_of_many_at_once_each_is_claimed_once(pool: Pool) -> None:
    found = [f for f in at_once([partial(shake, pool, ticket(n)) for n in range(24)]) if f is not None]
    met = [ticket.person_id for each in found for ticket in (each.one, each.other)]
    assert len(met) == len(set(met)) == 24
    assert pool.waiting() == 0


def test_who_comes_back_from_a_claim_reaches_as_far_as_before(pool: Pool) -> None:
    shake(pool, ticket(1))
    assert pool.advance(now_ms=START + 60_000).found == ()
    found = shake(pool, ticket(2, at=61_000, km=9))
    assert pair(found) == {1, 2}
    assert found is not None
    assert shake(pool, ticket(3, at=62_000, km=-9)) is None
    [again] = pool.unclaim(found, now_ms=START + 62_000)
    assert pair(again) == {1, 3}


def test_who_shakes_while_another_thread_asks_redis_is_asked_for_together(
    redis_pools: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = cast(RedisPool, redis_pools())
    monkeypatch.setattr(redis_pool, "_TOGETHER", 3)
    asked: list[int] = []
    run = pool._run

    def counted(act: str, *arguments: object) -> object:
        asked.append(len(arguments) // 2)
        return run(act, *arguments)

    monkeypatch.setattr(pool, "_run", counted)
    with pool._asking:  # somebody's question is under way
        threads = [threading.Thread(target=shake, args=(pool, ticket(n))) for n in range(7)]
        for thread in threads:
            thread.start()
        while len(pool._asked) < len(threads):
            pass
    for thread in threads:
        thread.join(timeout=10)
    assert asked == [3, 3, 1]
    assert pool.waiting() == 1


def test_in_one_question_each_shakes_after_the_one_before(redis_pools: Open) -> None:
    pool = cast(RedisPool, redis_pools())
    resent = ticket(1)
    found = pool.shake_all([(one, one.at_ms) for one in (resent, resent, ticket(2, at=1), ticket(3, at=2), resent)])
    assert [pair(one) for one in found] == [None, None, {1, 2}, None, None]
    assert pool.waiting() == 1


def test_when_redis_is_gone_everybody_who_asked_hears_of_it(redis_pools: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = cast(RedisPool, redis_pools())

    def gone(*_: object) -> object:
        raise ConnectionError("Redis cannot be reached")

    monkeypatch.setattr(pool, "_run", gone)
    for n in range(2):
        with pytest.raises(ConnectionError):
            shake(pool, ticket(n))


_acts = st.lists(
    st.tuples(
        st.integers(0, 11),  # who
        st.integers(0, 40_000),  # after how long
        st.integers(0, 40) | st.integers(1_000, 1_002),  # how far north, km
        st.sampled_from([1_000, 3_000, 10_000, 30_000, ANYWHERE, ANYWHERE]),
        st.frozensets(st.integers(0, 11), max_size=4),
        st.frozensets(st.sampled_from(["茶", "风筝", "灯笼"]), max_size=2),
        st.sampled_from(["shake", "shake", "shake", "extend", "withdraw", "part", "unclaim"]),
    ),
    max_size=30,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts)
def test_two_compatible_tickets_never_wait_beside_each_other(open_pool: Open, acts: list[tuple[Any, ...]]) -> None:
    pool = open_pool()
    now, live, met = START, {}, []

    def take(found: Found | None) -> None:
        if found is not None:
            met.append(found)
            for one in (found.one, found.other):
                assert live.pop(one.person_id).id == one.id, "claimed, and was not waiting"
            reach = compatible(found.one, found.other, apart_m=found.apart_m, now_ms=found.at_ms)
            assert reach, "met, and should not have"

    for n, (who, pause, km, widest, never, likes, what) in enumerate(acts):
        now += pause
        progress = pool.advance(now_ms=now)
        for found in progress.found:
            take(found)
        for ended in progress.expired:
            del live[ended.person_id]
        if what == "shake":
            lives = {"id": f"{n}", "at_ms": now, "until_ms": now + LADDER_MS}
            fresh = ticket(who, **lives, place=north(km), widest_m=widest, never=never, interests=likes)
            live[who] = fresh
            take(pool.shake(fresh, now_ms=now))
        elif what == "extend" and who in live:
            assert pool.extend(live[who].id, until_ms=now + 1_800_000)
        elif what == "withdraw":
            assert pool.withdraw(who) == (live.pop(who, None) is not None)
        elif what == "part":
            pool.part(who, km % 12)
            _part(live, who, km % 12)
        elif what == "unclaim" and met:
            undone = met.pop()
            if undone.at_ms == now:
                for one, other in ((undone.one, undone.other), (undone.other, undone.one)):
                    live[one.person_id] = one
                    _part(live, one.person_id, other.person_id)
                again = pool.unclaim(undone, now_ms=now)
                _part(live, undone.one.person_id, undone.other.person_id)
                for found in again:
                    take(found)
        assert pool.waiting() == len(live)
        for one, other in combinations(live.values(), 2):
            apart = distance_m(one.place, other.place)
            assert not compatible(one, other, apart_m=apart, now_ms=now), f"{one} waits beside {other}"


def _part(live: dict[int, Ticket], one: int, other: int) -> None:
    for mine, theirs in ((one, other), (other, one)):
        if mine in live:
            live[mine] = msgspec.structs.replace(live[mine], never=live[mine].never | {theirs})
