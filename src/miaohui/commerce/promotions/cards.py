"""Coupons that can be claimed, as they appear in messages. ref: the template's id."""

from miaohui.commerce.merchants.queries import shop_cards
from miaohui.commerce.promotions.queries import template_by_id
from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id


@card_kind("coupon")
def coupon_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A coupon that anybody can claim now; price_minor: what it takes off, where that is an amount."""
    found = template_by_id(tx, parse_id(ref))
    if found is None or found.state != "active" or not found.claimable or not found.starts_at <= tx.now < found.ends_at:
        return None
    shop = None if found.shop_id is None else shop_cards(tx, [found.shop_id]).get(found.shop_id)
    off = found.rule.off_minor
    return Card(
        kind="coupon",
        ref=ref,
        title=found.name,
        subtitle=None if shop is None else shop.name,
        picture=None if shop is None else shop.avatar_url,
        url="/coupons",
        price_minor=off,
        currency=None if off is None else "CNY",
    )
