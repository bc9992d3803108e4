"""Our Stripe against a Stripe that somebody else wrote: localstripe, in a process of its own.

It knows payment intents, refunds and signed webhooks, and those are tested here. It knows neither Checkout
Sessions, nor idempotency keys, nor lists of balance transactions by date, so how a payment begins, a repeated
refund and the bill stand in test_providers.py, against our own simulator.
"""

import http.server
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.record_success import record_success
from miaohui.money.payments.providers.contract import NoticeRefused, ProviderFault
from miaohui.money.payments.queries import Payment, Refund
from miaohui.settings import Settings
from tests.cast import Cast
from tests.money.payments.test_any_order import broken_promises
from tests.money.payments.test_refunds_and_bills import give_back
from tests.money.payments.till import PRICE, Till

_ROOT = Path(__file__).parents[3]
_START_S = 20
SECRET = "whsec_of_the_fair"
CARD = "4242424242424242"

Heard = tuple[dict[str, str], bytes]


class Company:
    """The running localstripe, as a payer's browser and Stripe's own pages reach it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = httpx.Client(base_url=address, auth=("sk_test_fair", ""), timeout=10)
        self.notices: queue.Queue[Heard] = queue.Queue()

    def post(self, path: str, **form: Any) -> httpx.Response:
        return self._client.post(path, data=form)

    def get(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def notify(self, address: str) -> None:
        """Have webhooks sent to an address."""
        config = {"url": address, "secret": SECRET, "events": ["payment_intent.succeeded"]}
        self._client.post("/_config/webhooks/fair", json=config).raise_for_status()

    def charged(self, number: str) -> httpx.Response:
        """Pay with a card, under our number, as Checkout does behind its page."""
        details = {"card[number]": CARD, "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"}
        method = self.post("/v1/payment_methods", type="card", **details).raise_for_status().json()["id"]
        wish = {"amount": PRICE, "currency": "cny", "payment_method": method, "confirm": "true"}
        return self.post("/v1/payment_intents", **wish, **{"metadata[out_trade_no]": number})

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.money.payments.localstripe_on_loopback", str(port)],
        cwd=_ROOT,
        stderr=subprocess.DEVNULL,
    )
    running = Company(f"http://127.0.0.1:{port}")
    ear = _listen(running.notices)
    try:
        _wait_for(running, process)
        running.notify(f"http://127.0.0.1:{ear.server_address[1]}/")
        yield running
    finally:
        ear.shutdown()
        ear.server_close()
        running.close()
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def shop(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path, company: Company) -> Till:
    settings = Settings(
        data_dir=tmp_path,
        public_url="https://fair.example",
        payment_providers="stripe",
        stripe_secret_key="sk_test_fair",
        stripe_webhook_secret=SECRET,
        stripe_address=company.address,
    )
    return Till(db, clock, tmp_path, payer_id=cast.mei, settings=settings)


def paid(shop: Till, company: Company) -> Payment:
    """A payment that Stripe has taken and that we know of."""
    opened = shop.open(provider="stripe")
    intent = company.charged(opened.out_trade_no).raise_for_status().json()
    taken = {"provider_txn_no": intent["id"], "amount_minor": intent["amount"], "at": shop.clock.now()}
    shop.db.write_sync(record_success, payment_id=opened.id, source="notice", **taken)
    return shop.find(opened.id)


def refunds_there(company: Company, payment: Payment) -> list[tuple[int, str]]:
    listed = company.get(f"/v1/refunds?payment_intent={payment.provider_txn_no}")["data"]
    return sorted((one["amount"], one["metadata"]["out_refund_no"]) for one in listed)


def test_part_and_rest_go_back_under_our_numbers(shop: Till, company: Company):
    payment = paid(shop, company)

    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    shop.work()
    assert shop.balance(accounts.psp("stripe")) == PRICE - 5_00
    shop.db.write_sync(give_back, payment=payment, amount=PRICE - 5_00, ref="aftersale:2")
    shop.work()

    ours = shop.refunds(payment.id)
    assert {one.state for one in ours} == {"succeeded"}
    assert refunds_there(company, payment) == sorted((one.amount_minor, one.out_refund_no) for one in ours)
    assert shop.balance(accounts.psp("stripe")) == shop.balance(accounts.refund_payable()) == 0
    assert broken_promises(shop.db) == {}


def test_who_asks_for_a_refund_hears_of_that_one_only(shop: Till, company: Company):
    payment = paid(shop, company)
    for n in range(12):
        # A page of its list has ten.
        shop.db.write_sync(give_back, payment=payment, amount=10 + n, ref=f"aftersale:{n}")
    shop.work()
    ours = shop.refunds(payment.id)
    provider = shop.payments.provider("stripe")

    found = [provider.query_refund(payment, one) for one in ours]

    assert {status.state for status in found} == {"succeeded"}
    assert len({status.provider_refund_no for status in found}) == len(ours) == 12
    assert provider.query_refund(payment, _never_asked(ours[0])).state == "unknown"


def test_money_that_never_came_is_not_given_back(shop: Till, company: Company):
    opened = shop.open(provider="stripe")
    made_up = {"provider_txn_no": "pi_nobody", "amount_minor": PRICE, "at": shop.clock.now()}
    shop.db.write_sync(record_success, payment_id=opened.id, source="notice", **made_up)

    shop.db.write_sync(give_back, payment=shop.find(opened.id), amount=5_00, ref="aftersale:1")
    shop.work()

    [refund] = shop.refunds(opened.id)
    assert refund.state == "abnormal"
    assert shop.balance(accounts.refund_payable()) == 5_00


def test_its_signature_is_good_and_no_other(shop: Till, company: Company):
    opened = shop.open(provider="stripe")
    company.charged(opened.out_trade_no).raise_for_status()
    body = b""
    while opened.out_trade_no.encode() not in body:  # Those of the other tests come too.
        headers, body = company.notices.get(timeout=10)
    provider = shop.payments.provider("stripe")

    assert provider.parse_notice(headers, body).kind == "payment_intent.succeeded"
    assert shop.payments.hear_sync("stripe", headers, body).status == 200
    for forged in (body.replace(str(PRICE).encode(), b"1"), body + b" "):
        with pytest.raises(NoticeRefused):
            provider.parse_notice(headers, forged)
    with pytest.raises(NoticeRefused):
        provider.parse_notice(headers | {"stripe-signature": headers["stripe-signature"][:-1]}, body)
    # A session's completion pays, and this is not one: the intent of somebody else's session says nothing to us.
    assert shop.find(opened.id).state == "created"


def test_a_key_that_is_not_ours_is_told_to_a_person(shop: Till, company: Company):
    payment = paid(shop, company)
    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    [refund] = shop.refunds(payment.id)
    stranger = Till(shop.db, shop.clock, shop.settings.data_dir, payer_id=shop.payer_id, settings=_with_bad_key(shop))

    with pytest.raises(ProviderFault) as fault:
        stranger.payments.provider("stripe").refund(payment, refund)

    assert fault.value.permanent
    assert refunds_there(company, payment) == []


def _never_asked(refund: Refund) -> Refund:
    return msgspec.structs.replace(refund, out_refund_no="R-never")


def _with_bad_key(shop: Till) -> Settings:
    return msgspec.structs.replace(shop.settings, stripe_secret_key="rk_wrong")


def _listen(heard: "queue.Queue[Heard]") -> http.server.ThreadingHTTPServer:
    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    ear = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    return ear


def _wait_for(company: Company, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            company.get("/v1/balance")
            return
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
