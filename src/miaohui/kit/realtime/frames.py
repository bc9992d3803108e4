"""What goes over the socket: JSON text frames in both directions, discriminated by `op`."""

from typing import Any

import msgspec
from websockets.frames import Frame, Opcode

_encode = msgspec.json.Encoder().encode


class Authenticate(msgspec.Struct, frozen=True, tag_field="op", tag="auth"):
    """Signs the socket in; for clients that cannot send a cookie or a header with the handshake."""

    token: str


class Subscribe(msgspec.Struct, frozen=True, tag_field="op", tag="subscribe"):
    """Asks for a topic; with `epoch` and `after` for what was missed since that message, too."""

    topic: str
    epoch: str | None = None
    after: int | None = None


class Unsubscribe(msgspec.Struct, frozen=True, tag_field="op", tag="unsubscribe"):
    """Lets go of a topic."""

    topic: str


class Ping(msgspec.Struct, frozen=True, tag_field="op", tag="ping"):
    """Asks for a sign of life; scripts in a page never see the protocol's own pings."""


ClientFrame = Authenticate | Subscribe | Unsubscribe | Ping
_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


def decode_client_frame(text: str) -> ClientFrame:
    """Return what a client asks for. Raises msgspec.DecodeError."""
    return _decoder.decode(text)


def encode_message(topic: str, seq: int, event: str, data: Any) -> bytes:
    """Return the frame of one published message, ready for the wire."""
    return frame_of(_encode({"topic": topic, "seq": seq, "event": event, "data": data}))


def encode_batch(topic: str, seq: int, messages: list[tuple[str, Any]]) -> bytes:
    """Return the frame of several messages that share one number, because they were merged."""
    batch = [{"event": event, "data": data} for event, data in messages]
    return frame_of(_encode({"topic": topic, "seq": seq, "batch": batch}))


def encode_passing(topic: str, event: str, data: Any) -> bytes:
    """Return the frame of a message without a number: whoever misses it misses nothing."""
    return frame_of(_encode({"topic": topic, "event": event, "data": data}))


def encode_reply(op: str, **members: Any) -> bytes:
    """Return the frame of an answer to one socket."""
    return frame_of(_encode({"op": op, **members}))


def frame_of(payload: bytes) -> bytes:
    """Return a text frame as a server sends it: whole, not masked, not compressed (RFC 6455, 5.2)."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)
