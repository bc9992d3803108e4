"""Takes an item out of the feed."""

from miaohui.discovery.feed.signal_log import Signal, append_signals
from miaohui.kit.db import Tx


def unlist_item(tx: Tx, *, item_id: int, author_id: int) -> None:
    """Log that an item is served no more; what was learned from it about others stays."""
    append_signals(tx, [Signal(person_id=author_id, item_id=item_id, kind="removed", at=tx.now)])
