"""A shop and its buyers: found from a product, a coupon taken, its card sent to a friend, who comes and looks around."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.promotions.actions.save_promotion import create_promotion, set_promotion_state
from miaohui.commerce.promotions.actions.save_template import create_template, set_template_state
from miaohui.commerce.promotions.offer_forms import PromotionForm, TemplateForm
from miaohui.commerce.promotions.pricing.rules import Bearers, CouponRule, FlashRule
from miaohui.kit.db import Tx
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import DESK, PHONE, pages_of
from tests.browser.test_accessibility import violations
from tests.cast import Cast
from tests.commerce.market import open_stall, put_goods
from tests.running import RunningServer
from tests.talk.messaging.friends import befriend

NAME = "梅家灯铺"
MANY = 26
"""More than a page of goods, so that there is a second one."""


class Street(msgspec.Struct, frozen=True):
    """A server with Mei's shop, in which a sale runs; Bo and Lan, who are friends; and a product of hers."""

    url: str
    shop: int
    lamp: int
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    data = tmp_path_factory.mktemp("street") / "var"
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        db, cast = services.db, Cast(services.db)
        befriend(db, cast.bo, cast.lan)
        shop = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name=NAME)
        wares = [put_goods(db, shop_id=shop, operator_id=cast.lena, title=f"灯 {n}") for n in range(MANY)]
        lamp = put_goods(db, shop_id=shop, operator_id=cast.lena, title="走马灯")
        for goods in (*wares, lamp):
            db.write_sync(
                receive_stock, variant_id=goods.variant_ids[0], quantity=9, ref=f"{goods.product_id}", by_id=cast.mei
            )
        db.write_sync(open_offers, shop_id=shop, by_id=cast.mei, variant_id=lamp.variant_ids[0])
        tokens = {
            name: db.write_sync(enter_account, account_id=getattr(cast, name), entrant=Entrant(user_agent="")).token
            for name in ("bo", "lan")
        }
    with RunningServer(data) as server:
        yield Street(server.url, shop, lamp.product_id, tokens)


def open_offers(tx: Tx, *, shop_id: int, by_id: int, variant_id: int) -> None:
    """A coupon of 10 yuan to be taken, and a lamp for 99 instead of 128 until tomorrow."""
    begin, end = tx.now - timedelta(minutes=1), tx.now + timedelta(days=1)
    whose = {"shop_id": shop_id, "by_id": by_id}
    coupon = TemplateForm(
        stacking="shop", name="开张", rule=CouponRule(off_minor=1_000), bearers=Bearers(), quota=10, starts_at=begin,
        ends_at=end, per_person=1, claimable=True,
    )  # fmt: skip
    template = create_template(tx, **whose, form=coupon)
    set_template_state(tx, **whose, template_id=template.id, state="active")
    sale = PromotionForm(name="夜场", rule=FlashRule(prices={variant_id: 9_900}), starts_at=begin, ends_at=end)
    promotion = create_promotion(tx, **whose, form=sale)
    set_promotion_state(tx, **whose, promotion_id=promotion.id, state="active")


def test_found_a_coupon_taken_the_card_sent_and_opened(street: Street, chromium: Browser) -> None:
    with pages_of(chromium) as open_page:
        bo = open_page(f"{street.url}/goods/{street.lamp}", token=street.tokens["bo"], on=PHONE)
        bo.get_by_role("link", name=NAME).first.click()
        bo.wait_for_url(f"**/shops/{street.shop}")
        expect(bo.get_by_role("heading", name=NAME)).to_be_visible()
        assert violations(bo) == []

        sale = bo.locator("section", has=bo.get_by_role("heading", name="Flash sales"))
        expect(sale.locator(".goods-card")).to_have_count(1)
        expect(sale.locator(".goods-card .price")).to_have_text("CN¥99.00")
        expect(sale.locator(".goods-card s")).to_contain_text("CN¥128.00")

        bo.get_by_role("button", name="Take it").click()
        expect(bo.get_by_role("button", name="Yours")).to_be_disabled()

        goods = bo.locator("[data-grid] > li")
        expect(goods).to_have_count(24)
        bo.context.set_offline(True)
        bo.locator("[data-more]").click()
        expect(bo.get_by_text("No connection just now")).to_be_visible()
        expect(goods).to_have_count(24)
        bo.context.set_offline(False)
        bo.locator("[data-more]").click()
        expect(goods).to_have_count(MANY + 1)
        expect(bo.locator("[data-more]")).to_have_count(0)

        bo.get_by_role("button", name="Send to a chat").click()
        bo.locator(".send-list__one", has_text="兰兰").click()
        expect(bo.locator(".toasts")).to_contain_text("Sent to")

        lan = open_page(f"{street.url}/messages", token=street.tokens["lan"], on=DESK)
        lan.locator("a[href^='/messages/']", has_text="Bo").first.click()
        lan.locator(".bubble__card", has_text=NAME).click()
        expect(lan.get_by_role("heading", name=NAME)).to_be_visible()
        # By the keyboard alone: the dearest to the front, and into the first of them.
        lan.get_by_role("link", name="Cheapest").focus()
        lan.keyboard.press("Enter")
        expect(lan.get_by_role("link", name="Cheapest")).to_have_attribute("aria-current", "page")
        expect(lan.get_by_role("button", name="Take it")).to_be_enabled()
