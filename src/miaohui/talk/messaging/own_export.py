"""A person's conversations in the copy of their data: what they wrote, and with whom they are in touch."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.export import ExportedFile
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.messaging.attachments import attachments_of
from miaohui.talk.messaging.queries import places_of
from miaohui.talk.messaging.tables import message

_BATCH = 200


class ExportedConversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in which the person is. other: the handle of the other one of two."""

    id: str
    kind: str
    title: str | None
    other: str | None
    role: str
    joined_at: datetime
    read_to: int


class ExportedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What the person wrote; what others wrote is theirs."""

    id: str
    conversation_id: str
    number: int
    kind: str
    body: dict[str, Any] | None
    sent_at: datetime


def conversations_for_export(tx: Tx, account_id: int) -> Iterator[ExportedConversation]:
    """Yield the person's conversations, those that changed last first."""
    for folder in ("inbox", "requests", "declined"):
        after = None
        while batch := places_of(tx, viewer_id=account_id, folder=folder, after=after, limit=_BATCH):
            others = {other for place, _ in batch if (other := place.other_than(account_id)) is not None}
            cards = person_cards(tx, others)
            for place, mine in batch:
                card = cards.get(place.other_than(account_id) or 0)
                yield ExportedConversation(
                    id=format_id(place.id),
                    kind=place.kind,
                    title=place.title,
                    other=None if card is None else card.handle,
                    role=mine.role,
                    joined_at=mine.joined_at,
                    read_to=mine.read_seq,
                )
            after = (batch[-1][0].changed_at, batch[-1][0].id)


def messages_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMessage]:
    """Yield what the person wrote and has not taken back, oldest first."""
    columns = (
        message.c.id,
        message.c.conversation_id,
        message.c.seq,
        message.c.kind,
        message.c.body,
        message.c.sent_at,
    )
    mine = sa.and_(message.c.sender_id == account_id, message.c.recalled_at.is_(None))
    for row in tx.execute(sa.select(*columns).where(mine).order_by(message.c.id)):
        yield ExportedMessage(
            id=format_id(row.id),
            conversation_id=format_id(row.conversation_id),
            number=row.seq,
            kind=row.kind,
            body=row.body,
            sent_at=row.sent_at,
        )


def message_files_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the photos, voice notes and clips that the person has sent."""
    for one in attachments_of(tx, owner_id=account_id):
        if one.state == "ready":
            key = one.file_key(None)
            yield ExportedFile(f"{one.id}.{key.rsplit('.', 1)[1]}", key)
