"""What a socket may not do, how it is told, and when it is shown the door."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from miaohui.kit.realtime import Limits
from tests.kit.realtime.town import Moment, Town


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"op": "shout"}',
        '{"op": "subscribe"}',
        '{"op": "subscribe", "topic": 7}',
        '{"op": "subscribe", "topic": "square:news", "after": "x"}',
        '{"op": "auth"}',
        b"\x00\x01",
    ],
)
def test_a_malformed_frame_is_named_and_forgiven(town: Town, payload: str | bytes) -> None:
    phone = town.open()
    phone.socket.send(payload)

    answer = phone.hear()

    assert (answer["op"], answer["code"]) == ("error", "malformed_frame")
    assert answer["detail"]
    assert phone.hears_nothing()


def test_who_keeps_sending_nonsense_is_shown_the_door(town: Town) -> None:
    phone = town.open()
    for _ in range(11):
        phone.socket.send("nonsense")

    assert phone.hear_the_end() == (1008, "too many refused frames")


def test_an_occasional_mistake_over_a_long_evening_is_not_held_against_anybody(town: Town, moment: Moment) -> None:
    phone = town.open()
    for _ in range(30):
        phone.socket.send("nonsense")
        assert phone.hear()["code"] == "malformed_frame"
        moment.s += 10

    assert phone.hears_nothing()


def test_a_frame_that_is_too_large_is_refused_unread(town: Town) -> None:
    phone = town.open()
    answer = phone.ask("subscribe", topic="square:news", padding="x" * 5000)
    assert answer["code"] == "frame_too_large"
    assert phone.hears_nothing()


class TestSmall:
    """A server that allows little."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(sockets=2, topics_per_socket=2, frame_burst=5, frames_per_s=1)

    def test_topics_are_counted(self, town: Town) -> None:
        phone = town.open()
        phone.subscribe("rooms:1:danmaku")
        phone.subscribe("rooms:2:danmaku")
        assert phone.ask("subscribe", topic="rooms:3:danmaku")["code"] == "too_many_topics"
        phone.subscribe("rooms:2:danmaku")

    def test_frames_are_counted(self, town: Town, moment: Moment) -> None:
        phone = town.open()
        assert [phone.ask("ping")["op"] for _ in range(5)] == ["pong"] * 5
        assert phone.ask("ping")["code"] == "too_many_frames"
        moment.s += 1
        assert phone.ask("ping")["op"] == "pong"

    def test_sockets_are_counted(self, town: Town) -> None:
        first, second = town.open(), town.open()
        assert first.ask("ping") == second.ask("ping") == {"op": "pong"}
        assert town.open().hear_the_end()[0] == 1013
        assert town.realtime.stats.sockets == 2


def test_a_page_of_another_site_cannot_open_a_socket_with_our_cookie(town: Town) -> None:
    token = town.sign_up("mei", account_id=1)
    cookie = {"Cookie": f"mh_session={token}"}

    with pytest.raises(InvalidStatus) as refused:
        town.open(headers=cookie, origin="https://evil.example")
    assert refused.value.response.status_code == 403

    town.set_member(7, 1, is_member=True)
    own = town.open(headers=cookie, origin=f"http://{town.address}")
    own.subscribe("clubs:7:talk")


def test_a_plain_request_is_told_to_upgrade(town: Town) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://{town.address}/ws")
    assert (refused.value.code, refused.value.headers["Upgrade"]) == (426, "websocket")


def test_frames_that_newer_clients_send_with_more_members_are_understood(town: Town) -> None:
    phone = town.open()
    frame: dict[str, Any] = {"op": "subscribe", "topic": "square:news", "colour": "red"}
    phone.socket.send(json.dumps(frame))
    assert phone.hear()["op"] == "subscribed"
