"""Lay moments on the time lines of friends, and keep those lines short."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from miaohui.kit.db import Tx
from miaohui.people.graph.queries import are_friends
from miaohui.people.graph.tables import follow
from miaohui.talk.moments.tables import moment, moment_timeline
from miaohui.talk.moments.visibility import in_audience

LONGEST_TIMELINE = 1000
"""Moments on one person's line: at twenty a day more than a month; the albums of friends have the rest."""
_CATCH_UP = 50


def fan_out(tx: Tx, *, moment_id: int) -> int:
    """Lay a moment on the line of each friend to whom it is shown, in one statement; again adds nothing."""
    back = follow.alias()
    friends = (
        sa.select(follow.c.followee_id, moment.c.id, moment.c.posted_at)
        .join_from(moment, follow, follow.c.follower_id == moment.c.author_id)
        .join(back, sa.and_(back.c.follower_id == follow.c.followee_id, back.c.followee_id == moment.c.author_id))
        .where(moment.c.id == moment_id, moment.c.state == "visible", in_audience(follow.c.followee_id))
    )
    return _lay(tx, friends)


def catch_up(tx: Tx, *, one_id: int, other_id: int) -> int:
    """Lay the last moments of two who have become friends on each other's line; again adds nothing."""
    if not are_friends(tx, one_id, other_id):
        return 0
    laid = 0
    for author_id, reader_id in ((one_id, other_id), (other_id, one_id)):
        reader = sa.literal(reader_id, sa.BigInteger)
        newest = (
            sa.select(reader.label("reader_id"), moment.c.id, moment.c.posted_at)
            .where(moment.c.author_id == author_id, moment.c.state == "visible", in_audience(reader))
            .order_by(moment.c.posted_at.desc(), moment.c.id.desc())
            .limit(_CATCH_UP)
        )
        # Without the inner query SQLite would read ON CONFLICT as part of a join.
        inner = newest.subquery()
        laid += _lay(tx, sa.select(inner).where(sa.true()))
    return laid


def trim_timelines(tx: Tx, *, longest: int = LONGEST_TIMELINE, people: int = 200) -> int:
    """Cut the oldest moments off lines that are too long, of so many people at once; return of how many."""
    person = moment_timeline.c.person_id
    too_long = tx.scalars(
        sa.select(person).group_by(person).having(sa.func.count() > longest).order_by(person).limit(people)
    )
    for person_id in too_long:
        place = (moment_timeline.c.posted_at, moment_timeline.c.moment_id)
        last_kept = (
            sa.select(*place)
            .where(person == person_id)
            .order_by(*(column.desc() for column in place))
            .offset(longest - 1)
            .limit(1)
        )
        kept = tx.execute(last_kept).one()
        literals = (sa.literal(value, column.type) for value, column in zip(kept, place, strict=True))
        older = sa.and_(person == person_id, sa.tuple_(*place) < sa.tuple_(*literals))
        tx.execute(sa.delete(moment_timeline).where(older))
    return len(too_long)


def _lay(tx: Tx, rows: sa.Select[tuple[int, int, object]]) -> int:
    build = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    columns = ["person_id", "moment_id", "posted_at"]
    return tx.changed(build(moment_timeline).from_select(columns, rows).on_conflict_do_nothing())
