"""Chooses where tickets wait: in this process, or in a Redis that several share."""

from dataclasses import dataclass, field

from miaohui.people.shake.in_process import InProcessPool
from miaohui.people.shake.journeys import InProcessJourneys, Journeys
from miaohui.people.shake.pool import Pool
from miaohui.settings import Settings


@dataclass(frozen=True)
class Ground:
    """The pool and the journeys. remote: on another machine, so that asking must not hold up the loop."""

    pool: Pool = field(default_factory=InProcessPool)
    journeys: Journeys = field(default_factory=InProcessJourneys)
    remote: bool = False


def open_ground(settings: Settings) -> Ground:
    """Return what the settings ask for; nothing connects before the first shake."""
    if not settings.redis_url:
        return Ground()
    import redis

    from miaohui.people.shake.redis_pool import RedisJourneys, RedisPool

    client = redis.Redis.from_url(settings.redis_url)
    return Ground(RedisPool(client), RedisJourneys(client), remote=True)
