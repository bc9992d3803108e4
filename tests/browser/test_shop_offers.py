"""Omar plans his shop: flash sales, promotions, freight by region, the order of pictures, a table of goods."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from miaohui.commerce.affiliate.queries import commission_rates
from miaohui.commerce.catalogue.actions.change_pictures import add_picture
from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.queries import pictures_of
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.make_quote import make_quote
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.queries import templates_of_shops
from miaohui.commerce.checkout.quotes import Asked
from miaohui.commerce.inventory.queries import units_set_apart
from miaohui.commerce.promotions.queries import promotions_of
from miaohui.kit.clock import ManualClock
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import DESK, PHONE, pages_of
from tests.browser.test_accessibility import violations
from tests.browser.test_shop_console import press_until
from tests.cast import Cast
from tests.market import Market
from tests.running import RunningServer

HEADER = "product,title,category,price,options\n"
WRONG = HEADER + "1,走马灯,lamps,128.00,\n1,,,一百二,尺寸=大\n2,灯,lighting,36.50,\n"
RIGHT = HEADER + "1,八角走马灯,lighting,128.00,尺寸=小\n1,,,198.00,尺寸=大\n2,纸扇,handmade,36.50,\n"


class Stall(msgspec.Struct, frozen=True):
    """A server with Omar's shop: sugar paintings of 12 and 18 yuan with three pictures, and Mei, who lives in Xinjiang."""

    url: str
    data: Path
    token: str
    shop: int
    product: int
    variants: list[int]
    buyer: int

    def ask(self, read: Callable[..., Any], *args: Any, **wish: Any) -> Any:
        with Services(Settings(data_dir=self.data)) as services:
            return services.db.read_sync(read, *args, **wish)

    def quote(self) -> Any:
        """What a small sugar painting costs Mei now, freight and all."""
        with Services(Settings(data_dir=self.data)) as services:
            asked = [Asked(variant_id=self.variants[0], quantity=1)]
            return services.db.write_sync(make_quote, buyer_id=self.buyer, lines=asked)


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    data = tmp_path_factory.mktemp("offers") / "var"
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        db, cast = services.db, Cast(services.db)
        market = Market(db, ManualClock(datetime.now(UTC)), cast, data)
        goods = market.stock_goods(market.shop, title="糖画", prices=[1_200, 1_800], units=40)
        for side in ("left", "right"):
            picture = {"key": f"goods/{goods.product_id}/{side}", "width": 1440, "height": 1080}
            db.write_sync(add_picture, product_id=goods.product_id, by_id=cast.omar, **picture)
            # On probation each new picture is looked at.
            db.write_sync(decide_listing, product_id=goods.product_id, by_id=cast.lena, accept=True)
        home = AddressForm(name="阿梅", phone="13800138000", street="解放南路 8 号", division_code="650102")
        db.write_sync(add_address, account_id=cast.mei, form=home)
        token = db.write_sync(enter_account, account_id=cast.omar, entrant=Entrant(user_agent="")).token
        place = {"shop": market.shop, "product": goods.product_id, "variants": goods.variant_ids, "buyer": cast.mei}
    with RunningServer(data) as server:
        yield Stall(server.url, data, token, **place)


@pytest.fixture
def visit(stall: Stall, chromium: Browser) -> Iterator[Callable[..., Page]]:
    with pages_of(chromium) as open_page:
        yield lambda path, **how: open_page(f"{stall.url}/shop/{stall.shop}{path}", token=stall.token, **how)


def enter(page: Page) -> None:
    """Press Enter on what has the focus, and wait for where it leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_flash_sale_is_drafted_mended_and_started_by_keyboard(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("/coupons?tab=flash")
    expect(page.locator(".empty")).to_contain_text("No flash sales yet")
    press_until(page, "a[href$='kind=flash']")
    enter(page)
    page.get_by_label("Name").focus()
    page.keyboard.type("Lantern night")
    press_until(page, "button[value=draft]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error=prices]")).to_have_text("Give at least one thing a flash price")

    press_until(page, f"[data-variant='{stall.variants[0]}'] [data-part=price]")
    page.keyboard.type("9.90")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    press_until(page, "button[value=draft]")
    enter(page)
    expect(page.locator("section.group h2")).to_have_text(["Draft"])
    assert stall.quote().goods_minor == 1_200, "a draft lowers nothing"

    press_until(page, "a[href*='/coupons/promotion/']")
    enter(page)
    assert page.get_by_label("Name").input_value() == "Lantern night"
    price = page.locator(f"[data-variant='{stall.variants[0]}'] [data-part=price]")
    assert price.input_value() == "9.90"
    price.fill("8.8")
    page.locator("[name=per_person]").fill("2")
    press_until(page, "button[value=start]")
    enter(page)

    expect(page.locator("section.group h2")).to_have_text(["Running"])
    expect(page.locator(".price-drop")).to_contain_text("8.80")
    [sale] = stall.ask(promotions_of, shop_id=stall.shop)
    assert (sale.rule.prices, sale.rule.per_person) == ({stall.variants[0]: 880}, 2)
    assert stall.ask(units_set_apart, kind="flash", pool_refs=[str(sale.id)]) == {str(sale.id): {stall.variants[0]: 10}}
    offered = stall.quote()
    assert offered.goods_minor - offered.discount_minor == 880
    assert page.request.get(f"{stall.url}/shop/{stall.shop}/coupons/promotion/{sale.id}").status == 409

    page.locator("summary", has_text="End").click()
    with page.expect_navigation():
        page.get_by_role("button", name="End it").click()
    expect(page.locator("section.group h2")).to_have_text(["Ended"])
    assert stall.quote().discount_minor == 0


def test_promotions_of_every_kind_are_written_and_written_anew(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("/coupons/new?kind=item")
    page.get_by_label("Name").fill("Ten off for all")
    page.get_by_label("Per cent off").fill("10")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("tbody")).to_contain_text("10% off")

    page.locator("a[href*='/coupons/promotion/']").click()
    page.get_by_label("Per cent off").fill("12.5")
    page.locator(f"input[name=product][value='{stall.product}']").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("12.5% off")

    page.goto(f"{stall.url}/shop/{stall.shop}/coupons/new?kind=threshold")
    page.get_by_label("Name").fill("The more")
    page.locator(".choices label", has_text="Per cent").click()
    for place, (start, off) in enumerate([("100", "5"), ("300", "12")]):
        if place:
            page.get_by_role("button", name="One more step").click()
        page.locator("[data-part=from]").nth(place).fill(start)
        page.locator("[data-part=off]").nth(place).fill(off)
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()
    rules = [one.rule for one in stall.ask(promotions_of, shop_id=stall.shop)[:2]]
    steps = [(step.from_minor, step.percent_off_bp, step.off_minor) for step in rules[0].steps]
    assert steps == [(10_000, 500, None), (30_000, 1_200, None)]
    assert (rules[1].percent_off_bp, rules[1].off_minor, rules[1].product_ids) == (1_250, None, [stall.product])

    page.goto(f"{stall.url}/shop/{stall.shop}/coupons?tab=commissions")
    row = page.locator("tr", has_text="糖画")
    row.locator("input").fill("15")
    with page.expect_navigation():
        row.get_by_role("button", name="Offer it").click()
    assert stall.ask(commission_rates, [stall.product]) == {stall.product: 1_500}
    with page.expect_navigation():
        page.locator("tr", has_text="糖画").get_by_role("button", name="End").click()
    assert stall.ask(commission_rates, [stall.product]) == {}


def test_freight_by_region_is_chosen_by_name(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("/settings/freight/new")
    page.get_by_label("Name").fill("Parcel")
    page.locator(".zone").first.locator("[id$=first_minor]").fill("8")
    page.get_by_role("button", name="Another price for some regions").click()
    sheet = page.locator("dialog")
    sheet.get_by_label("Parts of 新疆维吾尔自治区").press("Enter")
    sheet.get_by_role("checkbox", name="乌鲁木齐市").check()
    sheet.get_by_role("checkbox", name="西藏自治区").check()
    sheet.get_by_role("button", name="Take these").press("Enter")
    far = page.locator(".zone").nth(1)
    expect(far.locator(".chip")).to_have_text(["西藏自治区", "新疆维吾尔自治区 乌鲁木齐市"])
    far.locator("[id$=first_minor]").fill("20")
    page.get_by_role("button", name="Another price for some regions").click()
    assert sheet.get_by_role("checkbox", name="西藏自治区").is_disabled(), "it has a price already"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error=zones]")).to_contain_text("Choose the regions")
    page.locator(".zone").nth(2).get_by_role("button", name="Take this price away").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()

    expect(page.locator(".zones")).to_contain_text("新疆维吾尔自治区 乌鲁木齐市")
    assert stall.quote().freight_minor == 2_000
    page.locator("a[href*='/settings/freight/']", has_text="Parcel").click()
    page.locator(".zone").nth(1).locator(".switch").click()
    page.get_by_label("Free from (CNY)").fill("99")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    [template] = stall.ask(templates_of_shops, [stall.shop])[stall.shop].values()
    assert (template.free_from_minor, template.is_default) == (9_900, True)
    assert [(zone.regions, zone.delivers, zone.first_minor) for zone in template.zones] == [
        ((), True, 800),
        (("54", "6501"), False, 0),
    ]


def test_pictures_change_places_by_arrows_and_by_hand(stall: Stall, visit: Callable[..., Page]) -> None:
    front, left, right = (one.id for one in stall.ask(pictures_of, stall.product))

    def order() -> list[int]:
        return [one.id for one in stall.ask(pictures_of, stall.product)]

    page = visit(f"/goods/{stall.product}")
    press_until(page, f"[data-picture='{right}'] [data-step='-1']")
    for _ in range(2):
        with page.expect_response("**/pictures"):
            page.keyboard.press("Enter")
        expect(page.locator(f"[data-picture='{right}'] :focus")).to_have_count(1)
    assert order() == [right, front, left]
    expect(page.locator(".cover:visible")).to_have_count(1)
    expect(page.locator("[data-pictures-said]")).to_have_text("The pictures are in this order now")

    page.locator(f"[data-picture='{left}'] .thumb").hover()
    page.mouse.down()
    page.locator(f"[data-picture='{right}'] .thumb").hover()
    with page.expect_response("**/pictures"):
        page.mouse.up()
    assert order() == [left, right, front]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh-Hans", ["有 3 行不对", "没有叫这个名字的类目", "不是价格，应写成 12.80 这样", "要有 2 到 80 个字"]),
        ("en", ["3 rows are wrong", "no category is called so", "not a price, such as 12.80", "2 to 80 characters"]),
    ],
)
def test_a_wrong_table_is_told_row_by_row(
    stall: Stall, visit: Callable[..., Page], locale: str, said: list[str]
) -> None:
    page = visit("/goods/import", locale=locale)
    page.locator("button[value=write]").click()
    assert page.locator("[data-error=form]").inner_text()
    table: FilePayload = {"name": "goods.csv", "mimeType": "text/csv", "buffer": WRONG.encode("gb18030")}
    page.locator("#sheet").set_input_files([table])
    page.locator("button[value=write]").press("Enter")

    report = page.locator("[data-report]")
    expect(report.locator("h2")).to_have_text(said[0])
    expect(report.locator("tbody tr")).to_have_count(3)
    expect(report.locator("tbody td:nth-child(1)")).to_have_text(["2", "3", "4"])
    expect(report.locator("tbody td:nth-child(3)")).to_have_text(["lamps", "一百二", "灯"])
    expect(report.locator("tbody td:nth-child(4)")).to_have_text(said[1:])


def test_a_table_is_checked_then_written(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit("/goods/import")
    table: FilePayload = {"name": "goods.csv", "mimeType": "text/csv", "buffer": RIGHT.encode()}
    page.locator("#sheet").set_input_files([table])
    page.get_by_role("button", name="Only check it").press("Enter")
    report = page.locator("[data-report]")
    expect(report.locator("h2")).to_have_text("The table is fine")
    expect(report.locator("tbody tr")).to_have_count(2)
    expect(report.locator("tbody tr").first).to_contain_text("198.00")
    with page.expect_navigation():
        page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("八角走马灯")


PAGES = ("/coupons", "/coupons?tab=promotions", "/coupons?tab=flash", "/coupons?tab=commissions", "/goods/import")
FORMS = tuple(f"/coupons/new?kind={kind}" for kind in ("coupon", "item", "threshold", "flash"))


@pytest.mark.parametrize(("on", "theme", "locale"), [(PHONE, "dark", "zh-Hans"), (DESK, "light", "en")])
def test_axe_finds_nothing(
    stall: Stall, visit: Callable[..., Page], on: dict[str, Any], theme: str, locale: str
) -> None:
    page = visit("/settings/freight/new", on=on, theme=theme, locale=locale)
    found = {}
    for path in (*PAGES, *FORMS, f"/goods/{stall.product}", "/settings/freight/new"):
        page.goto(f"{stall.url}/shop/{stall.shop}{path}")
        if wrong := violations(page):
            found[path] = wrong
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
    assert found == {}
