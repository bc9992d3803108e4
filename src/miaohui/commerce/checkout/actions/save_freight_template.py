"""Write a shop's freight template, a new one or an old one anew."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from miaohui.commerce.checkout.divisions import divisions_below, place_of
from miaohui.commerce.checkout.freight import Mode, Template, Zone
from miaohui.commerce.checkout.queries import templates_of_shops
from miaohui.commerce.checkout.tables import freight_template, freight_zone
from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.ids import new_id

MOST_TEMPLATES = 50
MOST_ZONES = 60
_MOST_MINOR = 100_000_00
_MOST_UNITS = 1_000_000


class FreightTemplateUnusable(Refusal):
    """A name, a region, a unit or a price of the template cannot be meant."""

    code = "freight_template_unusable"
    status = 400
    title = "This freight template cannot be used as it is"


class TemplateForm(msgspec.Struct, frozen=True, kw_only=True):
    """A freight template as it is written."""

    name: str
    mode: Mode = "weight"
    free_from_minor: int | None = None
    is_default: bool = False
    zones: Sequence[Zone] = ()


def save_freight_template(
    tx: Tx, *, shop_id: int, by_id: int, form: TemplateForm, template_id: int | None = None
) -> Template:
    """Keep a template of a shop; its first one is its default. Quotes that were given stand until they expire.

    Raises NotFound, Forbidden, FreightTemplateUnusable.
    """
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="goods")
    _look(form)
    standing = sa.and_(freight_template.c.shop_id == shop_id, freight_template.c.removed_at.is_(None))
    others = tx.scalars(sa.select(freight_template.c.id).where(standing).order_by(freight_template.c.id))
    if template_id is not None and template_id not in others:
        raise NotFound
    if template_id is None and len(others) >= MOST_TEMPLATES:
        raise FreightTemplateUnusable("A shop has at most 50 freight templates")
    values = {"name": form.name.strip(), "mode": form.mode, "free_from_minor": form.free_from_minor}
    if form.is_default:
        tx.execute(sa.update(freight_template).where(standing).values(is_default=False))
    if template_id is None:
        template_id = new_id()
        default = form.is_default or not others
        tx.execute(sa.insert(freight_template).values(id=template_id, shop_id=shop_id, is_default=default, **values))
    else:
        if form.is_default:
            values["is_default"] = True
        tx.execute(sa.update(freight_template).where(freight_template.c.id == template_id).values(**values))
        tx.execute(sa.delete(freight_zone).where(freight_zone.c.template_id == template_id))
    tx.execute(
        sa.insert(freight_zone),
        [
            {"template_id": template_id, "position": position, **msgspec.structs.asdict(zone)}
            for position, zone in enumerate(form.zones)
        ],
    )
    return templates_of_shops(tx, [shop_id])[shop_id][template_id]


def _look(form: TemplateForm) -> None:
    if not 1 <= len(form.name.strip()) <= 40:
        raise FreightTemplateUnusable("A freight template has a name of at most 40 characters")
    if form.free_from_minor is not None and not 0 < form.free_from_minor <= 100 * _MOST_MINOR:
        raise FreightTemplateUnusable("The amount from which goods travel free is above zero")
    if not 1 <= len(form.zones) <= MOST_ZONES:
        raise FreightTemplateUnusable("A freight template has 1 to 60 zones")
    seen: set[str] = set()
    for zone in form.zones:
        if not (1 <= zone.first_units <= _MOST_UNITS and 1 <= zone.next_units <= _MOST_UNITS):
            raise FreightTemplateUnusable("Units of a zone are at least one")
        if not (0 <= zone.first_minor <= _MOST_MINOR and 0 <= zone.next_minor <= _MOST_MINOR):
            raise FreightTemplateUnusable("Prices of a zone are not negative")
        for region in zone.regions or ("",):
            if region in seen:
                raise FreightTemplateUnusable("A region stands in one zone only")
            seen.add(region)
            if region and not _is_region(region):
                raise FreightTemplateUnusable("There is no such region")


def _is_region(region: str) -> bool:
    if len(region) == 2 and region.isascii() and region.isalpha():
        return region.isupper()
    return region.isascii() and region.isdigit() and (bool(divisions_below(region)) or place_of(region) is not None)
