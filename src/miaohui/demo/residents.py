"""Townspeople who answer: they shake back, say hello and write, so that a visitor meets somebody.

Only in demo mode, and no secret: the page says that the server plays them, and so does their first message.
Whom a visitor has entered as is played by nobody else.
"""

import asyncio
import logging
import zlib
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from miaohui.demo.people import BY_HANDLE
from miaohui.demo.queries import resident_ids
from miaohui.demo.small_talk import answer_to
from miaohui.kit.clock import Clock
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.geo import PUBLISHED
from miaohui.kit.siblings import Siblings
from miaohui.people.accounts.queries import devices_of
from miaohui.people.shake.actions.answer_match import answer_match
from miaohui.people.shake.queries import StoredTicket, live_tickets, matches_of, not_to_meet
from miaohui.people.shake.service import Shaking
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.tables import conversation, conversation_member, message

log = logging.getLogger(__name__)
_EVERY_S = 2.0
_TASK = "townspeople"
_HELD_FOR_S = 10.0
"""So long after the last step of a process that was killed, another one goes on."""
_PREFIX = "town-"
_AT_THE_SOONEST = timedelta(seconds=5)
_SPREAD_S = 20
"""Some come before a sponsor's card would, some after; all while the first steps of the ladder are taken."""
_HELLO_AFTER = timedelta(seconds=4)
_WRITES_AFTER = timedelta(seconds=5)
_GIVES_UP_AFTER = timedelta(minutes=30)
_ALONE_FOR = timedelta(seconds=10)
_GROWN_UP = 18


class Unanswered(msgspec.Struct, frozen=True):
    """The newest message of a conversation with somebody whom the server plays. said: how often they have written."""

    conversation_id: int
    message_id: int
    seq: int
    resident_id: int
    said: int


class Residents:
    """Plays the townspeople, in one of the web processes that share a pool of shakes.

    One step is `act`; while started, one follows the other.
    """

    def __init__(self, *, db: Database, clock: Clock, shaking: Shaking, siblings: Siblings) -> None:
        self._db = db
        self._clock = clock
        self._shaking = shaking
        self._siblings = siblings
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to play."""
        self._task = asyncio.create_task(self._play(), name="townspeople")

    async def stop(self) -> None:
        """End the play."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def act(self) -> None:
        """Shake for who waits, say hello to who was met, answer who has written; nothing while another process does."""
        if not await self._siblings.hold(_TASK, for_s=_HELD_FOR_S):
            return
        played = await self._db.read(played_residents)
        if not played:
            return
        tickets = await self._db.read(live_tickets)
        for ticket in tickets:
            if ticket.ticket_id.partition(":")[2].startswith(_PREFIX):
                # Nobody came: two of the town do not meet each other.
                if self._clock.now() - ticket.shaken_at > _ALONE_FOR:
                    await self._shaking.withdraw(person_id=ticket.person_id)
            elif ticket.person_id not in played.values() and self._is_time(ticket):
                await self._shake_for(ticket, played)
        for account_id in played.values():
            for match_id in await self._db.read(_to_greet, account_id):
                with suppress(Refusal):
                    await self._db.write(answer_match, match_id=match_id, person_id=account_id, answer="hello")
        for waiting in await self._db.read(unanswered, played=set(played.values())):
            with suppress(Refusal):
                await self._db.write(_answer, waiting=waiting, names={one: name for name, one in played.items()})

    def _is_time(self, ticket: StoredTicket) -> bool:
        after = _AT_THE_SOONEST + timedelta(seconds=zlib.crc32(ticket.ticket_id.encode()) % _SPREAD_S)
        return self._clock.now() - ticket.shaken_at >= after

    async def _shake_for(self, ticket: StoredTicket, played: dict[str, int]) -> None:
        """Let one of the town shake where somebody waits: the first who may."""
        avoided = await self._db.read(not_to_meet, ticket.person_id)
        point = None if ticket.cell is None else PUBLISHED.centre(ticket.cell)
        for account_id in _in_turn(played.values(), by=ticket.ticket_id):
            if account_id in avoided:
                continue
            # Too far from where they shook last, or too often: then it is somebody else's turn.
            with suppress(Refusal):
                await self._shaking.shake(
                    person_id=account_id,
                    ticket_id=f"{_PREFIX}{zlib.crc32(ticket.ticket_id.encode()):08x}",
                    point=point,
                    venue_id=ticket.venue_id,
                    widest_m=30_000,
                )
                return

    async def _play(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.act()
            except (sa.exc.SQLAlchemyError, OSError):
                log.exception("the townspeople missed a step; trying again")
            try:
                await asyncio.wait_for(self._stopping.wait(), _EVERY_S)
            except TimeoutError:
                continue


def played_residents(tx: Tx) -> dict[str, int]:
    """Return the grown-ups of the town whom no visitor has entered as, by their names in the script."""
    found = resident_ids(tx).items()
    return {name: one for name, one in found if BY_HANDLE[name].age_years >= _GROWN_UP and not devices_of(tx, one)}


def unanswered(tx: Tx, *, played: Collection[int]) -> list[Unanswered]:
    """Return conversations of two in which somebody has written to one of `played` and waits for an answer."""
    mine, other = conversation_member.alias("mine"), message.alias("other")
    said = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(other.c.conversation_id == conversation.c.id, other.c.sender_id == mine.c.account_id)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            conversation.c.id.label("conversation_id"),
            message.c.id.label("message_id"),
            message.c.seq,
            mine.c.account_id.label("resident_id"),
            said.label("said"),
        )
        .join(message, (message.c.conversation_id == conversation.c.id) & (message.c.seq == conversation.c.last_seq))
        .join(mine, mine.c.conversation_id == conversation.c.id)
        .where(
            conversation.c.kind == "direct",
            conversation.c.changed_at > tx.now - _GIVES_UP_AFTER,
            mine.c.account_id.in_(played),
            message.c.sender_id.not_in(played),
            message.c.kind != "call",
            message.c.recalled_at.is_(None),
            message.c.sent_at.between(tx.now - _GIVES_UP_AFTER, tx.now - _WRITES_AFTER),
        )
        .order_by(conversation.c.id)
    )
    return tx.all(statement, Unanswered)


def _to_greet(tx: Tx, account_id: int) -> list[int]:
    met = matches_of(tx, account_id, since=tx.now - _GIVES_UP_AFTER)
    return [
        one.id
        for one in met
        if one.mutual_at is None
        and one.answer_of(account_id) is None
        and one.matched_at + _HELLO_AFTER <= tx.now < one.hello_until
    ]


def _answer(tx: Tx, *, waiting: Unanswered, names: dict[int, str]) -> None:
    words = answer_to(number=waiting.said, language=BY_HANDLE[names[waiting.resident_id]].language)
    mark_read(tx, conversation_id=waiting.conversation_id, person_id=waiting.resident_id, seq=waiting.seq)
    if words is not None:
        send_message(
            tx,
            sender_id=waiting.resident_id,
            conversation_id=waiting.conversation_id,
            client_id=f"town:{waiting.message_id}",
            kind="text",
            body={"text": words},
        )


def _in_turn(people: Collection[int], *, by: str) -> list[int]:
    """Return people in an order that is another one for each shake, and the same one for the same."""
    return sorted(people, key=lambda one: zlib.crc32(f"{by}:{one}".encode()))
