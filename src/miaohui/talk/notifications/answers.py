"""Notices as the API shows them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.i18n import Locale
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import InvalidCursor
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import relationships
from miaohui.talk.notifications.kinds import CHANNELS, GROUPS, Group, NoticeKind, kind_of, registered_kinds
from miaohui.talk.notifications.queries import (
    Doers,
    Notice,
    count_unread,
    doers_of,
    kinds_on,
    last_seq,
    notices_of,
    settings_of,
)
from miaohui.talk.notifications.words import body_of, say, title_of

_NOBODY = Doers((), 0)
_MOST_DIGITS = 18


class NoticeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the person is told of.

    people: the latest who did it, at most three. others: how many more did. link: the page where it leads.
    seq: its place in the list; grows when the same happens again before it is read.
    """

    id: Id
    seq: int
    kind: str
    group: Group
    title: str
    body: str
    link: str
    people: list[Person]
    others: int
    times: int
    unread: bool
    created_at: datetime
    changed_at: datetime


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notices, newest first. cursor: for the next one; null at the end. unread: 100 stands for more."""

    items: list[NoticeAnswer]
    cursor: str | None
    unread: int


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices are unread, 100 standing for more, and the number of the newest."""

    unread: int
    seq: int


class KindSwitches(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of notice, and where somebody is told of it."""

    kind: str
    label: str
    list: bool
    push: bool
    email: bool


class GroupSwitches(msgspec.Struct, frozen=True, kw_only=True):
    """Kinds that belong together."""

    group: Group
    label: str
    kinds: list[KindSwitches]


class SettingsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """When and where somebody wants to be told. quiet_from, quiet_until: `22:30`, in the time zone."""

    quiet_from: str | None
    quiet_until: str | None
    time_zone: str
    details: bool
    digest: bool
    groups: list[GroupSwitches]


def read_notices(tx: Tx, *, account_id: int, locale: Locale, cursor: str | None, limit: int) -> Notices:
    """Return a page of somebody's list. Raises InvalidCursor."""
    found = notices_of(tx, account_id=account_id, before=_before(cursor), limit=limit + 1)
    shown = found[:limit]
    return Notices(
        items=describe_notices(tx, shown, viewer_id=account_id, locale=locale),
        cursor=str(shown[-1].seq) if len(found) > limit else None,
        unread=count_unread(tx, account_id),
    )


def read_unread(tx: Tx, account_id: int) -> Unread:
    """Return what the bell says."""
    return Unread(unread=count_unread(tx, account_id), seq=last_seq(tx, account_id))


def describe_notices(tx: Tx, found: Sequence[Notice], *, viewer_id: int, locale: Locale) -> list[NoticeAnswer]:
    """Return notices in words; one whose people are all gone, or of a kind that is no more, is left out."""
    doers = doers_of(tx, [one.id for one in found if one.personal], viewer_id=viewer_id)
    everybody = {person_id for one in doers.values() for person_id in one.ids}
    cards = person_cards(tx, everybody)
    remarks = relationships(tx, viewer_id=viewer_id, person_ids=everybody) if everybody else {}
    described = []
    for one in found:
        kind = kind_of(one.kind)
        did = doers.get(one.id, _NOBODY)
        people = [cards[person_id] for person_id in did.ids if person_id in cards]
        if kind is None or (kind.personal and not people):
            continue
        names = [remarks[card.id].remark or card.nickname for card in people]
        described.append(
            NoticeAnswer(
                id=format_id(one.id),
                seq=one.seq,
                kind=one.kind,
                group=kind.group,
                title=title_of(kind, data=one.data, names=names, people=did.count, times=one.times, locale=locale),
                body=body_of(kind, data=one.data, locale=locale),
                link=one.link,
                people=[person_of(card) for card in people],
                others=max(did.count - len(people), 0),
                times=one.times,
                unread=one.read_at is None,
                created_at=one.created_at,
                changed_at=one.changed_at,
            )
        )
    return described


def read_settings(tx: Tx, *, account_id: int, locale: Locale) -> SettingsAnswer:
    """Return when and where somebody wants to be told."""
    settings = settings_of(tx, account_id)
    on = {channel: kinds_on(tx, account_id=account_id, channel=channel) for channel in CHANNELS}

    def switches(kind: NoticeKind) -> KindSwitches:
        return KindSwitches(
            kind=kind.name, label=say(locale, kind.label), **{channel: kind.name in on[channel] for channel in CHANNELS}
        )

    kinds = registered_kinds().values()
    groups = [
        GroupSwitches(
            group=group, label=say(locale, label), kinds=[switches(kind) for kind in kinds if kind.group == group]
        )
        for group, label in GROUPS.items()
    ]
    return SettingsAnswer(
        quiet_from=_clock(settings.quiet_from),
        quiet_until=_clock(settings.quiet_until),
        time_zone=settings.time_zone,
        details=settings.details,
        digest=settings.digest,
        groups=[group for group in groups if group.kinds],
    )


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _MOST_DIGITS):
        raise InvalidCursor
    return int(cursor)
