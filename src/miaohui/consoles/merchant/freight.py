"""What sending costs: a shop's freight templates, zone by zone."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from babel import Locale
from litestar import MediaType, Response, get

from miaohui.commerce.checkout.divisions import divisions_below
from miaohui.commerce.checkout.freight import Template
from miaohui.commerce.checkout.queries import templates_of_shops
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id

_STEPS = (2, 4, 6)
"""Digits of a province's, a city's and a district's code."""


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a division code, or a country, and what it is called."""

    code: str
    name: str


@get("/shop/{shop_id:str}/settings/freight/new", media_type=MediaType.HTML, include_in_schema=False)
async def new_template_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with an empty freight template."""

    def read(_tx: Tx, _shop: OwnShop) -> Mapping[str, Any]:
        return {"template": None, "zones": []}

    return await _form(request, shop_id, member, db, read)


@get("/shop/{shop_id:str}/settings/freight/{template_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def template_page(
    *, request: AnyRequest, shop_id: Id, template_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with one freight template. Raises NotFound."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        found = templates_of_shops(tx, [here])[here].get(parse_id(template_id))
        if found is None:
            raise NotFound
        return {"template": found, "zones": _zones(found, member.locale)}

    return await _form(request, shop_id, member, db, read)


async def _form(request: AnyRequest, shop_id: str, member: Member, db: Database, read: Any) -> Response[bytes]:
    return await console_page(
        request, "freight", shop_id=shop_id, member=member, db=db, to="goods", shelf="settings", read=read
    )


def _zones(template: Template, locale: str) -> list[dict[str, Any]]:
    """Return the zones for the form's script, each region with its name."""
    return [
        {
            **msgspec.structs.asdict(zone),
            "regions": [msgspec.structs.asdict(region_of(code, locale)) for code in zone.regions],
        }
        for zone in template.zones
    ]


def region_of(code: str, locale: str) -> Region:
    """Return a region with its name: of a division as it is written in China, of a country in the reader's language."""
    if not code.isdigit():
        return Region(code=code, name=Locale.parse(locale, sep="-").territories.get(code, code))
    names: list[str] = []
    for digits in _STEPS:
        above, part = code[: digits - 2], code[:digits]
        if len(part) < digits:
            break
        # Below a municipality stand districts of six digits.
        near = divisions_below(above) or divisions_below(code[:2])
        names += [one.name for one in near if one.code == part]
    return Region(code=code, name=" ".join(names) or code)


route_handlers: Sequence[Any] = (new_template_page, template_page)
