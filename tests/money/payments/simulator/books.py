"""What the simulated companies know, and how each of them puts it into words."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


@dataclass
class Sale:
    """One payment in a company's books."""

    out_trade_no: str
    amount_minor: int
    currency: str
    notify_url: str = ""
    state: str = "open"
    txn_no: str = ""
    handle: str = field(default_factory=lambda: f"cs_{uuid4().hex}")
    paid_at: float = 0.0
    way: str = ""
    openid: str = ""
    """With a payment inside WeChat: who alone can pay it."""


@dataclass
class Return:
    """One refund in a company's books."""

    out_refund_no: str
    out_trade_no: str
    amount_minor: int
    state: str = "succeeded"
    refund_no: str = field(default_factory=lambda: f"re_{uuid4().hex}")


@dataclass
class Books:
    """One company's."""

    sales: dict[str, Sale] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    extra_lines: list[dict[str, Any]] = field(default_factory=list)
    """Lines of the bill that are nobody's."""
    faults: list[str] = field(default_factory=list)
    """What the next answers suffer, one each: `before` fails before anything is done, `after` afterwards."""
    refund_state: str = "succeeded"
    codes: dict[str, str] = field(default_factory=dict)
    """Codes of sign-ins: whose openid each of them gives, once; empty when it was given."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What we were asked to open, word by word."""

    def open(self, number: str, amount_minor: int, currency: str, notify_url: str = "", way: str = "") -> Sale | None:
        """Open a sale, or find it again; None where the number was taken in another way or for another amount."""
        sale = self.sales.setdefault(number, Sale(number, amount_minor, currency, notify_url, way=way))
        return sale if (sale.way, sale.amount_minor) == (way, amount_minor) else None

    def pay(self, number: str) -> Sale:
        sale = self.sales[number]
        if sale.state != "paid":
            sale.state, sale.txn_no, sale.paid_at = "paid", f"T{uuid4().hex[:20]}", time.time()
        return sale

    def refund(self, number: str, out_trade_no: str, amount_minor: int) -> Return | None:
        """Refund once for each number; None if more is asked than is left."""
        if number not in self.returns:
            spent = sum(one.amount_minor for one in self.returns.values() if one.out_trade_no == out_trade_no)
            if spent + amount_minor > self.sales[out_trade_no].amount_minor:
                return None
            self.returns[number] = Return(number, out_trade_no, amount_minor, self.refund_state)
        return self.returns[number]

    def by_txn(self, txn_no: str) -> Sale | None:
        return next((sale for sale in self.sales.values() if sale.txn_no == txn_no), None)

    def by_handle(self, handle: str) -> Sale | None:
        return next((sale for sale in self.sales.values() if sale.handle == handle), None)
