"""A topic whose crowd takes long to tell: it is told less often, and then all at once."""

from collections.abc import Callable

import msgspec

from miaohui.kit.realtime.topic import Topic
from tests.kit.realtime.town import Moment


class Timer:
    def __init__(self, wait_s: float, call: Callable[[], object]) -> None:
        self.wait_s = wait_s
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Timers that go off when a test says so."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def call_later(self, wait_s: float, call: Callable[[], object]) -> Timer:
        self.timers.append(Timer(wait_s, call))
        return self.timers[-1]

    def next_round(self) -> None:
        """Run what was to run at once; what waits longer stays."""
        due = [one for one in self.timers if one.wait_s == 0]
        self.timers = [one for one in self.timers if one.wait_s > 0 and not one.cancelled]
        for one in due:
            one.call()
        self.timers = [one for one in self.timers if not one.cancelled]


class Crowd:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def deliver(self, topic: Topic, seq: int, frame: bytes) -> None:
        said = msgspec.json.decode(frame[frame.index(b"{") :])
        self.heard.append(said.get("data") or [one["data"] for one in said["batch"]])


def test_a_crowd_that_takes_long_to_tell_rests_as_long() -> None:
    moment, loop, crowd = Moment(), Loop(), Crowd()
    topic = Topic("square:news", merge_every_s=0.2, now=moment, call_later=loop.call_later)
    topic.listeners.add(crowd)
    topic.publish("said", "one", None)
    moment.s += 0.5  # so long the loop wrote
    loop.next_round()

    topic.publish("said", "two", None)
    topic.publish("said", "three", None)
    [timer] = loop.timers
    assert (crowd.heard, round(timer.wait_s, 6)) == (["one"], 0.5)

    moment.s += timer.wait_s
    timer.call()
    assert crowd.heard == ["one", ["two", "three"]]


def test_what_came_while_the_crowd_was_told_waits_for_the_rest_too() -> None:
    moment, loop, crowd = Moment(), Loop(), Crowd()
    topic = Topic("square:news", merge_every_s=0.2, now=moment, call_later=loop.call_later)
    topic.listeners.add(crowd)
    topic.publish("said", "one", None)
    topic.publish("said", "two", None)
    moment.s += 0.5
    loop.next_round()

    assert [round(one.wait_s, 6) for one in loop.timers] == [0.5]


def test_a_crowd_that_is_told_quickly_hears_as_often_as_it_may() -> None:
    moment, loop, crowd = Moment(), Loop(), Crowd()
    topic = Topic("square:news", merge_every_s=0.2, now=moment, call_later=loop.call_later)
    topic.listeners.add(crowd)
    topic.publish("said", "one", None)
    moment.s += 0.05
    loop.next_round()
    topic.publish("said", "two", None)

    assert [round(one.wait_s, 6) for one in loop.timers] == [0.15]
