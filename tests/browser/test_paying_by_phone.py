"""Paying by phone: WeChat opened from a phone's browser, and WeChat's own browser with its bridge."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miaohui.kit.http import SESSION_COOKIE
from miaohui.migrations import migrate
from miaohui.services import Services
from tests.at_once import at_once
from tests.browser.conftest import PHONE
from tests.fairground import Fairground, open_fairground
from tests.money.payments.simulator.running import Companies, running_companies
from tests.money.payments.test_phones import ANDROID, WECHAT


class House(msgspec.Struct, frozen=True):
    """A market whose server offers all ways to pay, and the companies that take the money."""

    fair: Fairground
    companies: Companies

    def ordered(self) -> str:
        """Let Mei order a lantern, and return the path of the order that waits for its money."""
        # In a thread: the browser's own loop runs in this one.
        [trade] = at_once([lambda: self.fair.ordered(self.fair.mei)])
        return f"/orders/{trade['order_ids'][0]}"

    def visit(self, browser: Browser, user_agent: str) -> BrowserContext:
        """Let Mei come with a phone."""
        context = browser.new_context(**PHONE, user_agent=user_agent, locale="en-GB")
        context.add_cookies([{"name": SESSION_COOKIE, "value": self.fair.mei.token, "url": self.fair.server.url}])
        return context


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("phones")
    data = folder / "var"
    with running_companies(folder) as companies:
        chosen = msgspec.structs.replace(companies.settings(data), public_url="")
        with Services(chosen) as services:
            migrate(services.db)
        texts = {
            name: value for name, value in msgspec.structs.asdict(chosen).items() if isinstance(value, str) and value
        }
        given = {
            name: value
            for name, value in texts.items()
            if name.split("_")[0] in {"payment", "stripe", "alipay", "wechat"}
        }
        with open_fairground(data, f"sqlite:///{data / 'miaohui.db'}", **given) as fair:
            yield House(fair, companies)


def choose(page: Page, way: str) -> None:
    page.get_by_role("radio", name=way).check()
    page.get_by_role("button", name="Pay CN¥").click()


def test_from_a_phones_browser_into_wechat_and_back(house: House, chromium: Browser) -> None:
    context = house.visit(chromium, ANDROID)
    page = context.new_page()
    page.goto(house.fair.server.url + house.ordered())
    expect(page.get_by_text("Opens WeChat")).to_be_visible()
    expect(page.get_by_text("Opens Alipay")).to_be_visible()

    choose(page, "WeChat Pay")

    # WeChat looks where the payer comes from, opens, and sends back; the page asks it before it says anything.
    expect(page.get_by_text("Paid. Thank you.")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url("**/orders")
    context.close()


def test_inside_wechat_a_tap_pays_and_a_change_of_mind_does_not(house: House, chromium: Browser) -> None:
    context = house.visit(chromium, WECHAT)
    said: list[str] = []
    wishes = ["cancel", "pay"]

    def bridge(call: dict[str, Any]) -> str:
        if wishes.pop(0) == "cancel":
            return "get_brand_wcpay_request:cancel"
        said.append(str(house.companies.tell("bridge", "wechat", call=call, person="mei")))
        return said[-1]

    context.expose_function("weixin", bridge)
    context.add_init_script(
        "window.WeixinJSBridge = { invoke: (name, call, tell) => weixin(call).then((err_msg) => tell({ err_msg })) };"
    )
    page = context.new_page()
    page.goto(house.fair.server.url + house.ordered())
    expect(page.get_by_text("Alipay does not open inside WeChat")).to_be_visible()
    expect(page.get_by_role("radio", name="Alipay")).to_have_count(0)

    choose(page, "WeChat Pay")
    page.wait_for_url("**/pay/return/*")
    pay = page.get_by_role("button", name="Pay CN¥")
    pay.click()
    expect(page.get_by_text("Not paid yet")).to_be_visible()
    pay.click()
    expect(page.get_by_text("waiting for word from WeChat")).to_be_visible()
    number = json.loads(str(pay.get_attribute("data-bridge")))["package"].removeprefix("prepay_id=wx")
    told = house.companies.tell("notice", "wechat", number=number, send_to=f"{house.fair.server.url}/notices/wechat")

    assert said == ["get_brand_wcpay_request:ok"]
    assert told["status"] == 200
    expect(page.get_by_text("Paid. Thank you.")).to_be_visible()
    assert "code=" not in page.url
    context.close()
