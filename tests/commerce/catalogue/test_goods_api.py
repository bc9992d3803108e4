"""Goods over HTTP: from a draft to the list, and in windows and clips."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.actions.submit_product import submit_product
from miaohui.commerce.catalogue.audits import (
    offers_of_others_goods,
    prices_that_are_not_of_variants,
    strange_moves_of_products,
)
from miaohui.commerce.catalogue.events import ProductDelisted, ProductListed
from miaohui.commerce.catalogue.states import ProductNotInState
from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.merchants.actions.end_probation import end_probation
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from tests.at_once import at_once
from tests.cast import Cast
from tests.commerce.market import category, make_operator, open_stall, put_goods
from tests.emitted import emitted
from tests.house import House
from tests.media.shelf import shelve_video

LAMP = {
    "title": " 走马灯  竹编 ",
    "body": "手扎\r\n竹骨",
    "attributes": {"材质": "竹"},
    "variants": [
        {"price_minor": 12_800, "options": {"尺寸": "小"}, "code": "Z-1"},
        {"price_minor": 19_800, "options": {"尺寸": "大"}},
    ],
}


def photograph(width: int = 1600, height: int = 1200) -> bytes:
    """Return a photograph with a place in its metadata."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "behind the bridge"
    Image.new("RGB", (width, height), "darkred").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_from_a_draft_to_the_list(market: House, db: Database, cast: Cast, stall: int):
    omar, lena, anybody = market.member(cast.omar), market.member(cast.lena), market.stranger()
    products = f"/shops/{stall}/products"
    draft = LAMP | {"category_id": str(category(db, "lighting"))}

    made = omar.ok("POST", products, draft, headers={"Idempotency-Key": "tap"})
    assert omar.ok("POST", products, draft, headers={"Idempotency-Key": "tap"})["id"] == made["id"]
    assert omar.refused("POST", products, draft | {"title": "别的"}, headers={"Idempotency-Key": "tap"}) == (
        409,
        "idempotency_key_reused",
    )
    assert (made["title"], made["body"], made["state"]) == ("走马灯 竹编", "手扎\n竹骨", "draft")
    path = f"{products}/{made['id']}"
    assert omar.refused("POST", f"{path}/submission") == (409, "picture_missing")
    [picture] = omar.ok("POST", f"{path}/pictures", content=photograph())["pictures"]
    assert (picture["width"], picture["height"]) == (1440, 1080)
    assert omar.ok("POST", f"{path}/submission")["state"] == "review"
    assert omar.refused("PATCH", path, {"body": "换了"}) == (409, "product_not_in_state"), "a reviewer looks at it"
    assert anybody.refused("GET", f"/goods/{made['id']}") == (404, "not_found")

    [waiting] = lena.pages("/operator/listings", limit=1)
    assert waiting["id"] == made["id"]
    decision = f"/operator/listings/{made['id']}/decision"
    assert lena.refused("POST", decision, {"accept": False}) == (400, "invalid_input")
    assert lena.ok("POST", decision, {"accept": False, "note": "图太暗"})["review_note"] == "图太暗"
    omar.ok("POST", f"{path}/submission")
    assert lena.ok("POST", decision, {"accept": True})["state"] == "listed"

    [card] = anybody.pages("/goods")
    assert (card["title"], card["min_price_minor"], card["max_price_minor"]) == ("走马灯 竹编", 12_800, 19_800)
    assert card["cover"] == picture["small"]
    seen = anybody.ok("GET", f"/goods/{made['id']}")
    assert [(each["options"], each["code"]) for each in seen["variants"]] == [
        ({"尺寸": "小"}, ""),
        ({"尺寸": "大"}, ""),
    ]
    assert (seen["return_days"], seen["insured"], seen["shop"]["name"]) == (7, False, "灯火")


def test_pictures_are_stored_in_three_widths_without_what_the_camera_wrote(
    market: House, db: Database, cast: Cast, stall: int, clock: ManualClock, tmp_path: Path
):
    clock.advance(timedelta(days=30))
    db.write_sync(end_probation, shop_id=stall)
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)
    omar, path = market.member(cast.omar), f"/shops/{stall}/products/{goods.product_id}"
    first = omar.ok("GET", path)["pictures"][0]["id"]

    shown = omar.ok("POST", f"{path}/pictures", content=photograph())["pictures"][1]
    files = [tmp_path / "blobs" / shown[size].removeprefix("/media/") for size in ("small", "medium", "large")]
    opened = [Image.open(file) for file in files]
    assert [(each.format, each.size) for each in opened] == [
        ("WEBP", (240, 180)),
        ("WEBP", (720, 540)),
        ("WEBP", (1440, 1080)),
    ]
    assert not any(
        b"bridge" in file.read_bytes() or len(image.getexif()) for file, image in zip(files, opened, strict=True)
    )
    assert omar.refused("POST", f"{path}/pictures", content=photograph(100, 301)) == (400, "unreadable_picture")

    ordered = omar.ok("PUT", f"{path}/pictures", {"picture_ids": [shown["id"], first]})
    assert [each["id"] for each in ordered["pictures"]] == [shown["id"], first]
    assert omar.refused("PUT", f"{path}/pictures", {"picture_ids": [first]}) == (400, "invalid_input")


def test_on_probation_a_change_of_words_is_looked_at_again_and_of_prices_is_not(
    market: House, db: Database, cast: Cast, stall: int, clock: ManualClock
):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)
    omar, path = market.member(cast.omar), f"/shops/{stall}/products/{goods.product_id}"

    priced = omar.ok("PUT", f"{path}/variants", {"variants": [{"price_minor": 1}]})
    assert (priced["state"], priced["min_price_minor"]) == ("listed", 1)
    assert omar.ok("PATCH", path, {"body": "全新"})["state"] == "review"
    assert [event.product_id for event in emitted(db, ProductDelisted)] == [goods.product_id]
    db.write_sync(decide_listing, product_id=goods.product_id, by_id=cast.lena, accept=True)

    omar.ok("DELETE", f"{path}/listing")
    assert omar.ok("PATCH", path, {"title": "换了标题"})["state"] == "draft", "it cannot be put back unseen"
    db.write_sync(submit_product, product_id=goods.product_id, by_id=cast.omar)
    db.write_sync(decide_listing, product_id=goods.product_id, by_id=cast.lena, accept=True)

    clock.advance(timedelta(days=30))
    db.write_sync(end_probation, shop_id=stall)
    assert omar.ok("PATCH", path, {"body": "更新"})["state"] == "listed"
    assert omar.ok("PATCH", path, {"category_id": str(category(db, "handmade"))})["state"] == "review"


def test_a_price_is_struck_out_only_where_it_was_really_asked(
    market: House, db: Database, cast: Cast, stall: int, clock: ManualClock
):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena, prices=(10_000,))
    omar, path = market.member(cast.omar), f"/shops/{stall}/products/{goods.product_id}/variants"

    def ask(price_minor: int) -> int | None:
        return omar.ok("PUT", path, {"variants": [{"price_minor": price_minor}]})["variants"][0]["list_price_minor"]

    clock.advance(timedelta(days=6))
    assert ask(9_000) is None, "six days are not enough"
    assert ask(99_000) is None
    assert ask(9_000) is None, "nobody has been asked that"
    clock.advance(timedelta(days=7))
    assert ask(8_000) == 9_000
    assert ask(7_000) == 9_000
    assert ask(9_500) is None


def test_what_a_shop_may_not_list(market: House, db: Database, cast: Cast, stall: int):
    omar, lena = market.member(cast.omar), market.member(cast.lena)
    products = f"/shops/{stall}/products"
    tea = omar.ok("POST", products, LAMP | {"category_id": str(category(db, "tea"))})
    lamp = omar.ok("POST", products, LAMP | {"category_id": str(category(db, "lighting"))})
    for each in (tea, lamp):
        omar.ok("POST", f"{products}/{each['id']}/pictures", content=photograph())

    assert omar.refused("POST", f"{products}/{tea['id']}/submission") == (409, "category_not_granted")
    top = {"category_id": str(category(db, "home"))}
    assert omar.refused("PATCH", f"{products}/{lamp['id']}", top) == (400, "invalid_input")
    lena.ok("PUT", f"/operator/shops/{stall}/limits", {"limits": ["new_goods"], "reason": "复核"})
    assert omar.refused("POST", f"{products}/{lamp['id']}/submission") == (403, "no_new_goods")


def test_two_operators_decide_about_a_product_at_once(db: Database, cast: Cast, stall: int):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena, category_slug="handmade")
    make_operator(db, cast.bo)

    def back_to_review(tx: Tx) -> None:
        tx.execute(sa.update(product).values(state="review"))

    db.write_sync(back_to_review)

    def accept() -> None:
        db.write_sync(decide_listing, product_id=goods.product_id, by_id=cast.lena, accept=True)

    def reject() -> None:
        db.write_sync(decide_listing, product_id=goods.product_id, by_id=cast.bo, accept=False, note="不行")

    answers = at_once([accept, reject] * 3)

    assert answers.count(None) == 1
    assert {type(answer) for answer in answers if answer is not None} == {ProductNotInState}
    assert len(emitted(db, ProductListed)) in {1, 2}


def test_lists_in_every_order_to_their_end(market: House, db: Database, cast: Cast, stall: int, clock: ManualClock):
    other = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="隔壁", categories=("handmade",))
    prices = [500, 300, 300, 900, 100]
    made = []
    for index, price in enumerate(prices):
        clock.advance(timedelta(minutes=1))
        slug, shop_id = ("handmade", other) if index == 3 else ("lighting", stall)
        title = f"100%_灯 Lamp {index}"
        goods = put_goods(db, shop_id=shop_id, operator_id=cast.lena, title=title, prices=(price,), category_slug=slug)
        made.append(str(goods.product_id))
    anybody = market.stranger()

    def listed(**query: object) -> list[int]:
        return [made.index(each["id"]) for each in anybody.pages("/goods", limit=2, **query)]

    assert listed() == [4, 3, 2, 1, 0]
    assert listed(sort="price") == [4, 1, 2, 0, 3]
    assert listed(sort="sold") == [4, 3, 2, 1, 0]
    assert listed(category=category(db, "home")) == [4, 2, 1, 0]
    assert listed(category=category(db, "handmade")) == [3]
    assert listed(shop=other) == [3]
    assert listed(q="lamp 2") == [2]
    assert listed(q="%_") == [4, 3, 2, 1, 0]
    assert listed(q="_灯_") == []
    assert listed(category=999) == []
    for cursor in ("x", "1", "1.", ".1", "-1.2", "9" * 19 + ".1", "1.2.3"):
        assert anybody.refused("GET", "/goods", params={"cursor": cursor}) == (400, "invalid_cursor")


def test_a_clip_carries_own_goods_and_those_with_a_commission(market: House, db: Database, cast: Cast, stall: int):
    plain = put_goods(db, shop_id=stall, operator_id=cast.lena).product_id
    offered = put_goods(db, shop_id=stall, operator_id=cast.lena, title="兔子灯", commission_bp=1000).product_id
    clip, omars = shelve_video(db, author_id=cast.mei), shelve_video(db, author_id=cast.omar)
    mei, omar = market.member(cast.mei), market.member(cast.omar)
    path = f"/videos/{clip}/products"

    assert mei.refused("PUT", path, {"product_ids": [str(plain)]}) == (409, "product_not_for_sale")
    assert mei.refused("PUT", path, {"product_ids": ["17"]}) == (404, "not_found")
    assert mei.refused("PUT", path, {"product_ids": [str(offered)] * 2}) == (400, "invalid_input")
    assert omar.refused("PUT", path, {"product_ids": [str(plain)]}) == (403, "forbidden")
    [carried] = mei.ok("PUT", path, {"product_ids": [str(offered)]})["items"]
    assert carried["title"] == "兔子灯"
    assert len(omar.ok("PUT", f"/videos/{omars}/products", {"product_ids": [str(plain), str(offered)]})["items"]) == 2

    [on_offer] = mei.pages("/offers")
    assert (on_offer["id"], on_offer["commission_bp"]) == (str(offered), 1000)
    omar.ok("DELETE", f"/shops/{stall}/products/{offered}/commission")
    assert mei.pages("/offers") == []
    assert mei.ok("PUT", path, {"product_ids": [str(offered)]})["items"], "what a clip carries it may keep"
    assert mei.ok("PUT", path, {"product_ids": []})["items"] == []
    assert mei.refused("PUT", path, {"product_ids": [str(offered)]}) == (409, "product_not_for_sale")


def test_windows_of_people_and_shops(market: House, db: Database, cast: Cast, stall: int):
    plain = str(put_goods(db, shop_id=stall, operator_id=cast.lena).product_id)
    offered = str(put_goods(db, shop_id=stall, operator_id=cast.lena, title="兔子灯", commission_bp=500).product_id)
    mei, omar, anybody = market.member(cast.mei), market.member(cast.omar), market.stranger()

    assert mei.refused("PUT", "/me/showcase", {"product_ids": [plain]}) == (409, "product_not_for_sale")
    mei.ok("PUT", "/me/showcase", {"product_ids": [offered]})
    assert [each["id"] for each in anybody.ok("GET", f"/people/{cast.mei}/showcase")["items"]] == [offered]
    omar.ok("PUT", f"/shops/{stall}/showcase", {"product_ids": [offered, plain]})
    assert [each["id"] for each in anybody.ok("GET", f"/shops/{stall}/showcase")["items"]] == [offered, plain]
    mine = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="隔壁")
    assert mei.refused("PUT", f"/shops/{mine}/showcase", {"product_ids": [plain]}) == (404, "not_found")

    omar.ok("DELETE", f"/shops/{stall}/products/{offered}/listing")
    assert anybody.ok("GET", f"/people/{cast.mei}/showcase")["items"] == []


def test_removed_goods_are_gone_for_good(market: House, db: Database, cast: Cast, stall: int):
    goods = [put_goods(db, shop_id=stall, operator_id=cast.lena, commission_bp=500).product_id for _ in range(2)]
    omar, lena = market.member(cast.omar), market.member(cast.lena)

    omar.ok("DELETE", f"/shops/{stall}/products/{goods[0]}")
    assert omar.refused("GET", f"/shops/{stall}/products/{goods[0]}") == (404, "not_found")
    banned = lena.ok("POST", f"/operator/listings/{goods[1]}/removal", {"reason": "假货"})
    assert (banned["state"], banned["review_note"], banned["commission_bp"]) == ("removed", "假货", None)
    removal = lena.refused("POST", f"/operator/listings/{goods[1]}/removal", {"reason": "假货"})
    assert removal == (409, "product_not_in_state")
    assert omar.ok("GET", f"/shops/{stall}/products")["items"] == []
    assert len(omar.ok("GET", f"/shops/{stall}/products?state=removed")["items"]) == 2
    assert market.stranger().pages("/goods") == []


@pytest.mark.parametrize(
    "variants",
    [
        [],
        [{"price_minor": -1}],
        [{"price_minor": 1, "options": {"大": "1"}}, {"price_minor": 2}],
        [{"price_minor": 1}, {"price_minor": 2}],
        [{"price_minor": 1, "options": {" 大 ": "1"}}, {"price_minor": 2, "options": {"大": " 1"}}],
        [{"price_minor": 1, "options": {"甲": "1", "乙": "1", "丙": "1", "丁": "1"}}],
        [{"price_minor": 1, "options": {"": "1"}}],
        [{"price_minor": 1.5}],
        [{"price_minor": 100_000_001}],
    ],
)
def test_variants_that_cannot_be(market: House, db: Database, cast: Cast, stall: int, variants: list[object]):
    body = LAMP | {"category_id": str(category(db, "lighting")), "variants": variants}
    answer = market.member(cast.omar).refused("POST", f"/shops/{stall}/products", body)
    assert answer == (400, "invalid_input")


def test_the_tree_and_its_rules(market: House, db: Database):
    category(db, "tea")
    [food, *others] = market.stranger().ok("GET", "/categories")["items"]
    assert (food["slug"], food["children"][1]["name_zh"]) == ("food", "茶叶")
    assert food["children"][1]["qualifications"] == ["food_licence"]
    leaves = [leaf for top in (food, *others) for leaf in top["children"]]
    assert len(leaves) >= 40
    assert all(0 < leaf["fee_bp"] <= 500 and leaf["deposit_minor"] > 0 for leaf in leaves)
    assert {leaf["slug"] for leaf in leaves if leaf["return_days"] == 0} == {
        "fruit",
        "meat-seafood",
        "underwear",
        "plants",
        "made-to-order",
    }


def test_the_audits_see_goods_that_were_tampered_with(db: Database, cast: Cast, stall: int):
    put_goods(db, shop_id=stall, operator_id=cast.lena, commission_bp=500)
    other = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="隔壁")

    def violations(tx: Tx) -> list[int]:
        questions = (prices_that_are_not_of_variants, strange_moves_of_products, offers_of_others_goods)
        return [len(tx.execute(question(tx.dialect)).all()) for question in questions]

    assert db.read_sync(violations) == [0, 0, 0]

    def tamper(tx: Tx) -> None:
        tx.execute(sa.update(product).values(state="draft", shop_id=other, max_price_minor=99_999))

    db.write_sync(tamper)
    assert db.read_sync(violations) == [1, 1, 1]


def test_what_is_wrong_with_an_address_is_said_where_it_stands(market: House):
    refused = market.stranger().send("GET", "/goods", params={"sort": "loud"})

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/query/sort"]
