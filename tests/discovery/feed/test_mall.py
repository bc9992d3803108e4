"""Goods come to people through the clips on which they linger."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.attach_products import attach_products
from miaohui.commerce.catalogue.actions.change_product import ProductChanges, change_product
from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.actions.delist_product import delist_product, relist_product
from miaohui.commerce.catalogue.queries import variants_of
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.merchants.actions.limit_shop import limit_shop
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.tables import impression, signal
from miaohui.people.graph.actions.block_person import block_person
from tests.cast import Cast
from tests.commerce.market import Goods, open_stall, put_goods
from tests.discovery.feed.fair import NO_LOT, Fair, Visitor, ids
from tests.discovery.feed.fair import signal as report

TEA = "明前龙井 绿茶"
BIKE = "公路自行车头盔"


class Stalls:
    """Two crafts: clips that speak of them, and goods on two stalls."""

    def __init__(self, fair: Fair, cast: Cast) -> None:
        self.fair, self.cast = fair, cast
        self.tea_clips: list[int] = []
        self.bike_clips: list[int] = []
        for author in cast.crowd(4):
            self.tea_clips.append(fair.publish("泡一壶龙井 #茶叶", author=author))
            self.bike_clips.append(fair.publish("骑着自行车环湖 #自行车", author=author))
        self.operator = cast.lan
        self.shop = open_stall(
            fair.db,
            owner_id=cast.mei,
            operator_id=self.operator,
            kind="company",
            categories=("tea", "sports", "lighting"),
        )
        self.tea = [self.put(f"{TEA} {n}", "tea") for n in range(3)]
        self.bikes = [self.put(f"{BIKE} {n}", "sports") for n in range(3)]
        self.lamps = [self.put(f"走马灯 {n}", "lighting") for n in range(3)]
        self.everything = {*self.tea, *self.bikes, *self.lamps}

    def put(self, title: str, category: str) -> int:
        self.fair.clock.advance(timedelta(hours=1))
        goods: Goods = put_goods(
            self.fair.db, shop_id=self.shop, operator_id=self.operator, title=title, category_slug=category
        )
        self.fair.hand_on()
        return goods.product_id


@pytest.fixture
def stalls(fair: Fair, cast: Cast) -> Stalls:
    return Stalls(fair, cast)


def mall(visitor: Visitor, **query: object) -> dict[str, object]:
    answer = visitor.send("GET", "/mall", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_whoever_lingers_on_tea_meets_tea_and_whoever_lingers_on_bikes_meets_bikes(fair: Fair, stalls: Stalls):
    drinker, rider = fair.stranger(), fair.stranger()
    for tea, bike in zip(stalls.tea_clips[:3], stalls.bike_clips[:3], strict=True):
        drinker.watch(tea)
        drinker.swipe_away(bike)
        rider.watch(bike)
        rider.swipe_away(tea)

    drinker_sees, rider_sees = mall(drinker), mall(rider)

    assert set(ids(drinker_sees)[:3]) == set(stalls.tea)
    assert set(ids(rider_sees)[:3]) == set(stalls.bikes)
    assert drinker_sees["personal"]
    assert rider_sees["personal"]


def test_before_the_third_clip_the_mall_is_the_same_for_all_and_says_so(fair: Fair, stalls: Stalls):
    drinker, newcomer = fair.stranger(), fair.stranger()
    for clip in stalls.tea_clips[:2]:
        drinker.watch(clip)

    early, plain = mall(drinker), mall(newcomer)
    drinker.watch(stalls.tea_clips[2])
    later = mall(drinker)

    assert early["personal"] is False
    assert ids(early) == ids(plain)
    assert {each["reason"]["source"] for each in early["items"]} <= {"popular", "fresh", "chance"}
    # The last that came is the newest.
    assert ids(early)[0] in stalls.lamps
    assert later["personal"] is True
    assert set(ids(later)[:3]) == set(stalls.tea)


def test_without_these_watches_the_mall_is_another(fair: Fair, stalls: Stalls):
    drinker = fair.stranger()
    for clip in stalls.tea_clips[:3]:
        drinker.watch(clip)
    assert set(ids(mall(drinker))[:3]) == set(stalls.tea)

    drinker.send("POST", "/interests/reset")

    assert mall(drinker)["personal"] is False
    assert ids(mall(drinker))[0] in stalls.lamps


def test_who_does_not_want_to_be_learned_from_sees_what_all_see(fair: Fair, stalls: Stalls):
    drinker, newcomer = fair.stranger(), fair.stranger()
    for clip in stalls.tea_clips[:3]:
        drinker.watch(clip)
    plain = ids(mall(newcomer))

    once = mall(drinker, personal="false")
    drinker.send("PUT", "/interests/settings", {"personalised": False})
    always = mall(drinker)

    assert (ids(once), once["personal"]) == (plain, False)
    assert (ids(always), always["personal"]) == (plain, False)


def test_goods_are_no_clips_and_clips_no_goods(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    for clip in stalls.tea_clips:
        visitor.watch(clip)
    visitor.report(report(stalls.tea[0], "open_product"))
    cursor: dict[str, str] = {}
    seen: set[int] = set()
    for _ in range(4):
        page = visitor.for_you(limit=5, **cursor)
        cursor = {"cursor": page["cursor"]}
        seen |= set(ids(page))

    assert seen <= {*stalls.tea_clips, *stalls.bike_clips}
    assert set(ids(mall(visitor))) == stalls.everything
    assert {each["kind"] for each in mall(visitor)["items"]} == {"goods"}


def test_a_session_leafs_through_all_goods_once(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    shown: list[int] = []
    page = mall(visitor, limit=4)
    shown += ids(page)
    while page["cursor"] is not None:
        page = mall(visitor, limit=4, cursor=page["cursor"])
        shown += ids(page)

    assert len(shown) == len(set(shown)) == len(stalls.everything)


def test_goods_that_are_taken_out_are_gone_at_once(fair: Fair, cast: Cast, stalls: Stalls):
    visitor = fair.stranger()
    assert stalls.tea[0] in ids(mall(visitor))

    # Before the event has been handed on: the shelf itself says so.
    fair.db.write_sync(delist_product, product_id=stalls.tea[0], by_id=cast.mei)
    before = ids(mall(visitor))
    fair.hand_on()
    after = ids(mall(visitor))

    assert stalls.tea[0] not in before
    assert stalls.tea[0] not in after
    assert stalls.tea[0] not in fair.live.folded.catalogue.goods
    fair.do(relist_product, product_id=stalls.tea[0], by_id=cast.mei)
    assert stalls.tea[0] in ids(mall(visitor))


def test_a_shop_without_visitors_shows_nothing_until_it_may_again(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    fair.do(limit_shop, shop_id=stalls.shop, by_id=stalls.operator, limits=["traffic"], reason="late parcels")
    assert ids(mall(visitor)) == []
    assert fair.live.folded.catalogue.goods == {}

    fair.do(limit_shop, shop_id=stalls.shop, by_id=stalls.operator, limits=[], reason="better")

    assert set(ids(mall(visitor))) == stalls.everything


def test_new_words_of_goods_are_read_at_once(fair: Fair, cast: Cast, stalls: Stalls):
    drinker = fair.stranger()
    for clip in stalls.tea_clips[:3]:
        drinker.watch(clip)
    before = ids(mall(drinker))
    words = ProductChanges(attributes={"用途": "泡龙井"})
    fair.do(change_product, product_id=stalls.lamps[0], by_id=cast.mei, changes=words)
    meanwhile = ids(mall(drinker))
    fair.do(decide_listing, product_id=stalls.lamps[0], by_id=stalls.operator, accept=True)
    after = ids(mall(drinker))

    rows = fair.rows(sa.select(signal.c.kind).where(signal.c.item_id == stalls.lamps[0]).order_by(signal.c.seq))
    # A shop on probation: its reviewer looks at new words before anybody else does.
    assert [row.kind for row in rows] == ["published", "removed", "published"]
    assert stalls.lamps[0] not in meanwhile
    assert before.index(stalls.lamps[0]) > after.index(stalls.lamps[0]) == 3


def test_a_server_that_starts_anew_knows_all_goods(fair: Fair, stalls: Stalls):
    drinker = fair.stranger()
    for clip in stalls.tea_clips[:3]:
        drinker.watch(clip)
    mall(drinker)

    again = LiveFeed(db=fair.db, blobs=fair.blobs, clock=fair.clock, signer=fair.signer, weights=NO_LOT)
    restored = again._restored()

    assert set(restored.catalogue.goods) == stalls.everything
    assert restored.packed() == fair.live.folded.packed()
    unpacked = type(restored).unpacked(restored.packed())
    assert unpacked.catalogue.goods == restored.catalogue.goods
    assert unpacked.catalogue.items == restored.catalogue.items


def test_each_served_thing_is_logged_with_its_source_score_and_chance(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    page = mall(visitor, limit=4)
    why = visitor.why(ids(page)[0])

    assert why["source"] == page["items"][0]["reason"]["source"]
    assert why["probability"] == 1.0
    assert why["position"] == 0
    assert why["score"] is not None


def test_what_a_watched_clip_carries_comes_first_and_says_why(fair: Fair, cast: Cast, stalls: Stalls):
    clip = fair.publish("夜里的庙会", author=cast.mei)
    fair.do(attach_products, video_id=clip, author_id=cast.mei, product_ids=[stalls.lamps[1]])
    visitor = fair.stranger()
    visitor.watch(stalls.bike_clips[0], 1.5)
    visitor.watch(stalls.bike_clips[1], 1.5)
    visitor.watch(clip, 30)

    first = mall(visitor)["items"][0]

    assert first["id"] == str(stalls.lamps[1])
    assert first["reason"] == {
        "code": "carried",
        "text": "Shown in a clip that you lingered on",
        "source": "carried",
    }
    assert "A clip that you lingered on shows it." in visitor.why(first["id"])["text"]


def test_why_names_clips_goods_and_shops(fair: Fair, stalls: Stalls):
    visitor = fair.stranger("zh-Hans")
    for clip in stalls.tea_clips[:3]:
        visitor.watch(clip)
    visitor.report(report(stalls.tea[0], "open_product"))

    why = visitor.why(stalls.tea[1])
    believed = visitor.interests()["interests"]

    assert "茶叶" in why["text"]
    assert {"token", "author"} <= {part["kind"] for part in why["parts"]}
    assert "灯火" in {part["text"] for part in why["parts"]}
    assert ("灯火", "shop") in {(each["name"], each["kind"]) for each in believed}


def test_a_clip_shows_what_it_carries_in_the_order_of_its_author(fair: Fair, cast: Cast, stalls: Stalls):
    clip = fair.publish("夜里的庙会", author=cast.mei)
    carried = [stalls.lamps[2], stalls.lamps[0]]
    fair.do(attach_products, video_id=clip, author_id=cast.mei, product_ids=carried)
    visitor = fair.stranger()

    def shown() -> list[Mapping[str, object]]:
        (card,) = [each for each in visitor.for_you(limit=20)["items"] if each["id"] == str(clip)]
        products: list[Mapping[str, object]] = card["products"]
        return products

    assert shown()[0] == {
        "id": str(stalls.lamps[2]),
        "title": "走马灯 2",
        "shop": {"id": str(stalls.shop), "name": "灯火"},
        "category_id": shown()[0]["category_id"],
        "currency": "CNY",
        "min_price_minor": 12_800,
        "max_price_minor": 12_800,
        "cover": f"/media/goods/{stalls.lamps[2]}/front-240.webp",
        "sold": 0,
        "sale": None,
        "commission_bp": None,
    }
    assert [each["id"] for each in shown()] == [str(each) for each in carried]

    fair.do(delist_product, product_id=stalls.lamps[2], by_id=cast.mei)

    assert [each["id"] for each in shown()] == [str(stalls.lamps[0])]


def test_the_hand_on_goods_counts_for_clips(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    taken = visitor.report(
        report(stalls.bikes[0], "open_product", client_id="a"), report(stalls.bikes[0], "add_to_cart", client_id="b")
    )

    assert taken == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert int(visitor.for_you(limit=1)["items"][0]["id"]) in stalls.bike_clips


def test_goods_are_not_watched_and_clips_not_put_into_carts(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    taken = visitor.report(
        report(stalls.bikes[0], "dwell", dwell_ms=9000),
        report(stalls.bike_clips[0], "add_to_cart"),
        report(stalls.bikes[0], "impression"),
        report(stalls.bikes[1], "not_interested"),
    )

    assert [each["index"] for each in taken["rejected"]] == [0, 1]
    assert taken["accepted"] == 2
    assert stalls.bikes[1] not in ids(mall(visitor))


def test_a_purse_cannot_be_told_from_outside(fair: Fair, stalls: Stalls):
    visitor = fair.stranger()
    answer = visitor.send("POST", "/signals", [report(stalls.bikes[0], "buy")])

    assert answer.status_code == 400
    assert fair.rows(sa.select(signal).where(signal.c.kind == "buy")) == []


def test_a_sheet_has_all_about_goods_and_what_is_left_of_them(fair: Fair, cast: Cast, stalls: Stalls):
    goods = put_goods(fair.db, shop_id=stalls.shop, operator_id=stalls.operator, prices=(900, 1900))
    fair.do(receive_stock, variant_id=goods.variant_ids[1], quantity=4, ref="first", by_id=cast.mei)
    visitor = fair.stranger()

    shown = visitor.send("GET", f"/mall/{goods.product_id}").json()

    assert shown["goods"]["title"] == "走马灯"
    assert shown["left"] == {str(goods.variant_ids[0]): 0, str(goods.variant_ids[1]): 4}
    assert shown["providers"] == ["sandbox", "wallet"]
    assert visitor.send("GET", f"/mall/{stalls.tea_clips[0]}").status_code == 404


def test_an_empty_market_says_nothing(fair: Fair, cast: Cast):
    visitor = fair.stranger()

    assert mall(visitor) == {"items": [], "cursor": None, "personal": False}
    assert fair.rows(sa.select(impression)) == []
    assert visitor.send("GET", "/mall", cursor="made.up").status_code == 400


def test_what_is_sold_out_stands_behind_what_can_be_had(fair: Fair, stalls: Stalls):
    drinker = fair.stranger()
    for clip in stalls.tea_clips[:3]:
        drinker.watch(clip)
    gone, had = stalls.tea[2], [*stalls.tea[:2], *stalls.bikes, *stalls.lamps]
    for product_id in had:
        [one] = fair.db.read_sync(variants_of, product_id)
        fair.do(receive_stock, variant_id=one.id, quantity=5, ref=f"first:{one.id}", by_id=stalls.cast.mei)

    shown = ids(mall(drinker))

    assert set(shown) == stalls.everything
    assert shown[-1] == gone
    assert set(shown[:2]) == set(stalls.tea[:2])


def test_goods_of_who_is_blocked_are_nowhere_and_both_sides_are_spared(fair: Fair, stalls: Stalls):
    visitor, owner = fair.member(stalls.cast.bo), fair.member(stalls.cast.mei)
    assert set(ids(mall(visitor))) == stalls.everything

    fair.do(block_person, blocker_id=stalls.cast.bo, blocked_id=stalls.cast.mei)

    assert ids(mall(visitor)) == []
    assert set(ids(mall(owner))) == stalls.everything, "her own goods are hers to see"


def test_each_goods_shown_is_logged_with_its_chance(fair: Fair, stalls: Stalls):
    fair.live.weights = msgspec.structs.replace(NO_LOT, explore_share=0.5)
    visitor = fair.stranger()

    shown = ids(mall(visitor, limit=4))
    visitor.client.blocking_portal.call(fair.live.impressions.flush)

    rows = fair.rows(sa.select(impression.c.item_id, impression.c.source, impression.c.probability))
    assert [row.item_id for row in rows] == shown
    assert {row.source for row in rows} >= {"explore"}
    assert all(0 < row.probability < 1 for row in rows if row.source == "explore")
    assert all(row.probability == 1 for row in rows if row.source != "explore")
