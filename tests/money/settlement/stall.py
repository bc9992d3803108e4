"""Omar's stall: what he sells is recommended by Lan, and both want their money."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import miaohui.money.settlement.jobs  # noqa: F401  declares the jobs that the actions stage
from miaohui.kit.db import Database, Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.queries import balance_of
from miaohui.money.settlement.actions.fund_refund import fund_refund
from miaohui.money.settlement.actions.open_lines import Hop, NewLine, open_lines
from miaohui.money.settlement.actions.release_lines import release_lines
from miaohui.money.settlement.actions.settle_line import settle_line

SHOP, ORDER, LAN = 12, 7301, 40
ESCROW = accounts.escrow(ORDER)
STALL = accounts.shop_available(SHOP)
DEPOSIT = accounts.deposit(SHOP)
PROMOTER = accounts.promoter(LAN)
BUDGET = accounts.ad_budget(5)
HOPS = (Hop(accounts.commission(), 200), Hop(PROMOTER, 800))


class Stall:
    """The books of one shop, in CNY."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.posted = 0
        self.paid_from = accounts.psp("sandbox")

    def sell(
        self,
        line_id: int = 1,
        *,
        paid: int = 10_000,
        platform: int = 0,
        ad: int = 0,
        goods: int | None = None,
        fee_bp: int = 60,
        hops: Sequence[Hop] = HOPS,
        order_id: int = ORDER,
    ) -> int:
        """Let somebody pay for a line."""
        line = NewLine(
            order_line_id=line_id,
            order_id=order_id,
            shop_id=SHOP,
            payment_id=None,
            paid_minor=paid,
            platform_subsidy_minor=platform,
            ad_subsidy_minor=ad,
            ad_account=BUDGET if ad else None,
            goods_minor=paid + platform + ad if goods is None else goods,
            fee_bp=fee_bp,
            hops=hops,
        )

        def pay(tx: Tx) -> None:
            legs = [Leg(self.paid_from, accounts.escrow(order_id), paid)]
            post_entry(tx, kind="payment", ref=str(line_id), currency="CNY", legs=legs)
            open_lines(tx, lines=[line], currency="CNY")

        self.db.write_sync(pay)
        return line_id

    def complete(self, *, order_id: int = ORDER, settle_after: datetime | None = None) -> None:
        """Let an order be completed so long ago that its lines are due."""
        due = settle_after or self.db.clock.now() - timedelta(minutes=1)
        self.db.write_sync(release_lines, order_id=order_id, settle_after=due)

    def settle(self, line_id: int = 1, *, order_id: int = ORDER) -> bool:
        """Complete the order and settle one of its lines."""
        self.complete(order_id=order_id)
        return self.db.write_sync(settle_line, order_line_id=line_id)

    def refund(self, line_id: int = 1, *, paid: int, platform: int = 0, ad: int = 0, ref: str = "aftersale:1") -> None:
        """Refund a part of a line."""
        self.db.write_sync(
            fund_refund, order_line_id=line_id, paid_minor=paid, platform_minor=platform, ad_minor=ad, ref=ref
        )

    def move(self, debit: str, credit: str, amount: int) -> None:
        """Post something else."""
        self.posted += 1
        legs = [Leg(debit, credit, amount)]
        self.db.write_sync(post_entry, kind="move", ref=str(self.posted), currency="CNY", legs=legs)

    def __getitem__(self, code: str) -> int:
        """Return the balance of an account."""
        return self.db.read_sync(balance_of, code=code, currency="CNY")
