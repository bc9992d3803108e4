"""What a shop's people see and do with its goods."""

import asyncio
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post, put
from litestar.params import Parameter

from miaohui.commerce.catalogue.access import access_product
from miaohui.commerce.catalogue.actions.change_pictures import add_picture, order_pictures, remove_picture
from miaohui.commerce.catalogue.actions.change_product import ProductChanges, change_product
from miaohui.commerce.catalogue.actions.create_product import create_product
from miaohui.commerce.catalogue.actions.delist_product import delist_product, relist_product, remove_product
from miaohui.commerce.catalogue.actions.import_products import Imported, import_products
from miaohui.commerce.catalogue.actions.offer_commission import end_commission, offer_commission
from miaohui.commerce.catalogue.actions.set_variants import set_variants
from miaohui.commerce.catalogue.actions.submit_product import submit_product, take_product_back
from miaohui.commerce.catalogue.answers import (
    ConsoleProducts,
    OwnProduct,
    read_own_product,
    read_own_products,
)
from miaohui.commerce.catalogue.drafts import MOST_PICTURES, MOST_VARIANTS, ProductDraft, VariantDraft
from miaohui.commerce.catalogue.product_sheet import MOST_SHEET_BYTES
from miaohui.commerce.catalogue.states import ProductState
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import translated
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, remember
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.pictures import MOST_PICTURE_BYTES, store_picture
from miaohui.kit.rate_limits import RateLimits

_TAG = ["shop console: goods"]
_PRODUCTS = "/api/v1/shops/{shop_id:str}/products"
_PRODUCT = _PRODUCTS + "/{product_id:str}"
_PICTURES_AN_HOUR = 300
_IMPORTS_AN_HOUR = 60
_SHOWN_OF_A_TABLE = 100
Limit = Annotated[int, Parameter(ge=1, le=100, description="products at most")]
Cursor = Annotated[Id | None, Parameter(description="from the page before")]
StateFilter = Annotated[
    ProductState | None, Parameter(query="state", description="in this state alone; all but removed by default")
]
DryRun = Annotated[bool, Parameter(description="only say what would become of it")]
Key = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="the same one again gets the first result",
    ),
]
Variants = Annotated[list[VariantDraft], msgspec.Meta(min_length=1, max_length=MOST_VARIANTS)]


class NewProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product; its pictures follow by POST."""

    title: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    category_id: Id
    variants: Variants
    body: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    attributes: dict[str, str] = {}
    freight_template_id: Id | None = None


class NewVariants(msgspec.Struct, frozen=True, kw_only=True):
    """All variants that the product has from now on; those that are left out are retired."""

    variants: Variants


class PictureOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Every picture of the product, in the order in which they are shown; the first is the cover."""

    picture_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_PICTURES)]


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row, in the language of who asks. line: as an editor counts them.

    column: empty if it is about the whole row. cell: what stands there.
    """

    line: int
    column: str
    cell: str
    detail: str


class PlannedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product as the table has it."""

    title: str
    variants: int
    min_price_minor: int
    max_price_minor: int


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table: all of it is written down, or with an error nothing.

    planned: what stands in it, the first hundred. product_ids: empty in a dry run.
    """

    dry_run: bool
    products: int
    variants: int
    planned: list[PlannedProduct]
    errors: list[RowError]
    product_ids: list[Id]


class Commission(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever sells the product gets of its price, in basis points."""

    rate_bp: Annotated[int, msgspec.Meta(ge=1, le=5000)]


@get(_PRODUCTS, tags=_TAG)
async def list_products(
    *,
    shop_id: Id,
    member: Member,
    db: Database,
    product_state: StateFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ConsoleProducts:
    """List the shop's products, the newest first."""
    return await db.read(
        read_own_products,
        shop_id=parse_id(shop_id),
        account_id=member.account_id,
        state=product_state,
        cursor=cursor,
        limit=limit,
    )


@post(_PRODUCTS, tags=_TAG)
async def create(
    *, shop_id: Id, data: NewProduct, request: Request[Any, Any, Any], member: Member, db: Database, key: Key = None
) -> OwnProduct:
    """Write a product down as a draft."""
    shop = parse_id(shop_id)
    digest = hash_of_request("POST", request.url.path, await request.body())
    product = await db.write(_create, shop_id=shop, by_id=member.account_id, data=data, key=key, request_hash=digest)
    return await db.read(read_own_product, product_id=product, account_id=member.account_id, shop_id=shop)


@post(_PRODUCTS + "/import", status_code=200, request_max_body_size=MOST_SHEET_BYTES, tags=_TAG)
async def import_sheet(
    *,
    shop_id: Id,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    limiter: RateLimits,
    dry_run: DryRun = False,
) -> ImportReport:
    """Write the products of a CSV table in the body down as drafts: all, or with an error in any row none.

    Columns: product, title, category (its slug), price; and body, attributes, options, code, weight_g if wanted.
    Rows with the same `product` are its variants.
    """
    limiter.check("products.import", member.account_id, _IMPORTS_AN_HOUR, 3600)
    table = {"shop_id": parse_id(shop_id), "by_id": member.account_id}
    content = await request.body()
    report = await db.read(import_products, **table, content=content, dry_run=True)
    if not (dry_run or report.errors):
        report = await db.write(import_products, **table, content=content, dry_run=False)
    return _told(request, msgspec.structs.replace(report, dry_run=dry_run))


@get(_PRODUCT, tags=_TAG)
async def show(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Return a product as its shop's people see it."""
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@patch(_PRODUCT, tags=_TAG)
async def change(*, shop_id: Id, product_id: Id, data: ProductChanges, member: Member, db: Database) -> OwnProduct:
    """Change what is said of a product. On probation a listed one goes back to review."""
    await db.write(change_product, **_named(shop_id, product_id, member), changes=data)
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@delete(_PRODUCT, tags=_TAG)
async def remove(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> None:
    """Remove a product for good; orders keep what they have frozen."""
    await db.write(remove_product, **_named(shop_id, product_id, member))


@put(_PRODUCT + "/variants", status_code=200, tags=_TAG)
async def change_variants(
    *, shop_id: Id, product_id: Id, data: NewVariants, member: Member, db: Database
) -> OwnProduct:
    """Set the variants and their prices. A variant keeps its id while its options stay the same."""
    await db.write(set_variants, **_named(shop_id, product_id, member), variants=data.variants)
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@post(_PRODUCT + "/pictures", request_max_body_size=MOST_PICTURE_BYTES, tags=_TAG)
async def add_one_picture(
    *,
    shop_id: Id,
    product_id: Id,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
) -> OwnProduct:
    """Put the picture in the body (JPEG, PNG, WebP or GIF as they are, no form, up to 8 MB) behind the others."""
    named = _named(shop_id, product_id, member)
    await db.read(_may_change, **named)
    limiter.check("products.pictures", member.account_id, _PICTURES_AN_HOUR, 3600)
    picture = await request.body()
    folder = f"goods/{named['product_id']}"
    stored = await asyncio.to_thread(partial(store_picture, blobs, folder=folder, picture=picture))
    await db.write(add_picture, **named, key=stored.key, width=stored.width, height=stored.height)
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@delete(_PRODUCT + "/pictures/{picture_id:str}", tags=_TAG)
async def drop_picture(*, shop_id: Id, product_id: Id, picture_id: Id, member: Member, db: Database) -> None:
    """Take a picture away."""
    await db.write(remove_picture, **_named(shop_id, product_id, member), picture_id=parse_id(picture_id))


@put(_PRODUCT + "/pictures", status_code=200, tags=_TAG)
async def put_pictures_in_order(
    *, shop_id: Id, product_id: Id, data: PictureOrder, member: Member, db: Database
) -> OwnProduct:
    """Put the pictures in order."""
    ids = [parse_id(each) for each in data.picture_ids]
    await db.write(order_pictures, **_named(shop_id, product_id, member), picture_ids=ids)
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@post(_PRODUCT + "/submission", status_code=200, tags=_TAG)
async def hand_in(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Hand a product in for review."""
    await db.write(submit_product, **_named(shop_id, product_id, member))
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@delete(_PRODUCT + "/submission", status_code=200, tags=_TAG)
async def take_back(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Take a product back from review."""
    await db.write(take_product_back, **_named(shop_id, product_id, member))
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@put(_PRODUCT + "/listing", status_code=200, tags=_TAG)
async def relist(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Put a product back into the shop that was taken out."""
    await db.write(relist_product, **_named(shop_id, product_id, member))
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@delete(_PRODUCT + "/listing", status_code=200, tags=_TAG)
async def delist(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Take a product out of the shop."""
    await db.write(delist_product, **_named(shop_id, product_id, member))
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@put(_PRODUCT + "/commission", status_code=200, tags=_TAG)
async def offer(*, shop_id: Id, product_id: Id, data: Commission, member: Member, db: Database) -> OwnProduct:
    """Offer a commission to whoever sells the product. Orders that are placed keep the rate they were placed at."""
    await db.write(offer_commission, **_named(shop_id, product_id, member), rate_bp=data.rate_bp)
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


@delete(_PRODUCT + "/commission", status_code=200, tags=_TAG)
async def end_offer(*, shop_id: Id, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """End the commission offer."""
    await db.write(end_commission, **_named(shop_id, product_id, member))
    return await _shown(db, shop_id=shop_id, product_id=product_id, member=member)


def _told(request: Request[Any, Any, Any], report: Imported) -> ImportReport:
    """Return what became of a table, in the language of who asks."""
    prices = [[each.price_minor for each in draft.variants] for draft in report.drafts]
    return ImportReport(
        dry_run=report.dry_run,
        products=len(report.drafts),
        variants=sum(map(len, prices)),
        planned=[
            PlannedProduct(
                title=draft.title, variants=len(asked), min_price_minor=min(asked), max_price_minor=max(asked)
            )
            for draft, asked in list(zip(report.drafts, prices, strict=True))[:_SHOWN_OF_A_TABLE]
        ],
        errors=[
            RowError(
                line=each.line,
                column=each.column,
                cell=each.cell,
                detail=translated(request, each.detail, **each.values),
            )
            for each in report.errors
        ],
        product_ids=[format_id(each) for each in report.product_ids],
    )


def _named(shop_id: str, product_id: str, member: Member) -> dict[str, int]:
    return {"shop_id": parse_id(shop_id), "product_id": parse_id(product_id), "by_id": member.account_id}


async def _shown(db: Database, *, shop_id: str, product_id: str, member: Member) -> OwnProduct:
    shop, product = parse_id(shop_id), parse_id(product_id)
    return await db.read(read_own_product, product_id=product, account_id=member.account_id, shop_id=shop)


def _may_change(tx: Tx, *, shop_id: int, product_id: int, by_id: int) -> None:
    access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id, for_update=False)


def _create(tx: Tx, *, shop_id: int, by_id: int, data: NewProduct, key: str | None, request_hash: bytes) -> int:
    template = data.freight_template_id

    def create() -> int:
        draft = ProductDraft(
            title=data.title,
            category_id=parse_id(data.category_id),
            variants=data.variants,
            body=data.body,
            attributes=data.attributes,
            freight_template_id=None if template is None else parse_id(template),
        )
        return create_product(tx, shop_id=shop_id, by_id=by_id, draft=draft)

    return remember(tx, actor_id=by_id, key=key, request_hash=request_hash, compute=create, kind=int)


route_handlers: tuple[Any, ...] = (
    list_products,
    create,
    import_sheet,
    show,
    change,
    remove,
    change_variants,
    add_one_picture,
    drop_picture,
    put_pictures_in_order,
    hand_in,
    take_back,
    relist,
    delist,
    offer,
    end_offer,
)
