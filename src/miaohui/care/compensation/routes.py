"""The JSON API of what the platform has paid first: operators see it, and may give it up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import Parameter

from miaohui.care.compensation.actions.write_off_advance import write_off_advance
from miaohui.care.compensation.queries import Advance, advances, recoveries_of
from miaohui.care.compensation.states import AdvanceReason, AdvanceState, Source
from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.paging import cut_page, decode_cursor

_TAG = ["operators"]


class WriteOff(msgspec.Struct, frozen=True, kw_only=True):
    """Why the shop will never pay it."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=100)]


class RecoveryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, from where, or was given up."""

    source: Source
    amount_minor: int
    at: datetime


class AdvanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An advance. left_minor: what the shop still owes of it."""

    id: Id
    aftersale_id: Id
    shop_id: Id
    buyer_id: Id
    reason: AdvanceReason
    state: AdvanceState
    amount_minor: int
    recovered_minor: int
    written_off_minor: int
    left_minor: int
    currency: str
    opened_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    recoveries: list[RecoveryAnswer]


class Advances(msgspec.Struct, frozen=True, kw_only=True):
    """A page of advances, oldest first."""

    items: list[AdvanceAnswer]
    cursor: str | None


def read_advances(tx: Tx, *, by_id: int, only_owed: bool, cursor: str | None, limit: int) -> Advances:
    """Return a page of advances to an operator. Raises Forbidden, InvalidCursor."""
    access_operator(tx, by_id)
    found = advances(tx, only_owed=only_owed, after=decode_cursor(cursor), limit=limit + 1)
    shown, after = cut_page(found, limit=limit, position=lambda one: (one.opened_at, one.id))
    return Advances(items=[_answer(tx, one) for one in shown], cursor=after)


@get("/api/v1/operator/advances", tags=_TAG)
async def list_advances(
    *,
    member: Member,
    db: Database,
    only_owed: Annotated[bool, Parameter(query="owed")] = True,
    limit: Annotated[int, Parameter(ge=1, le=50, description="advances at most")] = 20,
    cursor: Annotated[str | None, Parameter(max_length=120, description="from the page before")] = None,
) -> Advances:
    """List what the platform has paid first, oldest in front; `owed=false` shows what is settled, too."""
    return await db.read(read_advances, by_id=member.account_id, only_owed=only_owed, cursor=cursor, limit=limit)


@post("/api/v1/operator/advances/{advance_id:str}/write-off", status_code=200, tags=_TAG)
async def write_off(*, advance_id: Id, data: WriteOff, member: Member, db: Database) -> AdvanceAnswer:
    """Give up what is left of an advance, and say why."""
    given_up = await db.write(
        write_off_advance, advance_id=parse_id(advance_id), by_id=member.account_id, reason=data.reason
    )
    return await db.read(_answer, given_up)


def _answer(tx: Tx, found: Advance) -> AdvanceAnswer:
    return AdvanceAnswer(
        id=format_id(found.id),
        aftersale_id=format_id(found.aftersale_id),
        shop_id=format_id(found.shop_id),
        buyer_id=format_id(found.buyer_id),
        reason=found.reason,
        state=found.state,
        amount_minor=found.amount_minor,
        recovered_minor=found.recovered_minor,
        written_off_minor=found.written_off_minor,
        left_minor=found.left_minor,
        currency=found.currency,
        opened_at=found.opened_at,
        paid_at=found.paid_at,
        closed_at=found.closed_at,
        recoveries=[
            RecoveryAnswer(source=one.source, amount_minor=one.amount_minor, at=one.at)
            for one in recoveries_of(tx, advance_id=found.id)
        ],
    )


route_handlers: Sequence[Any] = (list_advances, write_off)
