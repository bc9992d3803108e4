"""A month of trade among the townspeople, ending with orders in every state."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec

from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.queries import case_by_id
from miaohui.commerce.cart.actions.add_to_cart import add_to_cart
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.queries import listed_goods, variants_of
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.make_quote import make_quote
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.quotes import Asked
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.inventory.queries import available
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.place_order import place_order
from miaohui.commerce.orders.queries import lines_of_orders, order_by_id
from miaohui.commerce.promotions.actions.claim_coupon import claim_coupon
from miaohui.commerce.promotions.queries import claimable_templates
from miaohui.demo.market.scratch import ScratchMonth
from miaohui.demo.people import BY_HANDLE
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.money.payments.services import Payments
from miaohui.settings import Settings

DAYS = 30
_ORDERS_A_DAY = (2, 4)
_LAST_STEPS = 4
"""Sent, asked, answered, taken further: what Mei's last orders need to become what their fate says."""
_CARRIER = "sandbox"
_PLACES = ("320508", "310101", "330106", "440106", "110101", "510104", "610103")
_REASONS = ("not_as_described", "changed_mind", "damaged")


class _Sale(msgspec.Struct):
    """An order of the month and what its buyer and shop are going to do."""

    order_id: int
    buyer: str
    seller_id: int
    day: int
    fate: str
    case_id: int | None = None


class Month:
    """Everybody buys a little every day; what is bought is sent, signed for, kept or returned."""

    def __init__(
        self,
        month: ScratchMonth,
        *,
        people: Mapping[str, int],
        owners: Mapping[int, int],
        settings: Settings,
        seed: int,
    ) -> None:
        self._month = month
        self._db = month.db
        self._people = people
        self._owners = owners
        self._payments = Payments(month.db, settings)
        self._rng = random.Random(f"{seed}:month")
        self._homes: dict[str, int] = {}
        self._sales: list[_Sale] = []
        self._goods = self._db.read_sync(_shelf)

    def live(self, *, days: int = DAYS) -> None:
        """Let that many days pass; the last ones leave things as a visitor should find them."""
        for day in range(days):
            last = days - 1 - day
            for _ in range(self._rng.randint(*_ORDERS_A_DAY)):
                self._buy(self._buyer(), day=day, fate=self._fate(last))
            self._month.settle_down()
            self._tend(day)
            self._month.settle_down()
            self._month.clock.advance(timedelta(days=1))
            self._month.settle_down()
        for fate in ("unpaid", "paid", "sent", "asked", "returning", "disputed", "kept"):
            self._buy("mei", day=days, fate=fate)
        for _ in range(_LAST_STEPS):
            self._month.settle_down()
            self._tend(days)
        with suppress(Refusal):
            for _, variant_id, _ in self._rng.sample(self._goods, 3):
                source = Source(kind="mall")
                self._db.write_sync(
                    add_to_cart, account_id=self._people["mei"], variant_id=variant_id, quantity=1, source=source
                )
        self._month.settle_down()

    def _buyer(self) -> str:
        # Whom a visitor is likely to be buys more than others.
        return "mei" if self._rng.random() < 0.2 else self._rng.choice(sorted(self._people))

    def _fate(self, days_left: int) -> str:
        if days_left == 0:
            return self._rng.choice(("paid", "paid", "unpaid", "sent"))
        return self._rng.choices(
            ("kept", "silent", "unpaid", "cancelled", "refunded", "returned", "refused"),
            weights=(50, 22, 6, 5, 5, 10, 4),
        )[0]

    def _buy(self, buyer: str, *, day: int, fate: str) -> None:
        person_id = self._people[buyer]
        lines = self._choose(person_id, self._rng.choice((1, 1, 1, 2, 3)))
        if not lines:
            return
        self._take_coupons(person_id)
        with suppress(Refusal):
            offered = self._db.write_sync(
                make_quote, buyer_id=person_id, lines=lines, address_id=self._home(buyer), coupon_ids=None
            )
            placed = self._db.write_sync(place_order, buyer_id=person_id, quote_id=offered.id)
            for order_id in placed.order_ids:
                found = self._db.read_sync(order_by_id, order_id)
                if found is not None:
                    owner_id = self._owners[found.shop_id]
                    self._sales.append(_Sale(order_id, buyer, owner_id, day, fate))
            if fate == "unpaid" or placed.state != "created":
                return
            opened = self._db.write_sync(
                begin_payment, trade_id=placed.trade_id, buyer_id=person_id, provider="sandbox"
            )
            self._payments.act_in_sandbox_sync(opened, outcome="pay")

    def _tend(self, today: int) -> None:
        """Let everybody do what is theirs to do."""
        for sale in self._sales:
            # What somebody may not do (any more) is left undone, as in life.
            with suppress(Refusal):
                self._step(sale, today - sale.day)

    def _step(self, sale: _Sale, age: int) -> None:
        found = self._db.read_sync(order_by_id, sale.order_id)
        if found is None or sale.fate in ("unpaid", "paid"):
            return
        buyer_id = self._people[sale.buyer]
        match found.state:
            case "paid" if sale.fate == "cancelled":
                from miaohui.commerce.orders.actions.cancel_order import cancel_order

                self._db.write_sync(cancel_order, order_id=found.id, buyer_id=buyer_id)
            case "paid" if sale.fate != "asked":
                self._db.write_sync(
                    ship_parcel, order_id=found.id, lines=None, carrier=_CARRIER, waybill=None, by_id=sale.seller_id
                )
            case "paid":
                self._ask(sale, kind="refund_only", reason="changed_mind")
            case "shipped" if found.delivered_at is not None and sale.fate == "kept" and age > 2:
                self._db.write_sync(confirm_receipt, order_id=found.id, buyer_id=buyer_id)
            case "shipped" | "completed" if found.delivered_at is not None or sale.fate in ("returning", "disputed"):
                self._after(sale)
            case _:
                return

    def _after(self, sale: _Sale) -> None:
        """Ask, answer and send back, one step a day."""
        buyer_id = self._people[sale.buyer]
        if sale.fate not in ("refunded", "returned", "refused", "returning", "disputed"):
            return
        if sale.case_id is None:
            kind = "refund_only" if sale.fate in ("refunded", "disputed", "refused") else "return_refund"
            self._ask(sale, kind=kind, reason=self._rng.choice(_REASONS))
            if sale.fate in ("refunded", "returned"):
                return
        found = None if sale.case_id is None else self._db.read_sync(case_by_id, sale.case_id)
        if found is None:
            return
        if found.state == "applied" and sale.fate in ("refused", "disputed"):
            self._db.write_sync(
                refuse, aftersale_id=found.id, by_id=sale.seller_id, words="出厂前都验过，照片里看不出问题。"
            )
            if sale.fate == "disputed":
                self._db.write_sync(
                    open_dispute, aftersale_id=found.id, buyer_id=buyer_id, words="收到就是这样的，请平台看看照片。"
                )
        elif found.state == "applied":
            self._db.write_sync(agree, aftersale_id=found.id, by_id=sale.seller_id, words="可以，寄回来吧。")
            if sale.fate == "returning":
                self._db.write_sync(post_return_waybill, aftersale_id=found.id, buyer_id=buyer_id, carrier=_CARRIER)
        elif found.state == "wait_return":
            self._db.write_sync(post_return_waybill, aftersale_id=found.id, buyer_id=buyer_id, carrier=_CARRIER)
        elif found.state == "return_shipped" and sale.fate == "returned":
            self._db.write_sync(accept_return, aftersale_id=found.id, by_id=sale.seller_id, resaleable=True)

    def _ask(self, sale: _Sale, *, kind: str, reason: str) -> None:
        lines = self._db.read_sync(lines_of_orders, [sale.order_id])
        opened = self._db.write_sync(
            apply_aftersale,
            order_id=sale.order_id,
            order_line_id=lines[0].id,
            buyer_id=self._people[sale.buyer],
            kind=kind,  # type: ignore[arg-type]  # one of the two that the calls above name
            quantity=lines[0].quantity,
            amount_minor=None,
            reason=reason,
            words="和想的不太一样，麻烦看一下。",
        )
        sale.case_id = opened.id

    def _choose(self, person_id: int, kinds: int) -> list[Asked]:
        picked = self._rng.sample(self._goods, kinds)
        stock = self._db.read_sync(available, variant_ids=[variant_id for _, variant_id, _ in picked])
        return [
            Asked(
                variant_id=variant_id,
                quantity=1,
                source=Source(kind=self._rng.choice(("mall", "search", "shop")), id=None),
            )
            for _, variant_id, owner_id in picked
            if stock.get(variant_id, 0) > 1 and owner_id != person_id
        ]

    def _take_coupons(self, person_id: int) -> None:
        if self._rng.random() < 0.3:
            for template in self._db.read_sync(claimable_templates, shop_id=None)[:1]:
                with suppress(Refusal):
                    self._db.write_sync(claim_coupon, template_id=template.id, person_id=person_id, source="market")

    def _home(self, buyer: str) -> int:
        if buyer not in self._homes:
            form = AddressForm(
                name=BY_HANDLE[buyer].nickname[:20],
                phone=f"+86138{self._rng.randrange(10**8):08}",
                street=f"灯笼巷 {self._rng.randint(1, 88)} 号",
                division_code=self._rng.choice(_PLACES),
                is_default=True,
            )
            self._homes[buyer] = self._db.write_sync(add_address, account_id=self._people[buyer], form=form).id
        return self._homes[buyer]


def _shelf(tx: Tx) -> Sequence[tuple[int, int, int]]:
    """Return product, variant and the shop of all that is for sale."""
    found = listed_goods(tx, sort="new", after=None, limit=1000, category_ids=None, shop_id=None, words="")
    return [(one.id, variant.id, one.shop_id) for one in found for variant in variants_of(tx, one.id)]
