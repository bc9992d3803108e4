"""People as the API shows them to each other."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import Position, cut_page, decode_cursor
from miaohui.people.accounts.queries import PersonCard, person_cards
from miaohui.people.graph.queries import Relationship, Tie, relationships
from miaohui.people.graph.search import search_people


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who made, said or did something. avatar: the address of a picture, if there is one."""

    id: Id
    handle: str
    nickname: str
    avatar: str | None


class ListedPerson(Person, frozen=True, kw_only=True):
    """A person in a list. since: of when the tie is that the list is about.

    relationship: how the asking person stands to this one; null without an account, and for oneself.
    """

    since: datetime
    relationship: Relationship | None


class MatchingPerson(Person, frozen=True, kw_only=True):
    """Somebody whom a search has found. relationship: how the asking person stands to this one."""

    relationship: Relationship


class MatchingPeople(msgspec.Struct, frozen=True, kw_only=True):
    """What a search has found, the likeliest first."""

    items: list[MatchingPerson]


class People(msgspec.Struct, frozen=True, kw_only=True):
    """A page of people. Who has left since is missing from it; only a null cursor means the end."""

    items: list[ListedPerson]
    cursor: str | None


def person_of(card: PersonCard) -> Person:
    """Return a person as the API shows them."""
    return Person(id=format_id(card.id), handle=card.handle, nickname=card.nickname, avatar=card.avatar_url)


def read_matching(tx: Tx, *, viewer_id: int, text: str, limit: int) -> MatchingPeople:
    """Return whom a search for `text` finds."""
    found = search_people(tx, viewer_id=viewer_id, text=text, limit=limit)
    return MatchingPeople(
        items=[
            MatchingPerson(
                id=format_id(one.card.id),
                handle=one.card.handle,
                nickname=one.card.nickname,
                avatar=one.card.avatar_url,
                relationship=one.relationship,
            )
            for one in found
        ]
    )


def read_people(
    tx: Tx,
    *,
    ties: Callable[[Tx, Position | None, int], list[Tie]],
    viewer_id: int,
    account_id: int | None,
    cursor: str | None,
    limit: int,
) -> People:
    """Return one page of a list.

    ties: `ties(tx, after, limit)` reads the list. account_id: the viewer's, None without one.
    Raises InvalidCursor.
    """
    found = ties(tx, decode_cursor(cursor), limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda tie: (tie.since, tie.account_id))
    ids = [tie.account_id for tie in shown]
    cards = person_cards(tx, ids)
    standing = relationships(tx, viewer_id=viewer_id, person_ids=ids) if account_id is not None else {}
    items = [
        _listed(cards[tie.account_id], tie, standing.get(tie.account_id) if tie.account_id != account_id else None)
        for tie in shown
        if tie.account_id in cards
    ]
    return People(items=items, cursor=following)


def _listed(card: PersonCard, tie: Tie, relationship: Relationship | None) -> ListedPerson:
    return ListedPerson(
        id=format_id(card.id),
        handle=card.handle,
        nickname=card.nickname,
        avatar=card.avatar_url,
        since=tie.since,
        relationship=relationship,
    )
