"""Conversations and messages as the API and the sockets show them: the same structs for both."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.cards import Card, find_card
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import hidden_from, relationships
from miaohui.people.graph.tables import block
from miaohui.talk.messaging.attachments import Attachment, AttachmentState, attachments_by_id
from miaohui.talk.messaging.group_pictures import picture_url
from miaohui.talk.messaging.queries import (
    Conversation,
    ConversationKind,
    ConversationState,
    Folder,
    Membership,
    Message,
    Role,
    messages_by_id,
    numbers_of_others,
    places_by_id,
)
from miaohui.talk.messaging.tables import conversation, conversation_member, message

MOST_UNREAD = 100
"""Beyond it nobody counts; the page says 99+."""
_EXCERPT = 80


class AttachmentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message. url: once it is ready. preview: of a photo or clip, in a list's size."""

    id: Id
    state: AttachmentState
    url: str | None
    preview: str | None
    width: int | None
    height: int | None
    duration_ms: int | None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a message answers: excerpt is null where there are no words, or none any more."""

    id: Id
    seq: int
    sender: Person | None
    kind: str
    excerpt: str | None
    recalled: bool


class MessageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A message. body: by kind; null once it is recalled. sender: null where the account is gone.

    card: what a card or a sticker shows to the asking person, null where it is not for them (any more).
    """

    id: Id
    conversation_id: Id
    seq: int
    client_id: str
    sender_id: Id
    sender: Person | None
    kind: str
    body: dict[str, Any] | None
    card: Card | None
    attachment: AttachmentAnswer | None
    reply_to: Answered | None
    sent_at: datetime
    recalled: bool


class ConversationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in somebody's list.

    title: the group's, or the name that the person keeps or sees for the other. other: null in a group.
    picture: the group's, if it has one; for its members.
    read_seq: up to where the person has read; seen_seq: up to where the other has, in a direct one.
    last_seq, changed_at: of the newest message that the person may see.
    unread: at most 100. folder: `requests` while a stranger waits for an answer.
    """

    id: Id
    kind: ConversationKind
    state: ConversationState
    folder: Folder
    title: str
    picture: str | None
    other: Person | None
    role: Role
    members: int
    muted: bool
    last_seq: int
    read_seq: int
    seen_seq: int | None
    unread: int
    last_message: MessageAnswer | None
    changed_at: datetime


def describe_messages(tx: Tx, found: Sequence[Message], *, viewer_id: int) -> list[MessageAnswer]:
    """Return messages as one person sees them."""
    return [dressed(tx, one, viewer_id=viewer_id) for one in describe_for_all(tx, found)]


def describe_for_all(tx: Tx, found: Sequence[Message]) -> list[MessageAnswer]:
    """Return messages without what differs from viewer to viewer: their cards."""
    answered = messages_by_id(tx, {one.reply_to_id for one in found if one.reply_to_id is not None})
    writers = {one.sender_id for one in found} | {one.sender_id for one in answered.values()}
    people = {card.id: person_of(card) for card in person_cards(tx, writers).values()} if writers else {}
    files = attachments_by_id(tx, {file_id for one in found if (file_id := _file_id(one)) is not None})

    def describe(one: Message) -> MessageAnswer:
        file = files.get(_file_id(one) or 0)
        before = None if one.reply_to_id is None else answered.get(one.reply_to_id)
        return MessageAnswer(
            id=format_id(one.id),
            conversation_id=format_id(one.conversation_id),
            seq=one.seq,
            client_id=one.client_id,
            sender_id=format_id(one.sender_id),
            sender=people.get(one.sender_id),
            kind=one.kind,
            body=one.body,
            card=None,
            attachment=None if file is None else describe_file(file),
            reply_to=None if before is None else _answered(before, people.get(before.sender_id)),
            sent_at=one.sent_at,
            recalled=one.recalled_at is not None,
        )

    return [describe(one) for one in found]


def is_for_all(one: MessageAnswer) -> bool:
    """Return whether a message looks the same to everybody who may read it."""
    return one.reply_to is None and one.kind not in ("card", "sticker")


def dressed(tx: Tx, one: MessageAnswer, *, viewer_id: int) -> MessageAnswer:
    """Return a message with the card that this person may see now, and without the words of who is hidden from them."""
    before = one.reply_to
    if before is not None and before.sender is not None and int(before.sender.id) in hidden_from(tx, viewer_id):
        one = msgspec.structs.replace(one, reply_to=msgspec.structs.replace(before, sender=None, excerpt=None))
    if one.body is None or one.kind not in ("card", "sticker"):
        return one
    kind = one.body["card"] if one.kind == "card" else "sticker"
    card = find_card(tx, kind=kind, ref=one.body["ref"], viewer_id=viewer_id)
    return msgspec.structs.replace(one, card=card)


def describe_conversations(
    tx: Tx, found: Iterable[tuple[Conversation, Membership]], *, viewer_id: int
) -> list[ConversationAnswer]:
    """Return conversations as they stand in one person's list; those with people hidden from them are absent."""
    hidden = hidden_from(tx, viewer_id)
    shown = [(place, mine) for place, mine in found if place.other_than(viewer_id) not in hidden]
    if not shown:
        return []
    others = {other for place, _ in shown if (other := place.other_than(viewer_id)) is not None}
    people = person_cards(tx, others) if others else {}
    standing = relationships(tx, viewer_id=viewer_id, person_ids=others) if others else {}
    seen = numbers_of_others(tx, [place.id for place, _ in shown if place.kind == "direct"], viewer_id=viewer_id)
    newest = _newest(tx, [(place.id, mine.joined_seq) for place, mine in shown], viewer_id=viewer_id)

    def describe(place: Conversation, mine: Membership) -> ConversationAnswer:
        other_id = place.other_than(viewer_id)
        other = None if other_id is None else people.get(other_id)
        last = newest.get(place.id)
        remark = standing[other_id].remark if other_id is not None else None
        return ConversationAnswer(
            id=format_id(place.id),
            kind=place.kind,
            state=place.state,
            folder=mine.folder,
            title=place.title or remark or (other.nickname if other is not None else ""),
            picture=picture_url(place),
            other=None if other is None else person_of(other),
            role=mine.role,
            members=place.members,
            muted=mine.muted,
            last_seq=mine.joined_seq if last is None else last.seq,
            read_seq=mine.read_seq,
            # Whether somebody has read a stranger's request is theirs to tell, by answering.
            seen_seq=None if place.kind == "group" else seen.get(place.id, 0) if place.state == "open" else 0,
            unread=unread_of(tx, mine),
            last_message=last,
            changed_at=mine.joined_at if last is None else last.sent_at,
        )

    return [describe(place, mine) for place, mine in shown]


def describe_conversation(tx: Tx, conversation_id: int, *, viewer_id: int) -> ConversationAnswer | None:
    """Return one conversation as somebody's list has it, None where it is not theirs to see."""
    found = places_by_id(tx, [conversation_id], viewer_id=viewer_id)
    return next(iter(describe_conversations(tx, found, viewer_id=viewer_id)), None)


_VIEWER = sa.bindparam("viewer", type_=sa.BigInteger)
_MEETS = ~sa.exists().where(
    sa.or_(
        sa.and_(block.c.blocker_id == _VIEWER, block.c.blocked_id == message.c.sender_id),
        sa.and_(block.c.blocked_id == _VIEWER, block.c.blocker_id == message.c.sender_id),
    )
)
_UNREAD = sa.select(sa.func.count()).select_from(
    sa.select(message.c.seq)
    .where(
        message.c.conversation_id == sa.bindparam("place", type_=sa.BigInteger),
        message.c.seq > sa.bindparam("after", type_=sa.Integer),
        message.c.sender_id != _VIEWER,
        _MEETS,
    )
    .limit(MOST_UNREAD)
    .subquery()
)


def unread_of(tx: Tx, mine: Membership) -> int:
    """Return how many messages of others somebody has not read, at most 100."""
    after = max(mine.read_seq, mine.joined_seq)
    values = {"place": mine.conversation_id, "after": after, "viewer": mine.account_id}
    return int(tx.execute(_UNREAD, values).scalar_one())


_UNREAD_EVERYWHERE = sa.select(sa.func.count()).select_from(
    sa.select(message.c.id)
    .select_from(
        conversation_member.join(conversation, conversation.c.id == conversation_member.c.conversation_id).join(
            message, message.c.conversation_id == conversation_member.c.conversation_id
        )
    )
    .where(
        conversation_member.c.account_id == _VIEWER,
        conversation_member.c.left_at.is_(None),
        conversation_member.c.folder == "inbox",
        ~conversation_member.c.muted,
        # Most conversations have been read to their end: then nothing of the messages is looked at.
        conversation.c.last_seq > conversation_member.c.read_seq,
        message.c.seq > conversation_member.c.read_seq,
        message.c.seq > conversation_member.c.joined_seq,
        message.c.sender_id != _VIEWER,
        _MEETS,
    )
    .limit(MOST_UNREAD)
    .subquery()
)


def count_unread(tx: Tx, *, viewer_id: int) -> int:
    """Return how many messages of others somebody has not read, at most 100, without requests and what is muted."""
    return int(tx.execute(_UNREAD_EVERYWHERE, {"viewer": viewer_id}).scalar_one())


def _newest(tx: Tx, places: Collection[tuple[int, int]], *, viewer_id: int) -> dict[int, MessageAnswer]:
    """Return the newest message of each (conversation, joined after) that this person may see."""
    found = []
    for conversation_id, joined_seq in places:
        row = tx.execute(_LAST, {"place": conversation_id, "after": joined_seq, "viewer": viewer_id}).scalar()
        if row is not None:
            found.append(row)
    by_id = messages_by_id(tx, found)
    return {int(one.conversation_id): one for one in describe_messages(tx, list(by_id.values()), viewer_id=viewer_id)}


_LAST = (
    sa.select(message.c.id)
    .where(
        message.c.conversation_id == sa.bindparam("place", type_=sa.BigInteger),
        message.c.seq > sa.bindparam("after", type_=sa.Integer),
        _MEETS,
    )
    .order_by(message.c.seq.desc())
    .limit(1)
)


def _file_id(one: Message) -> int | None:
    if one.body is None or one.kind not in ("photo", "voice", "video"):
        return None
    return int(one.body["attachment_id"])


def describe_file(one: Attachment) -> AttachmentAnswer:
    """Return a file as its message shows it."""
    ready = one.state == "ready"
    return AttachmentAnswer(
        id=format_id(one.id),
        state=one.state,
        url=one.url if ready else None,
        preview=one.preview_url if ready else None,
        width=one.width,
        height=one.height,
        duration_ms=one.duration_ms,
    )


def _answered(one: Message, sender: Person | None) -> Answered:
    text = (one.body or {}).get("text")
    return Answered(
        id=format_id(one.id),
        seq=one.seq,
        sender=sender,
        kind=one.kind,
        excerpt=text[:_EXCERPT] if isinstance(text, str) else None,
        recalled=one.recalled_at is not None,
    )
