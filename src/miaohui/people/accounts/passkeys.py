"""Passkeys: who we are to an authenticator, and whether what it says is true (WebAuthn Level 3).

The ceremonies are py_webauthn's; here is what we ask of them. A passkey is the whole sign-in, so the
authenticator must have verified the person (fingerprint, face or PIN), not only their presence.
"""

import ipaddress
import logging
import secrets
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from miaohui.kit.errors import Refusal
from miaohui.people.accounts.webauthn_json import Assertion, CreationOptions, NewCredential, RequestOptions
from miaohui.settings import Settings

log = logging.getLogger(__name__)

_NAME = "Miaohui 庙会"
CHALLENGE_BYTES = 32
_TIMEOUT_MS = 300_000
"""How long the browser waits for the person; the challenge lives as long."""


class PasskeyRefused(Refusal):
    """The authenticator's answer does not hold: unknown key, spent challenge, other site, wrong signature."""

    code = "passkey_refused"
    status = 403
    title = "This passkey did not work here. Try again, or sign in another way"


class PasskeysUnavailable(Refusal):
    """Browsers allow passkeys only under a domain name over HTTPS, and under localhost."""

    code = "passkeys_unavailable"
    status = 409
    title = "Passkeys need an https address with a name"


class RelyingParty(msgspec.Struct, frozen=True):
    """This server as authenticators know it. `id` is a domain; passkeys made for it work nowhere else."""

    id: str
    origins: tuple[str, ...]


def relying_party(settings: Settings) -> RelyingParty | None:
    """Return who we are to authenticators; None where no browser would allow passkeys.

    On this machine that is `localhost`, whatever loopback address the settings have.
    """
    address = urlsplit(settings.base_url)
    host = address.hostname or ""
    if _is_this_machine(host):
        port = f":{address.port}" if address.port else ""
        return RelyingParty("localhost", (f"{address.scheme}://localhost{port}",))
    if address.scheme != "https" or _is_number(host):
        return None
    return RelyingParty(host, (f"https://{address.netloc}",))


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def user_handle(account_id: int) -> bytes:
    """Return the account as an authenticator keeps it; says nothing about the person (WebAuthn, 14.6.1)."""
    return account_id.to_bytes(8, "big")


def new_challenge() -> bytes:
    """Return random bytes that an authenticator signs once."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def registration_options(
    party: RelyingParty, *, account_id: int, handle: str, nickname: str, known: list[bytes], challenge: bytes
) -> CreationOptions:
    """Return options for a discoverable credential.

    known: credential ids of the account, so that an authenticator does not make a second one.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=user_handle(account_id),
        user_name=handle,
        user_display_name=nickname,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
    )
    return msgspec.convert(options_to_json_dict(options), CreationOptions)


def assertion_options(party: RelyingParty, *, challenge: bytes) -> RequestOptions:
    """Return options that let the person choose among their passkeys."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return msgspec.convert(options_to_json_dict(options), RequestOptions)


def challenge_in(client_data: str) -> bytes:
    """Return the challenge that an authenticator's answer claims to sign. Raises PasskeyRefused."""
    try:
        return parse_client_data_json(base64url_to_bytes(client_data)).challenge
    except Exception as fault:
        raise _refused(fault) from fault


def verify_registration(party: RelyingParty, credential: NewCredential, *, challenge: bytes) -> VerifiedRegistration:
    """Return what a new credential is, once its answer is found to be ours. Raises PasskeyRefused."""
    try:
        return verify_registration_response(
            credential=msgspec.to_builtins(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    except Exception as fault:
        raise _refused(fault) from fault


def verify_assertion(
    party: RelyingParty, assertion: Assertion, *, challenge: bytes, public_key: bytes, sign_count: int
) -> VerifiedAuthentication:
    """Return what an assertion proves, once signature, site, person and counter are right.

    sign_count: the last one seen; an authenticator that counts must have gone on (WebAuthn, 6.1.1), or
    else the key has been copied. Raises PasskeyRefused.
    """
    try:
        return verify_authentication_response(
            credential=msgspec.to_builtins(assertion),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as fault:
        raise _refused(fault) from fault


def _refused(fault: Exception) -> PasskeyRefused:
    # A stranger's bytes make the parser stumble in many ways (CBOR, keys, text); each is a refusal. What the
    # library does not name itself might also be a fault of ours, so it is written down in full.
    if isinstance(fault, WebAuthnException | ValueError):
        log.info("a passkey was refused: %s", fault)
    else:
        log.warning("a passkey was refused because its parser stumbled", exc_info=fault)
    return PasskeyRefused()
