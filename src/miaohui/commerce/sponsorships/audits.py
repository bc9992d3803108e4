"""What must hold of sponsorships in any database."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.promotions.tables import coupon
from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_grant
from miaohui.kit.audits import audit
from miaohui.money.ledger.tables import ledger_account

_campaign = sponsorship.c


def _held() -> sa.ColumnElement[int]:
    return sa.func.coalesce(ledger_account.c.balance_minor, 0)


def _purse() -> sa.ColumnElement[bool]:
    code = sa.literal("ad_budget:") + sa.cast(_campaign.id, sa.String(20))
    return sa.and_(ledger_account.c.code == code, ledger_account.c.currency == _campaign.currency)


@audit("sponsorships.spent_within_budget", "no campaign has spent more than its shop put in, nor got more back")
def spent_within_budget(dialect: str) -> sa.Select[Any]:
    """Select campaigns whose purse holds more than is left of the funding, or from which more than that is gone."""
    spent = _campaign.funded_minor - _campaign.returned_minor - _held()
    return (
        sa.select(_campaign.id, _campaign.funded_minor, _campaign.returned_minor, spent.label("spent_minor"))
        .outerjoin(ledger_account, _purse())
        .where(sa.or_(spent < 0, spent > _campaign.reserved_minor, _campaign.reserved_minor > _campaign.funded_minor))
    )


@audit("sponsorships.reserved_is_granted", "what a campaign has promised is what its coupons may cost")
def reserved_is_granted(dialect: str) -> sa.Select[Any]:
    """Select campaigns whose grants sum to another amount than is reserved for them."""
    promised = (
        sa.select(sponsorship_grant.c.sponsorship_id, sa.func.sum(sponsorship_grant.c.amount_minor).label("minor"))
        .group_by(sponsorship_grant.c.sponsorship_id)
        .subquery()
    )
    minor = sa.func.coalesce(promised.c.minor, 0)
    return (
        sa.select(_campaign.id, _campaign.reserved_minor, minor.label("granted_minor"))
        .outerjoin(promised, promised.c.sponsorship_id == _campaign.id)
        .where(_campaign.reserved_minor != minor)
    )


@audit("sponsorships.one_grant_each", "nobody has two coupons of one campaign, and no grant is without its coupon")
def one_grant_each(dialect: str) -> sa.Select[Any]:
    """Select pairs of person and campaign with more than one coupon, counted where the coupons lie."""
    return (
        sa.select(coupon.c.template_id, coupon.c.owner_id, sa.func.count(coupon.c.id).label("coupons"))
        .join(sponsorship, _campaign.template_id == coupon.c.template_id)
        .outerjoin(sponsorship_grant, sponsorship_grant.c.coupon_id == coupon.c.id)
        .group_by(coupon.c.template_id, coupon.c.owner_id)
        .having(sa.or_(sa.func.count(coupon.c.id) > 1, sa.func.count(sponsorship_grant.c.id) != 1))
    )
