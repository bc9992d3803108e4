"""A push service on the loopback, and a browser behind it that reads what is meant for it (RFC 8291, 8188, 8292)."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class Received:
    """A message as it came in."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """The receiving end: a key pair, a secret, and the place at the service where its messages come in."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen bytes ok"

    @property
    def subscription(self) -> dict[str, Any]:
        return {
            "endpoint": self.endpoint,
            "keys": {"p256dh": b64(_point(self.key.public_key())), "auth": b64(self.secret)},
        }

    def read(self, message: Received) -> dict[str, Any]:
        """Decrypt one record of `aes128gcm`, step by step as RFC 8291, 3.4 and RFC 8188, 2.1 say."""
        assert message.headers["content-encoding"] == "aes128gcm"
        salt, size, length = message.body[:16], int.from_bytes(message.body[16:20], "big"), message.body[20]
        sender, record = message.body[21 : 21 + length], message.body[21 + length :]
        assert len(record) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + _point(self.key.public_key()) + sender
        material = _hkdf(self.secret, shared, info, 32)
        key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(salt, material, b"Content-Encoding: nonce\x00", 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert padded[-1:] == b"\x02", "the last record ends so"
        found: dict[str, Any] = json.loads(padded[:-1])
        return found


def claims_of(message: Received, *, public_key: str) -> dict[str, Any]:
    """Return what the sender says of itself, after checking its signature (RFC 8292, 2 and 3)."""
    scheme, _, parameters = message.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in parameters.split(","))
    assert (scheme.lower(), given["k"]) == ("vapid", public_key)
    head, body, signature = given["t"].split(".")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public_key))
    try:
        key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise AssertionError("not signed by the key that it names") from None
    found: dict[str, Any] = json.loads(unb64(body))
    return found


@dataclass
class PushService:
    """Answers with `status` until told otherwise, and keeps what came."""

    address: str = ""
    status: int = 201
    received: list[Received] = field(default_factory=list)

    def browser(self, name: str = "one") -> Browser:
        return Browser(f"{self.address}/send/{name}")


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            service.received.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(service.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
