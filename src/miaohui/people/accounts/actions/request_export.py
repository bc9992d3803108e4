"""Ask for a copy of one's data."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.access import access_proven_account
from miaohui.people.accounts.queries import DataExport, last_export
from miaohui.people.accounts.tables import data_export

_FRESH = timedelta(hours=24)


def request_export(tx: Tx, *, account_id: int, device_id: int) -> DataExport:
    """Stage the making of a copy; one that is under way, or less than a day old, is the answer itself.

    Raises ProofNeeded.
    """
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    last = last_export(tx, account_id)
    if last is not None and _will_do(tx, last):
        return last
    export_id = new_id()
    row = {"id": export_id, "account_id": account_id, "state": "queued", "requested_at": tx.now}
    tx.execute(sa.insert(data_export).values(row))
    stage_job(tx, "accounts.export", account_id=account_id, export_id=export_id)
    return DataExport(
        id=export_id, state="queued", requested_at=tx.now, ready_at=None, expires_at=None, size_bytes=None
    )


def _will_do(tx: Tx, last: DataExport) -> bool:
    return last.state == "queued" or (last.state == "ready" and tx.now - last.requested_at < _FRESH)
