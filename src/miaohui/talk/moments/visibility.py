"""Who sees what, decided while it is read: an end of a friendship or a block counts from the next request on.

Everything that hands out a moment, a like or a comment asks one of these conditions. They are built once; the
asking person is the parameter `viewer_id`, the moment of asking `now`.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Timestamp
from miaohui.people.graph.tables import block, follow, mute
from miaohui.talk.moments.tables import (
    moment,
    moment_audience,
    moment_comment,
    moment_like,
    moment_setting,
    person_mood,
)

VIEWER: sa.BindParameter[int] = sa.bindparam("viewer_id", type_=sa.BigInteger)
NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=Timestamp)
WINDOWS_DAYS = (3, 30, 180)

_Person = sa.ColumnElement[int]


def friends_with(one: _Person, other: _Person) -> sa.ColumnElement[bool]:
    """The two follow each other."""
    forth, back = follow.alias(), follow.alias()
    return sa.and_(
        sa.exists().where(forth.c.follower_id == one, forth.c.followee_id == other).correlate_except(forth),
        sa.exists().where(back.c.follower_id == other, back.c.followee_id == one).correlate_except(back),
    )


def _unblocked(one: _Person, other: _Person) -> sa.ColumnElement[bool]:
    forth, back = block.alias(), block.alias()
    return sa.and_(
        ~sa.exists().where(forth.c.blocker_id == one, forth.c.blocked_id == other).correlate_except(forth),
        ~sa.exists().where(back.c.blocker_id == other, back.c.blocked_id == one).correlate_except(back),
    )


def in_audience(viewer: _Person) -> sa.ColumnElement[bool]:
    """The author has not kept this moment from the viewer."""
    listed = sa.exists().where(moment_audience.c.moment_id == moment.c.id, moment_audience.c.person_id == viewer)
    listed = listed.correlate_except(moment_audience)
    return sa.or_(
        moment.c.audience == "friends",
        sa.and_(moment.c.audience == "some", listed),
        sa.and_(moment.c.audience == "not_some", ~listed),
    )


def _in_window() -> sa.ColumnElement[bool]:
    starts = [(days, sa.bindparam(f"since_{days}", type_=Timestamp)) for days in WINDOWS_DAYS]
    too_old = sa.or_(
        *(sa.and_(moment_setting.c.window_days == days, moment.c.posted_at < start) for days, start in starts)
    )
    closed = sa.exists().where(moment_setting.c.person_id == moment.c.author_id, too_old)
    return ~closed.correlate_except(moment_setting)


def as_seen_by(viewer_id: int, now: Any) -> dict[str, Any]:
    """Return the parameters of all conditions in this file."""
    return {
        "viewer_id": viewer_id,
        "now": now,
        **{f"since_{days}": now - timedelta(days=days) for days in WINDOWS_DAYS},
    }


SEEN_MOMENT: sa.ColumnElement[bool] = sa.and_(
    moment.c.state == "visible",
    sa.or_(
        moment.c.author_id == VIEWER,
        sa.and_(
            friends_with(VIEWER, moment.c.author_id),
            _unblocked(VIEWER, moment.c.author_id),
            in_audience(VIEWER),
            _in_window(),
        ),
    ),
)
"""Condition on `moment`: its author's, or a friend's who shows it to the viewer."""

UNMUTED: sa.ColumnElement[bool] = ~sa.exists().where(
    mute.c.muter_id == VIEWER, mute.c.muted_id == moment.c.author_id
).correlate_except(mute)
"""Condition on `moment`: the viewer has not asked to be spared its author."""


def _common(person: _Person) -> sa.ColumnElement[bool]:
    """The viewer, the moment's author, or a friend of both; to the author everybody."""
    known = sa.or_(
        person == VIEWER, person == moment.c.author_id, moment.c.author_id == VIEWER, friends_with(VIEWER, person)
    )
    return sa.and_(known, _unblocked(VIEWER, person))


SEEN_LIKE: sa.ColumnElement[bool] = _common(moment_like.c.account_id)
"""Condition on `moment_like` joined to a `moment` that the viewer sees."""

SEEN_COMMENT: sa.ColumnElement[bool] = sa.and_(
    _common(moment_comment.c.author_id),
    sa.or_(moment_comment.c.reply_to_id.is_(None), _common(moment_comment.c.reply_to_id)),
)
"""Condition on `moment_comment` joined to a `moment` that the viewer sees: an answer to somebody whom the viewer
does not know would tell of them."""

SEEN_MOOD: sa.ColumnElement[bool] = sa.and_(
    person_mood.c.expires_at > NOW,
    sa.or_(
        person_mood.c.person_id == VIEWER,
        sa.and_(friends_with(VIEWER, person_mood.c.person_id), _unblocked(VIEWER, person_mood.c.person_id)),
    ),
)
"""Condition on `person_mood`: one's own or a friend's, and not over yet."""
