"""Compare a code that somebody typed with the one that was sent."""

import hmac
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import MAX_TRIES, CodeExpired, CodePurpose, WrongCode
from miaohui.people.accounts.tables import one_time_code


class _LiveCode(msgspec.Struct, frozen=True):
    digest: str
    tries: int
    expires_at: datetime


def check_code(
    tx: Tx, *, address: Address, purpose: CodePurpose, asked_by: int, digest: str
) -> WrongCode | CodeExpired | None:
    """Return None if the code is right, or else the refusal, and count a wrong try.

    The refusal is returned so that the count stays (outcome.py). The code's row is held until the
    transaction ends: who spends it in the same transaction is the only one.
    """
    live = _this_code(address, purpose, asked_by)
    columns = [one_time_code.c[name] for name in _LiveCode.__struct_fields__]
    found = tx.one(sa.select(*columns).where(live).with_for_update(), _LiveCode)
    if found is None or found.expires_at <= tx.now or found.tries >= MAX_TRIES:
        return CodeExpired()
    if hmac.compare_digest(found.digest, digest):
        return None
    tx.execute(sa.update(one_time_code).where(live).values(tries=one_time_code.c.tries + 1))
    return WrongCode(tries_left=MAX_TRIES - found.tries - 1)


def spend_code(tx: Tx, *, address: Address, purpose: CodePurpose, asked_by: int) -> None:
    """Use up a code that `check_code` has found right in this transaction."""
    tx.execute(sa.delete(one_time_code).where(_this_code(address, purpose, asked_by)))


def _this_code(address: Address, purpose: CodePurpose, asked_by: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        one_time_code.c.channel == address.channel,
        one_time_code.c.address == address.text,
        one_time_code.c.purpose == purpose,
        one_time_code.c.asked_by == asked_by,
    )
