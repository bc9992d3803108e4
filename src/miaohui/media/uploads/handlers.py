"""What uploads do about others' events."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.uploads.tables import upload
from miaohui.people.accounts.events import AccountDeleted


def discard_uploads(tx: Tx, event: AccountDeleted) -> None:
    """Discard all uploads of a deleted account, and forget how its files were called."""
    mine = upload.c.owner_id == event.account_id
    for upload_id in tx.scalars(sa.select(upload.c.id).where(mine, upload.c.state != "discarded")):
        discard_upload(tx, upload_id=upload_id, by_id=None, reason="the account was deleted")
    tx.execute(sa.update(upload).where(mine).values(filename="", announced=""))
