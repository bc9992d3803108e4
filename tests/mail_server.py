"""A mail server on the loopback (RFC 5321, 3207, 4954): keeps what it is given, and refuses when it is told to."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.certificates import certificate_for


@dataclass
class Delivered:
    """A mail as it came in."""

    sender: str
    to: str
    encrypted: bool
    signed_in: str | None
    mail: EmailMessage
    raw: bytes


@dataclass
class MailServer:
    """refuses: the answer to a verb, such as {"RCPT": "550 no such person"}; without TLS where `folder` is not given."""

    port: int = 0
    trust: ssl.SSLContext | None = None
    refuses: dict[str, str] = field(default_factory=dict)
    delivered: list[Delivered] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://fair:p%40ss@127.0.0.1:{self.port}"


@contextmanager
def mail_server(folder: Path | None = None, *, tls_from_start: bool = False) -> Iterator[MailServer]:
    opened = MailServer()
    context = None
    if folder is not None:
        certificate, key = certificate_for("127.0.0.1", folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        opened.trust = ssl.create_default_context(cafile=str(certificate))

    class Conversation(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.encrypted = False
            if tls_from_start and context is not None:
                self.wrap(context)
            self.lines = self.request.makefile("rb")
            self.signed_in: str | None = None
            self.say("220 fair.example")
            while line := self.lines.readline():
                words = line.decode().strip()
                verb = words.partition(" ")[0].upper()
                if verb in opened.refuses:
                    self.say(opened.refuses[verb])
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    getattr(self, f"do_{verb.lower()}", self.unknown)(words)

        def wrap(self, context: ssl.SSLContext) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            self.encrypted = True

        def say(self, *lines: str) -> None:
            for line in lines:
                self.request.sendall(f"{line}\r\n".encode())

        def unknown(self, _: str) -> None:
            self.say("500 what?")

        def do_ehlo(self, _: str) -> None:
            offers = ["250-fair.example", "250-8BITMIME", "250-AUTH PLAIN"]
            if context is not None and not self.encrypted:
                offers.append("250-STARTTLS")
            self.say(*offers, "250 OK")

        def do_starttls(self, _: str) -> None:
            if context is None:
                self.say("502 no")
                return
            self.say("220 go on")
            self.wrap(context)
            self.lines = self.request.makefile("rb")

        def do_auth(self, words: str) -> None:
            _, user, password = base64.b64decode(words.split()[2]).decode().split("\0")
            if password != "p@ss":
                self.say("535 wrong")
                return
            self.signed_in = user
            self.say("235 come in")

        def do_mail(self, words: str) -> None:
            self.sender = words.partition("<")[2].partition(">")[0]
            self.say("250 OK")

        def do_rcpt(self, words: str) -> None:
            self.to = words.partition("<")[2].partition(">")[0]
            self.say("250 OK")

        def do_rset(self, _: str) -> None:
            self.say("250 OK")

        def do_data(self, _: str) -> None:
            self.say("354 go on")
            raw = b""
            while (line := self.lines.readline()) != b".\r\n":
                raw += line.removeprefix(b".") if line.startswith(b"..") else line
            mail = message_from_bytes(raw, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            opened.delivered.append(Delivered(self.sender, self.to, self.encrypted, self.signed_in, mail, raw))
            self.say("250 taken")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
    server.daemon_threads = True
    # A refused handshake is the client's story to tell.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # said above
    opened.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
