"""What the API of accounts answers, and how it is made from what the domain says."""

from datetime import date, datetime
from typing import Literal

import msgspec

from miaohui.kit.http import Member
from miaohui.kit.ids import Id, format_id
from miaohui.people.accounts import queries
from miaohui.people.accounts.addresses import Channel
from miaohui.people.accounts.ages import is_minor

EXPORT_FILE = "/api/v1/me/export/file"


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """An address by which a person signs in: lower-case e-mail, or a phone number in E.164."""

    id: Id
    channel: Channel
    address: str
    verified_at: datetime


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The own account. `is_minor` follows from the birth date, which cannot be changed."""

    id: Id
    handle: str
    nickname: str
    bio: str
    avatar: str | None
    birth_date: date
    is_minor: bool
    locale: str
    roles: list[str]
    identifiers: list[Identifier]
    has_password: bool
    passkeys: int
    created_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh session. Browsers get the token as a cookie as well; programs send it as a bearer token."""

    token: str
    account: Me
    deletion_cancelled: bool


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """Where the person is signed in. `last_seen_at` is at most an hour behind."""

    id: Id
    name: str
    current: bool
    created_at: datetime
    last_seen_at: datetime


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """All devices, the one seen last first."""

    items: list[Device]


class CurrentSession(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, and on which device."""

    account: Me
    device: Device


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey. `backed_up` when its maker keeps copies, so that losing the device does not lose it."""

    id: Id
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool


class Passkeys(msgspec.Struct, frozen=True, kw_only=True):
    """All passkeys, oldest first."""

    items: list[Passkey]


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of the person's data. `file` is its address while it is ready."""

    id: Id
    state: Literal["queued", "ready", "failed", "expired"]
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size_bytes: int | None
    file: str | None


def me_of(person: queries.OwnAccount, *, now: datetime) -> Me:
    """Return the JSON form of the own account."""
    return Me(
        id=format_id(person.id),
        handle=person.handle,
        nickname=person.nickname,
        bio=person.bio,
        avatar=queries.avatar_url(person.avatar),
        birth_date=person.birth_date,
        is_minor=is_minor(person.birth_date, now=now),
        locale=person.locale,
        roles=sorted(person.roles),
        identifiers=[identifier_of(found) for found in person.identifiers],
        has_password=person.has_password,
        passkeys=person.passkeys,
        created_at=person.created_at,
    )


def identifier_of(found: queries.Identifier) -> Identifier:
    """Return the JSON form of an address."""
    return Identifier(
        id=format_id(found.id), channel=found.channel, address=found.address, verified_at=found.verified_at
    )


def device_of(found: queries.Device, member: Member) -> Device:
    """Return the JSON form of a device of this person."""
    return Device(
        id=format_id(found.id),
        name=found.name,
        current=found.id == member.device_id,
        created_at=found.created_at,
        last_seen_at=found.last_seen_at,
    )


def passkey_of(found: queries.Passkey) -> Passkey:
    """Return the JSON form of a passkey."""
    return Passkey(
        id=format_id(found.id),
        name=found.name,
        created_at=found.created_at,
        last_used_at=found.last_used_at,
        backed_up=found.backed_up,
    )


def export_of(found: queries.DataExport, *, now: datetime) -> Export:
    """Return the JSON form of an export; past its time it counts as expired, also before it is removed."""
    state = "expired" if found.expires_at is not None and found.expires_at <= now else found.state
    return Export(
        id=format_id(found.id),
        state=state,
        requested_at=found.requested_at,
        ready_at=found.ready_at,
        expires_at=found.expires_at,
        size_bytes=found.size_bytes,
        file=EXPORT_FILE if state == "ready" else None,
    )
