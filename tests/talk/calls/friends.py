"""Two who may call each other."""

from miaohui.kit.db import Database
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message


def befriend(db: Database, one_id: int, other_id: int) -> int:
    """Let two follow and write to each other; return the id of their conversation."""
    db.write_sync(follow_person, follower_id=one_id, followee_id=other_id)
    db.write_sync(follow_person, follower_id=other_id, followee_id=one_id)
    conversation_id = db.write_sync(open_direct, one_id=one_id, other_id=other_id, reason="friends")
    for sender_id in (one_id, other_id):
        db.write_sync(
            send_message,
            sender_id=sender_id,
            conversation_id=conversation_id,
            client_id=f"hello-{one_id}-{other_id}",
            kind="text",
            body={"text": "在吗"},
        )
    return conversation_id
