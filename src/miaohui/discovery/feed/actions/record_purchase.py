"""Stores that somebody has bought something, or given it back."""

from collections.abc import Iterable
from typing import Literal

from miaohui.discovery.feed.signal_log import Signal, append_signals
from miaohui.kit.db import Tx


def record_purchase(
    tx: Tx, *, person_id: int, product_ids: Iterable[int], kind: Literal["buy", "refund"], ref: str
) -> None:
    """Store one act for each of these goods; the same `ref` (an order, a line of one) counts once.

    ref: at most 30 characters. Call it last in a transaction.
    """
    append_signals(
        tx,
        [
            Signal(person_id=person_id, item_id=each, kind=kind, at=tx.now, client_id=f"{kind}:{ref}:{each}")
            for each in sorted(set(product_ids))
        ],
    )
