"""Say what one wants to be told, where, and when not."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import InvalidInput, NotFound
from miaohui.talk.notifications.kinds import Channel, kind_of
from miaohui.talk.notifications.queries import NoticeSettings, settings_of
from miaohui.talk.notifications.tables import notice_setting, notice_switch

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class InvalidQuietHours(InvalidInput):
    """One end is missing, or both are the same, or the time zone is none."""

    code = "invalid_quiet_hours"
    title = "Quiet hours have a beginning, another end, and a time zone that exists"


def switch(tx: Tx, *, account_id: int, kind: str, channel: Channel, on: bool) -> None:
    """Switch a kind of notice on or off on one channel. Raises NotFound for a kind that is none."""
    if kind_of(kind) is None:
        raise NotFound
    place = {"account_id": account_id, "kind": kind, "channel": channel}
    insert_or_update(tx, notice_switch, {**place, "on": on}, key=list(place), changes={"on": on})


def change_settings(tx: Tx, /, *, account_id: int, **changes: Any) -> None:
    """Change those of quiet_from, quiet_until, time_zone, details and digest that are named.

    Quiet hours are texts such as `22:30`, or empty for none. Raises InvalidQuietHours.
    """
    for end in ("quiet_from", "quiet_until"):
        if end in changes:
            changes[end] = _minutes(changes[end])
    wanted = msgspec.structs.replace(settings_of(tx, account_id), **changes)
    _check(wanted)
    values = {**msgspec.structs.asdict(wanted), "changed_at": tx.now}
    insert_or_update(tx, notice_setting, {"account_id": account_id, **values}, key=["account_id"], changes=values)


def stop_letters(tx: Tx, *, account_id: int) -> None:
    """Send somebody no more letters: they said so, from a letter."""
    change_settings(tx, account_id=account_id, digest=False)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name. Raises InvalidQuietHours."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidQuietHours from None


def quiet_until(settings: NoticeSettings, *, now: datetime) -> datetime | None:
    """Return when the quiet hours that are now will end, None if there are none now.

    now: aware. Hours that cross midnight belong to the evening in which they begin.
    """
    if settings.quiet_from is None or settings.quiet_until is None:
        return None
    local = now.astimezone(zone_of(settings.time_zone))
    minute = local.hour * 60 + local.minute
    if settings.quiet_from < settings.quiet_until:
        is_quiet = settings.quiet_from <= minute < settings.quiet_until
    else:
        is_quiet = minute >= settings.quiet_from or minute < settings.quiet_until
    if not is_quiet:
        return None
    end = local.replace(
        hour=settings.quiet_until // 60, minute=settings.quiet_until % 60, second=0, microsecond=0, fold=0
    )
    return end if end > local else end + timedelta(days=1)


def _minutes(clock: str) -> int | None:
    if not clock:
        return None
    if _CLOCK.fullmatch(clock) is None:
        raise InvalidQuietHours
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _check(settings: NoticeSettings) -> None:
    zone_of(settings.time_zone)
    if (settings.quiet_from is None) != (settings.quiet_until is None):
        raise InvalidQuietHours
    if settings.quiet_from is not None and settings.quiet_from == settings.quiet_until:
        raise InvalidQuietHours
