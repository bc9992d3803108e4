"""What a person has bought, in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from miaohui.commerce.merchants.queries import shop_cards
from miaohui.commerce.orders.queries import OrderLine, lines_of_orders, orders_of_buyer
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id

_BATCH = 100


class ExportedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of an order, in minor units of the order's currency."""

    title: str
    options: dict[str, str]
    quantity: int
    paid_minor: int
    refunded_minor: int


class ExportedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its buyer knows it."""

    id: str
    shop: str
    state: str
    placed_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    payable_minor: int
    currency: str
    address: dict[str, Any]
    note: str
    lines: list[ExportedLine]


def orders_for_export(tx: Tx, account_id: int) -> Iterator[ExportedOrder]:
    """Yield what the person has ordered, newest first."""
    before: int | None = None
    while found := orders_of_buyer(tx, buyer_id=account_id, before_id=before, limit=_BATCH):
        lines = lines_of_orders(tx, [one.id for one in found])
        names = {shop_id: card.name for shop_id, card in shop_cards(tx, [one.shop_id for one in found]).items()}
        for one in found:
            yield ExportedOrder(
                id=format_id(one.id),
                shop=names.get(one.shop_id, ""),
                state=one.state,
                placed_at=one.placed_at,
                paid_at=one.paid_at,
                delivered_at=one.delivered_at,
                payable_minor=one.payable_minor,
                currency=one.currency,
                address=one.address,
                note=one.note,
                lines=[_line(line) for line in lines if line.order_id == one.id],
            )
        before = found[-1].id


def _line(line: OrderLine) -> ExportedLine:
    return ExportedLine(
        title=line.title,
        options=line.options,
        quantity=line.quantity,
        paid_minor=line.payable_minor,
        refunded_minor=line.refunded_minor,
    )
