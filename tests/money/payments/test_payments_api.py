"""Payments over HTTP: who pays, who looks, and who calls from outside."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from miaohui.app import create_app
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.settings import Settings
from tests.cast import Cast
from tests.money.payments.till import PRICE, Till
from tests.serving import serving


@pytest.fixture
def fair(tmp_path: Path, database_url: str, clock: ManualClock, db: Database) -> Iterator[httpx.Client]:
    """The whole application over the same database, with real connections."""
    url = database_url if database_url.startswith("postgres") else ""
    app = create_app(Settings(data_dir=tmp_path, database_url=url), clock=clock)
    with serving(app) as address, httpx.Client(base_url=f"http://{address}", timeout=30) as client:
        yield client


@pytest.fixture
def mei(db: Database, cast: Cast) -> dict[str, str]:
    return _as(db, cast.mei)


def _as(db: Database, account_id: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {db.write_sync(open_session, account_id=account_id, user_agent='').token}"}


def test_mei_pays_at_the_sandbox(fair: httpx.Client, mei: dict[str, str], till: Till):
    payment = till.begun()
    path = f"/api/v1/payments/{payment.id}"

    before = fair.get(path, headers=mei).json()
    paid = fair.post(f"{path}/sandbox", json={"outcome": "pay"}, headers=mei).json()

    assert (before["state"], before["handover"]) == (
        "pending",
        {"kind": "page", "value": f"/pay/sandbox/{payment.id}"},
    )
    assert (paid["state"], paid["amount_minor"]) == ("succeeded", PRICE)
    assert fair.post(f"{path}/sandbox", json={"outcome": "fail"}, headers=mei).json()["code"] == "sandbox_over"
    assert till.balance(accounts.escrow(payment.subject_id)) == PRICE


def test_nobody_else_sees_it_or_pays_it(fair: httpx.Client, db: Database, cast: Cast, till: Till):
    payment, bo = till.begun(), _as(db, cast.bo)

    for answer in (
        fair.get(f"/api/v1/payments/{payment.id}", headers=bo),
        fair.post(f"/api/v1/payments/{payment.id}/sandbox", json={"outcome": "pay"}, headers=bo),
        fair.get(f"/pay/sandbox/{payment.id}", headers=bo),
    ):
        assert answer.status_code == 404
    assert till.find(payment.id).state == "pending"


def test_the_sandbox_page_says_what_is_paid_and_what_became_of_it(fair: httpx.Client, mei: dict[str, str], till: Till):
    payment = till.begun()
    english = mei | {"Accept-Language": "en"}

    before = fair.get(f"/pay/sandbox/{payment.id}", headers=english).text
    till.act(payment, "pay")
    after = fair.get(f"/pay/sandbox/{payment.id}?next=/me", headers=english).text

    assert "CN¥12.80" in before
    assert "30 minutes left to pay" in before
    assert 'value="twice"' in before
    assert "Paid. Thank you." in after
    assert 'value="twice"' not in after


def test_a_wallet_is_filled_once_for_a_key_and_pays(fair: httpx.Client, mei: dict[str, str], till: Till):
    wish, key = {"amount_minor": 20_00, "provider": "sandbox"}, mei | {"Idempotency-Key": "fill-1"}

    first, again = (fair.post("/api/v1/me/wallet/topups", json=wish, headers=key).json() for _ in range(2))
    fair.post(f"/api/v1/payments/{first['id']}/sandbox", json={"outcome": "pay"}, headers=mei)
    other = fair.post("/api/v1/me/wallet/topups", json=wish | {"amount_minor": 30_00}, headers=key)

    assert first == again
    assert (first["purpose"], first["state"]) == ("topup", "pending")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert fair.get("/api/v1/me/wallet", headers=mei).json() == {"balance_minor": 20_00, "currency": "CNY"}
    till.begun(provider="wallet")
    assert fair.get("/api/v1/me/wallet", headers=mei).json()["balance_minor"] == 20_00 - PRICE


def test_top_ups_that_are_refused(fair: httpx.Client, mei: dict[str, str], till: Till):
    for amount, provider, code in (
        (99, "sandbox", "top_up_out_of_range"),
        (500_001, "sandbox", "top_up_out_of_range"),
        (1000, "wallet", "provider_not_offered"),
        (1000, "stripe", "provider_not_offered"),
        (-5, "sandbox", "invalid_input"),
    ):
        wish = {"amount_minor": amount, "provider": provider}
        answer = fair.post("/api/v1/me/wallet/topups", json=wish, headers=mei)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_provider_is_heard_without_cookie_and_origin(fair: httpx.Client, till: Till):
    payment = till.begun()
    [notice] = till.pay_at_sandbox(payment)

    answer = fair.post("/notices/sandbox", content=notice)

    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert till.find(payment.id).state == "succeeded"


def test_a_page_elsewhere_cannot_speak_for_a_provider(fair: httpx.Client, till: Till):
    [notice] = till.pay_at_sandbox(till.begun())

    assert fair.post("/notices/sandbox", content=notice, headers={"Origin": "https://evil.example"}).status_code == 403


NONSENSE = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b'{"out_trade_no": 7}',
    b'{"out_trade_no": "MH1"}',
    json.dumps({"out_trade_no": "x" * 5000, "capture": -1}).encode(),
    b'{"out_trade_no": "\\u0000"}',
    b'{"out_trade_no": "\\ud800"}',
)


def test_nonsense_is_refused_in_the_providers_form(fair: httpx.Client):
    for body in NONSENSE:
        answer = fair.post("/notices/sandbox", content=body)
        assert (answer.status_code, answer.json()["ok"]) == (400, False), body


def test_unknown_providers_and_huge_notices_are_turned_away(fair: httpx.Client):
    assert fair.post("/notices/nobody", content=b"{}").status_code == 404
    assert fair.post("/notices/wallet", content=b"{}").status_code == 404
    assert fair.post("/notices/sandbox", content=b"x" * 300_000).status_code == 413
