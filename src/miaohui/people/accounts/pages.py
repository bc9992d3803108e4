"""The pages of accounts: come in, settings, devices."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from miaohui.kit.clock import Clock
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member, Viewer, page
from miaohui.people.accounts import queries
from miaohui.people.accounts.access import access_own_account
from miaohui.people.accounts.queries import devices_of, last_export, passkeys_of
from miaohui.people.accounts.routes.answers import Export, export_of
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
Next = Annotated[str, Parameter(max_length=500)]

DEMO_HANDLES = ("mei", "ajie", "anan", "popo", "ruoxi", "tomas", "chloe", "kwame")
"""Who may be entered with one tap in the demo town, if they live there."""


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody whom a visitor of the demo town can be."""

    name: str
    nickname: str
    avatar: str | None


@get("/sign-in", media_type=MediaType.HTML, include_in_schema=False)
async def sign_in_page(
    request: AnyRequest, viewer: Viewer, db: Database, settings: Settings, next: Next = "/"
) -> Response[Any]:
    """Answer with the way in; who is in already goes on."""
    return await _come_in(request, viewer, db, settings, mode="sign_in", target=next)


@get("/sign-up", media_type=MediaType.HTML, include_in_schema=False)
async def sign_up_page(
    request: AnyRequest, viewer: Viewer, db: Database, settings: Settings, next: Next = "/"
) -> Response[Any]:
    """Answer with the same way in, for who has no account yet."""
    return await _come_in(request, viewer, db, settings, mode="sign_up", target=next)


@get("/settings", media_type=MediaType.HTML, include_in_schema=False)
async def settings_page(request: AnyRequest, viewer: Viewer, db: Database, clock: Clock) -> Response[bytes]:
    """Answer with the settings: those of the device for everyone, those of the account for members."""
    account_id = viewer.account_id
    if account_id is None:
        return page(request, "accounts/settings.html", me=None, passkeys=[], exported=None)

    def read(tx: Tx) -> tuple[queries.OwnAccount, list[queries.Passkey], queries.DataExport | None]:
        return access_own_account(tx, account_id), passkeys_of(tx, account_id), last_export(tx, account_id)

    me, passkeys, found = await db.read(read)
    exported: Export | None = None if found is None else export_of(found, now=clock.now())
    return page(request, "accounts/settings.html", me=me, passkeys=passkeys, exported=exported)


@get("/settings/devices", media_type=MediaType.HTML, include_in_schema=False)
async def devices_page(request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with where the person is signed in."""
    found = await db.read(devices_of, member.account_id)
    return page(request, "accounts/devices.html", devices=found, this_device_id=member.device_id)


async def _come_in(
    request: AnyRequest,
    viewer: Viewer,
    db: Database,
    settings: Settings,
    *,
    mode: Literal["sign_in", "sign_up"],
    target: str,
) -> Response[Any]:
    target = target if _is_ours(target) else "/"
    if viewer.session is not None:
        return Redirect(target, status_code=303)
    people = await db.read(_demo_people) if settings.demo else []
    return page(request, "accounts/come_in.html", mode=mode, next=target, people=people)


def _is_ours(target: str) -> bool:
    """Return whether a target is a path here; browsers read `/\\elsewhere` and `/<tab>/elsewhere` as another site."""
    return re.match(r"/(?![/\\])", target) is not None and target.isprintable()


def _demo_people(tx: Tx) -> list[DemoPerson]:
    found = (queries.find_by_handle(tx, handle) for handle in DEMO_HANDLES)
    return [DemoPerson(person.handle, person.nickname, person.avatar_url) for person in found if person is not None]


route_handlers: Sequence[Any] = (sign_in_page, sign_up_page, settings_page, devices_page)
