"""Tomorrow's list of who missed each other today."""

from datetime import date, timedelta

import sqlalchemy as sa

from miaohui.kit.clock import EPOCH
from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.queries import person_cards
from miaohui.people.shake.access import access_shaker
from miaohui.people.shake.actions.record_match import NotForEachOther, bring_together
from miaohui.people.shake.queries import Missed, missed_in_district, not_to_meet
from miaohui.people.shake.tables import shake_missed

PARTNERS = 3
"""So many of yesterday's people one is shown: a list to read, not one to search."""


def list_missed(tx: Tx, *, person_id: int, district: int, interests: frozenset[str], proven_after: timedelta) -> date:
    """Put a person who met nobody on the list of today's district; return the day.

    Raises what `access_shaker` raises.
    """
    access_shaker(tx, person_id, at_venue=False, proven_after=proven_after)
    day = tx.now.date()
    values = {"district": district, "interests": sorted(interests)}
    insert_or_update(
        tx, shake_missed, {"person_id": person_id, "day": day, **values}, key=("person_id", "day"), changes=values
    )
    # Midnight in UTC, breakfast in China.
    over = EPOCH + (day - EPOCH.date() + timedelta(days=1))
    stage_job(tx, "shake.pair_missed", unique_key=f"shake.missed:{day}", run_at=over, day=day.isoformat())
    return day


def unlist_missed(tx: Tx, *, person_id: int) -> None:
    """Take a person off the lists."""
    tx.execute(sa.delete(shake_missed).where(shake_missed.c.person_id == person_id))


def pair_missed(tx: Tx, *, day: date) -> int:
    """Let people who missed each other on a day meet late, who shares most first; return how many pairs.

    Each meets at most three. The list is empty afterwards.
    """
    columns = tuple(shake_missed.c[name] for name in Missed.__struct_fields__)
    listed = tx.all(
        sa.select(*columns).where(shake_missed.c.day == day).order_by(shake_missed.c.person_id).limit(5_000), Missed
    )
    here = person_cards(tx, [each.person_id for each in listed])
    given = dict.fromkeys(here, 0)
    pairs = 0
    for mine in listed:
        if mine.person_id not in here:
            continue
        avoided = not_to_meet(tx, mine.person_id)
        others = [
            each
            for each in missed_in_district(tx, mine=mine, limit=200)
            if each.person_id > mine.person_id and each.person_id in here and each.person_id not in avoided
        ]
        wishes = set(mine.interests)
        for theirs in sorted(others, key=lambda each: -len(wishes & set(each.interests))):
            if given[mine.person_id] >= PARTNERS:
                break
            if given[theirs.person_id] >= PARTNERS:
                continue
            try:
                bring_together(
                    tx,
                    one_id=mine.person_id,
                    other_id=theirs.person_id,
                    tickets=(None, None),
                    late=True,
                    bucket="under_10",
                    shared=sorted(wishes & set(theirs.interests))[:5],
                    at=tx.now,
                )
            except NotForEachOther:
                continue
            given[mine.person_id] += 1
            given[theirs.person_id] += 1
            pairs += 1
    tx.execute(sa.delete(shake_missed).where(shake_missed.c.day <= day))
    return pairs
