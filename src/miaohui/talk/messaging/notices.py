"""What people are told of messages that reach none of their open pages."""

from collections.abc import Sequence

from miaohui.kit.db import Tx
from miaohui.talk.messaging.queries import Message, membership_of
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import Data, notice_kind
from miaohui.talk.notifications.queries import pushable_among


def _is_unread(tx: Tx, account_id: int, data: Data) -> bool:
    mine = membership_of(tx, conversation_id=int(data["conversation_id"]), account_id=account_id)
    return mine is not None and mine.left_at is None and not mine.muted and mine.read_seq < int(data["seq"])


RECEIVED = notice_kind(
    name="messaging.received",
    group="talk",
    label="Somebody writes to me",
    title="%(person)s writes to you",
    many=("%(person)s and one other write to you", "%(person)s and %(others)s others write to you"),
    discreet="You have a new message",
    # The conversations have a list of their own.
    channels={"push"},
    still_true=_is_unread,
)


def tell_of_message(tx: Tx, sent: Message, *, heard_by: Sequence[int]) -> None:
    """Tell those who are in the conversation, have not muted it, and have a device that can be pushed to.

    Part of sending: a delivery of its own would cost more than the message.
    """
    for account_id in pushable_among(tx, [one for one in heard_by if one != sent.sender_id]):
        mine = membership_of(tx, conversation_id=sent.conversation_id, account_id=account_id)
        if mine is not None and mine.folder == "inbox" and not mine.muted:
            notify(
                tx,
                to_id=account_id,
                kind=RECEIVED.name,
                about_id=sent.sender_id,
                link=f"/messages/{sent.conversation_id}",
                # As text: a number of 63 bits is more than JSON's numbers are sure to keep.
                data={"conversation_id": str(sent.conversation_id), "seq": sent.seq},
            )
