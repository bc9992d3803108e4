"""What happens when somebody says nothing."""

from datetime import timedelta

from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.act_on_deadline import act_on_deadline
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.finish_refund import finish_refund, note_stuck_refund
from miaohui.care.aftersales.actions.offer import offer
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.reship import reship
from miaohui.care.aftersales.queries import Case
from miaohui.commerce.inventory.queries import available
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.kit.clock import to_ms
from miaohui.money.payments.actions.record_refund import begin_refund_attempt, record_refund_stuck, retry_refund
from tests.care.counter import PRICE, Counter


def on_the_way_back(counter: Counter, kind: str = "return_refund") -> Case:
    """A case whose goods Bo has handed to the carrier."""
    found = counter.apply(counter.deliver(), kind)
    counter.as_shop(agree, found)
    return counter.as_buyer(post_return_waybill, found, carrier="sandbox")


def sent_again(counter: Counter) -> Case:
    """An exchange that has left the shop."""
    found = on_the_way_back(counter, "exchange")
    counter.as_shop(accept_return, found, resaleable=False)
    return counter.as_shop(reship, found, carrier="sandbox")


def test_a_silent_shop_agrees_after_48_hours(counter: Counter):
    found = counter.apply(counter.sell())
    counter.wait(hours=47, minutes=59)
    assert counter.case(found.id).state == "applied"
    counter.wait(minutes=1)
    assert counter.states(found) == ["applied by buyer", "refunding by clock", "refunded by provider"]
    assert counter.broken_promises() == []


def test_a_silent_shop_that_has_sent_the_goods_meanwhile_does_not_pay_for_them(counter: Counter):
    line = counter.sell()
    found = counter.apply(line, reason="changed_mind")
    counter.send(line)
    counter.wait(hours=48)

    assert counter.states(found)[-1] == "rejected by clock"
    assert counter.refund(found) is None


def test_a_declined_offer_gives_the_shop_its_time_anew(counter: Counter):
    found = counter.apply(counter.deliver())
    counter.wait(hours=40)
    counter.as_shop(offer, found, amount_minor=100)
    counter.wait(hours=40)
    counter.as_buyer(decline_offer, found)
    counter.wait(hours=47)
    assert counter.case(found.id).state == "applied"
    counter.wait(hours=1)
    assert counter.case(found.id).agreed_minor == PRICE


def test_offers_returns_and_refusals_that_the_buyer_lets_pass_are_closed(counter: Counter):
    offered = counter.apply(counter.deliver())
    counter.as_shop(offer, offered, amount_minor=100)
    agreed = counter.apply(counter.deliver(), "return_refund")
    counter.as_shop(agree, agreed)
    refused = counter.apply(counter.deliver())
    counter.as_shop(refuse, refused, words="不是我们的问题")

    counter.wait(hours=72)
    assert [counter.case(one.id).state for one in (offered, agreed, refused)] == ["closed", "wait_return", "rejected"]
    counter.wait(days=4)
    assert [counter.case(one.id).state for one in (offered, agreed, refused)] == ["closed", "closed", "closed"]
    assert all(counter.refund(one) is None for one in (offered, agreed, refused))
    assert counter.broken_promises() == []


def test_a_shop_that_does_not_look_at_what_came_back_pays(counter: Counter):
    found = on_the_way_back(counter)
    counter.wait(days=3)
    counter.returned(found)
    counter.wait(days=9, hours=23)
    assert counter.case(found.id).state == "return_shipped"
    counter.wait(hours=1)

    assert counter.states(found)[-2:] == ["platform_refunding by clock", "refunded by provider"]
    assert counter.broken_promises() == []


def test_a_parcel_that_never_came_is_not_paid_for_by_silence(counter: Counter):
    found = on_the_way_back(counter)
    counter.clock.advance(timedelta(days=30))
    counter.db.write_sync(act_on_deadline, **timer_of(counter, found))

    assert counter.case(found.id).state == "rejected"
    assert counter.refund(found) is None


def test_an_exchange_that_is_never_sent_becomes_money(counter: Counter):
    found = on_the_way_back(counter, "exchange")
    counter.as_shop(accept_return, found, resaleable=True)
    counter.wait(days=7)

    ended = counter.case(found.id)
    assert (ended.state, ended.agreed_minor) == ("refunded", PRICE)
    assert counter.db.read_sync(available, variant_ids=[counter.variant])[counter.variant] == 50
    assert counter.broken_promises() == []


def test_an_exchange_that_has_come_is_done_after_a_week(counter: Counter):
    found = sent_again(counter)
    counter.sign(counter.parcels(found, "out")[0])
    counter.wait(days=7)
    assert counter.case(found.id).state == "done"
    assert counter.broken_promises() == []


def test_an_exchange_that_never_comes_becomes_money(counter: Counter):
    found = sent_again(counter)
    counter.clock.advance(timedelta(days=30))
    counter.db.write_sync(act_on_deadline, **timer_of(counter, found))
    assert counter.case(found.id).state == "platform_refunding"


def test_a_timer_in_another_state_or_at_another_time_does_nothing(counter: Counter):
    found = counter.apply(counter.deliver(), "return_refund")
    early = timer_of(counter, found)
    counter.as_shop(offer, found, amount_minor=100)
    assert not counter.db.write_sync(act_on_deadline, **early)
    counter.clock.advance(timedelta(hours=1))
    counter.as_buyer(decline_offer, found)

    assert not counter.db.write_sync(act_on_deadline, **early)
    assert counter.states(found)[-1] == "applied by buyer"


def test_a_stuck_refund_waits_for_a_person_and_then_ends(counter: Counter):
    found = counter.apply(counter.sell())
    paying = counter.as_shop(agree, found)
    counter.db.write_sync(begin_refund_attempt, refund_id=paying.refund_id)
    counter.db.write_sync(record_refund_stuck, refund_id=paying.refund_id, failure="account closed")
    counter.dispatch()
    assert counter.case(found.id).state == "refund_abnormal"
    assert not counter.db.write_sync(note_stuck_refund, aftersale_id=found.id)

    counter.db.write_sync(retry_refund, refund_id=paying.refund_id, by_id=counter.operator)
    counter.settle_down()
    assert counter.case(found.id).state == "refunded"
    assert not counter.db.write_sync(finish_refund, aftersale_id=found.id)
    assert counter.broken_promises() == []


def timer_of(counter: Counter, found: Case) -> dict[str, object]:
    """What the newest timer of a case says."""
    now = counter.case(found.id)
    assert now.deadline_at is not None
    return {"aftersale_id": now.id, "state": now.state, "deadline_ms": to_ms(now.deadline_at)}


def test_a_case_about_an_order_that_was_cancelled_meanwhile_is_closed(counter: Counter):
    line = counter.sell(2)
    found = counter.apply(line, quantity=2)
    counter.db.write_sync(cancel_order, order_id=line.order_id, buyer_id=counter.buyer)
    counter.wait(hours=48)

    assert counter.states(found) == ["applied by buyer", "closed by clock"]
    assert counter.refund(found) is None
    assert counter.line(line.id).refunded_minor == line.payable_minor
    assert counter.broken_promises() == []
