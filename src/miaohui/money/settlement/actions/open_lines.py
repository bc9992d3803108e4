"""Take the lines of a paid order into the books."""

from collections.abc import Sequence

import msgspec

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.money.ledger.accounts import class_of, coupon_cost, escrow
from miaohui.money.ledger.actions.post_entry import post_entry
from miaohui.money.settlement.flows import Purses, match_legs
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.split import Sale, check_sale
from miaohui.money.settlement.tables import commission_hop, settlement_line


class Hop(msgspec.Struct, frozen=True):
    """One who has a part in the commission. rate_bp: what this hop keeps, of the goods; not what it hands on."""

    account_code: str
    rate_bp: int


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    """A paid order line.

    paid_minor: by the buyer, freight included. platform_subsidy_minor, ad_subsidy_minor: what others add to
    escrow for the buyer. goods_minor: at most the sum of the three; fee and commission are reckoned on it.
    hops: the commission chain from the shop on, each with what it keeps.
    """

    order_line_id: int
    order_id: int
    shop_id: int
    payment_id: int | None
    paid_minor: int
    platform_subsidy_minor: int = 0
    ad_subsidy_minor: int = 0
    ad_account: str | None = None
    goods_minor: int
    fee_bp: int
    hops: Sequence[Hop] = ()


def open_lines(tx: Tx, *, lines: Sequence[NewLine], currency: str) -> None:
    """Open a settlement line for each paid order line, and put into escrow what others than the buyer pay.

    The buyer's part comes into escrow with the payment. Opening twice is opening once. An advertiser whose
    budget is short owes the rest: a paid order does not wait for them. Raises ValueError for rates above the
    whole.
    """
    for line in lines:
        _check(line)
    opened = [line for line in sorted(lines, key=lambda one: one.order_line_id) if _insert(tx, line, currency)]
    budgets = {line.ad_account for line in opened if line.ad_account is not None}
    escrows = {escrow(line.order_id) for line in opened}
    purses = Purses(tx, codes=budgets, held=escrows, shop_id=None, currency=currency)
    for line in opened:
        sources = [(coupon_cost(), line.platform_subsidy_minor)]
        if line.ad_account is not None:
            sources += purses.take(line.ad_account, line.ad_subsidy_minor)
        added = line.platform_subsidy_minor + line.ad_subsidy_minor
        legs = match_legs(sources, [(escrow(line.order_id), added)])
        post_entry(tx, kind="subsidy", ref=str(line.order_line_id), currency=currency, legs=legs)


def _check(line: NewLine) -> None:
    total = line.paid_minor + line.platform_subsidy_minor + line.ad_subsidy_minor
    check_sale(Sale(total, line.goods_minor, line.fee_bp, [hop.rate_bp for hop in line.hops]))
    if line.ad_subsidy_minor and line.ad_account is None:
        raise ValueError("an advertiser's part has an advertiser")
    for hop in line.hops:
        class_of(hop.account_code)


def _insert(tx: Tx, line: NewLine, currency: str) -> bool:
    row = msgspec.structs.asdict(line)
    del row["hops"]
    if not insert_if_absent(tx, settlement_line, {**row, "currency": currency, "state": "in_escrow"}):
        return False
    hops = [
        {
            "order_line_id": line.order_line_id,
            "position": position,
            "account_code": hop.account_code,
            "rate_bp": hop.rate_bp,
        }
        for position, hop in enumerate(line.hops)
    ]
    tx.insert(commission_hop, hops)
    record_move(tx, order_line_id=line.order_line_id, from_state=None, to_state="in_escrow", reason="paid")
    return True
