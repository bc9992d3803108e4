"""Take a complete upload over into another domain."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.media.uploads.access import access_upload
from miaohui.media.uploads.moves import move_upload
from miaohui.media.uploads.queries import Upload


class UploadIncomplete(Refusal):
    """Not all bytes have arrived. Data: offset_bytes, size_bytes."""

    code = "upload_incomplete"
    status = 409
    title = "The file has not arrived completely yet"


class UploadAlreadyUsed(Refusal):
    """The upload has been published before."""

    code = "upload_already_used"
    status = 409
    title = "This file has already been published"


def claim_upload(tx: Tx, *, upload_id: int, owner_id: int, reason: str) -> Upload:
    """Give a complete upload to the caller's domain: it expires no more and is claimed by nobody else.

    Raises NotFound, UploadGone, UploadIncomplete, UploadAlreadyUsed.
    """
    found = access_upload(tx, upload_id, owner_id=owner_id)
    if found.state == "receiving":
        raise UploadIncomplete(offset_bytes=found.offset_bytes, size_bytes=found.size_bytes)
    claimed = found.state == "complete" and move_upload(
        tx,
        upload_id=upload_id,
        from_state="complete",
        to_state="claimed",
        by_id=owner_id,
        reason=reason,
        expires_at=None,
    )
    if not claimed:
        raise UploadAlreadyUsed
    return found
