"""What the worker does for the conversations."""

from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute
from miaohui.talk.messaging.actions.prune import prune_leftovers, prune_logs
from miaohui.talk.messaging.own_export import conversations_for_export, message_files_for_export, messages_for_export

contribute("conversations", rows=conversations_for_export)
contribute("messages", rows=messages_for_export, files=message_files_for_export)


@job("messaging.prune")
def prune(context: JobContext) -> None:
    """Forget log entries older than a week, files that no message has named, and cursors of devices long gone."""
    while context.write(prune_logs) and not context.lost():
        pass
    context.finish(prune_leftovers)


@job("messaging.remove_file")
def remove_file(context: JobContext, *, key: str) -> None:
    """Remove a recalled or unused file from the disk."""
    context.blobs.delete_prefix(key)
