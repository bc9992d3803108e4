"""The pool and the journeys of several processes, in Redis. `redis_pool.lua` does what `in_process.py` does."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from importlib.resources import files
from typing import Any, Literal

import msgspec
import redis
from redis.client import Pipeline

from miaohui.kit.geo import Point, cartesian_m, chord_m, distance_m
from miaohui.people.shake.journeys import Act, Journey, Journeys, go_on, refuse_if_closed
from miaohui.people.shake.pool import CROWD_MS, SPENT_MS, AgeBand, Found, Pool, Progress, Ticket
from miaohui.people.shake.reach import LADDER, REACHES, SAME_MOMENT_MS, TOLERANCE_M

PREFIX = "{miaohui.shake}:"
_DAY_S = 86_400
_TOGETHER = 64
"""More shakes than these in one question would hold up everybody else's for more than some milliseconds."""
_encode = msgspec.msgpack.Encoder().encode
_journey = msgspec.msgpack.Decoder(Journey)


class _Record(msgspec.Struct, frozen=True, array_like=True):
    """A ticket as the script has it: a list, whose fields it knows by their places.

    Ids are text, because Lua's numbers hold only 53 bits. never: `,1,2,`; interests: one a line; venue: or nothing.
    """

    id: str
    person: str
    at: int
    until: int
    x: float
    y: float
    z: float
    venue: str
    band: AgeBand
    never: str
    interests: str
    reports: int
    level: int
    """Which of the reaches it has come to, and to which it may come; from 1."""
    last: int
    widest_m: int
    latitude: float
    longitude: float


_Claim = tuple[_Record, _Record, int]
_claims = msgspec.msgpack.Decoder(list[_Claim | Literal[False]])
_progress = msgspec.msgpack.Decoder(tuple[list[_Claim], list[_Record], int])


class RedisPool(Pool):
    """Right for any number of processes: a script runs alone, so a claim takes both tickets or neither.

    Shakes that come while another thread is asking go together, in one question.
    """

    def __init__(self, client: redis.Redis, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix
        self._asking = threading.Lock()
        self._asked: list[tuple[Ticket, int, Future[Found | None]]] = []
        self._script = client.register_script(_head() + files(__package__).joinpath("redis_pool.lua").read_text())

    def shake(self, ticket: Ticket, *, now_ms: int) -> Found | None:
        answer: Future[Found | None] = Future()
        self._asked.append((ticket, now_ms, answer))
        with self._asking:
            # Whoever was asking before us may have asked for us, too.
            while not answer.done():
                self._ask_for_all()
        return answer.result()

    def shake_all(self, shakes: Sequence[tuple[Ticket, int]]) -> list[Found | None]:
        """Let these shake, each at its moment, one after the other."""
        given = [argument for ticket, now_ms in shakes for argument in (now_ms, _encode(_record(ticket)))]
        return [_found(claim) if claim else None for claim in _claims.decode(self._run("shake", *given))]

    def _ask_for_all(self) -> None:
        asked = [self._asked.pop(0) for _ in range(min(len(self._asked), _TOGETHER))]
        try:
            found = self.shake_all([(ticket, now_ms) for ticket, now_ms, _ in asked])
        except Exception as fault:  # noqa: BLE001  each of them hears of it
            for _, _, answer in asked:
                answer.set_exception(fault)
        else:
            for (_, _, answer), claim in zip(asked, found, strict=True):
                answer.set_result(claim)

    def advance(self, *, now_ms: int) -> Progress:
        found: list[Found] = []
        expired: list[Ticket] = []
        more = 1
        while more:
            claims, ended, more = _progress.decode(self._run("advance", now_ms))
            found += [_found(claim) for claim in claims]
            expired += [_ticket(record) for record in ended]
        return Progress(tuple(found), tuple(expired))

    def part(self, one_id: int, other_id: int) -> None:
        self._run("part", one_id, other_id)

    def unclaim(self, found: Found, *, now_ms: int) -> list[Found]:
        both = (_without(found.one, found.other.person_id), _without(found.other, found.one.person_id))
        again = self._run("unclaim", now_ms, *(_encode(_record(ticket)) for ticket in both))
        return [_found(claim) for claim in _claims.decode(again) if claim]

    def extend(self, ticket_id: str, *, until_ms: int) -> bool:
        return bool(self._run("extend", ticket_id, until_ms))

    def withdraw(self, person_id: int) -> bool:
        return bool(self._run("withdraw", person_id))

    def waiting(self) -> int:
        return int(self._client.zcard(f"{self._prefix}due"))

    def note_in_crowd(self, district: int, person_id: int, *, now_ms: int) -> None:
        self._run("note", district, person_id, now_ms)

    def crowd(self, district: int, *, now_ms: int, without: int) -> int:
        return int(self._run("crowd", district, now_ms, without))

    def _run(self, *arguments: Any) -> Any:
        try:
            return self._script(keys=[self._prefix], args=arguments)
        except redis.ConnectionError as fault:
            raise ConnectionError("Redis cannot be reached") from fault


class RedisJourneys(Journeys):
    """Journeys that all processes share; each is gone a day after its last act."""

    def __init__(self, client: redis.Redis, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix

    def go_on(self, person_id: int, *, cell: int | None, act: Act, now_ms: int) -> None:
        key = f"{self._prefix}way:{person_id}"
        further = Journey()

        # Tried again when another request of the person came in between.
        def take(pipe: Pipeline) -> None:
            nonlocal further
            stored: Any = pipe.get(key)
            journey = Journey() if stored is None else _journey.decode(stored)
            further = go_on(journey, cell=cell, act=act, now_ms=now_ms)
            pipe.multi()
            pipe.set(key, _encode(further), ex=_DAY_S)

        self._client.transaction(take, key)
        refuse_if_closed(further, now_ms)


def _head() -> str:
    def table(values: Any) -> str:
        return "{" + ", ".join(repr(value) for value in values) + "}"

    fields = [name.removesuffix("_m").upper() for name in _Record.__struct_fields__]
    reached = [chord_m(metres + TOLERANCE_M) for metres in REACHES]
    return "\n".join(
        [
            f"local {', '.join(fields)} = {', '.join(str(place) for place in range(1, len(fields) + 1))}",
            f"local REACHED = {table(reached)}",
            f"local SQUARED = {table(metres**2 for metres in reached)}",
            f"local SINCE = {table(since for since, _ in LADDER)}",
            f"local SAME_MOMENT, SPENT, CROWD = {SAME_MOMENT_MS}, {SPENT_MS}, {CROWD_MS}",
            "",
        ]
    )


def _record(ticket: Ticket) -> _Record:
    x, y, z = (0.0, 0.0, 0.0) if ticket.place is None else cartesian_m(ticket.place)
    return _Record(
        id=ticket.id,
        person=str(ticket.person_id),
        at=ticket.at_ms,
        until=ticket.until_ms,
        x=x,
        y=y,
        z=z,
        venue="" if ticket.venue_id is None else str(ticket.venue_id),
        band=ticket.band,
        never="".join([",", *(f"{person_id}," for person_id in sorted(ticket.never))]),
        interests="\n".join(sorted(ticket.interests)),
        reports=ticket.reports,
        level=1,
        last=1 if ticket.place is None else sum(metres <= ticket.widest_m for _, metres in LADDER),
        widest_m=ticket.widest_m,
        latitude=0.0 if ticket.place is None else ticket.place.latitude,
        longitude=0.0 if ticket.place is None else ticket.place.longitude,
    )


def _ticket(record: _Record) -> Ticket:
    """Return a ticket with what became of it while it waited."""
    return Ticket(
        id=record.id,
        person_id=int(record.person),
        at_ms=record.at,
        until_ms=record.until,
        place=None if record.venue else Point(record.latitude, record.longitude),
        venue_id=int(record.venue) if record.venue else None,
        widest_m=record.widest_m,
        interests=frozenset(record.interests.split("\n")) if record.interests else frozenset(),
        band=record.band,
        never=frozenset(int(person_id) for person_id in record.never.split(",") if person_id),
        reports=record.reports,
    )


def _found(claim: _Claim) -> Found:
    one, other = _ticket(claim[0]), _ticket(claim[1])
    apart_m = 0.0 if one.place is None or other.place is None else distance_m(one.place, other.place)
    return Found(one=one, other=other, apart_m=apart_m, at_ms=claim[2])


def _without(ticket: Ticket, unwanted: int) -> Ticket:
    return msgspec.structs.replace(ticket, never=ticket.never | {unwanted})
