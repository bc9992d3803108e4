"""Web processes that know of each other through Redis.

Each has a set of the accounts that are connected to it, and all have one set of their names. Every key ends by itself
unless its process shows signs of life: kill -9 leaves nothing behind. What passes goes over one channel and is
nowhere kept.
"""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import msgspec
import redis.asyncio
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript

from miaohui.kit.bell import Bell
from miaohui.kit.siblings.contract import Hear, Siblings

log = logging.getLogger(__name__)

PREFIX = "{miaohui.siblings}:"
BEAT_S = 10.0
GONE_AFTER_S = 30.0
"""Two signs of life may be lost, or a loop be held up for so long, before people are taken for gone."""
_ANSWER_S = 1.0
_AGAIN_S = 1.0
_START_S = 3.0
_LATE_S = 0.01
"""So that a beat is due when its timer ends."""
_SILENCE_S = 10.0
_UNSAID_AT_MOST = 10_000

_IS_ELSEWHERE = """
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if name ~= ARGV[1] then
    local there = KEYS[1] .. ':' .. name
    if redis.call('SISMEMBER', there, ARGV[2]) == 1 then return 1 end
    if redis.call('EXISTS', there) == 0 then redis.call('SREM', KEYS[1], name) end
  end
end
return 0
"""
"""Who has nobody connected is left out until it tells of somebody, and so are those that were killed."""
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class _Said(msgspec.Struct, frozen=True, array_like=True):
    sender: str
    topic: str
    event: str
    data: msgspec.Raw
    but: frozenset[int]


_encode = msgspec.json.Encoder().encode
_said = msgspec.json.Decoder(_Said)


class RedisSiblings(Siblings):
    """While Redis cannot be reached, this process is by itself; once it can, it tells all anew.

    gone_after_s: how long after its last sign of life a process and its people are taken for gone.
    """

    def __init__(
        self, url: str, *, prefix: str = PREFIX, beat_s: float = BEAT_S, gone_after_s: float = GONE_AFTER_S
    ) -> None:
        self.name = secrets.token_hex(8)
        self._redis = redis.asyncio.Redis.from_url(
            url, socket_timeout=_ANSWER_S, socket_connect_timeout=_ANSWER_S, retry=Retry(NoBackoff(), 1)
        )
        self._names = f"{prefix}web"
        self._accounts = f"{prefix}web:{self.name}"
        self._channel = f"{prefix}passing"
        self._task_prefix = f"{prefix}task:"
        self._beat_s = beat_s
        self._gone_after_ms = round(gone_after_s * 1000)
        self._is_elsewhere = self._redis.register_script(_IS_ELSEWHERE)
        self._hold = self._redis.register_script(_HOLD)
        self._let_go = self._redis.register_script(_LET_GO)
        self._here: set[int] = set()
        self._changed: set[int] = set()
        self._is_told = False
        """Whether Redis has our set as it was before what changed since."""
        self._next_beat = 0.0
        self._unsaid: deque[bytes] = deque(maxlen=_UNSAID_AT_MOST)
        self._held: set[str] = set()
        self._is_lost = False
        self._listening = asyncio.Event()
        self._bell: Bell | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, hear: Hear) -> None:
        self._bell = Bell()
        self._tasks = [
            asyncio.create_task(self._listen(hear), name="hear siblings"),
            asyncio.create_task(self._tell(self._bell), name="tell siblings"),
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(_START_S):
                await self._listening.wait()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            for task_name in self._held:
                await self._let_go(keys=[self._task_prefix + task_name], args=[self.name])
            await self._redis.delete(self._accounts)
        except redis.RedisError as fault:
            self._lose(fault)
        await self._redis.aclose()

    def came(self, account_id: int) -> None:
        self._here.add(account_id)
        self._note(account_id)

    def went(self, account_id: int) -> None:
        self._here.discard(account_id)
        self._note(account_id)

    async def is_elsewhere(self, account_id: int) -> bool:
        return await self._ask(self._is_elsewhere, self._names, account_id)

    def pass_on(self, topic: str, event: str, data: Any, but: Collection[int]) -> None:
        if self._bell is not None:
            said = _Said(self.name, topic, event, msgspec.Raw(_encode(data)), frozenset(but))
            self._unsaid.append(_encode(said))
            self._bell.ring()

    async def hold(self, task: str, *, for_s: float) -> bool:
        held = await self._ask(self._hold, self._task_prefix + task, round(for_s * 1000))
        (self._held.add if held else self._held.discard)(task)
        return held

    async def _ask(self, question: AsyncScript, key: str, about: int) -> bool:
        try:
            return bool(await question(keys=[key], args=[self.name, about]))
        except redis.RedisError as fault:
            self._lose(fault)
            return False

    # --- telling

    def _note(self, account_id: int) -> None:
        self._changed.add(account_id)
        if self._bell is not None:
            self._bell.ring()

    async def _tell(self, bell: Bell) -> None:
        while True:
            try:
                while await self._tell_news():
                    pass
            except redis.RedisError as fault:
                # Nobody knows what of it has arrived.
                self._is_told = False
                self._lose(fault)
                await asyncio.sleep(_AGAIN_S)
                # Whoever was typing meanwhile has long sent it.
                self._unsaid.clear()
            else:
                await bell.wait(at_most_s=max(self._next_beat - time.monotonic(), 0) + _LATE_S)

    async def _tell_news(self) -> bool:
        """Say all that is new in one round trip; return whether something has to be told again."""
        said = self._redis.pipeline()
        while self._unsaid:
            said.publish(self._channel, self._unsaid.popleft())
        is_beat = self._next_beat <= time.monotonic()
        if not (is_beat or self._changed or not self._is_told):
            await said.execute()
            return False
        if self._is_told:
            changed = self._changed
        else:
            changed = set(self._here)
            said.delete(self._accounts)
        self._changed = set()
        if come := changed & self._here:
            said.sadd(self._accounts, *come)
        if gone := changed - self._here:
            said.srem(self._accounts, *gone)
        said.pexpire(self._accounts, self._gone_after_ms)
        said.sadd(self._names, self.name)
        said.pexpire(self._names, self._gone_after_ms)
        said.scard(self._accounts)
        number = len(self._here)
        answers = await said.execute()
        self._next_beat = time.monotonic() + self._beat_s
        # Another number: Redis began anew, or we were silent for too long.
        self._is_told = answers[-1] == number
        self._find()
        return not self._is_told

    # --- hearing

    async def _listen(self, hear: Hear) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    await self.hear_all(channel, hear)
            except redis.RedisError as fault:
                self._lose(fault)
            self._listening.set()
            await asyncio.sleep(_AGAIN_S)

    async def hear_all(self, channel: PubSub, hear: Hear) -> None:
        """Hear until the connection ends, or leaves a question unanswered. Raises redis.ConnectionError."""
        is_asked = False
        while True:
            heard = await channel.get_message(timeout=_SILENCE_S)
            if heard is not None:
                is_asked = False
                self._listening.set()
                if heard["type"] == "message":
                    self._take(heard["data"], hear)
            elif is_asked:
                raise redis.ConnectionError("no answer on the channel")
            else:
                # A connection whose other side has vanished looks like one on which nobody speaks.
                await channel.ping()
                is_asked = True

    def _take(self, data: bytes, hear: Hear) -> None:
        try:
            said = _said.decode(data)
        except msgspec.DecodeError:
            log.warning("another release said what this one does not understand")
            return
        if said.sender == self.name:
            return
        try:
            hear(said.topic, said.event, said.data, said.but)
        except Exception:
            # As with a push of our own: one that fails must not keep us from hearing the next.
            log.exception("what passed could not be handed on")

    # --- whether Redis is there

    def _lose(self, fault: redis.RedisError) -> None:
        if not self._is_lost:
            self._is_lost = True
            log.warning("Redis cannot be reached, this process knows nothing of the others: %s", fault)

    def _find(self) -> None:
        if self._is_lost:
            self._is_lost = False
            log.warning("Redis is back, and knows who is connected here")
