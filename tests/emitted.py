"""What has been said to the rest of the product."""

from typing import TypeVar

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.outbox import Event, outbox_event

E = TypeVar("E", bound=Event)


def emitted(db: Database, event: type[E]) -> list[E]:
    """Return all events of a kind, oldest first."""

    def read(tx: Tx) -> list[str]:
        of_kind = sa.select(outbox_event.c.payload).where(outbox_event.c.name == event.name)
        return tx.scalars(of_kind.order_by(outbox_event.c.seq))

    return [msgspec.json.decode(payload, type=event) for payload in db.read_sync(read)]
