"""Make a match of two tickets that the pool claimed for each other."""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from miaohui.kit.clock import from_ms
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import blocked_either_way
from miaohui.people.shake.events import ShakeMatched
from miaohui.people.shake.pool import Found
from miaohui.people.shake.queries import MEET_AGAIN_AFTER, Match
from miaohui.people.shake.reach import Bucket, bucket_of
from miaohui.people.shake.tables import shake_match, shake_ticket

HELLO_WITHIN = timedelta(seconds=60)
LATE_HELLO_WITHIN = timedelta(hours=24)
_SHARED_AT_MOST = 5


class NotForEachOther(Conflict):
    """One blocked the other, or they met, since the pool last knew; both go back into it."""

    code = "not_for_each_other"
    title = "These two do not meet"


def record_match(tx: Tx, *, found: Found) -> Match:
    """Let two people know of each other, and end both tickets. Raises NotForEachOther."""
    one, other = sorted((found.one, found.other), key=lambda ticket: ticket.person_id)
    made = bring_together(
        tx,
        one_id=one.person_id,
        other_id=other.person_id,
        tickets=(one.id, other.id),
        late=found.late,
        bucket=bucket_of(found.apart_m),
        shared=sorted(one.interests & other.interests)[:_SHARED_AT_MOST],
        at=from_ms(found.at_ms),
    )
    for ticket in (one, other):
        mine = sa.and_(shake_ticket.c.person_id == ticket.person_id, shake_ticket.c.ticket_id == ticket.id)
        tx.execute(sa.delete(shake_ticket).where(mine))
    return made


def bring_together(
    tx: Tx,
    *,
    one_id: int,
    other_id: int,
    tickets: tuple[str | None, str | None],
    late: bool,
    bucket: Bucket,
    shared: list[str],
    at: datetime,
) -> Match:
    """Make a match of two people, the one with the lower id first.

    Under the lock of the graph, so that a block is either before this or finds the match made.
    Raises NotForEachOther.
    """
    lock_people(tx, (one_id, other_id))
    if blocked_either_way(tx, one_id, other_id):
        raise NotForEachOther
    both = sa.and_(shake_match.c.one_id == one_id, shake_match.c.other_id == other_id)
    tx.execute(sa.delete(shake_match).where(both, shake_match.c.matched_at <= tx.now - MEET_AGAIN_AFTER))
    match_id = new_id()
    made = Match(
        id=match_id,
        one_id=one_id,
        other_id=other_id,
        one_ticket=tickets[0],
        other_ticket=tickets[1],
        late=late,
        bucket=bucket,
        shared=shared,
        matched_at=at,
        # From now, not from the claim: nobody's minute runs while the row waits to be written.
        hello_until=tx.now + (LATE_HELLO_WITHIN if late else HELLO_WITHIN),
        one_answer=None,
        other_answer=None,
        mutual_at=None,
    )
    if not insert_if_absent(tx, shake_match, msgspec.structs.asdict(made)):
        raise NotForEachOther
    tx.emit(ShakeMatched(match_id=match_id, one_id=one_id, other_id=other_id, late=late, at=tx.now))
    return made
