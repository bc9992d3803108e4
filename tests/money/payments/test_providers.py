"""The real providers, by their own libraries, against companies that sign like the real ones and misbehave."""

from datetime import timedelta

import pytest

from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.events import PaymentSucceeded, RefundSucceeded
from miaohui.money.payments.providers import open_providers
from miaohui.money.payments.queries import Payment, bill_differences
from miaohui.money.payments.services import ProviderSilent
from miaohui.settings import InvalidSetting, Settings
from tests.emitted import emitted
from tests.money.payments.simulator.running import Companies
from tests.money.payments.test_any_order import broken_promises
from tests.money.payments.test_refunds_and_bills import give_back
from tests.money.payments.till import PRICE, Till

NAMES = ("stripe", "alipay", "wechat")
TRIES = {"stripe": 2, "alipay": 1, "wechat": 1}
"""Stripe's library asks a second time by itself, under the same key."""
FEE = 9


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def begun(shop: Till, companies: Companies, name: str) -> Payment:
    """A payment at which the payer has arrived."""
    payment = shop.begun(provider=name)
    assert payment.state == "pending"
    if name == "alipay":
        companies.tell("visit", name, address=payment.handover["value"])
    return payment


def paid(shop: Till, companies: Companies, name: str) -> Payment:
    payment = begun(shop, companies, name)
    companies.tell("pay", name, number=payment.out_trade_no)
    assert hear(shop, companies, name, payment.out_trade_no) == 200
    return shop.find(payment.id)


def hear(shop: Till, companies: Companies, name: str, number: str, fault: str = "") -> int:
    """Deliver a notice about a payment or refund, and return what we answer."""
    notice = companies.tell("notice", name, number=number, fault=fault)
    return shop.payments.hear_sync(name, notice["headers"], notice["body"].encode()).status


def test_how_the_payer_goes_on(shop: Till):
    kinds = {name: shop.begun(provider=name).handover for name in NAMES}

    assert [(name, one["kind"]) for name, one in kinds.items()] == [
        ("stripe", "redirect"),
        ("alipay", "redirect"),
        ("wechat", "qr"),
    ]
    assert kinds["stripe"]["value"].startswith("https://checkout.stripe.example/")
    assert "gateway.do?" in kinds["alipay"]["value"]
    assert kinds["wechat"]["value"].startswith("weixin://")


def test_a_notice_pays_and_a_repeated_one_changes_nothing(shop: Till, companies: Companies, name: str):
    payment = begun(shop, companies, name)
    companies.tell("pay", name, number=payment.out_trade_no)
    notice = companies.tell("notice", name, number=payment.out_trade_no)

    answers = [shop.payments.hear_sync(name, notice["headers"], notice["body"].encode()) for _ in range(3)]

    assert [answer.status for answer in answers] == [200] * 3
    assert {answer.body for answer in answers} <= {"", "success", '{"code": "SUCCESS", "message": ""}'}
    assert shop.find(payment.id).state == "succeeded"
    assert shop.balance(accounts.psp(name)) == PRICE
    assert len(emitted(shop.db, PaymentSucceeded)) == 1
    assert broken_promises(shop.db) == {}


def test_a_lost_notice_is_made_good_by_asking(shop: Till, companies: Companies, name: str):
    payment = begun(shop, companies, name)
    assert shop.payments.query_sync(payment.id).state == "pending"
    companies.tell("pay", name, number=payment.out_trade_no)

    assert shop.payments.query_sync(payment.id).state == "succeeded"
    assert hear(shop, companies, name, payment.out_trade_no) == 200
    assert shop.posted("payments.received") == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *((name, fault) for name in NAMES for fault in ("tampered", "forged")),
        ("stripe", "stale"),
        ("wechat", "stale"),
        ("wechat", "other_v3_key"),
        ("wechat", "other_key_id"),
        ("alipay", "other_application"),
        ("alipay", "other_seller"),
        ("alipay", "no_seller"),
    ],
)
def test_who_is_not_the_provider_is_not_heard(shop: Till, companies: Companies, name: str, fault: str):
    payment = begun(shop, companies, name)
    companies.tell("pay", name, number=payment.out_trade_no)

    assert hear(shop, companies, name, payment.out_trade_no, fault) == 400

    assert shop.find(payment.id).state == "pending"
    assert shop.balance(accounts.psp(name)) == 0


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"a=1&sign=x", b"sign=%00", b'{"id": 1}'])
def test_nonsense_is_not_heard(shop: Till, name: str, body: bytes):
    headers = {
        "stripe-signature": "t=x,v1=y",
        "wechatpay-timestamp": "abc",
        "wechatpay-serial": "x",
        "wechatpay-signature": "é",
    }
    for sent in ({}, headers):
        assert shop.payments.hear_sync(name, sent, body).status == 400


def test_a_wrong_amount_delivers_nothing(shop: Till, companies: Companies, name: str):
    payment = begun(shop, companies, name)
    companies.tell("pay", name, number=payment.out_trade_no)

    assert hear(shop, companies, name, payment.out_trade_no, "wrong_amount") == 200

    assert shop.find(payment.id).state == "pending"
    assert emitted(shop.db, PaymentSucceeded) == []


def test_what_is_closed_here_is_closed_there(shop: Till, companies: Companies, name: str):
    payment = begun(shop, companies, name)
    shop.db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")
    shop.work()

    provider = shop.payments.provider(name)
    assert provider.query(payment).state == "closed"
    assert shop.find(payment.id).state == "closed"
    assert shop.failures() == []


def test_who_paid_before_the_closing_arrived_gets_it_back(shop: Till, companies: Companies, name: str):
    payment = begun(shop, companies, name)
    companies.tell("pay", name, number=payment.out_trade_no)
    shop.db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")
    shop.work()
    hear(shop, companies, name, payment.out_trade_no)
    shop.work()

    assert shop.find(payment.id).state == "late"
    [refund] = shop.refunds(payment.id)
    assert (refund.state, refund.amount_minor) == ("succeeded", PRICE)
    assert shop.balance(accounts.psp(name)) == shop.balance(accounts.refund_payable()) == 0
    assert broken_promises(shop.db) == {}


def test_a_refund_whose_answer_was_lost_is_one_refund(shop: Till, companies: Companies, name: str):
    payment = paid(shop, companies, name)
    companies.tell("fault", name, faults=["after"] * TRIES[name])

    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    shop.work()
    assert shop.refunds(payment.id)[0].state == "failed"
    shop.clock.advance(timedelta(minutes=2))
    shop.work()

    [refund] = shop.refunds(payment.id)
    assert (refund.state, refund.attempts) == ("succeeded", 2)
    assert shop.balance(accounts.psp(name)) == PRICE - 5_00
    assert broken_promises(shop.db) == {}


def test_a_refund_that_takes_its_time(shop: Till, companies: Companies, name: str):
    payment = paid(shop, companies, name)
    companies.tell("refund_state", name, state="processing")
    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    shop.work()
    [waiting] = shop.refunds(payment.id)
    companies.tell("refund_state", name, state="succeeded")
    if name == "alipay":  # It does not tell; we ask.
        shop.clock.advance(timedelta(minutes=2))
        shop.work()
    else:
        assert hear(shop, companies, name, waiting.out_refund_no) == 200

    hear(shop, companies, name, waiting.out_refund_no)
    shop.clock.advance(timedelta(hours=2))
    shop.work()

    assert waiting.state == "processing"
    assert shop.refunds(payment.id)[0].state == "succeeded"
    assert len(emitted(shop.db, RefundSucceeded)) == 1
    assert shop.posted("payments.refunded") == 1


def test_a_company_that_is_down_keeps_nobody_from_trying_again(shop: Till, companies: Companies, name: str):
    if name == "alipay":
        pytest.skip("its address is signed here; nobody is asked")
    payment = shop.open(provider=name)
    companies.tell("fault", name, faults=["before"] * TRIES[name])
    with pytest.raises(ProviderSilent):
        shop.payments.begin_sync(payment.id)
    assert shop.find(payment.id).state == "created"

    shop.clock.advance(timedelta(minutes=1))
    shop.sweep()
    assert shop.find(payment.id).state == "pending"


def test_the_days_bill(shop: Till, companies: Companies, name: str):
    first, lost = paid(shop, companies, name), begun(shop, companies, name)
    companies.tell("pay", name, number=lost.out_trade_no)
    shop.db.write_sync(give_back, payment=first, amount=5_00, ref="aftersale:1")
    shop.work()
    odd = begun(shop, companies, name)
    companies.tell("pay", name, number=odd.out_trade_no)
    companies.tell("bill", name, amounts={odd.out_trade_no: PRICE + 7})

    shop.reconcile(shop.clock.now().date(), name)

    assert shop.failures() == []
    assert shop.find(lost.id).state == "succeeded"
    ours = {first.out_trade_no, lost.out_trade_no, odd.out_trade_no}
    # The companies go on from test to test, and their bills with them.
    differences = {one.out_no: one for one in shop.db.read_sync(bill_differences)}
    assert ours & set(differences) == {odd.out_trade_no}
    assert (differences[odd.out_trade_no].kind, differences[odd.out_trade_no].theirs_minor) == ("amount", PRICE + 7)
    assert {one.kind for number, one in differences.items() if number not in ours} <= {"missing_here"}
    assert shop.balance(accounts.psp_fee()) % FEE == 0
    assert shop.balance(accounts.psp_fee()) >= 3 * FEE
    assert broken_promises(shop.db) == {}


def test_a_provider_that_is_offered_without_keys_stops_the_start(db: Database):
    with pytest.raises(InvalidSetting):
        open_providers(Settings(payment_providers="sandbox,wechat", wechat_app_id="wx1"), db)
    assert set(open_providers(Settings(), db)) == {"sandbox"}
