"""A shop of Mei's that has sold something to Bo, and all that may be said about it afterwards."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.queries import Case, Dispute, case_by_id, dispute_of_case, moves_of_case
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.make_quote import make_quote
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.quotes import Asked
from miaohui.commerce.fulfilment.actions.record_tracking import record_tracking
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.fulfilment.queries import Parcel, parcels_of_order
from miaohui.commerce.fulfilment.states import Scan
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.merchants.actions.change_staff import set_staff
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.mark_trade_paid import mark_trade_paid
from miaohui.commerce.orders.actions.place_order import place_order
from miaohui.commerce.orders.queries import Order, OrderLine, lines_of_orders, order_by_id
from miaohui.commerce.orders.tables import order_line
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import Worker, job_table
from miaohui.kit.outbox import deliver, due_deliveries
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balance_of
from miaohui.money.payments.queries import Refund, refund_by_ref
from miaohui.money.payments.services import Payments
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.commerce.market import open_stall, put_goods

PRICE = 12_800
HOME = AddressForm(name="Bo", phone="+8613800138000", street="南京东路 1 号", division_code="310101", is_default=True)


class Counter:
    """Sells, sends, and lets time pass, with every handler and every job at work."""

    def __init__(self, db: Database, clock: ManualClock, cast: Cast, folder: Path) -> None:
        self.db, self.clock, self.cast = db, clock, cast
        self.buyer, self.seller, self.operator = cast.bo, cast.mei, cast.lan
        settings = Settings(data_dir=folder)
        self.blobs = FolderBlobs(folder / "blobs")
        self.payments = Payments(db, settings)
        self.worker = Worker(db=db, blobs=self.blobs, settings=settings)
        self.shop_id = open_stall(db, owner_id=self.seller, operator_id=self.operator, categories=("lighting",))
        self.goods = put_goods(db, shop_id=self.shop_id, operator_id=self.operator, prices=(PRICE, PRICE))
        self.variant, self.other_variant = self.goods.variant_ids
        for number, variant_id in enumerate(self.goods.variant_ids):
            db.write_sync(receive_stock, variant_id=variant_id, quantity=50, ref=f"first:{number}", by_id=self.seller)
        self.address_id = db.write_sync(add_address, account_id=self.buyer, form=HOME).id

    def sell(self, quantity: int = 1) -> OrderLine:
        """Let Bo buy and pay; return the line."""
        wanted = [Asked(variant_id=self.variant, quantity=quantity)]
        quote = self.db.write_sync(
            make_quote, buyer_id=self.buyer, lines=wanted, address_id=self.address_id, coupon_ids=[]
        )
        placed = self.db.write_sync(place_order, buyer_id=self.buyer, quote_id=quote.id)
        payment = self.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=self.buyer, provider="sandbox")
        paid = self.payments.act_in_sandbox_sync(self.payments.begin_sync(payment.id), outcome="pay")
        assert paid.state == "succeeded"
        self.db.write_sync(mark_trade_paid, trade_id=placed.trade_id, payment_id=payment.id)
        return self.lines(placed.order_ids[0])[0]

    def send(self, line: OrderLine, quantity: int | None = None) -> Parcel:
        """Send all of a line, or some of it."""
        lines = None if quantity is None else [(line.id, quantity)]
        return self.db.write_sync(
            ship_parcel, order_id=line.order_id, lines=lines, carrier="sandbox", waybill=None, by_id=self.seller
        )

    def sign(self, parcel: Parcel) -> None:
        """Let whoever a parcel goes to sign for it."""
        scan = Scan(state="signed", carrier_at=self.clock.now(), text="签收", place="")
        self.db.write_sync(record_tracking, carrier=parcel.carrier, waybill=parcel.waybill, events=[scan])
        self.dispatch()

    def deliver(self, quantity: int = 1) -> OrderLine:
        """Sell and send, and let Bo sign."""
        line = self.sell(quantity)
        self.sign(self.send(line))
        return self.line(line.id)

    def settled(self, quantity: int = 1) -> OrderLine:
        """Sell, send, and let eight days pass after Bo said that all is well: the shop has its money."""
        line = self.deliver(quantity)
        self.db.write_sync(confirm_receipt, order_id=line.order_id, buyer_id=self.buyer)
        self.clock.advance(timedelta(days=7, hours=1))
        self.db.write_sync(settle_line, order_line_id=line.id)
        self.dispatch()
        return line

    def apply(self, line: OrderLine, kind: str = "refund_only", quantity: int = 1, **wish: Any) -> Case:
        """Let Bo ask for something."""
        asked = {"amount_minor": None, "reason": "faulty", **wish}
        return self.db.write_sync(
            apply_aftersale,
            order_id=line.order_id,
            order_line_id=line.id,
            buyer_id=self.buyer,
            kind=kind,
            quantity=quantity,
            **asked,
        )

    def as_buyer(self, action: Callable[..., Any], found: Case, **more: Any) -> Any:
        return self.db.write_sync(action, aftersale_id=found.id, buyer_id=self.buyer, **more)

    def as_shop(self, action: Callable[..., Any], found: Case, **more: Any) -> Any:
        return self.db.write_sync(action, aftersale_id=found.id, by_id=self.seller, **more)

    def as_operator(self, action: Callable[..., Any], found: Dispute, **more: Any) -> Any:
        return self.db.write_sync(action, dispute_id=found.id, by_id=self.operator, **more)

    def returned(self, found: Case) -> Case:
        """The newest parcel back of a case is signed for by the shop."""
        self.sign(self.parcels(found, "back")[-1])
        return self.case(found.id)

    def parcels(self, found: Case, direction: str) -> list[Parcel]:
        every = self.db.read_sync(parcels_of_order, found.order_id)
        return [one for one in every if one.case_id == found.id and one.direction == direction]

    def dispatch(self) -> None:
        """Hand on all events that are due."""
        graph = subscriptions()
        while found := self.db.read_sync(due_deliveries):
            for due in found:
                self.db.write_sync(deliver, due=due, subscriptions=graph)

    def settle_down(self) -> None:
        """Let all handlers and all jobs do what is due, until nothing is left."""
        self.dispatch()
        while self.worker.run_due():
            self.dispatch()
        assert self.failures() == []

    def wait(self, **time: float) -> None:
        """Let time pass, and whatever it brings."""
        self.clock.advance(timedelta(**time))
        self.settle_down()

    def failures(self) -> list[str]:
        """What went wrong with any job."""
        query = sa.select(job_table.c.kind, job_table.c.failure).where(job_table.c.failure.is_not(None))
        return self.db.read_sync(lambda tx: [f"{kind}: {failure}" for kind, failure in tx.execute(query)])

    def hire(self, account_id: int, role: str) -> int:
        """Let somebody work in the shop."""
        self.db.write_sync(set_staff, shop_id=self.shop_id, by_id=self.seller, account_id=account_id, role=role)
        return account_id

    def case(self, aftersale_id: int) -> Case:
        found = self.db.read_sync(case_by_id, aftersale_id)
        assert found is not None
        return found

    def dispute(self, found: Case) -> Dispute:
        about = self.db.read_sync(dispute_of_case, aftersale_id=found.id)
        assert about is not None
        return about

    def states(self, found: Case) -> list[str]:
        """Where a case has been, and by whom it was moved there."""
        moves = self.db.read_sync(moves_of_case, aftersale_id=found.id)
        return [f"{move.to_state} by {move.by_side}" for move in moves]

    def line(self, line_id: int) -> OrderLine:
        order_id = self.db.read_sync(lambda tx: _order_of(tx, line_id))
        return next(one for one in self.lines(order_id) if one.id == line_id)

    def lines(self, order_id: int) -> list[OrderLine]:
        return self.db.read_sync(lines_of_orders, [order_id])

    def order(self, order_id: int) -> Order:
        found = self.db.read_sync(order_by_id, order_id)
        assert found is not None
        return found

    def refund(self, found: Case) -> Refund | None:
        return self.db.read_sync(refund_by_ref, f"aftersale:{found.id}")

    def balance(self, code: str) -> int:
        return self.db.read_sync(balance_of, code=code, currency="CNY")

    def owed_by_shop(self) -> int:
        return self.balance(accounts.receivable(self.shop_id))

    def shop_has(self) -> int:
        return self.balance(accounts.shop_available(self.shop_id))

    def broken_promises(self) -> list[str]:
        """Every audit of the house that finds something."""
        found = [(name, self.db.read_sync(run_audit, name=name)) for name in registered_audits()]
        return [f"{name}: {finding.examples}" for name, finding in found if finding.violations]


def _order_of(tx: Tx, line_id: int) -> int:
    return int(tx.scalar(sa.select(order_line.c.order_id).where(order_line.c.id == line_id)))
