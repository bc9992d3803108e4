"""Sign in, or show once more that it is you, with a passkey."""

from datetime import datetime

import msgspec
import sqlalchemy as sa
from webauthn.helpers import base64url_to_bytes

from miaohui.kit.db import Tx
from miaohui.people.accounts.access import access_active_account
from miaohui.people.accounts.actions.challenge_passkey import of_device, take_challenge
from miaohui.people.accounts.actions.enter_account import Entrant, SignedIn, enter_account
from miaohui.people.accounts.actions.renew_proof import note_proof
from miaohui.people.accounts.passkeys import PasskeyRefused, RelyingParty, user_handle, verify_assertion
from miaohui.people.accounts.tables import passkey
from miaohui.people.accounts.webauthn_json import Assertion


class _StoredPasskey(msgspec.Struct, frozen=True):
    id: int
    account_id: int
    public_key: bytes
    sign_count: int


def sign_in_with_passkey(
    tx: Tx, *, bound_to: str, party: RelyingParty, assertion: Assertion, entrant: Entrant
) -> SignedIn | PasskeyRefused:
    """Let in who holds a passkey, for a challenge given to this browser.

    The challenge is used up also by an answer that does not hold; therefore the refusal is returned.
    """
    try:
        account_id = _verify(tx, bound_to=bound_to, party=party, assertion=assertion)
    except PasskeyRefused as refusal:
        return refusal
    return enter_account(tx, account_id=account_id, entrant=entrant)


def prove_with_passkey(
    tx: Tx, *, account_id: int, device_id: int, party: RelyingParty, assertion: Assertion
) -> datetime | PasskeyRefused:
    """Take one of the account's passkeys as a fresh proof; return until when it lasts."""
    access_active_account(tx, account_id=account_id, device_id=device_id)
    try:
        owner_id = _verify(tx, bound_to=of_device(device_id), party=party, assertion=assertion)
    except PasskeyRefused as refusal:
        return refusal
    if owner_id != account_id:
        return PasskeyRefused()
    return note_proof(tx, account_id=account_id, device_id=device_id)


def _verify(tx: Tx, *, bound_to: str, party: RelyingParty, assertion: Assertion) -> int:
    """Return whose passkey has signed this browser's challenge. Raises PasskeyRefused."""
    challenge = take_challenge(tx, ceremony="assert", bound_to=bound_to, client_data=assertion.response.client_data)
    stored = _held_passkey(tx, assertion)
    verified = verify_assertion(
        party, assertion, challenge=challenge, public_key=stored.public_key, sign_count=stored.sign_count
    )
    used = {
        "sign_count": verified.new_sign_count,
        "backed_up": verified.credential_backed_up,
        "last_used_at": tx.now,
    }
    tx.execute(sa.update(passkey).where(passkey.c.id == stored.id).values(used))
    return stored.account_id


def _held_passkey(tx: Tx, assertion: Assertion) -> _StoredPasskey:
    try:
        credential_id = base64url_to_bytes(assertion.raw_id)
        handle = assertion.response.user_handle
        claimed = None if handle is None else base64url_to_bytes(handle)
    except ValueError:
        raise PasskeyRefused from None
    columns = [passkey.c[name] for name in _StoredPasskey.__struct_fields__]
    # Held, so that of two answers with the same count the second sees the first.
    query = sa.select(*columns).where(passkey.c.credential_id == credential_id).with_for_update()
    stored = tx.one(query, _StoredPasskey)
    if stored is None or claimed not in (None, user_handle(stored.account_id)):
        raise PasskeyRefused
    return stored
