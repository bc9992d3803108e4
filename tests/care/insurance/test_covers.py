"""Covers begin, are paid for, end, and pay."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.care.insurance.accounts import premium_owed
from miaohui.care.insurance.actions.check_claim import ClaimNotOpen, check_claim, decide_claim
from miaohui.care.insurance.actions.collect_premiums import collect_premium
from miaohui.care.insurance.actions.file_claim import file_claim
from miaohui.care.insurance.actions.pay_claim import pay_claim
from miaohui.care.insurance.events import ClaimApproved, ClaimDenied, ClaimPaid, CoverIssued
from miaohui.care.insurance.handlers import end_cover_of_closed, end_needless_cover
from miaohui.care.insurance.queries import loss_ratios, returns_of
from miaohui.care.insurance.tables import freight_claim, freight_policy, insurance_move
from miaohui.commerce.orders.events import LineRefunded, OrderClosed, OrderPaid
from miaohui.commerce.orders.tables import order_line
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Forbidden
from miaohui.money.ledger import accounts
from tests.at_once import at_once
from tests.care.insurance.conftest import Counter
from tests.cast import Cast
from tests.commerce.market import make_operator
from tests.commerce.sold import Sold
from tests.emitted import emitted

PREMIUM, COVER = 48, 800


def paid(counter: Counter, sold: Sold) -> None:
    """Say that the order is paid for, as commerce.orders does."""
    event = OrderPaid(order_id=sold.order_id, trade_id=1, shop_id=sold.shop_id, buyer_id=counter.cast.lan)
    counter.db.write_sync(lambda tx: tx.emit(event))
    counter.settle()


def refund_all(counter: Counter, sold: Sold) -> None:
    """Refund every unit, and say so."""

    def refund(tx: Tx) -> None:
        mine = sa.update(order_line).where(order_line.c.order_id == sold.order_id)
        tx.execute(mine.values(refunded_quantity=order_line.c.quantity))

    counter.db.write_sync(refund)
    told = {"order_line_id": sold.line_ids[0], "order_id": sold.order_id, "shop_id": sold.shop_id}
    event = LineRefunded(**told, buyer_id=counter.cast.lan, quantity=1, paid_minor=1000, ref="aftersale:1")
    for _ in range(2):
        counter.db.write_sync(end_needless_cover, event)


def moves(db: Database, what: str) -> list[str]:
    def read(tx: Tx) -> list[str]:
        of_kind = sa.select(insurance_move.c.to_state).where(insurance_move.c.what == what)
        return tx.scalars(of_kind.order_by(insurance_move.c.id))

    return db.read_sync(read)


def test_a_return_pays_the_buyer_without_anybody_asking(counter: Counter):
    counter.earn(500)
    sold = counter.sell()
    paid(counter, sold)
    assert (counter.policy(sold).state, counter.policy(sold).premium_minor) == ("quoted", PREMIUM)

    counter.ship(sold)
    counter.settle()
    assert counter.policy(sold).state == "issued"
    assert (counter.shop_money(), counter.money(accounts.insurance_pool())) == (500 - PREMIUM, PREMIUM)
    assert [event.order_id for event in emitted(counter.db, CoverIssued)] == [sold.order_id]

    counter.travel(counter.send_back(sold))
    counter.settle()

    claim = counter.claim(sold)
    assert claim is not None
    assert (claim.state, claim.amount_minor, claim.attempts) == ("paid", COVER, 1)
    assert counter.policy(sold).state == "claimed"
    assert counter.money(accounts.wallet(counter.cast.lan)) == COVER
    assert counter.money(accounts.claims_payable(counter.cast.lan)) == 0
    assert counter.money(accounts.insurance_pool()) == PREMIUM - COVER
    assert moves(counter.db, "policy") == ["quoted", "issued", "claimed"]
    assert moves(counter.db, "claim") == ["filed", "checking", "approved", "paying", "paid"]
    assert len(emitted(counter.db, ClaimApproved)) == len(emitted(counter.db, ClaimPaid)) == 1
    assert counter.promises_hold()


def test_the_sandbox_carrier_brings_a_claim_about_by_itself(counter: Counter):
    sold = counter.sell()
    counter.ship(sold, carrier="sandbox", waybill=None)
    counter.settle()
    counter.clock.advance(timedelta(days=2))
    counter.settle()
    counter.send_back(sold, carrier="sandbox", waybill=None)
    counter.clock.advance(timedelta(days=2))
    counter.settle()

    assert counter.money(accounts.wallet(counter.cast.lan)) == COVER
    assert counter.promises_hold()


def test_what_is_sold_without_insurance_has_none(counter: Counter):
    sold = counter.sell(insured=False)
    paid(counter, sold)
    counter.ship(sold)
    counter.travel(counter.send_back(sold))
    counter.settle()

    def rows(tx: Tx) -> int:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(freight_policy)))

    assert counter.db.read_sync(rows) == 0
    assert counter.money(accounts.wallet(counter.cast.lan)) == 0
    # But it is counted: premiums are reckoned from all orders.
    assert counter.db.read_sync(returns_of, category_id=counter.stall.category_id).returned == 1
    assert counter.promises_hold()


def test_several_parcels_have_one_cover_and_one_premium(counter: Counter):
    counter.earn(500)
    sold = counter.sell(quantities=[2, 1])
    counter.ship(sold, lines=[(sold.line_ids[0], 1)])
    counter.ship(sold)
    counter.settle()

    assert counter.shop_money() == 500 - PREMIUM
    assert counter.db.read_sync(returns_of, category_id=counter.stall.category_id).sent == 1
    assert counter.promises_hold()


@pytest.mark.parametrize("earned", [0, 20])
def test_a_shop_that_cannot_pay_yet_owes_and_the_buyer_is_covered_all_the_same(counter: Counter, earned: int):
    if earned:
        counter.earn(earned)
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()

    owed = premium_owed(counter.stall.shop_id)
    assert (counter.policy(sold).state, counter.policy(sold).premium_due_minor) == ("issued", PREMIUM - earned)
    assert (counter.shop_money(), counter.money(owed)) == (0, PREMIUM - earned)
    assert counter.money(accounts.insurance_pool()) == PREMIUM
    assert counter.promises_hold()

    counter.sweep()
    assert counter.money(owed) == PREMIUM - earned
    counter.earn(100)
    at_once([lambda: counter.db.write_sync(collect_premium, policy_id=counter.policy(sold).id)] * 4)
    counter.sweep()
    assert (counter.money(owed), counter.shop_money()) == (0, 100 - PREMIUM + earned)
    assert counter.policy(sold).premium_due_minor == 0
    assert counter.promises_hold()


def test_a_refund_before_shipping_needs_no_cover(counter: Counter):
    counter.earn(500)
    sold = counter.sell()
    paid(counter, sold)
    refund_all(counter, sold)

    assert counter.policy(sold).state == "cancelled"
    assert counter.shop_money() == 500
    assert counter.promises_hold()


@pytest.mark.parametrize("earned", [500, 20, 0])
def test_a_refund_before_the_carrier_came_brings_the_premium_back(counter: Counter, earned: int):
    if earned:
        counter.earn(earned)
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    refund_all(counter, sold)

    assert counter.policy(sold).state == "cancelled"
    assert counter.shop_money() == earned
    assert counter.money(premium_owed(counter.stall.shop_id)) == 0
    assert counter.money(accounts.insurance_pool()) == 0
    assert counter.promises_hold()


def test_a_refund_of_what_is_on_its_way_keeps_the_cover(counter: Counter):
    sold = counter.sell()
    counter.travel(counter.ship(sold))
    counter.settle()
    refund_all(counter, sold)

    assert counter.policy(sold).state == "issued"


def test_a_closed_order_forgets_its_quote(counter: Counter):
    sold = counter.sell()
    paid(counter, sold)
    refund_all(counter, sold)
    closed = {"trade_id": 1, "shop_id": sold.shop_id, "buyer_id": counter.cast.lan, "reason": "refunded"}
    counter.db.write_sync(end_cover_of_closed, OrderClosed(order_id=sold.order_id, **closed))

    assert moves(counter.db, "policy") == ["quoted", "cancelled"]


def test_two_returns_of_one_order_signed_for_at_once_are_one_claim(counter: Counter):
    for turn in range(1, 6):
        sold = counter.sell(quantities=[2])
        counter.ship(sold)
        counter.settle()
        backs = [counter.send_back(sold, case_id=case) for case in (88, 89)]
        for back in backs:
            counter.travel(back)

        answers = at_once([lambda one=one: counter.db.write_sync(file_claim, parcel_id=one.id) for one in backs] * 4)
        counter.settle()

        assert {getattr(answer, "policy_id", answer) for answer in answers} == {counter.policy(sold).id}
        assert counter.money(accounts.wallet(counter.cast.lan)) == COVER * turn
    assert counter.promises_hold()


def test_paying_at_once_pays_once(counter: Counter):
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    counter.travel(counter.send_back(sold))
    counter.settle()
    claim = counter.claim(sold)
    assert claim is not None

    def back_to_paying(tx: Tx) -> None:
        tx.execute(sa.update(freight_claim).values(state="paying", paid_at=None))

    counter.db.write_sync(back_to_paying)
    at_once([lambda: counter.db.write_sync(pay_claim, claim_id=claim.id)] * 6)

    # Even who tampers with the state does not make the ledger pay the same claim again.
    assert counter.money(accounts.wallet(counter.cast.lan)) == COVER


def test_a_payment_that_fails_stays_granted_and_is_tried_again(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    def ceiling(*_: Any, **__: Any) -> None:
        raise RuntimeError("today's payout ceiling is reached")

    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    with monkeypatch.context() as broken:
        broken.setattr("miaohui.care.insurance.actions.pay_claim.pay_wallet", ceiling)
        counter.travel(counter.send_back(sold))
        counter.settle()
        claim = counter.claim(sold)
        assert claim is not None
        assert (claim.state, claim.attempts) == ("pay_failed", 1)
        assert "ceiling" in (claim.reason or "")
        assert counter.money(accounts.claims_payable(counter.cast.lan)) == COVER
        assert counter.promises_hold()

    counter.clock.advance(timedelta(hours=1))
    counter.sweep()

    claim = counter.claim(sold)
    assert claim is not None
    assert (claim.state, claim.attempts, claim.reason) == ("paid", 2, None)
    assert counter.money(accounts.wallet(counter.cast.lan)) == COVER
    assert moves(counter.db, "claim")[-4:] == ["paying", "pay_failed", "paying", "paid"]
    assert counter.promises_hold()


def test_a_cover_ends_with_its_term_but_waits_for_what_is_on_its_way(counter: Counter):
    early, late, idle = (counter.sell() for _ in range(3))
    for sold in (early, late, idle):
        counter.ship(sold)
    counter.settle()
    counter.clock.advance(timedelta(days=59))
    in_term = counter.send_back(early)
    counter.clock.advance(timedelta(days=2))
    counter.sweep()
    assert [counter.policy(sold).state for sold in (early, late, idle)] == ["issued", "expired", "expired"]

    counter.travel(in_term)
    counter.travel(counter.send_back(late))
    counter.settle()

    assert counter.claim(late) is None
    assert counter.claim(early) is not None
    assert counter.money(accounts.wallet(counter.cast.lan)) == COVER
    assert counter.promises_hold()


def test_a_return_that_was_sent_after_the_term_is_denied(counter: Counter):
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    counter.clock.advance(timedelta(days=61))
    counter.travel(counter.send_back(sold))
    counter.settle()

    [denied] = emitted(counter.db, ClaimDenied)
    assert denied.reason == "sent_after_term"
    assert counter.money(accounts.wallet(counter.cast.lan)) == 0
    assert counter.promises_hold()


@pytest.mark.parametrize("approve", [True, False])
def test_what_looks_odd_is_left_to_a_person(counter: Counter, cast: Cast, approve: bool):
    sold = counter.sell()
    counter.ship(sold)
    counter.settle()
    counter.travel(counter.send_back(sold), start="广州市")
    counter.settle()
    claim = counter.claim(sold)
    assert claim is not None
    assert (claim.state, claim.reason) == ("checking", "address_implausible")
    counter.sweep()
    decision = {"claim_id": claim.id, "approve": approve, "reason": "called the buyer"}
    with pytest.raises(Forbidden):
        counter.db.write_sync(decide_claim, by_id=cast.mei, **decision)

    operator = make_operator(counter.db, cast.ines)
    counter.db.write_sync(decide_claim, by_id=operator, **decision)
    with pytest.raises(ClaimNotOpen):
        counter.db.write_sync(decide_claim, by_id=operator, **decision)
    counter.db.write_sync(check_claim, claim_id=claim.id)
    counter.settle()

    assert counter.money(accounts.wallet(cast.lan)) == (COVER if approve else 0)
    assert counter.promises_hold()


def test_the_worst_shop_stands_first(counter: Counter):
    counter.earn(5000)
    for turn in range(4):
        sold = counter.sell()
        counter.ship(sold)
        counter.settle()
        if turn == 0:
            counter.travel(counter.send_back(sold))
            counter.settle()
    cancelled = counter.sell()
    counter.ship(cancelled)
    counter.settle()
    refund_all(counter, cancelled)

    [figures] = counter.db.read_sync(loss_ratios, shop_id=counter.stall.shop_id)
    assert (figures.policies, figures.claims, figures.claims_minor) == (4, 1, COVER)
    # The first return has made the next covers dearer.
    assert figures.premium_minor > 4 * PREMIUM
    assert figures.loss_ratio_bp == COVER * 10_000 // figures.premium_minor
    assert counter.db.read_sync(loss_ratios, shop_id=4711) == []
    assert counter.promises_hold()
