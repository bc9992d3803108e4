"""To whom a sponsor's card is shown, and how often."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.commerce.sponsorships.actions.follow_sponsor import follow_sponsor
from miaohui.commerce.sponsorships.actions.save_sponsorship import InvalidSponsorship
from miaohui.commerce.sponsorships.events import SponsorShown
from miaohui.kit.db import Tx
from miaohui.kit.geo import Point
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.schema import all_tables
from tests.commerce.sponsorships.campaigns import GARDEN, Fair
from tests.emitted import emitted

FIVE_KM_NORTH = Point(GARDEN.latitude + 5 / 111.2, GARDEN.longitude)


def test_the_card_says_whose_it_is(fair: Fair):
    campaign = fair.campaign(words="桥头第三家，来看灯。", from_minor=5_000)

    card = fair.shakes(fair.cast.mei)

    assert card is not None
    assert (card.name, card.text, card.url) == ("灯火", "桥头第三家，来看灯。", "/@omar_fair")
    assert card.offer == "灯会见面礼 · −¥10.00 (≥ ¥50.00)"
    assert card.follow_path == f"/api/v1/sponsor-cards/{card.id}/follow"
    [shown] = emitted(fair.db, SponsorShown)
    assert (shown.sponsorship_id, shown.person_id, str(shown.showing_id)) == (campaign, fair.cast.mei, card.id)


def test_the_same_shake_gets_the_same_card(fair: Fair):
    fair.campaign()
    first, again = (fair.shakes(fair.cast.mei, ticket="one") for _ in range(2))
    assert first == again is not None
    assert len(emitted(fair.db, SponsorShown)) == 1


def test_only_near_by(fair: Fair):
    fair.campaign(radius_m=3_000)
    assert fair.shakes(fair.cast.mei, place=FIVE_KM_NORTH) is None
    fair.campaign(radius_m=8_000)
    assert fair.shakes(fair.cast.mei, place=FIVE_KM_NORTH) is not None


@pytest.mark.parametrize(
    ("hours", "shown"), [((180, 240), True), ((240, 300), False), ((1380, 240), True), ((1380, 200), False)]
)
def test_only_at_its_hours(fair: Fair, hours: tuple[int, int], shown: bool):
    # 19:30 in UTC is half past three at night in Suzhou.
    fair.campaign(from_minute=hours[0], until_minute=hours[1])
    assert (fair.shakes(fair.cast.mei) is not None) is shown


def test_only_between_its_days(fair: Fair):
    campaign = fair.campaign(starts_at=fair.clock.now() + timedelta(hours=1))
    assert fair.shakes(fair.cast.mei) is None
    fair.clock.advance(timedelta(hours=1))
    assert fair.shakes(fair.cast.mei) is not None
    fair.move(campaign, "paused")
    assert fair.shakes(fair.cast.bo) is None
    fair.move(campaign, "active")
    assert fair.shakes(fair.cast.bo) is not None
    fair.clock.advance(timedelta(days=7))
    assert fair.shakes(fair.cast.lan) is None


def test_shared_interests_come_first_and_are_needed_where_some_are_named(fair: Fair):
    anybody, tea = fair.campaign(name="随缘"), fair.campaign(name="茶客", interests=["茶", "陶"])
    assert fair.shakes(fair.cast.mei, interests=frozenset({"茶"})).offer.startswith("茶客")
    assert fair.shakes(fair.cast.bo, interests=frozenset({"足球"})).offer.startswith("随缘")
    assert [one.sponsorship_id for one in emitted(fair.db, SponsorShown)] == [tea, anybody]


def test_three_a_day_of_all_sponsors_and_one_of_each(fair: Fair):
    for n in range(4):
        fair.campaign(name=f"第{n}家")
    cards = [fair.shakes(fair.cast.mei) for _ in range(5)]
    assert [card is not None for card in cards] == [True, True, True, False, False]
    assert len({card.offer for card in cards[:3]}) == 3
    assert fair.shakes(fair.cast.bo) is not None


def test_three_times_the_same_is_enough_for_ever(fair: Fair):
    fair.campaign(ends_at=fair.clock.now() + timedelta(days=30))
    seen = []
    for _ in range(5):
        seen.append(fair.shakes(fair.cast.mei) is not None)
        fair.clock.advance(timedelta(days=1))
    assert seen == [True, True, True, False, False]


def test_to_whom_it_is_not_shown(fair: Fair):
    fair.campaign()
    fair.db.write_sync(follow_person, follower_id=fair.cast.bo, followee_id=fair.cast.omar)
    fair.db.write_sync(block_person, blocker_id=fair.cast.lan, blocked_id=fair.cast.omar)
    fair.db.write_sync(block_person, blocker_id=fair.cast.omar, blocked_id=fair.cast.hao)
    fair.db.write_sync(mute_person, muter_id=fair.cast.ines, muted_id=fair.cast.omar)
    unwanted = (fair.cast.omar, fair.cast.bo, fair.cast.lan, fair.cast.hao, fair.cast.ines, fair.cast.xiaoyu)
    assert [fair.shakes(who) for who in unwanted] == [None] * 6
    assert fair.shakes(fair.cast.mei) is not None


def test_who_has_its_coupon_is_not_shown_it_again(fair: Fair):
    fair.campaign()
    card = fair.shakes(fair.cast.mei)
    fair.db.write_sync(follow_sponsor, showing_id=int(card.id), person_id=fair.cast.mei)
    fair.clock.advance(timedelta(days=1))
    assert fair.shakes(fair.cast.mei) is None


def test_a_spent_budget_shows_nothing(fair: Fair):
    campaign = fair.campaign(coupons=1)
    card = fair.shakes(fair.cast.mei)
    fair.db.write_sync(follow_sponsor, showing_id=int(card.id), person_id=fair.cast.mei)
    assert fair.shakes(fair.cast.bo) is None
    fair.fund(campaign, 1_000)
    assert fair.shakes(fair.cast.bo) is not None


def test_nobodys_place_is_written_anywhere(fair: Fair):
    fair.campaign(radius_m=30_000)
    here = Point(31.4142, 120.7182)
    assert fair.shakes(fair.cast.mei, place=here) is not None

    def everything(tx: Tx) -> str:
        return repr([tx.execute(sa.select(table)).all() for table in all_tables().sorted_tables])

    written = fair.db.read_sync(everything)
    assert str(GARDEN.latitude) in written, "the campaign's own place is there, so the search finds places"
    assert "31.41" not in written
    assert "120.71" not in written


@pytest.mark.parametrize(
    "changes",
    [
        {"latitude": 91.0},
        {"radius_m": 999},
        {"radius_m": 30_001},
        {"from_minute": 60, "until_minute": 60},
        {"off_minor": 0},
        {"valid_days": 0},
        {"interests": [str(n) for n in range(21)]},
    ],
)
def test_campaigns_that_make_no_sense(fair: Fair, changes: dict):
    with pytest.raises(InvalidSponsorship):
        fair.draft(**changes)
