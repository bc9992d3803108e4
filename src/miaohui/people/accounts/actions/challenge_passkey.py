"""Ask an authenticator for an answer that is good once, in one place."""

from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.access import access_own_account, access_proven_account
from miaohui.people.accounts.passkeys import (
    PasskeyRefused,
    RelyingParty,
    assertion_options,
    challenge_in,
    new_challenge,
    registration_options,
)
from miaohui.people.accounts.tables import passkey, passkey_challenge
from miaohui.people.accounts.webauthn_json import CreationOptions, RequestOptions

Ceremony = Literal["register", "assert"]
_LIFETIME = timedelta(minutes=5)


def of_device(device_id: int) -> str:
    """What a challenge is bound to for who is signed in."""
    return f"device:{device_id}"


def of_viewer(person_id: int) -> str:
    """What a challenge is bound to for who is not: the random identity in the browser's signed cookie."""
    return f"viewer:{person_id}"


def challenge_registration(tx: Tx, *, account_id: int, device_id: int, party: RelyingParty) -> CreationOptions:
    """Return options for making a passkey on this device. Raises ProofNeeded."""
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    person = access_own_account(tx, account_id)
    known = tx.scalars(sa.select(passkey.c.credential_id).where(passkey.c.account_id == account_id))
    challenge = _remember_challenge(tx, ceremony="register", bound_to=of_device(device_id))
    return registration_options(
        party,
        account_id=account_id,
        handle=person.handle,
        nickname=person.nickname,
        known=known,
        challenge=challenge,
    )


def challenge_assertion(tx: Tx, *, bound_to: str, party: RelyingParty) -> RequestOptions:
    """Return options for signing in, or for a proof, with whichever passkey the person chooses."""
    return assertion_options(party, challenge=_remember_challenge(tx, ceremony="assert", bound_to=bound_to))


def take_challenge(tx: Tx, *, ceremony: Ceremony, bound_to: str, client_data: str) -> bytes:
    """Use up the challenge that an answer claims to sign and return it; of two answers one gets it.

    Raises PasskeyRefused if it was never given to this device, is too old, or used.
    """
    challenge = challenge_in(client_data)
    live = sa.and_(
        passkey_challenge.c.challenge == challenge,
        passkey_challenge.c.ceremony == ceremony,
        passkey_challenge.c.bound_to == bound_to,
        passkey_challenge.c.expires_at > tx.now,
    )
    if tx.changed(sa.delete(passkey_challenge).where(live)) == 0:
        raise PasskeyRefused
    return challenge


def _remember_challenge(tx: Tx, *, ceremony: Ceremony, bound_to: str) -> bytes:
    challenge = new_challenge()
    row = {"challenge": challenge, "ceremony": ceremony, "bound_to": bound_to, "expires_at": tx.now + _LIFETIME}
    tx.execute(sa.insert(passkey_challenge).values(row))
    return challenge
