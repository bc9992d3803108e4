"""What becomes of shakes."""

from datetime import datetime

from miaohui.kit.outbox import Event


class ShakeMatched(Event, frozen=True, kw_only=True):
    """Two people met. late: one of them stays listed and may be looking elsewhere, so tell them."""

    match_id: int
    one_id: int
    other_id: int
    late: bool
    at: datetime


class HelloMutual(Event, frozen=True, kw_only=True):
    """Both said hello: from now on they may talk."""

    match_id: int
    one_id: int
    other_id: int
    at: datetime


class ShakeEnded(Event, frozen=True, kw_only=True):
    """A ticket ended and nobody had come."""

    person_id: int
    listed: bool
    """Whether the person had asked to stay listed, and was told that they would be called."""
    at: datetime


class RendezvousBegan(Event, frozen=True, kw_only=True):
    """The hour is full, and a person had said that they would come."""

    person_id: int
    at: datetime
