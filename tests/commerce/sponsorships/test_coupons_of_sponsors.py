"""Following a sponsor grants its coupon exactly once, and never beyond the budget, however many come at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.promotions.queries import coupons_of
from miaohui.commerce.sponsorships.actions import follow_sponsor as following
from miaohui.commerce.sponsorships.actions.follow_sponsor import Followed, follow_sponsor
from miaohui.commerce.sponsorships.actions.save_sponsorship import InvalidSponsorship
from miaohui.commerce.sponsorships.events import SponsorCouponGranted, SponsorCouponOrdered, SponsorFollowed
from miaohui.commerce.sponsorships.states import SponsorshipNotInState
from miaohui.kit.errors import NotFound
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger.accounts import ad_budget, shop_available
from miaohui.money.ledger.actions.post_entry import InsufficientFunds
from miaohui.money.ledger.queries import balance_of
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.people.graph.queries import is_following
from tests.at_once import at_once
from tests.commerce.sponsorships.campaigns import OFF, Fair
from tests.emitted import emitted
from tests.flows.promises import broken_promises
from tests.flows.test_guards import without_check
from tests.until_quiet import until_quiet


def follows(fair: Fair, person_id: int, card) -> Followed:
    return fair.db.write_sync(follow_sponsor, showing_id=int(card.id), person_id=person_id)


def held(fair: Fair, person_id: int) -> list[int]:
    return [one.id for one in fair.db.read_sync(coupons_of, owner_id=person_id)]


def purse(fair: Fair, campaign: int) -> int:
    return fair.db.read_sync(balance_of, code=ad_budget(campaign), currency="CNY")


def drawable(fair: Fair) -> int:
    return fair.db.read_sync(balance_of, code=shop_available(fair.market.shop), currency="CNY")


def test_from_the_shake_to_the_order(fair: Fair):
    mei, campaign = fair.cast.mei, fair.campaign(coupons=3)
    card = fair.shakes(mei)

    got = follows(fair, mei, card)
    until_quiet(fair.db, fair.clock)
    assert fair.db.read_sync(is_following, follower_id=mei, followee_id=fair.market.seller)
    assert held(fair, mei) == [got.coupon_id]
    placed = fair.market.buy()
    fair.market.pay(placed)
    until_quiet(fair.db, fair.clock)

    order = placed.order_ids[0]
    assert [one.order_id for one in emitted(fair.db, SponsorCouponOrdered)] == [order]
    assert len(emitted(fair.db, SponsorFollowed)) == len(emitted(fair.db, SponsorCouponGranted)) == 1
    funnel = fair.funnel(campaign)
    assert (funnel.shown, funnel.people, funnel.followed, funnel.granted, funnel.ordered) == (1, 1, 1, 1, 1)
    assert (funnel.revenue_minor, funnel.spent_minor, funnel.left_minor) == (12_800 - OFF, OFF, 2 * OFF)
    # The advertiser's part comes into escrow beside what Mei paid: the shop gets its whole price.
    assert fair.db.read_sync(balance_of, code=f"escrow:{order}", currency="CNY") == 12_800
    assert purse(fair, campaign) == 2 * OFF
    assert broken_promises(fair.db) == []


def test_following_again_grants_nothing_more(fair: Fair):
    mei, campaign = fair.cast.mei, fair.campaign(coupons=3)
    card = fair.shakes(mei)
    first, again = follows(fair, mei, card), follows(fair, mei, card)
    fair.db.write_sync(unfollow_person, follower_id=mei, followee_id=fair.market.seller)
    third = follows(fair, mei, card)
    until_quiet(fair.db, fair.clock)

    assert first == again == third
    assert len(held(fair, mei)) == 1
    assert fair.stored(campaign).reserved_minor == OFF
    assert len(emitted(fair.db, SponsorFollowed)) == len(emitted(fair.db, SponsorCouponGranted)) == 1


def test_who_follows_on_the_shops_own_page_gets_it_too(fair: Fair):
    fair.campaign()
    fair.shakes(fair.cast.mei)
    fair.shakes(fair.cast.bo)
    fair.db.write_sync(follow_person, follower_id=fair.cast.mei, followee_id=fair.market.seller)
    fair.db.write_sync(follow_person, follower_id=fair.cast.lan, followee_id=fair.market.seller)
    fair.clock.advance(timedelta(days=1, seconds=1))
    fair.db.write_sync(follow_person, follower_id=fair.cast.bo, followee_id=fair.market.seller)
    until_quiet(fair.db, fair.clock)

    # Mei's follow was handed on a day late, but she did it in time. Bo was too late, and Lan was shown no card.
    assert [len(held(fair, who)) for who in (fair.cast.mei, fair.cast.bo, fair.cast.lan)] == [1, 0, 0]


def test_somebody_elses_card_is_not_there(fair: Fair):
    fair.campaign()
    card = fair.shakes(fair.cast.mei)
    with pytest.raises(NotFound):
        follows(fair, fair.cast.bo, card)


def test_who_comes_after_the_last_coupon_follows_without_one(fair: Fair):
    fair.campaign(coupons=1)
    cards = {who: fair.shakes(who) for who in (fair.cast.mei, fair.cast.bo)}
    got = [follows(fair, who, card).coupon_id for who, card in cards.items()]
    assert got[0] is not None
    assert got[1] is None
    assert fair.db.read_sync(is_following, follower_id=fair.cast.bo, followee_id=fair.market.seller)
    assert broken_promises(fair.db) == []


both_ways = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


@both_ways
def test_twelve_followers_for_three_coupons(fair: Fair, monkeypatch: pytest.MonkeyPatch, guarded: bool):
    campaign = fair.campaign(coupons=3)
    guests = fair.cast.crowd(12)
    cards = {guest: fair.shakes(guest) for guest in guests}
    if not guarded:
        monkeypatch.setattr(following, "within_budget", sa.true)
        without_check(fair.db, "sponsorship", "ck_sponsorship_within_budget")
        run(fair, "UPDATE coupon_template SET quota = 30")

    results = at_once([lambda guest=guest, card=card: follows(fair, guest, card) for guest, card in cards.items()])

    won = [one for one in results if isinstance(one, Followed) and one.coupon_id is not None]
    assert all(isinstance(one, Followed) for one in results), results
    assert len(won) == (3 if guarded else 12)
    assert (fair.stored(campaign).reserved_minor <= fair.stored(campaign).funded_minor) is guarded
    assert (broken_promises(fair.db) == []) is guarded


@both_ways
def test_one_follower_twelve_times_at_once(fair: Fair, monkeypatch: pytest.MonkeyPatch, guarded: bool):
    fair.campaign(coupons=30)
    mei = fair.cast.mei
    card = fair.shakes(mei)
    # Everybody acts on what was read before anybody wrote.
    truly, asked = following.grant_of, []

    def read_before_anybody_wrote(tx, **whose):
        asked.append(tx)
        return truly(tx, **whose) if guarded and asked.count(tx) > 1 else None

    monkeypatch.setattr(following, "grant_of", read_before_anybody_wrote)
    if not guarded:
        run(fair, "DROP INDEX uq_sponsorship_grant_person")
        run(fair, "DROP INDEX uq_sponsorship_grant_showing")
        run(fair, "UPDATE coupon_template SET per_person = 30")

    results = at_once([lambda: follows(fair, mei, card)] * 12)
    until_quiet(fair.db, fair.clock)

    assert len(held(fair, mei)) == (1 if guarded else 12), results
    assert (broken_promises(fair.db) == []) is guarded
    if guarded:
        assert {one.coupon_id for one in results} == set(held(fair, mei))


def test_the_budget_is_the_shops_money(fair: Fair):
    campaign = fair.draft()
    with pytest.raises(InvalidSponsorship):
        fair.move(campaign, "active")
    with pytest.raises(InvalidSponsorship):
        fair.fund(campaign, OFF - 1)
    with pytest.raises(InsufficientFunds):
        fair.fund(campaign, 100_001)
    assert fair.stored(campaign).funded_minor == 0
    fair.fund(campaign, 5 * OFF)
    assert (purse(fair, campaign), drawable(fair)) == (5 * OFF, 100_000 - 5 * OFF)


def test_what_no_coupon_can_cost_goes_home(fair: Fair):
    campaign = fair.campaign(coupons=3, valid_days=7)
    follows(fair, fair.cast.mei, fair.shakes(fair.cast.mei))

    fair.move(campaign, "ended")
    assert (purse(fair, campaign), drawable(fair)) == (OFF, 100_000 - OFF), "Mei's coupon is still good"
    with pytest.raises(SponsorshipNotInState):
        fair.fund(campaign, OFF)
    with pytest.raises(SponsorshipNotInState):
        fair.move(campaign, "active")

    fair.clock.advance(timedelta(days=7, seconds=1))
    tidy(fair)
    assert (purse(fair, campaign), drawable(fair)) == (0, 100_000)
    tidy(fair)
    assert broken_promises(fair.db) == []


def test_it_ends_by_itself(fair: Fair):
    campaign = fair.campaign(coupons=2)
    fair.clock.advance(timedelta(days=7))
    tidy(fair)
    assert fair.stored(campaign).state == "ended"
    assert (purse(fair, campaign), drawable(fair)) == (0, 100_000)


def test_an_order_that_ends_without_goods_is_counted_no_more(fair: Fair):
    mei, campaign = fair.cast.mei, fair.campaign()
    follows(fair, mei, fair.shakes(mei))
    placed = fair.market.buy()
    fair.market.pay(placed)
    until_quiet(fair.db, fair.clock)
    assert fair.funnel(campaign).ordered == 1

    fair.db.write_sync(cancel_order, order_id=placed.order_ids[0], buyer_id=mei)
    until_quiet(fair.db, fair.clock)

    assert (fair.funnel(campaign).ordered, fair.funnel(campaign).spent_minor) == (0, 0)
    assert broken_promises(fair.db) == []


def test_of_a_deleted_account_the_numbers_stay(fair: Fair):
    campaign = fair.campaign()
    follows(fair, fair.cast.bo, fair.shakes(fair.cast.bo))
    until_quiet(fair.db, fair.clock)
    before = fair.funnel(campaign)
    fair.db.write_sync(lambda tx: tx.emit(AccountDeleted(account_id=fair.cast.bo)))
    until_quiet(fair.db, fair.clock)

    assert fair.funnel(campaign) == before

    def whose(tx):
        return tx.scalars(
            sa.text("SELECT person_id FROM sponsorship_showing UNION SELECT person_id FROM sponsorship_grant")
        )

    assert fair.db.read_sync(whose) == [None]


def tidy(fair: Fair) -> None:
    fair.db.write_sync(stage_job, kind="sponsorships.tidy")
    until_quiet(fair.db, fair.clock)


def run(fair: Fair, statement: str) -> None:
    fair.db.write_sync(lambda tx: tx.connection.exec_driver_sql(statement).close())
