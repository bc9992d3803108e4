"""What the checkout does about the rest of the product's news."""

from miaohui.commerce.checkout.actions.remove_address import erase_addresses
from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Delete the address book of a deleted account."""
    erase_addresses(tx, account_id=event.account_id)
