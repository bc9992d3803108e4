"""What browsers and this server say to each other about passkeys (WebAuthn Level 3, 5.1.8, 5.4, 5.5).

Members keep the names of the standard, so that pages pass them on untouched:
`PublicKeyCredential.parseRequestOptionsFromJSON(options)` and `credential.toJSON()`.
"""

from typing import Annotated

import msgspec

_LONGEST = 16_384
"""An attestation with a certificate chain takes about 5,000 characters."""
Base64Url = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]+$", max_length=_LONGEST, description="base64url")]


class AttestationResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The authenticator's part of a new credential."""

    client_data: Base64Url = msgspec.field(name="clientDataJSON")
    attestation_object: Base64Url = msgspec.field(name="attestationObject")
    transports: Annotated[list[str], msgspec.Meta(max_length=10)] = []


class NewCredential(msgspec.Struct, frozen=True, kw_only=True):
    """`RegistrationResponseJSON`."""

    id: Base64Url
    raw_id: Base64Url = msgspec.field(name="rawId")
    type: str
    response: AttestationResponse


class AssertionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The authenticator's part of a sign-in."""

    client_data: Base64Url = msgspec.field(name="clientDataJSON")
    authenticator_data: Base64Url = msgspec.field(name="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url | None = msgspec.field(name="userHandle", default=None)


class Assertion(msgspec.Struct, frozen=True, kw_only=True):
    """`AuthenticationResponseJSON`."""

    id: Base64Url
    raw_id: Base64Url = msgspec.field(name="rawId")
    type: str
    response: AssertionResponse


class CredentialDescriptor(msgspec.Struct, frozen=True, kw_only=True):
    """A credential that an authenticator may know."""

    id: Base64Url
    type: str


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`PublicKeyCredentialRequestOptionsJSON`. No credential is named: the person chooses among theirs."""

    challenge: Base64Url
    rp_id: str
    timeout: int
    allow_credentials: list[CredentialDescriptor]
    user_verification: str


class RelyingPartyEntity(msgspec.Struct, frozen=True, kw_only=True):
    """Us."""

    id: str
    name: str


class UserEntity(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The account, as the authenticator shows it in its list."""

    id: Base64Url
    name: str
    display_name: str


class CredentialParameters(msgspec.Struct, frozen=True, kw_only=True):
    """An algorithm that we can verify, by its COSE number."""

    type: str
    alg: int


class AuthenticatorSelection(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the authenticator must be able to do."""

    resident_key: str
    require_resident_key: bool
    user_verification: str


class CreationOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`PublicKeyCredentialCreationOptionsJSON`."""

    rp: RelyingPartyEntity
    user: UserEntity
    challenge: Base64Url
    pub_key_cred_params: list[CredentialParameters]
    timeout: int
    exclude_credentials: list[CredentialDescriptor]
    authenticator_selection: AuthenticatorSelection
    attestation: str
