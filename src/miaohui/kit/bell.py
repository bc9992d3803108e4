"""Wakes one task of an event loop from any thread."""

import asyncio


class Bell:
    """A task waits on it, whoever has news rings it.

    However often it rings before the task has come back, the loop is called once: a wake-up from another thread
    costs a write to a pipe, and all messages of a group commit ring.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wake who waits, or let the next wait end at once; from any thread."""
        if not self._rung and not self._loop.is_closed():
            self._rung = True
            self._loop.call_soon_threadsafe(self._wake)

    async def wait(self, *, at_most_s: float) -> bool:
        """Wait for a ring, but not for longer; return whether it has rung since the last time."""
        if not self._rung:
            self._waiter = self._loop.create_future()
            timer = self._loop.call_later(at_most_s, self._wake)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        if not self._rung:
            return False
        # Before the task looks for what is new: a ring from now on is for the next time.
        self._rung = False
        return True

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
