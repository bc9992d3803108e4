"""What accounts do in the worker."""

import tempfile
from pathlib import Path

from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.actions.build_export import (
    complete_export,
    export_folder,
    export_key,
    fail_export,
    write_archive,
)
from miaohui.people.accounts.actions.erase_account import erase_account
from miaohui.people.accounts.actions.prune import expire_export, expired_exports, prune
from miaohui.people.accounts.avatars import remove_avatar
from miaohui.people.accounts.export import contribute
from miaohui.people.accounts.own_export import account_for_export, avatar_for_export, history_for_export

contribute("account", rows=account_for_export, files=avatar_for_export)
contribute("account_history", rows=history_for_export)


@job("accounts.export", max_attempts=3, lease_s=60, on_failure=fail_export)
def export_data(context: JobContext, *, account_id: int, export_id: int) -> None:
    """Make the archive that a person has asked for, and offer it for seven days."""
    key = export_key(account_id, export_id)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "export.zip"
        write_archive(context.db, context.blobs, account_id=account_id, target=archive, progress=context.progress)
        stored = context.blobs.put(key, archive, "application/zip")
    if not context.finish(complete_export, export_id=export_id, size_bytes=stored.size_bytes):
        # The account was erased meanwhile.
        context.blobs.delete(key)


@job("accounts.erase", max_attempts=20, backoff_s=60)
def erase(context: JobContext, *, account_id: int) -> None:
    """Erase an account whose week is over, rows first: then nobody adds a file while the files go."""
    if context.write(erase_account, account_id=account_id):
        context.blobs.delete_prefix(f"avatars/{account_id}")
        context.blobs.delete_prefix(export_folder(account_id))


@job("accounts.remove_avatar")
def remove_former_avatar(context: JobContext, *, avatar: str) -> None:
    """Remove a picture that its person has replaced or taken down."""
    remove_avatar(context.blobs, avatar)


@job("accounts.prune")
def prune_accounts(context: JobContext) -> None:
    """Let go of what has run out; scheduled hourly."""
    context.write(prune)
    for expired in context.db.read_sync(expired_exports):
        context.blobs.delete(export_key(expired.account_id, expired.id))
        context.write(expire_export, export_id=expired.id)
