"""Open the town's stalls as anybody would: apply, show papers, be let in, pay the deposit, list, stock."""

import random
from collections.abc import Mapping
from datetime import timedelta

from miaohui.commerce.catalogue.actions.change_pictures import add_picture
from miaohui.commerce.catalogue.actions.create_product import create_product
from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.actions.offer_commission import offer_commission
from miaohui.commerce.catalogue.actions.set_showcase import set_showcase
from miaohui.commerce.catalogue.actions.submit_product import submit_product
from miaohui.commerce.catalogue.drafts import ProductDraft, VariantDraft
from miaohui.commerce.catalogue.queries import listed_goods, variants_of
from miaohui.commerce.categories.queries import category_by_slug
from miaohui.commerce.checkout.actions.save_freight_template import TemplateForm, save_freight_template
from miaohui.commerce.checkout.freight import Zone
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.merchants.actions.apply_shop import apply_shop
from miaohui.commerce.merchants.actions.change_shop import ReturnAddress, ShopChanges, change_shop
from miaohui.commerce.merchants.actions.decide_shop import decide_shop
from miaohui.commerce.merchants.actions.pay_deposit import pay_deposit
from miaohui.commerce.merchants.actions.submit_document import submit_document
from miaohui.commerce.merchants.actions.submit_shop import papers_needed, submit_shop
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.promotions.actions.save_template import create_template, set_template_state
from miaohui.commerce.promotions.offer_forms import TemplateForm as CouponForm
from miaohui.commerce.promotions.pricing.rules import Bearers, CouponRule
from miaohui.demo.market.scratch import ScratchMonth
from miaohui.demo.market.stalls import STALLS, Stall, Ware
from miaohui.kit.db import Tx
from miaohui.kit.money import portion
from miaohui.kit.pictures import StoredPicture
from miaohui.money.payments.services import Payments
from miaohui.settings import Settings

_A_FIFTH_BP = 2000
_FREE_TOWN = ("31", "32", "33")
"""Division codes of the region to which freight is cheap: Shanghai, Jiangsu, Zhejiang."""


def open_stalls(
    month: ScratchMonth, *, people: Mapping[str, int], pictures: Mapping[str, StoredPicture], settings: Settings
) -> dict[str, int]:
    """Open every stall with its goods on the shelf, and return the shops by the stalls' keys."""
    payments = Payments(month.db, settings)
    shops: dict[str, int] = {}
    for stall in STALLS:
        owner_id, operator_id = people[stall.owner], people["lena"]
        shop_id = month.db.write_sync(_apply, stall=stall, owner_id=owner_id)
        month.db.write_sync(decide_shop, shop_id=shop_id, by_id=operator_id, accept=True)
        paid = month.db.write_sync(pay_deposit, shop_id=shop_id, by_id=owner_id, provider="sandbox")
        payments.act_in_sandbox_sync(paid, outcome="pay")
        month.settle_down()
        month.db.write_sync(_furnish, stall=stall, shop_id=shop_id, owner_id=owner_id)
        for ware in stall.wares:
            month.db.write_sync(
                _list, stall=stall, ware=ware, shop_id=shop_id, operator_id=operator_id, picture=pictures[ware.key]
            )
        month.db.write_sync(_show, shop_id=shop_id, owner_id=owner_id)
        shops[stall.key] = shop_id
    month.db.write_sync(_give_away, operator_id=people["lena"])
    month.settle_down()
    return shops


def _apply(tx: Tx, *, stall: Stall, owner_id: int) -> int:
    slugs = {ware.category for ware in stall.wares}
    wanted = [found.id for slug in slugs if (found := category_by_slug(tx, slug)) is not None]
    shop_id = apply_shop(
        tx,
        owner_id=owner_id,
        kind="individual",
        name=stall.name,
        category_ids=wanted,
        intro=stall.intro,
        insures_returns=stall.insures,
    )
    applied = shop_by_id(tx, shop_id)
    if applied is None:
        raise LookupError("the shop that was just applied for")
    for paper in sorted(papers_needed(tx, applied)):
        submit_document(tx, shop_id=shop_id, by_id=owner_id, kind=paper, number=f"MH-{paper}-{stall.key}".upper()[:60])
    submit_shop(tx, shop_id=shop_id, by_id=owner_id)
    return shop_id


def _furnish(tx: Tx, *, stall: Stall, shop_id: int, owner_id: int) -> None:
    """Give a shop its freight prices and a coupon."""
    address = ReturnAddress(
        name=stall.name[:20],
        phone="+8651212345678",
        division_code="320508",
        province="江苏省",
        city="苏州市",
        district="姑苏区",
        street=f"庙会街 {1 + [one.key for one in STALLS].index(stall.key)} 号",
    )
    change_shop(tx, shop_id=shop_id, by_id=owner_id, changes=ShopChanges(return_address=address))
    zones = [
        Zone(regions=_FREE_TOWN, first_units=1000, first_minor=600, next_units=1000, next_minor=200),
        Zone(regions=("54", "65"), first_units=1000, first_minor=1800, next_units=1000, next_minor=1200),
        Zone(first_units=1000, first_minor=1000, next_units=1000, next_minor=400),
    ]
    form = TemplateForm(name="脚夫快递", free_from_minor=stall.free_from_yuan * 100, zones=zones)
    save_freight_template(tx, shop_id=shop_id, by_id=owner_id, form=form)
    worth = max(500, stall.free_from_yuan * 100 // 20)
    _offer(
        tx,
        shop_id=shop_id,
        by_id=owner_id,
        form=CouponForm(
            stacking="shop",
            name="进店券",
            rule=CouponRule(from_minor=stall.free_from_yuan * 60, off_minor=worth),
            bearers=Bearers(),
            quota=500,
            per_person=1,
            claimable=True,
            starts_at=tx.now,
            ends_at=tx.now + timedelta(days=120),
        ),
    )


def _give_away(tx: Tx, *, operator_id: int) -> None:
    """The fair's own coupon: the platform bears it."""
    _offer(
        tx,
        shop_id=None,
        by_id=operator_id,
        form=CouponForm(
            stacking="platform",
            name="庙会开张券",
            rule=CouponRule(from_minor=9900, off_minor=1500),
            bearers=Bearers(shop_bp=0, platform_bp=10_000),
            quota=1000,
            per_person=2,
            claimable=True,
            starts_at=tx.now,
            ends_at=tx.now + timedelta(days=120),
        ),
    )


def _show(tx: Tx, *, shop_id: int, owner_id: int) -> None:
    """Put the first goods into the owner's window and the shop's."""
    goods = listed_goods(tx, sort="new", after=None, limit=6, category_ids=None, shop_id=shop_id, words="")
    chosen = [one.id for one in goods]
    set_showcase(tx, owner_kind="person", owner_id=owner_id, by_id=owner_id, product_ids=chosen)
    set_showcase(tx, owner_kind="shop", owner_id=shop_id, by_id=owner_id, product_ids=chosen)


def _offer(tx: Tx, *, shop_id: int | None, by_id: int, form: CouponForm) -> None:
    made = create_template(tx, shop_id=shop_id, form=form, by_id=by_id)
    set_template_state(tx, template_id=made.id, shop_id=shop_id, state="active", by_id=by_id)


def _list(tx: Tx, *, stall: Stall, ware: Ware, shop_id: int, operator_id: int, picture: StoredPicture) -> None:
    rng = random.Random(ware.key)
    found = category_by_slug(tx, ware.category)
    owner = shop_by_id(tx, shop_id)
    if found is None or owner is None:
        raise LookupError(ware.category)
    by_id = owner.owner_id
    weight_g = rng.choice((120, 200, 350, 500, 800))
    values = ware.values or ("",)
    variants = [
        VariantDraft(
            price_minor=ware.price_minor + portion(ware.price_minor, _A_FIFTH_BP * place),
            options={ware.option: value} if value else {},
            code=f"{ware.key}-{place}".upper(),
            weight_g=weight_g,
        )
        for place, value in enumerate(values)
    ]
    draft = ProductDraft(
        title=f"{ware.title_zh} {ware.title_en}"[:80],
        category_id=found.id,
        body=f"{ware.title_zh}。\n{ware.title_en}.\n\n{stall.intro}",
        attributes={"产地": "庙会", "店家": stall.name},
        variants=variants,
    )
    product_id = create_product(tx, shop_id=shop_id, by_id=by_id, draft=draft)
    add_picture(tx, product_id=product_id, by_id=by_id, key=picture.key, width=picture.width, height=picture.height)
    submit_product(tx, product_id=product_id, by_id=by_id)
    decide_listing(tx, product_id=product_id, by_id=operator_id, accept=True)
    offer_commission(tx, product_id=product_id, by_id=by_id, rate_bp=stall.commission_bp)
    for place, variant in enumerate(variants_of(tx, product_id)):
        units = rng.choice((3, 8, 20, 60, 120))
        receive_stock(tx, variant_id=variant.id, quantity=units, ref=f"opening:{ware.key}:{place}", by_id=by_id)
