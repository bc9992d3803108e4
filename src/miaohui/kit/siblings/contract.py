"""What a web process may ask of the others, and what it tells them. Nothing of it outlives the processes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any

Hear = Callable[[str, str, Any, Collection[int]], None]
"""`hear(topic, event, data, but)`: what another process passes on to all sockets but those of these accounts."""


class Siblings(ABC):
    """All of it belongs to the event loop. One that has gone silent is forgotten within a minute."""

    @abstractmethod
    async def start(self, hear: Hear) -> None:
        """Join them; from now on `hear` is called in the loop. Returns also when they cannot be reached yet."""

    @abstractmethod
    async def stop(self) -> None:
        """Leave: nobody is connected to this process any more, and what only it might do is free for others."""

    @abstractmethod
    def came(self, account_id: int) -> None:
        """Tell that an account has its first socket here; returns at once."""

    @abstractmethod
    def went(self, account_id: int) -> None:
        """Tell that an account has no socket here any more; returns at once."""

    @abstractmethod
    async def is_elsewhere(self, account_id: int) -> bool:
        """Return whether an account is connected to another process; False where nobody can be asked."""

    @abstractmethod
    def pass_on(self, topic: str, event: str, data: Any, but: Collection[int]) -> None:
        """Let the others hear what is true only now. Returns at once; what cannot be said now is not said later.

        data: whatever msgspec encodes. but: the accounts that must not hear it, whichever process they are at.
        """

    @abstractmethod
    async def hold(self, task: str, *, for_s: float) -> bool:
        """Return whether this process, and no other, is the one that does a task for so long from now.

        Whoever has it keeps it by asking again in time. False where nobody can be asked.
        """


class NoSiblings(Siblings):
    """There is but one web process."""

    async def start(self, hear: Hear) -> None:
        """There is nobody to hear."""

    async def stop(self) -> None:
        """There is nobody to tell."""

    def came(self, account_id: int) -> None:
        """There is nobody to tell."""

    def went(self, account_id: int) -> None:
        """There is nobody to tell."""

    async def is_elsewhere(self, account_id: int) -> bool:
        return False

    def pass_on(self, topic: str, event: str, data: Any, but: Collection[int]) -> None:
        """There is nobody to tell."""

    async def hold(self, task: str, *, for_s: float) -> bool:
        return True
