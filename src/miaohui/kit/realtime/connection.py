"""One socket: what it may ask, how much, and how it keeps up."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from litestar.types import Receive, Send

from miaohui.kit.errors import Refusal
from miaohui.kit.http.viewer import Viewer
from miaohui.kit.rate_limits import Allowance
from miaohui.kit.realtime.frames import (
    Authenticate,
    ClientFrame,
    Ping,
    Subscribe,
    Unsubscribe,
    decode_client_frame,
    encode_message,
    encode_reply,
)
from miaohui.kit.realtime.logged_topic import LoggedTopic
from miaohui.kit.realtime.rules import UnknownTopic
from miaohui.kit.realtime.server_protocol import SocketProtocol
from miaohui.kit.realtime.topic import Topic

if TYPE_CHECKING:
    from miaohui.kit.realtime.hub import Realtime

POLICY_VIOLATION = 1008
SIGNED_OUT = 4401
"""Close codes: the first from RFC 6455 (7.4.1), the second ours, after HTTP's 401."""


class FrameRefused(Exception):
    """A frame was not accepted; the socket stays open unless it keeps happening.

    Not a Refusal: its codes belong to the socket's own language, docs/realtime.md.
    """

    def __init__(self, code: str, detail: str, *, topic: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.topic = topic


class _Place:
    """Where one socket stands in the log of one topic. live: at its end, and hears what is published."""

    __slots__ = ("live", "replaying", "seq")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.live = False
        self.replaying = True


class SocketConnection:
    """Answers the frames of one socket, one after the other, and receives what its topics publish.

    A reader that is too slow gets no queue of its own: while its transport is full, the connection only
    remembers the last number sent for each topic that moves on, and goes on from the topic's recent
    messages once there is room; where those do not reach back far enough, the client is told to reset.
    """

    __slots__ = (
        "_bad_frames",
        "_behind",
        "_frames",
        "_hub",
        "_places",
        "_protocol",
        "_send",
        "_write",
        "closed",
        "topics",
        "viewer",
    )

    def __init__(self, hub: "Realtime", protocol: SocketProtocol, viewer: Viewer, send: Send) -> None:
        limits = hub.limits
        self.viewer = viewer
        self.topics: dict[str, Topic | LoggedTopic] = {}
        self.closed = False
        self._hub = hub
        self._protocol = protocol
        self._write: Callable[[bytes], None] = protocol.write_frame
        self._send = send
        self._behind: dict[Topic, int] | None = None
        self._places: dict[LoggedTopic, _Place] = {}
        self._frames = Allowance(limits.frame_burst, limits.frames_per_s)
        self._bad_frames = Allowance(limits.bad_frames, limits.bad_frames_per_s)
        protocol.on_full = self._fall_behind
        protocol.on_drained = self._catch_up

    # --- what comes in

    async def serve(self, receive: Receive) -> None:
        """Answer frames until the socket closes."""
        while (message := await receive())["type"] == "websocket.receive":
            if self.closed:
                continue
            try:
                await self._answer(self._decode(message.get("text")))
            except FrameRefused as refused:
                self._refuse(refused)
            # Whoever does not read the answers is not asked for more questions.
            await self._protocol.writable.wait()

    def _decode(self, text: str | None) -> ClientFrame:
        if self._frames.spend(self._hub.now()) > 0:
            raise FrameRefused("too_many_frames", "Too many frames.")
        if text is None:
            raise FrameRefused("malformed_frame", "Frames are text.")
        if len(text) > self._hub.limits.frame_bytes:
            raise FrameRefused("frame_too_large", f"Frames have at most {self._hub.limits.frame_bytes} bytes.")
        try:
            return decode_client_frame(text)
        except msgspec.DecodeError as error:
            raise FrameRefused("malformed_frame", str(error)) from None

    async def _answer(self, frame: ClientFrame) -> None:
        match frame:
            case Subscribe():
                await self._subscribe(frame)
            case Unsubscribe():
                self.leave(frame.topic)
                self.reply("unsubscribed", topic=frame.topic)
            case Authenticate():
                await self._authenticate(frame)
            case Ping():
                self.reply("pong")

    def _refuse(self, refused: FrameRefused) -> None:
        topic = {} if refused.topic is None else {"topic": refused.topic}
        self.reply("error", code=refused.code, detail=refused.detail, **topic)
        if self._bad_frames.spend(self._hub.now()) > 0:
            self.close(POLICY_VIOLATION, "too many refused frames")

    async def _subscribe(self, frame: Subscribe) -> None:
        name = frame.topic
        if name not in self.topics and len(self.topics) >= self._hub.limits.topics_per_socket:
            raise FrameRefused("too_many_topics", "This socket has as many topics as it may.", topic=name)
        try:
            topic = await self._hub.join(self, name)
        except UnknownTopic:
            raise FrameRefused("unknown_topic", "There is no such topic.", topic=name) from None
        except Refusal as refusal:
            raise FrameRefused(refusal.code, refusal.detail or refusal.title, topic=name) from None
        if topic is None:
            return
        if isinstance(topic, LoggedTopic):
            await self._follow(topic, frame)
            return
        self.reply("subscribed", topic=name, epoch=topic.epoch, seq=topic.seq)
        if frame.epoch is None and frame.after is None:
            return
        missed = topic.since(frame.after or 0) if frame.epoch == topic.epoch else None
        if missed is None:
            self._reset(topic)
            return
        for seq, message in missed:
            self.deliver(topic, seq, message)

    async def _follow(self, topic: LoggedTopic, frame: Subscribe) -> None:
        epoch, head = await self._hub.log_head(topic)
        if self.topics.get(topic.name) is not topic:
            return
        self.reply("subscribed", topic=topic.name, epoch=epoch, seq=head)
        place = self._places[topic] = _Place(head)
        if frame.epoch is not None or frame.after is not None:
            if frame.epoch == epoch and 0 <= (frame.after or 0) <= head:
                place.seq = frame.after or 0
            else:
                self._start_afresh(topic, epoch, head)
        await self._replay(topic, place)

    async def _replay(self, topic: LoggedTopic, place: _Place) -> None:
        """Send what follows the socket's place until it stands at the end of the log, then let it hear."""
        place.replaying = True
        while True:
            await self._protocol.writable.wait()
            published = topic.seq
            entries = await self._hub.log_since(topic, place.seq)
            if self.closed or self._places.get(topic) is not place:
                return
            if entries is None:
                epoch, place.seq = await self._hub.log_head(topic)
                self._start_afresh(topic, epoch, place.seq)
                continue
            for entry in entries:
                self._write(encode_message(topic.name, entry.seq, entry.event, entry.data))
                place.seq = entry.seq
            # What has come in meanwhile, and was not in the answer, is asked for once more.
            if not entries and topic.seq == published:
                place.seq = max(place.seq, published)
                place.replaying, place.live = False, True
                return

    def _start_afresh(self, topic: LoggedTopic, epoch: str, seq: int) -> None:
        self._hub.stats.resets += 1
        self.reply("reset", topic=topic.name, epoch=epoch, seq=seq)

    async def _authenticate(self, frame: Authenticate) -> None:
        if self.viewer.session is not None:
            raise FrameRefused("already_authenticated", "This socket is signed in already.")
        if not await self._hub.sign_in(self, frame.token):
            raise FrameRefused("unauthenticated", "The token is not valid, or no longer.")
        if self.viewer.account_id is not None:
            self.reply("authenticated", account_id=str(self.viewer.account_id))

    # --- what goes out

    def reply(self, op: str, **members: object) -> None:
        """Send an answer to this socket alone."""
        if not self.closed:
            self._write(encode_reply(op, **members))

    def deliver(self, topic: Topic, seq: int, frame: bytes) -> None:
        """Pass on a message of a topic, or remember from where to go on later."""
        if self._behind is None:
            self._write(frame)
        else:
            self._behind.setdefault(topic, seq - 1)

    def deliver_logged(self, topic: LoggedTopic, seq: int, frame: bytes) -> None:
        """Pass on an entry of a log, unless the socket has it or must go back to the log for it."""
        place = self._places.get(topic)
        if place is None or not place.live or seq <= place.seq:
            return
        if self._behind is not None:
            place.live = False
            return
        place.seq = seq
        self._write(frame)

    def deliver_passing(self, frame: bytes) -> None:
        """Pass on what is true only now; who cannot keep up does without."""
        if self._behind is None:
            self._write(frame)

    def leave(self, name: str) -> None:
        """Let go of a topic, if the socket has it."""
        topic = self.topics.pop(name, None)
        if topic is not None:
            if isinstance(topic, LoggedTopic):
                self._places.pop(topic, None)
            elif self._behind is not None:
                self._behind.pop(topic, None)
            self._hub.left(self, topic)

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; nothing is delivered from now on."""
        if not self.closed:
            self._hub.forget(self)
            self._hub.let_run(self._farewell(code, reason))

    async def _farewell(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(self._hub.limits.farewell_s):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except TimeoutError:
            self._protocol.transport.abort()

    def _fall_behind(self) -> None:
        if self._behind is None:
            self._behind = {}
            self._hub.stats.fell_behind += 1

    def _catch_up(self) -> None:
        while self._behind:
            topic, last = next(iter(self._behind.items()))
            missed = topic.since(last)
            if missed is None:
                self._reset(topic)
            for seq, frame in missed or ():
                if not self._protocol.writable.is_set():
                    return
                self._write(frame)
                self._behind[topic] = seq
            del self._behind[topic]
        if self._protocol.writable.is_set():
            self._behind = None
            for logged, place in self._places.items():
                if not place.live and not place.replaying:
                    place.replaying = True
                    self._hub.let_run(self._replay(logged, place))

    def _reset(self, topic: Topic) -> None:
        self._hub.stats.resets += 1
        self.reply("reset", topic=topic.name, epoch=topic.epoch, seq=topic.seq)
