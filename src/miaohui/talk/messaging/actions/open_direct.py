"""Open the conversation of two people."""

from typing import Any, Literal

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.talk.messaging.events import ConversationOpened
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.standing import check_may_message
from miaohui.talk.messaging.tables import conversation, conversation_member

OpenedBecause = Literal["shake", "friends", "request"]


def open_direct(tx: Tx, *, one_id: int, other_id: int, reason: OpenedBecause) -> int:
    """Return the id of the conversation of two people, which exists afterwards.

    reason: with `shake` and `friends` both may write at once, also where it was a request before; with
    `request` the first is a stranger to the second, who finds it among the requests once something is written.
    Raises FriendsOnly, and NotFound where the two must not meet.
    """
    standing = check_may_message(tx, one_id, other_id)
    is_open = standing.friends or reason != "request"
    low, high = sorted((one_id, other_id))
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": "direct",
        "state": "open" if is_open else "request",
        "low_id": low,
        "high_id": high,
        "members": 2,
        "created_at": tx.now,
        "changed_at": tx.now,
    }
    if not insert_if_absent(tx, conversation, values):
        return _reopen(tx, low=low, high=high, is_open=is_open)
    for account_id in (one_id, other_id):
        folder = "requests" if not is_open and account_id == other_id else "inbox"
        row = {"conversation_id": values["id"], "account_id": account_id, "folder": folder, "joined_at": tx.now}
        tx.execute(sa.insert(conversation_member).values(**row))
    _tell(tx, values["id"], (one_id, other_id) if is_open else (one_id,))
    tx.emit(
        ConversationOpened(conversation_id=values["id"], one_id=one_id, other_id=other_id, reason=reason, at=tx.now)
    )
    return int(values["id"])


def accept_request(tx: Tx, *, conversation_id: int, person_ids: tuple[int, int]) -> None:
    """Turn a request into a conversation of both; one that is open already is left alone."""
    waiting = sa.and_(conversation.c.id == conversation_id, conversation.c.state == "request")
    if not tx.changed(sa.update(conversation).where(waiting).values(state="open")):
        return
    mine = conversation_member.c.conversation_id == conversation_id
    tx.execute(sa.update(conversation_member).where(mine).values(folder="inbox"))
    _tell(tx, conversation_id, person_ids)


def put_into_requests(tx: Tx, *, conversation_id: int, asker_id: int, asked_id: int) -> None:
    """Let the asked person find the conversation among their requests."""
    for account_id, folder in ((asker_id, "inbox"), (asked_id, "requests")):
        mine = sa.and_(
            conversation_member.c.conversation_id == conversation_id, conversation_member.c.account_id == account_id
        )
        tx.execute(sa.update(conversation_member).where(mine).values(folder=folder))
    _tell(tx, conversation_id, (asker_id, asked_id))


def _reopen(tx: Tx, *, low: int, high: int, is_open: bool) -> int:
    theirs = sa.and_(conversation.c.low_id == low, conversation.c.high_id == high)
    found = int(tx.scalar(sa.select(conversation.c.id).where(theirs)))
    if is_open:
        accept_request(tx, conversation_id=found, person_ids=(low, high))
    return found


def _tell(tx: Tx, conversation_id: int, person_ids: tuple[int, ...]) -> None:
    append_person_events(tx, person_ids=person_ids, event="conversation", conversation_id=conversation_id)
