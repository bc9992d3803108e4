"""How far a shake reaches, and in which words a distance is told."""

from typing import Final, Literal

Bucket = Literal["under_1", "under_3", "under_10", "under_30", "further"]
Reach = Literal[1_000, 3_000, 10_000, 30_000, 20_100_000]

ANYWHERE: Final = 20_100_000
"""Further than any two places are apart. So far reaches only who shares an interest, and has come so far as well."""
LADDER: Final = ((0, 1_000), (30_000, 3_000), (60_000, 10_000), (90_000, 30_000), (100_000, ANYWHERE))
"""From how many milliseconds after the shake on a ticket reaches how many metres."""
REACHES: Final = tuple(metres for _, metres in LADDER if metres != ANYWHERE)
"""The steps within which only the distance counts."""
LADDER_MS = 120_000
"""How long a ticket lives by itself."""
SAME_MOMENT_MS = 1_200
TOLERANCE_M = 120
"""Between the middles of two cells in neighbouring rows lie up to 1,118 m: neighbours are within a kilometre."""
CELL_SPREAD_M = 900
"""Two people are on average so much further apart than the middles of their cells that a bucket must allow for it."""


def reach_m(*, age_ms: int, widest_m: int) -> int:
    """Return how far a ticket reaches at an age, as far as its person consents."""
    reached = LADDER[0][1]
    for since_ms, metres in LADDER:
        if age_ms >= since_ms:
            reached = metres
    return min(reached, widest_m)


def bucket_of(apart_m: float) -> Bucket:
    """Return the bucket of two people by the distance between the middles of their cells."""
    if apart_m <= 1_000 - CELL_SPREAD_M:
        return "under_1"
    if apart_m <= 3_000 - CELL_SPREAD_M:
        return "under_3"
    if apart_m <= 10_000 - CELL_SPREAD_M:
        return "under_10"
    if apart_m <= 30_000 - CELL_SPREAD_M:
        return "under_30"
    return "further"
