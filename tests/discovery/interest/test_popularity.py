import numpy as np

from miaohui.discovery.interest.popularity import Popularity
from miaohui.discovery.interest.weights import DAY_MS, Memory

NOON_MS = 1_767_614_400_000


def town(items: int = 5000, **memory: int) -> Popularity:
    popularity = Popularity(Memory(**memory))
    popularity.make_room(items)
    return popularity


def rate(popularity: Popularity, item: int, now_ms: int = NOON_MS) -> float:
    return float(popularity.rates(np.array([item], dtype=np.int32), now_ms)[0])


def test_many_strangers_outrank_one_friend() -> None:
    popularity = town()
    popularity.expose(1, NOON_MS)
    popularity.succeed(1, 1.0, NOON_MS)
    for n in range(100):
        popularity.expose(2, NOON_MS)
        if n % 2:
            popularity.succeed(2, 1.0, NOON_MS)

    assert rate(popularity, 2) > rate(popularity, 1) > 0
    assert rate(popularity, 3) == 0


def test_a_hit_fades_and_a_later_one_rises() -> None:
    popularity = town()
    for _ in range(50):
        popularity.expose(1, NOON_MS)
        popularity.succeed(1, 1.0, NOON_MS)
    later_ms = NOON_MS + 15 * DAY_MS
    for _ in range(20):
        popularity.expose(2, later_ms)
        popularity.succeed(2, 1.0, later_ms)

    assert rate(popularity, 2, later_ms) > 2 * rate(popularity, 1, later_ms)


def test_years_pass_without_overflow() -> None:
    popularity = town()
    for year in range(30):
        at_ms = NOON_MS + year * 365 * DAY_MS
        popularity.expose(year, at_ms)
        popularity.succeed(year, 1.0, at_ms)

    rates = popularity.rates(np.arange(30, dtype=np.int32), at_ms)
    assert np.isfinite(rates).all()
    assert rates.argmax() == 29


def test_an_act_from_the_past_counts_as_now() -> None:
    popularity = town()
    popularity.expose(1, NOON_MS)
    popularity.succeed(1, 1.0, NOON_MS)
    popularity.expose(2, NOON_MS - 90 * DAY_MS)
    popularity.succeed(2, 1.0, NOON_MS - 90 * DAY_MS)

    assert rate(popularity, 1) == rate(popularity, 2)


def test_the_board_is_bounded_and_keeps_the_best() -> None:
    popularity = town(board_size=20)
    for item in range(3000):
        popularity.expose(item, NOON_MS)
        if item % 300 == 7:
            for _ in range(5):
                popularity.succeed(item, 1.0, NOON_MS)

    assert len(popularity.board()) < 40
    assert set(range(7, 3000, 300)) <= set(popularity.board().tolist())
    assert popularity.on_board.sum() == len(popularity.board())


def test_a_dropped_item_leaves_the_board() -> None:
    popularity = town()
    popularity.expose(1, NOON_MS)
    popularity.succeed(1, 1.0, NOON_MS)
    popularity.drop(1)

    assert rate(popularity, 1) == 0
    assert popularity.board().tolist() == []
