"""Let a person who has shown who they are into their account."""

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.errors import Unauthenticated
from miaohui.people.accounts.access import access_own_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.actions.revoke_devices import revoke_devices
from miaohui.people.accounts.events import AccountReturned
from miaohui.people.accounts.locks import lock_account
from miaohui.people.accounts.queries import OwnAccount
from miaohui.people.accounts.states import move_account


class Entrant(msgspec.Struct, frozen=True, kw_only=True):
    """The browser at the door.

    former_device_id: the device that it was signed in as until now, with `former_account_id`.
    """

    user_agent: str
    former_account_id: int | None = None
    former_device_id: int | None = None


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A person is in. `deletion_cancelled` when that has kept a leaving account."""

    token: str
    device_id: int
    account: OwnAccount
    deletion_cancelled: bool = False


def enter_account(tx: Tx, *, account_id: int, entrant: Entrant) -> SignedIn:
    """Open a session with a fresh token, end the one that the browser had, and keep an account that was leaving.

    The token never comes from outside, so that nobody can hand a person a session to fill (session
    fixation). The caller has checked the proof. Raises Unauthenticated for a deleted account.
    """
    state = lock_account(tx, account_id)
    if state == "deleted":
        raise Unauthenticated
    stays = state == "leaving" and move_account(
        tx, account_id=account_id, origin="leaving", target="active", reason="signed in again", erase_at=None
    )
    if stays:
        tx.emit(AccountReturned(account_id=account_id))
    if entrant.former_account_id is not None and entrant.former_device_id is not None:
        revoke_devices(tx, account_id=entrant.former_account_id, device_ids=[entrant.former_device_id])
    opened = open_session(tx, account_id=account_id, user_agent=entrant.user_agent)
    return SignedIn(
        token=opened.token,
        device_id=opened.device_id,
        account=access_own_account(tx, account_id),
        deletion_cancelled=stays,
    )
