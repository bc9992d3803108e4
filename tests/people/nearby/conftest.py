"""The same fair as for shakes."""

from tests.people.shake.conftest import fair

__all__ = ["fair"]
