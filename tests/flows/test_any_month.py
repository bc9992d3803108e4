"""Any month of a market: whatever people, parcels, providers and clocks do in whatever order, every promise holds.

The invariants of the closed loop are the audits of all domains; they are asked after every few acts and at the end.
Then everybody falls silent, time passes, and nothing may be left hanging: no case, no hold of stock, no money
in escrow, on its way, or nobody's.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from miaohui.care.aftersales.actions.accept_offer import accept_offer
from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.appeal import appeal
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.ask_proof import ask_proof
from miaohui.care.aftersales.actions.confirm_exchange import confirm_exchange
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.judge import judge
from miaohui.care.aftersales.actions.offer import offer
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import refuse_return
from miaohui.care.aftersales.actions.reship import reship
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.care.aftersales.queries import Case, Dispute, case_by_id, dispute_of_case
from miaohui.care.aftersales.refunds import most_refundable
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.actions.set_showcase import set_showcase
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.inventory.tables import stock_pool
from miaohui.commerce.merchants.actions.change_shop import ShopChanges, change_shop
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.extend_receipt import extend_receipt
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.tables import shop_order
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Tx, open_database
from miaohui.kit.errors import Refusal
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balances_like
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.actions.take_deposit import take_deposit
from miaohui.schedules import SCHEDULES
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.conftest import A_SPRING_EVENING, FreshDatabase
from tests.flows.promises import broken_promises
from tests.market import Market

RUNS, STEPS = int(os.environ.get("MONTHS", "8")), 30
_LOOKS_EVERY = 10
"""Asking all audits costs as much as some acts."""
_ELSEWHERE = {"audits", "uploads", "videos", "feed", "accounts"}
_CLOCKWORK = [each.kind for each in SCHEDULES if each.kind.partition(".")[0] not in _ELSEWHERE]
_BUYERS_TURN: dict[str, Sequence[Callable[..., Any]]] = {
    "wait_buyer_confirm": (accept_offer, decline_offer, withdraw),
    "wait_return": (post_return_waybill, post_return_waybill, withdraw),
    "reshipped": (confirm_exchange,),
    "rejected": (open_dispute, open_dispute, withdraw),
}
_SHOPS_TURN: dict[str, Sequence[Callable[..., Any]]] = {
    "applied": (agree, agree, offer, refuse),
    "return_shipped": (accept_return, accept_return, refuse_return),
    "wait_reship": (reship,),
}
_UNSENT, _SENT = ("paid", "part_shipped"), ("part_shipped", "shipped", "completed")
_T = TypeVar("_T")
which = st.integers(0, 7)
"""Of those that there are, counted from the newest."""


class AnyMonth(RuleBasedStateMachine):
    """All acts of the closed loop. `open_market` is set by the test."""

    open_market: Callable[[], Market]

    @initialize(insured=st.booleans(), freight=st.booleans(), rate_bp=st.sampled_from([0, 1_000]))
    def open(self, insured: bool, freight: bool, rate_bp: int) -> None:
        self.market = market = type(self).open_market()
        self.db = market.db
        self.numbers = count(1)
        cast = market.cast
        self.buyers = (cast.mei, cast.bo, cast.lan)
        other = market.open_shop(cast.ines, name="糖坊")
        self.shops = {market.shop: market.seller, other: cast.ines}
        owed = {"commission_bp": rate_bp, "category_slug": "handmade"}
        sugar = market.stock_goods(other, prices=[1_200, 999], units=20, **owed)
        self.variants = (market.lantern, *sugar.variant_ids)
        if insured:
            changes = ShopChanges(insures_returns=True)
            self.db.write_sync(change_shop, shop_id=market.shop, by_id=market.seller, changes=changes)
        if freight:
            market.freight(market.shop, first_minor=700)
        # What somebody finds on Hao's showcase earns him a tenth, if the shop has offered that.
        self.source = Source(kind="showcase", id=cast.hao)
        if rate_bp:
            on_show = {"owner_kind": "person", "owner_id": cast.hao, "by_id": cast.hao}
            self.db.write_sync(set_showcase, product_ids=[sugar.product_id], **on_show)
        self.trades: list[Any] = []
        self.orders: list[int] = []
        self.cases: list[int] = []
        self.acts = 0

    @rule(who=which, stacking=st.sampled_from(["shop", "platform", "freight"]), off=st.integers(1, 1_500))
    def win_coupon(self, who: int, stacking: str, off: int) -> None:
        with self.act():
            self.market.coupon(off, stacking=stacking, owner_id=self.buyers[who % 3])

    @rule(who=which, amounts=st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any))
    def buy(self, who: int, amounts: list[int]) -> None:
        with self.act():
            wanted = {one: amount for one, amount in zip(self.variants, amounts, strict=True) if amount}
            placed = self.market.buy(wanted, buyer=self.buyers[who % 3], source=self.source)
            self.trades.append(placed)
            self.orders += placed.order_ids

    @rule(who=which, amounts=st.lists(st.integers(1, 3), min_size=3, max_size=3))
    def buy_and_pay(self, who: int, amounts: list[int]) -> None:
        before = len(self.trades)
        self.buy(who, amounts)
        if len(self.trades) > before:
            self.pay(0, "pay", 0)

    @rule(who=which, amounts=st.lists(st.integers(1, 2), min_size=3, max_size=3), arrives=st.booleans())
    def buy_and_get(self, who: int, amounts: list[int], arrives: bool) -> None:
        before = len(self.orders)
        self.buy_and_pay(who, amounts)
        for _ in range(len(self.orders) - before):
            self.ship(0, whole=True, fate="")
        if arrives:
            self.time_passes(60 * 25)

    @rule(
        trade=which, outcome=st.sampled_from(["pay", "pay", "pay", "twice", "fail", "delay"]), late=st.integers(0, 50)
    )
    def pay(self, trade: int, outcome: Any, late: int) -> None:
        with self.act():
            placed = self.one_of(self.trades, trade)
            buyer = self.market.trade(placed.trade_id).buyer_id
            opened = self.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=buyer, provider="sandbox")
            begun = self.market.payments.begin_sync(opened.id)
            self.market.payments.act_in_sandbox_sync(begun, outcome=outcome, delay=timedelta(minutes=late))

    @rule(trade=which)
    def pay_from_wallet(self, trade: int) -> None:
        with self.act():
            placed = self.one_of(self.trades, trade)
            buyer = self.market.trade(placed.trade_id).buyer_id
            opened = self.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=buyer, provider="wallet")
            self.market.payments.begin_sync(opened.id)

    @rule(order=which)
    def cancel(self, order: int) -> None:
        with self.act():
            found = self.order(order)
            self.db.write_sync(cancel_order, order_id=found.id, buyer_id=found.buyer_id)

    @rule(order=which, whole=st.booleans(), fate=st.sampled_from(["", "", "", "-LOST", "-REFUSED", "-PROBLEM"]))
    def ship(self, order: int, whole: bool, fate: str) -> None:
        with self.act():
            found = self.order(order, *_UNSENT)
            lines = None if whole else [(line.id, 1) for line in self.market.lines(found.id) if line.left_to_send][:1]
            waybill = f"MH{next(self.numbers):08d}{fate}" if fate else None
            self.db.write_sync(
                ship_parcel,
                order_id=found.id,
                lines=lines,
                carrier="sandbox",
                waybill=waybill,
                by_id=self.shops[found.shop_id],
            )

    @rule(order=which, extend=st.booleans())
    def receive(self, order: int, extend: bool) -> None:
        with self.act():
            found = self.order(order, "shipped")
            self.db.write_sync(
                extend_receipt if extend else confirm_receipt, order_id=found.id, buyer_id=found.buyer_id
            )

    @rule(
        order=which,
        line=which,
        kind=st.sampled_from(["refund_only", "return_refund", "return_refund", "exchange"]),
        quantity=st.integers(0, 3),
        share=st.none() | st.integers(1, 101),
        reason=st.sampled_from(["faulty", "changed_mind"]),
    )
    def apply(self, order: int, line: int, quantity: int, share: int | None, **wish: Any) -> None:
        states = _UNSENT if wish["kind"] == "refund_only" and line % 2 else _SENT
        if not any(self.market.order(order_id).state in states for order_id in self.orders):
            self.buy_and_get(order, [1, 1, 2], arrives=True)
        with self.act():
            found = self.order(order, *states)
            about = self.one_of(self.market.lines(found.id), line)
            quantity = min(quantity, about.quantity - about.refunded_quantity)
            most = self.db.read_sync(most_refundable, order_line_id=about.id, quantity=quantity)
            amount = most * (share or 50) // 100 if share or quantity == 0 else None
            opened = self.db.write_sync(
                apply_aftersale,
                order_id=found.id,
                order_line_id=about.id,
                buyer_id=found.buyer_id,
                quantity=quantity,
                amount_minor=None if wish["kind"] == "exchange" else amount,
                **wish,
            )
            self.cases.append(opened.id)

    @rule(case=which, turn=which)
    def buyer_says(self, case: int, turn: int) -> None:
        self.complain_first(case)
        with self.act():
            found = self.case(case, *_BUYERS_TURN)
            verb = self.one_of(_BUYERS_TURN.get(found.state, (withdraw, open_dispute)), turn)
            more: dict[str, Any] = {"words": "不"} if verb is open_dispute else {}
            more |= {"carrier": "sandbox"} if verb is post_return_waybill else {}
            self.db.write_sync(verb, aftersale_id=found.id, buyer_id=found.buyer_id, **more)

    @rule(case=which, turn=which, amount=st.integers(0, 20_000))
    def shop_says(self, case: int, turn: int, amount: int) -> None:
        self.complain_first(case)
        with self.act():
            found = self.case(case, *_SHOPS_TURN)
            verb = self.one_of(_SHOPS_TURN.get(found.state, (agree, accept_return)), turn)
            more: dict[str, Any] = {
                offer: {"amount_minor": amount, "kind": (None, "refund_only", "return_refund")[amount % 3]},
                accept_return: {"resaleable": bool(amount % 2)},
                reship: {"carrier": "sandbox"},
                refuse: {"words": "不"},
                refuse_return: {"words": "不"},
            }.get(verb, {})
            self.db.write_sync(verb, aftersale_id=found.id, by_id=self.shops[found.shop_id], **more)

    @rule(case=which, verdict=st.sampled_from(["buyer", "seller", "split"]), amount=st.none() | st.integers(0, 20_000))
    def judged(self, case: int, verdict: Any, amount: int | None) -> None:
        with self.act():
            about = self.dispute(self.case(case, "disputed"))
            said: dict[str, Any] = {"dispute_id": about.id, "by_id": self.market.operator, "words": "判"}
            self.db.write_sync(judge, verdict=verdict, awarded_minor=amount, **said)

    @rule(case=which, by_buyer=st.booleans(), ask=st.booleans())
    def argue(self, case: int, by_buyer: bool, ask: bool) -> None:
        with self.act():
            found = self.case(case, "disputed")
            if ask:
                said: dict[str, Any] = {"by_id": self.market.operator, "proof_from": "both", "words": "请举证"}
                self.db.write_sync(ask_proof, dispute_id=self.dispute(found).id, **said)
            else:
                account_id = found.buyer_id if by_buyer else self.shops[found.shop_id]
                self.db.write_sync(appeal, aftersale_id=found.id, account_id=account_id, words="不服")

    @rule(shop=which, share=st.integers(1, 100))
    def draw(self, shop: int, share: int) -> None:
        with self.act():
            shop_id = self.one_of(list(self.shops), shop)
            code = accounts.shop_available(shop_id)
            self.db.write_sync(
                request_payout,
                account_code=code,
                shop_id=shop_id,
                amount_minor=max(1, self.market.balance(code) * share // 100),
                currency="CNY",
                bank_account="6222 0212 3344",
                requested_by=self.shops[shop_id],
            )

    @rule(shop=which, amount=st.integers(1, 200_000))
    def fine(self, shop: int, amount: int) -> None:
        with self.act():
            shop_id = self.one_of(list(self.shops), shop)
            why = {"to": accounts.penalty(), "ref": f"fine:{next(self.numbers)}"}
            self.db.write_sync(take_deposit, shop_id=shop_id, amount_minor=amount, currency="CNY", **why)

    @rule(variant=which, units=st.integers(1, 5))
    def restock(self, variant: int, units: int) -> None:
        with self.act():
            self.market.receive(self.one_of(self.variants, variant), units)

    @rule(minutes=st.sampled_from([1, 16, 31, 60 * 5, 60 * 25, 60 * 49, 60 * 73, 60 * 24 * 8, 60 * 24 * 16]))
    def time_passes(self, minutes: int) -> None:
        with self.act():
            self.market.clock.advance(timedelta(minutes=minutes))
            self.market.quiet()
            self.strike()

    def teardown(self) -> None:
        if not hasattr(self, "acts"):
            return
        try:
            assert broken_promises(self.db) == []
            self.fall_silent()
            assert broken_promises(self.db) == []
            assert self.left_hanging() == {}
        finally:
            self.db.close()

    # What the acts share.

    @contextmanager
    def act(self) -> Any:
        """Let what follows follow; a refusal is as good an answer as any."""
        try:
            yield
        except Refusal as refusal:
            event(refusal.code)
        except _Nothing:
            pass
        self.market.quiet()
        self.acts += 1
        if self.acts % _LOOKS_EVERY == 0:
            assert broken_promises(self.db) == []

    def one_of(self, things: Sequence[_T], number: int) -> _T:
        if not things:
            raise _Nothing
        return things[-1 - number % len(things)]

    def order(self, number: int, *states: str) -> Order:
        """Return an order, one in these states if there is any: what does not fit at all teaches little."""
        every = [self.market.order(order_id) for order_id in self.orders]
        return self.one_of([one for one in every if one.state in states] or every, number)

    def case(self, number: int, *states: str) -> Case:
        """Return a case, one in these states if there is any."""
        every = [found for one in self.cases if (found := self.db.read_sync(case_by_id, one)) is not None]
        return self.one_of([one for one in every if one.state in states] or every, number)

    def dispute(self, found: Case) -> Dispute:
        about = self.db.read_sync(dispute_of_case, aftersale_id=found.id)
        if about is None:
            raise _Nothing
        return about

    def complain_first(self, number: int) -> None:
        """Open a case if nobody has one."""
        if not any(self.case(position).is_open for position in range(len(self.cases))):
            self.apply(number, 0, 1, None, kind=("return_refund", "exchange")[number % 2], reason="faulty")

    def strike(self) -> None:
        """Do what the clock does every hour and every day."""

        def stage(tx: Tx) -> None:
            for kind in _CLOCKWORK:
                stage_job(tx, kind)

        self.db.write_sync(stage)
        self.market.quiet()

    def fall_silent(self) -> None:
        """Shops send what they owe, the platform judges what it is asked, and nobody else says anything any more."""
        for turn in range(6):
            for order_id in self.orders:
                if self.market.order(order_id).state in _UNSENT:
                    self.ship(0, whole=True, fate="")
            for position in range(len(self.cases)):
                self.judged(position, "buyer", None)
            self.time_passes(60 * 24 * (16 if turn % 2 else 31))

    def left_hanging(self) -> dict[str, Any]:
        """Return whatever has not come to an end."""

        def read(tx: Tx) -> dict[str, Any]:
            hanging: dict[str, Any] = {
                code: amount
                for prefix in ("escrow:", "withdrawing:", "claims_payable:", "refund_payable", "unapplied_receipts")
                for code, amount in balances_like(tx, prefix=prefix, currency="CNY").items()
                if amount
            }
            unfinished = sa.select(shop_order.c.id, shop_order.c.state)
            unfinished = unfinished.where(shop_order.c.state.not_in(["completed", "closed"]))
            hanging |= {f"order {key}": state for key, state in tx.execute(unfinished).tuples()}
            reserved = sa.select(stock_pool.c.id, stock_pool.c.reserved).where(stock_pool.c.reserved != 0)
            hanging |= {f"reserved in {key}": units for key, units in tx.execute(reserved).tuples()}
            return hanging

        open_cases = [self.case(position) for position in range(len(self.cases))]
        hanging = self.db.read_sync(read)
        return hanging | {f"case {one.id}": one.state for one in open_cases if one.is_open}


class _Nothing(Exception):
    """There is nothing yet to which this could be done."""


@pytest.mark.timeout(600)
def test_whatever_happens_in_a_month(fresh_databases: FreshDatabase, tmp_path: Path) -> None:
    folders = count(1)
    in_use = ExitStack()

    def open_market() -> Market:
        in_use.close()
        folder = tmp_path / f"month{next(folders)}"
        folder.mkdir()
        clock = ManualClock(A_SPRING_EVENING)
        url = in_use.enter_context(fresh_databases(folder))
        db = open_database(url, clock=clock, recorder=subscriptions())
        return Market(db, clock, Cast(db), folder)

    AnyMonth.open_market = staticmethod(open_market)
    how = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    with in_use:
        run_state_machine_as_test(AnyMonth, settings=how)
