"""One topic: its numbering, its recent messages, its listeners."""

import secrets
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from miaohui.kit.http.viewer import Viewer
from miaohui.kit.realtime.frames import encode_batch, encode_message

RING_MESSAGES = 256
RING_BYTES = 256 * 1024
"""How much of a topic is kept for those who were away for a moment: minutes of talk, seconds of a rush."""
MERGED_AT_MOST = 500
"""A batch of so many messages goes out before its time, so that no frame grows without bound."""


class Listener(Protocol):
    """A socket, as a topic sees it."""

    viewer: Viewer

    def deliver(self, topic: "Topic", seq: int, frame: bytes) -> None: ...

    def deliver_passing(self, frame: bytes) -> None: ...


class Timer(Protocol):
    """What `loop.call_later` returns."""

    def cancel(self) -> None: ...


class Topic:
    """Numbers messages from 1 within an `epoch` that begins when the topic comes to life.

    A position (epoch, seq) therefore names the same message for ever, or is recognisably stale.
    """

    __slots__ = (
        "_call_later",
        "_merge_every_s",
        "_now",
        "_pending",
        "_quiet_until",
        "_ring",
        "_ring_bytes",
        "_timer",
        "_unkeyed",
        "epoch",
        "listeners",
        "name",
        "seq",
    )

    def __init__(
        self,
        name: str,
        *,
        merge_every_s: float,
        now: Callable[[], float],
        call_later: Callable[[float, Callable[[], object]], Timer],
    ) -> None:
        self.name = name
        self.epoch = secrets.token_hex(8)
        self.seq = 0
        self.listeners: set[Listener] = set()
        self._ring: deque[bytes] = deque()
        self._ring_bytes = 0
        self._merge_every_s = merge_every_s
        self._now = now
        self._call_later = call_later
        self._quiet_until = float("-inf")
        self._pending: dict[Any, tuple[str, Any]] = {}
        self._unkeyed = 0
        self._timer: Timer | None = None

    def publish(self, event: str, data: Any, key: str | None) -> int:
        """Send a message to all listeners, now or with the next batch; return the deliveries made now."""
        if self._merge_every_s == 0:
            self.seq += 1
            return self._send(encode_message(self.name, self.seq, event, data))
        if key is None:
            self._unkeyed += 1
        slot = (event, self._unkeyed if key is None else key)
        # Taken out first, so that the newest state of a key stands where it happened, not where its first did.
        self._pending.pop(slot, None)
        self._pending[slot] = (event, data)
        wait_s = self._quiet_until - self._now()
        if wait_s <= 0 or len(self._pending) >= MERGED_AT_MOST:
            return self.flush()
        if self._timer is None:
            self._timer = self._call_later(wait_s, self.flush)
        return 0

    def flush(self) -> int:
        """Send what has been gathered as one frame; return the deliveries made."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._pending:
            return 0
        messages = list(self._pending.values())
        self._pending.clear()
        began = self._now()
        self._quiet_until = began + self._merge_every_s
        # The loop writes to the sockets at the end of its round, so what that took is known in the next one.
        self._call_later(0, lambda: self._rest(began))
        self.seq += 1
        if len(messages) == 1:
            return self._send(encode_message(self.name, self.seq, *messages[0]))
        return self._send(encode_batch(self.name, self.seq, messages))

    def _rest(self, began: float) -> None:
        """Be quiet for as long as telling all took, so that the largest crowd leaves half of the time to others."""
        now = self._now()
        self._quiet_until = max(self._quiet_until, now + (now - began))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._call_later(self._quiet_until - now, self.flush)

    def _send(self, frame: bytes) -> int:
        self._ring.append(frame)
        self._ring_bytes += len(frame)
        while len(self._ring) > RING_MESSAGES or self._ring_bytes > RING_BYTES:
            self._ring_bytes -= len(self._ring.popleft())
        seq = self.seq
        for listener in self.listeners:
            listener.deliver(self, seq, frame)
        return len(self.listeners)

    def since(self, seq: int) -> list[tuple[int, bytes]] | None:
        """Return the messages after number `seq`; None if some of them are gone, or `seq` is yet to come."""
        missed = self.seq - seq
        if missed < 0 or missed > len(self._ring):
            return None
        start = len(self._ring) - missed
        return [(seq + 1 + offset, self._ring[start + offset]) for offset in range(missed)]

    def end(self) -> None:
        """Forget the topic; what was gathered has nobody left to hear it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
