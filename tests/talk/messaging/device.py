"""A person's device in a test: it loads once, and from then on only applies what is pushed.

The same rules as web/static/js/messages/state.js, so that what the page shows is what a fresh page would show.
"""

import json
from typing import Any

import msgspec

from miaohui.kit.db import Database
from miaohui.talk.messaging.answers import MOST_UNREAD
from miaohui.talk.messaging.inbox import Inbox
from miaohui.talk.messaging.routes.conversations import read_conversations
from miaohui.talk.messaging.routes.messages import read_messages

_ALL = 100


def plain(answer: Any) -> Any:
    """Return what goes over the wire."""
    return json.loads(msgspec.json.encode(answer))


class Device:
    """State: the person's conversations by id, and the messages of each by number."""

    def __init__(self, db: Database, person_id: int) -> None:
        self._db = db
        self.person_id = person_id
        _, self.seq = db.read_sync(Inbox().head, person_id=person_id)
        self.state = load(db, person_id)
        self.heard: list[str] = []

    def catch_up(self) -> None:
        """Apply all that has been pushed since."""
        while True:
            entries = self._db.read_sync(Inbox().since, after=self.seq, limit=3, person_id=self.person_id)
            assert entries is not None
            for entry in entries:
                assert entry.seq > self.seq
                self.seq = entry.seq
                self.heard.append(entry.event)
                self.apply(entry.event, plain(entry.data))
            if not entries:
                return

    def apply(self, event: str, data: dict[str, Any]) -> None:
        """Change the state as an event says."""
        me = str(self.person_id)
        conversations, messages = self.state["conversations"], self.state["messages"]
        if event == "conversation":
            one = data["conversation"]
            if one["folder"] == "declined" or (one["folder"] == "requests" and one["last_seq"] == 0):
                conversations.pop(one["id"], None)
                messages.pop(one["id"], None)
            else:
                known = one["id"] in conversations
                conversations[one["id"]] = one
                if not known:
                    messages[one["id"]] = load_messages(self._db, self.person_id, int(one["id"]))
        elif event == "conversation_gone":
            conversations.pop(data["conversation_id"], None)
            messages.pop(data["conversation_id"], None)
        elif event in ("message", "message_changed", "recalled"):
            one = data["message"]
            place = conversations.get(one["conversation_id"])
            if place is None:
                return
            messages[place["id"]][one["seq"]] = one
            for other in messages[place["id"]].values():
                if other["reply_to"] is not None and other["reply_to"]["id"] == one["id"] and one["recalled"]:
                    other["reply_to"] |= {"recalled": True, "excerpt": None}
            if event == "message" and one["seq"] > place["last_seq"]:
                place["last_seq"], place["changed_at"] = one["seq"], one["sent_at"]
                if one["sender_id"] == me:
                    place["read_seq"], place["unread"] = one["seq"], 0
                else:
                    place["unread"] = min(place["unread"] + 1, MOST_UNREAD)
                    if place["kind"] == "direct" and place["state"] == "open":
                        place["seen_seq"] = one["seq"]
            last = place["last_message"]
            if last is None or one["seq"] >= last["seq"]:
                place["last_message"] = one
            elif last["reply_to"] is not None and last["reply_to"]["id"] == one["id"] and one["recalled"]:
                last["reply_to"] |= {"recalled": True, "excerpt": None}
        elif event == "read":
            place = conversations.get(data["conversation_id"])
            if place is not None and data["reader_id"] == me:
                place["read_seq"], place["unread"] = data["seq"], data["unread"]
            elif place is not None and place["kind"] == "direct":
                place["seen_seq"] = data["seq"]


def load(db: Database, person_id: int) -> dict[str, Any]:
    """Return what a page that is opened now shows."""
    conversations = {}
    for folder in ("inbox", "requests"):
        page = db.read_sync(read_conversations, viewer_id=person_id, folder=folder, cursor=None, limit=_ALL)
        conversations |= {one.id: plain(one) for one in page.items}
    return {
        "conversations": conversations,
        "messages": {one: load_messages(db, person_id, int(one)) for one in conversations},
    }


def load_messages(db: Database, person_id: int, conversation_id: int) -> dict[int, Any]:
    """Return a whole conversation by number."""
    page = db.read_sync(
        read_messages, conversation_id=conversation_id, viewer_id=person_id, before=None, after=None, limit=_ALL
    )
    return {one.seq: plain(one) for one in page.items}
