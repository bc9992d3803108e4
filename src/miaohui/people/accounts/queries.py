"""Reads of accounts. What others need of a person is a `PersonCard`; the rest is for the person alone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.people.accounts.addresses import Address, Channel
from miaohui.people.accounts.ages import is_minor
from miaohui.people.accounts.handles import fold_handle
from miaohui.people.accounts.tables import (
    account,
    account_handle,
    account_identifier,
    account_password,
    account_role,
    data_export,
    device,
    passkey,
)

ExportState = Literal["queued", "ready", "failed", "expired"]
_PICTURE_PX = 256


class PersonCard(msgspec.Struct, frozen=True, kw_only=True):
    """How a person appears beside what they made or said."""

    id: int
    handle: str
    nickname: str
    avatar_url: str | None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """How a person appears on their own page."""

    id: int
    handle: str
    nickname: str
    bio: str
    avatar_url: str | None
    created_at: datetime


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """An address by which a person signs in."""

    id: int
    channel: Channel
    address: str
    verified_at: datetime


class OwnAccount(msgspec.Struct, frozen=True, kw_only=True):
    """All that a person sees of the own account; nobody else gets this."""

    id: int
    handle: str
    nickname: str
    bio: str
    avatar: str | None
    birth_date: date
    locale: str
    created_at: datetime
    roles: frozenset[str]
    identifiers: tuple[Identifier, ...]
    has_password: bool
    passkeys: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A browser or app in which a person is signed in."""

    id: int
    name: str
    created_at: datetime
    last_seen_at: datetime


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A key on a person's phone, computer or stick."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool


class DataExport(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a person's data that was asked for. `size_bytes` is None until it is ready."""

    id: int
    state: ExportState
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size_bytes: int | None


class StoredSession(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a signed-in device, joined with what a request needs of its account."""

    account_id: int
    device_id: int
    handle: str
    nickname: str
    avatar: str | None
    birth_date: date
    last_seen_at: datetime


def avatar_url(avatar: str | None, size_px: int = _PICTURE_PX) -> str | None:
    """Return the address of a person's picture (96, 256 or 512 px square), None for who has none."""
    return None if avatar is None else f"/media/{avatar}-{size_px}.webp"


# Built once: making the statement anew takes longer than SQLite takes to answer it.
_CARDS = Prepared(
    sa.select(account.c.id, account.c.handle, account.c.nickname, account.c.avatar).where(
        account.c.id.in_(sa.bindparam("account_ids", expanding=True)), account.c.state != "deleted"
    )
)


def person_cards(tx: Tx, account_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Return the cards of these people by id, in one query; who is deleted or never was is absent."""
    return {
        row.id: PersonCard(id=row.id, handle=row.handle, nickname=row.nickname, avatar_url=avatar_url(row.avatar))
        for row in tx.rows(_CARDS, account_ids=sorted(set(account_ids)))
    }


def active_among(tx: Tx, account_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these accounts are neither deleted nor leaving."""
    ids = sorted(set(account_ids))
    return frozenset(tx.scalars(sa.select(account.c.id).where(account.c.id.in_(ids), account.c.state == "active")))


def minors_among(tx: Tx, account_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these accounts are minors' now."""
    born = sa.select(account.c.id, account.c.birth_date).where(account.c.id.in_(sorted(set(account_ids))))
    rows = tx.execute(born.where(account.c.birth_date.is_not(None))).tuples()
    return frozenset(account_id for account_id, birth_date in rows if is_minor(birth_date, now=tx.now))


def find_by_handle(tx: Tx, handle: str) -> Profile | None:
    """Return the profile behind a handle in whatever case, with or without the @.

    A handle that its owner gave up less than 30 days ago still leads there. None for nobody, and for
    who is leaving.
    """
    if "\0" in handle:  # PostgreSQL takes no text that holds it, and nobody is called so.
        return None
    columns = (account.c.id, account.c.handle, account.c.nickname, account.c.bio, account.c.avatar)
    row = tx.execute(
        sa.select(*columns, account.c.created_at)
        .join_from(account_handle, account)
        .where(
            account_handle.c.handle == fold_handle(handle),
            sa.or_(account_handle.c.held_until.is_(None), account_handle.c.held_until > tx.now),
            account.c.state == "active",
        )
    ).one_or_none()
    if row is None:
        return None
    return Profile(
        id=row.id,
        handle=row.handle,
        nickname=row.nickname,
        bio=row.bio,
        avatar_url=avatar_url(row.avatar),
        created_at=row.created_at,
    )


def account_of_address(tx: Tx, address: Address) -> int | None:
    """Return the account that signs in by this address."""
    here = sa.and_(
        account_identifier.c.channel == address.channel,
        account_identifier.c.address == address.text,
    )
    found: int | None = tx.scalar(sa.select(account_identifier.c.account_id).where(here))
    return found


def encoded_password(tx: Tx, account_id: int) -> str | None:
    """Return the stored form of an account's password, None if it has none."""
    query = sa.select(account_password.c.encoded).where(account_password.c.account_id == account_id)
    found: str | None = tx.scalar(query)
    return found


def own_account(tx: Tx, account_id: int) -> OwnAccount | None:
    """Return what a person sees of the own account; None once it is deleted."""
    row = tx.execute(sa.select(account).where(account.c.id == account_id, account.c.state != "deleted")).one_or_none()
    if row is None:
        return None
    return OwnAccount(
        id=row.id,
        handle=row.handle,
        nickname=row.nickname,
        bio=row.bio,
        avatar=row.avatar,
        birth_date=row.birth_date,
        locale=row.locale,
        created_at=row.created_at,
        roles=roles_of(tx, account_id),
        identifiers=tuple(identifiers_of(tx, account_id)),
        has_password=encoded_password(tx, account_id) is not None,
        passkeys=count_passkeys(tx, account_id),
    )


def roles_of(tx: Tx, account_id: int) -> frozenset[str]:
    """Return the roles of an account; most have none."""
    return frozenset(tx.scalars(sa.select(account_role.c.role).where(account_role.c.account_id == account_id)))


def people_with_role(tx: Tx, role: str) -> list[int]:
    """Return who has a role, by account."""
    having = sa.select(account_role.c.account_id).where(account_role.c.role == role)
    return list(tx.scalars(having.order_by(account_role.c.account_id)))


def identifiers_of(tx: Tx, account_id: int) -> list[Identifier]:
    """Return the addresses by which somebody signs in, oldest first."""
    columns = [account_identifier.c[name] for name in Identifier.__struct_fields__]
    mine = account_identifier.c.account_id == account_id
    return tx.all(sa.select(*columns).where(mine).order_by(account_identifier.c.id), Identifier)


def count_passkeys(tx: Tx, account_id: int) -> int:
    """Return how many passkeys an account has."""
    count: int = tx.scalar(sa.select(sa.func.count()).where(passkey.c.account_id == account_id))
    return count


def passkeys_of(tx: Tx, account_id: int) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    columns = [passkey.c[name] for name in Passkey.__struct_fields__]
    return tx.all(sa.select(*columns).where(passkey.c.account_id == account_id).order_by(passkey.c.id), Passkey)


def devices_of(tx: Tx, account_id: int) -> list[Device]:
    """Return where an account is signed in, the one seen last first."""
    columns = [device.c[name] for name in Device.__struct_fields__]
    order = (device.c.last_seen_at.desc(), device.c.id.desc())
    return tx.all(sa.select(*columns).where(device.c.account_id == account_id).order_by(*order), Device)


def session_of_token(tx: Tx, token_digest: bytes) -> StoredSession | None:
    """Return the session of a token by its SHA-256; None for unknown and revoked ones."""
    columns = (
        device.c.account_id,
        device.c.id.label("device_id"),
        account.c.handle,
        account.c.nickname,
        account.c.avatar,
        account.c.birth_date,
        device.c.last_seen_at,
    )
    valid = sa.and_(device.c.token_digest == token_digest, account.c.state == "active")
    return tx.one(sa.select(*columns).join_from(device, account).where(valid), StoredSession)


def last_export(tx: Tx, account_id: int) -> DataExport | None:
    """Return the newest copy of the data that a person has asked for."""
    columns = [data_export.c[name] for name in DataExport.__struct_fields__]
    mine = sa.select(*columns).where(data_export.c.account_id == account_id)
    return tx.one(mine.order_by(data_export.c.id.desc()).limit(1), DataExport)
