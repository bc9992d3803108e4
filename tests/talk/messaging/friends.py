"""Short ways to a conversation, for the tests of all that happens in one."""

from collections.abc import Mapping
from typing import Any

from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.queries import Message


def befriend(db: Database, *people: int) -> None:
    """Let all of these follow each other."""
    for one in people:
        for other in people:
            if one != other:
                db.write_sync(follow_person, follower_id=one, followee_id=other)


def friends_talk(db: Database, one_id: int, other_id: int) -> int:
    """Return the conversation of two friends."""
    befriend(db, one_id, other_id)
    return db.write_sync(open_direct, one_id=one_id, other_id=other_id, reason="friends")


def write(
    db: Database,
    conversation_id: int,
    sender_id: int,
    text: str = "走吗",
    *,
    kind: str = "text",
    body: Mapping[str, Any] | None = None,
    reply_to_id: int | None = None,
    client_id: str | None = None,
) -> Message:
    """Write a message."""
    return db.write_sync(
        send_message,
        sender_id=sender_id,
        conversation_id=conversation_id,
        client_id=client_id or f"test-{new_id()}",
        kind=kind,
        body={"text": text} if body is None else body,
        reply_to_id=reply_to_id,
    )
