"""Choose the sponsor's card for somebody who shook and met nobody."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.numbers import format_currency

from miaohui.commerce.merchants.queries import SELLS, picture_url, shop_by_id
from miaohui.commerce.merchants.tables import shop, shop_staff
from miaohui.commerce.sponsorships.events import SponsorShown
from miaohui.commerce.sponsorships.queries import (
    Showing,
    Sponsorship,
    running_near,
    showing_of_ticket,
    sponsorship_by_id,
)
from miaohui.commerce.sponsorships.tables import sponsorship_grant, sponsorship_showing
from miaohui.hooks import Asked, SponsorCard
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.geo import Point, distance_m
from miaohui.kit.ids import format_id, new_id
from miaohui.people.accounts.queries import minors_among, person_cards
from miaohui.people.graph.queries import circle_of

CARDS_A_DAY = 3
"""Of all sponsors together, for one person."""
SHOWINGS_EACH = 3
"""Of one campaign to one person who did not follow: then it is plain that they do not want to."""
_FAIR_TIME = ZoneInfo("Asia/Shanghai")
_REACH_DEGREES = 0.5
"""More than the widest campaign reaches; a degree of latitude is 111 km everywhere."""
_MOST_CANDIDATES = 500


def sponsor_card(tx: Tx, *, asked: Asked) -> SponsorCard | None:
    """Return at most one sponsor's card, and note that it was shown. The same shake gets the same card.

    Nobody gets more than three a day, nor one of the same campaign twice a day or more than three times, nor of a
    shop that they follow, work in or must not meet; minors get none. Where the person is only decides here: it is
    stored nowhere.
    """
    again = showing_of_ticket(tx, person_id=asked.person_id, ticket_id=asked.ticket_id)
    if again is not None:
        return _card(tx, again.id, sponsorship_by_id(tx, again.sponsorship_id), person_id=asked.person_id)
    if asked.person_id in minors_among(tx, [asked.person_id]):
        return None
    day = tx.now.astimezone(_FAIR_TIME).date()
    today = (sponsorship_showing.c.person_id == asked.person_id, sponsorship_showing.c.day == day)
    shown_today: int = tx.scalar(sa.select(sa.func.count()).select_from(sponsorship_showing).where(*today))
    if shown_today >= CARDS_A_DAY:
        return None
    chosen = _choose(tx, asked)
    if chosen is None:
        return None
    showing = Showing(
        id=new_id(), sponsorship_id=chosen.id, person_id=asked.person_id, shown_at=tx.now, followed_at=None
    )
    row = {field: getattr(showing, field) for field in showing.__struct_fields__}
    # Of two shakes at once that both saw the same number of cards, the second one finds its slot taken.
    if not insert_if_absent(
        tx, sponsorship_showing, {**row, "ticket_id": asked.ticket_id, "day": day, "slot": shown_today + 1}
    ):
        return None
    tx.emit(SponsorShown(sponsorship_id=chosen.id, showing_id=showing.id, person_id=asked.person_id, at=tx.now))
    return _card(tx, showing.id, chosen, person_id=asked.person_id)


def is_open_at(found: Sponsorship, moment: datetime) -> bool:
    """Return whether a campaign is shown at this time of the day."""
    here = moment.astimezone(_FAIR_TIME)
    minute = here.hour * 60 + here.minute
    if found.from_minute < found.until_minute:
        return found.from_minute <= minute < found.until_minute
    return minute >= found.from_minute or minute < found.until_minute


def _choose(tx: Tx, asked: Asked) -> Sponsorship | None:
    """Return the campaign that fits best: by shared interests, then the nearest."""
    place = asked.place
    near = running_near(tx, latitude=place.latitude, reach=_REACH_DEGREES, limit=_MOST_CANDIDATES)
    fitting = []
    for found in near:
        away_m = distance_m(place, Point(found.latitude, found.longitude))
        shared = len(asked.interests.intersection(found.interests))
        if away_m <= found.radius_m and is_open_at(found, tx.now) and (shared or not found.interests):
            fitting.append((-shared, away_m, found.id, found))
    if not fitting:
        return None
    welcome = _welcome(tx, person_id=asked.person_id, fitting={each[-1].id: each[-1] for each in fitting})
    return next((each[-1] for each in sorted(fitting, key=lambda each: each[:3]) if each[-1].id in welcome), None)


def _welcome(tx: Tx, *, person_id: int, fitting: dict[int, Sponsorship]) -> set[int]:
    """Return which campaigns may be shown to this person."""
    day = tx.now.astimezone(_FAIR_TIME).date()
    cards, mine = sponsorship_showing.c, sponsorship_showing.c.person_id == person_id
    seen = sa.select(cards.sponsorship_id).where(mine, cards.sponsorship_id.in_(fitting)).group_by(cards.sponsorship_id)
    too_often = set(tx.scalars(seen.having(sa.or_(sa.func.count() >= SHOWINGS_EACH, sa.func.max(cards.day) >= day))))
    had = sa.select(sponsorship_grant.c.sponsorship_id).where(sponsorship_grant.c.person_id == person_id)
    too_often |= set(tx.scalars(had))
    works_at = set(tx.scalars(sa.select(shop_staff.c.shop_id).where(shop_staff.c.account_id == person_id)))
    shop_ids = {found.shop_id for found in fitting.values()} - works_at
    selling = sa.select(shop.c.id, shop.c.owner_id).where(shop.c.id.in_(shop_ids), SELLS)
    owners = dict(tx.execute(selling).tuples().all())
    circle = circle_of(tx, person_id)
    unwanted = circle.following | circle.hidden | circle.muted | {person_id}
    return {
        found.id
        for found in fitting.values()
        if found.id not in too_often and owners.get(found.shop_id, person_id) not in unwanted
    }


def _card(tx: Tx, showing_id: int, found: Sponsorship | None, *, person_id: int) -> SponsorCard | None:
    sponsor = None if found is None else shop_by_id(tx, found.shop_id)
    owner = None if sponsor is None else person_cards(tx, [sponsor.owner_id]).get(sponsor.owner_id)
    if found is None or sponsor is None or owner is None:
        return None
    off, begins = (
        format_currency(minor / 100, found.currency, locale="zh_Hans") for minor in (found.off_minor, found.from_minor)
    )
    return SponsorCard(
        id=format_id(showing_id),
        name=sponsor.name,
        text=found.words or found.name,
        picture_url=picture_url(sponsor.avatar) or owner.avatar_url,
        url=f"/@{owner.handle}",
        offer=f"{found.name} · −{off}" + (f" (≥ {begins})" if found.from_minor else ""),
        follow_path=f"/api/v1/sponsor-cards/{showing_id}/follow",
    )
