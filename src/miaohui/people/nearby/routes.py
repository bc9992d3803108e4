"""The JSON API of people near by: translate, make one domain call, translate back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, get, put

from miaohui.kit.db import Database
from miaohui.kit.errors import Conflict
from miaohui.kit.geo import PUBLISHED
from miaohui.kit.http.viewer import Member
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.nearby.actions.be_seen import be_seen, be_unseen
from miaohui.people.nearby.queries import Neighbour, neighbours, visit_of
from miaohui.people.shake.routes import Place
from miaohui.people.shake.service import Shaking

_TAG = ["nearby"]
_LOOKS_AN_HOUR = 60


class NotSeen(Conflict):
    """Who looks must be seen as well."""

    code = "not_seen"
    title = "Let yourself be seen first"


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is."""

    place: Place


class Nearby(msgspec.Struct, frozen=True, kw_only=True):
    """Who is near by. until: when one is seen no more."""

    until: datetime
    items: list[Neighbour]


@put("/api/v1/me/nearby", tags=_TAG)
async def show_me(*, data: Here, member: Member, db: Database, shaking: Shaking) -> Nearby:
    """Be seen near by for two hours, as a cell and in buckets, and see who is."""
    cell = PUBLISHED.cell_of(data.place.point())
    await shaking.look(person_id=member.account_id, cell=cell)
    until = await db.write(be_seen, person_id=member.account_id, cell=cell, proven_after=shaking.proven_after)
    return Nearby(until=until, items=await db.read(neighbours, person_id=member.account_id, cell=cell))


@get("/api/v1/me/nearby", tags=_TAG)
async def who_is_near(*, member: Member, db: Database, limiter: RateLimits) -> Nearby:
    """List who is near by, nearest bucket first."""
    limiter.check("nearby.look", member.account_id, _LOOKS_AN_HOUR, 3600)
    visit = await db.read(visit_of, member.account_id)
    if visit is None:
        raise NotSeen
    return Nearby(until=visit.until, items=await db.read(neighbours, person_id=member.account_id, cell=visit.cell))


@delete("/api/v1/me/nearby", tags=_TAG)
async def hide_me(*, member: Member, db: Database) -> None:
    """Be seen no more; where one was is forgotten."""
    await db.write(be_unseen, person_id=member.account_id)


route_handlers: Sequence[Any] = (show_me, who_is_near, hide_me)
