"""What carts do about the rest of the product's news."""

from miaohui.commerce.cart.actions.remove_from_cart import empty_cart
from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Empty the cart of a deleted account."""
    empty_cart(tx, account_id=event.account_id)
