"""Where an upload is fetched on somebody's behalf, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.media.uploads.queries import Upload, upload_by_id


class UploadGone(Refusal):
    """The upload was there and is no more: it expired, was given up, or has become something else."""

    code = "upload_gone"
    status = 410
    title = "This upload has expired or was given up; please begin again"


def access_upload(tx: Tx, upload_id: int, *, owner_id: int) -> Upload:
    """Return an upload to the person whose it is.

    Raises NotFound if there is none or it is another's, UploadGone if it is over.
    """
    found = upload_by_id(tx, upload_id)
    if found is None or found.owner_id != owner_id:
        raise NotFound
    if found.is_gone(tx.now):
        raise UploadGone
    return found
