"""An authenticator in software: keeps discoverable keys and answers as one that verifies its person."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, WITH_CREDENTIAL = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "===")


@dataclass
class Key:
    """One discoverable credential."""

    rp_id: str
    user_handle: bytes
    private: ec.EllipticCurvePrivateKey
    credential_id: bytes
    count: int = 0


@dataclass
class Authenticator:
    """What a phone or a stick does; the flags can be made to lie.

    counts: False for those that, like phones with synchronised keys, always say 0.
    next_id: the id of the next credential, for those that claim another's.
    """

    origin: str = "https://fair.example"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    next_id: bytes | None = None
    keys: list[Key] = field(default_factory=list)

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create` (attestation `none`)."""
        rp_id = options["rp"]["id"]
        known = {entry["id"] for entry in options["excludeCredentials"]}
        assert not any(b64(key.credential_id) in known for key in self.keys), "InvalidStateError"
        assert -7 in {entry["alg"] for entry in options["pubKeyCredParams"]}
        credential_id = self.next_id or secrets.token_bytes(32)
        key = Key(rp_id, unb64(options["user"]["id"]), ec.generate_private_key(ec.SECP256R1()), credential_id)
        self.keys.append(key)
        credential = bytes(16) + struct.pack(">H", len(key.credential_id)) + key.credential_id + _cose(key)
        data = self._data(key, self.flags | WITH_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return {
            "id": b64(key.credential_id),
            "rawId": b64(key.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(attestation),
                "transports": ["internal", "hybrid", "smoke-signals"],
            },
        }

    def answer(self, options: dict[str, Any], key: Key | None = None) -> dict[str, Any]:
        """Answer `navigator.credentials.get` with the newest key of the site."""
        chosen = key or next(found for found in reversed(self.keys) if found.rp_id == options["rpId"])
        chosen.count += 1
        data = self._data(chosen, self.flags)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client_data).digest()
        return {
            "id": b64(chosen.credential_id),
            "rawId": b64(chosen.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(data),
                "signature": b64(chosen.private.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": b64(chosen.user_handle),
            },
        }

    def _data(self, key: Key, flags: int) -> bytes:
        count = key.count if self.counts else 0
        return hashlib.sha256(key.rp_id.encode()).digest() + struct.pack(">BI", flags, count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()


def _cose(key: Key) -> bytes:
    numbers = key.private.public_key().public_numbers()
    return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
