"""Lan looks at what she has earned, and draws it."""

from itertools import pairwise

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.money.ledger import accounts
from miaohui.money.ledger.statements import read_statement
from miaohui.money.settlement.actions.open_lines import Hop
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.answers import read_settlement_lines, read_shop_balances
from miaohui.money.settlement.routes import route_handlers
from tests.cast import Cast
from tests.house import House
from tests.money.settlement.stall import SHOP, STALL, Stall

DRAW = {"account": "promoter", "amount_minor": 700, "bank_account": "6222 0212 3344"}


@pytest.fixture
def bank_counter(db: Database, clock: ManualClock):
    with House(db=db, clock=clock, routes=route_handlers) as house:
        yield house


@pytest.fixture
def stall(db: Database, cast: Cast) -> Stall:
    """Lan recommends two things; one comes back in part."""
    stall = Stall(db)
    for line_id in (1, 2):
        stall.sell(line_id, hops=[Hop(accounts.promoter(cast.lan), 800)])
        stall.settle(line_id)
    stall.refund(2, paid=5_000)
    return stall


def test_one_sees_ones_own_money(bank_counter: House, cast: Cast, stall: Stall):
    lan, bo = bank_counter.member(cast.lan), bank_counter.member(cast.bo)
    promoter, wallet = lan.ok("GET", "/me/balances")["items"]
    assert promoter == {
        "account": "promoter",
        "currency": "CNY",
        "available_minor": 1_200,
        "withdrawing_minor": 0,
        "owed_minor": 0,
    }
    assert (wallet["account"], wallet["available_minor"]) == ("wallet", 0)
    assert [one["available_minor"] for one in bo.ok("GET", "/me/balances")["items"]] == [0, 0]
    assert bank_counter.stranger().refused("GET", "/me/balances") == (401, "unauthenticated")

    lines = lan.pages("/me/statement", account="promoter", limit=1)
    seen = sorted((line["kind"], line["amount_minor"]) for line in lines)
    assert seen == [("refund", -400), ("settlement", 800), ("settlement", 800)]
    assert lines[0]["balance_minor"] == 1_200
    for newer, older in pairwise(lines):
        assert newer["balance_minor"] - newer["amount_minor"] == older["balance_minor"]
    assert lines[-1]["balance_minor"] == lines[-1]["amount_minor"]
    assert bo.pages("/me/statement", account="promoter") == []


def test_what_is_drawn_twice_by_one_tap_is_drawn_once(bank_counter: House, cast: Cast, stall: Stall, db: Database):
    lan, key = bank_counter.member(cast.lan), {"Idempotency-Key": "tap-1"}
    first, again = (lan.ok("POST", "/me/payouts", DRAW, headers=key) for _ in range(2))
    assert first == again
    assert (first["state"], first["bank_account_ends"]) == ("requested", "3344")
    assert "6222" not in str(first)
    assert lan.refused("POST", "/me/payouts", DRAW | {"amount_minor": 200}, headers=key) == (
        409,
        "idempotency_key_reused",
    )
    assert lan.refused("POST", "/me/payouts", DRAW) == (409, "insufficient_funds")
    [promoter, _] = lan.ok("GET", "/me/balances")["items"]
    assert (promoter["available_minor"], promoter["withdrawing_minor"]) == (500, 700)

    Worker(db=db, blobs=None, settings=None).run_due()

    [paid] = lan.pages("/me/payouts")
    assert (paid["id"], paid["state"]) == (first["id"], "paid")
    assert bank_counter.member(cast.bo).pages("/me/payouts") == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount_minor": 99}, (400, "payout_too_small")),
        ({"amount_minor": 0}, (400, "invalid_input")),
        ({"amount_minor": 10**13}, (400, "invalid_input")),
        ({"bank_account": "x"}, (400, "invalid_input")),
        ({"account": "escrow"}, (400, "invalid_input")),
    ],
)
def test_what_cannot_be_drawn(bank_counter: House, cast: Cast, change: dict[str, object], refusal: tuple[int, str]):
    assert bank_counter.member(cast.lan).refused("POST", "/me/payouts", DRAW | change) == refusal


def test_a_shop_reads_its_books(db: Database, cast: Cast, stall: Stall):
    stall.sell(3, order_id=7302)
    db.write_sync(
        request_payout,
        account_code=STALL,
        shop_id=SHOP,
        amount_minor=1_000,
        currency="CNY",
        bank_account="6222 0212",
        requested_by=cast.mei,
    )
    stall.move(accounts.receivable(SHOP), accounts.refund_payable(), 60)

    held = db.read_sync(read_shop_balances, shop_id=SHOP, currency="CNY")
    assert (held.escrow_minor, held.withdrawing_minor, held.owed_minor) == (10_000, 1_000, 60)
    assert held.available_minor == stall[STALL] == 9_140 + 4_570 - 1_000

    first = db.read_sync(read_settlement_lines, shop_id=SHOP, state=None, cursor=None, limit=2)
    rest = db.read_sync(read_settlement_lines, shop_id=SHOP, state=None, cursor=first.cursor, limit=2)
    assert [line.order_line_id for line in first.items + rest.items] == ["3", "2", "1"]
    assert rest.cursor is None
    assert [line.commission_minor for line in first.items] == [None, 400]
    settled = db.read_sync(read_settlement_lines, shop_id=SHOP, state="settled", cursor=None, limit=9)
    assert [line.kept_minor for line in settled.items] == [5_000, 10_000]
    assert db.read_sync(read_settlement_lines, shop_id=13, state=None, cursor=None, limit=9).items == []

    statement = db.read_sync(read_statement, code=STALL, currency="CNY", cursor=None, limit=9)
    assert sum(line.amount_minor for line in statement.items) == statement.items[0].balance_minor == stall[STALL]
    assert db.read_sync(read_statement, code=STALL, currency="JPY", cursor=None, limit=9).items == []
