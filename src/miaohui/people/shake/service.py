"""The shakes of one web process: the pool, the clock that takes its steps, and what is written of it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

import sqlalchemy as sa

from miaohui.hooks import Asked, Hooks, SponsorCard
from miaohui.kit.clock import Clock, to_ms
from miaohui.kit.db import Database, Tx
from miaohui.kit.geo import PUBLISHED, Point
from miaohui.people.shake.access import PROVEN_AFTER, access_shaker
from miaohui.people.shake.actions.end_tickets import end_tickets, withdraw_ticket
from miaohui.people.shake.actions.note_ticket import note_ticket
from miaohui.people.shake.actions.record_match import NotForEachOther, record_match
from miaohui.people.shake.actions.stay_listed import NotShaking, stay_listed
from miaohui.people.shake.answers import SPONSOR_AFTER, ShakeState, district_of, read_state
from miaohui.people.shake.open_ground import Ground
from miaohui.people.shake.pool import Found, Ticket
from miaohui.people.shake.queries import (
    Shaker,
    StoredTicket,
    live_tickets,
    match_of_ticket,
    not_to_meet,
    shaker,
    ticket_of,
)
from miaohui.people.shake.reach import LADDER_MS, REACHES, Reach

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
_TICK_S = 0.25
_INTERESTS = 12
"""The strongest ones; what two people share among them says something about both."""


class Shaking:
    """What the routes call. A place comes in as a point and leaves this class as a cell.

    proven_after: how old an account must be to shake by location; zero for the demo.
    ground: where the tickets wait; in this process by itself.
    """

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        hooks: Hooks,
        ground: Ground | None = None,
        proven_after: timedelta = PROVEN_AFTER,
    ) -> None:
        ground = ground or Ground()
        self.pool = ground.pool
        self.journeys = ground.journeys
        self.proven_after = proven_after
        self._db = db
        self._clock = clock
        self._hooks = hooks
        self._remote = ground.remote
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring back what was waiting before this process began, and let time pass."""
        for stored, avoided, known in await self._db.read(_waiting):
            found = await self._ask(self.pool.shake, _revived(stored, avoided, known), now_ms=self._now_ms())
            if found is not None:
                await self._settle(found)
        self._task = asyncio.create_task(self._tick(), name="shake ladder")

    async def stop(self) -> None:
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def shake(
        self, *, person_id: int, ticket_id: str, point: Point | None, venue_id: int | None, widest_m: Reach
    ) -> ShakeState:
        """Shake, by location or at a venue, and return where the person stands now.

        The same ticket id again is the same shake. Raises what `access_shaker` and `Journeys.go_on` raise.
        """
        key = f"{person_id}:{ticket_id}"
        who, avoided, is_known = await self._db.read(
            _prepare, person_id=person_id, key=key, at_venue=point is None, proven_after=self.proven_after
        )
        if not is_known:
            now_ms = self._now_ms()
            cell = None if point is None else PUBLISHED.cell_of(point)
            interests = self.interests_of(person_id)
            await self._ask(self.journeys.go_on, person_id, cell=cell, act="shake", now_ms=now_ms)
            ticket = Ticket(
                id=key,
                person_id=person_id,
                at_ms=now_ms,
                until_ms=now_ms + LADDER_MS,
                place=None if cell is None else PUBLISHED.centre(cell),
                venue_id=venue_id,
                # Who likes nothing yet shares nothing anywhere: what the ticket says is what it does.
                widest_m=widest_m if interests else min(widest_m, REACHES[-1]),
                interests=interests,
                never=avoided,
                reports=who.reports,
            )
            # Written first: what the pool claims must be there to be ended.
            await self._db.write(note_ticket, ticket=ticket, cell=cell)
            if (district := district_of(cell)) is not None:
                await self._ask(self.pool.note_in_crowd, district, person_id, now_ms=now_ms)
            found = await self._ask(self.pool.shake, ticket, now_ms=now_ms)
            if found is not None:
                await self._settle(found)
        return await self.state(person_id=person_id)

    async def state(self, *, person_id: int) -> ShakeState:
        """Return where a person stands."""
        stored = await self._db.read(ticket_of, person_id)
        district = None if stored is None else district_of(stored.cell)
        others = None
        if district is not None:
            others = await self._ask(self.pool.crowd, district, now_ms=self._now_ms(), without=person_id)
        return await self._db.read(read_state, person_id=person_id, others=others)

    async def stay_listed(self, *, person_id: int) -> ShakeState:
        """Keep a shake that found nobody for half an hour. Raises NotShaking."""
        stored = await self._db.write(stay_listed, person_id=person_id)
        await self._ask(self.pool.extend, stored.ticket_id, until_ms=to_ms(stored.until))
        return await self.state(person_id=person_id)

    async def withdraw(self, *, person_id: int) -> None:
        """End a person's shake, and forget where they were."""
        await self._ask(self.pool.withdraw, person_id)
        await self._db.write(withdraw_ticket, person_id=person_id)

    async def part(self, one_id: int, other_id: int) -> None:
        """Let two people's waiting shakes not meet: one blocked the other."""
        await self._ask(self.pool.part, one_id, other_id)

    async def sponsor(self, *, person_id: int) -> SponsorCard | None:
        """Return a sponsor's card for who has waited in vain for 15 seconds. Raises NotShaking."""
        stored = await self._db.read(ticket_of, person_id)
        now = self._clock.now()
        if stored is None or stored.until <= now:
            raise NotShaking
        if stored.cell is None or now - stored.shaken_at < SPONSOR_AFTER:
            return None
        asked = Asked(
            person_id=person_id,
            ticket_id=stored.ticket_id,
            place=PUBLISHED.centre(stored.cell),
            interests=frozenset(stored.interests),
            at=now,
        )
        return await self._db.write(self._hooks.sponsor_card, asked=asked)

    async def district_of_shake(self, *, person_id: int, point: Point | None) -> int:
        """Return the district in which a person is, by their live ticket or a point. Raises NotShaking."""
        if point is not None:
            cell: int | None = PUBLISHED.cell_of(point)
            await self._ask(self.journeys.go_on, person_id, cell=cell, act="look", now_ms=self._now_ms())
        else:
            stored = await self._db.read(ticket_of, person_id)
            cell = None if stored is None else stored.cell
        if (district := district_of(cell)) is None:
            raise NotShaking
        return district

    async def look(self, *, person_id: int, cell: int) -> None:
        """Note that a person looks around near by; the same limits as for shakes. Raises what `Journeys.go_on` does."""
        await self._ask(self.journeys.go_on, person_id, cell=cell, act="look", now_ms=self._now_ms())

    def interests_of(self, person_id: int) -> frozenset[str]:
        """Return the names of what somebody likes most."""
        return frozenset(self._hooks.interests_of(person_id)[:_INTERESTS])

    async def advance(self) -> None:
        """Take the steps that fell due, and end what is over."""
        progress = await self._ask(self.pool.advance, now_ms=self._now_ms())
        for found in progress.found:
            await self._settle(found)
        if progress.expired:
            await self._db.write(end_tickets, tickets=progress.expired)

    async def _settle(self, found: Found) -> None:
        """Write a claim down; what may not stand is undone, and may lead to other claims."""
        waiting = [found]
        while waiting:
            claimed = waiting.pop()
            try:
                await self._db.write(record_match, found=claimed)
            except NotForEachOther:
                waiting += await self._ask(self.pool.unclaim, claimed, now_ms=self._now_ms())

    async def _tick(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.advance()
            except (sa.exc.SQLAlchemyError, OSError):
                log.exception("the shakes' ladder took no step; trying again")
            try:
                await asyncio.wait_for(self._stopping.wait(), _TICK_S)
            except TimeoutError:
                continue

    async def _ask(self, call: Callable[P, T], *args: P.args, **kw: P.kwargs) -> T:
        if self._remote:
            return await asyncio.to_thread(call, *args, **kw)
        return call(*args, **kw)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


def _prepare(
    tx: Tx, *, person_id: int, key: str, at_venue: bool, proven_after: timedelta
) -> tuple[Shaker, frozenset[int], bool]:
    who = access_shaker(tx, person_id, at_venue=at_venue, proven_after=proven_after)
    stored = ticket_of(tx, person_id)
    is_known = stored is not None and stored.ticket_id == key
    is_known = is_known or match_of_ticket(tx, person_id=person_id, ticket_id=key) is not None
    return who, not_to_meet(tx, person_id), is_known


def _waiting(tx: Tx) -> list[tuple[StoredTicket, frozenset[int], Shaker]]:
    stored = [(each, shaker(tx, each.person_id)) for each in live_tickets(tx)]
    return [(each, not_to_meet(tx, each.person_id), known) for each, known in stored if known is not None]


def _revived(stored: StoredTicket, avoided: frozenset[int], known: Shaker) -> Ticket:
    return Ticket(
        id=stored.ticket_id,
        person_id=stored.person_id,
        at_ms=to_ms(stored.shaken_at),
        until_ms=to_ms(stored.until),
        place=None if stored.cell is None else PUBLISHED.centre(stored.cell),
        venue_id=stored.venue_id,
        widest_m=stored.widest_m,
        interests=frozenset(stored.interests),
        never=avoided,
        reports=known.reports,
    )
