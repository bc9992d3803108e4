"""A stall whose returns are insured, and everything that follows from what is done there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from miaohui.care.insurance.queries import Claim, Policy, claim_of_policy, policy_of_order
from miaohui.commerce.fulfilment.actions.open_return_parcel import open_return_parcel
from miaohui.commerce.fulfilment.actions.record_tracking import record_tracking
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.fulfilment.queries import Parcel
from miaohui.commerce.fulfilment.states import Scan
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import Worker, stage_job
from miaohui.kit.outbox import deliver, due_deliveries
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.queries import balance_of
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, set_up_stall
from tests.commerce.sold import Sold, sell

_OURS = ("insurance.", "fulfilment.")


class Counter:
    """Where things are sold, sent, and sent back."""

    def __init__(self, db: Database, clock: ManualClock, cast: Cast, folder: Path) -> None:
        self.db, self.clock, self.cast = db, clock, cast
        self.stall: Stall = set_up_stall(db, owner_id=cast.mei, variants=2, units=1000)
        self._worker = Worker(
            db=db, blobs=FolderBlobs(folder / "files"), settings=Settings(data_dir=folder, carrier_pace_s=3600)
        )
        self._numbers = 0

    def sell(self, **changes: Any) -> Sold:
        """Sell one lantern to Lan, with insurance."""
        return sell(self.db, self.stall, **{"buyer_id": self.cast.lan, "insured": True} | changes)

    def ship(self, sold: Sold, **changes: Any) -> Parcel:
        request = {"lines": None, "carrier": "shunfeng", "waybill": self.number(), "by_id": self.cast.mei}
        return self.db.write_sync(ship_parcel, order_id=sold.order_id, **request | changes)

    def send_back(self, sold: Sold, **changes: Any) -> Parcel:
        request = {"case_id": 88, "carrier": "shunfeng", "waybill": self.number(), "by_id": self.cast.lan}
        return self.db.write_sync(open_return_parcel, order_id=sold.order_id, **request | changes)

    def travel(self, parcel: Parcel, *, start: str = "上海市", end: str = "杭州市") -> None:
        """Let the carrier pick it up and deliver it."""
        self.clock.advance(timedelta(hours=30))
        hour = timedelta(hours=1)
        told = [
            Scan(state="picked_up", carrier_at=parcel.created_at + hour, text="已揽收", place=start),
            Scan(state="signed", carrier_at=parcel.created_at + 26 * hour, text="已签收", place=end),
        ]
        self.db.write_sync(record_tracking, carrier=parcel.carrier, waybill=parcel.waybill, events=told)

    def number(self) -> str:
        self._numbers += 1
        return f"SF{self._numbers:09d}"

    def settle(self) -> None:
        """Let every handler of parcels and covers, and every job that is due, do its work until nothing is left."""
        graph = subscriptions()
        while True:
            due = [one for one in self.db.read_sync(due_deliveries, limit=500) if one.handler.startswith(_OURS)]
            done = [self.db.write_sync(deliver, due=one, subscriptions=graph) for one in due]
            if not self._worker.run_due() and not done:
                return

    def sweep(self) -> None:
        """Let an hour's sweep happen, and what follows from it."""
        self.db.write_sync(_stage_sweep)
        self.settle()

    def earn(self, amount_minor: int) -> None:
        """Put money where the shop could withdraw it."""

        def post(tx: Tx) -> None:
            leg = Leg(accounts.bank(), accounts.shop_available(self.stall.shop_id), amount_minor)
            post_entry(tx, kind="test.earned", ref=self.number(), currency="CNY", legs=[leg])

        self.db.write_sync(post)

    def money(self, code: str) -> int:
        return self.db.read_sync(balance_of, code=code, currency="CNY")

    def shop_money(self) -> int:
        return self.money(accounts.shop_available(self.stall.shop_id))

    def policy(self, sold: Sold) -> Policy:
        found = self.db.read_sync(policy_of_order, sold.order_id)
        assert found is not None
        return found

    def claim(self, sold: Sold) -> Claim | None:
        return self.db.read_sync(claim_of_policy, self.policy(sold).id)

    def promises_hold(self) -> bool:
        """Ask every audit of parcels, insurance and the ledger."""
        asked = [name for name in registered_audits() if name.startswith((*_OURS, "ledger."))]
        assert len(asked) > 8
        broken = {name: found for name in asked if (found := self.db.read_sync(run_audit, name=name)).violations}
        assert broken == {}
        return True


def _stage_sweep(tx: Tx) -> None:
    stage_job(tx, "insurance.sweep")


@pytest.fixture
def counter(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Counter:
    import miaohui.job_kinds  # noqa: F401
    from miaohui.money.ledger import audits as of_ledger  # noqa: F401

    return Counter(db, clock, cast, tmp_path)
