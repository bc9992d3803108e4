"""A visitor to the demo town meets somebody, is greeted and gets an answer, and is told who that is."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from miaohui.demo.people import BY_HANDLE
from miaohui.demo.queries import resident_ids
from miaohui.demo.residents import Residents, played_residents
from miaohui.demo.seed import SEED, found_town
from miaohui.demo.settle_people import settle_people
from miaohui.hooks import Hooks
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.geo import Point
from miaohui.kit.siblings import NoSiblings, Siblings
from miaohui.kit.siblings.redis_siblings import RedisSiblings
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.shake.actions.answer_match import answer_match
from miaohui.people.shake.answers import MatchCard
from miaohui.people.shake.queries import live_tickets, match_of_ticket
from miaohui.people.shake.service import Shaking
from miaohui.services import Services
from miaohui.settings import Settings
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.queries import messages_of
from tests.redis_server import let_redis_pass_time

HOME = Point(31.3, 120.6)


class Town:
    """The townspeople and one visitor. Time passes in steps of two seconds, as it does for a server."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        self.db, self.clock = db, clock
        self.shaking = Shaking(db=db, clock=clock, hooks=Hooks(), proven_after=timedelta(0))
        self.residents = self.play(NoSiblings())
        self.visitor = db.write_sync(create_account, nickname="客人", birth_date=date(1990, 1, 1))

    def play(self, siblings: Siblings) -> Residents:
        """Return what plays the townspeople in one web process."""
        return Residents(db=self.db, clock=self.clock, shaking=self.shaking, siblings=siblings)

    def shake(self, ticket_id: str = "w-1", at: Point = HOME) -> None:
        mine = {"person_id": self.visitor, "point": at, "venue_id": None, "widest_m": 1_000}
        asyncio.run(self.shaking.shake(ticket_id=ticket_id, **mine))

    def pass_time(self, seconds: int) -> None:
        async def step() -> None:
            await self.residents.act()
            await self.shaking.advance()

        for _ in range(seconds // 2):
            self.clock.advance(timedelta(seconds=2))
            asyncio.run(step())

    def met(self) -> MatchCard | None:
        return asyncio.run(self.shaking.state(person_id=self.visitor)).match

    def written(self, conversation_id: int) -> list[str]:
        seen = {"joined_seq": 0, "before_seq": None, "after_seq": None, "limit": 20}
        found = self.db.read_sync(messages_of, conversation_id=conversation_id, viewer_id=self.visitor, **seen)
        return [one.body["text"] for one in found if one.body and one.sender_id != self.visitor]


@pytest.fixture
def town(tmp_path: Path, database_url: str, clock: ManualClock) -> Iterator[Town]:
    with Services(Settings(data_dir=tmp_path / "data", database_url=database_url, demo=True), clock=clock) as services:
        services.db.write_sync(settle_people, town=services.db.write_sync(found_town, seed=SEED))
        yield Town(services.db, clock)


def test_who_shakes_meets_somebody_on_the_ladder_and_is_answered(town: Town) -> None:
    town.shake()
    town.pass_time(2)
    assert town.met() is None, "nobody of the town is faster than a person"
    town.pass_time(28)
    card = town.met()
    assert card is not None
    assert card.distance == "under_1"

    town.db.write_sync(answer_match, match_id=int(card.id), person_id=town.visitor, answer="hello")
    town.pass_time(6)
    card = town.met()
    assert card is not None
    assert card.mutual

    assert card.person_id is not None
    resident = int(card.person_id)
    talk = town.db.write_sync(open_direct, one_id=town.visitor, other_id=resident, reason="shake")
    for number in range(7):
        words = {"kind": "text", "body": {"text": "你好"}, "client_id": f"m{number}"}
        town.db.write_sync(send_message, sender_id=town.visitor, conversation_id=talk, **words)
        town.pass_time(8)
    said = town.written(talk)
    assert ("服务器" in said[0]) or ("the server" in said[0])
    assert len(said) == len(set(said)) == 5, "once each, and then they have said all"


def test_one_web_process_plays_the_town_and_another_goes_on_when_it_is_killed_or_stops(
    town: Town, redis_url: str
) -> None:
    prefix = f"{{{secrets.token_hex(4)}}}:"
    siblings = [RedisSiblings(redis_url, prefix=prefix) for _ in range(3)]
    first, second, third = map(town.play, siblings)

    async def comes_for(ticket_id: str, *playing: Residents) -> bool:
        """Return whether anybody of the town shakes for a visitor who waits for half a minute."""
        mine = {"person_id": town.visitor, "point": HOME, "venue_id": None, "widest_m": 1_000}
        await town.shaking.shake(ticket_id=ticket_id, **mine)
        for _ in range(15):
            town.clock.advance(timedelta(seconds=2))
            for one in playing:
                await one.act()
            await town.shaking.advance()
        await town.shaking.withdraw(person_id=town.visitor)
        town.clock.advance(timedelta(minutes=5))
        return (
            town.db.read_sync(match_of_ticket, person_id=town.visitor, ticket_id=f"{town.visitor}:{ticket_id}")
            is not None
        )

    async def story() -> None:
        assert await siblings[0].hold("townspeople", for_s=3600)
        assert not await comes_for("w-1", second, third), "the first one plays, though it does nothing now"
        assert await comes_for("w-2", second, first)
        # The first one is killed.
        let_redis_pass_time(redis_url, prefix, 10)
        assert await comes_for("w-3", second, third)
        await siblings[1].stop()
        assert await comes_for("w-4", third)
        for one in (siblings[0], siblings[2]):
            await one.stop()

    asyncio.run(story())


def test_another_shake_brings_somebody_else_also_far_away(town: Town) -> None:
    names = set()
    for number, place in enumerate((HOME, HOME, Point(52.5, 13.4))):
        if number == 2:
            town.clock.advance(timedelta(hours=30))
        town.shake(f"w-{number}", at=place)
        town.pass_time(30)
        card = town.met()
        assert card is not None
        names.add(card.nickname)
        town.clock.advance(timedelta(minutes=5))
    assert len(names) == 3


def test_nobody_is_played_whom_a_visitor_has_entered_as_and_no_child_is(town: Town) -> None:
    people = town.db.read_sync(resident_ids)
    town.db.write_sync(open_session, account_id=people["mei"], user_agent="a visitor")

    played = town.db.read_sync(played_residents)

    assert "mei" not in played
    assert "omar" in played
    assert all(BY_HANDLE[name].age_years >= 18 for name in played)


def test_nobody_of_the_town_waits_where_nobody_shakes(town: Town) -> None:
    town.pass_time(20)
    town.shake()
    asyncio.run(town.shaking.withdraw(person_id=town.visitor))
    town.pass_time(30)
    assert town.db.read_sync(live_tickets) == []
