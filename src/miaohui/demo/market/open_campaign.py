"""Let one stall sponsor the shakes near by, with money that it has earned in the month."""

from collections.abc import Mapping
from datetime import timedelta

from miaohui.commerce.sponsorships.actions.fund_sponsorship import fund_sponsorship, set_sponsorship_state
from miaohui.commerce.sponsorships.actions.save_sponsorship import SponsorshipForm, create_sponsorship
from miaohui.demo.market.scratch import ScratchMonth
from miaohui.demo.market.stalls import STALLS
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.queries import balance_of

_STALL = "lanterns"
"""Its owner is none of those whom visitors enter as, nor followed by them: who follows a shop is shown no card."""
_SUZHOU = (31.3117, 120.6320)
_OFF_MINOR = 1000
_COUPONS = 30
_RUNS = timedelta(days=60)


def open_campaign(month: ScratchMonth, *, shops: Mapping[str, int], people: Mapping[str, int]) -> None:
    """Make, fund and start a campaign; one that the stall cannot pay yet stays a draft."""
    owner = next(stall.owner for stall in STALLS if stall.key == _STALL)
    if _STALL in shops and owner in people:
        month.db.write_sync(_open, shop_id=shops[_STALL], by_id=people[owner])


def _open(tx: Tx, *, shop_id: int, by_id: int) -> None:
    latitude, longitude = _SUZHOU
    form = SponsorshipForm(
        name="灯会见面礼 A lantern for you",
        words="来陈师傅的摊上点一盏灯。Come and light a lantern.",
        latitude=latitude,
        longitude=longitude,
        radius_m=30_000,
        from_minor=5 * _OFF_MINOR,
        off_minor=_OFF_MINOR,
        valid_days=14,
        starts_at=tx.now,
        ends_at=tx.now + _RUNS,
    )
    drafted = create_sponsorship(tx, shop_id=shop_id, form=form, by_id=by_id)
    named = {"sponsorship_id": drafted.id, "shop_id": shop_id, "by_id": by_id}
    has = balance_of(tx, code=shop_available(shop_id), currency=drafted.currency)
    coupons = min(_COUPONS, has // _OFF_MINOR)
    if coupons > 0:
        fund_sponsorship(tx, **named, amount_minor=coupons * _OFF_MINOR)
        set_sponsorship_state(tx, **named, state="active")
