"""The whole way over HTTP: cart, quote, order, payment, and what the shop sees of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from miaohui.app import create_app
from miaohui.commerce.catalogue.actions.set_variants import set_variants
from miaohui.commerce.catalogue.drafts import VariantDraft
from miaohui.kit.clock import ManualClock
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.settings import Settings
from tests.market import PRICE, Market
from tests.serving import serving

HOME = {"name": "阿梅", "phone": "13800138000", "street": "平江路 8 号", "division_code": "320508"}


class Caller:
    """Somebody's program."""

    def __init__(self, client: httpx.Client, market: Market, account_id: int) -> None:
        opened = market.db.write_sync(open_session, account_id=account_id, user_agent="")
        self._headers = {"Authorization": f"Bearer {opened.token}", "Accept-Language": "en"}
        self._client = client

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        content = {} if body is None else {"json": body}
        return self._client.request(method, f"/api/v1{path}", headers=self._headers | headers, **content)

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.send(method, path, body, **headers)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def fair(tmp_path: Path, database_url: str, clock: ManualClock, market: Market) -> Iterator[httpx.Client]:
    url = database_url if database_url.startswith("postgres") else ""
    app = create_app(Settings(data_dir=tmp_path, database_url=url), clock=clock)
    with serving(app) as address, httpx.Client(base_url=f"http://{address}", timeout=30) as client:
        yield client


@pytest.fixture
def mei(fair: httpx.Client, market: Market) -> Caller:
    return Caller(fair, market, market.buyer)


def test_from_the_cart_to_the_paid_order(fair: httpx.Client, market: Market, mei: Caller) -> None:
    assert mei.ok("GET", "/divisions?under=3205")["items"][0]["code"] == "320505"
    assert mei.send("POST", "/quotes", {}).json()["code"] == "address_missing"
    home = mei.ok("POST", "/addresses", HOME)
    assert (home["province"], home["is_default"]) == ("江苏省", True)
    assert mei.send("POST", "/quotes", {}).json()["code"] == "nothing_selected"
    lantern = {"variant_id": str(market.lantern), "quantity": 2, "source": {"kind": "search"}}
    cart = mei.ok("POST", "/cart/lines", lantern)
    [shop] = cart["shops"]
    assert (cart["selected_minor"], shop["lines"][0]["available"]) == (2 * PRICE, 10)

    quote = mei.ok("POST", "/quotes", {"notes": {shop["shop_id"]: "请轻放"}})
    assert [step["words"] for step in quote["steps"]] == ["Goods from 灯火", "Freight of 灯火"]
    assert mei.ok("GET", f"/quotes/{quote['id']}") == quote
    key = {"Idempotency-Key": "a-1"}
    trade = mei.ok("POST", "/orders", {"quote_id": quote["id"]}, **key)
    assert mei.ok("POST", "/orders", {"quote_id": quote["id"]}, **key) == trade
    reused = mei.send("POST", "/orders", {"quote_id": "404"}, **key)
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")
    assert mei.ok("GET", "/cart")["lines"] == 0

    payment = mei.ok("POST", f"/trades/{trade['id']}/payments", {"provider": "sandbox"})
    assert mei.ok("POST", f"/trades/{trade['id']}/payments", {"provider": "sandbox"})["id"] == payment["id"]
    mei.ok("POST", f"/payments/{payment['id']}/sandbox", {"outcome": "pay"})
    market.quiet()

    order = mei.ok("GET", f"/orders/{trade['order_ids'][0]}")
    assert (order["state"], order["wechat_code"], order["next"]["act"]) == ("paid", 20, "ship")
    assert (order["payable_minor"], order["note"], order["lines"][0]["source_kind"]) == (2 * PRICE, "请轻放", "search")
    assert [moment["state"] for moment in order["timeline"]] == ["created", "paid"]
    assert mei.ok("GET", f"/trades/{trade['id']}")["state"] == "paid"
    page = mei.ok("GET", "/orders?state=paid&state=shipped")
    assert ([one["id"] for one in page["items"]], page["counts"]["paid"]) == ([order["id"]], 1)
    assert mei.ok("GET", "/orders?state=closed")["items"] == []

    omar, bo = Caller(fair, market, market.seller), Caller(fair, market, market.cast.bo)
    assert omar.ok("GET", f"/shops/{market.shop}/orders")["items"][0]["id"] == order["id"]
    assert omar.ok("GET", f"/shops/{market.shop}/orders/{order['id']}")["address"]["street"] == HOME["street"]
    for stranger, path in (
        (omar, f"/orders/{order['id']}"),
        (bo, f"/orders/{order['id']}"),
        (bo, f"/shops/{market.shop}/orders"),
        (bo, f"/quotes/{quote['id']}"),
        (bo, f"/trades/{trade['id']}"),
    ):
        assert stranger.send("GET", path).status_code == 404

    cancelled = mei.ok("POST", f"/orders/{order['id']}/cancellation")
    assert (cancelled["state"], cancelled["wechat_code"], cancelled["refunded_minor"]) == ("closed", 200, 2 * PRICE)
    assert cancelled["next"] is None


def test_a_changed_price_is_answered_with_the_new_quote(fair: httpx.Client, market: Market, mei: Caller) -> None:
    mei.ok("POST", "/addresses", HOME)
    wish = {"lines": [{"variant_id": str(market.lantern)}]}
    old = mei.ok("POST", "/quotes", wish)
    product_id = int(old["shops"][0]["lines"][0]["product_id"])
    dearer = [VariantDraft(price_minor=PRICE + 100, code="C0", weight_g=400)]
    market.db.write_sync(set_variants, product_id=product_id, by_id=market.seller, variants=dearer)

    refused = mei.send("POST", "/orders", {"quote_id": old["id"]})

    assert (refused.status_code, refused.json()["code"]) == (409, "quote_changed")
    new = refused.json()["quote"]
    assert new["total_minor"] == PRICE + 100
    assert mei.ok("POST", "/orders", {"quote_id": new["id"]})["payable_minor"] == PRICE + 100
    market.clock.advance(timedelta(hours=1))
    late = mei.send("POST", "/orders", {"quote_id": old["id"]})
    assert (late.status_code, late.json()["code"]) == (409, "quote_expired")


def test_the_cart_keeps_what_was_put_in_and_says_what_has_changed(market: Market, mei: Caller) -> None:
    lantern = {"variant_id": str(market.lantern)}
    mei.ok("POST", "/cart/lines", lantern | {"quantity": 999})
    line = mei.ok("POST", "/cart/lines", lantern)["shops"][0]["lines"][0]
    assert (line["quantity"], line["price_was_minor"]) == (999, None)
    product_id = int(line["product_id"])
    cheaper = [VariantDraft(price_minor=PRICE - 100, code="C0", weight_g=400)]
    market.db.write_sync(set_variants, product_id=product_id, by_id=market.seller, variants=cheaper)
    line = mei.ok("GET", "/cart")["shops"][0]["lines"][0]
    assert (line["price_minor"], line["price_was_minor"]) == (PRICE - 100, PRICE)
    path = f"/cart/lines/{market.lantern}"
    assert mei.ok("PATCH", path, {"quantity": 3, "selected": False})["selected_lines"] == 0
    assert mei.send("PATCH", path, {"quantity": 0}).status_code == 400
    assert mei.ok("PUT", "/cart/selection", {"variant_ids": [str(market.lantern)]})["selected_minor"] == 3 * (
        PRICE - 100
    )
    assert mei.send("POST", "/cart/lines", {"variant_id": "404"}).json()["code"] == "not_for_sale"
    mei.ok("DELETE", path)
    assert mei.ok("GET", "/cart")["shops"] == []
    assert mei.send("PATCH", path, {"quantity": 1}).status_code == 404
