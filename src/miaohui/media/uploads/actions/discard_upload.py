"""End an upload; its file is removed after."""

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.media.uploads.moves import move_upload
from miaohui.media.uploads.queries import upload_by_id


def discard_upload(tx: Tx, *, upload_id: int, by_id: int | None, reason: str) -> bool:
    """Mark an upload as over and have its file removed; return whether it was not over before.

    by_id: the account that gives it up, None for the server.
    """
    found = upload_by_id(tx, upload_id)
    if found is None or found.state == "discarded":
        return False
    moved = move_upload(
        tx,
        upload_id=upload_id,
        from_state=found.state,
        to_state="discarded",
        by_id=by_id,
        reason=reason,
        expires_at=None,
        discarded_at=tx.now,
    )
    if moved:
        stage_job(tx, "uploads.remove_file", unique_key=f"uploads.remove_file:{upload_id}", upload_id=upload_id)
    return moved
