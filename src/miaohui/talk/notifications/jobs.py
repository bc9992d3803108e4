"""What the worker does for notifications."""

from miaohui.kit.jobs import JobContext, job


@job("notifications.push", max_attempts=8, backoff_s=10)
def push(context: JobContext, *, account_id: int) -> None:
    """Push what somebody has not seen yet to those of their devices that have not acknowledged it."""
