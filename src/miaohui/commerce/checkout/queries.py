"""Reads of addresses and freight templates."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from miaohui.commerce.checkout.freight import Template, Zone
from miaohui.commerce.checkout.tables import address, freight_template, freight_zone
from miaohui.kit.db import Prepared, Tx
from miaohui.kit.errors import NotFound


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody wants things sent. division_code: in China; elsewhere the words alone say where."""

    id: int
    name: str
    phone: str
    country: str
    division_code: str | None
    province: str
    city: str
    district: str
    street: str
    postcode: str
    is_default: bool


_MINE = sa.select(*(address.c[name] for name in Address.__struct_fields__)).where(
    address.c.account_id == sa.bindparam("account_id"), address.c.removed_at.is_(None)
)
_ADDRESSES = Prepared(_MINE.order_by(address.c.is_default.desc(), address.c.id.desc()))
_ADDRESS = Prepared(_MINE.where(address.c.id == sa.bindparam("address_id")))
_TEMPLATES = Prepared(
    sa.select(
        *(freight_template.c[name] for name in Template.__struct_fields__ if name != "zones"),
        *(freight_zone.c[name] for name in Zone.__struct_fields__),
    )
    .outerjoin_from(freight_template, freight_zone)
    .where(
        freight_template.c.shop_id.in_(sa.bindparam("shop_ids", expanding=True)),
        freight_template.c.removed_at.is_(None),
    )
    .order_by(freight_template.c.id, freight_zone.c.position)
)


def addresses_of(tx: Tx, *, account_id: int) -> list[Address]:
    """Return a person's addresses: the default first, then the newest."""
    return tx.all(_ADDRESSES, Address, account_id=account_id)


def address_of(tx: Tx, *, address_id: int, account_id: int) -> Address:
    """Return one address of this person. Raises NotFound, also for somebody else's."""
    found = tx.one(_ADDRESS, Address, address_id=address_id, account_id=account_id)
    if found is None:
        raise NotFound
    return found


def templates_of_shops(tx: Tx, shop_ids: Iterable[int]) -> dict[int, dict[int, Template]]:
    """Return the standing freight templates of each shop, by their ids."""
    wanted = list(shop_ids)
    found: dict[int, dict[int, Template]] = {shop_id: {} for shop_id in wanted}
    if not wanted:
        return found
    for row in (found._asdict() for found in tx.rows(_TEMPLATES, shop_ids=wanted)):
        zone = (
            ()
            if row["delivers"] is None
            else (
                Zone(
                    regions=tuple(row["regions"]),
                    **{name: row[name] for name in Zone.__struct_fields__ if name != "regions"},
                ),
            )
        )
        earlier = found[row["shop_id"]].get(row["id"])
        if earlier is not None:
            found[row["shop_id"]][row["id"]] = msgspec.structs.replace(earlier, zones=earlier.zones + zone)
            continue
        kept = {name: row[name] for name in Template.__struct_fields__ if name != "zones"}
        found[row["shop_id"]][row["id"]] = Template(**kept, zones=zone)
    return found
