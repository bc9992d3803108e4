"""What the graph does about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountCreated, AccountDeleted, ProfileChanged
from miaohui.people.graph.actions.erase_person import erase_person
from miaohui.people.graph.actions.index_name import index_name


def erase_ties(tx: Tx, event: AccountDeleted) -> None:
    """Erase all ties of a deleted account."""
    erase_person(tx, account_id=event.account_id)


def find_by_name(tx: Tx, event: AccountCreated | ProfileChanged) -> None:
    """Let a person be found by the name that they have now."""
    index_name(tx, account_id=event.account_id)
