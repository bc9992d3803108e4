"""What the sockets hear of shakes: each of the two hears their own side, as a reload would show it."""

from miaohui.kit.db import Database, Tx
from miaohui.kit.realtime import Realtime
from miaohui.people.graph.events import PersonBlocked
from miaohui.people.graph.queries import blocked_either_way
from miaohui.people.shake.answers import MatchCard, match_cards
from miaohui.people.shake.events import HelloMutual, RendezvousBegan, ShakeEnded, ShakeMatched
from miaohui.people.shake.queries import match_by_id
from miaohui.people.shake.service import Shaking

SHAKES_TOPIC = "people:{person_id}:shakes"


async def push_match(event: ShakeMatched, *, realtime: Realtime, db: Database) -> None:
    """Show the two to each other."""
    await _show("matched", event, realtime=realtime, db=db)


async def push_mutual(event: HelloMutual, *, realtime: Realtime, db: Database) -> None:
    """Tell both that both said hello."""
    await _show("mutual", event, realtime=realtime, db=db)


def push_end(event: ShakeEnded, *, realtime: Realtime) -> None:
    """Tell who waited that the time is over."""
    realtime.publish(SHAKES_TOPIC.format(person_id=event.person_id), "ended", {"listed": event.listed})


def push_rendezvous(event: RendezvousBegan, *, realtime: Realtime) -> None:
    """Tell who wanted to come, and has the page open, that the hour is full."""
    realtime.publish(SHAKES_TOPIC.format(person_id=event.person_id), "rendezvous", {})


async def part_blocked(event: PersonBlocked, *, realtime: Realtime, shaking: Shaking) -> None:
    """Keep two waiting tickets apart from now on, and take an open card off the screen.

    Nobody's ticket is to leave the pool for somebody they blocked; what it claims is looked at again all the same.
    """
    await shaking.part(event.blocker_id, event.blocked_id)
    for person_id in (event.blocker_id, event.blocked_id):
        realtime.publish(SHAKES_TOPIC.format(person_id=person_id), "changed", {})


async def _show(what: str, event: ShakeMatched | HelloMutual, *, realtime: Realtime, db: Database) -> None:
    for person_id in (event.one_id, event.other_id):
        card = await db.read(_card, match_id=event.match_id, person_id=person_id)
        if card is not None:
            realtime.publish(SHAKES_TOPIC.format(person_id=person_id), what, card)


def _card(tx: Tx, *, match_id: int, person_id: int) -> MatchCard | None:
    found = match_by_id(tx, match_id)
    if found is None or blocked_either_way(tx, found.one_id, found.other_id):
        return None
    cards = match_cards(tx, [found], person_id=person_id)
    return cards[0] if cards else None
