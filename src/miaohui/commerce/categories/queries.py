"""Reads of the categories. They are few, so that everything is read whole."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from miaohui.commerce.categories.tables import category
from miaohui.kit.db import Tx


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A category and its rules. Goods stand in those without children."""

    id: int
    parent_id: int | None
    slug: str
    name_zh: str
    name_en: str
    fee_bp: int
    """What the platform takes of the goods, in basis points."""
    return_days: int
    """Days after delivery within which a sound thing may go back without a reason; 0 means never."""
    qualifications: tuple[str, ...]
    """Kinds of papers that a shop must have accepted before it lists here."""
    deposit_minor: int
    position: int

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "qualifications", tuple(self.qualifications))


_COLUMNS = tuple(category.c[field] for field in Category.__struct_fields__)


def all_categories(tx: Tx) -> list[Category]:
    """Return the whole tree, each parent before its children."""
    order = (
        sa.func.coalesce(category.c.parent_id, category.c.id),
        category.c.parent_id.is_not(None),
        category.c.position,
    )
    return tx.all(sa.select(*_COLUMNS).order_by(*order, category.c.id), Category)


def categories_by_id(tx: Tx, category_ids: Iterable[int]) -> dict[int, Category]:
    """Return these categories; who does not exist is absent."""
    wanted = category.c.id.in_(set(category_ids))
    return {found.id: found for found in tx.all(sa.select(*_COLUMNS).where(wanted), Category)}


def category_by_slug(tx: Tx, slug: str) -> Category | None:
    """Return the category of that name for machines, such as `tea`."""
    return tx.one(sa.select(*_COLUMNS).where(category.c.slug == slug), Category)


def leaves_below(tx: Tx, category_id: int) -> frozenset[int]:
    """Return a category and those below it."""
    here = sa.or_(category.c.id == category_id, category.c.parent_id == category_id)
    return frozenset(tx.scalars(sa.select(category.c.id).where(here)))


def has_children(tx: Tx, category_id: int) -> bool:
    """Return whether a category is divided further; such a one holds no goods itself."""
    return tx.scalar(sa.select(category.c.id).where(category.c.parent_id == category_id).limit(1)) is not None
