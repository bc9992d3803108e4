"""Campaigns that run, and people who shake near by and meet nobody."""

from datetime import timedelta
from itertools import count

from miaohui.commerce.sponsorships.actions.fund_sponsorship import fund_sponsorship, set_sponsorship_state
from miaohui.commerce.sponsorships.actions.save_sponsorship import SponsorshipForm, create_sponsorship
from miaohui.commerce.sponsorships.actions.show_sponsor import sponsor_card
from miaohui.commerce.sponsorships.queries import Funnel, Sponsorship, funnel_of, sponsorship_by_id
from miaohui.hooks import Asked, SponsorCard
from miaohui.kit.db import Database, Tx
from miaohui.kit.geo import PUBLISHED, Point
from miaohui.money.ledger.accounts import bank, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from tests.market import Market

GARDEN = Point(31.3250, 120.6300)
"""In the middle of Suzhou."""
OFF = 1_000
_numbers = count(1)


class Fair:
    """Omar's shop has 1,000 yuan to draw, and a campaign at the garden whose coupons take 10 yuan off."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.db: Database = market.db
        self.clock = market.clock
        self.cast = market.cast
        self.earn(100_000)

    def earn(self, amount_minor: int) -> None:
        """Put money into what the shop can draw."""
        leg = Leg(debit=bank(), credit=shop_available(self.market.shop), amount_minor=amount_minor)
        self.db.write_sync(post_entry, kind="test.earned", ref=str(next(_numbers)), currency="CNY", legs=[leg])

    def form(self, **changes) -> SponsorshipForm:
        week = {"starts_at": self.clock.now(), "ends_at": self.clock.now() + timedelta(days=7)}
        usual = {"name": "灯会见面礼", "latitude": GARDEN.latitude, "longitude": GARDEN.longitude, "radius_m": 3_000}
        return SponsorshipForm(**{**usual, "off_minor": OFF, **week, **changes})

    def draft(self, *, shop_id: int | None = None, **changes) -> int:
        place = {"shop_id": shop_id or self.market.shop, "by_id": self.market.seller}
        return self.db.write_sync(create_sponsorship, form=self.form(**changes), **place).id

    def campaign(self, *, coupons: int = 3, shop_id: int | None = None, **changes) -> int:
        """Open a campaign with a budget for so many coupons."""
        sponsorship_id = self.draft(shop_id=shop_id, **changes)
        self.fund(sponsorship_id, coupons * changes.get("off_minor", OFF), shop_id=shop_id)
        self.move(sponsorship_id, "active", shop_id=shop_id)
        return sponsorship_id

    def fund(self, sponsorship_id: int, amount_minor: int, *, shop_id: int | None = None) -> None:
        self.db.write_sync(fund_sponsorship, amount_minor=amount_minor, **self._named(sponsorship_id, shop_id))

    def move(self, sponsorship_id: int, state: str, *, shop_id: int | None = None) -> None:
        self.db.write_sync(set_sponsorship_state, state=state, **self._named(sponsorship_id, shop_id))

    def shakes(
        self, person_id: int, *, place: Point = GARDEN, interests: frozenset[str] = frozenset(), ticket: str = ""
    ) -> SponsorCard | None:
        """Shake, meet nobody, and be shown a card or none."""
        asked = Asked(
            person_id=person_id,
            ticket_id=ticket or f"ticket-{next(_numbers)}",
            place=PUBLISHED.snap(place),
            interests=interests,
            at=self.clock.now(),
        )
        return self.db.write_sync(sponsor_card, asked=asked)

    def stored(self, sponsorship_id: int) -> Sponsorship:
        found = self.db.read_sync(sponsorship_by_id, sponsorship_id)
        assert found is not None
        return found

    def funnel(self, sponsorship_id: int) -> Funnel:
        def read(tx: Tx) -> Funnel:
            found = sponsorship_by_id(tx, sponsorship_id)
            assert found is not None
            return funnel_of(tx, found)

        return self.db.read_sync(read)

    def _named(self, sponsorship_id: int, shop_id: int | None) -> dict[str, int]:
        shop = shop_id or self.market.shop
        return {"sponsorship_id": sponsorship_id, "shop_id": shop, "by_id": self.market.seller}
