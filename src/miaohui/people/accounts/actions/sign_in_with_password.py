"""Sign in with a password."""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Refusal
from miaohui.people.accounts.actions.enter_account import Entrant, SignedIn, enter_account
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.passwords import Passwords
from miaohui.people.accounts.queries import account_of_address, encoded_password
from miaohui.people.accounts.tables import account_password


class WrongPassword(Refusal):
    """The password is wrong, or there is no such account, or it has no password: the answer is the same."""

    code = "wrong_password"
    status = 403
    title = "Address and password do not fit together"


class KnownPassword(msgspec.Struct, frozen=True):
    """The stored password of an account, as it was when it was compared."""

    account_id: int
    encoded: str


async def sign_in_with_password(
    db: Database, passwords: Passwords, *, address: Address, password: str, entrant: Entrant
) -> SignedIn:
    """Let in who knows an account's password; renew its stored form when the parameters have changed.

    Takes equally long for an unknown address. Raises WrongPassword, TooManyRequests.
    """
    known = await db.read(password_of_address, address)
    verdict = await passwords.check(None if known is None else known.encoded, password)
    if known is None or not verdict.right:
        raise WrongPassword
    return await db.write(enter_with_password, known=known, renewed=verdict.renewed, entrant=entrant)


def password_of_address(tx: Tx, address: Address) -> KnownPassword | None:
    """Return the password of the account that has the address, None if there is neither."""
    account_id = account_of_address(tx, address)
    encoded = None if account_id is None else encoded_password(tx, account_id)
    return None if account_id is None or encoded is None else KnownPassword(account_id, encoded)


def enter_with_password(tx: Tx, *, known: KnownPassword, renewed: str | None, entrant: Entrant) -> SignedIn:
    """Let in who knew the password, unless it has been changed since it was compared. Raises WrongPassword."""
    check_unchanged(tx, known)
    if renewed is not None:
        mine = account_password.c.account_id == known.account_id
        tx.execute(sa.update(account_password).where(mine).values(encoded=renewed))
    return enter_account(tx, account_id=known.account_id, entrant=entrant)


def check_unchanged(tx: Tx, known: KnownPassword) -> None:
    """Hold the password's row. Raises WrongPassword if it is no longer the one that was compared."""
    same = sa.and_(account_password.c.account_id == known.account_id, account_password.c.encoded == known.encoded)
    if tx.scalar(sa.select(account_password.c.account_id).where(same).with_for_update()) is None:
        raise WrongPassword
