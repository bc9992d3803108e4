"""Reads of conversations and messages."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.messaging.tables import conversation, conversation_member, message

ConversationKind = Literal["direct", "group"]
ConversationState = Literal["request", "open"]
Role = Literal["owner", "admin", "member"]
Folder = Literal["inbox", "requests", "declined"]


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it stands in the database."""

    id: int
    kind: ConversationKind
    state: ConversationState
    low_id: int | None
    high_id: int | None
    title: str | None
    members: int
    last_seq: int
    first_sender_id: int | None
    answered_at: datetime | None
    created_at: datetime
    changed_at: datetime

    def other_than(self, account_id: int) -> int | None:
        """Return the other one of two, None in a group."""
        return self.low_id if account_id == self.high_id else self.high_id


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a conversation. joined_seq: they read what has a higher number."""

    conversation_id: int
    account_id: int
    role: Role
    folder: Folder
    joined_seq: int
    read_seq: int
    muted: bool
    joined_at: datetime
    left_at: datetime | None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands in the database. body: None once it is recalled."""

    id: int
    conversation_id: int
    seq: int
    sender_id: int
    client_id: str
    kind: str
    body: dict[str, Any] | None
    reply_to_id: int | None
    sent_at: datetime
    recalled_at: datetime | None


CONVERSATION = tuple(conversation.c[field] for field in Conversation.__struct_fields__)
MEMBERSHIP = tuple(conversation_member.c[field] for field in Membership.__struct_fields__)
MESSAGE = tuple(message.c[field] for field in Message.__struct_fields__)
# Built once: making a statement anew takes longer than SQLite takes to answer it.
_BY_ID = sa.select(*CONVERSATION).where(conversation.c.id == sa.bindparam("conversation_id", type_=sa.BigInteger))
_MEMBER = sa.select(*MEMBERSHIP).where(
    conversation_member.c.conversation_id == sa.bindparam("conversation_id", type_=sa.BigInteger),
    conversation_member.c.account_id == sa.bindparam("account_id", type_=sa.BigInteger),
)
_PRESENT = sa.select(conversation_member.c.account_id).where(
    conversation_member.c.conversation_id == sa.bindparam("conversation_id", type_=sa.BigInteger),
    conversation_member.c.left_at.is_(None),
)
_BY_CLIENT_ID = sa.select(*MESSAGE).where(
    message.c.sender_id == sa.bindparam("sender_id", type_=sa.BigInteger),
    message.c.client_id == sa.bindparam("client_id"),
)
_MESSAGES = sa.select(*MESSAGE).where(message.c.id.in_(sa.bindparam("message_ids", expanding=True)))


def conversation_by_id(tx: Tx, conversation_id: int) -> Conversation | None:
    """Return a conversation, whoever asks."""
    row = tx.execute(_BY_ID, {"conversation_id": conversation_id}).mappings().first()
    return None if row is None else Conversation(**row)


def membership_of(tx: Tx, *, conversation_id: int, account_id: int) -> Membership | None:
    """Return somebody's place in a conversation, also after they left."""
    row = tx.execute(_MEMBER, {"conversation_id": conversation_id, "account_id": account_id}).mappings().first()
    return None if row is None else Membership(**row)


def present_members(tx: Tx, conversation_id: int) -> list[int]:
    """Return the accounts that are in a conversation."""
    return list(tx.execute(_PRESENT, {"conversation_id": conversation_id}).scalars())


def message_by_client_id(tx: Tx, *, sender_id: int, client_id: str) -> Message | None:
    """Return what a sender has already sent under this name."""
    row = tx.execute(_BY_CLIENT_ID, {"sender_id": sender_id, "client_id": client_id}).mappings().first()
    return None if row is None else Message(**row)


def messages_by_id(tx: Tx, message_ids: Collection[int]) -> dict[int, Message]:
    """Return these messages by id."""
    if not message_ids:
        return {}
    rows = tx.execute(_MESSAGES, {"message_ids": sorted(set(message_ids))}).mappings()
    return {row["id"]: Message(**row) for row in rows}
