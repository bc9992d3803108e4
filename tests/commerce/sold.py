"""Orders that are paid for, for stories that do not care how that came about."""

import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.inventory.actions.commit_stock import commit_stock
from miaohui.commerce.inventory.actions.hold_stock import Want, hold_stock
from miaohui.commerce.merchants.tables import shop
from miaohui.commerce.orders.tables import order_line, shop_order, trade
from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id
from tests.commerce.inventory.stall import Stall

RIVERSIDE = {
    "name": "兰兰",
    "phone": "+8613900139000",
    "country": "CN",
    "division_code": "310101",
    "province": "上海市",
    "city": "上海市",
    "district": "黄浦区",
    "street": "人民路 399 号",
    "postcode": "200010",
}
WORKSHOP = {
    "name": "灯笼铺",
    "phone": "+8613700137000",
    "country": "CN",
    "division_code": "330106",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "龙井路 1 号",
    "postcode": "310013",
}
_quotes = itertools.count(1)


class Sold(msgspec.Struct, frozen=True):
    """A paid order and its lines, one for each variant of the stall."""

    order_id: int
    shop_id: int
    line_ids: list[int]


def sell(db: Database, stall: Stall, *, buyer_id: int, quantities: Sequence[int] = (1,), insured: bool = False) -> Sold:
    """Sell so many of each variant, 10 yuan a piece, paid and not sent yet."""

    def insert(tx: Tx) -> Sold:
        sold = Sold(new_id(), stall.shop_id, [new_id() for _ in quantities])
        here = sa.update(shop).where(shop.c.id == stall.shop_id)
        tx.execute(here.values(return_address=WORKSHOP, insures_returns=insured))
        trade_id, total = new_id(), 1000 * sum(quantities)
        tx.execute(sa.insert(trade).values(id=trade_id, quote_id=next(_quotes), **_paid(tx, buyer_id, total)))
        order: dict[str, Any] = {"id": sold.order_id, "trade_id": trade_id, "shop_id": stall.shop_id}
        sums = {"goods_minor": total, "discount_minor": 0, "freight_minor": 0}
        extra = {"address": RIVERSIDE, "note": "", "insured": insured}
        tx.execute(sa.insert(shop_order).values(**order, **sums, **extra, **_paid(tx, buyer_id, total)))
        for position, (line_id, quantity) in enumerate(zip(sold.line_ids, quantities, strict=True)):
            tx.execute(sa.insert(order_line).values(**_line(stall, sold, line_id, position, quantity)))
        wants = [
            Want(order_line_id=line_id, variant_id=stall.variants[position], quantity=quantities[position])
            for position, line_id in enumerate(sold.line_ids)
        ]
        hold_stock(tx, wants=wants)
        commit_stock(tx, order_line_ids=sold.line_ids)
        return sold

    return db.write_sync(insert)


def _paid(tx: Tx, buyer_id: int, total: int) -> dict[str, Any]:
    moments = {"placed_at": tx.now, "pay_by": tx.now, "paid_at": tx.now}
    return {"buyer_id": buyer_id, "state": "paid", "payable_minor": total, "currency": "CNY", **moments}


def _line(stall: Stall, sold: Sold, line_id: int, position: int, quantity: int) -> dict[str, Any]:
    price = 1000 * quantity
    return {
        "id": line_id,
        "order_id": sold.order_id,
        "position": position,
        "product_id": stall.product_id,
        "variant_id": stall.variants[position],
        "category_id": stall.category_id,
        "title": f"竹编灯笼 {position}",
        "options": {"色": str(position)},
        "weight_g": 200,
        "quantity": quantity,
        "list_price_minor": 1000,
        "goods_minor": price,
        "discount_minor": 0,
        "freight_minor": 0,
        "payable_minor": price,
        "platform_subsidy_minor": 0,
        "ad_subsidy_minor": 0,
        "pool_kind": "shelf",
        "pool_ref": "",
        "fee_bp": 500,
        "commission_bp": 0,
        "return_days": 7,
        "source_kind": "showcase",
    }
