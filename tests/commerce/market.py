"""A market with a shop in it, for stories in which something is sold."""

from collections.abc import Mapping, Sequence

import msgspec

import miaohui.commerce.merchants.jobs  # noqa: F401  opening a shop stages a job
from miaohui.commerce.catalogue.actions.change_pictures import add_picture
from miaohui.commerce.catalogue.actions.create_product import create_product
from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.actions.offer_commission import offer_commission
from miaohui.commerce.catalogue.actions.submit_product import submit_product
from miaohui.commerce.catalogue.drafts import ProductDraft, VariantDraft
from miaohui.commerce.catalogue.queries import variants_of
from miaohui.commerce.categories.actions.plant_categories import plant_categories
from miaohui.commerce.categories.queries import category_by_slug
from miaohui.commerce.merchants.actions.apply_shop import apply_shop
from miaohui.commerce.merchants.actions.decide_shop import decide_shop
from miaohui.commerce.merchants.actions.open_shop import open_shop
from miaohui.commerce.merchants.actions.submit_document import submit_document
from miaohui.commerce.merchants.actions.submit_shop import papers_needed, submit_shop
from miaohui.commerce.merchants.queries import Shop, ShopKind, shop_by_id
from miaohui.kit.db import Database, Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.people.accounts.actions.change_roles import grant_role


class Goods(msgspec.Struct, frozen=True):
    """A listed product and its variants, in the seller's order."""

    product_id: int
    variant_ids: list[int]


def category(db: Database, slug: str) -> int:
    """Return the id of a category; the tree is planted when first asked for."""
    db.write_sync(plant_categories)
    found = db.read_sync(category_by_slug, slug)
    assert found is not None, slug
    return found.id


def make_operator(db: Database, account_id: int) -> int:
    """Give somebody the operator's role, and return who it is."""
    db.write_sync(grant_role, account_id=account_id, role="operator")
    return account_id


def shop_in_review(
    db: Database, *, owner_id: int, name: str, categories: Sequence[str] = ("lighting",), kind: ShopKind = "individual"
) -> int:
    """Apply for a shop, hand in what it needs, and return its id."""
    wanted = [category(db, slug) for slug in categories]

    def apply(tx: Tx) -> int:
        shop_id = apply_shop(tx, owner_id=owner_id, kind=kind, name=name, category_ids=wanted)
        found = shop_by_id(tx, shop_id)
        assert found is not None
        for paper in sorted(papers_needed(tx, found)):
            submit_document(tx, shop_id=shop_id, by_id=owner_id, kind=paper, number=f"{paper}-1")
        submit_shop(tx, shop_id=shop_id, by_id=owner_id)
        return shop_id

    return db.write_sync(apply)


def pay_deposit(db: Database, shop_id: int) -> None:
    """Let the deposit arrive as a transfer to the bank."""

    def post(tx: Tx) -> None:
        found = the_shop(tx, shop_id)
        leg = Leg(debit=accounts.bank(), credit=accounts.deposit(shop_id), amount_minor=found.deposit_required_minor)
        post_entry(tx, kind="deposit", ref=f"deposit:{shop_id}", currency=found.currency, legs=[leg])

    db.write_sync(post)


def open_stall(
    db: Database,
    *,
    owner_id: int,
    operator_id: int,
    name: str = "灯火",
    categories: Sequence[str] = ("lighting", "handmade"),
    kind: ShopKind = "individual",
) -> int:
    """Take a shop all the way to its first day, and return its id. `operator_id` becomes an operator."""
    make_operator(db, operator_id)
    shop_id = shop_in_review(db, owner_id=owner_id, name=name, categories=categories, kind=kind)
    db.write_sync(decide_shop, shop_id=shop_id, by_id=operator_id, accept=True)
    pay_deposit(db, shop_id)
    db.write_sync(open_shop, shop_id=shop_id)
    return shop_id


def put_goods(
    db: Database,
    *,
    shop_id: int,
    operator_id: int,
    title: str = "走马灯",
    prices: Sequence[int] = (12_800,),
    options: Sequence[Mapping[str, str]] | None = None,
    category_slug: str = "lighting",
    weight_g: int = 400,
    commission_bp: int = 0,
    freight_template_id: int | None = None,
) -> Goods:
    """List a product with a variant for each price, and return it. options: by variant; 尺寸 1, 2, … by default."""
    named = options or ([{}] if len(prices) == 1 else [{"尺寸": str(n)} for n in range(1, len(prices) + 1)])
    category_id = category(db, category_slug)

    def put(tx: Tx) -> Goods:
        owner_id = the_shop(tx, shop_id).owner_id
        draft = ProductDraft(
            title=title,
            category_id=category_id,
            freight_template_id=freight_template_id,
            variants=[
                VariantDraft(price_minor=price, options=dict(chosen), code=f"C{index}", weight_g=weight_g)
                for index, (price, chosen) in enumerate(zip(prices, named, strict=True))
            ],
        )
        product_id = create_product(tx, shop_id=shop_id, by_id=owner_id, draft=draft)
        add_picture(tx, product_id=product_id, by_id=owner_id, key=f"goods/{product_id}/front", width=1440, height=1080)
        submit_product(tx, product_id=product_id, by_id=owner_id)
        decide_listing(tx, product_id=product_id, by_id=operator_id, accept=True)
        if commission_bp:
            offer_commission(tx, product_id=product_id, by_id=owner_id, rate_bp=commission_bp)
        return Goods(product_id, [each.id for each in variants_of(tx, product_id)])

    return db.write_sync(put)


def the_shop(tx: Tx, shop_id: int) -> Shop:
    """Return a shop that must be there."""
    found = shop_by_id(tx, shop_id)
    assert found is not None
    return found
