"""The JSON API of the checkout: divisions, addresses, freight templates, quotes."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import Parameter

from miaohui.commerce.cart.routes import Quantity, SourceForm
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.change_address import change_address
from miaohui.commerce.checkout.actions.make_quote import MOST_LINES, make_quote
from miaohui.commerce.checkout.actions.remove_address import remove_address
from miaohui.commerce.checkout.actions.remove_freight_template import remove_freight_template
from miaohui.commerce.checkout.actions.save_freight_template import (
    MOST_ZONES,
    TemplateForm,
    save_freight_template,
)
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.divisions import Division, divisions_below
from miaohui.commerce.checkout.freight import Mode, Template, Zone
from miaohui.commerce.checkout.queries import addresses_of, templates_of_shops
from miaohui.commerce.checkout.quoted import AddressAnswer, QuoteAnswer, describe_address, describe_quote, words_for
from miaohui.commerce.checkout.quotes import Asked, quote_of
from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.rate_limits import RateLimits

_TAG = ["checkout"]
_SHOP_TAG = ["shops"]
_QUOTES_A_MINUTE = 120
DivisionCode = Annotated[str, Parameter(pattern=r"^[0-9]{0,6}$", description="code of the division above; empty: all")]


class AddressInput(msgspec.Struct, frozen=True, kw_only=True):
    """An address. In China division_code says province, city and district; elsewhere the words do."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
    street: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{2}$")] = "CN"
    division_code: Annotated[str, msgspec.Meta(pattern="^[0-9]{2,6}$")] | None = None
    province: Annotated[str, msgspec.Meta(max_length=120)] = ""
    city: Annotated[str, msgspec.Meta(max_length=120)] = ""
    district: Annotated[str, msgspec.Meta(max_length=120)] = ""
    postcode: Annotated[str, msgspec.Meta(max_length=20)] = ""
    is_default: bool = False

    def form(self) -> AddressForm:
        return AddressForm(**msgspec.structs.asdict(self))


class ZoneInput(msgspec.Struct, frozen=True, kw_only=True):
    """Prices for some regions: beginnings of division codes ("31", "3205") and countries ("JP"); none is the rest."""

    regions: Annotated[list[Annotated[str, msgspec.Meta(min_length=2, max_length=6)]], msgspec.Meta(max_length=400)] = (
        msgspec.field(default_factory=list)
    )
    delivers: bool = True
    first_units: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    first_minor: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    next_units: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    next_minor: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0


class TemplateInput(msgspec.Struct, frozen=True, kw_only=True):
    """A freight template. Units are grams or pieces, by its mode. free_from_minor: goods for that travel free."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    zones: Annotated[list[ZoneInput], msgspec.Meta(min_length=1, max_length=MOST_ZONES)]
    mode: Mode = "weight"
    free_from_minor: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] | None = None
    is_default: bool = False

    def form(self) -> TemplateForm:
        zones = [Zone(**{**msgspec.structs.asdict(zone), "regions": tuple(zone.regions)}) for zone in self.zones]
        return TemplateForm(
            name=self.name,
            mode=self.mode,
            free_from_minor=self.free_from_minor,
            is_default=self.is_default,
            zones=zones,
        )


class TemplateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A freight template of a shop."""

    id: Id
    name: str
    mode: Mode
    free_from_minor: int | None
    is_default: bool
    zones: list[Zone]


class Divisions(msgspec.Struct, frozen=True, kw_only=True):
    """The divisions right below one."""

    items: list[Division]


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """The address book: the default first, then the newest."""

    items: list[AddressAnswer]


class Templates(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's freight templates."""

    items: list[TemplateAnswer]


class AskedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is to be priced, and where it was found."""

    variant_id: Id
    quantity: Quantity = 1
    source: SourceForm = SourceForm()


class NewQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be priced. lines: null for what is selected in the cart. address_id: null for the default.

    coupon_ids: null for the best choice, an empty list for none. notes: what a shop is to know, by shop id.
    """

    lines: Annotated[list[AskedLine], msgspec.Meta(min_length=1, max_length=MOST_LINES)] | None = None
    address_id: Id | None = None
    coupon_ids: Annotated[list[Id], msgspec.Meta(max_length=20)] | None = None
    notes: dict[Id, Annotated[str, msgspec.Meta(max_length=200)]] = {}


@get("/api/v1/divisions", tags=_TAG, sync_to_thread=False)
def list_divisions(*, under: DivisionCode = "") -> Divisions:
    """List China's administrative divisions below one of them: provinces, then cities, then districts."""
    return Divisions(items=divisions_below(under))


@get("/api/v1/addresses", tags=_TAG)
async def list_addresses(*, member: Member, db: Database) -> Addresses:
    """List one's own addresses."""
    found = await db.read(addresses_of, account_id=member.account_id)
    return Addresses(items=[describe_address(one) for one in found])


@post("/api/v1/addresses", tags=_TAG)
async def write_address(*, data: AddressInput, member: Member, db: Database) -> AddressAnswer:
    """Write an address into the book."""
    return describe_address(await db.write(add_address, account_id=member.account_id, form=data.form()))


@put("/api/v1/addresses/{address_id:str}", tags=_TAG)
async def rewrite_address(*, address_id: Id, data: AddressInput, member: Member, db: Database) -> AddressAnswer:
    """Write an address anew. Orders keep what it said when they were placed."""
    changed = await db.write(
        change_address, account_id=member.account_id, address_id=parse_id(address_id), form=data.form()
    )
    return describe_address(changed)


@delete("/api/v1/addresses/{address_id:str}", tags=_TAG)
async def drop_address(*, address_id: Id, member: Member, db: Database) -> None:
    """Take an address out of the book."""
    await db.write(remove_address, account_id=member.account_id, address_id=parse_id(address_id))


@get("/api/v1/shops/{shop_id:str}/freight-templates", tags=_SHOP_TAG)
async def list_templates(*, shop_id: Id, member: Member, db: Database) -> Templates:
    """List a shop's freight templates, to those who work there."""
    found = await db.read(_templates, shop_id=parse_id(shop_id), account_id=member.account_id)
    return Templates(items=[_describe_template(one) for one in found])


@post("/api/v1/shops/{shop_id:str}/freight-templates", tags=_SHOP_TAG)
async def write_template(*, shop_id: Id, data: TemplateInput, member: Member, db: Database) -> TemplateAnswer:
    """Write a freight template; a shop's first one is its default."""
    saved = await db.write(save_freight_template, shop_id=parse_id(shop_id), by_id=member.account_id, form=data.form())
    return _describe_template(saved)


@put("/api/v1/shops/{shop_id:str}/freight-templates/{template_id:str}", tags=_SHOP_TAG)
async def rewrite_template(
    *, shop_id: Id, template_id: Id, data: TemplateInput, member: Member, db: Database
) -> TemplateAnswer:
    """Write a freight template anew."""
    saved = await db.write(
        save_freight_template,
        shop_id=parse_id(shop_id),
        by_id=member.account_id,
        form=data.form(),
        template_id=parse_id(template_id),
    )
    return _describe_template(saved)


@delete("/api/v1/shops/{shop_id:str}/freight-templates/{template_id:str}", tags=_SHOP_TAG)
async def drop_template(*, shop_id: Id, template_id: Id, member: Member, db: Database) -> None:
    """Take a freight template away; goods that had it travel by the default one."""
    await db.write(
        remove_freight_template,
        shop_id=parse_id(shop_id),
        by_id=member.account_id,
        template_id=parse_id(template_id),
    )


@post("/api/v1/quotes", tags=_TAG)
async def quote(
    *, data: NewQuote, request: Request[Any, Any, Any], member: Member, db: Database, limiter: RateLimits
) -> QuoteAnswer:
    """Price something with everything in it; the price holds for a quarter of an hour."""
    limiter.check("checkout.quote", member.account_id, _QUOTES_A_MINUTE, 60)
    lines = None
    if data.lines is not None:
        lines = [
            Asked(variant_id=parse_id(one.variant_id), quantity=one.quantity, source=one.source.source())
            for one in data.lines
        ]
    offered = await db.write(
        make_quote,
        buyer_id=member.account_id,
        lines=lines,
        address_id=None if data.address_id is None else parse_id(data.address_id),
        coupon_ids=None if data.coupon_ids is None else [parse_id(one) for one in data.coupon_ids],
        notes={parse_id(shop_id): note for shop_id, note in data.notes.items()},
    )
    locale, gettext = words_for(request)
    return describe_quote(offered, locale=locale, gettext=gettext)


@get("/api/v1/quotes/{quote_id:str}", tags=_TAG)
async def see_quote(*, quote_id: Id, request: Request[Any, Any, Any], member: Member, db: Database) -> QuoteAnswer:
    """See a quote of one's own again."""
    offered = await db.read(quote_of, quote_id=parse_id(quote_id), buyer_id=member.account_id)
    locale, gettext = words_for(request)
    return describe_quote(offered, locale=locale, gettext=gettext)


def _describe_template(one: Template) -> TemplateAnswer:
    return TemplateAnswer(
        id=format_id(one.id),
        name=one.name,
        mode=one.mode,
        free_from_minor=one.free_from_minor,
        is_default=one.is_default,
        zones=list(one.zones),
    )


def _templates(tx: Tx, *, shop_id: int, account_id: int) -> list[Template]:
    access_shop(tx, shop_id=shop_id, account_id=account_id, to="view")
    return list(templates_of_shops(tx, [shop_id])[shop_id].values())


route_handlers: Sequence[Any] = (
    list_divisions,
    list_addresses,
    write_address,
    rewrite_address,
    drop_address,
    list_templates,
    write_template,
    rewrite_template,
    drop_template,
    quote,
    see_quote,
)
