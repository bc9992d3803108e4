"""The state as bytes, and back.

A snapshot plus the acts observed after it equals the state of an engine that never stopped, bit for bit; equal
states give equal bytes. Layout: 4 magic bytes, CRC-32 of the rest, then MessagePack in which an array is
extension type 1 holding (dtype, shape, bytes). People are written as they lie in memory at rest (packing.py), in their
shrinking units: converting them would round.
"""

import os
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from miaohui.discovery.interest.answers import Counts
from miaohui.discovery.interest.engine import InterestEngine
from miaohui.discovery.interest.people import People
from miaohui.discovery.interest.weights import Blend, Memory, fingerprint

MAGIC = b"MHI3"  # 2: postings and popularity boards by kind of item; 3: people as bytes
ARRAY = 1


class SnapshotUnreadable(Exception):
    """The bytes are no whole snapshot of this format, or were made under another Memory. Replay the log instead."""


def pack(engine: InterestEngine, *, position: int) -> bytes:
    """This will return the engine's state; `position` says up to where the caller's log of acts is contained."""
    n_items = len(engine.catalogue)
    body = _encoder.encode(
        {
            "memory": fingerprint(engine.memory),
            "position": position,
            "counts": msgspec.to_builtins(engine.counts),
            "catalogue": engine.catalogue.state(),
            "content": engine.content.state(n_items),
            "cooccurrence": engine.cooccurrence.state(n_items),
            "popularity": engine.popularity.state(n_items),
            "pool": engine.pool.state(n_items),
            "dwell": engine.dwell.state(),
            "people": _people_state(engine.people),
        }
    )
    return MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


def unpack(data: bytes, *, memory: Memory | None = None, blend: Blend | None = None) -> tuple[InterestEngine, int]:
    """This will rebuild the engine and tell the position that it stood at. Raises SnapshotUnreadable."""
    body = data[8:]
    if data[:4] != MAGIC or zlib.crc32(body).to_bytes(4, "big") != data[4:8]:
        raise SnapshotUnreadable("not a whole snapshot")
    state = _decoder.decode(body)
    engine = InterestEngine(memory=memory, blend=blend)
    if state["memory"] != fingerprint(engine.memory):
        raise SnapshotUnreadable("made under another Memory")
    engine.counts = msgspec.convert(state["counts"], Counts)
    engine.catalogue.restore(state["catalogue"])
    engine.content.restore(state["content"])
    engine.cooccurrence.restore(state["cooccurrence"])
    engine.popularity.restore(state["popularity"])
    engine.pool.restore(state["pool"])
    engine.dwell.restore(state["dwell"])
    _bring_back(state["people"], engine.people)
    return engine, state["position"]


def save(engine: InterestEngine, path: Path, *, position: int) -> None:
    """This will replace the file at `path` as one step: a crash leaves the old snapshot or the new one, whole."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        file.write(pack(engine, position=position))
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path, *, memory: Memory | None = None, blend: Blend | None = None) -> tuple[InterestEngine, int]:
    """This will read what `save` wrote. Raises SnapshotUnreadable, and FileNotFoundError where there is none."""
    return unpack(path.read_bytes(), memory=memory, blend=blend)


def _people_state(people: People) -> dict[str, Any]:
    ids, states = [], []
    for person_id, data in people.packed():
        ids.append(person_id)
        states.append(data)
    return {
        "ids": np.array(ids, dtype=np.int64),
        "lengths": np.array([len(data) for data in states], dtype=np.int64),
        "states": b"".join(states),
    }


def _bring_back(state: dict[str, Any], people: People) -> None:
    end = 0
    for person_id, length in zip(state["ids"].tolist(), state["lengths"].tolist(), strict=True):
        people.bring_back(person_id, state["states"][end : end + length])
        end += length


def _encode_array(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        plain = (value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes())
        return msgspec.msgpack.Ext(ARRAY, msgspec.msgpack.encode(plain))
    raise NotImplementedError(type(value))


def _decode_array(code: int, data: memoryview) -> Any:
    dtype, shape, content = msgspec.msgpack.decode(data)
    # A bytearray, so that the array owns memory it may write to.
    return np.frombuffer(bytearray(content), dtype=dtype).reshape(shape)


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_array)
_decoder = msgspec.msgpack.Decoder(ext_hook=_decode_array)
