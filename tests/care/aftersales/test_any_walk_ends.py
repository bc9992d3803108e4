"""Whatever people do, in whatever order: every case ends, and every fen is where it belongs."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from miaohui.care.aftersales.actions.accept_offer import accept_offer
from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.appeal import appeal
from miaohui.care.aftersales.actions.ask_proof import ask_proof
from miaohui.care.aftersales.actions.confirm_exchange import confirm_exchange
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.judge import judge
from miaohui.care.aftersales.actions.offer import offer
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import refuse_return
from miaohui.care.aftersales.actions.reship import reship
from miaohui.care.aftersales.actions.submit_evidence import submit_evidence
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.care.aftersales.actions.withdraw_dispute import withdraw_dispute
from miaohui.care.aftersales.queries import Case, cases_of_line, dispute_of_case
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.orders.queries import OrderLine
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.payments.queries import refund_by_ref
from tests.care.compensation.test_advances import take_away
from tests.care.counter import PRICE, Counter

BUYERS_VERBS = (
    accept_offer,
    decline_offer,
    post_return_waybill,
    confirm_exchange,
    open_dispute,
    withdraw,
    withdraw_dispute,
)
SHOPS_VERBS = (agree, offer, refuse, accept_return, refuse_return, reship)
amounts = st.integers(0, 3 * PRICE)
steps = st.one_of(
    st.tuples(
        st.just("apply"), st.sampled_from(["refund_only", "return_refund", "exchange"]), st.integers(0, 3), amounts
    ),
    st.tuples(st.just("buyer"), st.sampled_from(BUYERS_VERBS), amounts),
    st.tuples(st.just("shop"), st.sampled_from(SHOPS_VERBS), amounts),
    st.tuples(
        st.just("platform"), st.sampled_from([ask_proof, judge]), st.sampled_from(["buyer", "seller", "split"]), amounts
    ),
    st.tuples(st.just("party"), st.sampled_from([appeal, submit_evidence]), st.booleans()),
    st.tuples(st.just("time"), st.sampled_from([1, 49, 73, 24 * 8, 24 * 31])),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    start=st.sampled_from(["paid", "part", "delivered", "settled", "settled and gone"]),
    walk=st.lists(steps, min_size=3, max_size=14),
)
def test_any_walk_ends_and_the_money_is_exact(counter: Counter, start: str, walk: list[tuple[Any, ...]]):
    line = sold(counter, start)
    for who, *step in walk:
        case = newest(counter, line)
        try:
            take_step(counter, line, case, who, step)
        except Refusal as refusal:
            event(refusal.code)
    bring_to_an_end(counter, line)

    cases = counter.db.read_sync(cases_of_line, order_line_id=line.id)
    assert [one.state for one in cases if one.is_open] == []
    came_to = sum(one.agreed_minor or 0 for one in cases if one.state == "refunded")
    # What the shop had not sent a week after its time the clock gives back, beside any case.
    given_up = counter.db.read_sync(refund_by_ref, f"cancel:{line.id}")
    came_to += given_up.amount_minor if given_up else 0
    assert counter.line(line.id).refunded_minor == came_to <= line.payable_minor
    assert counter.broken_promises() == []


def sold(counter: Counter, start: str) -> OrderLine:
    for variant_id in counter.goods.variant_ids:
        wares = {"variant_id": variant_id, "quantity": 10, "ref": str(new_id())}
        counter.db.write_sync(receive_stock, **wares, by_id=counter.seller)
    match start:
        case "paid":
            return counter.sell(3)
        case "part":
            line = counter.sell(3)
            counter.sign(counter.send(line, 1))
            return line
        case "delivered":
            return counter.deliver(3)
        case "settled":
            return counter.settled(3)
    line = counter.settled(3)
    for code in (accounts.shop_available(counter.shop_id), accounts.deposit(counter.shop_id)):
        if counter.balance(code):
            take_away(counter, code)
    return line


def newest(counter: Counter, line: OrderLine) -> Case | None:
    cases = counter.db.read_sync(cases_of_line, order_line_id=line.id)
    return cases[-1] if cases else None


def take_step(counter: Counter, line: OrderLine, case: Case | None, who: str, step: list[Any]) -> None:
    if who == "time":
        counter.wait(hours=step[0])
    elif who == "apply" or case is None:
        kind, quantity, amount = step if who == "apply" else ("refund_only", 1, None)
        counter.apply(line, kind, quantity, amount_minor=0 if kind == "exchange" else amount)
    elif who == "buyer":
        counter.as_buyer(step[0], case, **words_for(step[0], step[1]))
    elif who == "shop":
        counter.as_shop(step[0], case, **words_for(step[0], step[1]))
    elif who == "party":
        verb, as_buyer = step
        account_id = counter.buyer if as_buyer else counter.seller
        more = {"file": None} if verb is submit_evidence else {}
        counter.db.write_sync(verb, aftersale_id=case.id, account_id=account_id, words="看", **more)
    elif (about := counter.db.read_sync(dispute_of_case, aftersale_id=case.id)) is not None:
        verb, verdict, amount = step
        if verb is ask_proof:
            counter.as_operator(ask_proof, about, proof_from="both", words="请举证")
        else:
            counter.as_operator(judge, about, verdict=verdict, awarded_minor=None if amount % 2 else amount, words="判")


def words_for(verb: Any, amount: int) -> dict[str, Any]:
    if verb is offer:
        return {"amount_minor": amount, "kind": (None, "refund_only", "return_refund")[amount % 3]}
    if verb is accept_return:
        return {"resaleable": bool(amount % 2)}
    if verb in (reship, post_return_waybill):
        return {"carrier": "sandbox"}
    if verb in (refuse, refuse_return, open_dispute):
        return {"words": "不"}
    return {}


def bring_to_an_end(counter: Counter, line: OrderLine) -> None:
    """Nobody says anything any more, but the platform does its duty."""
    for _ in range(6):
        case = newest(counter, line)
        if case is None or not case.is_open:
            break
        about = counter.db.read_sync(dispute_of_case, aftersale_id=case.id)
        if about is not None and about.state in ("open", "ready", "appealed"):
            counter.as_operator(judge, about, verdict="buyer", words="判")
        counter.wait(days=31)
    counter.clock.advance(timedelta(seconds=1))
    counter.settle_down()
