"""Take back from a shop what was paid for it."""

import sqlalchemy as sa

from miaohui.care.compensation.events import AdvanceRecovered
from miaohui.care.compensation.locks import lock_owed
from miaohui.care.compensation.queries import Advance
from miaohui.care.compensation.states import Source, state_after_recovery
from miaohui.care.compensation.tables import advance, advance_recovery
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import deposit, receivable, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.locks import lock_accounts


def recover_advances(tx: Tx, *, shop_id: int, currency: str, settled_minor: int = 0) -> int:
    """Take back what a shop has, oldest advance first; return how much that was.

    Money that was just settled goes first (settled_minor, at most as much), then the rest of what is
    available, then the deposit; what is left stays receivable, and is asked for again.
    """
    owed = lock_owed(tx, shop_id=shop_id, currency=currency)
    if not owed:
        return 0
    codes = [shop_available(shop_id), deposit(shop_id), receivable(shop_id)]
    held = lock_accounts(tx, codes=codes, currency=currency)
    fresh = min(settled_minor, held[shop_available(shop_id)])
    purses: list[tuple[Source, str, int]] = [
        ("unsettled", shop_available(shop_id), fresh),
        ("available", shop_available(shop_id), held[shop_available(shop_id)] - fresh),
        ("deposit", deposit(shop_id), held[deposit(shop_id)]),
    ]
    recovered = 0
    for one in owed:
        takes, purses = _take(one.left_minor, purses)
        _record(tx, one, takes)
        recovered += sum(amount for _, _, amount in takes)
    return recovered


def _take(
    wanted: int, purses: list[tuple[Source, str, int]]
) -> tuple[list[tuple[Source, str, int]], list[tuple[Source, str, int]]]:
    """Return what to take from each purse for one advance, and what they hold after that."""
    takes: list[tuple[Source, str, int]] = []
    left: list[tuple[Source, str, int]] = []
    for source, code, has in purses:
        taken = min(wanted, has)
        wanted -= taken
        left.append((source, code, has - taken))
        if taken:
            takes.append((source, code, taken))
    return takes, left


def _record(tx: Tx, one: Advance, takes: list[tuple[Source, str, int]]) -> None:
    recovered = one.recovered_minor
    left = one.left_minor
    for source, code, amount in takes:
        recovery_id = new_id()
        row = {"advance_id": one.id, "source": source, "amount_minor": amount, "by_id": None, "at": tx.now}
        tx.execute(sa.insert(advance_recovery).values(id=recovery_id, **row))
        legs = [Leg(code, receivable(one.shop_id), amount)]
        post_entry(tx, kind="advance_recovery", ref=str(recovery_id), currency=one.currency, legs=legs, memo=one.ref)
        recovered += amount
        left -= amount
        tx.emit(
            AdvanceRecovered(
                advance_id=one.id,
                shop_id=one.shop_id,
                source=source,
                amount_minor=amount,
                left_minor=left,
                currency=one.currency,
                at=tx.now,
            )
        )
    state = state_after_recovery(amount_minor=one.amount_minor, recovered_minor=recovered)
    as_read = sa.and_(advance.c.id == one.id, advance.c.recovered_minor == one.recovered_minor)
    values = {"state": state, "recovered_minor": recovered, "closed_at": tx.now if state == "recovered" else None}
    if not tx.changed(sa.update(advance).where(as_read).values(values)):
        raise RuntimeError(f"advance {one.id} changed under its lock")
