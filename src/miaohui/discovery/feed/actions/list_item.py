"""Makes an item known to the feed."""

from typing import Literal

from miaohui.discovery.feed.signal_log import ItemFacts, Signal, append_signals
from miaohui.kit.db import Tx


def list_item(
    tx: Tx, *, item_id: int, author_id: int, facts: ItemFacts, kind: Literal["published", "changed"] = "published"
) -> None:
    """Log that an item can be served from now on, with what is known of it; again if that has changed."""
    append_signals(tx, [Signal(person_id=author_id, item_id=item_id, kind=kind, at=tx.now, facts=facts)])
