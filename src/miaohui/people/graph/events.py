"""What happens between two people."""

from datetime import datetime

from miaohui.kit.outbox import Event


class PersonFollowed(Event, frozen=True, kw_only=True):
    """`follower_id` began to follow `followee_id`."""

    follower_id: int
    followee_id: int
    at: datetime


class PersonUnfollowed(Event, frozen=True, kw_only=True):
    """`follower_id` follows `followee_id` no more, by their own wish or because of a block."""

    follower_id: int
    followee_id: int
    at: datetime


class PersonBlocked(Event, frozen=True, kw_only=True):
    """From now on the two do not meet; whoever keeps lists for either must drop the other."""

    blocker_id: int
    blocked_id: int
    at: datetime


class PersonUnblocked(Event, frozen=True, kw_only=True):
    """`blocker_id` took the block back; the other direction may still stand."""

    blocker_id: int
    blocked_id: int
    at: datetime


class PersonMuted(Event, frozen=True, kw_only=True):
    """`muter_id` no longer wants to be shown what `muted_id` publishes; the other is not told."""

    muter_id: int
    muted_id: int
    at: datetime


class PersonUnmuted(Event, frozen=True, kw_only=True):
    """`muter_id` took the mute back."""

    muter_id: int
    muted_id: int
    at: datetime
