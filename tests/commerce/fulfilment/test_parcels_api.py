"""Sending, looking and printing over HTTP."""

import io

import pytest
from pypdf import PdfReader

from miaohui.kit.db import Database
from miaohui.kit.ids import format_id
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, set_up_stall, stock
from tests.commerce.sold import Sold, sell
from tests.house import House


@pytest.fixture
def sold(db: Database, cast: Cast, stall: Stall) -> Sold:
    return sell(db, stall, buyer_id=cast.lan, quantities=[2, 1])


def path_of(sold: Sold) -> str:
    return f"/shops/{sold.shop_id}/orders/{sold.order_id}/parcels"


def test_a_shop_sends_and_the_buyer_sees_it(fair: House, cast: Cast, sold: Sold):
    shop, buyer = fair.member(cast.mei), fair.member(cast.lan)
    lines = [{"order_line_id": format_id(sold.line_ids[0]), "quantity": 2}]

    sent = shop.ok("POST", path_of(sold), {"carrier": "shunfeng", "waybill": "SF0000001", "lines": lines})
    shop.ok("POST", path_of(sold), {"carrier": "sandbox"})

    assert sent["carrier"] == {"code": "shunfeng", "name": "SF Express"}
    assert [(line["title"], line["quantity"]) for line in sent["lines"]] == [("竹编灯笼 0", 2)]
    seen = buyer.ok("GET", f"/orders/{sold.order_id}/parcels")["items"]
    assert seen == shop.ok("GET", path_of(sold))["items"]
    assert next(one["id"] for one in seen) == sent["id"]
    assert [one["state"] for one in seen] == ["created", "created"]
    assert [one["code"] for one in fair.stranger().ok("GET", "/carriers")][:2] == ["sandbox", "shunfeng"]


def test_a_resend_with_the_same_key_sends_nothing_more(fair: House, db: Database, cast: Cast, stall: Stall, sold: Sold):
    shop, key = fair.member(cast.mei), {"Idempotency-Key": "tap-1"}
    lines = [{"order_line_id": format_id(sold.line_ids[0]), "quantity": 1}]
    body = {"carrier": "sandbox", "lines": lines}

    first, again = (shop.ok("POST", path_of(sold), body, headers=key) for _ in range(2))

    assert first == again
    assert stock(db, stall.variants[0]) == (9, 1, 2)
    other = {"carrier": "sandbox"}
    assert shop.refused("POST", path_of(sold), other, headers=key) == (409, "idempotency_key_reused")


def test_papers_are_for_the_shop_only(fair: House, db: Database, cast: Cast, sold: Sold):
    shop = fair.member(cast.mei)
    sent = shop.ok("POST", path_of(sold), {"carrier": "sandbox"})
    foreign = set_up_stall(db, owner_id=cast.bo)

    for name, words in (("waybill", "庙会脚夫"), ("packing-list", "装箱单")):
        paper = shop.send("GET", f"/shops/{sold.shop_id}/parcels/{sent['id']}/{name}.pdf")
        assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
        assert sent["waybill"] in paper.headers["content-disposition"]
        assert paper.headers["cache-control"] == "private"
        assert words in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
        path = f"/parcels/{sent['id']}/{name}.pdf"
        assert fair.member(cast.lan).refused("GET", f"/shops/{sold.shop_id}{path}") == (404, "not_found")
        assert fair.member(cast.bo).refused("GET", f"/shops/{foreign.shop_id}{path}") == (404, "not_found")
        assert fair.stranger().refused("GET", f"/shops/{sold.shop_id}{path}") == (401, "unauthenticated")


def test_other_shops_and_other_buyers_neither_send_nor_see(fair: House, db: Database, cast: Cast, sold: Sold):
    foreign = set_up_stall(db, owner_id=cast.bo)
    bo = fair.member(cast.bo)

    for shop_id in (sold.shop_id, foreign.shop_id):
        path = f"/shops/{shop_id}/orders/{sold.order_id}/parcels"
        assert bo.refused("POST", path, {"carrier": "sandbox"}) == (404, "not_found")
        assert bo.refused("GET", path) == (404, "not_found")
    assert bo.refused("GET", f"/orders/{sold.order_id}/parcels") == (404, "not_found")
    assert fair.stranger().refused("POST", path_of(sold), {"carrier": "sandbox"}) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"carrier": "pigeon", "waybill": "ABC1234"}, (400, "unknown_carrier")),
        ({"carrier": "shunfeng"}, (400, "invalid_waybill")),
        ({"carrier": "shunfeng", "waybill": "</script>"}, (400, "invalid_waybill")),
        ({"carrier": "sandbox", "lines": []}, (400, "invalid_input")),
        ({"carrier": "sandbox", "lines": [{"order_line_id": "x", "quantity": 1}]}, (400, "invalid_input")),
        ({"carrier": "sandbox", "lines": [{"order_line_id": "7", "quantity": 0}]}, (400, "invalid_input")),
        ({"carrier": "sandbox", "lines": [{"order_line_id": "7", "quantity": 1}]}, (404, "not_found")),
        ({}, (400, "invalid_input")),
    ],
)
def test_unfit_input_is_refused(fair: House, cast: Cast, sold: Sold, body: object, answer: tuple[int, str]):
    assert fair.member(cast.mei).refused("POST", path_of(sold), body) == answer
