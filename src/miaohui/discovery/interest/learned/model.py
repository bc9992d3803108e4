"""What the file of a model says: neighbours, factors, weights and heads, over items by their outside ids."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.learned.file import FileUnreadable, map_arrays, write_arrays
from miaohui.discovery.interest.learned.heads import HEADS, Heads
from miaohui.discovery.interest.weights import Memory, fingerprint

Singles = npt.NDArray[np.float32]
ModelUnreadable = FileUnreadable

LIVE_TERMS = ("similar", "content", "popular", "fresh")
"""Terms that the engine has without a model; their weights here are factors on those of weights.Blend."""
NEIGHBOURS = ("item_item", "transitions", "ease")
"""Terms that are sums over neighbours of what was watched."""
SESSION = "session"
SPREAD = (*NEIGHBOURS, SESSION)
"""Terms that reach few items from a past, and are collected from there."""
SMOOTH = "low_pass"
LEARNED_TERMS = (*SPREAD, SMOOTH)
TERMS = (*LIVE_TERMS, *LEARNED_TERMS)
SESSION_WINDOW = 6
"""Events back that a moment is known by."""
SHORT_PAST = 5
"""Up to so many clips a person counts as hardly known, and the blend of short pasts holds."""
NO_MODEL_WEIGHTS = (1.0,) * len(LIVE_TERMS) + (0.0,) * len(LEARNED_TERMS)

# How each term reads a past: the shares of the histories over 1, 3, 12 and 50 clips and 3 days (weights.Memory).
HORIZONS: dict[str, tuple[float, ...]] = {
    # What one likes altogether.
    "item_item": (0.10, 0.15, 0.30, 0.35, 0.10),
    "ease": (0.05, 0.15, 0.30, 0.40, 0.10),
    "low_pass": (0.05, 0.15, 0.30, 0.40, 0.10),
    # What comes next: the last clip, and a little of the ones before it.
    "transitions": (0.65, 0.35, 0.0, 0.0, 0.0),
    # The last few together.
    "session": (0.30, 0.50, 0.20, 0.0, 0.0),
}


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a model beside its arrays.

    up_to: the caller's place in its log; weights_long, weights_short: of TERMS, for known and hardly known people;
    figures: what was measured on validation. defaults: the validation part was too small to choose anything.
    """

    version: str
    memory: str
    up_to: int
    fitted_at_ms: int
    n_events: int
    n_people: int
    weights_long: tuple[float, ...]
    weights_short: tuple[float, ...]
    figures: dict[str, float] = {}
    defaults: bool = False
    heads: dict[str, Heads] = {}
    """By kind of item."""
    content_tokens: tuple[str, ...] = ()
    """Labels of the rows of `content`."""


class Neighbours(msgspec.Struct, frozen=True, eq=False):
    """What row j says of others: rows[starts[j]:starts[j + 1]] with values, compressed sparse rows."""

    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    values: Singles


class Session(msgspec.Struct, frozen=True, eq=False):
    """Moments of the past by what went before: moments[starts[w j + b]:starts[w j + b + 1]], newest first, are those
    that met item j b + 1 events earlier, b < w = SESSION_WINDOW. followed_by: by moment, the row of what came then.

    A moment is somebody's: those of people[n] are the numbers from ends[n - 1] (from 0) to ends[n] - 1, so that whoever
    erases themselves is left out at once and not with the next fit.
    """

    starts: npt.NDArray[np.int64]
    moments: npt.NDArray[np.int32]
    followed_by: npt.NDArray[np.int32]
    people: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


SESSION_ARRAYS = ("starts", "moments", "followed_by", "people", "ends")


class LearnedModel(msgspec.Struct, frozen=True, eq=False):
    """ids: (n,) int64; an item's place in it is its row below. Rows stand in the order in which items came, not in that
    of their ids, so that renaming everything changes nothing.

    neighbours: by name of NEIGHBOURS; brought to a scale on which the terms compare. enter, leave: (n, rank) of the low-pass model. content: (n_tokens, rank), a token's part in `leave` of an
    item that nobody has watched yet. watchers: (n,) how many people's pasts hold the item. head_rates: (n, n_heads) float32, logit of each item's own smoothed rates.
    """

    notes: Notes
    ids: npt.NDArray[np.int64]
    neighbours: dict[str, Neighbours]
    session: Session | None
    enter: Singles
    leave: Singles
    content: Singles
    watchers: Singles
    head_rates: Singles

    @property
    def version(self) -> str:
        return self.notes.version

    def weights(self, *, clips: int) -> tuple[float, ...]:
        """The blend for somebody who has acted on so many clips."""
        return self.notes.weights_short if clips <= SHORT_PAST else self.notes.weights_long

    def with_notes(self, **changed: Any) -> "LearnedModel":
        return msgspec.structs.replace(self, notes=msgspec.structs.replace(self.notes, **changed))


def memory_of(memory: Memory) -> str:
    """What a model must agree upon with the engine that reads it."""
    return fingerprint(memory)


def pack_model(model: LearnedModel, path: Path) -> None:
    """This will write the model; rename the file into place afterwards."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "ids": model.ids,
        "enter": model.enter,
        "leave": model.leave,
        "content": model.content,
        "watchers": model.watchers,
        "head_rates": model.head_rates,
    }
    if model.session is not None:
        for name in SESSION_ARRAYS:
            arrays[f"session.{name}"] = getattr(model.session, name)
    for name, matrix in model.neighbours.items():
        arrays[f"{name}.starts"] = matrix.starts
        arrays[f"{name}.rows"] = matrix.rows
        arrays[f"{name}.values"] = matrix.values
    write_arrays(path, notes=model.notes, arrays=arrays)


def open_model(path: Path, *, memory: Memory | None = None, check: bool = True) -> LearnedModel:
    """This will map the file. Raises ModelUnreadable, also for a model that was fitted for another Memory."""
    raw, arrays = map_arrays(path, check=check)
    try:
        notes = msgspec.json.decode(raw, type=Notes)
        neighbours = {
            name: Neighbours(*(arrays[f"{name}.{part}"] for part in ("starts", "rows", "values")))
            for name in NEIGHBOURS
            if f"{name}.starts" in arrays
        }
        session = None
        if "session.starts" in arrays:
            session = Session(*(arrays[f"session.{name}"] for name in SESSION_ARRAYS))
        model = LearnedModel(
            notes=notes,
            ids=arrays["ids"],
            neighbours=neighbours,
            session=session,
            enter=arrays["enter"],
            leave=arrays["leave"],
            content=arrays["content"],
            watchers=arrays["watchers"],
            head_rates=arrays["head_rates"],
        )
    except (msgspec.DecodeError, KeyError, ValueError) as fault:
        raise ModelUnreadable(f"not a model of this release: {fault}") from fault
    if notes.memory != memory_of(memory or Memory()):
        raise ModelUnreadable("fitted under another Memory")
    sizes = (len(notes.weights_long), len(notes.weights_short), model.head_rates.shape[1])
    if sizes != (len(TERMS), len(TERMS), len(HEADS)):
        raise ModelUnreadable("its terms are others")
    return model
