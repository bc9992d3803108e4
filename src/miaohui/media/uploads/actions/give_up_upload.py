"""Give an upload up."""

from miaohui.kit.db import Tx
from miaohui.media.uploads.access import access_upload
from miaohui.media.uploads.actions.claim_upload import UploadAlreadyUsed
from miaohui.media.uploads.actions.discard_upload import discard_upload


def give_up_upload(tx: Tx, *, upload_id: int, owner_id: int) -> None:
    """Discard an upload that its owner does not want any more.

    Raises NotFound, UploadGone, UploadAlreadyUsed when it has become something that others see.
    """
    found = access_upload(tx, upload_id, owner_id=owner_id)
    if found.state == "claimed":
        raise UploadAlreadyUsed
    discard_upload(tx, upload_id=upload_id, by_id=owner_id, reason="given up")
