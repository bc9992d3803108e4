"""A coturn of the tests' own, with the configuration that we ship, and a client small enough to read (RFC 8656)."""

import hashlib
import hmac
import ipaddress
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

EXAMPLE = Path(__file__).parents[3] / "docs" / "deploy" / "coturn.conf"
SECRET = "the secret of this test"
REALM = "fair.example"


class Relay:
    """Starts on entry, on a free port of the loopback address, and is gone on exit.

    loopback: lets relayed traffic go to 127.0.0.1, which the example forbids; for calls within this machine.
    """

    def __init__(self, *, loopback: bool = False) -> None:
        program = shutil.which("turnserver")
        assert program, "Debian's package coturn is needed"
        self._program = program
        self.port = _free_port()
        self.url = f"turn:127.0.0.1:{self.port}?transport=udp"
        self.stun_url = f"stun:127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="miaohui-turn-"))
        self._configuration = self._written(loopback=loopback)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Relay":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", str(self._configuration)], stdout=log, stderr=log, cwd=self._folder
            )
        deadline = time.monotonic() + 10
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def settings(self) -> dict[str, str]:
        """What a server must be told to use this relay."""
        return {"stun_urls": self.stun_url, "turn_urls": self.url, "turn_secret": SECRET}

    def _written(self, *, loopback: bool) -> Path:
        low = 20_000 + os.getpid() % 200 * 200
        text = EXAMPLE.read_text(encoding="utf-8")
        changes = {"listening-port": self.port, "min-port": low, "max-port": low + 199, "static-auth-secret": SECRET,
                   "realm": REALM, "stale-nonce": 600}  # fmt: skip
        for name, value in changes.items():
            text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert found == 1, f"the example says {name} once"
        lines = ["listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "no-tls", "no-dtls", f"pidfile={self._folder}/pid",
                 f"userdb={self._folder}/turndb", "log-file=stdout"]  # fmt: skip
        if loopback:
            lines += ["allow-loopback-peers", "allowed-peer-ip=127.0.0.1"]
        written = self._folder / "coturn.conf"
        written.write_text("\n".join([text, *lines, ""]), encoding="utf-8")
        return written

    def _answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            probe.connect(("127.0.0.1", self.port))
            try:
                probe.send(struct.pack("!HHI12s", _BINDING, 0, _COOKIE, os.urandom(12)))
                return len(probe.recv(2048)) > 20
            except OSError:
                return False


_COOKIE = 0x2112A442
_BINDING, _ALLOCATE, _CREATE_PERMISSION = 0x0001, 0x0003, 0x0008
_IS_ERROR = 0x0110
_USERNAME, _INTEGRITY, _ERROR_CODE, _PEER, _REALM, _NONCE, _TRANSPORT = (
    0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015, 0x0019,
)  # fmt: skip


class RelayRefused(Exception):
    """What the relay answered; code as in the protocol."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class RelayClient:
    """Asks a relay for an address, and for leave to send to somebody through it."""

    def __init__(self, relay: Relay, *, username: str, password: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.connect(("127.0.0.1", relay.port))
        self._username = username
        self._key = hashlib.md5(f"{username}:{REALM}:{password}".encode()).digest()
        self._nonce = b""

    def __enter__(self) -> "RelayClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def allocate(self) -> None:
        """Get an address of the relay. Raises RelayRefused."""
        transport = _attribute(_TRANSPORT, struct.pack("!I", socket.IPPROTO_UDP << 24))
        try:
            self._ask(_ALLOCATE, transport)
        except RelayRefused as refused:
            if refused.code != 401 or self._nonce == b"":
                raise
            self._ask(_ALLOCATE, transport, signed=True)

    def permit(self, address: str) -> None:
        """Ask for leave to send to this address. Raises RelayRefused."""
        self._ask(_CREATE_PERMISSION, lambda at: _attribute(_PEER, _peer(address, at)), signed=True)

    def _ask(self, method: int, attributes: object, *, signed: bool = False) -> None:
        transaction = os.urandom(12)
        body: bytes = attributes(transaction) if callable(attributes) else attributes  # type: ignore[assignment]
        if signed:
            body += _attribute(_USERNAME, self._username.encode())
            body += _attribute(_REALM, REALM.encode()) + _attribute(_NONCE, self._nonce)
            head = struct.pack("!HHI12s", method, len(body) + 24, _COOKIE, transaction)
            body += _attribute(_INTEGRITY, hmac.digest(self._key, head + body, hashlib.sha1))
        self._socket.send(struct.pack("!HHI12s", method, len(body), _COOKIE, transaction) + body)
        answer = self._socket.recv(2048)
        found = _attributes(answer)
        self._nonce = found.get(_NONCE, self._nonce)
        if struct.unpack_from("!H", answer)[0] == method | _IS_ERROR:
            raise RelayRefused(found[_ERROR_CODE][2] * 100 + found[_ERROR_CODE][3])


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _attributes(message: bytes) -> dict[int, bytes]:
    found, at = {}, 20
    while at + 4 <= len(message):
        kind, length = struct.unpack_from("!HH", message, at)
        found[kind] = message[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4
    return found


def _peer(address: str, transaction: bytes) -> bytes:
    """XOR-PEER-ADDRESS (RFC 8489, 14.2), port 9."""
    parsed = ipaddress.ip_address(address)
    mask = struct.pack("!I", _COOKIE) + transaction
    packed = bytes(one ^ other for one, other in zip(parsed.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if parsed.version == 4 else 2, 9 ^ (_COOKIE >> 16)) + packed


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
