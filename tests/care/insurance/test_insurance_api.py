"""What buyer, shop and operator see of the insurance."""

from collections.abc import Iterator

import pytest

from miaohui.care.insurance.routes import route_handlers
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from tests.care.insurance.conftest import Counter
from tests.cast import Cast
from tests.commerce.market import make_operator
from tests.house import House


@pytest.fixture
def desk(db: Database, clock: ManualClock) -> Iterator[House]:
    with House(db=db, clock=clock, routes=route_handlers) as opened:
        yield opened


def test_the_buyer_sees_the_cover_and_the_shop_what_it_costs(counter: Counter, desk: House, cast: Cast):
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    buyer, shop = desk.member(cast.lan), desk.member(cast.mei)

    cover = buyer.ok("GET", f"/orders/{sold.order_id}/insurance")
    assert (cover["state"], cover["cover_minor"], cover["claim"]) == ("issued", 800, None)
    assert "premium_minor" not in cover
    [figures] = shop.ok("GET", f"/shops/{sold.shop_id}/insurance")["items"]
    assert (figures["policies"], figures["premium_due_minor"], figures["loss_ratio_bp"]) == (1, 48, 0)
    counter.travel(counter.send_back(sold))
    counter.settle()
    assert buyer.ok("GET", f"/orders/{sold.order_id}/insurance")["claim"]["state"] == "paid"

    for who in (cast.mei, cast.bo):
        assert desk.member(who).refused("GET", f"/orders/{sold.order_id}/insurance") == (404, "not_found")
    assert buyer.refused("GET", f"/shops/{sold.shop_id}/insurance") == (404, "not_found")
    uninsured = counter.sell(insured=False)
    assert buyer.refused("GET", f"/orders/{uninsured.order_id}/insurance") == (404, "not_found")


def test_an_operator_decides_what_looks_odd(counter: Counter, desk: House, cast: Cast):
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    counter.travel(counter.send_back(sold), end="广州市")
    counter.settle()
    lena = desk.member(make_operator(counter.db, cast.ines))

    [waiting] = lena.ok("GET", "/operator/claims")["items"]
    assert (waiting["order_id"], waiting["reason"]) == (str(sold.order_id), "address_implausible")
    path, body = f"/operator/claims/{waiting['claim']['id']}/decision", {"approve": True, "reason": "called them"}
    assert desk.member(cast.mei).refused("POST", path, body) == (403, "forbidden")
    assert lena.ok("POST", path, body)["state"] == "approved"
    assert lena.refused("POST", path, body) == (409, "claim_not_open")
    assert lena.refused("POST", "/operator/claims/4711/decision", body) == (404, "not_found")
    assert lena.refused("POST", path, {"approve": True}) == (400, "invalid_input")
    counter.settle()

    assert counter.money(accounts.wallet(cast.lan)) == 800
    assert lena.ok("GET", "/operator/claims")["items"] == []
    assert lena.ok("GET", "/operator/insurance")["items"][0]["claims"] == 1
    assert desk.member(cast.lan).refused("GET", "/operator/insurance") == (403, "forbidden")
