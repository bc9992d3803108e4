"""Omar's stall sells soup; every fen of it has a place."""

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import InsufficientFunds, LedgerRefReused, Leg, post_entry
from miaohui.money.ledger.queries import balance_of, balances_like
from miaohui.money.ledger.tables import ledger_entry, ledger_posting
from tests.at_once import at_once

SOUP, TEA = accounts.escrow(7301), accounts.escrow(7302)
PROVIDER = accounts.psp("sandbox")
STALL = accounts.shop_available(12)


def pay(db: Database, ref: str = "1", *, into: str = SOUP, amount: int = 1800):
    return db.write_sync(post_entry, kind="payment", ref=ref, currency="CNY", legs=[Leg(PROVIDER, into, amount)])


def balance(db: Database, code: str) -> int:
    return db.read_sync(balance_of, code=code, currency="CNY")


def test_a_payment_stands_on_both_sides(db: Database):
    posted = pay(db)

    assert posted.is_new
    assert balance(db, SOUP) == balance(db, PROVIDER) == 1800
    assert balance(db, TEA) == 0
    assert db.read_sync(balance_of, code=SOUP, currency="JPY") == 0
    pay(db, "2", into=TEA, amount=900)
    assert db.read_sync(balances_like, prefix="escrow:", currency="CNY") == {SOUP: 1800, TEA: 900}
    assert balance(db, PROVIDER) == 2700


def test_said_twice_is_posted_once(db: Database):
    first, again = pay(db), pay(db)

    assert (first.entry_id, again.is_new) == (again.entry_id, False)
    assert balance(db, SOUP) == 1800
    for legs, currency in (
        ([Leg(PROVIDER, SOUP, 1900)], "CNY"),
        ([Leg(PROVIDER, TEA, 1800)], "CNY"),
        ([Leg(PROVIDER, SOUP, 1800)], "JPY"),
        ([Leg(PROVIDER, SOUP, 1800), Leg(PROVIDER, TEA, 1)], "CNY"),
    ):
        with pytest.raises(LedgerRefReused):
            db.write_sync(post_entry, kind="payment", ref="1", currency=currency, legs=legs)
    assert balance(db, PROVIDER) == 1800


def test_no_guarded_account_goes_below_zero(db: Database):
    pay(db)
    with pytest.raises(InsufficientFunds) as refused:
        db.write_sync(
            post_entry,
            kind="settlement",
            ref="1",
            currency="CNY",
            legs=[Leg(SOUP, STALL, 1700), Leg(SOUP, accounts.tech_fee(), 101)],
        )
    assert refused.value.data == {"account": SOUP}
    assert (balance(db, SOUP), balance(db, STALL), balance(db, accounts.tech_fee())) == (1800, 0, 0)
    with pytest.raises(InsufficientFunds):
        db.write_sync(
            post_entry,
            kind="write_off",
            ref="1",
            currency="CNY",
            legs=[Leg(accounts.advance_loss(), accounts.receivable(12), 1)],
        )


def test_money_may_pass_through_an_empty_account(db: Database):
    """Only what is left counts: the entry as a whole is one moment."""
    legs = [Leg(SOUP, STALL, 500), Leg(PROVIDER, SOUP, 500)]
    db.write_sync(post_entry, kind="payment", ref="1", currency="CNY", legs=legs)
    assert (balance(db, SOUP), balance(db, STALL)) == (0, 500)


def test_legs_of_nothing_are_left_out(db: Database):
    posted = db.write_sync(post_entry, kind="payment", ref="1", currency="CNY", legs=[Leg(PROVIDER, SOUP, 0)])
    assert (posted.entry_id, posted.is_new) == (None, False)
    assert db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(ledger_entry))) == 0


@pytest.mark.parametrize(
    ("leg", "fault"),
    [(Leg(PROVIDER, SOUP, -1), ValueError), (Leg(SOUP, SOUP, 1), ValueError), (Leg("purse:1", SOUP, 1), LookupError)],
)
def test_what_is_no_leg_is_a_fault(db: Database, leg: Leg, fault: type[Exception]):
    with pytest.raises(fault):
        db.write_sync(post_entry, kind="payment", ref="1", currency="CNY", legs=[leg])


@pytest.mark.parametrize("table", [ledger_entry, ledger_posting])
def test_what_is_posted_stays(db: Database, table: sa.Table):
    pay(db)
    column = "memo" if table is ledger_entry else "amount_minor"
    for change in (sa.update(table).values({column: 5}), sa.delete(table)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.write_sync(lambda tx, change=change: tx.execute(change))


def test_entries_that_cross_leave_exact_balances(db: Database):
    """Opposite ways between the same accounts: whoever locked in the order of the legs would wait in a ring."""
    for code in (SOUP, TEA, STALL):
        pay(db, code, into=code, amount=100)
    ring = [SOUP, TEA, STALL]

    def move(n: int):
        here, there = ring[n % 3], ring[(n + 1 + n % 2) % 3]
        legs = [Leg(here, there, 1), Leg(there, ring[(n + 2 - n % 2) % 3], 1)]
        return lambda: db.write_sync(post_entry, kind="move", ref=str(n), currency="CNY", legs=legs)

    answers = at_once([move(n) for n in range(24)])

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert db.stats.retries == 0
    assert sum(balance(db, code) for code in ring) == 300


def test_the_last_fen_is_taken_once(db: Database):
    pay(db, amount=1)
    calls = [
        lambda n=n: db.write_sync(post_entry, kind="move", ref=str(n), currency="CNY", legs=[Leg(SOUP, STALL, 1)])
        for n in range(8)
    ]
    answers = at_once(calls)
    assert sorted(type(answer).__name__ for answer in answers) == ["InsufficientFunds"] * 7 + ["Posted"]
    assert (balance(db, SOUP), balance(db, STALL)) == (0, 1)


def test_the_same_entry_at_once_is_one(db: Database):
    answers = at_once([lambda: pay(db)] * 6)
    assert len({answer.entry_id for answer in answers}) == 1
    assert sum(answer.is_new for answer in answers) == 1
    assert balance(db, SOUP) == 1800
