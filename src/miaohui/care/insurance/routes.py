"""The JSON API of the freight insurance."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import get, post

from miaohui.care.insurance.actions.check_claim import decide_claim
from miaohui.care.insurance.answers import (
    ClaimAnswer,
    CoverAnswer,
    LossRatios,
    WaitingClaims,
    claim_answer,
    cover_for_buyer,
    figures_for_operator,
    figures_for_shop,
    waiting_claims,
)
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id

_TAG = ["insurance"]


class ClaimDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides, and why."""

    approve: bool
    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=50)]


@get("/api/v1/orders/{order_id:str}/insurance", tags=_TAG)
async def read_cover(*, order_id: Id, member: Member, db: Database) -> CoverAnswer:
    """Read how the way back of one's own order is insured, and where its claim stands."""
    return await db.read(cover_for_buyer, order_id=parse_id(order_id), buyer_id=member.account_id)


@get("/api/v1/shops/{shop_id:str}/insurance", tags=_TAG)
async def read_figures_of_shop(*, shop_id: Id, member: Member, db: Database) -> LossRatios:
    """Read what a shop's insurance costs and pays, by category."""
    return await db.read(figures_for_shop, shop_id=parse_id(shop_id), account_id=member.account_id)


@get("/api/v1/operator/insurance", tags=_TAG)
async def read_figures(*, member: Member, db: Database) -> LossRatios:
    """Read how all covers pay, by shop and category."""
    return await db.read_in_thread(figures_for_operator, account_id=member.account_id)


@get("/api/v1/operator/claims", tags=_TAG)
async def list_waiting_claims(*, member: Member, db: Database) -> WaitingClaims:
    """List the claims that wait for a person."""
    return await db.read(waiting_claims, account_id=member.account_id)


@post("/api/v1/operator/claims/{claim_id:str}/decision", status_code=200, tags=_TAG)
async def decide(*, claim_id: Id, data: ClaimDecision, member: Member, db: Database) -> ClaimAnswer:
    """Grant or deny a claim that waits for a person."""
    decided = await db.write(
        decide_claim,
        claim_id=parse_id(claim_id),
        approve=data.approve,
        reason=data.reason,
        by_id=member.account_id,
    )
    return claim_answer(decided)


route_handlers: Sequence[Any] = (read_cover, read_figures_of_shop, read_figures, list_waiting_claims, decide)
