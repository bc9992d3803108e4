"""Let the cover of an order begin, and take its premium."""

from datetime import timedelta

from miaohui.care.insurance.accounts import premium_owed
from miaohui.care.insurance.actions.quote_cover import quote_cover
from miaohui.care.insurance.events import CoverIssued
from miaohui.care.insurance.queries import Policy, policy_by_id
from miaohui.care.insurance.states import move_policy
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import insurance_pool, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.queries import balance_of

TERM = timedelta(days=60)
"""From the first parcel out to the handing over of the parcel back."""


def issue_cover(tx: Tx, *, order_id: int) -> Policy | None:
    """Issue the cover of an order whose first parcel has left; again changes nothing. None if it has none.

    The premium (COMMERCE, row 11) comes out of what the shop may withdraw. A shop that has not that much
    owes what is missing, and the cover holds all the same: the buyer was promised it, and a new shop's
    first earnings are all in escrow. `collect_premiums` takes what is owed as soon as it is there.
    Raises InsufficientFunds if the shop's money went at this moment; trying again then finds it gone.
    """
    found = quote_cover(tx, order_id=order_id)
    if found is None or found.state != "quoted":
        return found
    at_hand = balance_of(tx, code=shop_available(found.shop_id), currency=found.currency)
    due = found.premium_minor - min(found.premium_minor, at_hand)
    begun = {"issued_at": tx.now, "expires_at": tx.now + TERM, "premium_due_minor": due}
    if not move_policy(
        tx, policy_id=found.id, origin="quoted", target="issued", why="premium owed" if due else "paid", **begun
    ):
        return policy_by_id(tx, found.id)
    post_entry(
        tx,
        kind="insurance.premium",
        ref=f"policy:{found.id}",
        currency=found.currency,
        legs=[
            Leg(shop_available(found.shop_id), insurance_pool(), found.premium_minor - due),
            Leg(premium_owed(found.shop_id), insurance_pool(), due),
        ],
    )
    about = {"policy_id": found.id, "order_id": order_id, "shop_id": found.shop_id, "buyer_id": found.buyer_id}
    tx.emit(CoverIssued(**about))
    return policy_by_id(tx, found.id)
