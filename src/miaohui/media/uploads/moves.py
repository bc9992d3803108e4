"""Moves an upload between its states and leaves a row of it."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.media.uploads.states import MOVES, UploadState
from miaohui.media.uploads.tables import upload, upload_move


def move_upload(
    tx: Tx,
    *,
    upload_id: int,
    from_state: UploadState,
    to_state: UploadState,
    by_id: int | None,
    reason: str,
    **changes: Any,
) -> bool:
    """Move an upload that still is in `from_state`; return False, with nothing changed, if it is not.

    changes: further columns to set. Raises ValueError for a move that `MOVES` does not permit.
    """
    if to_state not in MOVES[from_state]:
        raise ValueError(f"an upload does not go from {from_state} to {to_state}")
    here = sa.and_(upload.c.id == upload_id, upload.c.state == from_state)
    if tx.changed(sa.update(upload).where(here).values(state=to_state, **changes)) == 0:
        return False
    tx.execute(
        sa.insert(upload_move).values(
            id=new_id(),
            upload_id=upload_id,
            from_state=from_state,
            to_state=to_state,
            by_id=by_id,
            reason=reason,
            moved_at=tx.now,
        )
    )
    return True
