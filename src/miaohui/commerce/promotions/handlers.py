"""What promotions do about others' events."""

from miaohui.commerce.promotions.actions.expire_coupons import revoke_coupons
from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted


def revoke_own(tx: Tx, event: AccountDeleted) -> None:
    """Take away what a deleted account could still have used."""
    revoke_coupons(tx, owner_id=event.account_id)
