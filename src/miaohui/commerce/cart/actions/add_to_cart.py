"""Put something into the cart."""

import sqlalchemy as sa

from miaohui.commerce.cart.sources import Source
from miaohui.commerce.cart.tables import cart_line
from miaohui.commerce.catalogue.queries import sellable_variants
from miaohui.kit.db import Prepared, Tx, prepared_insert_or_update
from miaohui.kit.errors import Refusal

MOST_LINES = 120
MOST_OF_ONE = 999


class CartFull(Refusal):
    """The cart has as many lines as any may. Data: limit."""

    code = "cart_full"
    status = 409
    title = "The cart is full"


class NotForSale(Refusal):
    """The thing is not listed any more, or its shop does not sell at the moment. Data: variant_ids."""

    code = "not_for_sale"
    status = 409
    title = "This is not for sale any more"


def add_to_cart(tx: Tx, *, account_id: int, variant_id: int, quantity: int, source: Source) -> None:
    """Put so many of a variant into the cart, on top of what lies there; the newest source counts.

    quantity: 1 to 999; more than 999 in all are 999. Raises NotForSale, CartFull.
    """
    found = sellable_variants(tx, variant_ids=[variant_id]).get(variant_id)
    if found is None:
        raise NotForSale(variant_ids=[str(variant_id)])
    lines = tx.scalars(_THERE, account_id=account_id)
    if variant_id not in lines and len(lines) >= MOST_LINES:
        raise CartFull(limit=MOST_LINES)
    tx.changed(
        _PUT,
        account_id=account_id,
        variant_id=variant_id,
        quantity=quantity,
        selected=True,
        seen_price_minor=found.price_minor,
        source_kind=source.kind,
        source_id=source.id,
        added_at=tx.now,
    )


_THERE = Prepared(sa.select(cart_line.c.variant_id).where(cart_line.c.account_id == sa.bindparam("account_id")))
_total = cart_line.c.quantity + sa.literal_column("excluded.quantity")
_newest = ("selected", "seen_price_minor", "source_kind", "source_id", "added_at")
_PUT = prepared_insert_or_update(
    cart_line,
    key=["account_id", "variant_id"],
    changes={
        "quantity": sa.case((_total > MOST_OF_ONE, MOST_OF_ONE), else_=_total),
        **{name: sa.literal_column(f"excluded.{name}") for name in _newest},
    },
)
