"""Begin a group, and bring people into it."""

import unicodedata
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.people.accounts.ages import is_minor
from miaohui.people.accounts.tables import account
from miaohui.people.graph.queries import are_friends, followed_by_person, hidden_from
from miaohui.talk.messaging.access import access_group
from miaohui.talk.messaging.actions.say_in_group import say_in_group
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import present_members
from miaohui.talk.messaging.standing import FriendsOnly
from miaohui.talk.messaging.tables import conversation, conversation_member

MEMBERS_AT_MOST = 500
_LONGEST_TITLE = 40


class InvalidGroup(Refusal):
    """The name is empty or too long, or nobody was named."""

    code = "invalid_group"
    status = 400
    title = "A group needs a name of at most 40 characters, and somebody besides you"


class GroupFull(Refusal):
    """There would be more than 500 people."""

    code = "group_full"
    status = 409
    title = "A group has at most 500 people"


def create_group(tx: Tx, *, owner_id: int, title: str, member_ids: Collection[int]) -> int:
    """Begin a group with friends; return its id. Raises InvalidGroup, GroupFull, FriendsOnly."""
    wanted = sorted(set(member_ids) - {owner_id})
    if not wanted:
        raise InvalidGroup
    conversation_id = new_id()
    moments = {"created_at": tx.now, "changed_at": tx.now}
    values = {"id": conversation_id, "kind": "group", "state": "open", "title": clean_title(title), "members": 0}
    tx.execute(sa.insert(conversation).values(**values, **moments))
    _seat(tx, conversation_id, owner_id, role="owner", joined_seq=0)
    _bring_in(tx, conversation_id=conversation_id, by_id=owner_id, wanted=wanted, joined_seq=0)
    everybody = present_members(tx, conversation_id)
    append_person_events(tx, person_ids=everybody, event="conversation", conversation_id=conversation_id)
    say_in_group(tx, conversation_id=conversation_id, by_id=owner_id, what="created", about_ids=wanted)
    return conversation_id


def add_members(tx: Tx, *, conversation_id: int, by_id: int, member_ids: Collection[int]) -> None:
    """Bring friends into a group; who is there already stays. They read what is written from now on.

    Raises GroupFull, FriendsOnly, NotFound.
    """
    place, _ = access_group(tx, conversation_id=conversation_id, person_id=by_id)
    lock_group(tx, conversation_id)
    before = set(present_members(tx, conversation_id))
    wanted = sorted(set(member_ids) - before)
    if not wanted:
        return
    _bring_in(tx, conversation_id=conversation_id, by_id=by_id, wanted=wanted, joined_seq=place.last_seq)
    append_person_events(tx, person_ids=[*before, *wanted], event="conversation", conversation_id=conversation_id)
    say_in_group(tx, conversation_id=conversation_id, by_id=by_id, what="added", about_ids=wanted)


def lock_group(tx: Tx, conversation_id: int) -> None:
    """Hold a group's row: who comes and goes is decided one after the other."""
    tx.execute(sa.select(conversation.c.id).where(conversation.c.id == conversation_id).with_for_update())


def clean_title(title: str) -> str:
    """Return a group's name as it is kept. Raises InvalidGroup."""
    kept = " ".join(unicodedata.normalize("NFC", title).split())
    if not 0 < len(kept) <= _LONGEST_TITLE or any(unicodedata.category(one)[0] == "C" for one in kept):
        raise InvalidGroup
    return kept


def _bring_in(tx: Tx, *, conversation_id: int, by_id: int, wanted: list[int], joined_seq: int) -> None:
    friends = followed_by_person(tx, by_id)
    if not friends.issuperset(wanted) or hidden_from(tx, by_id).intersection(wanted):
        raise FriendsOnly
    if not all(are_friends(tx, by_id, one) for one in wanted):
        raise FriendsOnly
    for account_id in wanted:
        _seat(tx, conversation_id, account_id, role="member", joined_seq=joined_seq)
    everybody = present_members(tx, conversation_id)
    if len(everybody) > MEMBERS_AT_MOST:
        raise GroupFull
    _check_minors(tx, everybody)
    tx.execute(sa.update(conversation).where(conversation.c.id == conversation_id).values(members=len(everybody)))


def _check_minors(tx: Tx, everybody: Collection[int]) -> None:
    """A minor is in a group only among friends, because in a group everybody writes to everybody."""
    born: list[tuple[int, date | None]] = list(
        tx.execute(sa.select(account.c.id, account.c.birth_date).where(account.c.id.in_(everybody))).tuples()
    )
    for minor_id in [one for one, day in born if day is not None and is_minor(day, now=tx.now)]:
        if not all(are_friends(tx, minor_id, other) for other in everybody if other != minor_id):
            raise FriendsOnly


def _seat(tx: Tx, conversation_id: int, account_id: int, *, role: str, joined_seq: int) -> None:
    fresh = {
        "role": role,
        "folder": "inbox",
        "joined_seq": joined_seq,
        "read_seq": joined_seq,
        "muted": False,
        "joined_at": tx.now,
        "left_at": None,
    }
    row = {"conversation_id": conversation_id, "account_id": account_id, **fresh}
    insert_or_update(tx, conversation_member, row, key=["conversation_id", "account_id"], changes=fresh)
