"""From what is wanted to a price: what it is reckoned from is gathered first, the reckoning itself is pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from miaohui.commerce.cart.actions.add_to_cart import NotForSale
from miaohui.commerce.catalogue.queries import SellableVariant, sellable_variants
from miaohui.commerce.checkout.freight import Freight, Sent, Template, freight_of_shop
from miaohui.commerce.checkout.promoters import promoters_of
from miaohui.commerce.checkout.queries import Address, templates_of_shops
from miaohui.commerce.checkout.quotes import (
    VALID_FOR,
    Asked,
    Quote,
    QuotedLine,
    QuotedShare,
    QuotedShop,
    QuotedStep,
    Wish,
)
from miaohui.commerce.promotions.pricing.basket import PricedLine
from miaohui.commerce.promotions.pricing.pipeline import LinePrice, price_lines
from miaohui.commerce.promotions.pricing.rules import Coupon, Promotion
from miaohui.commerce.promotions.queries import active_promotions, usable_coupons
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id


class MixedCurrencies(Refusal):
    """What is paid at once is paid in one currency. Data: currencies."""

    code = "mixed_currencies"
    status = 409
    title = "These things are sold in different currencies; please buy them one after the other"


class NotDelivered(Refusal):
    """A shop does not send some of the goods to this address. Data: variant_ids."""

    code = "not_delivered"
    status = 409
    title = "Some of this is not delivered to this address"


class CouponUnusable(Refusal):
    """A chosen coupon is not the buyer's, is used or has expired. Data: coupon_ids."""

    code = "coupon_unusable"
    status = 409
    title = "This coupon cannot be used"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """All that a price depends on: the same basis has the same price."""

    variants: dict[int, SellableVariant]
    promoters: tuple[int | None, ...]
    """Line by line."""
    promotions: tuple[Promotion, ...]
    coupons: tuple[Coupon, ...]
    templates: dict[int, dict[int, Template]]

    def digest(self, coupon_ids: Collection[int]) -> str:
        """Return what tells this basis from another one, of its coupons only those that are used."""
        used = [coupon for coupon in self.coupons if coupon.id in coupon_ids]
        parts = (
            sorted(self.variants.items()),
            self.promoters,
            sorted(self.promotions, key=lambda one: one.id),
            sorted(used, key=lambda one: one.id),
            sorted((shop_id, sorted(found.items())) for shop_id, found in self.templates.items()),
        )
        return hashlib.blake2b(_encoder.encode(parts), digest_size=16).hexdigest()


def gather(tx: Tx, *, buyer_id: int, lines: Sequence[Asked], coupon_ids: Collection[int] | None) -> Basis:
    """Return what these lines are priced from now. coupon_ids: the only ones that may be used; None for all.

    Raises NotForSale, MixedCurrencies, CouponUnusable.
    """
    variants = sellable_variants(tx, variant_ids=[line.variant_id for line in lines])
    gone = [format_id(line.variant_id) for line in lines if line.variant_id not in variants]
    if gone:
        raise NotForSale(variant_ids=gone)
    currencies = sorted({variant.currency for variant in variants.values()})
    if len(currencies) > 1:
        raise MixedCurrencies(currencies=currencies)
    shop_ids = sorted({variant.shop_id for variant in variants.values()})
    found = [(variants[line.variant_id], line.source) for line in lines]
    promoters = promoters_of(tx, buyer_id=buyer_id, found=found)
    coupons = (
        ()
        if coupon_ids is not None and not coupon_ids
        else tuple(usable_coupons(tx, owner_id=buyer_id, shop_ids=shop_ids))
    )
    if coupon_ids is not None:
        coupons = tuple(coupon for coupon in coupons if coupon.id in coupon_ids)
        missing = set(coupon_ids) - {coupon.id for coupon in coupons}
        if missing:
            raise CouponUnusable(coupon_ids=[format_id(one) for one in sorted(missing)])
    return Basis(
        variants=variants,
        promoters=tuple(promoters.get((variant.product_id, source)) for variant, source in found),
        promotions=tuple(active_promotions(tx, shop_ids=shop_ids, now=tx.now)),
        coupons=coupons,
        templates=templates_of_shops(tx, shop_ids),
    )


def reckon(
    basis: Basis,
    *,
    quote_id: int,
    line_ids: Sequence[int],
    buyer_id: int,
    wish: Wish,
    address: Address,
    now: datetime,
) -> Quote:
    """Return the price of a wish. line_ids: one for each line of it. Raises NotDelivered."""
    asked = dict(zip(line_ids, wish.lines, strict=True))
    promoters = dict(zip(line_ids, basis.promoters, strict=True))
    variants = {line_id: basis.variants[line.variant_id] for line_id, line in asked.items()}
    freights: dict[int, Freight] = {}

    def freight_of(goods: Mapping[int, int]) -> Mapping[int, int]:
        freights.update(_freights(asked, variants, goods, basis, address))
        return {line_id: share for one in freights.values() for line_id, share in one.shares.items()}

    priced = price_lines(
        lines=[_priced_line(line_id, line.quantity, variants[line_id]) for line_id, line in asked.items()],
        promotions=basis.promotions,
        coupons=basis.coupons,
        freight_of=freight_of,
    )
    unreachable = {line_id for one in freights.values() for line_id in one.unreachable}
    if unreachable:
        raise NotDelivered(variant_ids=[format_id(asked[line_id].variant_id) for line_id in sorted(unreachable)])
    by_shop: dict[int, list[QuotedLine]] = {}
    for price in priced.lines:
        line = _quoted_line(price, asked[price.line_id], variants[price.line_id], promoters[price.line_id])
        by_shop.setdefault(line.shop_id, []).append(line)
    names = {variant.shop_id: variant.shop_name for variant in variants.values()}
    shops = tuple(
        QuotedShop(
            shop_id=shop_id,
            name=names[shop_id],
            lines=tuple(lines),
            goods_minor=sum(line.goods_minor for line in lines),
            discount_minor=sum(line.discount_minor for line in lines),
            freight_minor=sum(line.freight_minor for line in lines),
            payable_minor=sum(line.payable_minor for line in lines),
            insured=all(line.insured for line in lines),
            note=wish.notes.get(shop_id, ""),
        )
        for shop_id, lines in sorted(by_shop.items())
    )
    steps = [
        QuotedStep(step="goods", label=shop.name, amount_minor=shop.goods_minor, shop_id=shop.shop_id) for shop in shops
    ]
    steps += [
        QuotedStep(step=step.step, label=step.label, amount_minor=-step.discount_minor, sentence=step.sentence)
        for step in priced.steps
        if step.discount_minor and step.step != "freight"
    ]
    for shop in shops:
        freight = freights[shop.shop_id]
        name = "freight_free" if freight.free and not freight.amount_minor else "freight_fee"
        steps.append(QuotedStep(step=name, label=shop.name, amount_minor=freight.amount_minor, shop_id=shop.shop_id))
    steps += [
        QuotedStep(step=step.step, label=step.label, amount_minor=-step.discount_minor, sentence=step.sentence)
        for step in priced.steps
        if step.discount_minor and step.step == "freight"
    ]
    steps += [
        QuotedStep(step="insurance", label=shop.name, amount_minor=0, shop_id=shop.shop_id)
        for shop in shops
        if shop.insured
    ]
    return Quote(
        id=quote_id,
        buyer_id=buyer_id,
        wish=wish,
        address=address,
        shops=shops,
        steps=tuple(steps),
        coupon_ids=priced.coupon_ids,
        goods_minor=priced.goods_minor,
        discount_minor=priced.discount_minor,
        freight_minor=priced.freight_minor,
        total_minor=priced.payable_minor,
        currency=next(iter(variants.values())).currency,
        quoted_at=now,
        expires_at=now + VALID_FOR,
        basis=basis.digest(priced.coupon_ids),
    )


def same_price(one: Quote, other: Quote) -> bool:
    """Return whether two quotes of the same lines ask the same, line by line and from everybody."""
    return one.currency == other.currency and _money(one) == _money(other)


def _money(quote: Quote) -> dict[int, tuple[object, ...]]:
    return {
        line.line_id: (
            line.goods_minor,
            line.discount_minor,
            line.freight_minor,
            line.platform_subsidy_minor,
            line.ad_subsidy_minor,
            line.ad_account,
            line.pool_kind,
            line.pool_ref,
            line.shares,
        )
        for line in quote.lines
    }


def _freights(
    asked: Mapping[int, Asked],
    variants: Mapping[int, SellableVariant],
    goods: Mapping[int, int],
    basis: Basis,
    address: Address,
) -> dict[int, Freight]:
    sent: dict[int, list[Sent]] = {}
    for line_id, line in asked.items():
        variant = variants[line_id]
        sent.setdefault(variant.shop_id, []).append(
            Sent(
                line_id=line_id,
                template_id=variant.freight_template_id,
                quantity=line.quantity,
                weight_g=variant.weight_g,
                goods_minor=goods[line_id],
            )
        )
    return {
        shop_id: freight_of_shop(
            lines,
            templates=basis.templates[shop_id],
            country=address.country,
            division_code=address.division_code,
        )
        for shop_id, lines in sent.items()
    }


def _priced_line(line_id: int, quantity: int, variant: SellableVariant) -> PricedLine:
    return PricedLine(
        line_id=line_id,
        shop_id=variant.shop_id,
        product_id=variant.product_id,
        variant_id=variant.variant_id,
        category_id=variant.category_id,
        quantity=quantity,
        price_minor=variant.price_minor,
    )


def _quoted_line(price: LinePrice, asked: Asked, variant: SellableVariant, promoter_id: int | None) -> QuotedLine:
    return QuotedLine(
        line_id=price.line_id,
        shop_id=variant.shop_id,
        variant_id=variant.variant_id,
        product_id=variant.product_id,
        category_id=variant.category_id,
        title=variant.title,
        options=variant.options,
        picture=variant.picture,
        weight_g=variant.weight_g,
        quantity=asked.quantity,
        list_price_minor=variant.price_minor,
        goods_minor=price.goods_minor,
        discount_minor=price.discount_minor,
        freight_minor=price.freight_minor,
        payable_minor=price.payable_minor,
        platform_subsidy_minor=price.platform_minor,
        ad_subsidy_minor=price.ad_minor,
        ad_account=price.ad_account,
        pool_kind=price.pool_kind,
        pool_ref=price.pool_ref,
        fee_bp=variant.fee_bp,
        commission_bp=variant.commission_bp,
        promoter_id=promoter_id,
        return_days=variant.return_days,
        insured=variant.insured,
        source=asked.source,
        shares=tuple(
            QuotedShare(**{name: getattr(share, name) for name in QuotedShare.__struct_fields__})
            for share in price.shares
        ),
    )


_encoder = msgspec.msgpack.Encoder()
