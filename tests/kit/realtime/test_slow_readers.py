"""Who reads too slowly costs no memory and gets, in the end, all or a clear word that something is missing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from miaohui.kit.realtime import Limits, anyone
from tests.kit.realtime.town import ANSWER_S, Phone, Town

_LARGE = "x" * 10_000
_TRANSPORT_BYTES = 64 * 1024


@pytest.fixture
def limits() -> Limits:
    return Limits(frame_burst=10_000)


def fill_until_full(town: Town, watcher: Phone) -> int:
    """Publish until the other socket's transport is full; return the number of the last message."""
    seq = 0
    while town.realtime.stats.fell_behind == 0:
        town.realtime.publish("square:news", "drawn", _LARGE)
        seq = watcher.hear()["seq"]
    return seq


def held_for_sockets(town: Town) -> int:
    """Return the bytes that the largest transport holds."""
    return max(socket._protocol.transport.get_write_buffer_size() for socket in town.realtime._sockets)


def test_a_slow_reader_gets_all_when_the_memory_of_the_topic_reaches_back(town: Town) -> None:
    watcher, slow = town.open(), town.open(max_queue=1)
    watcher.subscribe("square:news")
    slow.subscribe("square:news")
    last = fill_until_full(town, watcher)

    for _ in range(10):
        town.realtime.publish("square:news", "drawn", _LARGE)
        assert watcher.hear()["data"] == _LARGE

    assert held_for_sockets(town) <= _TRANSPORT_BYTES + len(_LARGE) + 100
    assert [slow.hear()["seq"] for _ in range(last + 10)] == list(range(1, last + 11))
    town.realtime.publish("square:news", "opened", 1)
    assert slow.hear() == {"topic": "square:news", "seq": last + 11, "event": "opened", "data": 1}
    assert town.realtime.stats.resets == 0


def test_a_reader_that_is_too_slow_for_that_is_told_to_reset_and_then_goes_on(town: Town) -> None:
    watcher, slow = town.open(), town.open(max_queue=1)
    watcher.subscribe("square:news")
    slow.subscribe("square:news")
    slow.subscribe("rooms:7:danmaku")
    last = fill_until_full(town, watcher)

    for _ in range(100):
        town.realtime.publish("square:news", "drawn", _LARGE)
        assert watcher.hear()["data"] == _LARGE
    town.realtime.publish("rooms:7:danmaku", "said", "a quiet topic loses nothing")

    assert held_for_sockets(town) <= _TRANSPORT_BYTES + len(_LARGE) + 100
    heard = [slow.hear()]
    while heard[-1].get("op") != "reset":
        heard.append(slow.hear())
    assert [frame["seq"] for frame in heard[:-1]] == list(range(1, len(heard)))
    assert len(heard) - 1 <= last
    assert (heard[-1]["topic"], heard[-1]["seq"]) == ("square:news", last + 100)
    assert slow.hear()["data"] == "a quiet topic loses nothing"
    town.realtime.publish("square:news", "opened", 1)
    assert slow.hear()["seq"] == last + 101


def test_catching_up_with_many_topics_waits_for_room_as_well(town: Town) -> None:
    rooms = [f"squares:{n}:pictures" for n in range(1, 41)]
    town.realtime.authorise("squares:{square_id}:pictures", anyone)
    watcher, slow = town.open(), town.open(max_queue=1)
    for phone in (watcher, slow):
        for topic in ("square:news", *rooms):
            phone.subscribe(topic)
    last = fill_until_full(town, watcher)
    for topic in rooms:
        for _ in range(20):
            town.realtime.publish(topic, "drawn", _LARGE)
            watcher.hear()

    for _ in range(last + 20 * len(rooms)):
        assert slow.hear()["data"] == _LARGE
        assert held_for_sockets(town) <= _TRANSPORT_BYTES + len(_LARGE) + 100
    assert slow.hears_nothing()


def test_a_reader_that_caught_up_with_its_last_breath_is_still_behind(town: Town) -> None:
    watcher, slow = town.open(), town.open(max_queue=1)
    watcher.subscribe("square:news")
    slow.subscribe("square:news")
    fill_until_full(town, watcher)
    huge = "x" * 200_000

    for _ in range(60):
        town.realtime.publish("square:news", "drawn", huge)
        assert watcher.hear()["data"] == huge
        slow.hear()
        assert held_for_sockets(town) <= _TRANSPORT_BYTES + len(huge) + 100


def test_who_asks_without_listening_is_not_answered_without_end(town: Town) -> None:
    asking = town.open_mouth()
    topic = "x" * 4000
    question = asking.encode("unsubscribe", topic=topic)
    with ThreadPoolExecutor(1) as pool:
        questions = pool.submit(asking.say, question * 3000)
        while town.realtime.stats.fell_behind == 0 and not questions.done():
            pass
        for _ in range(3000):
            assert held_for_sockets(town) <= _TRANSPORT_BYTES + len(topic) + 100
            assert asking.hear()["topic"] == topic
        questions.result(timeout=ANSWER_S)
    assert town.realtime.stats.fell_behind > 0


def test_a_slow_reader_that_lets_go_of_the_topic_is_not_bothered_with_it_again(town: Town) -> None:
    watcher, slow = town.open(), town.open(max_queue=1)
    watcher.subscribe("square:news")
    slow.subscribe("square:news")
    last = fill_until_full(town, watcher)
    town.realtime.publish("square:news", "drawn", _LARGE)
    watcher.hear()

    slow.send("unsubscribe", topic="square:news")

    heard = [slow.hear()]
    while "op" not in heard[-1]:
        heard.append(slow.hear())
    # Its answers wait for room as well, so by the time it is understood all may have been sent.
    assert len(heard) - 1 in {last, last + 1}
    assert heard[-1] == {"op": "unsubscribed", "topic": "square:news"}
    assert slow.hears_nothing()


def test_a_slow_reader_can_still_be_signed_out_and_hears_why(town: Town) -> None:
    watcher, slow = town.open(), town.open(town.sign_up("mei", account_id=1, device_id=5), max_queue=1)
    watcher.subscribe("square:news")
    slow.subscribe("square:news")
    fill_until_full(town, watcher)

    town.realtime.close_device(5)
    town.realtime.publish("square:news", "opened", "too late for Mei")

    assert watcher.hear()["data"] == "too late for Mei"
    assert town.realtime.stats.sockets == 1
    assert slow.hear_the_end() == (4401, "signed out")
    assert not any("too late" in str(frame) for frame in slow.heard)


class TestImpatient:
    """A server that does not wait for those who do not read."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(frame_burst=10_000, farewell_s=0.01)

    def test_who_does_not_even_read_the_farewell_is_cut_off(self, town: Town) -> None:
        watcher, slow = town.open(), town.open(town.sign_up("mei", account_id=1, device_id=5), max_queue=1)
        watcher.subscribe("square:news")
        slow.subscribe("square:news")
        fill_until_full(town, watcher)
        cut_off = next(socket for socket in town.realtime._sockets if socket.viewer.session)._protocol.transport

        town.realtime.close_device(5)

        while not cut_off.is_closing():
            assert watcher.hears_nothing()
        assert slow.hear_the_end() == (1006, "")
