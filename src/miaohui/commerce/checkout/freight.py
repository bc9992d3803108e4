"""What it costs to send a shop's goods to a place: a pure function of a template and an address."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from miaohui.kit.money import share_out

Mode = Literal["weight", "piece"]
HOME = "CN"


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a template. regions: beginnings of division codes, and countries; none is everywhere else at home.

    first_units, next_units: grams or pieces, by the template's mode; begun units count as whole ones.
    """

    regions: tuple[str, ...] = ()
    delivers: bool = True
    first_units: int = 1
    first_minor: int = 0
    next_units: int = 1
    next_minor: int = 0


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's freight template. free_from_minor: goods for that much, after discounts, travel free."""

    id: int
    shop_id: int
    name: str
    mode: Mode
    free_from_minor: int | None
    is_default: bool
    zones: tuple[Zone, ...]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A line that wants to travel. goods_minor: what is paid for it, after discounts."""

    line_id: int
    template_id: int | None
    quantity: int
    weight_g: int
    goods_minor: int


class Freight(msgspec.Struct, frozen=True, kw_only=True):
    """The freight of one shop's lines. shares: by line, summing to the amount; unreachable: what cannot go there.

    free: whether something would have cost freight and does not, because enough was bought.
    """

    amount_minor: int
    shares: dict[int, int]
    unreachable: tuple[int, ...]
    free: bool


def freight_of_shop(
    lines: Sequence[Sent], *, templates: Mapping[int, Template], country: str, division_code: str | None
) -> Freight:
    """Return what one shop asks for sending these lines to a place.

    Lines of one template travel together: the first units are paid once. Different templates are different
    parcels and add up. A line without a template, or with one that is gone, travels by the shop's default
    template, and free if there is none.
    """
    default = next((one.id for one in templates.values() if one.is_default), None)
    parcels: dict[int | None, list[Sent]] = {}
    # In the order of their ids: who gets the odd fen does not depend on how the cart was sorted.
    for line in sorted(lines, key=lambda line: line.line_id):
        parcels.setdefault(line.template_id if line.template_id in templates else default, []).append(line)
    shares = {line.line_id: 0 for line in lines}
    unreachable: list[int] = []
    free = False
    for template_id, parcel in parcels.items():
        if template_id is None:
            continue
        template = templates[template_id]
        zone = zone_for(template.zones, country=country, division_code=division_code)
        if zone is None:
            unreachable += [line.line_id for line in parcel]
            continue
        units = [line.quantity * (line.weight_g if template.mode == "weight" else 1) for line in parcel]
        amount = price_of(zone, sum(units))
        enough = template.free_from_minor
        if amount and enough is not None and sum(line.goods_minor for line in parcel) >= enough:
            amount, free = 0, True
        for line, share in zip(parcel, share_out(amount, units), strict=True):
            shares[line.line_id] += share
    return Freight(amount_minor=sum(shares.values()), shares=shares, unreachable=tuple(unreachable), free=free)


def price_of(zone: Zone, units: int) -> int:
    """Return what so many grams or pieces cost in a zone; the first units are paid even for nothing."""
    beyond = max(units - zone.first_units, 0)
    return zone.first_minor + -(-beyond // zone.next_units) * zone.next_minor


def zone_for(zones: Iterable[Zone], *, country: str, division_code: str | None) -> Zone | None:
    """Return the zone with the most exact region for a place, None if the shop does not deliver there.

    Countries other than China must be named: everywhere else means everywhere else at home.
    """
    best: Zone | None = None
    best_length = -1
    for zone in zones:
        length = max((_fit(region, country, division_code) for region in zone.regions), default=-1)
        if not zone.regions and country == HOME:
            length = 0
        if length > best_length:
            best, best_length = zone, length
    return best if best is not None and best.delivers else None


def _fit(region: str, country: str, division_code: str | None) -> int:
    """Return how exactly a region names a place: digits of the code, 1 for the country, -1 for not at all."""
    if region == country:
        return 1
    if region.isdigit() and division_code is not None and division_code.startswith(region):
        return len(region)
    return -1
