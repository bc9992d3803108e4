"""What nearby does about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.nearby.actions.be_seen import be_unseen


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase where a deleted account was."""
    be_unseen(tx, person_id=event.account_id)
