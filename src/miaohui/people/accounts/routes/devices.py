"""Where a person is signed in."""

import msgspec
from litestar import delete, get

from miaohui.kit.db import Database
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.people.accounts.actions.revoke_devices import revoke_device, revoke_other_devices
from miaohui.people.accounts.queries import devices_of
from miaohui.people.accounts.routes.answers import Devices, device_of
from miaohui.people.accounts.services import AccountServices


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices were signed out."""

    revoked: int


@get("/api/v1/devices", tags=["accounts"])
async def list_devices(*, member: Member, db: Database) -> Devices:
    """List where the person is signed in."""
    found = await db.read(devices_of, member.account_id)
    return Devices(items=[device_of(one, member) for one in found])


@delete("/api/v1/devices/{device_id:str}", status_code=204, tags=["accounts"])
async def revoke_one(*, device_id: Id, member: Member, db: Database, accounts: AccountServices) -> None:
    """Sign one device out, this one included; its token and its socket end at once."""
    number = parse_id(device_id)
    await db.write(revoke_device, account_id=member.account_id, device_id=number)
    accounts.sessions.forget_device(number)


@delete("/api/v1/devices", status_code=200, tags=["accounts"])
async def revoke_others(*, member: Member, db: Database, accounts: AccountServices) -> Revoked:
    """Sign out every device but this one."""
    gone = await db.write(revoke_other_devices, account_id=member.account_id, device_id=member.device_id)
    accounts.sessions.forget_account(member.account_id)
    return Revoked(revoked=len(gone))


route_handlers = (list_devices, revoke_one, revoke_others)
