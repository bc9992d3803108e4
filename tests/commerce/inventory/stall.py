"""A stall with goods, for stories that do not care how it was opened."""

import itertools
from dataclasses import dataclass

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product, variant
from miaohui.commerce.categories.tables import category
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.inventory.pools import Pool
from miaohui.commerce.inventory.queries import pools_of_variant
from miaohui.commerce.inventory.tables import stock_hold, stock_movement, stock_pool
from miaohui.commerce.merchants.tables import shop, shop_staff
from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id

_numbers = itertools.count(1)


@dataclass
class Stall:
    """A shop of somebody's, with variants that cost 10 yuan each."""

    shop_id: int
    category_id: int
    product_id: int
    variants: list[int]


def set_up_stall(db: Database, *, owner_id: int, variants: int = 1, units: int = 0, state: str = "open") -> Stall:
    """Open a shop with one product, so many variants of it, and so many units of each on the shelf."""

    def insert(tx: Tx) -> Stall:
        stall = Stall(new_id(), new_id(), new_id(), [new_id() for _ in range(variants)])
        number = next(_numbers)
        tx.execute(
            sa.insert(shop).values(
                id=stall.shop_id,
                owner_id=owner_id,
                kind="individual",
                name=f"灯笼铺 {number}",
                intro="",
                state=state,
                limits=[],
                currency="CNY",
                deposit_required_minor=0,
                insures_returns=False,
                applied_at=tx.now,
                opened_at=tx.now,
            )
        )
        tx.execute(
            sa.insert(shop_staff).values(
                shop_id=stall.shop_id, account_id=owner_id, role="owner", added_by=owner_id, added_at=tx.now
            )
        )
        tx.execute(
            sa.insert(category).values(
                id=stall.category_id,
                slug=f"lanterns-{stall.category_id}",
                name_zh="灯笼",
                name_en="Lanterns",
                fee_bp=500,
                return_days=7,
                qualifications=[],
                deposit_minor=0,
                position=0,
            )
        )
        tx.execute(
            sa.insert(product).values(
                id=stall.product_id,
                shop_id=stall.shop_id,
                category_id=stall.category_id,
                title="竹编灯笼",
                body="",
                attributes={},
                state="listed",
                currency="CNY",
                min_price_minor=1000,
                max_price_minor=1000,
                sold=0,
                created_at=tx.now,
                listed_at=tx.now,
            )
        )
        for position, variant_id in enumerate(stall.variants):
            tx.execute(
                sa.insert(variant).values(
                    id=variant_id,
                    product_id=stall.product_id,
                    code=f"L{position}",
                    options={"色": str(position)},
                    options_key=f"色={position}",
                    price_minor=1000,
                    priced_at=tx.now,
                    weight_g=200,
                    position=position,
                    state="active",
                )
            )
            if units:
                receive_stock(tx, variant_id=variant_id, quantity=units, ref="opening", by_id=owner_id)
        return stall

    return db.write_sync(insert)


def stock(db: Database, variant_id: int) -> tuple[int, int, int]:
    """Return on hand, reserved and sold of all of a variant's pools together."""
    pools: list[Pool] = db.read_sync(pools_of_variant, variant_id=variant_id)
    return (
        sum(pool.on_hand for pool in pools),
        sum(pool.reserved for pool in pools),
        sum(pool.sold for pool in pools),
    )


def books_agree(db: Database) -> bool:
    """Return whether movements and holds add up to every pool's counters."""

    def check(tx: Tx) -> bool:
        for pool in tx.execute(sa.select(stock_pool)).all():
            moved = tx.execute(
                sa.select(
                    sa.func.coalesce(sa.func.sum(stock_movement.c.on_hand_change), 0),
                    sa.func.coalesce(sa.func.sum(stock_movement.c.reserved_change), 0),
                    sa.func.coalesce(sa.func.sum(stock_movement.c.sold_change), 0),
                ).where(stock_movement.c.pool_id == pool.id)
            ).one()
            left = stock_hold.c.quantity - stock_hold.c.shipped - stock_hold.c.released
            held = tx.scalar(sa.select(sa.func.coalesce(sa.func.sum(left), 0)).where(stock_hold.c.pool_id == pool.id))
            if tuple(map(int, moved)) != (pool.on_hand, pool.reserved, pool.sold) or int(held) != pool.reserved:
                return False
        return True

    return db.read_sync(check)
