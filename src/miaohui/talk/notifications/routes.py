"""The JSON API of notifications: translate, make one domain call, translate back."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import Parameter

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.settings import Settings
from miaohui.talk.notifications.actions.acknowledge import acknowledge
from miaohui.talk.notifications.actions.mark_read import mark_all_read, mark_read
from miaohui.talk.notifications.actions.remove_notices import remove_notice
from miaohui.talk.notifications.actions.set_wishes import change_settings, switch
from miaohui.talk.notifications.actions.subscribe import subscribe, unsubscribe
from miaohui.talk.notifications.answers import (
    Notices,
    SettingsAnswer,
    Unread,
    read_notices,
    read_settings,
    read_unread,
)
from miaohui.talk.notifications.kinds import Channel
from miaohui.talk.notifications.push_service import check_endpoint
from miaohui.talk.notifications.vapid import public_text, vapid_key

Limit = Annotated[int, Parameter(ge=1, le=50, description="notices at most")]
Cursor = Annotated[str | None, Parameter(max_length=20, description="from the page before")]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_TAG = ["notifications"]
_ACKNOWLEDGEMENTS_A_MINUTE = 120
_CHANGES_A_MINUTE = 120


class SeenUpTo(msgspec.Struct, frozen=True, kw_only=True):
    """seq: the number of the newest notice that was shown."""

    seq: Seq


class SwitchedOn(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a kind of notice is told on a channel."""

    on: bool


class SettingsChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays. Quiet hours: both ends as `22:30`, or both empty texts."""

    quiet_from: Annotated[str, msgspec.Meta(max_length=5)] | msgspec.UnsetType = msgspec.UNSET
    quiet_until: Annotated[str, msgspec.Meta(max_length=5)] | msgspec.UnsetType = msgspec.UNSET
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | msgspec.UnsetType = msgspec.UNSET
    details: bool | msgspec.UnsetType = msgspec.UNSET
    digest: bool | msgspec.UnsetType = msgspec.UNSET


class PushKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The browser's keys in base64url (RFC 8291)."""

    p256dh: Annotated[str, msgspec.Meta(min_length=80, max_length=96)]
    auth: Annotated[str, msgspec.Meta(min_length=20, max_length=32)]


class NewSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """What `PushSubscription.toJSON()` says in a browser; other members are not looked at."""

    endpoint: Annotated[str, msgspec.Meta(min_length=10, max_length=1000)]
    keys: PushKeys


class PushKey(msgspec.Struct, frozen=True, kw_only=True):
    """The server's key, for `applicationServerKey`."""

    public_key: str


@get("/api/v1/notifications", tags=_TAG)
async def list_notices(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Notices:
    """List what one was told, newest first."""
    return await db.read(read_notices, account_id=member.account_id, locale=member.locale, cursor=cursor, limit=limit)


@get("/api/v1/notifications/unread", tags=_TAG)
async def show_unread(*, member: Member, db: Database) -> Unread:
    """Return how many notices are unread."""
    return await db.read(read_unread, member.account_id)


@post("/api/v1/notifications/reading", status_code=200, tags=_TAG)
async def read_all(*, data: SeenUpTo, member: Member, db: Database) -> Unread:
    """Mark all notices up to a number as read."""
    await db.write(mark_all_read, account_id=member.account_id, up_to=data.seq)
    return await db.read(read_unread, member.account_id)


@put("/api/v1/notifications/{notice_id:str}/reading", tags=_TAG)
async def read_one(*, notice_id: Id, member: Member, db: Database) -> Unread:
    """Mark one notice as read."""
    await db.write(mark_read, account_id=member.account_id, notice_id=parse_id(notice_id))
    return await db.read(read_unread, member.account_id)


@delete("/api/v1/notifications/{notice_id:str}", tags=_TAG)
async def remove_one(*, notice_id: Id, member: Member, db: Database) -> None:
    """Remove a notice from the list."""
    await db.write(remove_notice, account_id=member.account_id, notice_id=parse_id(notice_id))


@post("/api/v1/notifications/acknowledgement", status_code=204, tags=_TAG)
async def acknowledge_shown(*, data: SeenUpTo, member: Member, db: Database, limiter: RateLimits) -> None:
    """Say that this device has shown notices up to a number, so that they are not pushed to it."""
    limiter.check("notifications.acknowledge", member.device_id, _ACKNOWLEDGEMENTS_A_MINUTE, 60)
    await db.write(acknowledge, account_id=member.account_id, device_id=member.device_id, seq=data.seq)


@get("/api/v1/notifications/settings", tags=_TAG)
async def show_settings(*, member: Member, db: Database) -> SettingsAnswer:
    """Return when and where one is told of what."""
    return await db.read(read_settings, account_id=member.account_id, locale=member.locale)


@patch("/api/v1/notifications/settings", tags=_TAG)
async def change_own_settings(*, data: SettingsChanges, member: Member, db: Database) -> SettingsAnswer:
    """Change quiet hours, time zone, how much pushes say, and whether a letter comes."""
    named = {name: value for name in data.__struct_fields__ if (value := getattr(data, name)) is not msgspec.UNSET}
    await db.write(change_settings, account_id=member.account_id, **named)
    return await db.read(read_settings, account_id=member.account_id, locale=member.locale)


@put("/api/v1/notifications/settings/{kind:str}/{channel:str}", tags=_TAG)
async def switch_kind(
    *, kind: str, channel: Channel, data: SwitchedOn, member: Member, db: Database, limiter: RateLimits
) -> None:
    """Switch a kind of notice on or off: in the list, as a push, or in the letter."""
    limiter.check("notifications.switch", member.account_id, _CHANGES_A_MINUTE, 60)
    await db.write(switch, account_id=member.account_id, kind=kind, channel=channel, on=data.on)


@get("/api/v1/push/key", tags=_TAG, sync_to_thread=False)
def show_push_key(*, settings: Settings) -> PushKey:
    """Return the key by which a browser subscribes to our pushes."""
    return PushKey(public_key=public_text(vapid_key(settings.data_dir)))


@put("/api/v1/push/subscription", status_code=204, tags=_TAG)
async def subscribe_device(
    *, data: NewSubscription, member: Member, db: Database, settings: Settings, limiter: RateLimits
) -> None:
    """Let this device be pushed to."""
    limiter.check("notifications.subscribe", member.account_id, 20, 60)
    check_endpoint(data.endpoint, settings)
    await db.write(
        subscribe,
        account_id=member.account_id,
        device_id=member.device_id,
        endpoint=data.endpoint,
        public_key=data.keys.p256dh,
        secret=data.keys.auth,
    )


@delete("/api/v1/push/subscription", tags=_TAG)
async def unsubscribe_device(*, member: Member, db: Database) -> None:
    """Push no more to this device."""
    await db.write(unsubscribe, account_id=member.account_id, device_id=member.device_id)


route_handlers: Sequence[Any] = (
    list_notices,
    show_unread,
    read_all,
    read_one,
    remove_one,
    acknowledge_shown,
    show_settings,
    change_own_settings,
    switch_kind,
    show_push_key,
    subscribe_device,
    unsubscribe_device,
)
