"""A market day: a shop of Omar's with goods and stock, Mei's address, and everything from the cart to the parcel.

All of it goes through the actions and services of the product. `market.buy(…)`, `market.pay(…)` and the others
take what a story needs and fill in the rest.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from miaohui.commerce.cart.sources import Source
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.make_quote import make_quote
from miaohui.commerce.checkout.actions.save_freight_template import TemplateForm, save_freight_template
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.freight import Zone
from miaohui.commerce.checkout.quotes import Asked, Quote
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.inventory.queries import pools_of_variant
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.mark_shipped import mark_delivered, mark_shipped
from miaohui.commerce.orders.actions.place_order import PlacedTrade, place_order
from miaohui.commerce.orders.queries import (
    Order,
    OrderLine,
    Trade,
    lines_of_orders,
    moves_of_order,
    order_by_id,
    trade_by_id,
)
from miaohui.commerce.promotions.actions.claim_coupon import grant_coupon
from miaohui.commerce.promotions.actions.save_template import create_template, set_template_state
from miaohui.commerce.promotions.offer_forms import TemplateForm as CouponForm
from miaohui.commerce.promotions.pricing.rules import Bearers, CouponRule
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import job_table
from miaohui.money.ledger.queries import balance_of
from miaohui.money.payments.providers.sandbox import Outcome
from miaohui.money.payments.queries import Payment, Refund, refunds_of
from miaohui.money.payments.services import Payments
from miaohui.settings import Settings
from tests.cast import Cast
from tests.commerce.market import Goods, open_stall, put_goods
from tests.until_quiet import until_quiet

HOME = AddressForm(name="阿梅", phone="13800138000", street="平江路 8 号", division_code="320508")
PRICE = 12_800


class Market:
    """Omar's shop sells a lantern for 128 yuan, ten of them; whatever else a story needs is put there by it."""

    def __init__(self, db: Database, clock: ManualClock, cast: Cast, folder: Path) -> None:
        self.db = db
        self.clock = clock
        self.cast = cast
        self.buyer = cast.mei
        self.seller = cast.omar
        self.operator = cast.lena
        self.settings = Settings(data_dir=folder)
        self.blobs = FolderBlobs(folder / "blobs")
        self.payments = Payments(db, self.settings)
        self.shop = self.open_shop(self.seller, name="灯火")
        self.lantern = self.stock_goods(self.shop, title="走马灯", prices=[PRICE], units=10).variant_ids[0]
        self.addresses: dict[int, int] = {}

    # What is there.

    def open_shop(self, owner_id: int, *, name: str) -> int:
        """Open a further shop."""
        return open_stall(self.db, owner_id=owner_id, operator_id=self.operator, name=name)

    def stock_goods(
        self, shop_id: int, *, title: str = "糖画", prices: Sequence[int] = (1_200,), units: int = 100, **wish: Any
    ) -> Goods:
        """List a product with a variant for each price, and so many units of each on the shelf."""
        goods = put_goods(self.db, shop_id=shop_id, operator_id=self.operator, title=title, prices=prices, **wish)
        for variant_id in goods.variant_ids:
            self.receive(variant_id, units)
        return goods

    def receive(self, variant_id: int, units: int) -> None:
        """Put more units on the shelf."""
        ref = f"delivery:{new_id()}"
        self.db.write_sync(receive_stock, variant_id=variant_id, quantity=units, ref=ref, by_id=self.seller)

    def freight(self, shop_id: int, *, first_minor: int = 800, free_from_minor: int | None = None, **zone: Any) -> int:
        """Let a shop ask for freight by weight: so much for the first kilogram, and half of it for each further one."""
        prices = {"first_units": 1000, "first_minor": first_minor, "next_units": 1000, "next_minor": first_minor // 2}
        form = TemplateForm(name="快递", free_from_minor=free_from_minor, zones=[Zone(**(prices | zone))])
        owner = self.seller if shop_id == self.shop else self._owner(shop_id)
        return self.db.write_sync(save_freight_template, shop_id=shop_id, by_id=owner, form=form).id

    def coupon(
        self,
        off_minor: int,
        *,
        from_minor: int = 0,
        stacking: str = "shop",
        shop_id: int | None = None,
        owner_id: int | None = None,
        shop_bp: int | None = None,
    ) -> int:
        """Give somebody a coupon, and return its id. A shop's is borne by the shop, others by the platform."""
        of_shop = stacking == "shop"
        shop_id = (shop_id or self.shop) if of_shop else None
        bp = (10_000 if of_shop else 0) if shop_bp is None else shop_bp
        by_id = self._owner(shop_id) if shop_id else self.operator
        form = CouponForm(
            stacking=stacking,
            name="庙会券",
            rule=CouponRule(from_minor=from_minor, off_minor=off_minor),
            bearers=Bearers(shop_bp=bp, platform_bp=10_000 - bp),
            quota=1000,
            per_person=100,
            claimable=True,
            starts_at=self.clock.now() - timedelta(days=1),
            ends_at=self.clock.now() + timedelta(days=30),
        )
        template = self.db.write_sync(create_template, shop_id=shop_id, form=form, by_id=by_id)
        self.db.write_sync(set_template_state, template_id=template.id, shop_id=shop_id, state="active", by_id=by_id)
        held = self.db.write_sync(
            grant_coupon, template_id=template.id, person_id=owner_id or self.buyer, source="market"
        )
        return held.id

    def address(self, person_id: int | None = None) -> int:
        """Return somebody's address; it is written down when first asked for."""
        person_id = person_id or self.buyer
        if person_id not in self.addresses:
            self.addresses[person_id] = self.db.write_sync(add_address, account_id=person_id, form=HOME).id
        return self.addresses[person_id]

    # What people do.

    def quote(
        self,
        lines: Mapping[int, int] | None = None,
        *,
        buyer: int | None = None,
        coupons: Sequence[int] | None = None,
        source: Source | None = None,
        **wish: Any,
    ) -> Quote:
        """Ask for a price. lines: how many of which variant; one lantern by default."""
        buyer = buyer or self.buyer
        asked = [
            Asked(variant_id=variant_id, quantity=quantity, source=source or Source())
            for variant_id, quantity in ({self.lantern: 1} if lines is None else lines).items()
        ]
        return self.db.write_sync(
            make_quote, buyer_id=buyer, lines=asked, address_id=self.address(buyer), coupon_ids=coupons, **wish
        )

    def buy(self, lines: Mapping[int, int] | None = None, *, buyer: int | None = None, **wish: Any) -> PlacedTrade:
        """Ask for a price and order at it; nothing is paid yet."""
        offered = self.quote(lines, buyer=buyer, **wish)
        return self.db.write_sync(place_order, buyer_id=offered.buyer_id, quote_id=offered.id)

    def pay(self, trade: PlacedTrade, *, outcome: Outcome = "pay", quiet: bool = True) -> Payment:
        """Pay for a trade at the sandbox, and let everything follow that follows."""
        buyer = self.trade(trade.trade_id).buyer_id
        opened = self.db.write_sync(begin_payment, trade_id=trade.trade_id, buyer_id=buyer, provider="sandbox")
        paid = self.payments.act_in_sandbox_sync(opened, outcome=outcome)
        if quiet:
            self.quiet()
        return paid

    def bought(self, lines: Mapping[int, int] | None = None, **wish: Any) -> Order:
        """Buy something and pay for it; return the first order."""
        placed = self.buy(lines, **wish)
        if placed.state == "created":
            self.pay(placed)
        self.quiet()
        return self.order(placed.order_ids[0])

    def ship(self, order_id: int, lines: Mapping[int, int] | None = None) -> Order:
        """Send lines of an order, or all that is left, without a parcel."""
        todo = lines or {line.id: line.left_to_send for line in self.lines(order_id) if line.left_to_send}
        return self.db.write_sync(mark_shipped, order_id=order_id, lines=list(todo.items()), by_id=self.seller)

    def deliver(self, order_id: int) -> Order:
        """Let the parcel be signed for now."""
        self.db.write_sync(mark_delivered, order_id=order_id, at=self.clock.now())
        return self.order(order_id)

    def quiet(self) -> None:
        """Let everything happen that is due."""
        until_quiet(self.db, self.clock, self.blobs, self.settings)

    def wait(self, **time: float) -> None:
        """Let time pass, and everything happen that falls due meanwhile."""
        self.clock.advance(timedelta(**time))
        self.quiet()

    # What one sees.

    def trade(self, trade_id: int) -> Trade:
        found = self.db.read_sync(trade_by_id, trade_id)
        assert found is not None
        return found

    def order(self, order_id: int) -> Order:
        found = self.db.read_sync(order_by_id, order_id)
        assert found is not None
        return found

    def lines(self, order_id: int) -> list[OrderLine]:
        return self.db.read_sync(lines_of_orders, [order_id])

    def moves(self, order_id: int) -> list[tuple[str | None, str, str]]:
        """From, to and why of each move, oldest first."""
        return [(one.from_state, one.to_state, one.reason) for one in self.db.read_sync(moves_of_order, order_id)]

    def stock(self, variant_id: int | None = None) -> tuple[int, int, int]:
        """On hand, reserved and sold of all of a variant's pools together."""
        pools = self.db.read_sync(pools_of_variant, variant_id=variant_id or self.lantern)
        return (
            sum(pool.on_hand for pool in pools),
            sum(pool.reserved for pool in pools),
            sum(pool.sold for pool in pools),
        )

    def balance(self, code: str) -> int:
        return self.db.read_sync(balance_of, code=code, currency="CNY")

    def refunds(self, trade_id: int) -> list[Refund]:
        payment_id = self.trade(trade_id).payment_id
        return [] if payment_id is None else self.db.read_sync(refunds_of, payment_id)

    def failures(self) -> list[str]:
        """What went wrong with any job."""
        query = sa.select(job_table.c.kind, job_table.c.failure).where(job_table.c.failure.is_not(None))
        return self.db.read_sync(lambda tx: [f"{kind}: {failure}" for kind, failure in tx.execute(query)])

    def _owner(self, shop_id: int) -> int:
        found = self.db.read_sync(shop_by_id, shop_id)
        assert found is not None
        return found.owner_id
