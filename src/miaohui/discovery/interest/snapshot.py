"""The state as bytes, and back.

A snapshot plus the acts observed after it equals the state of an engine that never stopped, bit for bit; equal
states give equal bytes. Layout: 4 magic bytes, CRC-32 of the rest, then MessagePack in which an array is
extension type 1 holding (dtype, shape, bytes). Rows are written as they stand in their shrinking units: converting them
would round.
"""

import os
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from miaohui.discovery.interest.answers import Counts
from miaohui.discovery.interest.arrays import NO_SLOTS
from miaohui.discovery.interest.engine import InterestEngine
from miaohui.discovery.interest.histories import history_dtype, item_history_dtype
from miaohui.discovery.interest.people import Person
from miaohui.discovery.interest.weights import Blend, Memory, fingerprint

MAGIC = b"MHI2"  # 2: postings and popularity boards by kind of item
ARRAY = 1
NUMBERS = ("clips", "base_clips", "clock_ms", "base_ms", "last_item", "watches", "paused")
ROWS = ("items", "tokens", "wishes", "seen", "hidden")


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
    engine.people.update(_people(state["people"], engine.memory))
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


def _people_state(people: dict[int, Person]) -> dict[str, Any]:
    persons = list(people.values())
    state: dict[str, Any] = {"ids": np.array(list(people), dtype=np.int64)}
    for name in NUMBERS:
        state[name] = np.array([getattr(person, name) for person in persons], dtype=np.int64)
    state["habit"] = np.array([person.habit for person in persons])
    for name in ROWS:
        state[f"{name}_lengths"] = np.array([len(getattr(person, name)) for person in persons], dtype=np.int64)
        state[name] = b"".join(getattr(person, name).tobytes() for person in persons)
    return state


def _people(state: dict[str, Any], memory: Memory) -> dict[int, Person]:
    horizons = len(memory.half_lives_clips) + 1
    dtypes: dict[str, np.dtype[Any]] = {
        "items": item_history_dtype(horizons),
        "tokens": history_dtype(horizons),
        "wishes": history_dtype(1),
        "seen": NO_SLOTS.dtype,
        "hidden": NO_SLOTS.dtype,
    }
    numbers = {name: state[name].tolist() for name in (*NUMBERS, "habit")}
    ends = {name: np.cumsum(state[f"{name}_lengths"] * dtypes[name].itemsize).tolist() for name in ROWS}
    starts = {name: [0, *ends[name][:-1]] for name in ROWS}
    people: dict[int, Person] = {}
    for place, person_id in enumerate(state["ids"].tolist()):
        person = people[person_id] = Person(memory, 0)
        for name, values in numbers.items():
            setattr(person, name, values[place])
        person.paused = bool(person.paused)
        for name in ROWS:
            if ends[name][place] > starts[name][place]:
                rows = bytearray(state[name][starts[name][place] : ends[name][place]])
                setattr(person, name, np.frombuffer(rows, dtype=dtypes[name]))
    return people


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
