"""What calls do about others' events and their own."""

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.events import AccountDeleted, DeviceRevoked
from miaohui.people.graph.events import PersonBlocked
from miaohui.talk.calls.actions.end_call import end_without_word
from miaohui.talk.calls.actions.erase_calls import erase_calls
from miaohui.talk.calls.events import CallEnded
from miaohui.talk.calls.queries import call_of, live_calls_of_device
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.standing import may_message


def end_between_blocked(tx: Tx, event: PersonBlocked) -> None:
    """End the call of two people of whom one has blocked the other."""
    found = call_of(tx, event.blocker_id)
    if found is not None and found.other_than(event.blocker_id) == event.blocked_id:
        end_without_word(tx, found)


def end_on_device(tx: Tx, event: DeviceRevoked) -> None:
    """End the call of a device that was signed out."""
    for found in live_calls_of_device(tx, account_id=event.account_id, device_id=event.device_id):
        end_without_word(tx, found)


def record_in_chat(tx: Tx, event: CallEnded) -> None:
    """Write into the conversation of the two that they talked, or that one of them rang."""
    if not may_message(tx, event.caller_id, event.callee_id):
        return  # One has blocked the other, or is gone: nobody is there to read it.
    conversation_id = open_direct(tx, one_id=event.caller_id, other_id=event.callee_id, reason="friends")
    send_message(
        tx,
        sender_id=event.caller_id,
        conversation_id=conversation_id,
        client_id=f"call:{event.call_id}",
        kind="call",
        body={
            "call_id": format_id(event.call_id),
            "kind": event.kind,
            "outcome": event.outcome,
            "duration_s": event.duration_s,
        },
    )


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase the calls of a deleted account."""
    erase_calls(tx, account_id=event.account_id)
