"""A ring is pushed at once: in ten seconds most callers have given up."""

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3

from miaohui.kit.db import Database
from miaohui.people.graph.actions.block_person import block_person
from miaohui.settings import Settings
from miaohui.talk.calls.actions.end_call import end_call
from miaohui.talk.calls.actions.place_call import place_call
from miaohui.talk.notifications import push_service as pushing
from miaohui.talk.notifications.push_service import Payload, send
from miaohui.talk.notifications.queries import Subscription
from tests.cast import Cast
from tests.certificates import certificate_for
from tests.house import House, Visitor
from tests.talk.calls.friends import befriend
from tests.talk.notifications.push_service import Browser, PushService
from tests.until_quiet import hand_on

Work = Callable[..., int]


@pytest.fixture
def browser(service: PushService) -> Browser:
    return service.browser()


@pytest.fixture
def bo(notice_house: House, db: Database, cast: Cast, browser: Browser, work: Work) -> Visitor:
    """Bo with a phone that can be pushed to, and Mei for a friend."""
    befriend(db, cast.mei, cast.bo)
    hand_on(db)
    visitor = notice_house.member(cast.bo)
    visitor.ok("PUT", "/push/subscription", browser.subscription)
    return visitor


@pytest.fixture
def ring(db: Database, cast: Cast) -> Callable[[], int]:
    def call() -> int:
        placed = db.write_sync(place_call, caller_id=cast.mei, device_id=1, callee_id=cast.bo, kind="audio")
        hand_on(db)
        return placed.id

    return call


def test_a_ring_does_not_wait(
    bo: Visitor, ring: Callable[[], int], work: Work, service: PushService, browser: Browser
) -> None:
    ring()
    work()
    (message,) = service.received
    assert browser.read(message)["urgent"]
    assert (message.headers["urgency"], message.headers["ttl"]) == ("high", "45")
    work(15)
    assert len(service.received) == 1, "once is enough"


def test_a_device_that_shows_the_ring_is_left_alone(
    bo: Visitor, ring: Callable[[], int], work: Work, service: PushService
) -> None:
    ring()
    bo.ok("POST", "/notifications/acknowledgement", {"seq": 100})
    work()
    assert service.received == []


def test_what_came_before_is_pushed_in_its_time(
    bo: Visitor, ring: Callable[[], int], work: Work, service: PushService, browser: Browser, follow: Any, cast: Cast
) -> None:
    follow(cast.hao, to=cast.bo)
    ring()
    work()
    assert len(service.received) == 1
    work(10)
    assert ["urgent" in browser.read(one) for one in service.received] == [True, False]


def test_a_phone_without_a_network_is_tried_again_while_it_rings(
    bo: Visitor, ring: Callable[[], int], work: Work, service: PushService, db: Database, cast: Cast
) -> None:
    service.status = 503
    found = ring()
    for seconds in (0, 4, 4):
        work(seconds)
    assert len(service.received) == 3
    service.status = 201
    db.write_sync(end_call, call_id=found, person_id=cast.mei)
    work(4)
    assert len(service.received) == 3, "it does not ring any more"


@pytest.mark.parametrize("why", ["quiet", "off", "blocked"])
def test_who_does_not_want_to_hear_it_is_not_told(
    bo: Visitor, ring: Callable[[], int], work: Work, service: PushService, db: Database, cast: Cast, why: str
) -> None:
    if why == "quiet":
        hours = {"quiet_from": "00:00", "quiet_until": "23:59", "time_zone": "UTC"}
        bo.ok("PATCH", "/notifications/settings", hours)
    elif why == "off":
        bo.ok("PUT", "/notifications/settings/calls.ringing/push", {"on": False})
    ring()
    if why == "blocked":
        db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.mei)
    work()
    assert service.received == []


HELLO = Payload(title="庙会", body="", link="/", tag="n1", unread=1, seq=1)


def outside(settings: Settings, service: PushService) -> tuple[Subscription, Settings]:
    """A subscription at a service on the open internet, and settings that allow no other."""
    keys = service.browser().subscription["keys"]
    subscription = Subscription(
        id=1,
        account_id=1,
        device_id=1,
        endpoint="https://push.example.com/1",
        public_key=keys["p256dh"],
        secret=keys["auth"],
        pushed_seq=0,
        failures=0,
    )
    return subscription, Settings(data_dir=settings.data_dir, public_url="https://fair.example")


@contextmanager
def encrypted_service(host: str, folder: Path) -> Iterator[tuple[int, Path, list[tuple[str | None, str | None]]]]:
    """A server with a certificate for `host`: its port, whom to trust for it, and the names by which it was called."""
    certificate, key = certificate_for(host, folder)
    called: list[tuple[str | None, str | None]] = []
    asked_for: list[str | None] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append((asked_for[-1], self.headers["Host"]))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield int(server.server_address[1]), certificate, called
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("host", "outcome"), [("push.example.com", "sent"), ("elsewhere.example.com", "later")])
def test_the_address_is_chosen_and_the_certificate_still_asked_for_the_name(
    host: str, outcome: str, settings: Settings, service: PushService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into_net, from_dns = urllib3.util.connection.create_connection, pushing.socket.getaddrinfo

    def look_up(name: str, *more: Any, **how: Any) -> list[Any]:
        return [(2, 1, 6, "", ("9.9.9.9", 443))] if name == "push.example.com" else from_dns(name, *more, **how)

    with encrypted_service(host, tmp_path) as (port, trusted, called):

        def connect(address: tuple[str, int], *more: Any, **how: Any) -> Any:
            assert address == ("9.9.9.9", 443)
            return into_net(("127.0.0.1", port), *more, **how)  # The open internet of this test.

        monkeypatch.setattr(pushing.socket, "getaddrinfo", look_up)
        monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(trusted))
        subscription, strict = outside(settings, service)
        assert send(subscription, HELLO, settings=strict) == outcome
    assert called == ([("push.example.com", "push.example.com")] if outcome == "sent" else [])


def test_a_name_that_leads_elsewhere_the_second_time_is_not_followed(
    settings: Settings, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name leads outside while it is looked at, and to this machine when it is connected to."""
    answers = iter(["9.9.9.9", "127.0.0.1", "127.0.0.1"])
    connected: list[tuple[str, int]] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> None:
        connected.append(address)
        raise OSError("nobody is called in a test")

    monkeypatch.setattr(pushing.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    subscription, strict = outside(settings, service)
    assert send(subscription, HELLO, settings=strict) == "later"
    assert connected == [("9.9.9.9", 443)]
    assert send(subscription, HELLO, settings=strict) == "gone", "and a name that leads inside at once is forgotten"
    assert len(connected) == 1


def test_a_name_that_leads_outside_and_inside_is_not_followed(
    settings: Settings, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(2, 1, 6, "", (address, 443)) for address in ("9.9.9.9", "127.0.0.1")]
    monkeypatch.setattr(pushing.socket, "getaddrinfo", lambda *_, **__: both)
    subscription, strict = outside(settings, service)
    assert send(subscription, HELLO, settings=strict) == "gone"
