"""Who hears what, in which order, and what those hear who were away for a moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from miaohui.kit.realtime import Limits, UnknownTopic, anyone
from miaohui.kit.realtime.topic import MERGED_AT_MOST, RING_MESSAGES
from tests.kit.realtime.town import Moment, Town


def test_a_stranger_hears_an_open_topic_and_only_what_comes_after(town: Town) -> None:
    town.realtime.publish("square:news", "opened", {"gate": "east"})
    phone = town.open()
    phone.subscribe("square:news")

    town.realtime.publish("square:news", "opened", {"gate": "west"})

    assert phone.hear() == {"topic": "square:news", "seq": 1, "event": "opened", "data": {"gate": "west"}}


def test_all_hear_all_in_one_order_whatever_thread_publishes(town: Town) -> None:
    phones = [town.open() for _ in range(3)]
    for phone in phones:
        phone.subscribe("square:news")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: town.realtime.publish("square:news", "lit", n), range(80)))

    heard = [[phone.hear() for _ in range(80)] for phone in phones]
    assert heard[0] == heard[1] == heard[2]
    assert [frame["seq"] for frame in heard[0]] == list(range(1, 81))
    assert sorted(frame["data"] for frame in heard[0]) == list(range(80))


def test_one_socket_carries_many_topics_and_lets_go_of_one(town: Town) -> None:
    phone = town.open()
    phone.subscribe("square:news")
    phone.subscribe("rooms:5:danmaku")
    assert phone.ask("unsubscribe", topic="square:news") == {"op": "unsubscribed", "topic": "square:news"}

    town.realtime.publish("square:news", "opened", 1)
    town.realtime.publish("rooms:5:danmaku", "said", "好看")

    assert phone.hear()["topic"] == "rooms:5:danmaku"
    assert phone.hears_nothing()


def test_only_members_hear_the_club_and_the_reason_is_told(town: Town) -> None:
    mei = town.sign_up("mei", account_id=1)
    town.set_member(7, 1, is_member=True)

    assert town.open(mei).ask("subscribe", topic="clubs:7:talk")["op"] == "subscribed"
    for phone, topic, code in [
        (town.open(mei), "clubs:8:talk", "forbidden"),
        (town.open(), "clubs:7:talk", "forbidden"),
        (town.open(mei), "clubs:9:talk", "not_found"),
        (town.open(mei), "clubs:seven:talk", "not_found"),
        (town.open(mei), "clubs::talk", "unknown_topic"),
        (town.open(mei), "clubs:7:talk:more", "unknown_topic"),
        (town.open(mei), "weather", "unknown_topic"),
        (town.open(mei), "", "unknown_topic"),
    ]:
        answer = phone.ask("subscribe", topic=topic)
        assert (answer["op"], answer["code"], answer["topic"]) == ("error", code, topic)
    town.realtime.publish("clubs:7:talk", "said", "only for us")


def test_what_nobody_has_registered_cannot_be_published(town: Town) -> None:
    with pytest.raises(UnknownTopic):
        town.realtime.publish("square:typo", "opened", 1)
    with pytest.raises(ValueError, match="twice"):
        town.realtime.authorise("square:news", lambda tx, viewer: True)
    assert town.realtime.patterns() == ["clubs:{club_id}:talk", "rooms:{room_id}:danmaku", "square:news"]


def test_who_comes_back_hears_what_was_missed_and_then_what_follows(town: Town) -> None:
    phone = town.open()
    position = phone.subscribe("square:news")
    town.realtime.publish("square:news", "lit", 1)
    assert phone.hear()["seq"] == 1
    phone.socket.close()
    town.realtime.publish("square:news", "lit", 2)
    town.realtime.publish("square:news", "lit", 3)

    again = town.open()
    answer = again.subscribe("square:news", epoch=position["epoch"], after=1)
    town.realtime.publish("square:news", "lit", 4)

    assert answer == {"op": "subscribed", "topic": "square:news", "epoch": position["epoch"], "seq": 3}
    assert [again.hear()["data"] for _ in range(3)] == [2, 3, 4]


def test_who_was_away_too_long_or_comes_from_another_epoch_is_told_to_reset(town: Town) -> None:
    watcher = town.open()
    epoch = watcher.subscribe("square:news")["epoch"]
    for n in range(RING_MESSAGES + 1):
        town.realtime.publish("square:news", "lit", n)

    for position in [
        {"epoch": epoch, "after": 0},
        {"epoch": epoch, "after": RING_MESSAGES + 2},
        {"epoch": epoch, "after": -1},
        {"epoch": "another", "after": RING_MESSAGES},
        {"after": RING_MESSAGES},
    ]:
        late = town.open()
        late.subscribe("square:news", **position)
        assert late.hear() == {"op": "reset", "topic": "square:news", "epoch": epoch, "seq": RING_MESSAGES + 1}
    just_in_time = town.open()
    just_in_time.subscribe("square:news", epoch=epoch, after=1)
    assert [just_in_time.hear()["seq"] for _ in range(RING_MESSAGES)] == list(range(2, RING_MESSAGES + 2))
    assert just_in_time.hears_nothing()


def test_large_messages_push_older_ones_out_of_the_memory(town: Town) -> None:
    watcher = town.open()
    epoch = watcher.subscribe("square:news")["epoch"]
    for _ in range(5):
        town.realtime.publish("square:news", "drawn", "x" * 100_000)
        watcher.hear()

    late = town.open()
    late.subscribe("square:news", epoch=epoch, after=2)
    assert late.hear()["op"] == "reset"


def test_a_topic_without_listeners_is_forgotten_after_a_while(town: Town, moment: Moment) -> None:
    first = town.open()
    epoch = first.subscribe("square:news")["epoch"]
    first.ask("unsubscribe", topic="square:news")
    assert town.realtime.stats.topics == 1
    moment.s += Limits().idle_topic_s + 1

    second = town.open()
    second.subscribe("rooms:5:danmaku")
    assert town.realtime.stats.topics == 1

    second.subscribe("square:news", epoch=epoch, after=0)
    assert second.hear()["op"] == "reset"


def test_a_topic_that_is_heard_again_in_time_stays(town: Town, moment: Moment) -> None:
    phone = town.open()
    phone.subscribe("square:news")
    phone.ask("unsubscribe", topic="square:news")
    phone.subscribe("square:news")
    moment.s += Limits().idle_topic_s + 1
    phone.subscribe("rooms:5:danmaku")

    town.realtime.publish("square:news", "opened", 1)

    assert phone.hear()["topic"] == "square:news"


def test_messages_of_a_busy_topic_are_merged_and_the_newest_of_a_key_wins(town: Town) -> None:
    phone = town.open()
    phone.subscribe("rooms:5:danmaku")
    town.realtime.publish("rooms:5:danmaku", "viewers", 1, key="count")
    assert phone.hear() == {"topic": "rooms:5:danmaku", "seq": 1, "event": "viewers", "data": 1}

    town.realtime.publish("rooms:5:danmaku", "viewers", 2, key="count")
    town.realtime.publish("rooms:5:danmaku", "said", "好看")
    town.realtime.publish("rooms:5:danmaku", "viewers", 3, key="count")
    town.realtime.publish("rooms:5:danmaku", "said", "好看")

    assert phone.hear() == {
        "topic": "rooms:5:danmaku",
        "seq": 2,
        "batch": [
            {"event": "said", "data": "好看"},
            {"event": "viewers", "data": 3},
            {"event": "said", "data": "好看"},
        ],
    }
    assert phone.hears_nothing()


def test_a_batch_goes_out_before_its_time_when_it_grows_large(town: Town) -> None:
    town.realtime.authorise("rooms:{room_id}:rush", anyone, merge_every_ms=3_600_000)
    phone = town.open()
    phone.subscribe("rooms:5:rush")
    for n in range(MERGED_AT_MOST + 2):
        town.realtime.publish("rooms:5:rush", "said", n)

    assert phone.hear()["data"] == 0
    assert len(phone.hear()["batch"]) == MERGED_AT_MOST


def test_the_first_message_after_a_quiet_time_does_not_wait(town: Town, moment: Moment) -> None:
    phone = town.open()
    phone.subscribe("rooms:5:danmaku")
    for n in range(3):
        town.realtime.publish("rooms:5:danmaku", "said", n)
        assert phone.hear()["data"] == n
        assert phone.hears_nothing()
        moment.s += 60
