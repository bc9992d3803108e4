"""Where devices are fetched on behalf of their owner, and the permission with them."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal, Unauthenticated
from miaohui.people.accounts.locks import lock_account
from miaohui.people.accounts.queries import OwnAccount, own_account
from miaohui.people.accounts.tables import device

PROOF_LASTS = timedelta(minutes=15)


class ProofNeeded(Refusal):
    """The act is one that a stranger with an unlocked phone must not do; signing in again opens it."""

    code = "proof_needed"
    status = 403
    title = "Please show once more that it is you"


def access_own_account(tx: Tx, account_id: int) -> OwnAccount:
    """Return the account of who asks. Raises NotFound once it is deleted."""
    found = own_account(tx, account_id)
    if found is None:
        raise NotFound
    return found


def access_active_account(tx: Tx, *, account_id: int, device_id: int) -> None:
    """Hold the account's row for a change that the person asks for from this device.

    Asked in the same transaction, because a session is remembered for a while after it ends.
    Raises Unauthenticated if the device has been signed out meanwhile.
    """
    if lock_account(tx, account_id) != "active" or _proven_at(tx, account_id, device_id) is None:
        raise Unauthenticated


def access_proven_account(tx: Tx, *, account_id: int, device_id: int) -> None:
    """As `access_active_account`, for acts that need a recent proof. Raises ProofNeeded, too."""
    access_active_account(tx, account_id=account_id, device_id=device_id)
    access_proof(tx, account_id=account_id, device_id=device_id)


def access_proof(tx: Tx, *, account_id: int, device_id: int) -> datetime:
    """Return until when the proof given on this device lasts. Raises ProofNeeded, Unauthenticated."""
    proven_at = _proven_at(tx, account_id, device_id)
    if proven_at is None:
        raise Unauthenticated
    if tx.now - proven_at > PROOF_LASTS:
        raise ProofNeeded
    return proven_at + PROOF_LASTS


def _proven_at(tx: Tx, account_id: int, device_id: int) -> datetime | None:
    mine = sa.and_(device.c.id == device_id, device.c.account_id == account_id)
    found: datetime | None = tx.scalar(sa.select(device.c.proven_at).where(mine))
    return found
