"""Sessions: sign in, sign out, show once more that it is you."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post, put

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Unauthenticated
from miaohui.kit.http import Member, Viewer, clear_session_cookie
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.signing import Signer
from miaohui.people.accounts import limits, queries
from miaohui.people.accounts.access import access_own_account, access_proof
from miaohui.people.accounts.actions.challenge_passkey import challenge_assertion, of_device, of_viewer
from miaohui.people.accounts.actions.renew_proof import prove_with_code, prove_with_password
from miaohui.people.accounts.actions.revoke_devices import revoke_devices
from miaohui.people.accounts.actions.sign_in_with_code import sign_in_with_code
from miaohui.people.accounts.actions.sign_in_with_password import sign_in_with_password
from miaohui.people.accounts.actions.use_passkey import prove_with_passkey, sign_in_with_passkey
from miaohui.people.accounts.addresses import Channel, parse_address
from miaohui.people.accounts.codes import NOBODY, digest_of
from miaohui.people.accounts.limits import Guard
from miaohui.people.accounts.outcome import unless_refused
from miaohui.people.accounts.routes.answers import CurrentSession, SignedIn, device_of, me_of
from miaohui.people.accounts.routes.asked import AddressText, Code, Password, entrant_of
from miaohui.people.accounts.routes.session_answer import session_answer
from miaohui.people.accounts.services import AccountServices
from miaohui.people.accounts.webauthn_json import Assertion, RequestOptions
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]


class ByCode(msgspec.Struct, frozen=True, kw_only=True, tag_field="method", tag="code"):
    """An address and the code that was sent there."""

    channel: Channel
    address: AddressText
    code: Code


class ByPassword(msgspec.Struct, frozen=True, kw_only=True, tag_field="method", tag="password"):
    """An address and the password of its account."""

    channel: Channel
    address: AddressText
    password: Password


class OwnPassword(msgspec.Struct, frozen=True, kw_only=True, tag_field="method", tag="password"):
    """The password of the account that is signed in."""

    password: Password


class OwnPasskey(msgspec.Struct, frozen=True, kw_only=True, tag_field="method", tag="passkey"):
    """One of the account's passkeys, over a challenge of this device."""

    credential: Assertion


class PasskeyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser's `credential.toJSON()` gives."""

    credential: Assertion


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """Until when acts that need a proof are open on this device."""

    proven_until: datetime


@post("/api/v1/sessions", status_code=201, tags=["accounts"])
async def sign_in(
    *,
    data: ByCode | ByPassword,
    request: AnyRequest,
    viewer: Viewer,
    db: Database,
    settings: Settings,
    signer: Signer,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Response[SignedIn]:
    """Sign in with a code or a password; an account that was to be deleted stays."""
    address = parse_address(data.channel, data.address)
    guard = Guard(limiter, request)
    guard.network(limits.TRY_FROM_NETWORK)
    entrant = entrant_of(request, viewer)
    if isinstance(data, ByPassword):
        guard.address(address, limits.PASSWORD_OF_ADDRESS)
        signed_in = await sign_in_with_password(
            db, accounts.passwords, address=address, password=data.password, entrant=entrant
        )
    else:
        digest = digest_of(signer, address=address, purpose="enter", asked_by=NOBODY, code=data.code)
        signed_in = unless_refused(await db.write(sign_in_with_code, address=address, digest=digest, entrant=entrant))
    return session_answer(signed_in, viewer, accounts, settings, db.clock.now())


@post("/api/v1/passkeys/authentication/options", status_code=200, tags=["accounts"])
async def assertion_options(
    *, request: AnyRequest, viewer: Viewer, db: Database, limiter: RateLimits, accounts: AccountServices
) -> RequestOptions:
    """Return what to ask the authenticator, bound to this browser, good once and for five minutes.

    Serves `navigator.credentials.get` with and without conditional mediation, and the proof as well.
    """
    Guard(limiter, request).network(limits.CHALLENGE_FROM_NETWORK)
    return await db.write(challenge_assertion, bound_to=_browser_of(viewer), party=accounts.party)


@post("/api/v1/passkeys/authentication/verification", status_code=201, tags=["accounts"])
async def sign_in_by_passkey(
    *,
    data: PasskeyAnswer,
    request: AnyRequest,
    viewer: Viewer,
    db: Database,
    settings: Settings,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Response[SignedIn]:
    """Sign in with the passkey that the person has chosen."""
    Guard(limiter, request).network(limits.TRY_FROM_NETWORK)
    signed_in = await db.write(
        sign_in_with_passkey,
        bound_to=_browser_of(viewer),
        party=accounts.party,
        assertion=data.credential,
        entrant=entrant_of(request, viewer),
    )
    return session_answer(unless_refused(signed_in), viewer, accounts, settings, db.clock.now())


@get("/api/v1/session", tags=["accounts"])
async def current_session(*, member: Member, db: Database) -> CurrentSession:
    """Tell who is asking, and on which device."""

    def read(tx: Tx) -> tuple[queries.OwnAccount, list[queries.Device]]:
        return access_own_account(tx, member.account_id), queries.devices_of(tx, member.account_id)

    person, devices = await db.read(read)
    current = next((found for found in devices if found.id == member.device_id), None)
    if current is None:
        raise Unauthenticated
    return CurrentSession(account=me_of(person, now=db.clock.now()), device=device_of(current, member))


@delete("/api/v1/session", status_code=204, response_cookies=[clear_session_cookie()], tags=["accounts"])
async def sign_out(*, member: Member, db: Database, accounts: AccountServices) -> None:
    """Sign this device out."""
    await db.write(revoke_devices, account_id=member.account_id, device_ids=[member.device_id])
    accounts.sessions.forget_device(member.device_id)


@get("/api/v1/session/proof", tags=["accounts"])
async def show_proof(*, member: Member, db: Database) -> Proven:
    """Tell until when acts that need a proof are open, or answer `proof_needed`; asked before a download."""
    until = await db.read(access_proof, account_id=member.account_id, device_id=member.device_id)
    return Proven(proven_until=until)


@put("/api/v1/session/proof", tags=["accounts"])
async def prove(
    *,
    data: ByCode | OwnPassword | OwnPasskey,
    request: AnyRequest,
    member: Member,
    db: Database,
    signer: Signer,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Proven:
    """Show once more that it is you; opens the acts that answer `proof_needed` for a quarter of an hour."""
    guard = Guard(limiter, request)
    guard.network(limits.TRY_FROM_NETWORK)
    who = {"account_id": member.account_id, "device_id": member.device_id}
    match data:
        case ByCode():
            address = parse_address(data.channel, data.address)
            digest = digest_of(signer, address=address, purpose="confirm", asked_by=member.account_id, code=data.code)
            outcome = await db.write(prove_with_code, **who, address=address, digest=digest)
            return Proven(proven_until=unless_refused(outcome))
        case OwnPassword():
            guard.account(member.account_id, limits.PASSWORD_OF_ACCOUNT)
            until = await prove_with_password(db, accounts.passwords, **who, password=data.password)
            return Proven(proven_until=until)
        case OwnPasskey():
            asserted = await db.write(prove_with_passkey, **who, party=accounts.party, assertion=data.credential)
            return Proven(proven_until=unless_refused(asserted))


def _browser_of(viewer: Viewer) -> str:
    """What a challenge for this browser is bound to."""
    return of_viewer(viewer.person_id) if viewer.session is None else of_device(viewer.session.device_id)


route_handlers = (
    sign_in,
    assertion_options,
    sign_in_by_passkey,
    current_session,
    sign_out,
    show_proof,
    prove,
)
