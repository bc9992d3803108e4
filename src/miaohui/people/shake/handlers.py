"""What the shakes do about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.shake.actions.erase_own import erase_shakes


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what the shakes hold of a deleted account."""
    erase_shakes(tx, account_id=event.account_id)
