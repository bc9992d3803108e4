"""Who reacts to what: the whole reaction graph on one screen.

Handlers run once per event, in a transaction of their own, until they succeed. Pushes tell the sockets
of this process and are forgotten if it dies.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from miaohui.kit.db import Database
from miaohui.kit.outbox import Event, Handler, Push, Subscriptions
from miaohui.kit.realtime import Realtime

HANDLERS: Mapping[type[Event], Sequence[Handler]] = {}

PUSHES: Mapping[type[Event], Sequence[Callable[..., Awaitable[None] | None]]] = {}
"""Each push is called as `push(event, realtime=…, db=…)`."""


def subscriptions() -> Subscriptions:
    """Return the reaction graph, ready to record events into transactions."""
    return Subscriptions(HANDLERS)


def pushes(*, realtime: Realtime, db: Database) -> dict[type[Event], list[Push]]:
    """Return the pushes, bound to the sockets and the database of this process."""
    return {event: [partial(push, realtime=realtime, db=db) for push in listed] for event, listed in PUSHES.items()}
