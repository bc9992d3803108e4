"""Shakes: how many a CPU-second matches while many wait, and how often somebody finds somebody.

Speed: so many tickets wait that nobody may join, 5 km apart over a continent; then pairs shake beside them. With Redis
the CPU of its server counts with ours, and both stand there by themselves. Rates: people shake at random moments and places of a torus-free square, and
those whose whole neighbourhood lies inside are counted; everything goes through the real matcher.
"""

import math
import random
import time
from collections.abc import Sequence
from typing import Any

import psutil
import redis

from miaohui.kit.geo import PUBLISHED, Point
from miaohui.people.shake.in_process import InProcessPool
from miaohui.people.shake.pool import Pool, Ticket
from miaohui.people.shake.reach import LADDER_MS
from miaohui.people.shake.redis_pool import RedisPool
from tests.bench.table import print_table
from tests.redis_server import RedisServer

WAITING = (1_000, 10_000, 100_000)
SHAKES = 20_000
DENSITIES = (0.003, 0.03, 0.3, 3.0)
"""Shakes per square kilometre and hour."""
LISTED_MS = 1_800_000
NORTH_KM = 180 / 20_015.1


def run() -> dict[str, Any]:
    """Measure both and return the rows."""
    speed = [_speed("in process", InProcessPool(), n, None) for n in WAITING]
    with RedisServer() as server:
        client = redis.Redis.from_url(server.url)
        served = psutil.Process(server.pid)
        for together in (1, 16):
            for n in WAITING:
                client.flushdb()
                speed.append(_speed(f"Redis, {together} at once", RedisPool(client), n, served, together=together))
        client.close()
    print_table(speed, list(speed[0]))
    rates = [_rates(density) for density in DENSITIES]
    print()
    print_table(rates, list(rates[0]))
    return {"speed": speed, "rates": rates}


def _speed(name: str, pool: Pool, waiting: int, server: psutil.Process | None, *, together: int = 1) -> dict[str, Any]:
    rng = random.Random(1)
    side = math.ceil(math.sqrt(waiting))
    spots = [
        PUBLISHED.snap(Point(20 + 5 * (n // side) * NORTH_KM, 80 + 5 * (n % side) * NORTH_KM * 1.2))
        for n in range(waiting)
    ]
    _shake_all(pool, [(_ticket(n, spot, 0, 1_000), 0) for n, spot in enumerate(spots)], together=64)
    assert pool.waiting() == waiting
    shakes = []
    for n in range(SHAKES // 2):
        spot = spots[rng.randrange(waiting)]
        beside = Point(spot.latitude + 2.5 * NORTH_KM, spot.longitude)
        shakes += [(_ticket(waiting + 2 * n + k, PUBLISHED.snap(beside), 1, 1_000), 1) for k in (0, 1)]
    ours, theirs = time.process_time(), _spent(server)
    met = _shake_all(pool, shakes, together=together)
    ours, theirs = time.process_time() - ours, _spent(server) - theirs
    assert met == len(shakes) // 2
    return {
        "pool": name,
        "waiting": waiting,
        "shakes per CPU-second": round(len(shakes) / (ours + theirs)),
        "per CPU-second of Redis": round(len(shakes) / theirs) if theirs else "",
        "per CPU-second of ours": round(len(shakes) / ours),
    }


def _shake_all(pool: Pool, shakes: Sequence[tuple[Ticket, int]], *, together: int) -> int:
    """Let them shake, in Redis so many in one question; return how many matches came of it."""
    if isinstance(pool, RedisPool) and together > 1:
        batches = [shakes[start : start + together] for start in range(0, len(shakes), together)]
        return sum(found is not None for batch in batches for found in pool.shake_all(batch))
    return sum(pool.shake(ticket, now_ms=now_ms) is not None for ticket, now_ms in shakes)


def _spent(server: psutil.Process | None) -> float:
    used = None if server is None else server.cpu_times()
    return 0.0 if used is None else float(used.user + used.system)


def _rates(density: float) -> dict[str, Any]:
    rng = random.Random(7)
    return {
        "per km2 and hour": density,
        "same 3 s, 1 km %": _percent(_moment(density, rng)),
        "ladder, 120 s %": _percent(_simulate(density, LADDER_MS, rng)),
        "listed, 30 min %": _percent(_simulate(density, LISTED_MS, rng)),
    }


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _crowd(density: float, counted: int, margin_km: float) -> tuple[float, float, int]:
    """Return the side of a square (km), how long shaking goes on (h), and how many shake in it."""
    side = 2 * margin_km + 60 if density < 1 else 2 * margin_km + 20
    inner = (side - 2 * margin_km) ** 2
    hours = max(counted / (density * inner), 0.25)
    return side, hours, round(density * side**2 * hours)


def _shakes(
    density: float, counted: int, margin_km: float, rng: random.Random
) -> tuple[list[tuple[int, float, float]], float, float]:
    side, hours, many = _crowd(density, counted, margin_km)
    many = min(many, 60_000)
    hours = many / (density * side**2)
    shakes = sorted(
        (int(rng.random() * hours * 3_600_000), rng.random() * side, rng.random() * side) for _ in range(many)
    )
    return shakes, side, hours * 3_600_000


def _simulate(density: float, lives_ms: int, rng: random.Random) -> float:
    shakes, side, length_ms = _shakes(density, 2_000, 30, rng)
    pool = InProcessPool()
    met: set[int] = set()
    for n, (at_ms, east, north) in enumerate(shakes):
        for found in pool.advance(now_ms=at_ms).found:
            met |= {found.one.person_id, found.other.person_id}
        spot = PUBLISHED.snap(Point(north * NORTH_KM, 100 + east * NORTH_KM))
        claimed = pool.shake(_ticket(n, spot, at_ms, 30_000, lives_ms), now_ms=at_ms)
        if claimed is not None:
            met |= {claimed.one.person_id, claimed.other.person_id}
    for found in pool.advance(now_ms=shakes[-1][0] + lives_ms).found:
        met |= {found.one.person_id, found.other.person_id}
    inside = [
        n
        for n, (at_ms, east, north) in enumerate(shakes)
        if 30 <= east <= side - 30 and 30 <= north <= side - 30 and lives_ms <= at_ms <= length_ms - lives_ms
    ]
    return sum(n in met for n in inside) / max(len(inside), 1)


def _moment(density: float, rng: random.Random) -> float:
    """Match only within three seconds and one kilometre, as others do."""
    shakes, side, _ = _shakes(density, 20_000, 1, rng)
    met: set[int] = set()
    start = 0
    for n, (at_ms, east, north) in enumerate(shakes):
        while shakes[start][0] < at_ms - 3_000:
            start += 1
        near = (
            m for m in range(start, n) if m not in met and math.hypot(shakes[m][1] - east, shakes[m][2] - north) <= 1
        )
        if (other := next(near, None)) is not None:
            met |= {n, other}
    inside = [n for n, (_, east, north) in enumerate(shakes) if 1 <= east <= side - 1 and 1 <= north <= side - 1]
    return sum(n in met for n in inside) / max(len(inside), 1)


def _ticket(n: int, spot: Point, at_ms: int, widest_m: int, lives_ms: int = LADDER_MS) -> Ticket:
    return Ticket(
        id=str(n), person_id=n, at_ms=at_ms, until_ms=at_ms + lives_ms, place=spot, venue_id=None, widest_m=widest_m
    )
