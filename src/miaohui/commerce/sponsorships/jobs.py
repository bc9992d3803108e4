"""What becomes of campaigns by themselves."""

from miaohui.commerce.sponsorships.actions.end_due import (
    A_BATCH,
    end_due,
    forget_tickets,
    give_back,
    with_money_left,
)
from miaohui.commerce.sponsorships.own_export import sponsor_cards_for_export
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute

contribute("sponsor_cards", rows=sponsor_cards_for_export)


@job("sponsorships.tidy")
def tidy(context: JobContext) -> None:
    """End campaigns whose time is over, and send back what no coupon of an ended one can cost any more."""
    while context.write(end_due) == A_BATCH:
        pass
    for sponsorship_id in context.db.read_sync(with_money_left):
        context.write(give_back, sponsorship_id=sponsorship_id)
    context.write(forget_tickets)
