"""Note a file that came to this machine in another way than through the network."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.uploads.moves import move_upload
from miaohui.media.uploads.tables import upload


def bring_file(tx: Tx, *, upload_id: int, owner_id: int, size_bytes: int, filename: str) -> None:
    """Insert an upload that is complete and claimed by the caller's domain.

    Its file is there already, under the id that UploadFiles.bring has given.
    """
    row = {
        "id": upload_id,
        "owner_id": owner_id,
        "state": "complete",
        "size_bytes": size_bytes,
        "offset_bytes": size_bytes,
        "announced": "",
        "filename": filename[:255],
        "created_at": tx.now,
    }
    tx.execute(sa.insert(upload).values(row))
    move_upload(
        tx, upload_id=upload_id, from_state="complete", to_state="claimed", by_id=None, reason="brought by this machine"
    )
