"""What people are told of calls when no page of theirs is open."""

from collections.abc import Mapping

from miaohui.kit.db import Tx
from miaohui.talk.calls.events import CallEnded, CallRang
from miaohui.talk.calls.queries import call_by_id
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind


def _still_rings(tx: Tx, account_id: int, data: Mapping[str, str | int]) -> bool:
    found = call_by_id(tx, int(data["call_id"]))
    return found is not None and found.state == "ringing" and found.ring_until > tx.now


RINGING = notice_kind(
    name="calls.ringing",
    group="talk",
    label="A friend calls me",
    title="%(person)s is calling",
    discreet="A friend is calling",
    channels={"push"},
    still_true=_still_rings,
    urgent=True,
)
MISSED = notice_kind(
    name="calls.missed",
    group="talk",
    label="I missed a call",
    title="You missed a call from %(person)s",
    discreet="You missed a call",
    channels={"list", "push"},
)


def tell_of_ringing(tx: Tx, event: CallRang) -> None:
    """Let the callee's phone know, where no page of ours is open on it."""
    notify(
        tx,
        to_id=event.callee_id,
        kind=RINGING.name,
        about_id=event.caller_id,
        link=f"/calls/{event.call_id}",
        data={"call_id": str(event.call_id)},
        dedupe=str(event.call_id),
    )


def tell_of_missed(tx: Tx, event: CallEnded) -> None:
    """Tell the callee of a call that rang in vain, or found them busy."""
    if event.outcome not in ("missed", "cancelled", "busy"):
        return
    notify(
        tx,
        to_id=event.callee_id,
        kind=MISSED.name,
        about_id=event.caller_id,
        link=f"/calls/{event.call_id}",
        data={"call_id": str(event.call_id)},
        subject=f"calls:{event.caller_id}",
        dedupe=str(event.call_id),
    )
