"""Clips and goods in one space: what is watched ranks goods, what is bought ranks clips, and neither shows the other."""

import numpy as np

from miaohui.discovery.interest import InterestEngine, Memory
from miaohui.discovery.interest.snapshot import pack, unpack
from tests.discovery.interest.town import Town

MEI, BO = 1, 2
SHOP = 901


def put_goods(town: Town, goods_id: int, topic: str) -> int:
    town.engine.add_item(
        item_id=goods_id,
        author_id=SHOP,
        tokens=[f"#{topic}", f"{topic}1"],
        duration_ms=0,
        published_at_ms=town.now_ms,
        kind="goods",
    )
    return goods_id


def offered(town: Town, person: int, kind: str, limit: int = 10, **more: object) -> list[int]:
    found = town.engine.candidates(
        person_id=person, now_ms=town.now_ms, limit=limit, rng=np.random.default_rng(1), kind=kind, **more
    )
    return [each.item_id for each in found]


def test_a_page_of_one_kind_has_nothing_of_the_other() -> None:
    town = Town()
    town.publish_many(20)
    goods = {put_goods(town, 5000 + n, "tea") for n in range(5)}
    town.act(MEI, 5000, "buy")

    assert set(offered(town, BO, "goods", limit=50)) == goods
    assert not goods & set(offered(town, BO, "video", limit=50))
    assert not goods & set(offered(town, MEI, "video", limit=50))


def test_the_exploration_draw_keeps_to_its_kind() -> None:
    town = Town()
    town.publish_many(20)
    put_goods(town, 5000, "tea")

    drawn = {
        kind: town.engine.explore(person_id=BO, now_ms=town.now_ms, count=30, rng=np.random.default_rng(1), kind=kind)
        for kind in ("video", "goods")
    }

    assert {each.item_id for each in drawn["goods"]} == {5000}
    assert 5000 not in {each.item_id for each in drawn["video"]}
    assert len(drawn["video"]) == 20


def test_where_no_goods_are_none_are_offered() -> None:
    town = Town()
    town.publish_many(5)

    assert offered(town, BO, "goods") == []
    assert (
        town.engine.explore(person_id=BO, now_ms=town.now_ms, count=3, rng=np.random.default_rng(1), kind="goods") == []
    )


def test_what_is_watched_ranks_goods() -> None:
    town = Town()
    town.publish_many(40)
    put_goods(town, 5000, "tea")
    put_goods(town, 5001, "cycling")
    for clip, topic in town.clips.items():
        if topic == "tea":
            town.dwell(MEI, clip)
        if topic == "cycling":
            town.dwell(BO, clip)

    assert offered(town, MEI, "goods")[0] == 5000
    assert offered(town, BO, "goods")[0] == 5001


def test_what_is_bought_ranks_clips() -> None:
    town = Town()
    town.publish_many(40)
    put_goods(town, 5000, "tea")
    assert town.clips[offered(town, MEI, "video")[0]] != "tea"

    town.act(MEI, 5000, "buy")

    assert town.clips[offered(town, MEI, "video")[0]] == "tea"


def test_goods_that_watchers_of_a_clip_bought_are_offered_to_the_next_watcher() -> None:
    town = Town()
    clip = town.publish("tea")
    put_goods(town, 5000, "kites")
    put_goods(town, 5001, "kites")
    for person in range(10, 20):
        town.dwell(person, clip)
        town.act(person, 5001, "buy")

    town.dwell(MEI, clip)

    first = town.engine.candidates(
        person_id=MEI, now_ms=town.now_ms, limit=5, rng=np.random.default_rng(1), kind="goods"
    )[0]
    assert (first.item_id, first.source) == (5001, "similar")


def test_a_refund_takes_the_purchase_back() -> None:
    town = Town()
    town.publish_many(40)
    put_goods(town, 5000, "tea")
    bought = town.act(MEI, 5000, "buy")
    sent_back = town.act(MEI, 5000, "refund")

    assert bought + sent_back == 0
    # But for the minute between.
    assert all(abs(each.weight) < 1e-3 for each in town.engine.interests(person_id=MEI, now_ms=town.now_ms))


def test_a_hundred_thousand_clips_do_not_push_goods_out_of_the_words() -> None:
    town = Town(InterestEngine(memory=Memory(postings_per_token=8, board_size=4)))
    put_goods(town, 5000, "tea")
    town.act(BO, 5000, "open_product")
    for _ in range(40):
        clip = town.publish("tea")
        town.dwell(BO, clip)
    town.dwell(MEI, clip)

    by_words = town.engine.candidates(
        person_id=MEI, now_ms=town.now_ms, limit=1, rng=np.random.default_rng(1), kind="goods"
    )
    popular = town.engine.candidates(
        person_id=77, now_ms=town.now_ms, limit=1, rng=np.random.default_rng(1), kind="goods", personal=False
    )

    assert [each.source for each in by_words] == ["content"]
    assert [each.source for each in popular] == ["popular"]


def test_all_goods_are_found_where_a_page_has_room_for_them() -> None:
    """Also those that no other source knows: not fresh, not popular, and about nothing that anybody watched."""
    town = Town(InterestEngine(memory=Memory(exploration_budget=0)))
    town.publish_many(200)
    goods = {put_goods(town, 5000 + n, "tea") for n in range(30)}

    assert set(offered(town, MEI, "goods", limit=30)) == goods


def test_what_was_looked_at_may_return_among_goods() -> None:
    town = Town()
    put_goods(town, 5000, "tea")
    town.act(MEI, 5000, "open_product")

    assert offered(town, MEI, "goods") == []
    assert offered(town, MEI, "goods", allow_seen=True) == [5000]


def test_what_somebody_lingered_on_can_be_asked_by_kind() -> None:
    town = Town()
    tea, cats = town.publish("tea"), town.publish("cats")
    put_goods(town, 5000, "tea")
    town.swipe(MEI, cats)
    town.act(MEI, 5000, "open_product")
    town.dwell(MEI, tea)
    ask = {"person_id": MEI, "now_ms": town.now_ms, "limit": 5}

    assert [item for item, _ in town.engine.lingered_on(**ask)] == [tea]
    assert [item for item, _ in town.engine.lingered_on(**ask, kind="goods")] == [5000]
    assert town.engine.lingered_on(**ask, kind="songs") == []
    assert town.engine.acquaintance(MEI) == 3
    assert town.engine.acquaintance(BO) == 0


def test_a_snapshot_keeps_the_kinds_apart() -> None:
    town = Town()
    town.publish_many(20)
    for n in range(5):
        put_goods(town, 5000 + n, "tea")
    town.act(MEI, 5003, "buy")
    town.engine.remove_item(5004)
    data = pack(town.engine, position=7)

    engine, _ = unpack(data)
    again = Town(engine)
    again.now_ms = town.now_ms

    assert pack(engine, position=7) == data
    for kind in ("video", "goods"):
        assert offered(again, MEI, kind, allow_seen=True) == offered(town, MEI, kind, allow_seen=True)
    assert 5004 not in offered(again, MEI, "goods", limit=50, allow_seen=True)
