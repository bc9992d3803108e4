"""What happens in conversations."""

from datetime import datetime

from miaohui.kit.outbox import Event


class MessageSent(Event, frozen=True, kw_only=True):
    """A person wrote. kind: `text`, `photo`, `call` …"""

    message_id: int
    conversation_id: int
    seq: int
    sender_id: int
    kind: str


class MessageRecalled(Event, frozen=True, kw_only=True):
    """A sender took a message back; its words are gone."""

    message_id: int
    conversation_id: int
    sender_id: int


class ConversationOpened(Event, frozen=True, kw_only=True):
    """Two people can write to each other now. reason: `shake`, `friends` or `request`."""

    conversation_id: int
    one_id: int
    other_id: int
    reason: str
    at: datetime


class MemberLeft(Event, frozen=True, kw_only=True):
    """Somebody is no longer in a group, by their own wish or another's."""

    conversation_id: int
    person_id: int
