"""Crowds at the same instant, over HTTP with a connection for each: one wins, the others are told."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.commerce.orders.tables import shop_order
from miaohui.commerce.promotions.actions.save_template import create_template, set_template_state
from miaohui.commerce.promotions.offer_forms import TemplateForm
from miaohui.commerce.promotions.pricing.rules import CouponRule
from miaohui.commerce.promotions.tables import coupon
from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.payments.tables import payment
from tests.fairground import Fairground, Visitor, of_status, open_fairground
from tests.flows.promises import broken_promises
from tests.market import PRICE
from tests.wire import Answer, Wire

pytestmark = pytest.mark.alone

Talk = Callable[[Wire], Awaitable[Answer]]


@pytest.fixture
def fair(tmp_path: Path, database_url: str) -> Iterator[Fairground]:
    with open_fairground(tmp_path, database_url) as opened:
        yield opened


def asking(who: Visitor, method: str, path: str, body: Any = None, **headers: str) -> Talk:
    """Prepare to ask."""
    return lambda wire: wire.send(who.token, method, path, body, **headers)


def count(fair: Fairground, table: sa.Table, *wanted: sa.ColumnElement[bool]) -> int:
    """Return how many rows there are."""

    def read(tx: Tx) -> int:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(table).where(*wanted)))

    return fair.db.read_sync(read)


def test_forty_buyers_for_ten_lanterns(fair: Fairground) -> None:
    crowd = fair.crowd(40)
    wish = {"lines": [{"variant_id": str(fair.market.lantern)}]}
    quotes = fair.together(*[asking(who, "POST", "/quotes", wish) for who in crowd])

    answers = fair.together(
        *[
            asking(who, "POST", "/orders", {"quote_id": offered.body["id"]})
            for who, offered in zip(crowd, quotes, strict=True)
        ]
    )

    assert (len(of_status(answers, 201)), len(of_status(answers, 409))) == (10, 30)
    assert {refused.code for refused in of_status(answers, 409)} == {"out_of_stock"}
    assert fair.market.stock() == (10, 10, 0)
    assert count(fair, shop_order) == 10
    assert broken_promises(fair.db) == []


def test_five_thousand_claims_for_a_hundred_coupons(fair: Fairground) -> None:
    template_id = give_out(fair, quota=100)
    crowd = fair.crowd(5_000, addresses=False)
    answers: list[Answer] = []

    def queue(of: list[Visitor]) -> Callable[[Wire], Awaitable[None]]:
        async def ask(wire: Wire) -> None:
            for who in of:
                answers.append(await wire.send(who.token, "POST", f"/coupon-templates/{template_id}/claims", {}))

        return ask

    fair.together(*[queue(crowd[n::200]) for n in range(200)])

    assert (len(of_status(answers, 201)), len(of_status(answers, 409))) == (100, 4_900)
    assert {refused.code for refused in of_status(answers, 409)} == {"coupons_gone"}
    assert count(fair, coupon) == 100
    assert broken_promises(fair.db) == []


def test_twelve_requests_to_pay_are_one_payment(fair: Fairground) -> None:
    trade = fair.ordered(fair.mei)
    begin = asking(fair.mei, "POST", f"/trades/{trade['id']}/payments", {"provider": "sandbox"})

    begun = fair.together(*[begin] * 12)
    assert {answer.status for answer in begun} == {201}
    [payment_id] = {answer.body["id"] for answer in begun}
    paid = fair.together(*[asking(fair.mei, "POST", f"/payments/{payment_id}/sandbox", {"outcome": "pay"})] * 12)

    assert {(answer.status, answer.body["state"]) for answer in paid} == {(200, "succeeded")}
    assert count(fair, payment) == 1
    assert fair.market.balance(accounts.psp("sandbox")) == PRICE
    fair.until(lambda: fair.market.order(int(trade["order_ids"][0])).state == "paid")
    again = fair.together(*[begin] * 12)
    assert {(answer.status, answer.code) for answer in again} == {(409, "already_paid")}
    assert broken_promises(fair.db) == []


def test_one_key_is_one_order_whoever_sends_it_how_often(fair: Fairground) -> None:
    wish = {"lines": [{"variant_id": str(fair.market.lantern)}]}
    one, other = (fair.alone(fair.mei, "POST", "/quotes", wish)["id"] for _ in range(2))
    first = asking(fair.mei, "POST", "/orders", {"quote_id": one}, Idempotency_Key="k-1")
    second = asking(fair.mei, "POST", "/orders", {"quote_id": other}, Idempotency_Key="k-1")

    answers = fair.together(*[first] * 6)
    assert {(answer.status, answer.body["id"]) for answer in answers} == {(201, answers[0].body["id"])}
    refused = fair.together(*[second] * 6)
    assert {(answer.status, answer.code) for answer in refused} == {(409, "idempotency_key_reused")}
    assert fair.together(first)[0].body == answers[0].body
    assert count(fair, shop_order) == 1


def test_sent_or_cancelled_and_never_both(fair: Fairground) -> None:
    for turn in range(8):
        order_id = fair.ordered(fair.mei)["order_ids"][0]
        pay(fair, order_id)
        ship = asking(fair.omar, "POST", f"/shops/{fair.market.shop}/orders/{order_id}/parcels", {"carrier": "sandbox"})
        cancel = asking(fair.mei, "POST", f"/orders/{order_id}/cancellation")

        answers = fair.together(*([ship, cancel] if turn % 2 else [cancel, ship]))

        assert sorted(answer.status // 100 for answer in answers) == [2, 4]
        told = next(answer for answer in answers if answer.status >= 400)
        assert (told.status, told.code) in {(409, "order_not_in_state"), (409, "nothing_to_ship")}
        was_sent = (answers if turn % 2 else answers[::-1])[0].status < 400
        assert fair.market.order(int(order_id)).state == ("shipped" if was_sent else "closed")
    fair.until(lambda: fair.market.balance(accounts.refund_payable()) == 0)
    assert broken_promises(fair.db) == []


def give_out(fair: Fairground, *, quota: int) -> int:
    """Let the platform give out coupons, one for each person."""
    now = fair.market.clock.now()
    form = TemplateForm(
        stacking="platform",
        name="庙会券",
        rule=CouponRule(from_minor=0, off_minor=500),
        quota=quota,
        per_person=1,
        claimable=True,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    by_id = fair.market.operator
    template_id = fair.db.write_sync(create_template, shop_id=None, form=form, by_id=by_id).id
    fair.db.write_sync(set_template_state, template_id=template_id, shop_id=None, state="active", by_id=by_id)
    return template_id


def pay(fair: Fairground, order_id: str) -> None:
    """Let Mei pay for an order, and wait until it is paid."""
    trade_id = fair.market.order(int(order_id)).trade_id
    begun = fair.alone(fair.mei, "POST", f"/trades/{trade_id}/payments", {"provider": "sandbox"})
    fair.alone(fair.mei, "POST", f"/payments/{begun['id']}/sandbox", {"outcome": "pay"})
    fair.until(lambda: fair.market.order(int(order_id)).state == "paid")
