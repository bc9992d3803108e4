"""People at one web process, or at two that share a Redis, are seen by each other and hear what passes."""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
import redis
import redis.asyncio

from miaohui.kit.realtime.hub import Realtime
from miaohui.kit.siblings import NoSiblings, Siblings, open_siblings
from miaohui.kit.siblings.redis_siblings import BEAT_S, GONE_AFTER_S, RedisSiblings
from miaohui.settings import Settings
from tests.kit.realtime.town import Town
from tests.redis_server import RedisServer, let_redis_pass_time, redis_is_here, redis_listeners

MEI, BO, HAO = 1, 2, 3
TALK = "clubs:7:talk"
QUICK_BEAT_S = 0.05
T = TypeVar("T")


class Towns:
    """Where Mei is, and where the others are. They share sessions, as all web processes do."""

    def __init__(self, here: Town, there: Town) -> None:
        self.here, self.there = here, there
        there.sessions = here.sessions
        for account_id in (MEI, BO, HAO):
            here.set_member(7, account_id, is_member=True)
        self.mei = here.sign_up("mei", account_id=MEI)
        self.bo = here.sign_up("bo", account_id=BO, device_id=2)
        self.hao = here.sign_up("hao", account_id=HAO, device_id=3)


@pytest.fixture
def prefix() -> str:
    return f"{{{secrets.token_hex(4)}}}:"


@pytest.fixture(params=["one process", "two processes on Redis"])
def towns(request: pytest.FixtureRequest, open_town: Callable[[Siblings], Town], prefix: str) -> Towns:
    if request.param == "one process":
        only = open_town(NoSiblings())
        return Towns(only, only)
    return _two(open_town, request.getfixturevalue("redis_url"), prefix)


@pytest.fixture
def apart(open_town: Callable[[Siblings], Town], redis_url: str, prefix: str) -> Towns:
    """Two processes, always."""
    return _two(open_town, redis_url, prefix)


def _two(open_town: Callable[[Siblings], Town], url: str, prefix: str) -> Towns:
    here, there = (open_town(RedisSiblings(url, prefix=prefix, beat_s=QUICK_BEAT_S)) for _ in range(2))
    # On a machine that is busy, a process may serve before it hears.
    eventually(lambda: redis_listeners(url, prefix) == 2)
    return Towns(here, there)


class Silent(redis.asyncio.client.PubSub):
    """A channel on which nobody speaks for long, twice; the second time Redis does not answer either."""

    def __init__(self, channel: redis.asyncio.client.PubSub, said: list[str]) -> None:
        super().__init__(channel.connection_pool)
        self._channel, self._said = channel, said
        self._answers = [True, False, True, False, False]

    async def get_message(self, ignore_subscribe_messages: bool = False, timeout: float | None = 0.0) -> Any:
        heard = await self._channel.get_message(timeout=30) if self._answers.pop(0) else None
        self._said.append(heard["type"] if heard else "silence")
        return heard

    async def ping(self, message: Any = None) -> bool:
        self._said.append("ping")
        return await self._channel.ping()


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """One that may go down."""
    if not redis_is_here():
        pytest.skip("Redis' server is not installed")
    with RedisServer() as server:
        yield server


# --- one process or two: the same


def test_who_has_a_socket_anywhere_is_seen_everywhere_until_the_last_one_closes(towns: Towns) -> None:
    assert not sees(towns.here, MEI)
    assert not sees(towns.there, MEI)
    phone, tablet, elsewhere = towns.here.open(towns.mei), towns.here.open(towns.mei), towns.there.open(towns.mei)
    for town in (towns.here, towns.there):
        eventually(lambda town=town: sees(town, MEI))
        assert not sees(town, BO)

    for socket, still in ((elsewhere, True), (phone, True), (tablet, False)):
        sockets = open_sockets(towns)
        socket.socket.close()
        eventually(lambda sockets=sockets: open_sockets(towns) < sockets)
        if still:
            assert sees(towns.here, MEI)
            assert sees(towns.there, MEI)
    eventually(lambda: not sees(towns.there, MEI))
    assert not sees(towns.here, MEI)


def test_who_signs_in_on_an_open_socket_is_seen_from_then_on(towns: Towns) -> None:
    phone = towns.here.open()
    assert not sees(towns.there, MEI)
    assert phone.ask("auth", token=towns.mei)["op"] == "authenticated"
    eventually(lambda: sees(towns.there, MEI))
    towns.here.realtime.close_device(1)
    eventually(lambda: not sees(towns.there, MEI))


def test_what_passes_is_heard_once_by_all_but_those_it_is_not_for(towns: Towns) -> None:
    mei, bo, hao = towns.here.open(towns.mei), towns.there.open(towns.bo), towns.there.open(towns.hao)
    for phone in (mei, bo, hao):
        phone.subscribe(TALK)

    towns.here.realtime.pass_on(TALK, "typing", {"person_id": "1"}, but={HAO})
    assert bo.hear() == {"topic": TALK, "event": "typing", "data": {"person_id": "1"}}
    towns.there.realtime.pass_on(TALK, "typing", {"person_id": "3"}, but=frozenset())

    assert hao.hear()["data"] == {"person_id": "3"}, "what was not for him has not come"
    assert bo.hear()["data"] == {"person_id": "3"}
    assert [mei.hear()["data"]["person_id"] for _ in range(2)] == ["1", "3"], "no echo of her own"
    assert all(phone.hears_nothing() for phone in (mei, bo, hao))


def test_what_passes_is_not_heard_by_whom_the_topic_was_taken_from(towns: Towns) -> None:
    bo, hao = towns.there.open(towns.bo), towns.there.open(towns.hao)
    for phone in (bo, hao):
        phone.subscribe(TALK)
    towns.there.realtime.revoke(TALK, account_id=BO)
    assert bo.hear()["op"] == "unsubscribed"
    towns.here.realtime.pass_on(TALK, "typing", {})
    assert hao.hear()["event"] == "typing"
    assert bo.hears_nothing()


def test_what_passes_reaches_nobody_who_comes_later(towns: Towns) -> None:
    bo, hao = towns.there.open(towns.bo), towns.there.open(towns.hao)
    bo.subscribe(TALK)
    towns.here.realtime.pass_on(TALK, "typing", {})
    assert bo.hear()["event"] == "typing"
    epoch = hao.subscribe(TALK)["epoch"]
    assert hao.subscribe(TALK, epoch=epoch, after=0)["seq"] == 0
    assert hao.hears_nothing()


def test_one_process_holds_a_task_and_keeps_it(towns: Towns) -> None:
    assert holds(towns.here)
    assert holds(towns.there) == (towns.there is towns.here)
    assert holds(towns.here)


def test_the_settings_decide_how_many_there_may_be(tmp_path: Path, redis_url: str) -> None:
    assert isinstance(open_siblings(Settings(data_dir=tmp_path)), NoSiblings)
    assert isinstance(open_siblings(Settings(data_dir=tmp_path, redis_url=redis_url)), RedisSiblings)


# --- two


def test_who_was_at_a_process_that_was_killed_is_gone_within_a_minute(
    apart: Towns, redis_url: str, prefix: str
) -> None:
    assert 2 * BEAT_S < GONE_AFTER_S <= 60
    apart.here.open(apart.mei)
    apart.there.open(apart.bo)
    eventually(lambda: sees(apart.there, MEI) and sees(apart.here, BO))
    assert holds(apart.here)
    killed = kill(apart.here)
    assert not holds(apart.there)

    ended = let_redis_pass_time(redis_url, prefix, 60)

    assert {f"{prefix}web:{killed}", f"{prefix}task:sweep"} <= ended
    assert not sees(apart.there, MEI)
    assert holds(apart.there)
    # Its own people were forgotten with the others, and are told anew.
    third = RedisSiblings(redis_url, prefix=prefix)
    try:
        eventually(lambda: run(apart.there, third.is_elsewhere(BO)))
        assert not run(apart.there, third.is_elsewhere(MEI))
    finally:
        run(apart.there, third.stop())


def test_a_process_that_stops_takes_leave(apart: Towns, redis_url: str, prefix: str) -> None:
    apart.here.open(apart.mei)
    eventually(lambda: sees(apart.there, MEI))
    assert holds(apart.here)
    run(apart.here, siblings_of(apart.here).stop())
    assert not sees(apart.there, MEI)
    assert holds(apart.there)


def test_while_redis_is_down_each_is_by_itself_and_afterwards_they_know_each_other_again(
    open_town: Callable[[Siblings], Town], own_redis: RedisServer
) -> None:
    towns = _two(open_town, own_redis.url, "{town}:")
    mei, bo = towns.here.open(towns.mei), towns.there.open(towns.bo)
    for phone in (mei, bo):
        phone.subscribe(TALK)
    eventually(lambda: sees(towns.there, MEI) and sees(towns.here, BO))

    own_redis.stop()
    assert sees(towns.here, MEI)
    assert not sees(towns.there, MEI)
    assert not holds(towns.here)
    towns.here.realtime.pass_on(TALK, "typing", "nobody is told of this later")
    assert mei.hear()["event"] == "typing"
    hao = towns.here.open(towns.hao)
    hao.subscribe(TALK)

    own_redis.start()
    eventually(lambda: sees(towns.there, MEI) and sees(towns.there, HAO) and sees(towns.here, BO))
    eventually(lambda: redis_listeners(own_redis.url, "{town}:") == 2)
    towns.here.realtime.pass_on(TALK, "typing", "again")
    assert bo.hear()["data"] == "again"
    assert holds(towns.here)


def test_a_silent_connection_is_asked_and_given_up_only_when_it_does_not_answer(redis_url: str, prefix: str) -> None:
    async def listen() -> list[str]:
        said: list[str] = []
        siblings = RedisSiblings(redis_url, prefix=prefix)
        async with redis.asyncio.Redis.from_url(redis_url) as client, client.pubsub() as channel:
            await channel.subscribe(f"{prefix}passing")
            with pytest.raises(redis.ConnectionError):
                await siblings.hear_all(Silent(channel, said), lambda *passed: None)
        await siblings.stop()
        return said

    assert asyncio.run(listen()) == ["subscribe", "silence", "ping", "pong", "silence", "ping", "silence"]


def test_what_another_release_says_stops_nothing(apart: Towns, redis_url: str, prefix: str) -> None:
    bo = apart.there.open(apart.bo)
    bo.subscribe(TALK)
    with redis.Redis.from_url(redis_url) as client:
        for words in (b"{}", b"?", msgspec.json.encode(["other", "no:such:topic", "typing", {}, []])):
            assert client.publish(f"{prefix}passing", words) == 2
    apart.here.realtime.pass_on(TALK, "typing", {})
    assert bo.hear()["event"] == "typing"


# ---


def loop_of(town: Town) -> asyncio.AbstractEventLoop:
    loop = town.realtime._loop
    assert loop is not None
    return loop


def run(town: Town, question: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(question, loop_of(town)).result(timeout=30)


def sees(town: Town, account_id: int) -> bool:
    return run(town, town.realtime.is_connected(account_id))


def siblings_of(town: Town) -> Siblings:
    realtime: Realtime = town.realtime
    return realtime._siblings


def holds(town: Town) -> bool:
    return run(town, siblings_of(town).hold("sweep", for_s=60))


def open_sockets(towns: Towns) -> int:
    return sum(town.realtime.stats.sockets for town in {id(one): one for one in (towns.here, towns.there)}.values())


def kill(town: Town) -> str:
    """Let a process fall silent, with nobody told; return its name."""
    siblings = siblings_of(town)
    assert isinstance(siblings, RedisSiblings)

    async def fall_silent() -> None:
        for task in siblings._tasks:
            task.cancel()
        await asyncio.gather(*siblings._tasks, return_exceptions=True)

    run(town, fall_silent())
    return siblings.name


def eventually(holds_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
