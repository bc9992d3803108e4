"""The own passkeys."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post

from miaohui.kit.db import Database
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.accounts import limits
from miaohui.people.accounts.actions.challenge_passkey import challenge_registration
from miaohui.people.accounts.actions.register_passkey import LONGEST_PASSKEY_NAME, register_passkey
from miaohui.people.accounts.actions.remove_passkey import remove_passkey
from miaohui.people.accounts.actions.rename_passkey import rename_passkey
from miaohui.people.accounts.limits import Guard
from miaohui.people.accounts.outcome import unless_refused
from miaohui.people.accounts.queries import passkeys_of
from miaohui.people.accounts.routes.answers import Passkey, Passkeys, passkey_of
from miaohui.people.accounts.services import AccountServices
from miaohui.people.accounts.webauthn_json import CreationOptions, NewCredential

AnyRequest = Request[Any, Any, Any]


class NewPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser's `credential.toJSON()` gives. Without a name it is called after the device."""

    credential: NewCredential
    name: Annotated[str, msgspec.Meta(max_length=LONGEST_PASSKEY_NAME)] = ""


class PasskeyName(msgspec.Struct, frozen=True, kw_only=True):
    """What the person calls a passkey."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_PASSKEY_NAME, pattern=r"\S")]


@post("/api/v1/passkeys/registration/options", status_code=200, tags=["accounts"])
async def registration_options(
    *, request: AnyRequest, member: Member, db: Database, limiter: RateLimits, accounts: AccountServices
) -> CreationOptions:
    """Return what to ask the authenticator, good once and for five minutes. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    return await db.write(
        challenge_registration, account_id=member.account_id, device_id=member.device_id, party=accounts.party
    )


@post("/api/v1/passkeys/registration/verification", status_code=201, tags=["accounts"])
async def register(
    *,
    data: NewPasskey,
    request: AnyRequest,
    member: Member,
    db: Database,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Passkey:
    """Keep a passkey that was made on this device."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    added = await db.write(
        register_passkey,
        account_id=member.account_id,
        device_id=member.device_id,
        party=accounts.party,
        credential=data.credential,
        name=data.name,
    )
    return passkey_of(unless_refused(added))


@get("/api/v1/passkeys", tags=["accounts"])
async def list_passkeys(*, member: Member, db: Database) -> Passkeys:
    """List the own passkeys."""
    return Passkeys(items=[passkey_of(found) for found in await db.read(passkeys_of, member.account_id)])


@patch("/api/v1/passkeys/{passkey_id:str}", tags=["accounts"])
async def rename(*, data: PasskeyName, passkey_id: Id, member: Member, db: Database) -> Passkey:
    """Give a passkey another name."""
    renamed = await db.write(
        rename_passkey, account_id=member.account_id, passkey_id=parse_id(passkey_id), name=data.name.strip()
    )
    return passkey_of(renamed)


@delete("/api/v1/passkeys/{passkey_id:str}", status_code=204, tags=["accounts"])
async def remove(*, passkey_id: Id, request: AnyRequest, member: Member, db: Database, limiter: RateLimits) -> None:
    """Forget a passkey, unless it is the last way in. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    await db.write(
        remove_passkey,
        account_id=member.account_id,
        device_id=member.device_id,
        passkey_id=parse_id(passkey_id),
    )


route_handlers = (registration_options, register, list_passkeys, rename, remove)
