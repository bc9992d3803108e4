"""What becomes of offers and coupons by themselves."""

from miaohui.commerce.promotions.actions.expire_coupons import A_BATCH, drain_sales, end_offers, expire_coupons
from miaohui.commerce.promotions.own_export import coupons_for_export
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute

contribute("coupons", rows=coupons_for_export)


@job("promotions.expire")
def expire(context: JobContext) -> None:
    """Expire coupons and end offers whose time is over, and bring unsold stock of ended sales back to the shelf."""
    while context.write(expire_coupons) == A_BATCH:
        pass
    while context.write(end_offers) >= A_BATCH:
        pass
    context.finish(drain_sales)
