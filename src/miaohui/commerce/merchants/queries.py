"""Reads of shops, their papers and their people."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.roles import StaffRole
from miaohui.commerce.merchants.states import SELLING, ShopLimit, ShopState
from miaohui.commerce.merchants.tables import shop, shop_category, shop_document, shop_move, shop_staff
from miaohui.kit.db import Prepared, Tx
from miaohui.kit.paging import Position

ShopKind = Literal["company", "individual"]


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop as it stands in the database."""

    id: int
    owner_id: int
    kind: ShopKind
    name: str
    intro: str
    avatar: str | None
    state: ShopState
    limits: list[ShopLimit]
    currency: str
    deposit_required_minor: int
    return_address: dict[str, Any] | None
    insures_returns: bool
    applied_at: datetime
    opened_at: datetime | None
    probation_ends_at: datetime | None
    closed_at: datetime | None

    @property
    def sells(self) -> bool:
        """Whether its goods are shown and can be bought."""
        return self.state in SELLING and self.opened_at is not None and "traffic" not in self.limits


class ShopDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that a shop has handed in."""

    id: int
    shop_id: int
    kind: str
    number: str
    file: str | None
    expires_on: date | None
    state: Literal["submitted", "accepted", "rejected"]
    note: str | None
    submitted_at: datetime
    reviewed_by: int | None
    reviewed_at: datetime | None


class ShopCategory(msgspec.Struct, frozen=True, kw_only=True):
    """A category that a shop has asked for."""

    shop_id: int
    category_id: int
    state: Literal["requested", "granted", "refused"]
    decided_by: int | None
    decided_at: datetime | None


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works in a shop."""

    shop_id: int
    account_id: int
    role: StaffRole
    added_by: int
    added_at: datetime


class ShopMove(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a shop, when and why."""

    from_state: ShopState | None
    to_state: ShopState
    reason: str
    by_id: int | None
    at: datetime


class ShopCard(msgspec.Struct, frozen=True, kw_only=True):
    """How a shop appears beside its goods."""

    id: int
    name: str
    avatar_url: str | None
    owner_id: int


_COLUMNS = tuple(shop.c[field] for field in Shop.__struct_fields__)
_DOCUMENT = tuple(shop_document.c[field] for field in ShopDocument.__struct_fields__)
_CARDS = Prepared(
    sa.select(shop.c.id, shop.c.name, shop.c.avatar, shop.c.owner_id).where(
        shop.c.id.in_(sa.bindparam("shop_ids", expanding=True))
    )
)

SELLS: sa.ColumnElement[bool] = sa.and_(
    shop.c.state.in_(sorted(SELLING)),
    shop.c.opened_at.is_not(None),
    sa.type_coerce(shop.c.limits, sa.Text).not_like('%"traffic"%'),
)
"""Condition on `shop`: its goods are shown and can be bought; what `Shop.sells` says, for statements."""


def picture_url(key: str | None, size_px: int = 240) -> str | None:
    """Return the address of a shop's or a product's picture (240, 720 or 1440 px wide), None for none."""
    return None if key is None else f"/media/{key}-{size_px}.webp"


def shop_by_id(tx: Tx, shop_id: int) -> Shop | None:
    """Return a shop in whatever state, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(shop.c.id == shop_id), Shop)


def shop_cards(tx: Tx, shop_ids: Iterable[int]) -> dict[int, ShopCard]:
    """Return the cards of these shops by id, in one query."""
    ids = sorted(set(shop_ids))
    rows = tx.rows(_CARDS, shop_ids=ids) if ids else ()
    return {
        row.id: ShopCard(id=row.id, name=row.name, avatar_url=picture_url(row.avatar), owner_id=row.owner_id)
        for row in rows
    }


def shops_worked_in(tx: Tx, *, account_id: int, shop_ids: Collection[int]) -> list[int]:
    """Return those of these shops that somebody owns or works in."""
    return list(tx.scalars(_WORKED_IN, account_id=account_id, shop_ids=sorted(shop_ids)))


# Owners stand among the staff, too: an audit looks for any who does not.
_WORKED_IN = Prepared(
    sa.select(shop_staff.c.shop_id)
    .where(
        shop_staff.c.account_id == sa.bindparam("account_id"),
        shop_staff.c.shop_id.in_(sa.bindparam("shop_ids", expanding=True)),
    )
    .order_by(shop_staff.c.shop_id)
)


def role_in_shop(tx: Tx, *, shop_id: int, account_id: int) -> StaffRole | None:
    """Return what somebody is in a shop, None for a stranger."""
    here = sa.and_(shop_staff.c.shop_id == shop_id, shop_staff.c.account_id == account_id)
    found: StaffRole | None = tx.scalar(sa.select(shop_staff.c.role).where(here))
    return found


def staff_of_shop(tx: Tx, shop_id: int) -> list[Staff]:
    """Return who works in a shop, longest first."""
    return tx.all(_STAFF, Staff, shop_id=shop_id)


_STAFF = Prepared(
    sa.select(*(shop_staff.c[field] for field in Staff.__struct_fields__))
    .where(shop_staff.c.shop_id == sa.bindparam("shop_id"))
    .order_by(shop_staff.c.added_at, shop_staff.c.account_id)
)


def shops_of_person(tx: Tx, account_id: int) -> list[Shop]:
    """Return the shops in which somebody works, the oldest first."""
    theirs = sa.select(*_COLUMNS).join_from(shop, shop_staff).where(shop_staff.c.account_id == account_id)
    return tx.all(theirs.order_by(shop.c.id), Shop)


def documents_of_shop(tx: Tx, shop_id: int) -> list[ShopDocument]:
    """Return all papers of a shop, oldest first."""
    return tx.all(
        sa.select(*_DOCUMENT).where(shop_document.c.shop_id == shop_id).order_by(shop_document.c.id), ShopDocument
    )


def document_by_id(tx: Tx, document_id: int) -> ShopDocument | None:
    """Return a paper, whoever asks."""
    return tx.one(sa.select(*_DOCUMENT).where(shop_document.c.id == document_id), ShopDocument)


def accepted_kinds(tx: Tx, shop_id: int) -> frozenset[str]:
    """Return the kinds of papers that a shop has accepted and not expired."""
    valid = sa.and_(
        shop_document.c.shop_id == shop_id,
        shop_document.c.state == "accepted",
        sa.or_(shop_document.c.expires_on.is_(None), shop_document.c.expires_on >= tx.now.date()),
    )
    return frozenset(tx.scalars(sa.select(shop_document.c.kind).where(valid)))


def categories_of_shop(tx: Tx, shop_id: int) -> list[ShopCategory]:
    """Return the categories that a shop has asked for."""
    columns = (shop_category.c[field] for field in ShopCategory.__struct_fields__)
    mine = shop_category.c.shop_id == shop_id
    return tx.all(sa.select(*columns).where(mine).order_by(shop_category.c.category_id), ShopCategory)


def granted_categories(tx: Tx, shop_id: int) -> frozenset[int]:
    """Return the categories in which a shop may list."""
    return frozenset(one.category_id for one in categories_of_shop(tx, shop_id) if one.state == "granted")


def moves_of_shop(tx: Tx, shop_id: int) -> list[ShopMove]:
    """Return what happened to a shop, oldest first."""
    columns = (shop_move.c[field] for field in ShopMove.__struct_fields__)
    return tx.all(sa.select(*columns).where(shop_move.c.shop_id == shop_id).order_by(shop_move.c.id), ShopMove)


def shops_in_review(tx: Tx, *, after: Position | None, limit: int) -> list[Shop]:
    """Return the shops that wait for a reviewer, the one that applied first at the top."""
    place = (shop.c.applied_at, shop.c.id)
    waiting = sa.select(*_COLUMNS).where(shop.c.state == "review")
    if after is not None:
        literals = (sa.literal(value, column.type) for value, column in zip(after, place, strict=True))
        waiting = waiting.where(sa.tuple_(*place) > sa.tuple_(*literals))
    return tx.all(waiting.order_by(*place).limit(limit), Shop)
