"""What clips carry, as a page of the feed asks for it: all of them at once."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.attach_products import attach_products
from miaohui.commerce.catalogue.actions.change_product import ProductChanges, change_product
from miaohui.commerce.catalogue.actions.delist_product import delist_product, relist_product, remove_product
from miaohui.commerce.catalogue.handlers import take_goods_off
from miaohui.commerce.catalogue.queries import products_of_video, products_of_videos
from miaohui.commerce.catalogue.tables import video_product
from miaohui.commerce.merchants.actions.limit_shop import limit_shop
from miaohui.kit.db import Database, Tx
from miaohui.media.videos.events import VideoRemoved
from tests.cast import Cast
from tests.commerce.market import open_stall, put_goods
from tests.media.shelf import shelve_video


class Fair:
    """Omar's goods, which others may show for a commission, and clips that carry them."""

    def __init__(self, db: Database, cast: Cast, shop: int) -> None:
        self.db = db
        self.cast = cast
        self.shop = shop
        self.lamp, self.rabbit, self.fish = (self.goods(title) for title in ("走马灯", "兔子灯", "鱼灯"))

    def goods(self, title: str, *, shop: int | None = None) -> int:
        wish = {"shop_id": shop or self.shop, "operator_id": self.cast.lena, "title": title}
        return put_goods(self.db, **wish, commission_bp=1000).product_id

    def clip(self, *product_ids: int, author: int | None = None) -> int:
        author = author or self.cast.mei
        video_id = shelve_video(self.db, author_id=author)
        self.carry(video_id, product_ids, author=author)
        return video_id

    def carry(self, video_id: int, product_ids: Sequence[int], *, author: int | None = None) -> None:
        author = author or self.cast.mei
        self.db.write_sync(attach_products, video_id=video_id, author_id=author, product_ids=product_ids)

    def carried(self, *video_ids: int) -> dict[int, list[str]]:
        found = self.db.read_sync(products_of_videos, video_ids=video_ids)
        for video_id in video_ids:
            alone = self.db.read_sync(products_of_video, video_id=video_id)
            assert found.get(video_id, []) == alone, "one clip by itself says the same"
        return {video_id: [card.title for card in cards] for video_id, cards in found.items()}


@pytest.fixture
def fair(db: Database, cast: Cast, stall: int) -> Fair:
    return Fair(db, cast, stall)


def test_each_clip_carries_its_own_in_its_authors_order(fair: Fair, cast: Cast) -> None:
    meis = fair.clip(fair.fish, fair.lamp)
    bos = fair.clip(fair.rabbit, fair.fish, author=cast.bo)
    bare = fair.clip()

    assert fair.carried(bos, meis, bare, 17) == {meis: ["鱼灯", "走马灯"], bos: ["兔子灯", "鱼灯"]}
    fair.carry(meis, [fair.lamp, fair.rabbit, fair.fish])
    assert fair.carried(meis) == {meis: ["走马灯", "兔子灯", "鱼灯"]}
    fair.carry(meis, [])
    assert fair.carried(meis, bos) == {bos: ["兔子灯", "鱼灯"]}


def test_what_cannot_be_bought_is_not_carried_and_comes_back_to_its_place(fair: Fair, db: Database, cast: Cast) -> None:
    both, one = fair.clip(fair.fish, fair.lamp, fair.rabbit), fair.clip(fair.lamp)

    db.write_sync(delist_product, product_id=fair.lamp, by_id=cast.omar)
    assert fair.carried(both, one) == {both: ["鱼灯", "兔子灯"]}, "a clip with nothing left is as one that has nothing"
    db.write_sync(relist_product, product_id=fair.lamp, by_id=cast.omar)
    assert fair.carried(both, one) == {both: ["鱼灯", "走马灯", "兔子灯"], one: ["走马灯"]}
    db.write_sync(remove_product, product_id=fair.fish, by_id=cast.omar)
    assert fair.carried(both) == {both: ["走马灯", "兔子灯"]}


def test_a_clip_that_carries_of_two_shops_keeps_what_the_open_one_sells(fair: Fair, db: Database, cast: Cast) -> None:
    other = open_stall(db, owner_id=cast.bo, operator_id=cast.lena, name="茶马道")
    clip = fair.clip(fair.lamp, fair.goods("茶灯", shop=other))

    db.write_sync(limit_shop, shop_id=fair.shop, by_id=cast.lena, limits=["traffic"], reason="复核中")
    assert fair.carried(clip) == {clip: ["茶灯"]}


def test_goods_that_are_looked_at_once_more_are_not_carried_meanwhile(fair: Fair, db: Database, cast: Cast) -> None:
    clip = fair.clip(fair.lamp)
    db.write_sync(change_product, product_id=fair.lamp, by_id=cast.omar, changes=ProductChanges(title="八角走马灯"))
    # On probation a listed product that says something else is looked at once more, and not sold meanwhile.
    assert fair.carried(clip) == {}


def test_a_removed_clip_carries_nothing(fair: Fair, db: Database, cast: Cast) -> None:
    gone, stays = fair.clip(fair.lamp), fair.clip(fair.lamp)
    db.write_sync(take_goods_off, VideoRemoved(video_id=gone, author_id=cast.mei, was_published=True))

    assert fair.carried(gone, stays) == {stays: ["走马灯"]}
    assert db.read_sync(lambda tx: tx.scalars(sa.select(video_product.c.video_id))) == [stays]


def test_a_page_costs_two_queries_however_long_it_is(fair: Fair, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = [fair.clip(fair.lamp, fair.fish) for _ in range(3)]
    asked: list[object] = []
    for name in ("execute", "all", "rows", "scalars"):
        spied = getattr(Tx, name)
        monkeypatch.setattr(Tx, name, lambda tx, q, *a, _run=spied, **kw: (asked.append(q), _run(tx, q, *a, **kw))[1])

    def queries(*video_ids: int) -> int:
        asked.clear()
        db.read_sync(products_of_videos, video_ids=video_ids)
        return len(asked)

    assert (queries(*clips), queries(clips[0]), queries(17), queries()) == (2, 2, 1, 1)
