"""Codes, and new accounts."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post

from miaohui.kit.db import Database
from miaohui.kit.errors import Unauthenticated
from miaohui.kit.http import Viewer
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.signing import Signer
from miaohui.people.accounts import limits
from miaohui.people.accounts.actions.send_code import send_code
from miaohui.people.accounts.actions.sign_up import NewPerson, sign_up
from miaohui.people.accounts.addresses import Channel, parse_address
from miaohui.people.accounts.codes import CODE_LIFETIME, NOBODY, CodePurpose, digest_of
from miaohui.people.accounts.outcome import unless_refused
from miaohui.people.accounts.passwords import check_password
from miaohui.people.accounts.routes.answers import SignedIn
from miaohui.people.accounts.routes.asked import AddressText, Code, Password, entrant_of
from miaohui.people.accounts.routes.session_answer import session_answer
from miaohui.people.accounts.services import AccountServices
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send a code, and what for: `enter` signs in and up; the others need a session."""

    channel: Channel
    address: AddressText
    purpose: CodePurpose


class CodeSent(msgspec.Struct, frozen=True, kw_only=True):
    """A code is on its way, whoever has the address."""

    expires_in_s: int
    resend_in_s: int


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A new person. Without a handle one is given; it can be changed later."""

    channel: Channel
    address: AddressText
    code: Code
    nickname: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    birth_date: date
    terms_accepted: Literal[True]
    handle: Annotated[str, msgspec.Meta(max_length=30)] | None = None
    password: Password | None = None
    locale: Literal["zh-Hans", "en"] | None = None


@post("/api/v1/accounts/codes", status_code=202, tags=["accounts"])
async def request_code(
    *,
    data: CodeRequest,
    request: AnyRequest,
    viewer: Viewer,
    db: Database,
    signer: Signer,
    limiter: RateLimits,
    accounts: AccountServices,
) -> CodeSent:
    """Send a one-time code; the answer is the same whether or not the address is known."""
    address = parse_address(data.channel, data.address)
    asked_by = NOBODY
    if data.purpose != "enter":
        if viewer.account_id is None:
            raise Unauthenticated
        asked_by = viewer.account_id
    guard = limits.Guard(limiter, request)
    guard.address(address, limits.CODE_AGAIN, limits.CODE_TO_ADDRESS)
    guard.network(limits.CODE_FROM_NETWORK)
    await send_code(
        db,
        senders=accounts.senders,
        signer=signer,
        address=address,
        purpose=data.purpose,
        asked_by=asked_by,
        locale=viewer.locale,
    )
    return CodeSent(expires_in_s=int(CODE_LIFETIME.total_seconds()), resend_in_s=limits.RESEND_AFTER_S)


@post("/api/v1/accounts", status_code=201, tags=["accounts"])
async def create(
    *,
    data: SignUp,
    request: AnyRequest,
    viewer: Viewer,
    db: Database,
    settings: Settings,
    signer: Signer,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Response[SignedIn]:
    """Sign up with an address whose code was typed, and sign in."""
    address = parse_address(data.channel, data.address)
    limits.Guard(limiter, request).network(limits.TRY_FROM_NETWORK, limits.SIGN_UP_FROM_NETWORK)
    encoded = None
    if data.password is not None:
        check_password(data.password, personal=[data.nickname, data.handle or "", address.text])
        encoded = await accounts.passwords.encode(data.password)
    digest = digest_of(signer, address=address, purpose="enter", asked_by=NOBODY, code=data.code)
    signed_in = await db.write(
        sign_up,
        address=address,
        digest=digest,
        person=NewPerson(
            nickname=data.nickname,
            birth_date=data.birth_date,
            locale=data.locale or viewer.locale,
            handle=data.handle,
            encoded_password=encoded,
        ),
        entrant=entrant_of(request, viewer),
    )
    return session_answer(unless_refused(signed_in), viewer, accounts, settings, db.clock.now())


route_handlers = (request_code, create)
