"""Give each their part of a sold line."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import escrow, receivable, shop_available, tech_fee
from miaohui.money.ledger.actions.post_entry import post_entry
from miaohui.money.ledger.queries import balance_of
from miaohui.money.settlement.events import ShopSettled
from miaohui.money.settlement.flows import Purses, match_legs
from miaohui.money.settlement.locks import lock_line
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.queries import CommissionHop, SettlementLine, hops_of_line, sale_of
from miaohui.money.settlement.split import Split, split_sale
from miaohui.money.settlement.tables import commission_hop, settlement_line


def settle_line(tx: Tx, *, order_line_id: int) -> bool:
    """Settle a line whose date has come and that nothing holds; return whether this call did.

    What is kept of it leaves escrow for the shop, the commission chain and the fee; who owes from an earlier
    refund repays that first. Of two calls at the same time one does it.
    """
    line = lock_line(tx, order_line_id)
    if line is None:
        return False
    hops = hops_of_line(tx, order_line_id)
    split = split_sale(sale_of(line, hops), kept_minor=line.kept_minor)
    due = sa.and_(
        settlement_line.c.order_line_id == order_line_id,
        settlement_line.c.state == "settleable",
        settlement_line.c.holds == 0,
        settlement_line.c.settle_after <= tx.now,
    )
    parts = {"shop_minor": split.shop_minor, "fee_minor": split.fee_minor}
    settled = {"state": "settled", "settled_at": tx.now, **parts}
    if not tx.changed(sa.update(settlement_line).where(due).values(settled)):
        return False
    keep_hops(tx, hops, split)
    _post(tx, line, hops, split)
    record_move(tx, order_line_id=order_line_id, from_state="settleable", to_state="settled", reason="due")
    if balance_of(tx, code=receivable(line.shop_id), currency=line.currency):
        tx.emit(
            ShopSettled(
                shop_id=line.shop_id,
                order_line_id=order_line_id,
                currency=line.currency,
                amount_minor=split.shop_minor,
                at=tx.now,
            )
        )
    return True


def keep_hops(tx: Tx, hops: list[CommissionHop], split: Split) -> None:
    """Write down what each hop of the chain has now."""
    for hop, kept in zip(hops, split.hop_minor, strict=True):
        this = sa.and_(commission_hop.c.order_line_id == hop.order_line_id, commission_hop.c.position == hop.position)
        tx.execute(sa.update(commission_hop).where(this).values(kept_minor=kept))


def parts_by_account(line: SettlementLine, hops: list[CommissionHop], split: Split) -> dict[str, int]:
    """Return what each account has of a line."""
    parts = {shop_available(line.shop_id): split.shop_minor}
    for hop, kept in zip(hops, split.hop_minor, strict=True):
        parts[hop.account_code] = parts.get(hop.account_code, 0) + kept
    parts[tech_fee()] = parts.get(tech_fee(), 0) + split.fee_minor
    return parts


def _post(tx: Tx, line: SettlementLine, hops: list[CommissionHop], split: Split) -> None:
    parts = parts_by_account(line, hops, split)
    sources = [(escrow(line.order_id), line.kept_minor)]
    held = [escrow(line.order_id)]
    purses = Purses(tx, codes=parts, held=held, shop_id=line.shop_id, currency=line.currency)
    destinations = [flow for code, amount in parts.items() for flow in purses.give(code, amount)]
    post_entry(
        tx,
        kind="settlement",
        ref=str(line.order_line_id),
        currency=line.currency,
        legs=match_legs(sources, destinations),
    )
