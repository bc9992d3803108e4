"""Mei says what is wrong and calls the platform; Lena reads both sides at her office and judges."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.queries import cases_of_line, dispute_of_case
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import DESK, PHONE, pages_of
from tests.browser.test_accessibility import violations
from tests.cast import Cast
from tests.market import Market
from tests.running import RunningServer

OFFICE = ("", "/shops", "/shops/{shop}", "/listings", "/listings/{product}", "/disputes", "/ledger", "/reconciliation")
MORE_OFFICE = ("/ledger/accounts/escrow", "/ledger/statement?code=psp:sandbox", "/compensation", "/insurance", "/jobs")


class Desk(msgspec.Struct, frozen=True):
    """A server on which Mei has bought two lanterns that have come; people's tokens by name."""

    url: str
    db: Database
    tokens: dict[str, str]
    people: dict[str, int]
    shop: int
    product: int
    order: int
    line: int


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("office") / "var"
    clock = ManualClock(datetime.now(UTC))
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        db, cast = services.db, Cast(services.db)
        market = Market(db, clock, cast, data)
        goods = market.stock_goods(market.shop, title="糖画", prices=[1_200])
        sent = market.bought({market.lantern: 2})
        market.ship(sent.id)
        people = {"mei": cast.mei, "omar": cast.omar, "lena": cast.lena}
        tokens = {
            name: db.write_sync(enter_account, account_id=one, entrant=Entrant(user_agent="")).token
            for name, one in people.items()
        }
        line = market.lines(sent.id)[0].id
        with RunningServer(data) as server:
            yield Desk(server.url, db, tokens, people, market.shop, goods.product_id, sent.id, line)


@pytest.fixture
def visit(desk: Desk, chromium: Browser) -> Iterator[Callable[..., Page]]:
    with pages_of(chromium) as open_page:
        yield lambda who, path, *, on=PHONE, **how: open_page(desk.url + path, token=desk.tokens[who], on=on, **how)


def test_a_case_from_the_form_to_the_judgement(desk: Desk, visit: Callable[..., Page]) -> None:
    mei = visit("mei", f"/orders/{desk.order}/returns?line={desk.line}")
    mei.get_by_label("Return it, money back").check()
    mei.get_by_label("One more").click()
    mei.get_by_label("Why").select_option("damaged")
    expect(mei.get_by_label("How much back")).to_have_value("256")
    mei.get_by_label("How much back").fill("300")
    mei.get_by_role("button", name="Send it to the shop").click()
    expect(mei.get_by_text("Up to CN¥256.00").first).to_be_visible()
    mei.get_by_label("How much back").fill("200.50")
    mei.get_by_label("In your own words").fill("灯面裂了。")
    assert violations(mei) == []
    mei.get_by_role("button", name="Send it to the shop").click()
    expect(mei.get_by_role("heading", level=1)).to_have_text("Waiting for the shop")
    (case,) = desk.db.read_sync(cases_of_line, order_line_id=desk.line)
    assert (case.kind, case.quantity, case.asked_minor, case.reason) == ("return_refund", 2, 20_050, "damaged")

    mei.get_by_label("A word to it").fill("看这道裂缝")
    mei.get_by_role("button", name="Show it").click()
    expect(mei.locator(".evidence")).to_contain_text("看这道裂缝")
    desk.db.write_sync(refuse, aftersale_id=case.id, by_id=desk.people["omar"], words="发货时是好的。")
    mei.reload()
    mei.get_by_role("button", name="Call the platform").click()
    mei.get_by_role("dialog").get_by_role("button", name="Call the platform").click()
    expect(mei.get_by_role("dialog")).to_contain_text("Please fill this in")
    mei.get_by_role("dialog").get_by_role("textbox").fill("请看照片。")
    mei.get_by_role("dialog").get_by_role("button", name="Call the platform").click()
    expect(mei.get_by_role("heading", level=1)).to_have_text("The platform decides")
    assert violations(mei) == []

    about = desk.db.read_sync(dispute_of_case, aftersale_id=case.id)
    assert about is not None
    lena = visit("lena", f"/operator/disputes/{about.id}", on=DESK)
    for words in ("灯面裂了。", "请看照片。", "看这道裂缝", "发货时是好的。"):
        expect(lena.locator(".sides")).to_contain_text(words)
    assert violations(lena) == []
    lena.get_by_role("button", name="Split it").click()
    sheet = lena.get_by_role("dialog")
    sheet.get_by_label("The buyer gets").fill("99.5")
    sheet.get_by_label("Why? Both sides read this.").fill("两边各担一半。")
    sheet.get_by_role("button", name="Split it").click()
    expect(lena.get_by_text("The buyer gets CN¥99.50.")).to_be_visible()
    judged = desk.db.read_sync(dispute_of_case, aftersale_id=case.id)
    assert judged is not None
    assert (judged.state, judged.verdict, judged.awarded_minor) == ("judged", "split", 9_950)
    mei.reload()
    expect(mei.get_by_role("button", name="Appeal")).to_be_visible()


def test_the_wallet_is_filled_at_the_till(visit: Callable[..., Page]) -> None:
    mei = visit("mei", "/wallet")
    assert violations(mei) == []
    mei.get_by_role("button", name="Top up").click()
    sheet = mei.get_by_role("dialog")
    sheet.get_by_label("How much").fill("none")
    sheet.get_by_role("button", name="To the till").click()
    expect(sheet).to_contain_text("Please write an amount")
    sheet.get_by_label("How much").fill("12.30")
    sheet.get_by_role("button", name="To the till").click()
    mei.get_by_role("button", name="Pay CN¥12.30").click()
    expect(mei.get_by_text("Paid. Thank you.")).to_be_visible()
    mei.goto(mei.url.split("/pay/")[0] + "/wallet")
    expect(mei.locator(".purse__amount")).to_have_text("CN¥12.30")


@pytest.mark.parametrize(("on", "locale", "theme"), [(PHONE, "zh-Hans", "dark"), (DESK, "en", "light")])
def test_no_page_of_the_office_has_a_violation(
    desk: Desk, visit: Callable[..., Page], on: dict[str, Any], locale: str, theme: str
) -> None:
    lena = visit("lena", "/operator", on=on, locale=locale, theme=theme)
    for path in (*OFFICE, *MORE_OFFICE):
        lena.goto(f"{desk.url}/operator{path}".format(shop=desk.shop, product=desk.product))
        assert violations(lena) == [], path
        overflow = lena.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is {overflow} px too wide"
