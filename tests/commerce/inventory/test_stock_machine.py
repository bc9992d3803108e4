"""Any order of holding, paying, shipping, giving back and moving, beside a model that counts on its fingers."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from miaohui.commerce.inventory.actions.commit_stock import NothingHeld, commit_stock
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock, Want, hold_stock
from miaohui.commerce.inventory.actions.move_stock import drain_pools, move_stock
from miaohui.commerce.inventory.actions.receive_stock import StockIsPromised, receive_stock, set_stock
from miaohui.commerce.inventory.actions.release_stock import FewerAreHeld, release_stock, release_units
from miaohui.commerce.inventory.actions.restock import FewerWereShipped, restock
from miaohui.commerce.inventory.actions.ship_stock import ship_stock
from miaohui.commerce.inventory.actions.split_pool import split_pool
from miaohui.commerce.inventory.queries import available, pools_of_variant
from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from tests.cast import Cast
from tests.commerce.audited import violations
from tests.commerce.inventory.stall import set_up_stall

POOLS = (("shelf", ""), ("flash", "7"))
pools = st.sampled_from([POOLS[0], POOLS[0], POOLS[1]])
few = st.integers(1, 3)


@dataclass
class Line:
    """A line as the model knows it."""

    pool: tuple[str, str]
    quantity: int
    paid: bool = False
    shipped: int = 0
    released: int = 0
    restocked: int = 0

    @property
    def left(self) -> int:
        return self.quantity - self.shipped - self.released


@dataclass
class Model:
    """Free units of each pool, and all lines."""

    free: dict[tuple[str, str], int] = field(default_factory=lambda: dict.fromkeys(POOLS, 0))
    lines: dict[int, Line] = field(default_factory=dict)


class StockMachine(RuleBasedStateMachine):
    """All acts that move stock. `database` is set by the test."""

    database: Database
    owner_id: int
    lines = Bundle("lines")

    @initialize(units=st.integers(4, 12), slots=st.sampled_from([1, 1, 3]))
    def open_stall(self, units: int, slots: int) -> None:
        self.model = Model()
        self.refs = 0
        [self.variant_id] = set_up_stall(self.database, owner_id=self.owner_id).variants
        if units:
            self.receive(POOLS[0], units)
        self.database.write_sync(split_pool, variant_id=self.variant_id, slots=slots)

    def ref(self) -> str:
        self.refs += 1
        return f"act:{self.refs}"

    @rule(pool=pools, units=few)
    def receive(self, pool: tuple[str, str], units: int) -> None:
        delivery = {"variant_id": self.variant_id, "quantity": units, "ref": self.ref(), "by_id": self.owner_id}
        for _ in range(2):
            self.database.write_sync(receive_stock, **delivery, kind=pool[0], pool_ref=pool[1])
        self.model.free[pool] += units

    @rule(target=lines, pool=pools, units=few)
    def hold(self, pool: tuple[str, str], units: int) -> object:
        line_id = new_id()
        want = Want(
            order_line_id=line_id, variant_id=self.variant_id, quantity=units, pool_kind=pool[0], pool_ref=pool[1]
        )
        if self.model.free[pool] < units:
            with pytest.raises(OutOfStock) as refused:
                self.database.write_sync(hold_stock, wants=[want])
            assert refused.value.data["lines"][0]["available"] == self.model.free[pool]
            return multiple()
        for _ in range(2):
            self.database.write_sync(hold_stock, wants=[want])
        self.model.free[pool] -= units
        self.model.lines[line_id] = Line(pool, units)
        return line_id

    @rule(line_id=lines)
    def commit(self, line_id: int) -> None:
        line = self.model.lines.get(line_id)
        if line is None or (not line.left and not line.shipped and not line.paid) or line.left + line.shipped == 0:
            with pytest.raises(NothingHeld):
                self.database.write_sync(commit_stock, order_line_ids=[line_id])
            return
        self.database.write_sync(commit_stock, order_line_ids=[line_id])
        line.paid = True

    @rule(line_id=lines)
    def release(self, line_id: int) -> None:
        for _ in range(2):
            self.database.write_sync(release_stock, order_line_ids=[line_id], reason="closed")
        if line := self.model.lines.get(line_id):
            self.model.free[line.pool] += line.left
            line.released += line.left

    @rule(line_id=lines, units=few)
    def release_some(self, line_id: int, units: int) -> None:
        line = self.model.lines.get(line_id)
        act = {"order_line_id": line_id, "quantity": units, "ref": self.ref(), "reason": "refunded"}
        if line is None or line.left < units:
            with pytest.raises(FewerAreHeld):
                self.database.write_sync(release_units, **act)
            return
        for _ in range(2):
            self.database.write_sync(release_units, **act)
        line.released += units
        self.model.free[line.pool] += units

    @rule(line_id=lines, units=few)
    def ship(self, line_id: int, units: int) -> None:
        line = self.model.lines.get(line_id)
        act = {"order_line_id": line_id, "quantity": units, "ref": self.ref()}
        if line is None or line.left < units or not line.paid:
            with pytest.raises((FewerAreHeld, NothingHeld)):
                self.database.write_sync(ship_stock, **act)
            return
        for _ in range(2):
            self.database.write_sync(ship_stock, **act)
        line.shipped += units

    @rule(line_id=lines, units=few)
    def take_back(self, line_id: int, units: int) -> None:
        line = self.model.lines.get(line_id)
        act = {"order_line_id": line_id, "quantity": units, "ref": self.ref()}
        if line is None or line.shipped - line.restocked < units:
            with pytest.raises(FewerWereShipped):
                self.database.write_sync(restock, **act)
            return
        for _ in range(2):
            self.database.write_sync(restock, **act)
        line.restocked += units
        self.model.free[POOLS[0]] += units

    @rule(units=few)
    def set_apart(self, units: int) -> None:
        act = {"variant_id": self.variant_id, "quantity": units, "target": POOLS[1]}
        if self.model.free[POOLS[0]] < units:
            with pytest.raises(OutOfStock):
                self.database.write_sync(move_stock, **act)
            return
        self.database.write_sync(move_stock, **act)
        self.model.free[POOLS[0]] -= units
        self.model.free[POOLS[1]] += units

    @rule()
    def drain(self) -> None:
        # Of all stalls that this database has seen; each but this one is empty of flash pools' free units.
        assert self.database.write_sync(drain_pools, kind="flash", pool_ref="7") >= self.model.free[POOLS[1]]
        self.model.free[POOLS[0]] += self.model.free[POOLS[1]]
        self.model.free[POOLS[1]] = 0

    @rule(units=st.integers(0, 12))
    def count(self, units: int) -> None:
        reserved = sum(line.left for line in self.model.lines.values() if line.pool == POOLS[0])
        act = {"variant_id": self.variant_id, "on_hand": units, "reason": "counted", "by_id": self.owner_id}
        if units < reserved:
            with pytest.raises(StockIsPromised):
                self.database.write_sync(set_stock, **act)
            return
        self.database.write_sync(set_stock, **act)
        self.model.free[POOLS[0]] = units - reserved

    @rule(slots=st.integers(1, 4))
    def split(self, slots: int) -> None:
        self.database.write_sync(split_pool, variant_id=self.variant_id, slots=slots)

    @invariant()
    def counters_are_the_models(self) -> None:
        if not hasattr(self, "model"):
            return
        found = self.database.read_sync(pools_of_variant, variant_id=self.variant_id)
        for pool in POOLS:
            slots = [one for one in found if (one.kind, one.ref) == pool]
            lines = [line for line in self.model.lines.values() if line.pool == pool]
            sold = sum(line.left + line.shipped - line.restocked for line in lines if line.paid)
            assert sum(one.available for one in slots) == self.model.free[pool]
            assert sum(one.reserved for one in slots) == sum(line.left for line in lines)
            assert sum(one.sold for one in slots) == sold
            kind, ref = pool
            free = self.database.read_sync(available, variant_ids=[self.variant_id], kind=kind, pool_ref=ref)
            assert free == {self.variant_id: self.model.free[pool]}

    def teardown(self) -> None:
        assert violations(self.database, "inventory") == {}


@pytest.fixture
def long_lived(db: Database, cast: Cast) -> Database:
    """One database for all runs of the machine: each has its own stall in it."""
    StockMachine.database, StockMachine.owner_id = db, cast.mei
    return db


def test_every_way_through_the_stock_adds_up(long_lived: Database):
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
