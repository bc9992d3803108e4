"""What must always hold for covers and claims (COMMERCE, invariant 17)."""

from typing import Any

import sqlalchemy as sa

from miaohui.care.insurance.tables import freight_claim, freight_policy, insurance_move
from miaohui.kit.audits import audit
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting

_policy, _claim = freight_policy.c, freight_claim.c


@audit(
    "insurance.claims_within_cover", "A claim is for at most its cover, in its currency, and one cover has one (17)."
)
def claims_within_cover(dialect: str) -> sa.Select[Any]:
    """Find claims that do not fit their policy."""
    unfit = sa.or_(
        _claim.amount_minor > _policy.cover_minor,
        _claim.currency != _policy.currency,
        _policy.state != "claimed",
    )
    joined = freight_claim.join(freight_policy, _claim.policy_id == _policy.id)
    return sa.select(_claim.id, _claim.policy_id, _claim.amount_minor, _policy.state).select_from(joined).where(unfit)


@audit("insurance.waybills_once", "A waybill has paid for one return, also where a carrier was corrected (17).")
def waybills_once(dialect: str) -> sa.Select[Any]:
    """Find waybills that two granted claims of one courier name."""
    granted = _claim.approved_at.is_not(None)
    return (
        sa.select(_claim.carrier, _claim.waybill, sa.func.count().label("claims"))
        .where(granted)
        .group_by(_claim.carrier, _claim.waybill)
        .having(sa.func.count() > 1)
    )


@audit(
    "insurance.premiums_are_posted", "Each cover's premium was posted once, and given back once if it was cancelled."
)
def premiums_are_posted(dialect: str) -> sa.Select[Any]:
    """Compare each policy with what the ledger has posted for it."""
    taken, back, late = (_posted(kind, "policy:", _policy.id) for kind in ("premium", "premium_back", "premium_late"))
    issued = _policy.issued_at.is_not(None)
    cancelled = _policy.state == "cancelled"
    wrong = sa.or_(
        taken != sa.case((issued, _policy.premium_minor), else_=0),
        back != sa.case((sa.and_(issued, cancelled), _policy.premium_minor), else_=0),
        late > _policy.premium_minor,
    )
    return sa.select(_policy.id, _policy.state, taken.label("taken"), back.label("back")).where(wrong)


@audit(
    "insurance.claims_are_posted",
    "An approved claim was taken from the pool once, and a paid one reached a wallet once.",
)
def claims_are_posted(dialect: str) -> sa.Select[Any]:
    """Compare each claim with what the ledger has posted for it."""
    granted = _posted("claim", "claim:", _claim.id)
    paid = _posted("wallet_credit", "claim:", _claim.id, domain="payments")
    wrong = sa.or_(
        granted != sa.case((_claim.approved_at.is_not(None), _claim.amount_minor), else_=0),
        paid != sa.case((_claim.state == "paid", _claim.amount_minor), else_=0),
    )
    return sa.select(_claim.id, _claim.state, granted.label("granted"), paid.label("paid")).where(wrong)


@audit("insurance.premiums_owed", "What shops owe for premiums in the ledger is what their covers say.")
def premiums_owed(dialect: str) -> sa.Select[Any]:
    """Compare each shop's debt with the sum over its covers."""
    code = sa.literal("receivable:premium:").concat(sa.cast(_policy.shop_id, sa.String))
    due = sa.cast(sa.func.sum(_policy.premium_due_minor), sa.BigInteger).label("due")
    owed = sa.select(code.label("code"), _policy.currency, due).group_by(_policy.shop_id, _policy.currency).subquery()
    same = sa.and_(ledger_account.c.code == owed.c.code, ledger_account.c.currency == owed.c.currency)
    booked = sa.func.coalesce(ledger_account.c.balance_minor, 0)
    return (
        sa.select(owed.c.code, owed.c.due, booked.label("booked"))
        .select_from(owed.outerjoin(ledger_account, same))
        .where(owed.c.due != booked)
    )


@audit("insurance.last_move_is_state", "The newest move of a cover leads to the state in which it is (15).")
def last_move_is_state(dialect: str) -> sa.Select[Any]:
    """Compare each policy with its newest move."""
    move = insurance_move.c
    mine = sa.and_(move.policy_id == _policy.id, move.what == "policy")
    newest = sa.select(move.to_state).where(mine).order_by(move.id.desc()).limit(1).scalar_subquery()
    return sa.select(_policy.id, _policy.state, newest.label("moved_to")).where(
        sa.func.coalesce(newest, "") != _policy.state
    )


def _posted(kind: str, ref: str, owner: sa.ColumnElement[Any], *, domain: str = "insurance") -> sa.ColumnElement[Any]:
    """What the ledger has posted under `{domain}.{kind}` for one row."""
    entries = ledger_posting.join(ledger_entry, ledger_posting.c.entry_id == ledger_entry.c.id)
    named = sa.and_(
        ledger_entry.c.kind == f"{domain}.{kind}",
        ledger_entry.c.ref == sa.literal(ref).concat(sa.cast(owner, sa.String)),
    )
    total = sa.cast(sa.func.coalesce(sa.func.sum(ledger_posting.c.amount_minor), 0), sa.BigInteger)
    return sa.select(total).select_from(entries).where(named).scalar_subquery()
