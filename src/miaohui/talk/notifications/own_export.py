"""What somebody was told, and what they want to be told, in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from miaohui.kit.db import Tx
from miaohui.people.accounts.queries import own_account
from miaohui.talk.notifications.answers import describe_notices, read_settings
from miaohui.talk.notifications.kinds import CHANNELS
from miaohui.talk.notifications.queries import notices_of, subscriptions_of
from miaohui.talk.notifications.words import language

_BATCH = 200


class ExportedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the person was told, in their language."""

    kind: str
    title: str
    body: str
    link: str
    times: int
    told_at: datetime
    read: bool


class ExportedWish(msgspec.Struct, frozen=True, kw_only=True):
    """Where the person is told of a kind of notice; or, with `setting`, one of their settings."""

    kind: str | None = None
    channels: tuple[str, ...] = ()
    setting: str | None = None
    value: str | None = None


def notices_for_export(tx: Tx, account_id: int) -> Iterator[ExportedNotice]:
    """Yield what stands in the person's list, newest first."""
    person = own_account(tx, account_id)
    locale = language(person.locale if person else "")
    before: int | None = None
    while batch := notices_of(tx, account_id=account_id, before=before, limit=_BATCH):
        for one in describe_notices(tx, batch, viewer_id=account_id, locale=locale):
            yield ExportedNotice(
                kind=one.kind,
                title=one.title,
                body=one.body,
                link=one.link,
                times=one.times,
                told_at=one.changed_at,
                read=not one.unread,
            )
        before = batch[-1].seq


def wishes_for_export(tx: Tx, account_id: int) -> Iterator[ExportedWish]:
    """Yield the person's switches, settings, and the push services of their browsers."""
    person = own_account(tx, account_id)
    settings = read_settings(tx, account_id=account_id, locale=language(person.locale if person else ""))
    for group in settings.groups:
        for kind in group.kinds:
            on = tuple(channel for channel in CHANNELS if getattr(kind, channel))
            yield ExportedWish(kind=kind.kind, channels=on)
    for name in ("quiet_from", "quiet_until", "time_zone", "details", "digest"):
        value = getattr(settings, name)
        yield ExportedWish(setting=name, value=None if value is None else str(value).lower())
    for subscription in subscriptions_of(tx, account_id):
        yield ExportedWish(setting="push_service", value=urlsplit(subscription.endpoint).hostname)
