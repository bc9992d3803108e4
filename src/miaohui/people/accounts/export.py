"""What goes into the copy of a person's data: each domain contributes its part by name.

A domain that keeps something of people calls `contribute` where its jobs are declared (its `jobs.py` is
imported by every process):

    contribute("comments", rows=comments_for_export)

and lists what `rows(tx, account_id)` yields, newest first or as it likes. One name is one file
`comments.json` in the archive.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from miaohui.kit.db import Tx

_NAME = re.compile(r"[a-z][a-z_]{1,39}")


class ExportedFile(msgspec.Struct, frozen=True):
    """A file that belongs to the person: its name in the archive, and its key in kit.blobs."""

    name: str
    key: str


Rows = Callable[[Tx, int], Iterable[Any]]
"""`rows(tx, account_id)`: whatever msgspec encodes, in the person's words rather than ours; may be a
generator, so that a year of watching need not fit into memory."""
Files = Callable[[Tx, int], Iterable[ExportedFile]]
"""`files(tx, account_id)`: what the person has uploaded; lies under `files/<name of the contribution>/`."""


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One domain's part."""

    name: str
    rows: Rows
    files: Files | None = None


_contributions: dict[str, Contribution] = {}


def contribute(name: str, *, rows: Rows, files: Files | None = None) -> None:
    """Add a part to every export from now on. Raises ValueError for a name that is taken or no name."""
    if name in _contributions or _NAME.fullmatch(name) is None:
        raise ValueError(f"cannot contribute {name!r} to the export")
    _contributions[name] = Contribution(name=name, rows=rows, files=files)


def contributions() -> tuple[Contribution, ...]:
    """Return all parts, by name."""
    return tuple(_contributions[name] for name in sorted(_contributions))
