"""Take one's data along, or take it away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Stream

from miaohui.kit.blobs import BlobNotFound, Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, clear_session_cookie
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.accounts import limits
from miaohui.people.accounts.access import access_proof
from miaohui.people.accounts.actions.build_export import export_key
from miaohui.people.accounts.actions.request_deletion import request_deletion
from miaohui.people.accounts.actions.request_export import request_export
from miaohui.people.accounts.limits import Guard
from miaohui.people.accounts.queries import last_export
from miaohui.people.accounts.routes.answers import EXPORT_FILE, Export, export_of
from miaohui.people.accounts.services import AccountServices

AnyRequest = Request[Any, Any, Any]
_CHUNK_BYTES = 256 * 1024


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """When the account will be erased. Signing in before then keeps it."""

    erase_at: datetime


@post("/api/v1/me/export", status_code=202, tags=["accounts"])
async def ask_for_export(*, request: AnyRequest, member: Member, db: Database, limiter: RateLimits) -> Export:
    """Ask for a copy of all that is kept of the person; one a day. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    asked = await db.write(request_export, account_id=member.account_id, device_id=member.device_id)
    return export_of(asked, now=db.clock.now())


@get("/api/v1/me/export", tags=["accounts"])
async def show_export(*, member: Member, db: Database) -> Export:
    """Tell how far the newest copy is."""
    found = await db.read(last_export, member.account_id)
    if found is None:
        raise NotFound
    return export_of(found, now=db.clock.now())


@get(EXPORT_FILE, tags=["accounts"], media_type="application/zip")
async def download_export(*, member: Member, db: Database, blobs: Blobs) -> Stream:
    """Send the archive, to its owner and to nobody else. Needs a recent proof."""
    await db.read(access_proof, account_id=member.account_id, device_id=member.device_id)
    found = await db.read(last_export, member.account_id)
    if found is None or export_of(found, now=db.clock.now()).state != "ready":
        raise NotFound
    try:
        file = blobs.open(export_key(member.account_id, found.id))
    except BlobNotFound:
        raise NotFound from None
    headers = {
        "Content-Disposition": 'attachment; filename="miaohui-export.zip"',
        "Content-Length": str(found.size_bytes),
        "Cache-Control": "private, no-store",
    }
    return Stream(_chunks(file), media_type="application/zip", headers=headers)


@post("/api/v1/me/deletion", status_code=202, tags=["accounts"])
async def ask_for_deletion(
    *, request: AnyRequest, member: Member, db: Database, limiter: RateLimits, accounts: AccountServices
) -> Response[Leaving]:
    """Sign out everywhere and erase the account after a week; signing in before keeps it. Needs a recent proof."""
    Guard(limiter, request).account(member.account_id, limits.SECURITY_OF_ACCOUNT)
    erase_at = await db.write(request_deletion, account_id=member.account_id, device_id=member.device_id)
    accounts.sessions.forget_account(member.account_id)
    return Response(Leaving(erase_at=erase_at), status_code=202, cookies=[clear_session_cookie()])


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


route_handlers = (ask_for_export, show_export, download_export, ask_for_deletion)
