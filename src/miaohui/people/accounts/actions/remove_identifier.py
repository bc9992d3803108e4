"""Remove an address by which a person signs in."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.people.accounts.access import access_proven_account
from miaohui.people.accounts.queries import count_passkeys, identifiers_of
from miaohui.people.accounts.tables import account_identifier


class LastWayIn(Refusal):
    """Without it nobody could sign in to the account again."""

    code = "last_way_in"
    status = 409
    title = "This is the last way into your account. Add another one first"


def remove_identifier(tx: Tx, *, account_id: int, device_id: int, identifier_id: int) -> None:
    """Remove an address; others can sign up with it from now on.

    A password does not count as another way in, since it needs an address. Raises ProofNeeded, NotFound,
    LastWayIn.
    """
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    mine = sa.and_(account_identifier.c.id == identifier_id, account_identifier.c.account_id == account_id)
    if tx.changed(sa.delete(account_identifier).where(mine)) == 0:
        raise NotFound
    # Whoever refuses now takes the deletion back with it.
    if not identifiers_of(tx, account_id) and count_passkeys(tx, account_id) == 0:
        raise LastWayIn
