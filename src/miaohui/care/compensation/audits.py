"""What must always hold for advances (COMMERCE, invariant 18)."""

from typing import Any

import sqlalchemy as sa

from miaohui.care.compensation.tables import advance, advance_recovery
from miaohui.kit.audits import audit
from miaohui.money.ledger.tables import ledger_account


@audit("compensation.advances_are_accounted_for", "What was advanced is recovered, receivable, or written off")
def advances_are_accounted_for(dialect: str) -> sa.Select[Any]:
    """Compare each shop's receivable with what is left of its advances."""
    code = sa.literal("receivable:").concat(sa.cast(advance.c.shop_id, sa.String))
    left = advance.c.amount_minor - advance.c.recovered_minor - advance.c.written_off_minor
    owed = (
        sa.select(code.label("code"), advance.c.currency, sa.cast(sa.func.sum(left), sa.BigInteger).label("owed"))
        .group_by(advance.c.shop_id, advance.c.currency)
        .subquery()
    )
    booked = sa.func.coalesce(ledger_account.c.balance_minor, 0)
    same = sa.and_(ledger_account.c.code == owed.c.code, ledger_account.c.currency == owed.c.currency)
    return (
        sa.select(owed.c.code, owed.c.currency, owed.c.owed, booked.label("booked"))
        .select_from(owed.outerjoin(ledger_account, same))
        .where(owed.c.owed != booked)
    )


@audit(
    "compensation.recoveries_add_up", "The recoveries of an advance add up to what it says came back or was given up"
)
def recoveries_add_up(dialect: str) -> sa.Select[Any]:
    """Compare each advance with its recoveries."""
    amount = advance_recovery.c.amount_minor
    given_up = sa.case((advance_recovery.c.source == "written_off", amount), else_=0)
    sums = (
        sa.select(
            advance_recovery.c.advance_id,
            sa.func.sum(amount - given_up).label("recovered"),
            sa.func.sum(given_up).label("written_off"),
        )
        .group_by(advance_recovery.c.advance_id)
        .subquery()
    )
    recovered, written_off = (sa.func.coalesce(sums.c[name], 0) for name in ("recovered", "written_off"))
    return (
        sa.select(advance.c.id, advance.c.recovered_minor, recovered.label("rows_say"))
        .select_from(advance.outerjoin(sums, sums.c.advance_id == advance.c.id))
        .where(sa.or_(advance.c.recovered_minor != recovered, advance.c.written_off_minor != written_off))
    )


@audit("compensation.ended_advances_owe_nothing", "An advance is closed exactly when nothing of it is owed")
def ended_advances_owe_nothing(dialect: str) -> sa.Select[Any]:
    """Find advances whose state and amounts disagree."""
    left = advance.c.amount_minor - advance.c.recovered_minor - advance.c.written_off_minor
    ended = advance.c.state.in_(["recovered", "written_off"])
    return sa.select(advance.c.id, advance.c.state, left.label("left")).where(
        sa.or_(sa.and_(ended, left != 0), sa.and_(sa.not_(ended), left == 0), ended != advance.c.closed_at.is_not(None))
    )
