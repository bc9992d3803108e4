"""Coupons, offers and stock over HTTP."""

from collections.abc import Iterator

import pytest

from miaohui.commerce.inventory.routes import route_handlers as inventory_api
from miaohui.commerce.promotions.routes import route_handlers as promotions_api
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, set_up_stall
from tests.commerce.market import make_operator
from tests.house import House

WEEK = {"starts_at": "2026-04-18T00:00:00Z", "ends_at": "2026-04-25T00:00:00Z"}
COUPON = {"stacking": "shop", "name": "灯会券", "rule": {"from_minor": 5000, "off_minor": 1000}, "quota": 2, **WEEK}


@pytest.fixture
def market(db: Database, clock: ManualClock) -> Iterator[House]:
    with House(db=db, clock=clock, routes=[*inventory_api, *promotions_api]) as opened:
        yield opened


@pytest.fixture
def stall(db: Database, cast: Cast) -> Stall:
    return set_up_stall(db, owner_id=cast.mei, units=10)


def test_a_shop_gives_out_coupons_until_they_are_gone(market: House, cast: Cast, stall: Stall):
    mei, bo, lan, hao = (market.member(who) for who in (cast.mei, cast.bo, cast.lan, cast.hao))
    own = f"/shops/{stall.shop_id}/coupon-templates"

    draft = mei.ok("POST", own, COUPON)
    assert (draft["state"], draft["shop_id"]) == ("draft", str(stall.shop_id))
    assert market.stranger().ok("GET", f"/shops/{stall.shop_id}/coupons")["items"] == []
    mei.ok("PUT", f"{own}/{draft['id']}", {**COUPON, "name": "新灯会券"})
    mei.ok("PUT", f"{own}/{draft['id']}/state", {"state": "active"})
    claims, key = f"/coupon-templates/{draft['id']}/claims", {"Idempotency-Key": "tap-1"}
    first = bo.ok("POST", claims, {"source": "shop"}, headers=key)
    lan.ok("POST", claims, {})

    assert bo.ok("POST", claims, {"source": "shop"}, headers=key) == first
    assert bo.refused("POST", claims, {}) == (409, "coupons_gone")
    assert hao.refused("POST", claims, {}) == (409, "coupons_gone")
    assert (first["state"], first["terms"]["name"]) == ("granted", "新灯会券")
    assert [one["id"] for one in bo.pages("/coupons", limit=1)] == [first["id"]]
    [offered] = bo.ok("GET", f"/shops/{stall.shop_id}/coupons")["items"]
    assert (offered["left"], offered["claimed"]) == (0, 1)
    assert [one["granted"] for one in mei.pages(own)] == [2]


def test_offers_are_made_by_those_who_may(db: Database, market: House, cast: Cast, stall: Stall):
    bo, mei = market.member(cast.bo), market.member(cast.mei)
    operator = market.member(make_operator(db, cast.lan))
    rule = {
        "kind": "threshold",
        "steps": [{"from_minor": 2000, "off_minor": 100, "percent_off_bp": None}],
        "product_ids": None,
    }
    body = {"name": "跨店满减", "rule": rule, "bearers": {"shop_bp": 0, "platform_bp": 10_000}, **WEEK}

    assert bo.refused("POST", f"/shops/{stall.shop_id}/promotions", body) == (404, "not_found")
    assert bo.refused("POST", "/operator/promotions", body) == (403, "forbidden")
    assert mei.refused("POST", f"/shops/{stall.shop_id}/promotions", body) == (400, "invalid_offer")
    made = operator.ok("POST", "/operator/promotions", body)
    assert made["rule"] == rule
    started = operator.ok("PUT", f"/operator/promotions/{made['id']}/state", {"state": "active"})
    assert started["state"] == "active"
    back = operator.refused("PUT", f"/operator/promotions/{made['id']}/state", {"state": "draft"})
    assert back == (409, "offer_not_in_state")
    assert mei.refused("PUT", f"/shops/{stall.shop_id}/promotions/{made['id']}/state", {"state": "ended"})[0] == 404
    flash = {"kind": "flash", "per_person": 1, "prices": [{"variant_id": str(stall.variants[0]), "price_minor": 1}]}
    sale = mei.ok("POST", f"/shops/{stall.shop_id}/promotions", {"name": "秒杀", "rule": flash, **WEEK})
    assert sale["rule"]["prices"][0]["price_minor"] == 1
    naive = {**COUPON, "starts_at": "2026-04-18T00:00:00"}
    assert mei.refused("POST", f"/shops/{stall.shop_id}/coupon-templates", naive) == (400, "invalid_input")


def test_stock_is_counted_delivered_and_cut(market: House, cast: Cast, stall: Stall):
    mei, bo = market.member(cast.mei), market.member(cast.bo)
    path = f"/shops/{stall.shop_id}/variants/{stall.variants[0]}/stock"

    assert mei.ok("GET", path)["available"] == 10
    for _ in range(2):
        mei.ok("POST", f"{path}/deliveries", {"quantity": 5, "ref": "box 1"})
    assert mei.ok("PUT", path, {"on_hand": 14, "reason": "one was broken"})["on_hand"] == 14
    assert mei.ok("PUT", f"{path}/slots", {"slots": 4})["pools"][0]["slots"] == 4
    moves = mei.pages(f"{path}/movements", limit=2)
    assert sum(one["on_hand_change"] for one in moves) == 14
    assert [one["note"] for one in moves if one["kind"] == "adjust"] == ["one was broken"]
    assert bo.refused("GET", path) == (404, "not_found")
    assert bo.refused("PUT", path, {"on_hand": 0, "reason": "x"}) == (404, "not_found")
    other = f"/shops/{stall.shop_id}/variants/{stall.variants[0] + 1}/stock"
    assert mei.refused("GET", other) == (404, "not_found")
