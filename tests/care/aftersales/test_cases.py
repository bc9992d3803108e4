"""Money back, returns and exchanges, as stories between Bo and Mei's shop."""

import pytest

from miaohui.care.aftersales.actions.accept_offer import accept_offer
from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.apply_aftersale import CaseOpen, TooManyCases
from miaohui.care.aftersales.actions.confirm_exchange import confirm_exchange
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.offer import UnfitOffer, offer
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import refuse_return
from miaohui.care.aftersales.actions.reship import reship
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.care.aftersales.events import AftersaleMoved, AftersaleOpened
from miaohui.care.aftersales.moves import CaseMoved
from miaohui.care.aftersales.rules import UnfitApplication
from miaohui.commerce.inventory.actions.receive_stock import set_stock
from miaohui.commerce.inventory.queries import available
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.money.ledger import accounts
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.money.settlement.queries import line_by_id
from tests.care.counter import PRICE, Counter
from tests.emitted import emitted


def test_money_back_before_anything_was_sent(counter: Counter):
    line = counter.sell()
    found = counter.apply(line, reason="changed_mind")
    assert (found.state, found.asked_minor, found.was_shipped) == ("applied", line.payable_minor, False)

    agreed = counter.as_shop(agree, found)
    assert agreed.state == "refunding"
    counter.settle_down()

    assert counter.states(found) == ["applied by buyer", "refunding by shop", "refunded by provider"]
    assert counter.refund(found).state == "succeeded"
    assert counter.order(line.order_id).close_reason == "refunded"
    assert counter.balance(accounts.escrow(line.order_id)) == 0
    assert counter.db.read_sync(available, variant_ids=[counter.variant])[counter.variant] == 50
    assert [event.kind for event in emitted(counter.db, AftersaleOpened)] == ["refund_only"]
    assert [event.to_state for event in emitted(counter.db, AftersaleMoved)] == ["refunding", "refunded"]
    assert counter.broken_promises() == []


def test_a_return_from_the_parcel_to_the_shelf(counter: Counter):
    line = counter.deliver(2)
    found = counter.apply(line, "return_refund", quantity=1)
    assert counter.as_shop(agree, found).state == "wait_return"
    counter.as_buyer(post_return_waybill, found, carrier="sandbox")
    counter.returned(found)
    before = counter.db.read_sync(available, variant_ids=[counter.variant])[counter.variant]

    counter.as_shop(accept_return, found, resaleable=True)
    counter.settle_down()

    ended = counter.case(found.id)
    assert (ended.state, ended.agreed_minor, ended.is_open) == ("refunded", PRICE, False)
    assert counter.db.read_sync(available, variant_ids=[counter.variant])[counter.variant] == before + 1
    assert (counter.line(line.id).refunded_quantity, counter.line(line.id).refunded_minor) == (1, PRICE)
    assert counter.db.read_sync(line_by_id, line.id).holds == 0
    assert counter.broken_promises() == []


def test_part_of_the_money_and_the_goods_stay(counter: Counter):
    line = counter.deliver()
    found = counter.apply(line, "return_refund")
    offered = counter.as_shop(offer, found, amount_minor=2_000, kind="refund_only", words="留着吧，退您二十")
    assert (offered.state, offered.offered_minor) == ("wait_buyer_confirm", 2_000)

    counter.as_buyer(accept_offer, found)
    counter.settle_down()

    ended = counter.case(found.id)
    assert (ended.state, ended.kind, ended.quantity, ended.agreed_minor) == ("refunded", "refund_only", 0, 2_000)
    assert (counter.line(line.id).refunded_quantity, counter.line(line.id).refunded_minor) == (0, 2_000)
    assert counter.broken_promises() == []


def test_haggling_ends(counter: Counter):
    found = counter.apply(counter.deliver(), "return_refund")
    for _ in range(3):
        counter.as_shop(offer, found, amount_minor=100)
        assert counter.as_buyer(decline_offer, found, words="不够").state == "applied"

    with pytest.raises(UnfitOffer):
        counter.as_shop(offer, found, amount_minor=100)
    assert counter.as_shop(agree, found).agreed_minor == PRICE


def test_offers_have_bounds(counter: Counter):
    found = counter.apply(counter.deliver())
    for amount, kind in ((0, None), (PRICE * 2, None), (100, "return_refund")):
        with pytest.raises(UnfitOffer):
            counter.as_shop(offer, found, amount_minor=amount, kind=kind)
    assert counter.case(found.id).state == "applied"


def test_an_exchange_for_another_size(counter: Counter):
    line = counter.deliver()
    found = counter.apply(line, "exchange", reason="wrong_size", wanted_variant_id=counter.other_variant)
    counter.as_shop(agree, found)
    assert counter.db.read_sync(available, variant_ids=[counter.other_variant])[counter.other_variant] == 49
    counter.as_buyer(post_return_waybill, found, carrier="sandbox")
    counter.returned(found)
    assert counter.as_shop(accept_return, found, resaleable=True).state == "wait_reship"
    assert counter.as_shop(reship, found, carrier="sandbox").state == "reshipped"
    assert counter.as_buyer(confirm_exchange, found).state == "done"
    counter.dispatch()

    assert counter.refund(found) is None
    assert counter.db.read_sync(available, variant_ids=[counter.variant, counter.other_variant]) == {
        counter.variant: 50,
        counter.other_variant: 49,
    }
    assert counter.order(line.order_id).state == "shipped"
    assert counter.broken_promises() == []


def test_what_is_kept_for_an_exchange_goes_back_when_it_ends_otherwise(counter: Counter):
    found = counter.apply(counter.deliver(), "exchange", wanted_variant_id=counter.other_variant)
    counter.as_shop(agree, found)
    counter.as_buyer(withdraw, found)

    assert counter.db.read_sync(available, variant_ids=[counter.other_variant])[counter.other_variant] == 50
    assert counter.broken_promises() == []


def test_an_open_case_keeps_the_shop_from_its_money(counter: Counter):
    line = counter.sell()
    counter.sign(counter.send(line))
    found = counter.apply(line)
    counter.as_shop(refuse, found, words="没有问题")
    counter.wait(days=6)
    counter.clock.advance(counter.order(line.order_id).receive_by - counter.clock.now())
    counter.settle_down()
    assert counter.db.read_sync(line_by_id, line.id).holds == 0, "the refusal was not disputed, so the case is closed"

    again = counter.apply(line)
    counter.clock.advance(counter.db.read_sync(line_by_id, line.id).settle_after - counter.clock.now())
    assert not counter.db.write_sync(settle_line, order_line_id=line.id)
    counter.as_buyer(withdraw, again)
    counter.settle_down()
    assert counter.db.read_sync(line_by_id, line.id).state == "settled"
    assert counter.broken_promises() == []


def test_one_case_at_a_time_and_five_in_all(counter: Counter):
    line = counter.deliver()
    for _ in range(5):
        found = counter.apply(line)
        with pytest.raises(CaseOpen) as refused:
            counter.apply(line)
        assert refused.value.data == {"aftersale_id": str(found.id)}
        counter.as_buyer(withdraw, found)

    with pytest.raises(TooManyCases):
        counter.apply(line)
    assert counter.broken_promises() == []


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"amount_minor": PRICE * 3}, "amount"),
        ({"quantity": 3}, "quantity"),
        ({"quantity": 0, "amount_minor": 0}, "amount"),
        ({"kind": "return_refund", "quantity": 2}, "not_shipped"),
        ({"kind": "return_refund", "quantity": 0}, "quantity"),
        ({"kind": "exchange", "amount_minor": 5}, "amount"),
    ],
)
def test_what_cannot_be_asked_for(counter: Counter, wish: dict[str, object], why: str):
    line = counter.sell(2)
    counter.send(line, 1)

    with pytest.raises(UnfitApplication) as refused:
        counter.apply(line, **wish)

    assert refused.value.data == {"why": why}


def test_a_change_of_mind_has_its_days(counter: Counter):
    line = counter.deliver()
    counter.clock.advance(counter.order(line.order_id).receive_by - counter.clock.now())

    with pytest.raises(UnfitApplication) as refused:
        counter.apply(line, "return_refund", reason="changed_mind")
    assert refused.value.data == {"why": "too_late"}
    assert counter.apply(line, "return_refund", reason="faulty").state == "applied"


def test_pieces_that_came_back_do_not_stand_for_pieces_that_never_left(counter: Counter):
    line = counter.sell(2)
    counter.sign(counter.send(line, 1))
    first = counter.apply(line, "return_refund")
    counter.as_shop(agree, first)
    counter.as_buyer(post_return_waybill, first, carrier="sandbox")
    counter.as_shop(accept_return, first, resaleable=False)
    counter.settle_down()

    assert counter.line(line.id).left_to_send == 1
    second = counter.apply(line)
    assert not second.was_shipped
    counter.as_shop(agree, second)
    counter.settle_down()
    assert counter.line(line.id).refunded_minor == line.payable_minor
    assert counter.broken_promises() == []


def test_nobody_else_has_a_say(counter: Counter):
    line = counter.deliver()
    found = counter.apply(line)
    stranger = counter.cast.ines
    packer = counter.hire(counter.cast.hao, "fulfilment")

    for who, refusal in ((stranger, NotFound), (counter.buyer, NotFound), (packer, Forbidden)):
        with pytest.raises(refusal):
            counter.db.write_sync(agree, aftersale_id=found.id, by_id=who)
    for who in (stranger, counter.seller):
        with pytest.raises(NotFound):
            counter.db.write_sync(withdraw, aftersale_id=found.id, buyer_id=who)
    helper = counter.hire(stranger, "service")
    assert counter.db.write_sync(agree, aftersale_id=found.id, by_id=helper).state == "refunding"


def test_every_verb_has_its_states(counter: Counter):
    found = counter.apply(counter.deliver(), "return_refund")
    for verb in (accept_offer, decline_offer, post_return_waybill, confirm_exchange):
        more = {"carrier": "sandbox"} if verb is post_return_waybill else {}
        with pytest.raises(CaseMoved):
            counter.as_buyer(verb, found, **more)
    for verb, more in (
        (accept_return, {"resaleable": True}),
        (refuse_return, {"words": "x"}),
        (reship, {"carrier": "sandbox"}),
    ):
        with pytest.raises(CaseMoved):
            counter.as_shop(verb, found, **more)
    assert counter.states(found) == ["applied by buyer"]


def test_what_is_out_of_stock_is_not_exchanged(counter: Counter):
    found = counter.apply(counter.deliver(), "exchange", wanted_variant_id=counter.other_variant)
    counter.db.write_sync(set_stock, variant_id=counter.other_variant, on_hand=0, reason="", by_id=counter.seller)
    counter.wait(hours=48)

    now = counter.case(found.id)
    assert (now.state, now.kind, now.agreed_minor) == ("wait_return", "return_refund", PRICE)
    assert counter.broken_promises() == []


def test_part_of_the_money_for_what_was_never_sent_leaves_the_order_as_it_is(counter: Counter) -> None:
    line = counter.sell(1)
    case = counter.apply(line, amount_minor=2_40)

    counter.wait(hours=49)

    assert (counter.case(case.id).state, counter.case(case.id).quantity) == ("refunded", 0)
    assert (counter.line(line.id).refunded_minor, counter.line(line.id).left_to_send) == (2_40, 1)
    assert counter.order(line.order_id).state == "paid", "Mei still has to send it"
    assert counter.balance(accounts.escrow(line.order_id)) == PRICE - 2_40
    assert counter.broken_promises() == []
