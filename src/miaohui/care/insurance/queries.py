"""Reads of policies, claims, and how they pay."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.care.insurance.premium import Returns
from miaohui.care.insurance.states import ClaimState, PolicyState
from miaohui.care.insurance.tables import freight_claim, freight_policy, return_count
from miaohui.kit.db import Tx
from miaohui.kit.money import BASIS_POINTS

MONTHS_COUNTED = 3
"""This month and the two before it: fashions in returning change."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A cover as it stands in the database."""

    id: int
    order_id: int
    shop_id: int
    buyer_id: int
    category_id: int
    currency: str
    cover_minor: int
    premium_minor: int
    premium_due_minor: int
    return_rate_bp: int
    state: PolicyState
    quoted_at: datetime
    issued_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands in the database. reason: why it is looked at, denied, or could not be paid."""

    id: int
    policy_id: int
    aftersale_id: int
    carrier: str
    waybill: str
    amount_minor: int
    currency: str
    state: ClaimState
    reason: str | None
    attempts: int
    filed_at: datetime
    approved_at: datetime | None
    paid_at: datetime | None


class LossRatio(msgspec.Struct, frozen=True, kw_only=True):
    """How the insurance of a shop in a category pays: claims over premiums, in basis points; None without premium."""

    shop_id: int
    category_id: int
    currency: str
    policies: int
    premium_minor: int
    premium_due_minor: int
    claims: int
    claims_minor: int
    loss_ratio_bp: int | None


_POLICY = tuple(freight_policy.c[field] for field in Policy.__struct_fields__)
_CLAIM = tuple(freight_claim.c[field] for field in Claim.__struct_fields__)


def policy_of_order(tx: Tx, order_id: int) -> Policy | None:
    """Return the cover of an order."""
    return tx.one(sa.select(*_POLICY).where(freight_policy.c.order_id == order_id), Policy)


def policy_by_id(tx: Tx, policy_id: int) -> Policy | None:
    """Return a cover, whoever asks."""
    return tx.one(sa.select(*_POLICY).where(freight_policy.c.id == policy_id), Policy)


def claim_of_policy(tx: Tx, policy_id: int) -> Claim | None:
    """Return the one claim of a cover."""
    return tx.one(sa.select(*_CLAIM).where(freight_claim.c.policy_id == policy_id), Claim)


def claim_by_id(tx: Tx, claim_id: int) -> Claim | None:
    """Return a claim, whoever asks."""
    return tx.one(sa.select(*_CLAIM).where(freight_claim.c.id == claim_id), Claim)


def claims_in_state(tx: Tx, *, states: Sequence[ClaimState], limit: int = 100) -> list[Claim]:
    """Return claims in these states, the longest waiting first."""
    waiting = sa.select(*_CLAIM).where(freight_claim.c.state.in_(states))
    return tx.all(waiting.order_by(freight_claim.c.id).limit(limit), Claim)


def returns_of(tx: Tx, *, category_id: int, shop_id: int | None = None) -> Returns:
    """Return how many orders of the last months left and came back: of a shop, or of everybody."""
    this_month = month_of(tx.now)
    seen = sa.and_(
        return_count.c.category_id == category_id,
        return_count.c.month > this_month - MONTHS_COUNTED,
        return_count.c.month <= this_month,
    )
    if shop_id is not None:
        seen = sa.and_(seen, return_count.c.shop_id == shop_id)
    sent, returned = (sa.func.coalesce(sa.func.sum(return_count.c[name]), 0) for name in ("sent", "returned"))
    row = tx.execute(sa.select(sent, returned).where(seen)).one()
    return Returns(sent=int(row[0]), returned=int(row[1]))


def month_of(moment: datetime) -> int:
    """Return the number of a month since the year 0."""
    return moment.year * 12 + moment.month - 1


def loss_ratios(tx: Tx, *, shop_id: int | None = None, since: datetime | None = None) -> list[LossRatio]:
    """Return how the covers pay that were issued (since a moment), by shop and category; the worst first.

    Covers that were cancelled brought no premium and are left out; claims count from their approval on.
    """
    policy, claim = freight_policy.c, freight_claim.c
    granted = sa.and_(claim.policy_id == policy.id, claim.approved_at.is_not(None))
    counted = sa.and_(policy.issued_at.is_not(None), policy.state != "cancelled")
    if shop_id is not None:
        counted = sa.and_(counted, policy.shop_id == shop_id)
    if since is not None:
        counted = sa.and_(counted, policy.issued_at >= since)
    key = (policy.shop_id, policy.category_id, policy.currency)
    sums = (
        sa.func.count(policy.id),
        sa.func.sum(policy.premium_minor),
        sa.func.sum(policy.premium_due_minor),
        sa.func.count(claim.id),
        sa.func.coalesce(sa.func.sum(claim.amount_minor), 0),
    )
    rows = tx.execute(
        sa.select(*key, *sums)
        .select_from(freight_policy.outerjoin(freight_claim, granted))
        .where(counted)
        .group_by(*key)
        .order_by(*key)
    ).tuples()
    found = [
        LossRatio(
            shop_id=shop,
            category_id=category,
            currency=currency,
            policies=int(policies),
            premium_minor=int(premium),
            premium_due_minor=int(due),
            claims=int(claims),
            claims_minor=int(claimed),
            loss_ratio_bp=int(claimed) * BASIS_POINTS // int(premium) if premium else None,
        )
        for shop, category, currency, policies, premium, due, claims, claimed in rows
    ]
    return sorted(found, key=lambda one: -(one.loss_ratio_bp or 0))
