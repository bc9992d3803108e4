"""Who may write to whom, as it stands at this moment."""

from collections.abc import Collection
from datetime import date

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.people.accounts.ages import is_minor
from miaohui.people.accounts.tables import account
from miaohui.people.graph.tables import block, follow
from miaohui.talk.messaging.tables import conversation, conversation_member


class FriendsOnly(Refusal):
    """One of the two is not of age yet: then both must follow each other."""

    code = "friends_only"
    status = 403
    title = "Only friends can write to each other here"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How two people stand to each other, for somebody who wants to write."""

    present: bool
    """Both accounts are active."""
    blocked: bool
    friends: bool
    minor: bool
    """At least one of the two is."""

    @property
    def may_write(self) -> bool:
        return self.present and not self.blocked and (self.friends or not self.minor)


_ONE = sa.bindparam("one_id", type_=sa.BigInteger)
_OTHER = sa.bindparam("other_id", type_=sa.BigInteger)
_one, _other = account.alias("one"), account.alias("other")


def _follows(follower: sa.BindParameter[int], followee: sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(follow.c.follower_id == follower, follow.c.followee_id == followee)


def _blocks(blocker: sa.BindParameter[int], blocked: sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(block.c.blocker_id == blocker, block.c.blocked_id == blocked)


# Built once: making the statement anew takes longer than SQLite takes to answer it.
_STANDING = Prepared(
    sa.select(
        sa.and_(_one.c.state == "active", _other.c.state == "active").label("present"),
        sa.or_(_blocks(_ONE, _OTHER), _blocks(_OTHER, _ONE)).label("blocked"),
        sa.and_(_follows(_ONE, _OTHER), _follows(_OTHER, _ONE)).label("friends"),
        _one.c.birth_date.label("one_born"),
        _other.c.birth_date.label("other_born"),
    )
    .select_from(_one.join(_other, _other.c.id == _OTHER))
    .where(_one.c.id == _ONE)
)


def standing_of(tx: Tx, one_id: int, other_id: int) -> Standing:
    """Return how two people stand to each other, in one query."""
    found = tx.rows(_STANDING, one_id=one_id, other_id=other_id)
    if not found or one_id == other_id:
        return Standing(present=False, blocked=False, friends=False, minor=False)

    row = found[0]

    def young(born: date | None) -> bool:
        return born is not None and is_minor(born, now=tx.now)

    return Standing(
        present=bool(row.present),
        blocked=bool(row.blocked),
        friends=bool(row.friends),
        minor=young(row.one_born) or young(row.other_born),
    )


def may_message(tx: Tx, one_id: int, other_id: int) -> bool:
    """Return whether the first may write to the second at all, if only into the request folder.

    Not where one blocked the other or is leaving, nor to or from a minor who is no friend.
    """
    return standing_of(tx, one_id, other_id).may_write


def check_may_message(tx: Tx, one_id: int, other_id: int) -> Standing:
    """Return how two people stand if the first may write to the second. Raises FriendsOnly, NotFound."""
    found = standing_of(tx, one_id, other_id)
    if not found.present or found.blocked:
        raise NotFound
    if not found.may_write:
        raise FriendsOnly
    return found


def have_exchanged_messages(tx: Tx, one_id: int, other_id: int) -> bool:
    """Return whether each of the two has written to the other at least once."""
    low, high = sorted((one_id, other_id))
    answered = sa.exists().where(
        conversation.c.low_id == low, conversation.c.high_id == high, conversation.c.answered_at.is_not(None)
    )
    return bool(tx.scalar(sa.select(answered)))


def direct_between(tx: Tx, one_id: int, other_id: int) -> int | None:
    """Return the conversation of two people, if there is one."""
    low, high = sorted((one_id, other_id))
    theirs = sa.and_(conversation.c.low_id == low, conversation.c.high_id == high)
    found: int | None = tx.scalar(sa.select(conversation.c.id).where(theirs))
    return found


def minors_among(tx: Tx, account_ids: Collection[int]) -> list[int]:
    """Return which of these people are not of age."""
    born = sa.select(account.c.id, account.c.birth_date).where(account.c.id.in_(set(account_ids)))
    return [row.id for row in tx.execute(born) if row.birth_date is not None and is_minor(row.birth_date, now=tx.now)]


def groups_of_both(tx: Tx, one_id: int, other_id: int) -> dict[int, list[int]]:
    """Return the groups in which both are or have been, each with which of the two are there now."""
    ones, others = conversation_member.alias(), conversation_member.alias()
    shared = (
        sa.select(conversation.c.id, ones.c.left_at.label("one_left_at"), others.c.left_at.label("other_left_at"))
        .join_from(conversation, ones, ones.c.conversation_id == conversation.c.id)
        .join(others, others.c.conversation_id == conversation.c.id)
        .where(conversation.c.kind == "group", ones.c.account_id == one_id, others.c.account_id == other_id)
    )
    return {
        row.id: [
            person for person, left_at in ((one_id, row.one_left_at), (other_id, row.other_left_at)) if left_at is None
        ]
        for row in tx.execute(shared)
    }
