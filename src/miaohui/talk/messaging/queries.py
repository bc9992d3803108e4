"""Reads of conversations and messages."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.paging import Position
from miaohui.people.graph.queries import hidden_accounts
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
    picture: str | None
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
_BY_ID = Prepared(
    sa.select(*CONVERSATION).where(conversation.c.id == sa.bindparam("conversation_id", type_=sa.BigInteger))
)
_MEMBER = Prepared(
    sa.select(*MEMBERSHIP).where(
        conversation_member.c.conversation_id == sa.bindparam("conversation_id", type_=sa.BigInteger),
        conversation_member.c.account_id == sa.bindparam("account_id", type_=sa.BigInteger),
    )
)
_PRESENT = Prepared(
    sa.select(conversation_member.c.account_id).where(
        conversation_member.c.conversation_id == sa.bindparam("conversation_id", type_=sa.BigInteger),
        conversation_member.c.left_at.is_(None),
    )
)
_BY_CLIENT_ID = Prepared(
    sa.select(*MESSAGE).where(
        message.c.sender_id == sa.bindparam("sender_id", type_=sa.BigInteger),
        message.c.client_id == sa.bindparam("client_id"),
    )
)
_MESSAGES = Prepared(sa.select(*MESSAGE).where(message.c.id.in_(sa.bindparam("message_ids", expanding=True))))


def conversation_by_id(tx: Tx, conversation_id: int) -> Conversation | None:
    """Return a conversation, whoever asks."""
    return tx.one(_BY_ID, Conversation, conversation_id=conversation_id)


def membership_of(tx: Tx, *, conversation_id: int, account_id: int) -> Membership | None:
    """Return somebody's place in a conversation, also after they left."""
    return tx.one(_MEMBER, Membership, conversation_id=conversation_id, account_id=account_id)


def present_members(tx: Tx, conversation_id: int) -> list[int]:
    """Return the accounts that are in a conversation."""
    return tx.scalars(_PRESENT, conversation_id=conversation_id)


def message_by_client_id(tx: Tx, *, sender_id: int, client_id: str) -> Message | None:
    """Return what a sender has already sent under this name."""
    return tx.one(_BY_CLIENT_ID, Message, sender_id=sender_id, client_id=client_id)


def messages_by_id(tx: Tx, message_ids: Collection[int]) -> dict[int, Message]:
    """Return these messages by id."""
    if not message_ids:
        return {}
    return {one.id: one for one in tx.all(_MESSAGES, Message, message_ids=sorted(set(message_ids)))}


def messages_of(
    tx: Tx,
    *,
    conversation_id: int,
    viewer_id: int,
    joined_seq: int,
    before_seq: int | None = None,
    after_seq: int | None = None,
    limit: int,
) -> list[Message]:
    """Return messages in the order in which they were written: the newest ones, those before, or those after a number."""
    statement = sa.select(*MESSAGE).where(
        message.c.conversation_id == conversation_id,
        message.c.seq > max(joined_seq, after_seq or 0),
        message.c.sender_id.not_in(hidden_accounts(viewer_id)),
    )
    if before_seq is not None:
        statement = statement.where(message.c.seq < before_seq)
    if after_seq is not None:
        return tx.all(statement.order_by(message.c.seq).limit(limit), Message)
    return tx.all(statement.order_by(message.c.seq.desc()).limit(limit), Message)[::-1]


def places_by_id(tx: Tx, conversation_ids: Collection[int], *, viewer_id: int) -> list[tuple[Conversation, Membership]]:
    """Return those of these conversations in which somebody is, with their own place."""
    return _places(tx, conversation.c.id.in_(set(conversation_ids)), viewer_id=viewer_id)


def places_of(
    tx: Tx, *, viewer_id: int, folder: Folder, after: Position | None, limit: int
) -> list[tuple[Conversation, Membership]]:
    """Return somebody's conversations, those that changed last first; empty ones that nobody wrote in yet are missing
    from the requests."""
    where = [conversation_member.c.folder == folder]
    if folder != "inbox":
        where.append(conversation.c.last_seq > 0)
    if after is not None:
        end = sa.tuple_(sa.literal(after[0], conversation.c.changed_at.type), sa.literal(after[1], sa.BigInteger))
        where.append(sa.tuple_(conversation.c.changed_at, conversation.c.id) < end)
    return _places(tx, *where, viewer_id=viewer_id, limit=limit)


def _places(
    tx: Tx, *where: sa.ColumnElement[bool], viewer_id: int, limit: int | None = None
) -> list[tuple[Conversation, Membership]]:
    other = sa.case((conversation.c.low_id == viewer_id, conversation.c.high_id), else_=conversation.c.low_id)
    statement = (
        sa.select(*CONVERSATION, *MEMBERSHIP)
        .join_from(conversation_member, conversation)
        .where(
            conversation_member.c.account_id == viewer_id,
            conversation_member.c.left_at.is_(None),
            sa.or_(other.is_(None), other.not_in(hidden_accounts(viewer_id))),
            *where,
        )
        .order_by(conversation.c.changed_at.desc(), conversation.c.id.desc())
        .limit(limit)
    )
    width = len(CONVERSATION)
    names, mine = Conversation.__struct_fields__, Membership.__struct_fields__
    return [
        (
            Conversation(**dict(zip(names, row[:width], strict=True))),
            Membership(**dict(zip(mine, row[width:], strict=True))),
        )
        for row in tx.execute(statement)
    ]


def numbers_of_others(tx: Tx, conversation_ids: Collection[int], *, viewer_id: int) -> dict[int, int]:
    """Return up to where the other one of each of these direct conversations has read."""
    theirs = sa.and_(
        conversation_member.c.conversation_id.in_(set(conversation_ids)), conversation_member.c.account_id != viewer_id
    )
    return dict(
        tx.execute(sa.select(conversation_member.c.conversation_id, conversation_member.c.read_seq).where(theirs))
        .tuples()
        .all()
    )


def members_of(tx: Tx, conversation_id: int) -> list[Membership]:
    """Return who is in a conversation: the owner, the admins, then by when they came."""
    rank = sa.case({"owner": 0, "admin": 1}, value=conversation_member.c.role, else_=2)
    here = sa.and_(conversation_member.c.conversation_id == conversation_id, conversation_member.c.left_at.is_(None))
    order = (rank, conversation_member.c.joined_at, conversation_member.c.account_id)
    return tx.all(sa.select(*MEMBERSHIP).where(here).order_by(*order), Membership)
