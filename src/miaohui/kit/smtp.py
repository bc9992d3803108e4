"""Hands mails to a mail server (RFC 5321, 3207, 8314), never over the network in the clear."""

import smtplib
import ssl
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from typing import Any, Literal, cast
from urllib.parse import unquote, urlsplit

import msgspec

from miaohui.settings import InvalidSetting, Settings

_TIMEOUT_S = 10
_PORTS = {"smtp": 587, "smtps": 465}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_WRONG_KEY = frozenset({530, 534, 535})
"""The server wants another password: whoever runs this one can mend it before the next try."""


class _Address(UnstructuredHeader):
    # The standard library folds a long address into encoded words, which no mail program follows.
    def fold(self: Any, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _headers() -> HeaderRegistry:
    known = HeaderRegistry()
    known.map_to_type("list-unsubscribe", cast("type[BaseHeader]", _Address))
    return known


POLICY = WIRE.clone(header_factory=_headers())
"""What mails are built with, so that they are sent as they are meant."""


class MailRefused(Exception):
    """The mail server did not take a mail. can_retry: whether it may, later. Tells neither address nor content."""

    def __init__(self, reason: str, *, can_retry: bool) -> None:
        super().__init__(reason)
        self.can_retry = can_retry


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails are handed over, and as whom. tls: from the first byte, or by STARTTLS after the greeting."""

    host: str
    port: int
    user: str
    password: str
    tls: Literal["from_start", "starttls"]
    sender: str

    def __repr__(self) -> str:
        """Tell no password."""
        return f"MailServer({self.host}:{self.port})"

    @property
    def is_here(self) -> bool:
        """Whether the way there does not leave this machine, and so may be without TLS."""
        return self.host in _HERE


def mail_server(settings: Settings) -> MailServer:
    """Return the mail server of the settings. Raises InvalidSetting."""
    try:
        parts = urlsplit(settings.smtp_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in _PORTS:
        raise InvalidSetting("MIAOHUI_SMTP_URL must be smtp://user:password@host:587 or smtps://…:465")
    if "@" not in settings.mail_from:
        raise InvalidSetting("MIAOHUI_MAIL_FROM must be the address that mails come from")
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls="from_start" if parts.scheme == "smtps" else "starttls",
        sender=settings.mail_from,
    )


def hand_over(mail: EmailMessage, *, address: str, to: MailServer, trust: ssl.SSLContext | None = None) -> None:
    """Hand one mail to the server, which takes it from there. Raises MailRefused.

    trust: whose certificates are believed; as this machine does if not given. Each step may take 10 seconds.
    """
    context = trust or ssl.create_default_context()
    try:
        with _connect(to, context) as server:
            if to.user:
                server.login(to.user, to.password)
            server.send_message(mail, from_addr=mail["From"].addresses[0].addr_spec, to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as fault:
        code = next(iter(fault.recipients.values()))[0]
        raise MailRefused(f"the mail server refused the address with {code}", can_retry=code < 500) from None
    except smtplib.SMTPResponseException as fault:
        can_retry = fault.smtp_code < 500 or fault.smtp_code in _WRONG_KEY
        raise MailRefused(f"the mail server said {fault.smtp_code}", can_retry=can_retry) from None
    except (smtplib.SMTPException, OSError) as fault:
        raise MailRefused(f"the mail server cannot be used: {type(fault).__name__}", can_retry=True) from None


def _connect(to: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if to.tls == "from_start":
        return smtplib.SMTP_SSL(to.host, to.port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(to.host, to.port, timeout=_TIMEOUT_S)
    try:
        server.ehlo()
        if server.has_extn("starttls") or not to.is_here:
            # Where the server has none, this fails: nothing goes over a network in the clear.
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server
