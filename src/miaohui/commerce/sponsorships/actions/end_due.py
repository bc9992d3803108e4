"""End campaigns whose time is over, and send back what their coupons cannot cost any more."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.commerce.sponsorships.actions.fund_sponsorship import end_sponsorship
from miaohui.commerce.sponsorships.actions.return_budget import return_budget
from miaohui.commerce.sponsorships.queries import sponsorship_by_id
from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_showing
from miaohui.kit.db import Tx
from miaohui.money.ledger.tables import ledger_account

A_BATCH = 50
_TICKETS_KEPT = timedelta(days=2)


def end_due(tx: Tx) -> int:
    """End campaigns that are over; return how many were found."""
    over = sa.and_(sponsorship.c.state.in_(["active", "paused"]), sponsorship.c.ends_at <= tx.now)
    due = tx.scalars(sa.select(sponsorship.c.id).where(over).order_by(sponsorship.c.id).limit(A_BATCH))
    for sponsorship_id in due:
        found = sponsorship_by_id(tx, sponsorship_id)
        if found is not None and found.state in {"active", "paused"}:
            end_sponsorship(tx, found, reason="over", by_id=None)
    return len(due)


def with_money_left(tx: Tx) -> list[int]:
    """Return the ended campaigns whose budget still holds something: for coupons, or from refunds."""
    code = sa.literal("ad_budget:") + sa.cast(sponsorship.c.id, sa.String(20))
    held = sa.and_(ledger_account.c.code == code, ledger_account.c.balance_minor > 0)
    ended = sa.select(sponsorship.c.id).join(ledger_account, held).where(sponsorship.c.state == "ended")
    return tx.scalars(ended.order_by(sponsorship.c.id))


def give_back(tx: Tx, *, sponsorship_id: int) -> int:
    """Send one campaign's free money home."""
    return return_budget(tx, sponsorship_id=sponsorship_id)


def forget_tickets(tx: Tx) -> int:
    """Untie showings from the shakes that they followed; nobody sends those again."""
    old = sa.and_(sponsorship_showing.c.ticket_id.is_not(None), sponsorship_showing.c.shown_at < tx.now - _TICKETS_KEPT)
    return tx.changed(sa.update(sponsorship_showing).where(old).values(ticket_id=None))
