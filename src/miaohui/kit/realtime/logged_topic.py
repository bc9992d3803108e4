"""A topic whose messages stand in the database: it can be continued after any absence, on any process.

The sockets of such a topic do not trust the moment: each follows the log from its own place, hears what is
published while it stands at the end, and goes back to the log whenever it could not keep up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from miaohui.kit.realtime.frames import encode_message, encode_passing

REPLAYED_AT_ONCE = 200


class LogEntry(msgspec.Struct, frozen=True):
    """A numbered message. Numbers grow along the log and may leave some out."""

    seq: int
    event: str
    data: Any


class TopicLog(Protocol):
    """Where the messages of a pattern's topics stand; placeholders come by name, as with the rule that authorises."""

    @property
    def head(self) -> Callable[..., tuple[str, int]]:
        """Called as `head(tx, person_id=7)`: return the epoch and the number of the newest entry, 0 for none."""
        ...

    @property
    def since(self) -> Callable[..., Sequence[LogEntry] | None]:
        """Called as `since(tx, after=3, limit=100, person_id=7)`: return what follows number `after`, oldest first.

        None if some of it is gone, or it is yet to come.
        """
        ...


class LoggedListener(Protocol):
    """A socket, as a logged topic sees it."""

    def deliver_logged(self, topic: "LoggedTopic", seq: int, frame: bytes) -> None: ...

    def deliver_passing(self, frame: bytes) -> None: ...


class LoggedTopic:
    """Who listens now. seq: the newest number that was published since the first of them came."""

    __slots__ = ("listeners", "log", "name", "seq", "values")

    def __init__(self, name: str, *, log: TopicLog, values: Mapping[str, Any]) -> None:
        self.name = name
        self.log = log
        self.values = values
        self.seq = 0
        self.listeners: set[Any] = set()

    def publish(self, event: str, data: Any, key: str | None) -> int:
        """Send what is true only for a moment and is never kept, such as that somebody is typing."""
        frame = encode_passing(self.name, event, data)
        for listener in self.listeners:
            listener.deliver_passing(frame)
        return len(self.listeners)

    def publish_logged(self, entry: LogEntry) -> int:
        """Send an entry of the log to who stands right before it; the numbers must come in their order."""
        if entry.seq <= self.seq:
            return 0
        self.seq = entry.seq
        frame = encode_message(self.name, entry.seq, entry.event, entry.data)
        for listener in self.listeners:
            listener.deliver_logged(self, entry.seq, frame)
        return len(self.listeners)

    def end(self) -> None:
        """Nothing is kept that would have to be let go of."""
