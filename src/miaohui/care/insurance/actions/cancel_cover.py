"""End a cover that is not needed."""

from miaohui.care.insurance.accounts import premium_owed
from miaohui.care.insurance.locks import lock_policy_of_order
from miaohui.care.insurance.states import move_policy
from miaohui.commerce.fulfilment.queries import parcels_of_order
from miaohui.commerce.orders.queries import lines_of_orders
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import insurance_pool, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


def cancel_cover(tx: Tx, *, order_id: int, reason: str) -> bool:
    """Cancel the cover of an order of which nothing is on its way; return whether it was cancelled by this call.

    That is so when all of it is refunded and no carrier has picked anything up: then nothing can come
    back. A premium that was taken goes back (COMMERCE, row 13), and what was owed of it is owed no more.
    """
    found = lock_policy_of_order(tx, order_id)
    if found is None or found.state not in {"quoted", "issued"} or not _is_needless(tx, order_id):
        return False
    ended = {"ended_at": tx.now, "premium_due_minor": 0}
    if not move_policy(tx, policy_id=found.id, origin=found.state, target="cancelled", why=reason, **ended):
        return False
    if found.state == "issued":
        due = found.premium_due_minor
        post_entry(
            tx,
            kind="insurance.premium_back",
            ref=f"policy:{found.id}",
            currency=found.currency,
            legs=[
                Leg(insurance_pool(), shop_available(found.shop_id), found.premium_minor - due),
                Leg(insurance_pool(), premium_owed(found.shop_id), due),
            ],
        )
    return True


def _is_needless(tx: Tx, order_id: int) -> bool:
    lines = lines_of_orders(tx, [order_id])
    untouched = all(parcel.state == "created" for parcel in parcels_of_order(tx, order_id))
    return untouched and all(line.refunded_quantity == line.quantity for line in lines)
