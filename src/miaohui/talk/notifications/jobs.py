"""What the worker does for notifications."""

from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute
from miaohui.talk.notifications.actions.push_notices import give_up, go_on, note_pushed, plan_pushes
from miaohui.talk.notifications.actions.remove_notices import prune_notices
from miaohui.talk.notifications.own_export import notices_for_export, wishes_for_export
from miaohui.talk.notifications.push_service import Outcome, send

contribute("notices", rows=notices_for_export)
contribute("notice_wishes", rows=wishes_for_export)


class PushServiceUnreachable(Exception):
    """A push service did not take a message; it may, later."""


@job("notifications.push", max_attempts=8, backoff_s=10, lease_s=60, on_failure=give_up)
def push(context: JobContext, *, account_id: int) -> None:
    """Push what somebody has not seen yet to those of their devices that have not acknowledged it."""
    plan = context.db.read_sync(plan_pushes, account_id=account_id)
    unreached = 0
    for parcel in plan.parcels:
        outcome: Outcome = "sent"
        for payload in parcel.payloads:
            outcome = send(parcel.subscription, payload, settings=context.settings)
            if outcome != "sent":
                break
        unreached += outcome == "later"
        context.write(note_pushed, subscription_id=parcel.subscription.id, seq=parcel.seq, outcome=outcome)
    if unreached:
        raise PushServiceUnreachable(f"{unreached} of {len(plan.parcels)} devices")
    context.finish(go_on, account_id=account_id, plan=plan)


@job("notifications.prune", max_attempts=3)
def prune(context: JobContext) -> None:
    """Forget what people were told more than 90 days ago."""
    context.finish(prune_notices)
