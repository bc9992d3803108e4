"""One file of named arrays, read by memory map.

    8 bytes  magic "MHL1" and the length of the header
    header   JSON: what the writer notes, and of each array its dtype, shape, place and CRC-32
    arrays   each beginning at a multiple of 64 bytes

One file and not a folder, since one rename then makes all of it visible. Readers share its pages through the
kernel's cache: several processes hold it once, and one that was replaced stays readable to whoever has it mapped.
"""

import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

MAGIC = b"MHL1"
ALIGNED = 64

Array = npt.NDArray[Any]


class FileUnreadable(Exception):
    """The bytes are no whole file of this kind."""


class _Place(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    offset: int
    crc: int


class _Header(msgspec.Struct, frozen=True):
    notes: msgspec.Raw
    arrays: dict[str, _Place]


def write_arrays(path: Path, *, notes: Any, arrays: Mapping[str, Array]) -> None:
    """This will write the file. Visible and durable it is only once the caller has renamed it into place."""
    places, offset = {}, 0
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, array in whole.items():
        places[name] = _Place(array.dtype.str, array.shape, offset, zlib.crc32(array.tobytes()))
        offset += -(-array.nbytes // ALIGNED) * ALIGNED
    header = msgspec.json.encode(_Header(msgspec.Raw(msgspec.json.encode(notes)), places))
    header += b" " * (-(len(header) + 8) % ALIGNED)
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(4, "little") + header)
        for array in whole.values():
            file.write(array.tobytes())
            file.write(b"\0" * (-array.nbytes % ALIGNED))


def map_arrays(path: Path, *, check: bool = True) -> tuple[bytes, dict[str, Array]]:
    """This will return the notes (JSON) and the arrays, read-only views of the mapped file.

    check: compare the checksums, which reads the file once (0.3 s a GB). Raises FileUnreadable.
    """
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as fault:
            raise FileUnreadable("empty") from fault
    start = 8 + int.from_bytes(mapped[4:8], "little")
    if mapped[:4] != MAGIC or len(mapped) < start:
        raise FileUnreadable("no file of arrays")
    try:
        header = msgspec.json.decode(mapped[8:start], type=_Header)
    except msgspec.DecodeError as fault:
        raise FileUnreadable("its header cannot be read") from fault
    arrays: dict[str, Array] = {}
    for name, place in header.arrays.items():
        dtype = np.dtype(place.dtype)
        count = int(np.prod(place.shape))
        if len(mapped) < start + place.offset + count * dtype.itemsize:
            raise FileUnreadable(f"{name} is cut off")
        begin, end = start + place.offset, start + place.offset + count * dtype.itemsize
        if check and zlib.crc32(memoryview(mapped)[begin:end]) != place.crc:
            raise FileUnreadable(f"{name} has changed")
        arrays[name] = np.frombuffer(mapped, dtype, count, begin).reshape(place.shape)
    return bytes(header.notes), arrays
