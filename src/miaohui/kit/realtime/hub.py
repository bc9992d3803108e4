"""Knows all sockets and topics of this process."""

import asyncio
import logging
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.handlers import ASGIRouteHandler, asgi
from litestar.types import Receive, Scope, Send

from miaohui.kit.db import Database
from miaohui.kit.errors import Forbidden
from miaohui.kit.http.viewer import Authenticate, Viewer
from miaohui.kit.realtime.connection import SIGNED_OUT, SocketConnection
from miaohui.kit.realtime.frames import encode_passing
from miaohui.kit.realtime.logged_topic import REPLAYED_AT_ONCE, LogEntry, LoggedTopic, TopicLog
from miaohui.kit.realtime.rules import Allow, Rule, Rules, anyone
from miaohui.kit.realtime.server_protocol import SCOPE_EXTENSION, SocketProtocol
from miaohui.kit.realtime.topic import Topic
from miaohui.kit.siblings import NoSiblings, Siblings

log = logging.getLogger(__name__)

_TRY_AGAIN_LATER = 1013


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one process and one socket may hold."""

    sockets: int = 20_000
    topics_per_socket: int = 100
    frame_bytes: int = 4096
    frame_burst: int = 150
    """A device that comes back asks for all its topics at once."""
    frames_per_s: float = 10
    bad_frames: int = 10
    bad_frames_per_s: float = 0.1
    """Refused frames beyond these close the socket."""
    farewell_s: float = 5
    """How long a reader that does not read may hold up its own closing."""
    idle_topic_s: float = 120
    """How long a topic without listeners keeps its messages for somebody in a tunnel."""
    idle_topics: int = 10_000


@dataclass
class RealtimeStats:
    """Running totals since the process began, and what is there now; /metrics reads them."""

    sockets: int = 0
    topics: int = 0
    published: int = 0
    delivered: int = 0
    fell_behind: int = 0
    resets: int = 0


class Realtime:
    """The sockets of this process: who listens to what, and how a message gets there.

    `publish`, `pass_on`, `revoke` and `close_device` may be called from any thread; all else belongs to the loop.
    siblings: the other web processes, if there are any.
    """

    def __init__(
        self,
        *,
        db: Database,
        authenticate: Authenticate,
        limits: Limits | None = None,
        siblings: Siblings | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self.stats = RealtimeStats()
        self.now = now
        self._db = db
        self._authenticate = authenticate
        self._siblings = siblings or NoSiblings()
        self._rules = Rules()
        self._topics: dict[str, Topic | LoggedTopic] = {}
        self._idle_since: OrderedDict[str, float] = OrderedDict()
        self._sockets: set[SocketConnection] = set()
        self._by_account: defaultdict[int, set[SocketConnection]] = defaultdict(set)
        self._by_device: defaultdict[int, set[SocketConnection]] = defaultdict(set)
        self._revocations = 0
        self._errands: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_id = 0

    # --- for the product

    def authorise(self, pattern: str, allow: Allow, *, merge_every_ms: int = 0, log: TopicLog | None = None) -> None:
        """Register the topics of a pattern such as `videos:{video_id}:progress`.

        allow: `allow(tx, viewer, video_id=…)`, asked at each subscription; placeholders named `id` or
        `…_id` arrive as numbers, others as text. `anyone` opens the topic to all.
        merge_every_ms: 100–250 for what many hear: messages are gathered and sent as one frame.
        log: where the messages stand, for topics that can be continued after days. Then `publish` sends
        what passes, and whoever watches the log calls `publish_logged`.
        """
        self._rules.add(pattern, allow, merge_every_ms, log)

    def patterns(self) -> list[str]:
        """Return all registered patterns."""
        return self._rules.patterns()

    def publish(self, topic: str, event: str, data: Any, *, key: str | None = None) -> None:
        """Send a message to whoever listens to `topic` now, and keep it for who comes back soon.

        data: whatever msgspec encodes; it must not change afterwards where messages are merged.
        key: among merged messages of one event only the last with the same key is sent.
        Raises UnknownTopic for a topic that nobody has registered.
        """
        self._rules.find(topic)
        self._in_loop(lambda: self._publish(topic, event, data, key))

    def pass_on(self, topic: str, event: str, data: Any, *, but: Collection[int] = ()) -> None:
        """Send what is true only at this moment to who listens now, on whichever process, except these accounts.

        Nothing of it is numbered or kept. Raises UnknownTopic.
        """
        self._rules.find(topic)
        self._in_loop(lambda: self._pass_on(topic, event, data, but))

    def publish_logged(self, topic: str, entry: LogEntry) -> None:
        """Send an entry of a topic's log to who listens; call it in the loop, in the order of the numbers."""
        found = self._topics.get(topic)
        if isinstance(found, LoggedTopic):
            self.stats.published += 1
            self.stats.delivered += found.publish_logged(entry)

    def is_heard(self, topic: str) -> bool:
        """Return whether anybody listens to a topic on this process."""
        found = self._topics.get(topic)
        return found is not None and bool(found.listeners)

    def is_awaited(self, topic: str) -> bool:
        """Return whether anybody listens to a topic on this process, or did a moment ago and may come back."""
        return topic in self._topics

    async def is_connected(self, account_id: int) -> bool:
        """Return whether an account has a socket, on whichever process."""
        return account_id in self._by_account or await self._siblings.is_elsewhere(account_id)

    def revoke(self, topic: str, *, account_id: int) -> None:
        """Take the topic away from all sockets of an account that may not hear it any more.

        Call it after the commit that changes what the topic's rule answers.
        """
        self._in_loop(lambda: self._revoke(topic, account_id))

    def close_device(self, device_id: int) -> None:
        """Close all sockets of a device that has been signed out."""
        self._in_loop(lambda: self._close_device(device_id))

    # --- for the composition root

    async def start(self) -> None:
        """Bind to the running loop, and hear what passes on other processes."""
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        await self._siblings.start(self._hear_passing)

    async def stop(self) -> None:
        """Forget all topics and wait for the farewells under way; uvicorn closes the sockets itself."""
        for topic in self._topics.values():
            topic.end()
        self._topics.clear()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._siblings.stop()

    def route_handler(self, path: str = "/ws") -> ASGIRouteHandler:
        """Return the route; ViewerMiddleware stands before it, SocketProtocol below it."""

        @asgi(path, copy_scope=False)
        async def socket(scope: Scope, receive: Receive, send: Send) -> None:
            await self._serve(scope, receive, send)

        return socket

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.WEBSOCKET:
            headers = [(b"upgrade", b"websocket"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 426, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        extensions: Any = scope["extensions"] or {}
        protocol = extensions.get(SCOPE_EXTENSION)
        if not isinstance(protocol, SocketProtocol):
            raise TypeError("the server must be started with ws=SocketProtocol")
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        connection = SocketConnection(self, protocol, scope["state"]["viewer"], send)
        if len(self._sockets) >= self.limits.sockets:
            connection.close(_TRY_AGAIN_LATER, "full")
        else:
            self._remember(connection)
        try:
            await connection.serve(receive)
        finally:
            self.forget(connection)

    # --- for connections

    async def join(self, connection: SocketConnection, name: str) -> Topic | LoggedTopic | None:
        """Subscribe a connection; None if it closed meanwhile. Raises UnknownTopic, or why it may not hear."""
        rule, values = self._rules.find(name)
        if not await self._allowed(rule, connection.viewer, values):
            raise Forbidden
        if connection.closed:
            return None
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = self._new_topic(name, rule, values)
        self._idle_since.pop(name, None)
        topic.listeners.add(connection)
        connection.topics[name] = topic
        self._end_idle_topics()
        return topic

    async def log_head(self, topic: LoggedTopic) -> tuple[str, int]:
        """Return the epoch and the newest number of a topic's log."""
        return await self._db.read(topic.log.head, **topic.values)

    async def log_since(self, topic: LoggedTopic, after: int) -> Sequence[LogEntry] | None:
        """Return some of what follows number `after`; None if that cannot be continued."""
        return await self._db.read(topic.log.since, after=after, limit=REPLAYED_AT_ONCE, **topic.values)

    async def _allowed(self, rule: Rule, viewer: Viewer, values: dict[str, Any]) -> bool:
        if rule.allow is anyone:
            return True
        while True:
            asked_at = self._revocations
            allowed = await self._db.read(rule.allow, viewer, **values)
            # A revocation during the question could have come too late for the answer and too early for
            # the list of listeners: ask again.
            if self._revocations == asked_at:
                return allowed

    async def sign_in(self, connection: SocketConnection, token: str) -> bool:
        """Give a connection the session of a token; return whether there is one."""
        while True:
            asked_at = self._revocations
            session = await self._authenticate(token)
            if session is None:
                return False
            if self._revocations == asked_at:
                break
        if not connection.closed:
            self._sockets.discard(connection)
            viewer = connection.viewer
            connection.viewer = msgspec.structs.replace(viewer, person_id=session.account_id, session=session)
            self._remember(connection)
        return True

    def left(self, connection: SocketConnection, topic: Topic | LoggedTopic) -> None:
        """Take a connection off a topic's list."""
        topic.listeners.discard(connection)
        if not topic.listeners:
            self._idle_since[topic.name] = self.now()
            self._end_idle_topics()

    def forget(self, connection: SocketConnection) -> None:
        """Take a connection off all lists."""
        connection.closed = True
        for name in list(connection.topics):
            connection.leave(name)
        self._sockets.discard(connection)
        if connection.viewer.session is not None:
            account_id = connection.viewer.session.account_id
            if _discard(self._by_account, account_id, connection):
                self._siblings.went(account_id)
            _discard(self._by_device, connection.viewer.session.device_id, connection)
        self._count()

    def let_run(self, errand: Coroutine[Any, Any, None]) -> None:
        """Let a farewell or a replay run to its end."""
        # The loop keeps only weak references to tasks.
        task = asyncio.ensure_future(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    # --- inside the loop

    def _publish(self, name: str, event: str, data: Any, key: str | None) -> None:
        self.stats.published += 1
        topic = self._topics.get(name)
        # A topic that nobody has heard has no position that anybody could come back to.
        if topic is not None:
            self.stats.delivered += topic.publish(event, data, key)

    def _pass_on(self, name: str, event: str, data: Any, but: Collection[int]) -> None:
        self._hear_passing(name, event, data, but)
        self._siblings.pass_on(name, event, data, but)

    def _hear_passing(self, name: str, event: str, data: Any, but: Collection[int]) -> None:
        topic = self._topics.get(name)
        if topic is None:
            return
        frame = encode_passing(name, event, data)
        for connection in topic.listeners:
            if connection.viewer.account_id not in but:
                connection.deliver_passing(frame)
                self.stats.delivered += 1

    def _revoke(self, name: str, account_id: int) -> None:
        self._revocations += 1
        for connection in list(self._by_account.get(account_id, ())):
            if name in connection.topics:
                connection.leave(name)
                connection.reply("unsubscribed", topic=name, code=Forbidden.code)

    def _close_device(self, device_id: int) -> None:
        self._revocations += 1
        for connection in list(self._by_device.get(device_id, ())):
            connection.close(SIGNED_OUT, "signed out")

    def _remember(self, connection: SocketConnection) -> None:
        self._sockets.add(connection)
        if connection.viewer.session is not None:
            account_id = connection.viewer.session.account_id
            if account_id not in self._by_account:
                self._siblings.came(account_id)
            self._by_account[account_id].add(connection)
            self._by_device[connection.viewer.session.device_id].add(connection)
        self._count()

    def _new_topic(self, name: str, rule: Rule, values: dict[str, Any]) -> Topic | LoggedTopic:
        if rule.log is not None:
            return LoggedTopic(name, log=rule.log, values=values)
        loop = asyncio.get_running_loop()
        return Topic(name, merge_every_s=rule.merge_every_s, now=self.now, call_later=loop.call_later)

    def _end_idle_topics(self) -> None:
        """Forget topics that have been without listeners for long; the oldest first, so this is cheap."""
        horizon = self.now() - self.limits.idle_topic_s
        while self._idle_since:
            name, since = next(iter(self._idle_since.items()))
            if since > horizon and len(self._idle_since) <= self.limits.idle_topics:
                break
            del self._idle_since[name]
            self._topics.pop(name).end()
        self._count()

    def _count(self) -> None:
        self.stats.sockets = len(self._sockets)
        self.stats.topics = len(self._topics)

    def _in_loop(self, call: Callable[[], None]) -> None:
        if self._loop is None:
            raise RuntimeError("Realtime has not been started")
        if threading.get_ident() == self._thread_id:
            call()
        else:
            self._loop.call_soon_threadsafe(call)


def _discard(index: dict[int, set[SocketConnection]], key: int, connection: SocketConnection) -> bool:
    """Take a connection out; return whether it was the last one."""
    if key not in index:
        return False
    index[key].discard(connection)
    if not index[key]:
        del index[key]
        return True
    return False
