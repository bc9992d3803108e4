"""The three generic file formats, plain or gzip.

    sequences   `user item item …`, one person a line, in time order
    events      CSV with a header that names user, item, timestamp, event (the last two may be missing); without a
                header these four in this order
    split       two files of sequences, train and test: a folder with train.txt and test.txt, or `TRAIN,TEST`

Ids are any text; they become slots in order of first appearance. Separators may be blanks, tabs, commas or
semicolons. What cannot be read is refused with file and line; what is merely odd (an empty line, a person without
items, a byte-order mark, a repeated line for one person) is taken for what it means.
"""

import csv
import gzip
import itertools
import math
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.sequences import Ints, Sequences, sequences_of

SEPARATORS = str.maketrans(",;\t", "   ")
NAMES = {
    "user": ("user", "user_id", "userid", "visitorid", "uid", "person", "person_id"),
    "item": ("item", "item_id", "itemid", "iid", "video_id", "movie", "movie_id", "poi", "product_id"),
    "timestamp": ("timestamp", "time", "time_ms", "ts", "date", "minute"),
    "event": ("event", "event_type", "behavior", "behaviour", "action", "kind", "type"),
}


class UnreadableData(Exception):
    """A file that cannot be taken for what it was named. Tells where."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        # All three stay in args, so that it can come back from the process that read the file.
        super().__init__(path, line, reason)

    def __str__(self) -> str:
        path, line, reason = self.args
        return f"{path}, line {line}: {reason}" if line else f"{path}: {reason}"


LATEST_S = 1e11
"""Year 5138: larger numbers are milliseconds, or microseconds."""
SECONDS_IN = {"minute": 60.0, "time_ms": 1e-3}
"""A column's name tells its unit; all others are seconds, unless they are too large for it."""


class Split(msgspec.Struct, frozen=True, eq=False):
    """train, test: the same people in the same order, the same item slots."""

    train: Sequences
    test: Sequences


class Events(msgspec.Struct, frozen=True, eq=False):
    """Rows in time order (equal times in file order). people, items, at, kinds: (n_events,); names by slot.

    at: seconds; 0 for all where the file has no time, and then file order is time order.
    """

    people: Ints
    items: Ints
    at: npt.NDArray[np.float64]
    kinds: Ints
    kind_names: tuple[str, ...]
    people_names: tuple[str, ...]
    item_names: tuple[str, ...]

    @property
    def n_people(self) -> int:
        return len(self.people_names)

    @property
    def n_items(self) -> int:
        return len(self.item_names)

    def sequences(self, kinds: tuple[str, ...] | None = None) -> Sequences:
        """Everybody's items in time order; of these kinds only, where they are named."""
        wanted = np.ones(len(self.items), dtype=bool)
        if kinds is not None:
            numbers = [number for number, name in enumerate(self.kind_names) if name in kinds]
            wanted = np.isin(self.kinds, numbers)
        people, items = self.people[wanted], self.items[wanted]
        by_person = np.argsort(people, kind="stable")
        offsets = np.searchsorted(people[by_person], np.arange(self.n_people + 1)).astype(np.int64)
        return Sequences(items[by_person], offsets, self.n_items)

    def times(self) -> npt.NDArray[np.float64]:
        """Seconds of each event, (n_events,), in the order of `sequences()`."""
        return self.at[np.argsort(self.people, kind="stable")]

    def before(self, moment: float) -> Sequences:
        """Everybody's items before a moment in seconds; who has none yet has an empty past."""
        count = int(np.searchsorted(self.at, moment))
        return msgspec.structs.replace(self, people=self.people[:count], items=self.items[:count]).sequences()


class Slots(dict[str, int]):
    """Outside ids to slots, in order of first appearance."""

    def of(self, name: str) -> int:
        return self.setdefault(name, len(self))


def read_sequences(path: Path) -> Sequences:
    """This will read one `user item item …` line per person. A file of `user item` pairs is the same, regrouped."""
    return read_named_sequences(path)[0]


def read_named_sequences(path: Path) -> tuple[Sequences, tuple[str, ...]]:
    """The same, and the outside id of each item slot."""
    people, items, pasts = Slots(), Slots(), list[list[int]]()
    _gather(path, people, items, pasts)
    return sequences_of(pasts, len(items)), tuple(items)


def read_split(train: Path, test: Path) -> Split:
    """This will read train and test; people and items of either file are known to both."""
    people, items = Slots(), Slots()
    parts: list[list[list[int]]] = [[], []]
    for path, pasts in zip((train, test), parts, strict=True):
        _gather(path, people, items, pasts)
    for pasts in parts:
        pasts.extend([] for _ in range(len(people) - len(pasts)))
    return Split(*(sequences_of(pasts, len(items)) for pasts in parts))


def split_paths(path: Path) -> tuple[Path, Path]:
    """Train and test of a folder, or of `TRAIN,TEST`. Raises UnreadableData where they are not there."""
    if path.is_dir():
        train, test = (_first(path, part) for part in ("train", "test"))
        if train is None or test is None:
            raise UnreadableData(path, 0, "a split is a folder with train.txt and test.txt (plain or .gz)")
        return train, test
    parts = str(path).split(",")
    if len(parts) != 2:
        raise UnreadableData(path, 0, "a split is a folder with train.txt and test.txt, or TRAIN,TEST")
    return Path(parts[0]), Path(parts[1])


def read_events(path: Path) -> Events:
    """This will read a CSV and sort it by time. Without a header its columns are user, item, timestamp, event."""
    people, items, kinds = Slots(), Slots(), Slots()
    # Arrays of numbers, not rows of objects: two million events are 48 MiB, not 600.
    person, item, at, kind = array("i"), array("i"), array("d"), array("i")
    with _opened(path) as lines:
        numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
        first_number, first_line = next(numbered, (0, ""))
        if not first_line:
            raise UnreadableData(path, 0, "is empty")
        separator = max(",;\t", key=first_line.count)
        names = [name.strip().strip('"').lower() for name in next(csv.reader([first_line], delimiter=separator))]
        has_header = not _is_an_event(names)
        columns = {role: _column(names if has_header else list(NAMES), role) for role in NAMES}
        for role in ("user", "item"):
            if columns[role] is None:
                raise UnreadableData(path, first_number, f"the header names no {role} column: {', '.join(names)}")
        places = {role: place for role, place in columns.items() if place is not None and place < len(names)}
        rest = lines if has_header else itertools.chain([first_line], lines)
        before = first_number if has_header else first_number - 1
        for number, row in _rows(rest, separator, path, before):
            if len(row) < len(names):
                raise UnreadableData(path, number, f"{len(row)} columns where the first line has {len(names)}")
            values = {role: row[place].strip() for role, place in places.items()}
            person.append(people.of(_id(values["user"], path, number)))
            item.append(items.of(_id(values["item"], path, number)))
            at.append(_seconds(values.get("timestamp"), path, number))
            kind.append(kinds.of(values.get("event", "event")))
    if not person:
        raise UnreadableData(path, 0, "has a header and no rows")
    seconds = _in_seconds(np.asarray(at), names[columns["timestamp"]] if has_header and columns["timestamp"] else "")
    order = np.argsort(seconds, kind="stable")
    return Events(
        people=np.asarray(person, dtype=np.int32)[order],
        items=np.asarray(item, dtype=np.int32)[order],
        at=seconds[order],
        kinds=np.asarray(kind, dtype=np.int32)[order],
        kind_names=tuple(kinds),
        people_names=tuple(people),
        item_names=tuple(items),
    )


def _rows(lines: Iterator[str], separator: str, path: Path, before: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the number of the line that each ends on."""
    reader = csv.reader(lines, delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield before + reader.line_num, row
    except csv.Error as fault:
        raise UnreadableData(path, before + reader.line_num, f"is not a row of a CSV ({fault})") from None


def _is_an_event(cells: list[str]) -> bool:
    """Whether a first line is no header: it names no column, and has a time in the third place or two numbers."""
    if any(name in cells for names in NAMES.values() for name in names):
        return False
    if len(cells) == 2:
        return all(cell.isdigit() for cell in cells)
    if len(cells) == 4 and _is_number(cells[2]) and _is_number(cells[3]):
        return False  # user, item, rating, time, as many sets have it: to be told by a header, not guessed
    try:
        return len(cells) in {3, 4} and bool(cells[2]) and _seconds(cells[2].upper(), Path(), 1) is not None
    except UnreadableData:
        return False


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _gather(path: Path, people: Slots, items: Slots, pasts: list[list[int]]) -> None:
    with _opened(path) as lines:
        for line in lines:
            words = line.translate(SEPARATORS).split()
            if not words:
                continue
            person = people.of(words[0])
            while len(pasts) <= person:
                pasts.append([])
            pasts[person].extend(items.of(word) for word in words[1:])
    if not pasts:
        raise UnreadableData(path, 0, "is empty")


def lines_of(path: Path, encoding: str = "utf-8-sig") -> Iterator[str]:
    """Lines of a text file, plain or gzip. Raises UnreadableData."""
    with _opened(path, encoding) as lines:
        yield from lines


class _opened:
    """Lines of text of a file, plain or gzip (told by its first bytes, not by its name)."""

    def __init__(self, path: Path, encoding: str = "utf-8-sig") -> None:
        self.path, self.encoding = path, encoding

    def __enter__(self) -> Iterator[str]:
        try:
            with self.path.open("rb") as beginning:
                packed = beginning.read(2) == b"\x1f\x8b"
        except OSError as fault:
            raise UnreadableData(self.path, 0, fault.strerror or "cannot be opened") from fault
        opened = gzip.open if packed else open
        self.file = opened(self.path, "rt", encoding=self.encoding, newline="")
        return self._lines()

    def _lines(self) -> Iterator[str]:
        number = 0
        try:
            for line in self.file:
                number += 1
                yield line
        except (UnicodeDecodeError, EOFError, OSError) as fault:
            raise UnreadableData(self.path, number + 1, f"is not text or is cut off ({fault})") from fault

    def __exit__(self, *fault: object) -> None:
        self.file.close()


def _first(folder: Path, part: str) -> Path | None:
    return next((path for path in sorted(folder.glob(f"{part}*")) if path.is_file()), None)


def _column(names: list[str], role: str) -> int | None:
    return next((names.index(name) for name in NAMES[role] if name in names), None)


def _id(text: str, path: Path, line: int) -> str:
    if not text:
        raise UnreadableData(path, line, "an empty id")
    return text


def _in_seconds(at: npt.NDArray[np.float64], column: str) -> npt.NDArray[np.float64]:
    at = at * SECONDS_IN.get(column, 1.0)
    while np.abs(at).max() > LATEST_S:
        at = at / 1000.0
    return at


def _seconds(text: str | None, path: Path, line: int) -> float:
    if not text:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise UnreadableData(path, line, f"not a time: {text!r}") from None
        value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not math.isfinite(value):
        raise UnreadableData(path, line, f"not a time: {text!r}")
    return value


class Pairs(msgspec.Struct, frozen=True, eq=False):
    """people, wanted: (n,) slots; an item that was never seen before gets a slot after the known ones."""

    people: Ints
    wanted: Ints


def read_split_pairs(path: Path, known: Events) -> Pairs:
    """This will read `user,item` rows of people in `known`; people who are not there are left out."""
    rows = read_events(path)
    people = {name: slot for slot, name in enumerate(known.people_names)}
    items = Slots({name: slot for slot, name in enumerate(known.item_names)})
    found = [
        (people[rows.people_names[person]], items.of(rows.item_names[item]))
        for person, item in zip(rows.people.tolist(), rows.items.tolist(), strict=True)
        if rows.people_names[person] in people
    ]
    table = np.array(found, dtype=np.int32).reshape(-1, 2)
    return Pairs(table[:, 0], table[:, 1])


def read_table(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[np.float64]]:
    """This will read these number columns of a CSV or TSV with a header, (n_rows,) each; empty cells are 0."""
    with _opened(path) as lines:
        header = next(lines, "")
        separator = max(",;\t", key=header.count)
        places = [name.strip().strip('"') for name in header.strip("\r\n").split(separator)]
        missing = [name for name in names if name not in places]
        if missing:
            raise UnreadableData(path, 1, f"the header names no column {missing[0]}")
        wanted = [places.index(name) for name in names]
        rows = []
        for number, row in enumerate(csv.reader(lines, delimiter=separator), start=2):
            if not row:
                continue
            try:
                rows.append([float(row[place] or 0) for place in wanted])
            except (ValueError, IndexError):
                raise UnreadableData(path, number, "a cell is missing or not a number") from None
    table = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return {name: table[:, column] for column, name in enumerate(names)}
