"""What the worker does for notifications."""

from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, PermanentJobFailure, job, stage_job
from miaohui.kit.signing import Signer
from miaohui.people.accounts.export import contribute
from miaohui.talk.notifications.actions.push_notices import (
    give_up,
    go_on,
    note_pushed,
    plan_pushes,
    plan_urgent,
    try_urgent_again,
)
from miaohui.talk.notifications.actions.remove_notices import prune_notices
from miaohui.talk.notifications.letters import accounts_to_write_to, compose_letter, note_letter
from miaohui.talk.notifications.mails import MailNotSent, mail_sender
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


@job("notifications.push_urgent", max_attempts=3, backoff_s=2, lease_s=60)
def push_urgent(context: JobContext, *, account_id: int, notice_id: int, left: list[int] | None = None) -> None:
    """Push at once what is worth nothing later, such as a ring."""
    parcels = context.db.read_sync(plan_urgent, account_id=account_id, notice_id=notice_id, left=left)
    unreached = []
    for parcel in parcels:
        for payload in parcel.payloads:
            outcome = send(parcel.subscription, payload, settings=context.settings)
            if outcome == "later":
                unreached.append(parcel.subscription.id)
            context.write(note_pushed, subscription_id=parcel.subscription.id, seq=parcel.seq, outcome=outcome)
    context.finish(try_urgent_again, account_id=account_id, notice_id=notice_id, unreached=unreached)


@job("notifications.digest", max_attempts=3)
def digest(context: JobContext) -> None:
    """See to a letter for whoever has a morning, and has not seen something."""
    for account_id in context.db.read_sync(accounts_to_write_to):
        context.write(_stage_letter, account_id=account_id)


@job("notifications.write_letter", max_attempts=5, backoff_s=60)
def write_letter(context: JobContext, *, account_id: int) -> None:
    """Write to somebody about what they have not seen."""
    signer = Signer.from_file(context.settings.data_dir / "secret.key")
    written = context.db.read_sync(
        compose_letter, account_id=account_id, signer=signer, base_url=context.settings.base_url
    )
    if written is None:
        return
    letter, seq = written
    try:
        mail_sender(context.settings).send(letter)
    except MailNotSent as fault:
        if fault.can_retry:
            raise
        raise PermanentJobFailure(str(fault)) from fault
    context.finish(note_letter, account_id=account_id, seq=seq)


@job("notifications.prune", max_attempts=3)
def prune(context: JobContext) -> None:
    """Forget what people were told more than 90 days ago."""
    context.finish(prune_notices)


def _stage_letter(tx: Tx, *, account_id: int) -> None:
    key = f"notifications.write_letter:{account_id}"
    stage_job(tx, "notifications.write_letter", unique_key=key, account_id=account_id)
