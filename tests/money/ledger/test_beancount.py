"""Somebody else's program finds our books in order."""

from datetime import timedelta

import pytest
from beancount import loader

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.beancount import beancount_lines
from tests.money.settlement.stall import ESCROW, STALL, Stall


def check(text: str) -> list[str]:
    return [error.message for error in loader.load_string(text)[1]]


@pytest.fixture
def books(db: Database, clock: ManualClock) -> str:
    stall = Stall(db)
    stall.sell(1, paid=9_000, platform=701)
    clock.advance(timedelta(days=1))
    stall.settle()
    stall.move(STALL, "withdrawing:shop_available:12", 7_000)
    clock.advance(timedelta(days=1))
    stall.refund(paid=9_000, platform=701)
    legs = [Leg("psp:sandbox", ESCROW, 350)]
    db.write_sync(post_entry, kind='a "quoted" \\ kind', ref="1", currency="JPY", legs=legs)
    return "\n".join(db.read_sync(beancount_lines)) + "\n"


def test_beancount_balances_our_books(books: str):
    assert check(books) == []
    assert "Liabilities:Escrow:7301  -350 JPY" in books
    assert "Liabilities:Withdrawing:Shop-Available:12  -70.00 ~ 0 CNY" in books
    assert "Assets:Receivable:Shop-Available:12" in books


def test_beancount_would_see_a_wrong_balance(books: str):
    wrong = books.replace("Liabilities:Promoter:40  0.00", "Liabilities:Promoter:40  0.01")
    assert wrong != books
    assert len(check(wrong)) == 1


def test_an_empty_ledger_is_an_empty_page(db: Database):
    assert check("\n".join(db.read_sync(beancount_lines))) == []
