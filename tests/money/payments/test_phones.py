"""Paying on a phone and inside WeChat: the right way for each device, and nobody else's code, state or bridge."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from miaohui.app import create_app
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import Refusal
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.providers.contract import Visit
from miaohui.money.payments.queries import Payment
from miaohui.money.payments.services import PayerNotKnown, Payments, ProviderNotOffered, ProviderSilent
from miaohui.money.payments.tables import payment as payment_table
from miaohui.money.payments.visits import device_of
from miaohui.people.accounts.actions.open_session import open_session
from tests.at_once import at_once
from tests.cast import Cast
from tests.money.payments.simulator.keys import APP_SECRET
from tests.money.payments.simulator.running import Companies
from tests.money.payments.test_any_order import broken_promises
from tests.money.payments.till import PRICE, Till
from tests.serving import serving

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (Linux; Android 15; Pad) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
WECHAT = ANDROID + " MicroMessenger/8.0.60(0x28003c34) WeChat/arm64 NetType/WIFI Language/zh_CN"
WECHAT_ON_A_DESKTOP = DESKTOP + " MicroMessenger/7.0.20 WindowsWechat"

PHONE = Visit(device="phone", ip="203.0.113.7")


@pytest.fixture
def asked(shop: Till) -> Payment:
    """A payment inside WeChat, whose payer is to be told apart."""
    return shop.begun(provider="wechat", device="wechat")


def sign_in(companies: Companies, payment: Payment, person: str = "mei") -> dict[str, str]:
    """Let WeChat tell who a person is; return what the browser carries back to us."""
    said: dict[str, str] = companies.tell("sign_in", "wechat", address=payment.handover["value"], person=person)
    return said


def tap(companies: Companies, payment: Payment, person: str = "mei", **changes: str) -> str:
    """Let a person's WeChat act on the call that our page gives to its bridge."""
    call = json.loads(payment.handover["value"]) | changes
    return str(companies.tell("bridge", "wechat", call=call, person=person))


def hear(shop: Till, companies: Companies, payment: Payment) -> int:
    notice = companies.tell("notice", payment.provider, number=payment.out_trade_no)
    return shop.payments.hear_sync(payment.provider, notice["headers"], notice["body"].encode()).status


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (DESKTOP, "desktop"),
        (IPHONE, "phone"),
        (ANDROID, "phone"),
        (TABLET, "desktop"),
        (WECHAT, "wechat"),
        (WECHAT_ON_A_DESKTOP, "wechat"),
        ("", "desktop"),
    ],
)
def test_what_the_payer_holds(user_agent: str, device: str):
    assert device_of(user_agent) == device


def test_a_browser_that_only_hints_at_a_phone_is_one():
    assert device_of(DESKTOP, is_mobile=True) == "phone"
    assert device_of(WECHAT, is_mobile=True) == "wechat"


def test_each_device_is_offered_what_works_on_it(shop: Till):
    offers = {device: shop.payments.offers(Visit(device=device)) for device in ("desktop", "phone", "wechat")}

    assert offers["desktop"].here == offers["phone"].here == ("sandbox", "wallet", "stripe", "alipay", "wechat")
    assert offers["wechat"].here == ("wechat", "sandbox", "wallet", "stripe")
    assert offers["wechat"].elsewhere == ("alipay",)
    with pytest.raises(ProviderNotOffered):
        shop.payments.choose("alipay", Visit(device="wechat"))


def test_without_the_secret_of_the_account_nobody_is_sent_to_be_told_apart(db: Database, shop: Till):
    payments = Payments(db, msgspec.structs.replace(shop.settings, wechat_app_secret=""))

    assert "wechat" in payments.offers(Visit(device="phone")).here
    assert "wechat" in payments.offers(Visit(device="wechat")).elsewhere


@pytest.mark.parametrize(("device", "way"), [("desktop", "page"), ("phone", "wap")])
def test_alipay_opens_as_the_device_needs_it(shop: Till, companies: Companies, device: str, way: str):
    payment = shop.begun(provider="alipay", device=device)
    address = payment.handover["value"]
    sent = parse_qs(urlsplit(address).query)

    assert companies.tell("visit", "alipay", address=address) == ""
    companies.tell("pay", "alipay", number=payment.out_trade_no)
    assert hear(shop, companies, payment) == 200

    assert (payment.way, sent["method"]) == (way, [f"alipay.trade.{way}.pay"])
    assert sent["return_url"] == [f"https://fair.example/pay/return/{payment.id}"]
    assert ("quit_url" in json.loads(sent["biz_content"][0])) == (way == "wap")
    assert shop.find(payment.id).state == "succeeded"
    assert broken_promises(shop.db) == {}


def test_who_changes_alipays_address_is_shown_the_door(shop: Till, companies: Companies):
    address = shop.begun(provider="alipay", device="phone").handover["value"]

    cheaper = address.replace("12.80", "0.01")
    assert cheaper != address
    assert companies.tell("visit", "alipay", address=cheaper) == "INVALID_SIGNATURE"


def test_a_phone_opens_wechat_and_comes_back(shop: Till, companies: Companies):
    payment = shop.begun(provider="wechat", device="phone")
    address, back = payment.handover["value"], f"https://fair.example/pay/return/{payment.id}"

    without_origin = httpx.get(address)
    opened = httpx.get(address, headers={"Referer": "https://fair.example/"})
    assert hear(shop, companies, payment) == 200

    assert (payment.way, payment.handover["kind"]) == ("h5", "redirect")
    assert without_origin.status_code == 403
    assert (opened.status_code, opened.headers["location"]) == (302, back)
    [said] = companies.tell("asked", "wechat", number=payment.out_trade_no)
    assert said["scene_info"] == {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    assert shop.find(payment.id).state == "succeeded"
    assert shop.balance(accounts.psp("wechat")) == PRICE


def test_wechat_opens_for_five_minutes_and_then_anew_under_the_same_number(db: Database, shop: Till):
    payment = shop.begun(provider="wechat", device="phone")
    same = shop.payments.begin_sync(payment.id, PHONE)
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    stale = payment.handover | {"expires_at": past}
    db.write_sync(lambda tx: tx.execute(sa.update(payment_table).values(handover=stale)))

    again = shop.payments.begin_sync(payment.id, PHONE)

    assert same.handover == payment.handover
    assert again.handover["value"] != payment.handover["value"]
    assert datetime.fromisoformat(again.handover["expires_at"]) > datetime.now(UTC)
    assert (again.state, again.out_trade_no) == ("pending", payment.out_trade_no)


def test_nobody_opens_wechat_for_who_is_not_there(shop: Till):
    payment = shop.open(provider="wechat", device="phone")
    shop.clock.advance(timedelta(minutes=1))
    shop.sweep()
    assert shop.find(payment.id).state == "created"

    assert shop.payments.begin_sync(payment.id, PHONE).state == "pending"
    assert shop.failures() == []


def test_inside_wechat_the_payer_is_told_apart_and_pays(shop: Till, companies: Companies, asked: Payment):
    address = asked.handover["value"]
    ready = shop.payments.identify_sync(asked.id, **sign_in(companies, asked))
    outcome = tap(companies, ready)
    assert hear(shop, companies, asked) == 200

    sent = parse_qs(urlsplit(address).query)
    assert (asked.way, asked.handover["kind"], ready.handover["kind"]) == ("jsapi", "identify", "jsapi")
    assert sent["redirect_uri"] == [f"https://fair.example/pay/identified/{asked.id}"]
    assert sent["scope"] == ["snsapi_base"]
    assert APP_SECRET not in address
    assert outcome == "get_brand_wcpay_request:ok"
    assert shop.find(asked.id).state == "succeeded"
    assert broken_promises(shop.db) == {}


def test_what_the_page_says_is_not_believed(shop: Till, companies: Companies, asked: Payment):
    ready = shop.payments.identify_sync(asked.id, **sign_in(companies, asked))

    assert tap(companies, ready, person="bo") == "get_brand_wcpay_request:fail"
    assert tap(companies, ready, package="prepay_id=wxMH1") == "get_brand_wcpay_request:fail"
    assert tap(companies, ready, timeStamp="1") == "get_brand_wcpay_request:fail"
    assert shop.payments.query_sync(asked.id).state == "pending"


def test_a_state_that_is_not_of_this_payment_asks_nobody(shop: Till, companies: Companies, asked: Payment):
    other = shop.begun(provider="wechat", device="wechat")
    mine, of_other = sign_in(companies, asked), sign_in(companies, other)

    for state in ("", "x", mine["state"][:-1], of_other["state"], "é", mine["state"].upper()):
        with pytest.raises(PayerNotKnown):
            shop.payments.identify_sync(asked.id, code=mine["code"], state=state)

    assert shop.find(asked.id).handover == asked.handover
    # The code was shown to nobody, so it is still good.
    assert shop.payments.identify_sync(asked.id, **mine).handover["kind"] == "jsapi"


@pytest.mark.parametrize("code", ["", "x", "0" * 5000, "é", "\0"])
def test_a_code_that_wechat_does_not_know(shop: Till, companies: Companies, asked: Payment, code: str):
    state = sign_in(companies, asked)["state"]

    with pytest.raises(PayerNotKnown):
        shop.payments.identify_sync(asked.id, code=code, state=state)

    assert shop.find(asked.id).handover == asked.handover


def test_a_spent_code_is_refused_and_a_new_one_goes_on(shop: Till, companies: Companies, asked: Payment):
    said = sign_in(companies, asked)
    elsewhere = shop.begun(provider="wechat", device="wechat")
    of_elsewhere = sign_in(companies, elsewhere)
    shop.payments.identify_sync(asked.id, **said)

    with pytest.raises(PayerNotKnown):
        shop.payments.identify_sync(elsewhere.id, code=said["code"], state=of_elsewhere["state"])

    assert shop.payments.identify_sync(elsewhere.id, **of_elsewhere).handover["kind"] == "jsapi"


def test_who_comes_back_twice_or_at_once_goes_on_where_they_were(shop: Till, companies: Companies, asked: Payment):
    codes = [sign_in(companies, asked) for _ in range(4)]

    answers = at_once([lambda said=said: shop.payments.identify_sync(asked.id, **said) for said in codes])
    later = shop.payments.identify_sync(asked.id, code="anything", state="anything")

    assert {answer.handover["value"] for answer in answers} == {later.handover["value"]}
    assert tap(companies, later) == "get_brand_wcpay_request:ok"


def test_wechat_is_down_and_our_secret_is_told_to_nobody(
    shop: Till, companies: Companies, asked: Payment, caplog: pytest.LogCaptureFixture
):
    said = sign_in(companies, asked)
    companies.tell("fault", "wechat", faults=["before"])
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ProviderSilent) as fault:
        shop.payments.identify_sync(asked.id, **said)
    unreachable = Till(
        shop.db,
        shop.clock,
        shop.settings.data_dir,
        payer_id=shop.payer_id,
        settings=msgspec.structs.replace(shop.settings, wechat_sign_in_address="http://127.0.0.1:9"),
    )
    with pytest.raises(ProviderSilent) as no_route:
        unreachable.payments.identify_sync(asked.id, **said)

    told = [caplog.text, *(str(one) for one in _chain(fault.value)), *(str(one) for one in _chain(no_route.value))]
    assert not any(APP_SECRET in text for text in told)
    assert shop.payments.identify_sync(asked.id, **said).handover["kind"] == "jsapi"
    assert APP_SECRET not in caplog.text


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def test_what_was_closed_while_wechat_told_who_pays_is_closed_there_too(
    shop: Till, companies: Companies, asked: Payment, monkeypatch: pytest.MonkeyPatch
):
    said, provider = sign_in(companies, asked), shop.payments.provider("wechat")
    truly = provider.identify

    def while_somebody_closes(payment: Payment, **brought: Any) -> Any:
        shop.db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")
        shop.work()
        return truly(payment, **brought)

    monkeypatch.setattr(provider, "identify", while_somebody_closes)
    assert shop.payments.identify_sync(asked.id, **said).state == "closed"

    assert provider.query(asked).state == "closed"
    assert shop.find(asked.id).handover == asked.handover


def test_another_device_is_another_payment_and_money_at_the_first_goes_back(shop: Till, companies: Companies):
    first = shop.begun(provider="wechat", device="desktop")
    second = shop.begun(provider="wechat", device="phone", subject_id=first.subject_id)
    assert (shop.find(first.id).state, second.state) == ("closed", "pending")
    for one in (first, second):
        companies.tell("pay", "wechat", number=one.out_trade_no)
        assert hear(shop, companies, one) == 200
    shop.work()

    assert [one.state for one in shop.attempts(first)] == ["late", "succeeded"]
    assert [one.amount_minor for one in shop.refunds(first.id)] == [PRICE]
    assert shop.balance(accounts.psp("wechat")) == PRICE
    assert broken_promises(shop.db) == {}


@pytest.mark.parametrize(("name", "device"), [("alipay", "phone"), ("wechat", "phone"), ("wechat", "wechat")])
def test_an_old_notice_that_comes_again_after_the_refund_changes_nothing(
    shop: Till, companies: Companies, name: str, device: str
):
    payment = shop.begun(provider=name, device=device)
    if name == "alipay":
        companies.tell("visit", name, address=payment.handover["value"])
    if device == "wechat":
        payment = shop.payments.identify_sync(payment.id, **sign_in(companies, payment))
    companies.tell("pay", name, number=payment.out_trade_no)
    notice = companies.tell("notice", name, number=payment.out_trade_no)
    old = (name, notice["headers"], notice["body"].encode())
    assert shop.payments.hear_sync(*old).status == 200
    from tests.money.payments.test_refunds_and_bills import give_back

    shop.db.write_sync(give_back, payment=payment, amount=PRICE, ref="aftersale:1")
    shop.work()

    assert shop.payments.hear_sync(*old).status == 200

    assert shop.find(payment.id).state == "succeeded"
    assert (shop.balance(accounts.psp(name)), shop.posted("payments.received")) == (0, 1)
    assert broken_promises(shop.db) == {}


@pytest.fixture
def fair(
    tmp_path: Path, database_url: str, clock: ManualClock, db: Database, companies: Companies
) -> Iterator[httpx.Client]:
    """The whole application, which offers all."""
    url = database_url if database_url.startswith("postgres") else ""
    app = create_app(msgspec.structs.replace(companies.settings(tmp_path), database_url=url), clock=clock)
    with serving(app) as address, httpx.Client(base_url=f"http://{address}", timeout=30) as client:
        yield client


def who(db: Database, account_id: int, user_agent: str = DESKTOP) -> dict[str, str]:
    token = db.write_sync(open_session, account_id=account_id, user_agent="").token
    return {"Authorization": f"Bearer {token}", "User-Agent": user_agent, "Accept-Language": "en"}


PAGE = {"Accept": "text/html"}
TOP_UP = {"amount_minor": 20_00, "provider": "wechat"}


def test_from_the_tap_inside_wechat_to_the_wallet(fair: httpx.Client, db: Database, cast: Cast, companies: Companies):
    mei, bo = who(db, cast.mei, WECHAT), who(db, cast.bo, WECHAT)
    begun = fair.post("/api/v1/me/wallet/topups", json=TOP_UP, headers=mei).json()
    person = companies.tell("sign_in", "wechat", address=begun["handover"]["value"], person="mei")
    path = f"/pay/identified/{begun['id']}"

    assert begun["handover"]["kind"] == "identify"
    assert fair.get(path, params=person, headers=bo).status_code == 404
    assert fair.get(path, params=person, headers={"User-Agent": WECHAT, **PAGE}).status_code in {302, 303}
    wrong = fair.get(path, params={"code": person["code"], "state": "x"}, headers=mei | PAGE)
    assert (wrong.status_code, "start the payment again" in wrong.text) == (400, True)
    assert "Go on to pay" in fair.get(f"/pay/return/{begun['id']}", headers=mei).text

    back = fair.get(path, params=person, headers=mei)
    till = fair.get(back.headers["location"], headers=mei)

    assert (back.status_code, back.headers["location"]) == (303, f"/pay/return/{begun['id']}")
    assert "data-bridge" in till.text
    assert 'data-next="/wallet"' in till.text
    call = fair.get(f"/api/v1/payments/{begun['id']}", headers=mei).json()["handover"]
    said = companies.tell("bridge", "wechat", call=json.loads(call["value"]), person="mei")
    assert (call["kind"], said) == ("jsapi", "get_brand_wcpay_request:ok")
    assert "Paid. Thank you." in fair.get(f"/pay/return/{begun['id']}", headers=mei).text
    assert fair.get("/api/v1/me/wallet", headers=mei).json()["balance_minor"] == 20_00


@pytest.mark.parametrize(
    ("user_agent", "wechat", "alipay"),
    [(DESKTOP, "qr", "page"), (IPHONE, "redirect", "wap"), (WECHAT, "identify", None)],
)
def test_the_device_decides_over_http(
    fair: httpx.Client, db: Database, cast: Cast, user_agent: str, wechat: str, alipay: str | None
):
    mei = who(db, cast.mei, user_agent)
    at_wechat = fair.post("/api/v1/me/wallet/topups", json=TOP_UP, headers=mei)
    at_alipay = fair.post("/api/v1/me/wallet/topups", json=TOP_UP | {"provider": "alipay"}, headers=mei)

    assert at_wechat.json()["handover"]["kind"] == wechat
    if alipay is None:
        assert (at_alipay.status_code, at_alipay.json()["code"]) == (400, "provider_not_offered")
    else:
        assert f"alipay.trade.{alipay}.pay" in at_alipay.json()["handover"]["value"]


def test_a_refused_payment_says_so_and_can_be_paid_another_way(shop: Till, companies: Companies):
    payment = shop.open(provider="wechat", device="phone")
    # The company knows the number already, from another way.
    shop.db.write_sync(lambda tx: tx.execute(sa.update(payment_table).values(way="native")))
    shop.payments.provider("wechat").begin(shop.find(payment.id), PHONE)
    shop.db.write_sync(lambda tx: tx.execute(sa.update(payment_table).values(way="h5")))

    with pytest.raises(Refusal) as refused:
        shop.payments.begin_sync(payment.id, PHONE)

    assert refused.value.code == "payment_refused"
    assert shop.find(payment.id).state == "failed"
    assert shop.begun(subject_id=payment.subject_id, provider="alipay", device="phone").state == "pending"
