"""A running month, and kill -9 again and again: what was acknowledged is there, and every promise holds.

Buyers, a shop and its carrier are at work over HTTP while the server and its worker are killed at random points.
Whoever has not heard an answer asks again with the same key. KILLS=200 is the long form;
there are more of them where a few did not let everything happen.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.care.aftersales.tables import aftersale
from miaohui.commerce.fulfilment.tables import parcel
from miaohui.commerce.orders.tables import shop_order, trade
from miaohui.kit.db import Tx
from miaohui.kit.jobs import job_table
from miaohui.kit.outbox import due_deliveries
from miaohui.money.ledger import accounts
from miaohui.money.payments.tables import payment
from miaohui.money.settlement.tables import settlement_line
from miaohui.schedules import SCHEDULES
from tests.fairground import Fairground, Visitor, open_fairground
from tests.flows.promises import broken_promises
from tests.wire import Answer, Wire

KILLS = int(os.environ.get("KILLS", "6"))
BUYERS = 6


class Month:
    """Who does what, and what they were told."""

    def __init__(self, fair: Fairground, dice: random.Random) -> None:
        self.fair = fair
        self.dice = dice
        self.buyers = fair.crowd(BUYERS)
        self.keys = count(1)
        self.unanswered: dict[int, tuple[str, str]] = {}
        """By buyer: the quote and the key of an order of which nobody knows whether it exists."""
        self.keys_of: dict[str, str] = {}
        """By trade: the key under which it was ordered."""
        self.acknowledged: dict[str, set[int]] = {
            what: set() for what in ("ordered", "paid", "cancelled", "received", "sent", "applied")
        }
        self.faults: list[str] = []

    async def until_killed(self, seconds: float) -> None:
        """Let all be busy for so long, and kill the server in the middle of it."""
        roles = [self._buyer(who) for who in self.buyers] + [self._shop()]
        working = [asyncio.create_task(self._work(role)) for role in roles]
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.fair.server.kill)
        await asyncio.gather(*working)

    async def _work(self, role: Callable[[Wire], Awaitable[None]]) -> None:
        try:
            wire = await Wire.open(self.fair.server.url)
            while True:
                await role(wire)
        except ConnectionError:
            pass  # It is dead.

    def _buyer(self, who: Visitor) -> Callable[[Wire], Awaitable[None]]:
        async def live(wire: Wire) -> None:
            trade_id, orders = await self._order(wire, who)
            if trade_id is None or self.dice.random() < 0.1:
                return
            begun = await self._ask(wire, who, f"/trades/{trade_id}/payments", {"provider": "sandbox"})
            if begun.status == 201:
                outcome = self.dice.choice(["pay", "pay", "pay", "twice", "fail"])
                paid = await self._ask(wire, who, f"/payments/{begun.body['id']}/sandbox", {"outcome": outcome})
                if paid.status == 200 and paid.body["state"] == "succeeded":
                    self.acknowledged["paid"].add(int(begun.body["id"]))
            if self.dice.random() < 0.15:
                await self._act(wire, who, f"/orders/{orders[0]}/cancellation", "cancelled", int(orders[0]))
            await self._look_after_older(wire, who)

        return live

    async def _order(self, wire: Wire, who: Visitor) -> tuple[str | None, list[str]]:
        if who.account_id not in self.unanswered:
            wish = {"lines": [{"variant_id": str(self.fair.market.lantern), "quantity": self.dice.randint(1, 2)}]}
            quote = await self._ask(wire, who, "/quotes", wish)
            if quote.status != 201:
                await asyncio.sleep(0.1)
                return None, []
            self.unanswered[who.account_id] = (quote.body["id"], f"key-{next(self.keys)}")
        quote_id, key = self.unanswered[who.account_id]
        placed = await self._ask(wire, who, "/orders", {"quote_id": quote_id}, Idempotency_Key=key)
        del self.unanswered[who.account_id]
        if placed.status != 201:
            return None, []
        if self.keys_of.setdefault(placed.body["id"], key) != key:
            self.faults.append(f"trade {placed.body['id']} answers two keys")
        self.acknowledged["ordered"] |= {int(order_id) for order_id in placed.body["order_ids"]}
        return placed.body["id"], placed.body["order_ids"]

    async def _look_after_older(self, wire: Wire, who: Visitor) -> None:
        listed = await wire.send(who.token, "GET", "/orders?state=shipped&state=completed&limit=20")
        for order in listed.body["items"] if listed.status == 200 else []:
            order_id = int(order["id"])
            if order["state"] == "shipped" and self.dice.random() < 0.3:
                await self._act(wire, who, f"/orders/{order_id}/receipt", "received", order_id)
            elif self.dice.random() < 0.1:
                seen = await wire.send(who.token, "GET", f"/orders/{order_id}")
                wish = {"order_line_id": seen.body["lines"][0]["id"], "kind": "refund_only", "quantity": 1}
                opened = await self._ask(wire, who, f"/orders/{order_id}/returns", {**wish, "reason": "faulty"})
                if opened.status == 201:
                    self.acknowledged["applied"].add(int(opened.body["aftersale"]["id"]))

    def _shop(self) -> Callable[[Wire], Awaitable[None]]:
        omar, shop_id = self.fair.omar, self.fair.market.shop

        async def live(wire: Wire) -> None:
            listed = await wire.send(omar.token, "GET", f"/shops/{shop_id}/orders?state=paid&state=part_shipped")
            for order in listed.body["items"][:6] if listed.status == 200 else []:
                sent = await self._ask(
                    wire, omar, f"/shops/{shop_id}/orders/{order['id']}/parcels", {"carrier": "sandbox"}
                )
                if sent.status == 201:
                    self.acknowledged["sent"].add(int(sent.body["id"]))
            cases = await wire.send(omar.token, "GET", f"/shops/{shop_id}/aftersales")
            for case in cases.body["items"][:6] if cases.status == 200 else []:
                if case["state"] == "applied":
                    await self._ask(wire, omar, f"/aftersales/{case['id']}/agreement", {})

        return live

    async def _act(self, wire: Wire, who: Visitor, path: str, what: str, order_id: int) -> None:
        if (await self._ask(wire, who, path)).status == 200:
            self.acknowledged[what].add(order_id)

    async def _ask(self, wire: Wire, who: Visitor, path: str, body: Any = None, **headers: str) -> Answer:
        answer = await wire.send(who.token, "POST", path, body, **headers)
        if answer.status >= 500 or answer.status in (400, 404):
            self.faults.append(f"{path}: {answer}")
        return answer

    def missing(self) -> dict[str, set[int]]:
        """Return what was acknowledged and is not so."""

        def read(tx: Tx) -> dict[str, set[int]]:
            of_order = {
                "ordered": sa.true(),
                "cancelled": shop_order.c.state == "closed",
                "received": shop_order.c.state == "completed",
            }
            there = {
                **{what: set(tx.scalars(sa.select(shop_order.c.id).where(so))) for what, so in of_order.items()},
                "paid": set(tx.scalars(sa.select(payment.c.id).where(payment.c.state == "succeeded"))),
                "sent": set(tx.scalars(sa.select(parcel.c.id))),
                "applied": set(tx.scalars(sa.select(aftersale.c.id))),
            }
            return {what: lost for what, told in self.acknowledged.items() if (lost := told - there[what])}

        return self.fair.db.read_sync(read)

    def has_seen_everything(self) -> bool:
        """Return whether each kind of act was acknowledged more than once, so that losing it could be noticed."""
        return all(len(acts) > 1 for acts in self.acknowledged.values())

    def a_week_goes_by(self) -> None:
        """Let everything be due that waits, and every lease of a dead worker be over."""

        def move(tx: Tx) -> None:
            waiting = settlement_line.c.state == "settleable"
            tx.execute(sa.update(settlement_line).where(waiting).values(settle_after=tx.now))
            due = sa.update(job_table).where(job_table.c.kind == "settlement.settle_order")
            tx.execute(due.where(job_table.c.state == "queued").values(run_at=tx.now))
            tx.execute(sa.update(job_table).where(job_table.c.state == "running").values(lease_expires_at=tx.now))

        self.fair.db.write_sync(move)

    def all_is_done(self) -> bool:
        """Return whether nothing follows any more from what was done."""

        def read(tx: Tx) -> bool:
            hurried = sa.or_(job_table.c.state == "running", job_table.c.run_at <= tx.now)
            unfinished = job_table.c.state.in_(["queued", "running"])
            return tx.scalar(sa.select(job_table.c.id).where(unfinished, hurried).limit(1)) is None

        return not self.fair.db.read_sync(due_deliveries) and self.fair.db.read_sync(read)


def still_broken(fair: Fairground) -> list[str]:
    """Return broken promises. What the clock does again anyway may have been killed too often at one try."""
    by_the_clock = tuple(f"{each.kind}: its worker went silent" for each in SCHEDULES)
    return [one for one in broken_promises(fair.db) if not one.startswith(by_the_clock)]


@pytest.fixture
def month(tmp_path: Path, database_url: str) -> Iterator[Month]:
    with open_fairground(tmp_path, database_url, carrier_pace_s="1") as fair:
        fair.market.receive(fair.market.lantern, 100_000)
        yield Month(fair, random.Random(25))


@pytest.mark.alone
@pytest.mark.timeout(240 + 30 * KILLS)
def test_what_was_acknowledged_survives_any_kill(month: Month) -> None:
    fair = month.fair
    for kills in count(1):
        asyncio.run(month.until_killed(month.dice.uniform(0.3, 2.0)))
        assert month.missing() == {}
        month.a_week_goes_by()
        fair.server.start()
        assert still_broken(fair) == []
        if kills >= KILLS and month.has_seen_everything():
            break
    assert month.faults == []

    month.a_week_goes_by()
    fair.until(month.all_is_done, seconds=60)
    assert month.missing() == {}
    assert still_broken(fair) == []
    told = month.acknowledged
    # Whoever has heard that they have paid has an order that is paid, and nobody's money lies about.
    paid = sa.select(trade.c.payment_id).where(trade.c.state == "paid")
    assert told["paid"] <= set(fair.db.read_sync(lambda tx: tx.scalars(paid)))
    assert [fair.market.balance(code) for code in (accounts.refund_payable(), accounts.unapplied_receipts())] == [0, 0]
    assert fair.market.balance(accounts.shop_available(fair.market.shop)) > 0, "nothing was settled"
