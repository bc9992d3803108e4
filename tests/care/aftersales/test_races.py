"""Two at the same moment: one wins, the other is told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from miaohui.care.aftersales.actions.accept_offer import accept_offer
from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.act_on_deadline import act_on_deadline
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.apply_aftersale import CaseOpen, apply_aftersale
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.judge import judge
from miaohui.care.aftersales.actions.offer import offer
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import refuse_return
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.care.aftersales.actions.withdraw_dispute import withdraw_dispute
from miaohui.care.aftersales.moves import CaseMoved
from miaohui.care.aftersales.queries import Case, cases_of_line
from miaohui.care.compensation.actions.recover_advances import recover_advances
from miaohui.care.compensation.actions.write_off_advance import write_off_advance
from miaohui.care.compensation.queries import advance_of_case
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.kit.clock import to_ms
from miaohui.kit.errors import Refusal
from miaohui.money.ledger import accounts
from miaohui.money.settlement.actions.settle_line import settle_line
from tests.at_once import at_once
from tests.care.compensation.test_advances import bring, take_away
from tests.care.counter import PRICE, Counter


def winner(results: list[Any]) -> int:
    """Return which call won; all others must have been told that the case has gone on."""
    won = [index for index, result in enumerate(results) if not isinstance(result, Exception)]
    assert len(won) == 1, results
    assert all(isinstance(result, CaseMoved) for index, result in enumerate(results) if index not in won), results
    return won[0]


def test_twelve_applications_make_one_case(counter: Counter):
    line = counter.deliver()
    wish = {"kind": "refund_only", "quantity": 1, "amount_minor": None, "reason": "faulty"}
    call = partial(
        counter.db.write_sync,
        apply_aftersale,
        order_id=line.order_id,
        order_line_id=line.id,
        buyer_id=counter.buyer,
        **wish,
    )
    results = at_once([call] * 12)

    assert sum(isinstance(result, Case) for result in results) == 1
    assert sum(isinstance(result, CaseOpen) for result in results) == 11
    assert len(counter.db.read_sync(cases_of_line, order_line_id=line.id)) == 1
    assert counter.broken_promises() == []


@pytest.mark.parametrize("rounds", range(3))
def test_agreement_and_withdrawal(counter: Counter, rounds: int):
    found = counter.apply(counter.sell())
    won = winner(at_once([partial(counter.as_shop, agree, found), partial(counter.as_buyer, withdraw, found)]))
    counter.settle_down()
    assert counter.case(found.id).state == ("refunded", "cancelled")[won]
    assert (counter.refund(found) is None) == (won == 1)
    assert counter.broken_promises() == []


def test_agreement_and_refusal_and_offer_and_silence(counter: Counter):
    found = counter.apply(counter.deliver())
    assert found.deadline_at is not None
    counter.clock.advance(found.deadline_at - counter.clock.now())
    silence = partial(
        counter.db.write_sync,
        act_on_deadline,
        aftersale_id=found.id,
        state="applied",
        deadline_ms=to_ms(found.deadline_at),
    )
    calls: list[Callable[[], Any]] = [
        partial(counter.as_shop, agree, found),
        partial(counter.as_shop, refuse, found, words="不"),
        partial(counter.as_shop, offer, found, amount_minor=5),
        silence,
    ]
    results = at_once(calls)
    moved = [one for one in results if one is not False and not isinstance(one, CaseMoved)]
    assert len(moved) == 1, results
    assert len(counter.states(found)) == 2
    assert counter.broken_promises() == []


def test_twelve_agreements_pay_once(counter: Counter):
    found = counter.apply(counter.sell())
    winner(at_once([partial(counter.as_shop, agree, found)] * 12))
    counter.settle_down()
    assert counter.line(found.order_line_id).refunded_minor == PRICE
    assert counter.broken_promises() == []


def test_acceptance_and_decline_of_an_offer(counter: Counter):
    found = counter.apply(counter.deliver())
    counter.as_shop(offer, found, amount_minor=100)
    won = winner(
        at_once([partial(counter.as_buyer, accept_offer, found), partial(counter.as_buyer, decline_offer, found)])
    )
    assert counter.case(found.id).state == ("refunding", "applied")[won]
    assert counter.broken_promises() == []


def test_goods_are_accepted_or_refused(counter: Counter):
    found = counter.apply(counter.deliver(), "return_refund")
    counter.as_shop(agree, found)
    counter.as_buyer(post_return_waybill, found, carrier="sandbox")
    won = winner(
        at_once(
            [
                partial(counter.as_shop, accept_return, found, resaleable=True),
                partial(counter.as_shop, refuse_return, found, words="空箱"),
            ]
        )
    )
    assert counter.case(found.id).state == ("refunding", "rejected")[won]
    assert counter.broken_promises() == []


def test_a_judgement_and_a_change_of_heart(counter: Counter):
    found = counter.as_shop(refuse, counter.apply(counter.deliver()), words="不")
    about = counter.as_buyer(open_dispute, found, words="坏了")
    won = winner(
        at_once(
            [
                partial(counter.as_operator, judge, about, verdict="buyer", words="x"),
                partial(counter.as_buyer, withdraw_dispute, found),
            ]
        )
    )
    assert counter.case(found.id).state == ("disputed", "closed")[won]
    assert counter.broken_promises() == []


@pytest.mark.parametrize("rounds", range(3))
def test_refund_and_shipping_of_the_same_pieces(counter: Counter, rounds: int):
    """Both may be done, by the shop's own hand, but never more than there is."""
    line = counter.sell()
    found = counter.apply(line)
    ship = partial(
        counter.db.write_sync,
        ship_parcel,
        order_id=line.order_id,
        lines=[(line.id, 1)],
        carrier="sandbox",
        waybill=None,
        by_id=counter.seller,
    )
    agreed, shipped = at_once([partial(counter.as_shop, agree, found), ship])
    assert isinstance(agreed, Case), agreed
    now = counter.line(line.id)
    if isinstance(shipped, Refusal):
        assert (now.shipped, now.cancelled) == (0, 1)
    else:
        assert (now.shipped, now.cancelled) == (1, 0)
    counter.settle_down()
    assert now.refunded_minor == PRICE
    assert counter.broken_promises() == []


def test_refund_and_cancellation_pay_once(counter: Counter):
    line = counter.sell(2)
    found = counter.apply(line, quantity=2)
    at_once(
        [
            partial(counter.as_shop, agree, found),
            partial(counter.db.write_sync, cancel_order, order_id=line.order_id, buyer_id=counter.buyer),
        ]
    )
    counter.wait(days=3)
    assert counter.line(line.id).refunded_minor == 2 * PRICE
    assert not counter.case(found.id).is_open
    assert counter.broken_promises() == []


def test_settlement_and_a_case(counter: Counter):
    """Whichever comes first, the money of the line is in one place."""
    line = counter.deliver()
    order = counter.order(line.order_id)
    assert order.receive_by is not None
    counter.wait(seconds=(order.receive_by - counter.clock.now()).total_seconds() + 1)
    held = counter.apply(line)
    at_once(
        [
            partial(counter.db.write_sync, settle_line, order_line_id=line.id),
            partial(counter.as_shop, agree, held),
        ]
    )
    counter.settle_down()
    assert counter.case(held.id).state == "refunded"
    assert counter.broken_promises() == []


def test_recovery_and_write_off(counter: Counter):
    line = counter.settled()
    for code in (accounts.shop_available(counter.shop_id), accounts.deposit(counter.shop_id)):
        take_away(counter, code)
    found = counter.as_shop(agree, counter.apply(line))
    owed = counter.db.read_sync(advance_of_case, aftersale_id=found.id)
    assert owed is not None
    bring(counter, accounts.shop_available(counter.shop_id), 1_000)
    recover = partial(counter.db.write_sync, recover_advances, shop_id=counter.shop_id, currency="CNY")
    give_up = partial(counter.db.write_sync, write_off_advance, advance_id=owed.id, by_id=counter.operator)
    results = at_once([recover, give_up, recover])
    assert not [one for one in results if isinstance(one, Exception)]
    assert counter.owed_by_shop() == 0
    assert counter.broken_promises() == []
