"""Hands a message to somebody's push service, encrypted for their browser alone (RFC 8030, 8188, 8291, 8292)."""

import ipaddress
import socket
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
import requests
from pywebpush import WebPushException, webpush
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool

from miaohui.kit.errors import Refusal
from miaohui.settings import Settings
from miaohui.talk.notifications.queries import Subscription
from miaohui.talk.notifications.vapid import vapid_key

_TIMEOUT_S = 10
_TTL_S = 24 * 3600
"""Who has not been online for a day reads the list instead."""
_URGENT_TTL_S = 45
"""As long as a call rings."""
_HTTPS = "https"

Outcome = Literal["sent", "gone", "refused", "later"]
"""gone: the browser does not want pushes any more. refused: this message, for good. later: try again."""


class UnusablePushService(Refusal):
    """The address is not one of a push service on the open internet."""

    code = "unusable_push_service"
    status = 400
    title = "Pushes cannot be sent to this address"


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the service worker reads. tag: a newer push with the same one takes the place of the older.

    urgent: pushed before the device could show it by itself; one with a page in sight says nothing.
    """

    title: str
    body: str
    link: str
    tag: str
    unread: int
    seq: int
    urgent: bool = False


def check_endpoint(endpoint: str, settings: Settings) -> None:
    """Raise UnusablePushService for an address to which this server must not send anything.

    Addresses come from people: without this they could make the server knock at doors inside its own
    network. `MIAOHUI_PUSH_INSIDE` opens those, for closed networks with a push service of their own.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UnusablePushService from None
    if not host or parts.username is not None or parts.scheme not in {"http", _HTTPS}:
        raise UnusablePushService
    if settings.push_inside:
        return
    if parts.scheme != _HTTPS or port not in {None, 443} or "." not in host or _is_number(host):
        raise UnusablePushService


def send(subscription: Subscription, payload: Payload, *, settings: Settings) -> Outcome:
    """Send one message; blocks for at most some 10 seconds."""
    try:
        check_endpoint(subscription.endpoint, settings)
        session = _Straight(None if settings.push_inside else _address_outside(subscription.endpoint))
        _post(subscription, payload, settings, session)
    except UnusablePushService:
        return "gone"
    except WebPushException as fault:
        return _outcome_of(None if fault.response is None else fault.response.status_code)
    except OSError:  # requests' own are among them
        return "later"
    except ValueError:
        # Keys that are no point on the curve: nobody can read what was encrypted for them.
        return "gone"
    return "sent"


def _post(subscription: Subscription, payload: Payload, settings: Settings, session: requests.Session) -> None:
    keys = {"p256dh": subscription.public_key, "auth": subscription.secret}
    webpush(
        {"endpoint": subscription.endpoint, "keys": keys},
        msgspec.json.encode(payload).decode(),
        vapid_private_key=vapid_key(settings.data_dir),
        vapid_claims={"sub": _contact(settings)},
        ttl=_URGENT_TTL_S if payload.urgent else _TTL_S,
        headers={"Urgency": "high" if payload.urgent else "normal", "Topic": payload.tag},
        timeout=_TIMEOUT_S,
        requests_session=session,
    )


class _Straight(requests.Session):
    """Follows nobody elsewhere, and asks no proxy or password file of this machine.

    address: where to connect, whatever the name leads to by then.
    """

    def __init__(self, address: str | None) -> None:
        super().__init__()
        self.trust_env = False
        if address is not None:
            self.mount(f"{_HTTPS}://", _Pinned(address))

    def post(self, url: Any, data: Any = None, json: Any = None, **options: Any) -> requests.Response:
        return super().post(url, data=data, json=json, allow_redirects=False, **options)


class _Pinned(HTTPAdapter):
    """Connects to an address that was looked at before, and still asks its certificate for the name.

    A name that is looked up twice may lead outside at first and inside afterwards (DNS rebinding).
    """

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPSConnectionPool:
        parts = urlsplit(request.url)
        name = str(parts.hostname)
        return HTTPSConnectionPool(
            self._address,
            port=int(parts.port or 443),
            server_hostname=name,
            assert_hostname=name,
        )

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        request.headers["Host"] = urlsplit(str(request.url)).netloc


def _outcome_of(status: int | None) -> Outcome:
    match status:
        case 404 | 410:
            return "gone"
        case None | 408 | 429:
            return "later"
        case _:
            return "later" if status >= 500 else "refused"


def _address_outside(endpoint: str) -> str:
    """Return an address behind a name, all of whose addresses are on the open internet."""
    parts = urlsplit(endpoint)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise UnusablePushService
    return addresses[0]


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _contact(settings: Settings) -> str:
    """Where a push service finds who runs this server (RFC 8292, 2.1)."""
    if settings.base_url.startswith("https://"):
        return settings.base_url
    return f"mailto:operator@{urlsplit(settings.base_url).hostname}"
