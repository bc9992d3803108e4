"""Make a campaign, and change it while nobody has seen it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.names import clean_line
from miaohui.commerce.sponsorships.access import access_sponsorship
from miaohui.commerce.sponsorships.queries import Sponsorship, sponsorship_by_id
from miaohui.commerce.sponsorships.states import SponsorshipNotInState, record_sponsorship
from miaohui.commerce.sponsorships.tables import sponsorship
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.ids import new_id

LONGEST_NAME, LONGEST_WORDS = 60, 120
NEAREST_M, WIDEST_M = 1_000, 30_000
MINUTES_OF_DAY = 24 * 60
MOST_INTERESTS = 20
MOST_OFF_MINOR = 10_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class InvalidSponsorship(Refusal):
    """The campaign makes no sense as it is; the detail says why."""

    code = "invalid_sponsorship"
    status = 400
    title = "This campaign cannot work as it is"


class SponsorshipForm(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as a shop wants it. from_minute, until_minute: minutes since midnight, 0 to 1440 all day."""

    name: str
    words: str = ""
    latitude: float
    longitude: float
    radius_m: int
    from_minute: int = 0
    until_minute: int = MINUTES_OF_DAY
    interests: Sequence[str] = ()
    from_minor: int = 0
    off_minor: int
    valid_days: int = 7
    starts_at: datetime
    ends_at: datetime


def create_sponsorship(tx: Tx, *, shop_id: int, form: SponsorshipForm, by_id: int) -> Sponsorship:
    """Make a draft. Raises NotFound, Forbidden, InvalidInput, InvalidSponsorship."""
    shop = access_shop(tx, shop_id=shop_id, account_id=by_id, to="promotions")
    sponsorship_id = new_id()
    made = {"id": sponsorship_id, "shop_id": shop_id, "currency": shop.currency, "state": "draft"}
    money = {"funded_minor": 0, "reserved_minor": 0, "returned_minor": 0}
    tx.execute(sa.insert(sponsorship).values(**made, **money, **_values(form), created_by=by_id, created_at=tx.now))
    record_sponsorship(tx, sponsorship_id, old=None, new="draft", reason="created", by_id=by_id)
    return _stored(tx, sponsorship_id)


def change_sponsorship(tx: Tx, *, sponsorship_id: int, shop_id: int, form: SponsorshipForm, by_id: int) -> Sponsorship:
    """Replace a draft: what people were shown keeps its promise.

    Raises NotFound, Forbidden, InvalidInput, InvalidSponsorship, SponsorshipNotInState.
    """
    found = access_sponsorship(tx, sponsorship_id=sponsorship_id, shop_id=shop_id, account_id=by_id)
    draft = sa.and_(sponsorship.c.id == sponsorship_id, sponsorship.c.state == "draft")
    if not tx.changed(sa.update(sponsorship).where(draft).values(**_values(form))):
        raise SponsorshipNotInState(state=found.state)
    return _stored(tx, sponsorship_id)


def _values(form: SponsorshipForm) -> dict[str, Any]:
    _check(form)
    values = {field: getattr(form, field) for field in form.__struct_fields__}
    interests = sorted({clean_line(one, pointer="/interests", longest=64) for one in form.interests})
    return {
        **values,
        "name": clean_line(form.name, pointer="/name", longest=LONGEST_NAME),
        "words": clean_line(form.words, pointer="/words", longest=LONGEST_WORDS, shortest=0),
        "interests": interests,
    }


def _check(form: SponsorshipForm) -> None:
    if not (-90 <= form.latitude <= 90 and -180 <= form.longitude <= 180):
        raise InvalidSponsorship("The place is not on the globe.")
    if not NEAREST_M <= form.radius_m <= WIDEST_M:
        raise InvalidSponsorship("A campaign reaches 1 to 30 kilometres.")
    hours = (form.from_minute, form.until_minute)
    if not all(0 <= minute <= MINUTES_OF_DAY for minute in hours) or form.from_minute == form.until_minute:
        raise InvalidSponsorship("The hours of a day begin and end at different times.")
    if not all(_FIRST_YEAR <= moment.year <= _LAST_YEAR for moment in (form.starts_at, form.ends_at)):
        raise InvalidSponsorship("A campaign begins and ends in this century.")
    if form.ends_at <= form.starts_at:
        raise InvalidSponsorship("A campaign ends after it begins.")
    if not 1 <= form.off_minor <= MOST_OFF_MINOR or not 0 <= form.from_minor <= MOST_OFF_MINOR:
        raise InvalidSponsorship("A coupon takes something off.")
    if not 1 <= form.valid_days <= 90:
        raise InvalidSponsorship("A coupon is good for 1 to 90 days.")
    if len(form.interests) > MOST_INTERESTS:
        raise InvalidSponsorship("A campaign names at most 20 interests.")


def _stored(tx: Tx, sponsorship_id: int) -> Sponsorship:
    found = sponsorship_by_id(tx, sponsorship_id)
    if found is None:
        raise NotFound
    return found
