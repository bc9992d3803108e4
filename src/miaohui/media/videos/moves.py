"""Moves a video, or its ladder, between states and leaves a row of it."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.media.videos.states import LADDER_MOVES, VIDEO_MOVES, LadderState, VideoState
from miaohui.media.videos.tables import video, video_move


def move_video(
    tx: Tx,
    *,
    video_id: int,
    from_state: VideoState,
    to_state: VideoState,
    by_id: int | None,
    reason: str,
    **changes: Any,
) -> bool:
    """Move a video that still is in `from_state`; return False, with nothing changed, if it is not.

    changes: further columns to set. Raises ValueError for a move that VIDEO_MOVES does not permit.
    """
    if to_state not in VIDEO_MOVES[from_state]:
        raise ValueError(f"a video does not go from {from_state} to {to_state}")
    here = sa.and_(video.c.id == video_id, video.c.state == from_state)
    if tx.changed(sa.update(video).where(here).values(state=to_state, **changes)) == 0:
        return False
    _note(tx, video_id=video_id, what="video", from_state=from_state, to_state=to_state, by_id=by_id, reason=reason)
    return True


def move_ladder(
    tx: Tx, *, video_id: int, from_state: LadderState, to_state: LadderState, reason: str, **changes: Any
) -> bool:
    """Move a video's ladder that still is in `from_state`; return False, with nothing changed, if it is not.

    changes: further columns to set. Raises ValueError for a move that LADDER_MOVES does not permit.
    """
    if to_state not in LADDER_MOVES[from_state]:
        raise ValueError(f"a ladder does not go from {from_state} to {to_state}")
    here = sa.and_(video.c.id == video_id, video.c.ladder == from_state)
    if tx.changed(sa.update(video).where(here).values(ladder=to_state, **changes)) == 0:
        return False
    _note(tx, video_id=video_id, what="ladder", from_state=from_state, to_state=to_state, by_id=None, reason=reason)
    return True


def _note(tx: Tx, *, reason: str, **row: Any) -> None:
    tx.execute(sa.insert(video_move).values(id=new_id(), reason=reason[:400], moved_at=tx.now, **row))
