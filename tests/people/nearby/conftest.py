"""The same fair as for shakes."""

from tests.people.shake.conftest import fair, redis_url

__all__ = ["fair", "redis_url"]
