"""Ask for the deletion of one's account."""

from datetime import datetime, timedelta

from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.access import access_proven_account
from miaohui.people.accounts.actions.revoke_devices import revoke_other_devices
from miaohui.people.accounts.departures import check_departure
from miaohui.people.accounts.events import AccountLeaving
from miaohui.people.accounts.states import move_account

GRACE = timedelta(days=7)
"""Long enough to notice that somebody else did it, short enough to be meant."""


def request_deletion(tx: Tx, *, account_id: int, device_id: int) -> datetime:
    """Sign out everywhere and erase the account after a week; signing in before keeps it.

    Returns when it will be erased. Raises ProofNeeded, and what domains above refuse with, see departures.py.
    """
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    check_departure(tx, account_id=account_id)
    erase_at = tx.now + GRACE
    move_account(
        tx, account_id=account_id, origin="active", target="leaving", reason="asked to be deleted", erase_at=erase_at
    )
    revoke_other_devices(tx, account_id=account_id, device_id=None)
    tx.emit(AccountLeaving(account_id=account_id))
    # One job for each date: an earlier one finds that its date no longer holds.
    unique_key = f"accounts.erase:{account_id}:{to_ms(erase_at)}"
    stage_job(tx, "accounts.erase", unique_key=unique_key, run_at=erase_at, account_id=account_id)
    return erase_at
