"""Find the money for a refund where it is."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.money.ledger.accounts import coupon_cost, escrow, refund_payable
from miaohui.money.ledger.actions.post_entry import LedgerRefReused, post_entry
from miaohui.money.ledger.queries import credits_of_entry
from miaohui.money.settlement.actions.settle_line import keep_hops, parts_by_account
from miaohui.money.settlement.flows import Flow, Purses, match_legs, summed
from miaohui.money.settlement.locks import lock_line
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.queries import SettlementLine, hops_of_line, sale_of
from miaohui.money.settlement.split import split_sale
from miaohui.money.settlement.tables import settlement_line


class RefundExceedsLine(Refusal):
    """More is to be refunded than is left of what was paid for the line. Data: left_minor, what the buyer's part has left."""

    code = "refund_exceeds_line"
    status = 409
    title = "That is more than is left of this purchase"


def fund_refund(
    tx: Tx,
    *,
    order_line_id: int,
    paid_minor: int,
    platform_minor: int = 0,
    ad_minor: int = 0,
    ref: str,
    to: str | None = None,
) -> None:
    """Take a line's refund out of escrow, or, once it is settled, back from those who got it.

    paid_minor: the buyer's part, which goes to `to`, by default refund_payable. platform_minor, ad_minor: the
    subsidisers' parts, which go back to them. ref: the same again changes nothing. After settlement everybody
    gives back so much that what they keep is exactly their rate of what is kept; a shop that is short gives its
    deposit, and whoever is still short owes. Raises RefundExceedsLine, LedgerRefReused, and LookupError for a line
    for which nothing was paid.
    """
    target = to or refund_payable()
    line = lock_line(tx, order_line_id)
    if line is None:
        raise LookupError(f"nothing was paid for line {order_line_id}")
    total = paid_minor + platform_minor + ad_minor
    if min(paid_minor, platform_minor, ad_minor) < 0:
        raise ValueError("a refund is not negative")
    if total == 0:
        return
    before = credits_of_entry(tx, kind="refund", ref=ref)
    if before:
        if before.get(target, 0) != paid_minor or before.get(coupon_cost(), 0) != platform_minor:
            raise LedgerRefReused(f"refund {ref} was posted with other amounts")
        return
    _count(tx, line, paid_minor=paid_minor, platform_minor=platform_minor, ad_minor=ad_minor)
    sources, given, purses = _sources(tx, line, total)
    destinations = [*given, (target, paid_minor), (coupon_cost(), platform_minor)]
    if line.ad_account is not None:
        destinations += purses.give(line.ad_account, ad_minor)
    post_entry(
        tx,
        kind="refund",
        ref=ref,
        memo=f"line {order_line_id}",
        currency=line.currency,
        legs=match_legs(sources, destinations),
    )


def _count(tx: Tx, line: SettlementLine, *, paid_minor: int, platform_minor: int, ad_minor: int) -> None:
    """Count the refund on the line; a line of which nothing is left before its settlement is void."""
    row = settlement_line.c
    paid, platform, ad = (
        row.refunded_paid_minor + paid_minor,
        row.refunded_platform_minor + platform_minor,
        row.refunded_ad_minor + ad_minor,
    )
    within = sa.and_(
        row.order_line_id == line.order_line_id,
        paid <= row.paid_minor,
        platform <= row.platform_subsidy_minor,
        ad <= row.ad_subsidy_minor,
    )
    counted: dict[str, object] = {
        "refunded_paid_minor": paid,
        "refunded_platform_minor": platform,
        "refunded_ad_minor": ad,
    }
    used_up = line.state in {"in_escrow", "settleable"} and line.kept_minor == paid_minor + platform_minor + ad_minor
    if used_up:
        counted["state"] = "void"
    if not tx.changed(sa.update(settlement_line).where(within).values(counted)):
        raise RefundExceedsLine(left_minor=line.paid_minor - line.refunded_paid_minor)
    if used_up:
        record_move(
            tx, order_line_id=line.order_line_id, from_state=line.state, to_state="void", reason="all is refunded"
        )


def _sources(tx: Tx, line: SettlementLine, total: int) -> tuple[Flow, Flow, Purses]:
    """From where the refund comes, what rounding gives back to somebody, and the purses it is taken from."""
    subsidisers = [line.ad_account] if line.ad_account else []
    if line.state != "settled":
        home = escrow(line.order_id)
        return [(home, total)], [], Purses(tx, codes=subsidisers, held=[home], shop_id=None, currency=line.currency)
    hops = hops_of_line(tx, line.order_line_id)
    sale = sale_of(line, hops)
    after = split_sale(sale, kept_minor=line.kept_minor - total)
    had = parts_by_account(line, hops, split_sale(sale, kept_minor=line.kept_minor))
    have = parts_by_account(line, hops, after)
    purses = Purses(tx, codes=[*had, *subsidisers], shop_id=line.shop_id, currency=line.currency)
    taken, given = summed({code: had[code] - have[code] for code in had})
    this = settlement_line.c.order_line_id == line.order_line_id
    parts = {"shop_minor": after.shop_minor, "fee_minor": after.fee_minor}
    tx.execute(sa.update(settlement_line).where(this).values(parts))
    keep_hops(tx, hops, after)
    return (
        [flow for code, amount in taken for flow in purses.take(code, amount)],
        [flow for code, amount in given for flow in purses.give(code, amount)],
        purses,
    )
