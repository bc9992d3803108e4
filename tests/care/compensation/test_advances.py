"""When a shop cannot pay, the buyer does not wait for it."""

import pytest
import sqlalchemy as sa

from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.judge import judge
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.compensation.actions.recover_advances import recover_advances
from miaohui.care.compensation.actions.write_off_advance import NothingOwed, write_off_advance
from miaohui.care.compensation.queries import Advance, advance_of_case, recoveries_of
from miaohui.care.compensation.tables import advance
from miaohui.kit.errors import Forbidden
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from tests.care.counter import PRICE, Counter


def take_away(counter: Counter, code: str, amount: int | None = None) -> int:
    """Let money of the shop's leave for its bank; return how much that was."""
    taken = counter.balance(code) if amount is None else amount
    leg = Leg(code, accounts.bank(), taken)
    ref = str(new_id())
    counter.db.write_sync(post_entry, kind="taken", ref=ref, currency="CNY", legs=[leg])
    return taken


def bring(counter: Counter, code: str, amount: int) -> None:
    """Let money of the shop's arrive."""
    leg = Leg(accounts.bank(), code, amount)
    ref = str(new_id())
    counter.db.write_sync(post_entry, kind="brought", ref=ref, currency="CNY", legs=[leg])


def available(counter: Counter) -> str:
    return accounts.shop_available(counter.shop_id)


def deposit(counter: Counter) -> str:
    return accounts.deposit(counter.shop_id)


@pytest.fixture
def poor(counter: Counter) -> Advance:
    """The shop has taken everything away; the platform has refunded Bo nevertheless."""
    line = counter.settled()
    take_away(counter, available(counter))
    take_away(counter, deposit(counter))
    found = counter.apply(line)
    counter.wait(hours=48)
    assert counter.case(found.id).state == "refunded"
    return advance_for(counter, found.id)


def advance_for(counter: Counter, aftersale_id: int) -> Advance:
    found = counter.db.read_sync(advance_of_case, aftersale_id=aftersale_id)
    assert found is not None
    return found


def test_what_the_shop_lacks_is_advanced_and_no_more(counter: Counter):
    line = counter.settled()
    had = counter.shop_has()
    take_away(counter, available(counter), had - 1_000)
    take_away(counter, deposit(counter), counter.balance(deposit(counter)) - 500)
    found = counter.apply(line)
    counter.as_shop(agree, found)

    opened = advance_for(counter, found.id)
    assert (opened.state, opened.reason, opened.amount_minor) == ("approved", "shop_short", had - 1_500)
    assert (counter.shop_has(), counter.balance(deposit(counter)), counter.owed_by_shop()) == (0, 0, had - 1_500)
    assert counter.refund(found).amount_minor == PRICE
    counter.settle_down()
    assert advance_for(counter, found.id).paid_at is not None
    assert counter.broken_promises() == []


def test_a_shop_with_money_needs_no_advance(counter: Counter):
    line = counter.settled()
    found = counter.apply(line)
    counter.as_shop(agree, found)
    counter.settle_down()
    assert counter.db.read_sync(advance_of_case, aftersale_id=found.id) is None
    assert counter.shop_has() == 0
    assert counter.broken_promises() == []


def test_before_settlement_the_money_is_there(counter: Counter):
    line = counter.deliver()
    take_away(counter, deposit(counter))
    found = counter.apply(line)
    counter.as_shop(agree, found)
    assert counter.db.read_sync(advance_of_case, aftersale_id=found.id) is None
    assert counter.balance(accounts.escrow(line.order_id)) == 0


def test_a_judgement_is_paid_whatever_the_shop_has(counter: Counter):
    line = counter.settled()
    take_away(counter, available(counter))
    take_away(counter, deposit(counter))
    found = counter.as_shop(refuse, counter.apply(line), words="不")
    about = counter.as_buyer(open_dispute, found, words="坏了")
    counter.as_operator(judge, about, verdict="buyer", words="凭证清楚")
    counter.wait(days=3)

    assert counter.case(found.id).state == "refunded"
    assert advance_for(counter, found.id).reason == "dispute_judged"
    assert counter.broken_promises() == []


def test_the_next_sale_pays_it_back(counter: Counter, poor: Advance):
    assert (poor.state, poor.reason) == ("recovering", "seller_overdue")
    counter.settled()
    part = counter.db.read_sync(recoveries_of, advance_id=poor.id)
    assert [one.source for one in part] == ["unsettled"]
    assert sum(one.amount_minor for one in part) == poor.amount_minor
    assert advance_for(counter, poor.aftersale_id).state == "recovered"
    assert (counter.owed_by_shop(), counter.shop_has()) == (0, 0)
    assert counter.broken_promises() == []


def test_what_arrives_is_taken_in_order_until_nothing_is_owed(counter: Counter, poor: Advance):
    bring(counter, available(counter), 1_000)
    bring(counter, deposit(counter), 300)
    counter.db.write_sync(recover_advances, shop_id=counter.shop_id, currency="CNY", settled_minor=400)

    took = [(one.source, one.amount_minor) for one in counter.db.read_sync(recoveries_of, advance_id=poor.id)]
    assert took == [("unsettled", 400), ("available", 600), ("deposit", 300)]
    assert advance_for(counter, poor.aftersale_id).state == "part_recovered"
    assert counter.owed_by_shop() == poor.amount_minor - 1_300
    assert counter.broken_promises() == []


def test_no_more_is_taken_than_is_owed_and_asking_again_takes_nothing(counter: Counter, poor: Advance):
    bring(counter, available(counter), poor.amount_minor + 77)
    for expected in (poor.amount_minor, 0):
        taken = counter.db.write_sync(recover_advances, shop_id=counter.shop_id, currency="CNY")
        assert taken == expected
    assert counter.shop_has() == 77
    assert counter.broken_promises() == []


def test_only_a_person_gives_up_and_once(counter: Counter, poor: Advance):
    bring(counter, available(counter), 500)
    counter.db.write_sync(recover_advances, shop_id=counter.shop_id, currency="CNY")
    with pytest.raises(Forbidden):
        counter.db.write_sync(write_off_advance, advance_id=poor.id, by_id=counter.seller)

    ended = counter.db.write_sync(write_off_advance, advance_id=poor.id, by_id=counter.operator)

    rest = poor.amount_minor - 500
    assert (ended.state, ended.recovered_minor, ended.written_off_minor) == ("written_off", 500, rest)
    assert (counter.owed_by_shop(), counter.balance(accounts.advance_loss())) == (0, rest)
    with pytest.raises(NothingOwed):
        counter.db.write_sync(write_off_advance, advance_id=poor.id, by_id=counter.operator)
    bring(counter, available(counter), 900)
    assert counter.db.write_sync(recover_advances, shop_id=counter.shop_id, currency="CNY") == 0
    assert counter.broken_promises() == []


def test_the_audit_sees_an_advance_that_says_something_else(counter: Counter, poor: Advance):
    counter.db.write_sync(lambda tx: tx.execute(sa.update(advance).values(recovered_minor=1, state="part_recovered")))
    broken = " ".join(counter.broken_promises())
    assert "compensation.advances_are_accounted_for" in broken
    assert "compensation.recoveries_add_up" in broken
