"""What must always hold for sold lines, commissions and payouts."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.audits import audit
from miaohui.kit.money import BASIS_POINTS
from miaohui.money.ledger.tables import ledger_account, ledger_entry
from miaohui.money.settlement.tables import commission_hop, payout, settlement_line, settlement_move

_line, _hop = settlement_line.c, commission_hop.c
_TRANSITIONS = (
    (None, "in_escrow"),
    ("in_escrow", "settleable"),
    ("in_escrow", "void"),
    ("settleable", "settled"),
    ("settleable", "void"),
)

_LARGEST_PRODUCT = 1 << 61
"""Doubled, it still fits into 64 bits."""

_total = _line.paid_minor + _line.platform_subsidy_minor + _line.ad_subsidy_minor
_refunded = _line.refunded_paid_minor + _line.refunded_platform_minor + _line.refunded_ad_minor
_kept = _total - _refunded


@audit(
    "settlement.escrow_is_unsettled_lines",
    "An order's escrow is what its unsettled lines have left, 0 when all are settled (3).",
)
def escrow_is_unsettled_lines(dialect: str) -> sa.Select[Any]:
    """Compare each order whose lines are open with its escrow; what is paid and not opened yet is left out."""
    left = sa.func.sum(sa.case((_line.state.in_(["in_escrow", "settleable"]), _kept), else_=0))
    orders = (
        sa.select(_line.order_id, _line.currency, left.label("left_minor"))
        .group_by(_line.order_id, _line.currency)
        .subquery("unsettled")
    )
    code = sa.literal("escrow:") + sa.cast(orders.c.order_id, sa.String(20))
    held = sa.func.coalesce(ledger_account.c.balance_minor, 0)
    same = sa.and_(ledger_account.c.code == code, ledger_account.c.currency == orders.c.currency)
    return (
        sa.select(orders.c.order_id, orders.c.left_minor, held.label("escrow_minor"))
        .outerjoin(ledger_account, same)
        .where(held != orders.c.left_minor)
    )


@audit("settlement.refunds_within_paid", "No line gives back more than was paid for it, by anybody who paid (5).")
def refunds_within_paid(dialect: str) -> sa.Select[Any]:
    """Look at each payer's part; the check constraints say the same."""
    return sa.select(_line.order_line_id, _total.label("total_minor"), _refunded.label("refunded_minor")).where(
        sa.or_(
            _line.refunded_paid_minor > _line.paid_minor,
            _line.refunded_platform_minor > _line.platform_subsidy_minor,
            _line.refunded_ad_minor > _line.ad_subsidy_minor,
        )
    )


@audit(
    "settlement.parts_sum_to_what_is_kept",
    "Of a settled line shop, fee and commissions have exactly what is not refunded.",
)
def parts_sum_to_what_is_kept(dialect: str) -> sa.Select[Any]:
    """Sum the parts of each settled line."""
    hops = _hops()
    parts = _line.shop_minor + _line.fee_minor + sa.func.coalesce(hops.c.kept_minor, 0)
    return (
        sa.select(_line.order_line_id, _kept.label("kept_minor"), parts.label("parts_minor"))
        .outerjoin(hops, hops.c.order_line_id == _line.order_line_id)
        .where(_line.state == "settled", parts != _kept)
    )


@audit(
    "settlement.commission_is_rate_of_kept",
    "Commission and fee are exactly their rates of what is kept, whatever was refunded (20).",
)
def commission_is_rate_of_kept(dialect: str) -> sa.Select[Any]:
    """Reckon both anew from the kept amount. SQLite has no wider numbers, so there lines above ¥10 million are passed over."""
    hops = _hops()
    goods = _rounded(dialect, 2 * _wide(dialect, _line.goods_minor) * _kept + _total, 2 * _total)
    rate = sa.func.coalesce(hops.c.rate_bp, 0)
    commission = _rounded(dialect, 2 * goods * rate + BASIS_POINTS, sa.literal(2 * BASIS_POINTS))
    fee = _rounded(dialect, 2 * goods * _line.fee_bp + BASIS_POINTS, sa.literal(2 * BASIS_POINTS))
    has = sa.func.coalesce(hops.c.kept_minor, 0)
    rest = _kept - commission
    fits = sa.true() if dialect == "postgresql" else _line.goods_minor <= _LARGEST_PRODUCT // sa.func.max(_total, 1)
    wrong = sa.or_(has != commission, _line.fee_minor != sa.case((fee < rest, fee), else_=rest))
    return (
        sa.select(_line.order_line_id, has.label("commission_minor"), _line.fee_minor, _kept.label("kept_minor"))
        .outerjoin(hops, hops.c.order_line_id == _line.order_line_id)
        .where(_line.state == "settled", _total > 0, fits, wrong)
    )


@audit("settlement.settled_once", "Every settled line has its one entry, and only settled lines have one (24).")
def settled_once(dialect: str) -> sa.Select[Any]:
    """Look for settled lines without an entry, and entries of lines that are not settled."""
    ref = sa.cast(_line.order_line_id, sa.String(20))
    entry = sa.and_(ledger_entry.c.kind == "settlement", ledger_entry.c.ref == ref)
    posted = ledger_entry.c.id.is_not(None)
    missing = sa.and_(_line.state == "settled", ~posted, _total > 0)
    return (
        sa.select(_line.order_line_id, _line.state, ledger_entry.c.id.label("entry_id"))
        .outerjoin(ledger_entry, entry)
        .where(sa.or_(missing, sa.and_(_line.state != "settled", posted)))
    )


@audit("settlement.settled_in_time", "No line is settled before its date, and no line with nothing left waits.")
def settled_in_time(dialect: str) -> sa.Select[Any]:
    """Compare dates and states of each line."""
    early = sa.and_(
        _line.state == "settled", sa.or_(_line.settle_after.is_(None), _line.settled_at < _line.settle_after)
    )
    void = sa.and_(_line.state == "void", _kept != 0)
    used_up = sa.and_(_line.state.in_(["in_escrow", "settleable"]), _kept == 0, _total > 0)
    return sa.select(_line.order_line_id, _line.state).where(sa.or_(early, void, used_up))


@audit(
    "settlement.moves_are_listed",
    "Lines change their state only in the listed ways, and the last change is where they are (15).",
)
def moves_are_listed(dialect: str) -> sa.Select[Any]:
    """Look for unlisted changes, and for lines that are elsewhere than their last one says."""
    move = settlement_move.c
    listed = [
        sa.and_(move.from_state.is_(None) if old is None else move.from_state == old, move.to_state == new)
        for old, new in _TRANSITIONS
    ]
    change = sa.or_(move.from_state.is_(None), move.from_state != move.to_state)
    arrived = sa.select(sa.func.count()).where(
        move.order_line_id == _line.order_line_id, move.to_state == _line.state, change
    )
    unlisted = sa.select(move.order_line_id, move.from_state, move.to_state).where(change, ~sa.or_(*listed))
    lost = sa.select(_line.order_line_id, sa.literal(None, sa.String(10)), _line.state).where(
        arrived.scalar_subquery() != 1
    )
    both = sa.union_all(unlisted, lost).subquery("strange")
    return sa.select(both)


@audit(
    "settlement.withdrawing_is_open_payouts", "What is on its way to banks is what was requested and is not finished."
)
def withdrawing_is_open_payouts(dialect: str) -> sa.Select[Any]:
    """Compare each account's money on its way with its open payouts."""
    waiting = (
        sa.select(
            (sa.literal("withdrawing:") + payout.c.account_code).label("code"),
            payout.c.currency,
            sa.func.sum(payout.c.amount_minor).label("requested_minor"),
        )
        .where(payout.c.state == "requested")
        .group_by(payout.c.account_code, payout.c.currency)
        .subquery("waiting")
    )
    account = ledger_account.c
    requested = sa.func.coalesce(waiting.c.requested_minor, 0)
    same = sa.and_(waiting.c.code == account.code, waiting.c.currency == account.currency)
    return (
        sa.select(account.code, account.currency, account.balance_minor, requested.label("requested_minor"))
        .outerjoin(waiting, same)
        .where(account.code.startswith("withdrawing:"), account.balance_minor != requested)
    )


@audit("settlement.payouts_are_posted", "Every payout is posted, and finished in the ledger as it is in its row.")
def payouts_are_posted(dialect: str) -> sa.Select[Any]:
    """Look for payouts whose entries do not fit their state."""
    ref = sa.cast(payout.c.id, sa.String(20))

    def posted(kind: str) -> sa.ColumnElement[bool]:
        return sa.exists().where(ledger_entry.c.kind == kind, ledger_entry.c.ref == ref)

    right = sa.and_(
        posted("payout"),
        posted("payout_paid") == (payout.c.state == "paid"),
        posted("payout_failed") == (payout.c.state == "failed"),
    )
    return sa.select(payout.c.id, payout.c.account_code, payout.c.state).where(~right)


def _hops() -> sa.Subquery:
    return (
        sa.select(
            _hop.order_line_id,
            sa.func.sum(_hop.rate_bp).label("rate_bp"),
            sa.func.sum(_hop.kept_minor).label("kept_minor"),
        )
        .group_by(_hop.order_line_id)
        .subquery("hop")
    )


def _wide(dialect: str, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """PostgreSQL's 64-bit numbers would overflow in the product of two large amounts."""
    return sa.cast(value, sa.Numeric) if dialect == "postgresql" else value


def _rounded(dialect: str, value: sa.ColumnElement[Any], by: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Whole division; both databases have it under another name."""
    if dialect == "postgresql":
        return sa.func.div(sa.cast(value, sa.Numeric), sa.cast(by, sa.Numeric), type_=sa.Numeric)
    return sa.cast(value // sa.func.nullif(by, 0), sa.BigInteger)
