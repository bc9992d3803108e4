"""The relay that we ship an example for: who gets in, and where nobody gets through it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.settings import Settings
from miaohui.talk.calls.ice import ice_servers, turn_password
from miaohui.talk.calls.routes import route_handlers as calls_api
from tests.cast import Cast
from tests.house import House
from tests.talk.calls.relay import SECRET, Relay, RelayClient, RelayRefused

INSIDE = [
    "127.0.0.1", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "192.0.2.1", "198.18.0.1", "255.255.255.255", "240.0.0.1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "172.32.0.1", "172.15.255.255", "11.0.0.1", "192.169.0.1", "9.255.255.255", "100.128.0.1"]


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as started:
        yield started


def client(relay: Relay, *, now: datetime | None = None, secret: str = SECRET, account_id: int = 7) -> RelayClient:
    """Somebody with the key that a server with this secret has given out at that time."""
    settings = Settings(turn_urls=relay.url, turn_secret=secret)
    [server] = ice_servers(settings, account_id=account_id, now=now or datetime.now(UTC)).turn
    return RelayClient(relay, username=server.username or "", password=server.credential or "")


def test_nobody_reaches_what_is_inside_through_the_relay(relay: Relay):
    with client(relay) as mei:
        mei.allocate()
        refused = {}
        for address in [*INSIDE, *OUTSIDE]:
            try:
                mei.permit(address)
            except RelayRefused as answer:
                refused[address] = answer.code
    assert refused == dict.fromkeys(INSIDE, 403)


def test_loopback_is_open_only_where_a_test_says_so():
    with Relay(loopback=True) as own, client(own) as mei:
        mei.allocate()
        mei.permit("127.0.0.1")
        for address in ("127.0.0.2", "10.0.0.1"):
            with pytest.raises(RelayRefused, match="403"):
                mei.permit(address)


def test_only_our_own_keys_open_the_relay_and_for_an_hour(relay: Relay):
    now = datetime.now(UTC)
    with client(relay, now=now - timedelta(minutes=59)) as mei:
        mei.allocate()
    stale = client(relay, now=now - timedelta(minutes=61))
    forged = client(relay, secret="another secret")
    longer = RelayClient(relay, username=f"{int(now.timestamp()) + 10**6}:7", password=turn_password("x", "y"))
    shipped = client(relay, secret="A-LONG-RANDOM-TEXT")
    for stranger in (stale, forged, longer, shipped):
        with stranger, pytest.raises(RelayRefused, match="401"):
            stranger.allocate()


def test_the_api_hands_a_key_to_members_alone(db: Database, cast: Cast, clock: ManualClock):
    configured = {"stun_urls": "stun:a", "turn_urls": "turn:a", "turn_secret": "s"}
    with House(db=db, clock=clock, routes=calls_api, **configured) as house:
        answer = house.member(cast.mei).send("GET", "/calls/ice-servers")
        refused = house.stranger().refused("GET", "/calls/ice-servers")

    username = f"{int(clock.now().timestamp()) + 3600}:{cast.mei}"
    assert answer.json() == {
        "stun": [{"urls": ["stun:a"]}],
        "turn": [{"urls": ["turn:a"], "username": username, "credential": turn_password("s", username)}],
        "valid_for_s": 3600,
    }
    assert answer.headers["cache-control"] == "no-store"
    assert refused == (401, "unauthenticated")


def test_the_key_names_its_person_and_its_end():
    settings = Settings(stun_urls=" stun:a , stun:b ", turn_urls="turn:a?transport=udp", turn_secret="s")
    found = ice_servers(settings, account_id=7, now=datetime(2026, 4, 18, 19, 30, tzinfo=UTC))

    assert found.stun[0].urls == ("stun:a", "stun:b")
    assert found.turn[0].username == "1776544200:7"
    # Computed with `openssl dgst -sha1 -hmac s -binary | base64`.
    assert found.turn[0].credential == "LXZCEm2XcusHH6qeAV2md/zj7LU="
    assert ice_servers(Settings(turn_urls="turn:a"), account_id=7, now=datetime.now(UTC)).turn == ()
