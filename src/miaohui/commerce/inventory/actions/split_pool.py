"""Cut a hot variant's pool into slots, so that its buyers do not all wait for one row."""

from miaohui.commerce.inventory.locks import lock_pools
from miaohui.commerce.inventory.pools import Change, PoolKind, apply_changes, open_pool, record_movements
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.money import share_out

MOST_SLOTS = 64


def split_pool(tx: Tx, *, variant_id: int, slots: int, kind: PoolKind = "shelf", pool_ref: str = "") -> None:
    """Bring a pool to at least that many slots and spread its free units evenly; slots are never taken away."""
    if not 1 <= slots <= MOST_SLOTS:
        raise ValueError(f"a pool has 1 to {MOST_SLOTS} slots")
    key = (variant_id, kind, pool_ref)
    for slot in range(slots):
        open_pool(tx, key=key, slot=slot)
    pools = lock_pools(tx, keys=[key])
    shares = share_out(sum(pool.available for pool in pools), [1] * len(pools))
    ref = f"split:{new_id()}"
    changes = [
        Change(pool_id=pool.id, ref=ref, on_hand=share - pool.available)
        for pool, share in zip(pools, shares, strict=True)
        if share != pool.available
    ]
    apply_changes(tx, changes)
    record_movements(tx, kind="move", changes=changes)
