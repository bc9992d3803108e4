"""Add a passkey to an account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.people.accounts.access import access_active_account
from miaohui.people.accounts.actions.challenge_passkey import of_device, take_challenge
from miaohui.people.accounts.passkeys import PasskeyRefused, RelyingParty, verify_registration
from miaohui.people.accounts.queries import Passkey, count_passkeys
from miaohui.people.accounts.tables import device, passkey
from miaohui.people.accounts.webauthn_json import NewCredential

MOST_PASSKEYS = 20
LONGEST_PASSKEY_NAME = 40
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "internal", "cable", "hybrid"})


class TooManyPasskeys(Refusal):
    """The account has as many passkeys as it may."""

    code = "too_many_passkeys"
    status = 409
    title = "Twenty passkeys are enough; remove one first"


def register_passkey(
    tx: Tx, *, account_id: int, device_id: int, party: RelyingParty, credential: NewCredential, name: str
) -> Passkey | PasskeyRefused:
    """Keep the public key of a passkey that was made for a challenge of this device.

    The challenge is used up also by an answer that does not hold; therefore the refusal is returned.
    The proof was asked for when the challenge was given. Raises TooManyPasskeys.
    """
    access_active_account(tx, account_id=account_id, device_id=device_id)
    if count_passkeys(tx, account_id) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    try:
        client_data = credential.response.client_data
        challenge = take_challenge(tx, ceremony="register", bound_to=of_device(device_id), client_data=client_data)
        verified = verify_registration(party, credential, challenge=challenge)
    except PasskeyRefused as refusal:
        return refusal
    added = Passkey(
        id=new_id(),
        name=name.strip()[:LONGEST_PASSKEY_NAME] or _name_of_device(tx, device_id),
        created_at=tx.now,
        last_used_at=None,
        backed_up=verified.credential_backed_up,
    )
    row = {
        "id": added.id,
        "account_id": account_id,
        "credential_id": verified.credential_id,
        "public_key": verified.credential_public_key,
        "sign_count": verified.sign_count,
        "transports": sorted(_TRANSPORTS.intersection(credential.response.transports)),
        "name": added.name,
        "backed_up": added.backed_up,
        "created_at": tx.now,
    }
    # A credential id that is known already, whoever's, must not get a second owner (WebAuthn, 7.1, step 26).
    return added if insert_if_absent(tx, passkey, row) else PasskeyRefused()


def _name_of_device(tx: Tx, device_id: int) -> str:
    name = tx.scalar(sa.select(device.c.name).where(device.c.id == device_id))
    return str(name)[:LONGEST_PASSKEY_NAME] or "Passkey"
