"""The accounts' own part of an export."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.avatars import SIZES_PX
from miaohui.people.accounts.export import ExportedFile
from miaohui.people.accounts.queries import Device, Identifier, Passkey, devices_of, own_account, passkeys_of
from miaohui.people.accounts.tables import account, account_move


class ExportedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own account as they take it with them; a password leaves no copy."""

    handle: str
    nickname: str
    bio: str
    birth_date: date
    locale: str
    created_at: datetime
    terms_accepted_at: datetime | None
    has_password: bool
    addresses: tuple[Identifier, ...]
    devices: list[Device]
    passkeys: list[Passkey]


class ExportedMove(msgspec.Struct, frozen=True):
    """A change of the account's state."""

    from_state: str
    to_state: str
    reason: str
    moved_at: datetime


def account_for_export(tx: Tx, account_id: int) -> Iterator[ExportedAccount]:
    """Yield the account, if it is still there."""
    person = own_account(tx, account_id)
    if person is not None:
        yield ExportedAccount(
            handle=person.handle,
            nickname=person.nickname,
            bio=person.bio,
            birth_date=person.birth_date,
            locale=person.locale,
            created_at=person.created_at,
            terms_accepted_at=tx.scalar(sa.select(account.c.terms_accepted_at).where(account.c.id == account_id)),
            has_password=person.has_password,
            addresses=person.identifiers,
            devices=devices_of(tx, account_id),
            passkeys=passkeys_of(tx, account_id),
        )


def avatar_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the picture in its largest size."""
    person = own_account(tx, account_id)
    if person is not None and person.avatar is not None:
        yield ExportedFile("picture.webp", f"{person.avatar}-{SIZES_PX[-1]}.webp")


def history_for_export(tx: Tx, account_id: int) -> list[ExportedMove]:
    """Return what became of the account."""
    columns = [account_move.c[name] for name in ExportedMove.__struct_fields__]
    mine = account_move.c.account_id == account_id
    return tx.all(sa.select(*columns).where(mine).order_by(account_move.c.id), ExportedMove)
