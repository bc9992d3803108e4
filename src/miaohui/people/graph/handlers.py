"""What the graph does about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.erase_person import erase_person


def erase_ties(tx: Tx, event: AccountDeleted) -> None:
    """Erase all ties of a deleted account."""
    erase_person(tx, account_id=event.account_id)
