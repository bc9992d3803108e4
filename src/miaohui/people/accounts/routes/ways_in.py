"""Addresses and password of the own account."""

from typing import Any

import msgspec
from litestar import Request, delete, post, put

from miaohui.kit.db import Database
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.signing import Signer
from miaohui.people.accounts import limits
from miaohui.people.accounts.actions.add_identifier import add_identifier
from miaohui.people.accounts.actions.remove_identifier import remove_identifier
from miaohui.people.accounts.actions.set_password import choose_password, remove_password
from miaohui.people.accounts.addresses import Channel, parse_address
from miaohui.people.accounts.codes import digest_of
from miaohui.people.accounts.limits import Guard
from miaohui.people.accounts.outcome import unless_refused
from miaohui.people.accounts.routes.answers import Identifier, identifier_of
from miaohui.people.accounts.routes.asked import AddressText, Code, Password
from miaohui.people.accounts.services import AccountServices

AnyRequest = Request[Any, Any, Any]


class NewAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address and the code (purpose `add_address`) that was sent there."""

    channel: Channel
    address: AddressText
    code: Code


class NewPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The password to use from now on."""

    password: Password


@post("/api/v1/me/identifiers", status_code=201, tags=["accounts"])
async def add_address(
    *, data: NewAddress, request: AnyRequest, member: Member, db: Database, signer: Signer, limiter: RateLimits
) -> Identifier:
    """Add an address by which to sign in. Needs a recent proof."""
    guard = Guard(limiter, request)
    guard.network(limits.TRY_FROM_NETWORK)
    guard.account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    address = parse_address(data.channel, data.address)
    digest = digest_of(signer, address=address, purpose="add_address", asked_by=member.account_id, code=data.code)
    added = await db.write(
        add_identifier, account_id=member.account_id, device_id=member.device_id, address=address, digest=digest
    )
    return identifier_of(unless_refused(added))


@delete("/api/v1/me/identifiers/{identifier_id:str}", status_code=204, tags=["accounts"])
async def remove_address(
    *, identifier_id: Id, request: AnyRequest, member: Member, db: Database, limiter: RateLimits
) -> None:
    """Remove an address, unless it is the last way in. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    await db.write(
        remove_identifier,
        account_id=member.account_id,
        device_id=member.device_id,
        identifier_id=parse_id(identifier_id),
    )


@put("/api/v1/me/password", status_code=204, tags=["accounts"])
async def set_password(
    *,
    data: NewPassword,
    request: AnyRequest,
    member: Member,
    db: Database,
    limiter: RateLimits,
    accounts: AccountServices,
) -> None:
    """Set a password, or change it and sign out every other device. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    await choose_password(
        db, accounts.passwords, account_id=member.account_id, device_id=member.device_id, password=data.password
    )
    accounts.sessions.forget_account(member.account_id)


@delete("/api/v1/me/password", status_code=204, tags=["accounts"])
async def forget_password(*, request: AnyRequest, member: Member, db: Database, limiter: RateLimits) -> None:
    """Do without a password. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    await db.write(remove_password, account_id=member.account_id, device_id=member.device_id)


route_handlers = (add_address, remove_address, set_password, forget_password)
