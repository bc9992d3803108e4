"""The pool and the journeys of several processes, in Redis. `redis_pool.lua` does what `in_process.py` does."""

from importlib.resources import files
from typing import Any

import msgspec
import redis
from redis.client import Pipeline

from miaohui.kit.geo import cartesian_m, chord_m, distance_m
from miaohui.people.shake.journeys import Act, Journey, Journeys, go_on, refuse_if_closed
from miaohui.people.shake.pool import CROWD_MS, SPENT_MS, Found, Pool, Progress, Ticket
from miaohui.people.shake.reach import LADDER, REACHES, SAME_MOMENT_MS, TOLERANCE_M

PREFIX = "{miaohui.shake}:"
_DAY_S = 86_400
_encode = msgspec.msgpack.Encoder().encode
_ticket = msgspec.msgpack.Decoder(Ticket)
_journey = msgspec.msgpack.Decoder(Journey)


class RedisPool(Pool):
    """Right for any number of processes: a script runs alone, so a claim takes both tickets or neither."""

    def __init__(self, client: redis.Redis, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix
        self._script = client.register_script(_head() + files(__package__).joinpath("redis_pool.lua").read_text())

    def shake(self, ticket: Ticket, *, now_ms: int) -> Found | None:
        return _found(self._run("shake", now_ms, *_given(ticket)))

    def advance(self, *, now_ms: int) -> Progress:
        found: list[Found] = []
        expired: list[Ticket] = []
        more = 1
        while more:
            claims, ended, more = self._run("advance", now_ms)
            found += [claim for each in claims if (claim := _found(each)) is not None]
            expired += [_ticket.decode(raw) for raw in ended]
        return Progress(tuple(found), tuple(expired))

    def part(self, one_id: int, other_id: int) -> None:
        self._run("part", one_id, other_id)

    def unclaim(self, found: Found, *, now_ms: int) -> list[Found]:
        both = [
            *_given(_without(found.one, found.other.person_id)),
            *_given(_without(found.other, found.one.person_id)),
        ]
        again = self._run("unclaim", now_ms, *both)
        return [claim for each in again if (claim := _found(each)) is not None]

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

    reached = [chord_m(metres + TOLERANCE_M) for metres in REACHES]
    return "\n".join(
        [
            f"local REACHES = {table(REACHES)}",
            f"local REACHED = {table(reached)}",
            f"local SQUARED = {table(metres**2 for metres in reached)}",
            f"local SINCE = {table(since for since, _ in LADDER)}",
            f"local SAME_MOMENT, SPENT, CROWD = {SAME_MOMENT_MS}, {SPENT_MS}, {CROWD_MS}",
            "",
        ]
    )


def _given(ticket: Ticket) -> list[Any]:
    """Return a ticket as the script takes it: its id, twelve fields, and the whole."""
    x, y, z = (0.0, 0.0, 0.0) if ticket.place is None else cartesian_m(ticket.place)
    return [
        ticket.id,
        ticket.person_id,
        ticket.at_ms,
        ticket.until_ms,
        x,
        y,
        z,
        ticket.widest_m,
        "" if ticket.venue_id is None else ticket.venue_id,
        ticket.band,
        "".join([",", *(f"{person_id}," for person_id in sorted(ticket.never))]),
        "\n".join(sorted(ticket.interests)),
        ticket.reports,
        _encode(ticket),
    ]


def _found(claim: list[bytes] | None) -> Found | None:
    if not claim:
        return None
    one, other = _as_it_was(*claim[:3]), _as_it_was(*claim[3:6])
    apart_m = 0.0 if one.place is None or other.place is None else distance_m(one.place, other.place)
    return Found(one=one, other=other, apart_m=apart_m, at_ms=int(claim[6]))


def _as_it_was(raw: bytes, never: bytes, until: bytes) -> Ticket:
    """Return a ticket with what became of it while it waited."""
    unwanted = frozenset(int(person_id) for person_id in never.decode().split(",") if person_id)
    return msgspec.structs.replace(_ticket.decode(raw), never=unwanted, until_ms=int(until))


def _without(ticket: Ticket, unwanted: int) -> Ticket:
    return msgspec.structs.replace(ticket, never=ticket.never | {unwanted})
