"""Send back to the shop what an ended campaign's coupons cannot cost any more."""

import sqlalchemy as sa

from miaohui.commerce.sponsorships.queries import outstanding_minor, sponsorship_by_id
from miaohui.commerce.sponsorships.tables import sponsorship
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.locks import lock_accounts


def return_budget(tx: Tx, *, sponsorship_id: int) -> int:
    """Return how much went back just now; of a campaign that runs, nothing does."""
    # Its own row first, so that two who do this at once do it one after the other.
    ended = sa.and_(sponsorship.c.id == sponsorship_id, sponsorship.c.state == "ended")
    held_row = tx.changed(sa.update(sponsorship).where(ended).values(returned_minor=sponsorship.c.returned_minor))
    found = sponsorship_by_id(tx, sponsorship_id)
    if not held_row or found is None:
        return 0
    home = shop_available(found.shop_id)
    held = lock_accounts(tx, codes=[found.purse, home], currency=found.currency)[found.purse]
    free = held - outstanding_minor(tx, sponsorship_id)
    if free <= 0:
        return 0
    post_entry(
        tx,
        kind="sponsorship.returned",
        ref=f"{found.id}:{new_id()}",
        currency=found.currency,
        legs=[Leg(found.purse, home, free)],
        memo=found.name,
    )
    returned = sponsorship.c.returned_minor + free
    tx.execute(sa.update(sponsorship).where(sponsorship.c.id == found.id).values(returned_minor=returned))
    return free
