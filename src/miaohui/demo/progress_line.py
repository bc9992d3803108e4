"""Tells in the terminal how the town fills up."""

import threading
from typing import TextIO

from miaohui.demo.queries import Progress, planting_progress
from miaohui.kit.db import Database

_EVERY_S = 1.0
_STEP = 20
"""Without a terminal to rewrite a line in, one line for so many clips."""


def follow_planting(*, db: Database, out: TextIO, stop: threading.Event) -> None:
    """Write one line that grows until the town is complete or `stop` is set. Blocks; give it a thread."""
    told = -_STEP
    while True:
        progress = db.read_sync(planting_progress)
        step = 1 if out.isatty() else _STEP
        if progress.made >= told + step or progress.is_complete:
            told = progress.made
            out.write(_line(progress, rewrites=out.isatty()))
            out.flush()
        if progress.is_complete or stop.wait(_EVERY_S):
            return


def _line(progress: Progress, *, rewrites: bool) -> str:
    bar = "█" * round(20 * progress.made / max(1, progress.clips))
    text = f"the town fills up  {bar:·<20}  {progress.made} of {progress.clips} clips"
    if progress.is_complete:
        text = f"the town is complete: {progress.clips} clips, {progress.portrayed} people"
    if not rewrites:
        return f"{text}\n"
    return f"\r\x1b[K{text}" + ("\n" if progress.is_complete else "")
