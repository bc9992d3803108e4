"""Omar at his shop's console: he sends an order and answers a case without touching the mouse."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.queries import case_by_id
from miaohui.kit.clock import ManualClock
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import DESK, PHONE, pages_of
from tests.browser.test_accessibility import violations
from tests.cast import Cast
from tests.market import Market
from tests.running import RunningServer


class Stall(msgspec.Struct, frozen=True):
    """A server with Omar's shop, an order that is to be sent, and a case that waits for an answer."""

    url: str
    data: Path
    token: str
    shop: int
    order: int
    case: int
    product: int


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    data = tmp_path_factory.mktemp("console") / "var"
    clock = ManualClock(datetime.now(UTC))
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        db, cast = services.db, Cast(services.db)
        market = Market(db, clock, cast, data)
        goods = market.stock_goods(market.shop, title="糖画", prices=[1_200, 1_800])
        sent = market.bought({market.lantern: 1})
        market.ship(sent.id)
        waiting = market.bought({goods.variant_ids[0]: 2, goods.variant_ids[1]: 1})
        case = db.write_sync(
            apply_aftersale,
            order_id=sent.id,
            order_line_id=market.lines(sent.id)[0].id,
            buyer_id=cast.mei,
            kind="return_refund",
            quantity=1,
            amount_minor=None,
            reason="not_as_described",
            words="灯影没有图上清楚。",
        )
        token = db.write_sync(enter_account, account_id=cast.omar, entrant=Entrant(user_agent="")).token
        shop, product = market.shop, goods.product_id
    with RunningServer(data) as server:
        yield Stall(server.url, data, token, shop, waiting.id, case.id, product)


@pytest.fixture
def visit(stall: Stall, chromium: Browser) -> Iterator[Callable[..., Page]]:
    with pages_of(chromium) as open_page:
        yield lambda path, **how: open_page(f"{stall.url}/shop/{stall.shop}{path}", token=stall.token, **how)


PAGES = ("", "/orders", "/orders/{order}", "/aftersales", "/aftersales/{case}", "/goods", "/goods/new")
MORE_PAGES = ("/goods/{product}", "/stock", "/coupons", "/money", "/staff", "/papers", "/settings")


@pytest.mark.parametrize(("on", "theme"), [(PHONE, "dark"), (DESK, "light")])
@pytest.mark.parametrize("pages", [PAGES, MORE_PAGES])
def test_axe_finds_nothing(
    stall: Stall, visit: Callable[..., Page], pages: tuple[str, ...], on: dict[str, Any], theme: str
) -> None:
    page = visit("", on=on, theme=theme)
    found = {}
    for path in pages:
        page.goto(
            f"{stall.url}/shop/{stall.shop}" + path.format(order=stall.order, case=stall.case, product=stall.product)
        )
        for fold in page.locator("details").all():
            fold.evaluate("each => { each.open = true; }")
        if wrong := violations(page):
            found[path] = wrong
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
    assert found == {}


def press_until(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Go on with one key until the focus is on what `selector` names."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_omar_sends_a_part_of_an_order_by_keyboard(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("")
    press_until(page, f"a.title[href$='/orders/{stall.order}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{stall.order}")

    # One of the two small ones goes now; nothing else.
    press_until(page, "input[data-line]")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("0")
    press_until(page, "#waybill")
    page.keyboard.type("MH20260001")
    press_until(page, "button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("on its way")
    expect(page.locator(".state--part_shipped")).to_be_visible()
    expect(page.locator("main")).to_contain_text("MH20260001")
    waybill = page.get_by_role("link", name="Waybill (PDF)").get_attribute("href")
    assert waybill is not None
    paper = page.request.get(stall.url + waybill)
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    assert page.locator("input[data-line]").evaluate_all("all => all.map(each => each.max)") == ["1", "1"]


def test_omar_answers_a_case_by_keyboard(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("/aftersales")
    press_until(page, f"a.title[href$='/aftersales/{stall.case}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/aftersales/{stall.case}")
    expect(page.locator("main")).to_contain_text("counts as agreed")

    press_until(page, "details:has(form[data-send$='/offer']) > summary")
    page.keyboard.press("Enter")
    press_until(page, "form[data-send$='/offer'] input[name=amount_minor]")
    page.keyboard.type("30")
    press_until(page, "form[data-send$='/offer'] textarea")
    page.keyboard.type("Keep it, and take 30 yuan back.")
    press_until(page, "form[data-send$='/offer'] button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("has your offer")
    expect(page.locator(".console__head .state")).to_have_text("The buyer thinks about your offer")
    with Services(Settings(data_dir=stall.data)) as services:
        found = services.db.read_sync(case_by_id, stall.case)
    assert found is not None
    assert (found.state, found.offered_minor, found.offered_kind) == ("wait_buyer_confirm", 3_000, "refund_only")
