"""What must always hold for cases (COMMERCE, invariants 5, 15 and 16)."""

from typing import Any

import sqlalchemy as sa

from miaohui.care.aftersales.rules import MOST_CASES_A_LINE
from miaohui.care.aftersales.states import CASE_MOVES, DISPUTE_MOVES, ENDED, PAYING
from miaohui.care.aftersales.tables import aftersale, aftersale_move, dispute, dispute_move
from miaohui.commerce.orders.tables import order_line
from miaohui.kit.audits import audit
from miaohui.money.payments.tables import refund
from miaohui.money.settlement.tables import settlement_line


@audit("aftersales.moves_are_permitted", "A case and a dispute only ever make moves that states.py lists")
def moves_are_permitted(dialect: str) -> sa.Select[Any]:
    """Find moves that nobody may make."""
    case_pairs = [(one, other) for one, onward in CASE_MOVES.items() for other in onward]
    dispute_pairs = [(one, other) for one, onward in DISPUTE_MOVES.items() for other in onward]
    strange = [
        sa.select(table.c.id, table.c.from_state, table.c.to_state).where(
            sa.tuple_(sa.func.coalesce(table.c.from_state, ""), table.c.to_state).not_in([("", first), *pairs])
        )
        for table, first, pairs in (
            (aftersale_move, "applied", case_pairs),
            (dispute_move, "open", dispute_pairs),
        )
    ]
    return sa.select(sa.union_all(*strange).subquery())


@audit("aftersales.last_move_is_the_state", "Every case and every dispute stands where its last move took it")
def last_move_is_the_state(dialect: str) -> sa.Select[Any]:
    """Compare the state with the newest move."""
    strange = []
    for table, move, key in (
        (aftersale, aftersale_move, aftersale_move.c.aftersale_id),
        (dispute, dispute_move, dispute_move.c.dispute_id),
    ):
        newest = sa.select(key.label("of"), sa.func.max(move.c.id).label("last")).group_by(key).subquery()
        joined = table.outerjoin(newest, newest.c.of == table.c.id).outerjoin(move, move.c.id == newest.c.last)
        strange.append(
            sa.select(table.c.id, table.c.state, move.c.to_state)
            .select_from(joined)
            .where(sa.or_(move.c.to_state.is_(None), move.c.to_state != table.c.state))
        )
    return sa.select(sa.union_all(*strange).subquery())


@audit("aftersales.few_cases_a_line", "A line has one open case at most, and five in all")
def few_cases_a_line(dialect: str) -> sa.Select[Any]:
    """Count the cases of each line."""
    total = sa.func.count()
    opened = sa.func.sum(sa.case((aftersale.c.is_open, 1), else_=0))
    return (
        sa.select(aftersale.c.order_line_id, total.label("total"), opened.label("open"))
        .group_by(aftersale.c.order_line_id)
        .having(sa.or_(total > MOST_CASES_A_LINE, opened > 1))
    )


@audit(
    "aftersales.refunds_within_paid",
    "What cases have refunded of a line is within what was paid, and counted on the line",
)
def refunds_within_paid(dialect: str) -> sa.Select[Any]:
    """Compare what cases came to with what the line says."""
    paying = aftersale.c.state.in_([*sorted(PAYING), "refunded"])
    refunded = (
        sa.select(aftersale.c.order_line_id, sa.func.sum(aftersale.c.agreed_minor).label("minor"))
        .where(paying)
        .group_by(aftersale.c.order_line_id)
        .subquery()
    )
    return (
        sa.select(order_line.c.id, order_line.c.payable_minor, order_line.c.refunded_minor, refunded.c.minor)
        .join_from(refunded, order_line, order_line.c.id == refunded.c.order_line_id)
        .where(sa.or_(refunded.c.minor > order_line.c.refunded_minor, refunded.c.minor > order_line.c.payable_minor))
    )


@audit("aftersales.refund_is_what_was_agreed", "The provider is asked for exactly what a case came to")
def refund_is_what_was_agreed(dialect: str) -> sa.Select[Any]:
    """Compare each case's refund with the agreed amount, and ended cases with ended refunds."""
    wrong_amount = sa.or_(refund.c.id.is_(None), refund.c.amount_minor != aftersale.c.agreed_minor)
    too_early = sa.and_(aftersale.c.state == "refunded", refund.c.state != "succeeded")
    return (
        sa.select(aftersale.c.id, aftersale.c.state, aftersale.c.agreed_minor, refund.c.amount_minor)
        .select_from(aftersale.outerjoin(refund, refund.c.id == aftersale.c.refund_id))
        .where(aftersale.c.refund_id.is_not(None), sa.or_(wrong_amount, too_early))
    )


@audit("aftersales.open_cases_hold_their_line", "A line is held back by its open cases, and by nothing else")
def open_cases_hold_their_line(dialect: str) -> sa.Select[Any]:
    """Compare the holds of a settlement line with its open cases."""
    held = (
        sa.select(aftersale.c.order_line_id, sa.func.count().label("open"))
        .where(aftersale.c.is_open)
        .group_by(aftersale.c.order_line_id)
        .subquery()
    )
    joined = settlement_line.outerjoin(held, held.c.order_line_id == settlement_line.c.order_line_id)
    return (
        sa.select(settlement_line.c.order_line_id, settlement_line.c.holds, held.c.open)
        .select_from(joined)
        .where(settlement_line.c.holds != sa.func.coalesce(held.c.open, 0))
    )


@audit("aftersales.somebody_is_waited_for", "An open case has a deadline, a dispute, or a provider that it waits for")
def somebody_is_waited_for(dialect: str) -> sa.Select[Any]:
    """Find open cases that nothing would ever move."""
    waits = sa.or_(aftersale.c.deadline_at.is_not(None), aftersale.c.state.in_(["disputed", *sorted(PAYING)]))
    ended = aftersale.c.state.in_(sorted(ENDED))
    return sa.select(aftersale.c.id, aftersale.c.state).where(sa.not_(sa.or_(waits, ended)))
