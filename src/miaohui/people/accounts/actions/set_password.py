"""Set or change a password, or do without one."""

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx, insert_or_update
from miaohui.people.accounts.access import access_own_account, access_proven_account
from miaohui.people.accounts.actions.revoke_devices import revoke_other_devices
from miaohui.people.accounts.passwords import Passwords, check_password
from miaohui.people.accounts.queries import encoded_password
from miaohui.people.accounts.tables import account_password


async def choose_password(
    db: Database, passwords: Passwords, *, account_id: int, device_id: int, password: str
) -> None:
    """Give an account a password that it will not regret. Raises WeakPassword, and as `set_password`."""
    # Asked before the slow part, too, so that nobody without a proof can keep the threads busy.
    await db.write(access_proven_account, account_id=account_id, device_id=device_id)
    person = await db.read(access_own_account, account_id)
    check_password(password, personal=[person.nickname, person.handle, *(i.address for i in person.identifiers)])
    encoded = await passwords.encode(password)
    await db.write(set_password, account_id=account_id, device_id=device_id, encoded=encoded)


def set_password(tx: Tx, *, account_id: int, device_id: int, encoded: str) -> None:
    """Store a password; where it replaces one, sign out every other device, since one of them may be why.

    Raises ProofNeeded.
    """
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    if encoded_password(tx, account_id) is not None:
        revoke_other_devices(tx, account_id=account_id, device_id=device_id)
    changes = {"encoded": encoded, "changed_at": tx.now}
    insert_or_update(tx, account_password, {"account_id": account_id, **changes}, key=["account_id"], changes=changes)


def remove_password(tx: Tx, *, account_id: int, device_id: int) -> None:
    """Forget an account's password; the addresses stay the way in. Raises ProofNeeded."""
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    tx.execute(sa.delete(account_password).where(account_password.c.account_id == account_id))
