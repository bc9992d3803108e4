"""Goods over the playing clip: seen, chosen and bought without leaving it."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from miaohui.commerce.cart.tables import cart_line
from miaohui.commerce.catalogue.actions.attach_products import attach_products
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.orders.tables import order_line, shop_order
from miaohui.discovery.feed.tables import signal
from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import DESK, PHONE, pages_of
from tests.browser.stage import on_stage, wait_for_state
from tests.browser.test_accessibility import violations
from tests.cast import Cast
from tests.commerce.market import Goods, open_stall, put_goods
from tests.media.booth import Booth
from tests.media.conftest import Studio
from tests.running import RunningServer


class Stall(msgspec.Struct, frozen=True):
    """A server with one clip that carries two things, and Bo, who has an address and a full wallet."""

    url: str
    data: Path
    clip: int
    tokens: dict[str, str]
    people: dict[str, int]
    lamp: Goods
    kite: Goods


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    folder = tmp_path_factory.mktemp("stall")
    data = folder / "var"
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        db, cast = services.db, Cast(services.db)
        booth, studio = Booth(db, data), Studio(folder)
        film = studio.clip("lamps.mp4", seconds=5, size="270x480", rate="15", filters="hue=h=40")
        clip = booth.published(cast.mei, film, caption="灯会里最亮的一盏 #灯笼")
        shop = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="梅家灯铺")
        lamp = put_goods(
            db,
            shop_id=shop,
            operator_id=cast.lena,
            title="走马灯，会转的那种",
            prices=(12_800, 16_800, 19_800),
            options=({"尺寸": "小"}, {"尺寸": "中"}, {"尺寸": "大"}),
        )
        kite = put_goods(
            db, shop_id=shop, operator_id=cast.lena, title="纸鸢", prices=(3_900,), category_slug="handmade"
        )
        for variant_id, units in ((lamp.variant_ids[1], 9), (lamp.variant_ids[2], 3), (kite.variant_ids[0], 20)):
            db.write_sync(receive_stock, variant_id=variant_id, quantity=units, ref="first", by_id=cast.mei)
        for goods, tone in ((lamp, "#e2492f"), (kite, "#5fbf9b")):
            for width in (240, 720, 1440):
                booth.blobs.put(f"goods/{goods.product_id}/front-{width}.webp", picture(width, tone))
        db.write_sync(
            attach_products, video_id=clip, author_id=cast.mei, product_ids=[lamp.product_id, kite.product_id]
        )
        home = AddressForm(name="Bo", phone="+8613800138000", street="灯市口大街 1 号", division_code="110101")
        db.write_sync(add_address, account_id=cast.bo, form=home)
        db.write_sync(fill_wallet, person_id=cast.bo)
        tokens = {
            name: db.write_sync(enter_account, account_id=getattr(cast, name), entrant=Entrant(user_agent="")).token
            for name in ("bo", "lan")
        }
        people = {name: getattr(cast, name) for name in ("bo", "lan")}
    with RunningServer(data) as server:
        yield Stall(server.url, data, clip, tokens, people, lamp, kite)


def picture(width: int, tone: str) -> bytes:
    drawn = Image.new("RGB", (width, width * 3 // 4), "#1b1714")
    ImageDraw.Draw(drawn).ellipse((width // 4, width // 8, width * 3 // 4, width * 5 // 8), fill=tone)
    file = io.BytesIO()
    drawn.save(file, "WEBP")
    return file.getvalue()


def fill_wallet(tx: Tx, *, person_id: int) -> None:
    leg = Leg(debit=accounts.bank(), credit=accounts.wallet(person_id), amount_minor=100_000)
    post_entry(tx, kind="topup", ref=f"test:{person_id}", currency="CNY", legs=[leg])


@pytest.fixture
def visit(stall: Stall, chromium: Browser) -> Iterator[Callable[..., Page]]:
    with pages_of(chromium) as open_page:

        def watch(*, as_: str | None = "bo", on: dict[str, Any] = PHONE, **how: str) -> Page:
            token = None if as_ is None else stall.tokens[as_]
            page = open_page(f"{stall.url}/v/{stall.clip}", token=token, on=on, **how)
            on_stage(page)
            return page

        yield watch


def rows(stall: Stall, statement: sa.Select[tuple[object, ...]]) -> list[sa.Row[tuple[object, ...]]]:
    with Services(Settings(data_dir=stall.data)) as services:
        return services.db.read_sync(lambda tx: list(tx.execute(statement)))


def open_sheet(page: Page) -> None:
    page.locator(".clip__goods").first.click()
    expect(page.locator("dialog.sheet [data-buy]")).to_be_enabled()
    # It comes up from below, and stands still before a hand takes hold of it.
    page.wait_for_function("() => document.querySelector('dialog.sheet').getAnimations().length === 0")


def test_the_sheet_opens_over_the_playing_clip_and_goes_without_a_trace(visit: Callable[..., Page]) -> None:
    page = visit()
    address = page.url

    open_sheet(page)

    dialog = page.locator("dialog.sheet")
    expect(dialog).to_contain_text("走马灯，会转的那种")
    assert violations(page) == []
    wait_for_state(page, "playing")
    assert page.url == address
    # The first that can be had is chosen; what is sold out cannot be.
    assert dialog.locator("[name=variant]").evaluate_all("all => all.map(one => [one.checked, one.disabled])") == [
        [False, True],
        [True, False],
        [False, False],
    ]
    expect(dialog.locator("[data-price]")).to_contain_text("168.00")
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('mh-clip')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".clip__goods:focus")).to_have_count(1)
    wait_for_state(page, "playing")


def test_a_pull_at_its_head_closes_it(visit: Callable[..., Page]) -> None:
    page = visit()
    open_sheet(page)
    head = page.locator(".sheet__head h2").bounding_box()
    assert head is not None
    x, y = head["x"] + head["width"] / 2, head["y"] + head["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x, y + 25 * step)
    page.mouse.up()

    expect(page.locator("dialog.sheet")).to_have_count(0)


def test_three_taps_buy_it_and_the_clip_plays_on(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit()
    address = page.url
    open_sheet(page)
    dialog = page.locator("dialog.sheet")

    dialog.locator("[data-buy]").click()
    expect(dialog.locator("[data-confirm]")).to_contain_text("168.00")
    expect(dialog).to_contain_text("灯市口大街 1 号")
    assert violations(page) == []
    dialog.locator("[data-confirm]").click()
    dialog.locator("[data-pay=wallet]").click()

    expect(dialog.locator("[data-go-on]")).to_be_focused()
    dialog.locator("[data-go-on]").click()
    expect(dialog).to_have_count(0)
    assert page.url == address
    wait_for_state(page, "playing")
    bought = sa.select(order_line.c.variant_id, order_line.c.source_kind, order_line.c.source_id, shop_order.c.state)
    statement = bought.join_from(order_line, shop_order, shop_order.c.id == order_line.c.order_id)
    # The order hears of its payment by an event, which a busy machine hands on a little later.
    while rows(stall, statement)[0].state == "created":
        page.wait_for_timeout(50)
    (line,) = rows(stall, statement)
    assert tuple(line) == (stall.lamp.variant_ids[1], "video", stall.clip, "paid")


def test_what_is_put_into_the_cart_says_where_it_was_found_and_counts(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit(as_="lan")
    open_sheet(page)
    dialog = page.locator("dialog.sheet")

    dialog.get_by_label("纸鸢").click()
    expect(dialog.locator("h2")).to_have_text("纸鸢")
    expect(dialog.locator("[data-buy]")).to_be_enabled()
    dialog.get_by_role("button", name="Into the cart").click()
    expect(dialog.locator(".toast")).to_be_visible()
    page.keyboard.press("Escape")

    (line,) = rows(stall, sa.select(cart_line).where(cart_line.c.account_id == stall.people["lan"]))
    assert (line.variant_id, line.source_kind, line.source_id) == (stall.kite.variant_ids[0], "video", stall.clip)
    told = sa.select(signal.c.kind).where(
        signal.c.person_id == stall.people["lan"], signal.c.item_id == stall.kite.product_id
    )
    while [row.kind for row in rows(stall, told.order_by(signal.c.seq))] != ["open_product", "add_to_cart"]:
        page.wait_for_timeout(50)


def test_who_has_no_account_may_look_and_is_asked_in_when_buying(visit: Callable[..., Page]) -> None:
    page = visit(as_=None)
    open_sheet(page)

    page.locator("[data-buy]").click()

    expect(page.get_by_role("heading", name="Come in")).to_be_visible()


def test_beside_the_clip_a_wide_screen_lists_all_that_it_shows(visit: Callable[..., Page]) -> None:
    page = visit(on=DESK)
    cards = page.locator(".details__goods button")

    expect(cards).to_have_count(2)
    cards.nth(1).click()

    expect(page.locator("dialog.sheet h2")).to_have_text("纸鸢")
    expect(page.locator("[data-buy]")).to_be_enabled()


def test_the_market_becomes_ones_own_and_hears_what_is_looked_at(stall: Stall, visit: Callable[..., Page]) -> None:
    page = visit(as_="lan", on=DESK)
    page.goto(f"{stall.url}/market")
    expect(page.locator(".goods-card")).to_have_count(2)

    page.locator(".goods-card", has_text="走马灯").click()

    told = sa.select(signal.c.kind).where(
        signal.c.person_id == stall.people["lan"], signal.c.item_id == stall.lamp.product_id
    )
    while "open_product" not in {row.kind for row in rows(stall, told)}:
        page.wait_for_timeout(50)
