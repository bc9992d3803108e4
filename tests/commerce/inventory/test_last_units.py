"""Forty buyers, ten lanterns: nobody is promised what is not there, however the rush falls."""

import pytest
import sqlalchemy as sa

from miaohui.commerce.inventory import pools
from miaohui.commerce.inventory.actions import hold_stock as hold_module
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock, Want, hold_stock
from miaohui.commerce.inventory.actions.split_pool import split_pool
from miaohui.commerce.inventory.queries import available
from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from tests.at_once import at_once
from tests.cast import Cast
from tests.commerce.inventory.stall import books_agree, set_up_stall, stock

BUYERS = 40
UNITS = 10


def rush(db: Database, variant_id: int, *, quantity: int = 1) -> list[object]:
    """Let everybody reach for it at once; None for whoever got it."""

    def reach() -> None:
        want = Want(order_line_id=new_id(), variant_id=variant_id, quantity=quantity)
        db.write_sync(hold_stock, wants=[want])

    return at_once([reach] * BUYERS)


@pytest.fixture
def stale(db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """A variant whose pools everybody has read before anybody wrote."""
    [variant_id] = set_up_stall(db, owner_id=cast.mei, units=UNITS).variants
    seen = db.read_sync(pools.pools_of, keys=[(variant_id, "shelf", "")])
    monkeypatch.setattr(hold_module, "pools_of", lambda tx, *, keys: seen)
    return variant_id


@pytest.mark.parametrize("slots", [1, 4])
@pytest.mark.parametrize("quantity", [1, 3])
def test_forty_buyers_get_ten_units_and_not_one_more(db: Database, cast: Cast, slots: int, quantity: int):
    [variant_id] = set_up_stall(db, owner_id=cast.mei, units=UNITS).variants
    db.write_sync(split_pool, variant_id=variant_id, slots=slots)

    answers = rush(db, variant_id, quantity=quantity)

    got = UNITS // quantity
    assert answers.count(None) == got
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == BUYERS - got
    assert stock(db, variant_id) == (UNITS, got * quantity, 0)
    assert books_agree(db)


def test_what_was_read_before_does_not_decide(db: Database, stale: int):
    answers = rush(db, stale)

    assert answers.count(None) == UNITS
    assert stock(db, stale) == (UNITS, UNITS, 0)
    assert books_agree(db)


def test_without_the_condition_all_forty_would_have_been_promised_one(
    db: Database, stale: int, monkeypatch: pytest.MonkeyPatch
):
    """The control: this is how it looks when only the reading decides."""
    _lift_the_last_guard(db)
    monkeypatch.setattr(pools, "HAS_ROOM", sa.true())

    answers = rush(db, stale)

    assert answers.count(None) == BUYERS
    assert stock(db, stale) == (UNITS, BUYERS, 0)


def test_the_table_itself_refuses_what_the_condition_would_let_pass(
    db: Database, stale: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pools, "HAS_ROOM", sa.true())

    answers = rush(db, stale)

    assert answers.count(None) == UNITS
    assert sum(isinstance(answer, sa.exc.IntegrityError) for answer in answers) == BUYERS - UNITS


def test_two_carts_with_the_same_goods_in_other_orders_both_go_through(db: Database, cast: Cast):
    variants = set_up_stall(db, owner_id=cast.mei, variants=6, units=BUYERS).variants

    def fill(order: list[int]):
        wants = [Want(order_line_id=new_id(), variant_id=variant_id, quantity=1) for variant_id in order]
        return lambda: db.write_sync(hold_stock, wants=wants)

    answers = at_once([fill(variants if n % 2 else variants[::-1]) for n in range(BUYERS)])

    assert answers == [None] * BUYERS
    assert db.stats.retries == 0
    assert set(db.read_sync(available, variant_ids=variants).values()) == {0}
    assert books_agree(db)


def _lift_the_last_guard(db: Database) -> None:
    """Take away the table's own check, which would stop the fortieth unit as well."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE stock_pool DROP CONSTRAINT ck_stock_pool_never_oversold"))
            connection.commit()
            return
    db.write_sync(lambda tx: tx.connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON").close())
