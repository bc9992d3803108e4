"""Who reacts to what: the whole reaction graph on one screen.

Handlers run once per event, in a transaction of their own, until they succeed. Pushes tell the sockets
of this process and are forgotten if it dies.
"""

from collections.abc import Mapping, Sequence

from miaohui.kit.outbox import Event, Handler, Subscriptions

HANDLERS: Mapping[type[Event], Sequence[Handler]] = {}


def subscriptions() -> Subscriptions:
    """Return the reaction graph, ready to record events into transactions."""
    return Subscriptions(HANDLERS)
