"""Freight insurance as the API shows it."""

from datetime import datetime

import msgspec

from miaohui.care.insurance.queries import (
    Claim,
    LossRatio,
    claim_of_policy,
    claims_in_state,
    loss_ratios,
    policy_by_id,
    policy_of_order,
)
from miaohui.care.insurance.states import ClaimState, PolicyState
from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.orders.access import access_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, which files itself when the return is signed for. Approved and paid are two states."""

    id: Id
    state: ClaimState
    amount_minor: int
    currency: str
    filed_at: datetime
    approved_at: datetime | None
    paid_at: datetime | None


class CoverAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The cover of an order's way back; what the shop paid for it is not the buyer's to see."""

    state: PolicyState
    cover_minor: int
    currency: str
    expires_at: datetime | None
    claim: ClaimAnswer | None


class WaitingClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that waits for a person. reason: `no_journey`, `address_implausible` or `parcel_unknown`."""

    claim: ClaimAnswer
    order_id: Id
    shop_id: Id
    carrier: str
    waybill: str
    reason: str | None


class LossRatioAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How the covers of a shop in a category pay: claims over premiums in basis points."""

    shop_id: Id
    category_id: Id
    currency: str
    policies: int
    premium_minor: int
    premium_due_minor: int
    claims: int
    claims_minor: int
    loss_ratio_bp: int | None


class LossRatios(msgspec.Struct, frozen=True, kw_only=True):
    """The worst first."""

    items: list[LossRatioAnswer]


class WaitingClaims(msgspec.Struct, frozen=True, kw_only=True):
    """The longest waiting first."""

    items: list[WaitingClaim]


def cover_for_buyer(tx: Tx, *, order_id: int, buyer_id: int) -> CoverAnswer:
    """Return the cover of somebody's own order. Raises NotFound, also if it has none."""
    access_order(tx, order_id=order_id, person_id=buyer_id)
    found = policy_of_order(tx, order_id)
    if found is None:
        raise NotFound
    claim = claim_of_policy(tx, found.id)
    return CoverAnswer(
        state=found.state,
        cover_minor=found.cover_minor,
        currency=found.currency,
        expires_at=found.expires_at,
        claim=None if claim is None else claim_answer(claim),
    )


def figures_for_shop(tx: Tx, *, shop_id: int, account_id: int) -> LossRatios:
    """Return a shop's figures to those who work there. Raises NotFound."""
    access_shop(tx, shop_id=shop_id, account_id=account_id)
    return LossRatios(items=[_figures(one) for one in loss_ratios(tx, shop_id=shop_id)])


def figures_for_operator(tx: Tx, *, account_id: int) -> LossRatios:
    """Return everybody's figures to an operator. Raises Forbidden."""
    access_operator(tx, account_id)
    return LossRatios(items=[_figures(one) for one in loss_ratios(tx)])


def waiting_claims(tx: Tx, *, account_id: int) -> WaitingClaims:
    """Return to an operator the claims that a person must decide. Raises Forbidden."""
    access_operator(tx, account_id)
    found = []
    for claim in claims_in_state(tx, states=["checking"]):
        policy = policy_by_id(tx, claim.policy_id)
        if policy is not None:
            found.append(
                WaitingClaim(
                    claim=claim_answer(claim),
                    order_id=format_id(policy.order_id),
                    shop_id=format_id(policy.shop_id),
                    carrier=claim.carrier,
                    waybill=claim.waybill,
                    reason=claim.reason,
                )
            )
    return WaitingClaims(items=found)


def claim_answer(found: Claim) -> ClaimAnswer:
    """Return a claim as the API shows it."""
    return ClaimAnswer(
        id=format_id(found.id),
        state=found.state,
        amount_minor=found.amount_minor,
        currency=found.currency,
        filed_at=found.filed_at,
        approved_at=found.approved_at,
        paid_at=found.paid_at,
    )


def _figures(one: LossRatio) -> LossRatioAnswer:
    named = msgspec.structs.asdict(one)
    return LossRatioAnswer(**named | {"shop_id": format_id(one.shop_id), "category_id": format_id(one.category_id)})
