"""Omar draws what his shop has earned; nobody else does, and not while the shop is limited."""

from collections.abc import Iterator

import pytest

from miaohui.commerce.merchants.actions.change_staff import set_staff
from miaohui.commerce.merchants.actions.limit_shop import limit_shop
from miaohui.consoles.merchant.routes import route_handlers
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from tests.cast import Cast
from tests.commerce.market import open_stall
from tests.house import House

EARNED = 20_000
DRAW = {"amount_minor": 7_000, "bank_account": "6222 0212 3344"}


@pytest.fixture
def counter(db: Database, clock: ManualClock) -> Iterator[House]:
    with House(db=db, clock=clock, routes=route_handlers) as house:
        yield house


@pytest.fixture
def shop(db: Database, cast: Cast) -> str:
    """A shop of Omar's that has earned 200 yuan."""
    found = open_stall(db, owner_id=cast.omar, operator_id=cast.lena, name="灯火")
    legs = [Leg(accounts.psp("sandbox"), accounts.shop_available(found), EARNED)]
    db.write_sync(post_entry, kind="settlement", ref="1", currency="CNY", legs=legs)
    return str(found)


def test_the_owner_sees_and_draws_the_money(counter: House, cast: Cast, shop: str) -> None:
    omar = counter.member(cast.omar)
    assert omar.ok("GET", f"/shops/{shop}/balances")["available_minor"] == EARNED
    drawn = omar.ok("POST", f"/shops/{shop}/payouts", DRAW, headers={"Idempotency-Key": "once"})
    assert (drawn["amount_minor"], drawn["bank_account_ends"], drawn["state"]) == (7_000, "3344", "requested")

    balances = omar.ok("GET", f"/shops/{shop}/balances")
    assert (balances["available_minor"], balances["withdrawing_minor"]) == (EARNED - 7_000, 7_000)
    assert [one["id"] for one in omar.ok("GET", f"/shops/{shop}/payouts")["items"]] == [drawn["id"]]
    statement = omar.ok("GET", f"/shops/{shop}/statement")["items"]
    assert [(line["kind"], line["amount_minor"]) for line in statement] == [("payout", -7_000), ("settlement", EARNED)]


def test_a_resend_draws_once(counter: House, cast: Cast, shop: str) -> None:
    omar = counter.member(cast.omar)
    first, again = (
        omar.ok("POST", f"/shops/{shop}/payouts", DRAW, headers={"Idempotency-Key": "once"}) for _ in range(2)
    )
    assert first["id"] == again["id"]
    assert omar.ok("GET", f"/shops/{shop}/balances")["withdrawing_minor"] == 7_000


def test_what_is_too_little_or_too_much_is_refused(counter: House, cast: Cast, shop: str) -> None:
    omar = counter.member(cast.omar)
    assert omar.refused("POST", f"/shops/{shop}/payouts", {**DRAW, "amount_minor": 99}) == (400, "payout_too_small")
    too_much = {**DRAW, "amount_minor": EARNED + 1}
    assert omar.refused("POST", f"/shops/{shop}/payouts", too_much) == (409, "insufficient_funds")
    assert omar.ok("GET", f"/shops/{shop}/balances")["available_minor"] == EARNED


def test_a_limited_shop_keeps_its_money_where_it_is(db: Database, counter: House, cast: Cast, shop: str) -> None:
    omar = counter.member(cast.omar)
    limits = {"shop_id": int(shop), "by_id": cast.lena, "reason": "looked at"}
    db.write_sync(limit_shop, **limits, limits=["withdrawal"])
    assert omar.refused("POST", f"/shops/{shop}/payouts", DRAW) == (409, "payouts_stopped")
    db.write_sync(limit_shop, **limits, limits=[])
    omar.ok("POST", f"/shops/{shop}/payouts", DRAW)


@pytest.mark.parametrize(("role", "may"), [("finance", True), ("manager", False), ("service", False)])
def test_only_those_who_keep_the_money_reach_it(
    db: Database, counter: House, cast: Cast, shop: str, role: str, may: bool
) -> None:
    db.write_sync(set_staff, shop_id=int(shop), by_id=cast.omar, account_id=cast.bo, role=role)
    bo = counter.member(cast.bo)
    for path in ("balances", "settlement-lines", "statement", "payouts"):
        if may:
            bo.ok("GET", f"/shops/{shop}/{path}")
        else:
            assert bo.refused("GET", f"/shops/{shop}/{path}") == (403, "forbidden")
    if may:
        bo.ok("POST", f"/shops/{shop}/payouts", DRAW)
    else:
        assert bo.refused("POST", f"/shops/{shop}/payouts", DRAW) == (403, "forbidden")
    assert counter.member(cast.lan).refused("POST", f"/shops/{shop}/payouts", DRAW) == (404, "not_found")
