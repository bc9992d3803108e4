"""Show once more, on a device that is signed in, that it is still the person."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.access import PROOF_LASTS, access_active_account
from miaohui.people.accounts.actions.check_code import check_code, spend_code
from miaohui.people.accounts.actions.sign_in_with_password import KnownPassword, WrongPassword, check_unchanged
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import CodeExpired, WrongCode
from miaohui.people.accounts.passwords import Passwords
from miaohui.people.accounts.queries import account_of_address, encoded_password
from miaohui.people.accounts.tables import device


def prove_with_code(
    tx: Tx, *, account_id: int, device_id: int, address: Address, digest: str
) -> datetime | WrongCode | CodeExpired:
    """Take a code that was sent to one of the account's own addresses; return until when the proof lasts.

    Raises NotFound if the address is no longer the account's.
    """
    access_active_account(tx, account_id=account_id, device_id=device_id)
    if account_of_address(tx, address) != account_id:
        raise NotFound
    refusal = check_code(tx, address=address, purpose="confirm", asked_by=account_id, digest=digest)
    if refusal is not None:
        return refusal
    spend_code(tx, address=address, purpose="confirm", asked_by=account_id)
    return note_proof(tx, account_id=account_id, device_id=device_id)


async def prove_with_password(
    db: Database, passwords: Passwords, *, account_id: int, device_id: int, password: str
) -> datetime:
    """Take the account's password; return until when the proof lasts. Raises WrongPassword."""
    encoded = await db.read(encoded_password, account_id)
    verdict = await passwords.check(encoded, password)
    if encoded is None or not verdict.right:
        raise WrongPassword
    known = KnownPassword(account_id, encoded)
    return await db.write(_prove_with_known, known=known, device_id=device_id)


def _prove_with_known(tx: Tx, *, known: KnownPassword, device_id: int) -> datetime:
    access_active_account(tx, account_id=known.account_id, device_id=device_id)
    check_unchanged(tx, known)
    return note_proof(tx, account_id=known.account_id, device_id=device_id)


def note_proof(tx: Tx, *, account_id: int, device_id: int) -> datetime:
    """Write down that the person has just shown who they are; return until when that lasts."""
    mine = sa.and_(device.c.id == device_id, device.c.account_id == account_id)
    tx.execute(sa.update(device).where(mine).values(proven_at=tx.now))
    return tx.now + PROOF_LASTS
