"""A shop's offers: coupons, promotions, flash sales, and what it pays to whoever sells its goods."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import MediaType, Response, get
from litestar.params import Parameter

from miaohui.commerce.affiliate.queries import offers_of_shop
from miaohui.commerce.catalogue.answers import ConsoleProduct, read_own_products
from miaohui.commerce.catalogue.queries import SellableVariant, sellable_variants, variants_of
from miaohui.commerce.inventory.queries import counters_of_variants, units_set_apart
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.commerce.promotions.access import access_promotion, access_template
from miaohui.commerce.promotions.answers import (
    FlashBody,
    PromotionAnswer,
    describe_promotion,
    describe_template,
    read_promotions,
    read_templates,
)
from miaohui.commerce.promotions.moves import OfferNotInState
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id

_ROWS = 100
Tab = Literal["coupons", "promotions", "flash", "commissions"]
Kind = Literal["coupon", "item", "threshold", "flash"]
Phase = Literal["running", "coming", "draft", "over"]
_PHASES: Sequence[Phase] = ("running", "coming", "draft", "over")


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A variant in a flash sale. sold_as: what it is in the shop now, None where it is sold no more.

    units: how many are set apart, None for the whole shelf. left: how many of these are free now.
    """

    sold_as: SellableVariant | None
    price_minor: int
    units: int | None
    left: int | None


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """A flash sale as its shop follows it."""

    offer: PromotionAnswer
    phase: Phase
    lines: Sequence[SaleLine]


@get("/shop/{shop_id:str}/coupons", media_type=MediaType.HTML, include_in_schema=False)
async def offers_page(
    *, request: AnyRequest, shop_id: Id, member: Member, db: Database, tab: Tab = "coupons"
) -> Response[bytes]:
    """Answer with what the shop gives off: coupons that people take, promotions, flash sales, and commissions."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        now = tx.now
        shelf = _SHELVES[tab](tx, here, member.account_id)
        return {"tab": tab, "now": now, "phase_of": lambda one: phase_of(one, now), **shelf}

    return await console_page(
        request, "offers", shop_id=shop_id, member=member, db=db, to="promotions", shelf="coupons", read=read
    )


@get("/shop/{shop_id:str}/coupons/new", media_type=MediaType.HTML, include_in_schema=False)
async def new_offer_page(
    *,
    request: AnyRequest,
    shop_id: Id,
    member: Member,
    db: Database,
    kind: Annotated[Kind, Parameter(query="kind")] = "coupon",
) -> Response[bytes]:
    """Answer with an empty form for an offer."""
    return await _form(request, shop_id, member, db, lambda _tx, _place: (kind, None))


@get("/shop/{shop_id:str}/coupons/promotion/{promotion_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def promotion_page(
    *, request: AnyRequest, shop_id: Id, promotion_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with the draft of a promotion or a flash sale. Raises OfferNotInState once it was started."""

    def find(tx: Tx, place: Mapping[str, int]) -> tuple[str, Any]:
        offer = describe_promotion(access_promotion(tx, promotion_id=parse_id(promotion_id), **place))
        return str(offer.rule.__struct_config__.tag), offer

    return await _form(request, shop_id, member, db, find)


@get("/shop/{shop_id:str}/coupons/coupon/{template_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def coupon_page(
    *, request: AnyRequest, shop_id: Id, template_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with the draft of a coupon. Raises OfferNotInState once it was started."""

    def find(tx: Tx, place: Mapping[str, int]) -> tuple[str, Any]:
        return "coupon", describe_template(access_template(tx, template_id=parse_id(template_id), **place))

    return await _form(request, shop_id, member, db, find)


async def _form(
    request: AnyRequest,
    shop_id: str,
    member: Member,
    db: Database,
    find: Callable[[Tx, Mapping[str, int]], tuple[str, Any]],
) -> Response[bytes]:
    """Answer with the form of an offer. find: its kind, and the draft; None for a new one."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        kind, offer = find(tx, {"shop_id": parse_id(shop.id), "by_id": member.account_id})
        if offer is not None and offer.state != "draft":
            raise OfferNotInState(state=offer.state)
        return {"kind": kind, "offer": offer, **_choices(tx, shop, member.account_id)}

    return await console_page(
        request, "offer", shop_id=shop_id, member=member, db=db, to="promotions", shelf="coupons", read=read
    )


def phase_of(offer: Any, now: datetime) -> Phase:
    """Return where a promotion or a coupon stands at this moment; what its state alone does not say."""
    if offer.state == "draft":
        return "draft"
    if offer.state == "ended" or offer.ends_at <= now:
        return "over"
    return "running" if offer.starts_at <= now else "coming"


def _coupons(tx: Tx, shop_id: int, _by_id: int) -> dict[str, Any]:
    return {"coupons": read_templates(tx, shop_id=shop_id, cursor=None, limit=_ROWS).items}


def _promotions(tx: Tx, shop_id: int, _by_id: int) -> dict[str, Any]:
    found = read_promotions(tx, shop_id=shop_id, cursor=None, limit=_ROWS).items
    return {"promotions": [one for one in found if not isinstance(one.rule, FlashBody)]}


def _sales(tx: Tx, shop_id: int, _by_id: int) -> dict[str, Any]:
    """Return the flash sales, those that run in front, then those that come, drafts, and what is over."""
    found = read_promotions(tx, shop_id=shop_id, cursor=None, limit=_ROWS).items
    rules = {one.id: one.rule for one in found if isinstance(one.rule, FlashBody)}
    now = sellable_variants(tx, variant_ids={parse_id(each.variant_id) for r in rules.values() for each in r.prices})
    left = units_set_apart(tx, kind="flash", pool_refs=list(rules))
    sales = [
        Sale(
            offer=one,
            phase=phase_of(one, tx.now),
            lines=[
                SaleLine(
                    sold_as=now.get(parse_id(each.variant_id)),
                    price_minor=each.price_minor,
                    units=each.units,
                    left=left.get(one.id, {}).get(parse_id(each.variant_id)),
                )
                for each in rules[one.id].prices
            ],
        )
        for one in found
        if one.id in rules
    ]
    return {"sales": {phase: [one for one in sales if one.phase == phase] for phase in _PHASES}}


def _commissions(tx: Tx, shop_id: int, by_id: int) -> dict[str, Any]:
    """Return the goods in the shop with what is offered for selling them, those with an offer in front."""
    rates = {str(one.product_id): one.rate_bp for one in offers_of_shop(tx, shop_id) if one.state == "active"}
    goods = _listed(tx, shop_id, by_id)
    return {"goods": sorted(goods, key=lambda one: one.id not in rates), "rates": rates}


_SHELVES = {"coupons": _coupons, "promotions": _promotions, "flash": _sales, "commissions": _commissions}


def _choices(tx: Tx, shop: OwnShop, by_id: int) -> dict[str, Any]:
    """Return the goods that an offer can be for, each with its variants, and what is free of them."""
    goods = _listed(tx, parse_id(shop.id), by_id)
    kept = [(one, variants_of(tx, parse_id(one.id))) for one in goods]
    ids = [each.id for _, variants in kept for each in variants]
    return {"kept": kept, "counters": counters_of_variants(tx, variant_ids=ids)}


def _listed(tx: Tx, shop_id: int, by_id: int) -> list[ConsoleProduct]:
    return read_own_products(tx, shop_id=shop_id, account_id=by_id, state="listed", cursor=None, limit=_ROWS).items


route_handlers: Sequence[Any] = (offers_page, new_offer_page, promotion_page, coupon_page)
