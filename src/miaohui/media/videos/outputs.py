"""The folders of files that make a video: noted before they are written, seen when they are complete."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.media.videos.tables import video_output

Role = Literal["cover", "first", "ladder"]

STILL_WATCHED = timedelta(hours=1)
"""How long the files of a first copy stay once the ladder is there: somebody may be in the middle of it."""


def folder_key(video_id: int, output_id: int) -> str:
    """Return the prefix in kit.blobs of one output."""
    return f"videos/{video_id}/{output_id}"


def begin_output(tx: Tx, *, video_id: int, role: Role) -> int:
    """Note that files of a video will be written; returns the output's id."""
    output_id = new_id()
    row = {"id": output_id, "video_id": video_id, "role": role, "state": "writing", "begun_at": tx.now}
    tx.execute(sa.insert(video_output).values(row))
    return output_id


def put_output(blobs: Blobs, *, prefix: str, folder: Path) -> None:
    """Store every file of a folder under a prefix; a repetition does no harm."""
    for file in sorted(folder.iterdir()):
        blobs.put(f"{prefix}/{file.name}", file)


def keep_output(tx: Tx, *, output_id: int) -> None:
    """Mark an output as complete, and give up what earlier tries at the same have left.

    Belongs into the transaction that lets the video's row name the files.
    """
    kept = video_output.alias()
    tx.execute(sa.update(video_output).where(video_output.c.id == output_id).values(state="current"))
    same = sa.select(kept.c.video_id, kept.c.role).where(kept.c.id == output_id)
    others = sa.and_(
        sa.tuple_(video_output.c.video_id, video_output.c.role).in_(same),
        video_output.c.id != output_id,
        video_output.c.state != "retired",
    )
    _retire(tx, others, after=timedelta())


def retire_all_outputs(tx: Tx, *, video_id: int) -> None:
    """Give up all outputs of a video and have their files removed now, those too that were to stay a while."""
    _retire(tx, video_output.c.video_id == video_id, after=timedelta())


def retire_first_copy(tx: Tx, *, video_id: int) -> None:
    """Give up what played before the ladder; its files stay for who is in the middle of it."""
    first = sa.and_(video_output.c.role == "first", video_output.c.state != "retired")
    _retire(tx, sa.and_(video_output.c.video_id == video_id, first), after=STILL_WATCHED)


def retire_output(tx: Tx, *, output_id: int) -> None:
    """Give one output up and have its files removed."""
    this = sa.and_(video_output.c.id == output_id, video_output.c.state != "retired")
    _retire(tx, this, after=timedelta())


def retire_abandoned_outputs(tx: Tx, *, older_than: timedelta) -> None:
    """Give up what was begun long ago and never completed."""
    old = video_output.c.begun_at < tx.now - older_than
    _retire(tx, sa.and_(video_output.c.state == "writing", old), after=timedelta())


def forget_output(tx: Tx, *, output_id: int) -> None:
    """Delete the note of an output whose files are removed."""
    retired = sa.and_(video_output.c.id == output_id, video_output.c.state == "retired")
    tx.execute(sa.delete(video_output).where(retired))


def known_outputs(tx: Tx) -> set[str]:
    """Return the prefixes of all outputs that are noted, in whatever state."""
    rows = tx.execute(sa.select(video_output.c.video_id, video_output.c.id))
    return {folder_key(video_id, output_id) for video_id, output_id in rows}


def _retire(tx: Tx, where: sa.ColumnElement[bool], *, after: timedelta) -> None:
    for output_id, video_id in tx.execute(sa.select(video_output.c.id, video_output.c.video_id).where(where)).all():
        tx.execute(sa.update(video_output).where(video_output.c.id == output_id).values(state="retired"))
        stage_job(tx, "videos.remove_output", run_at=tx.now + after, video_id=video_id, output_id=output_id)
