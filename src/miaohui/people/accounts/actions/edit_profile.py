"""Change how a person appears."""

from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.people.accounts.access import access_active_account, access_own_account
from miaohui.people.accounts.actions.claim_handle import claim_handle
from miaohui.people.accounts.events import ProfileChanged
from miaohui.people.accounts.handles import check_handle
from miaohui.people.accounts.profile_texts import clean_bio, clean_nickname
from miaohui.people.accounts.queries import OwnAccount
from miaohui.people.accounts.tables import account, account_handle

HANDLE_HELD = timedelta(days=30)
"""How long a name that was given up leads to its former owner and can be nobody else's, so that nobody
steps into another's shoes."""
_MOST_HELD = 3


class HandleChangedTooOften(Refusal):
    """The person still holds three former names; the oldest comes free within 30 days."""

    code = "handle_changed_too_often"
    status = 409
    title = "You have changed your name three times within thirty days"


class ProfileChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; None leaves it as it is."""

    nickname: str | None = None
    bio: str | None = None
    handle: str | None = None
    locale: str | None = None


def edit_profile(tx: Tx, *, account_id: int, device_id: int, changes: ProfileChanges) -> OwnAccount:
    """Change nickname, text, handle or language, all or none of them.

    Raises InvalidNickname, InvalidBio, InvalidHandle, HandleReserved, HandleTaken, HandleChangedTooOften.
    """
    access_active_account(tx, account_id=account_id, device_id=device_id)
    before = access_own_account(tx, account_id)
    values: dict[str, Any] = {}
    if changes.nickname is not None:
        values["nickname"] = clean_nickname(changes.nickname)
    if changes.bio is not None:
        values["bio"] = clean_bio(changes.bio)
    if changes.locale is not None:
        values["locale"] = changes.locale
    if changes.handle is not None and (wanted := check_handle(changes.handle)) != before.handle:
        _move_handle(tx, account_id, origin=before.handle, target=wanted)
        values["handle"] = wanted
    if values:
        tx.execute(sa.update(account).where(account.c.id == account_id).values(values))
        tx.emit(ProfileChanged(account_id=account_id))
    return access_own_account(tx, account_id)


def _move_handle(tx: Tx, account_id: int, *, origin: str, target: str) -> None:
    claim_handle(tx, account_id=account_id, handle=target)
    former = account_handle.c.handle == origin
    tx.execute(sa.update(account_handle).where(former).values(held_until=tx.now + HANDLE_HELD))
    held = sa.and_(account_handle.c.account_id == account_id, account_handle.c.held_until > tx.now)
    if tx.scalar(sa.select(sa.func.count()).where(held)) > _MOST_HELD:
        raise HandleChangedTooOften
