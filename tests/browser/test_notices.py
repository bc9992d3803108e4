"""The bell rings while a page is open, the list is read, a push is shown, and a photo becomes a sticker."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miaohui.kit.http import SESSION_COOKIE
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import PHONE, wait_until
from tests.cast import Cast
from tests.running import RunningServer


class Square(msgspec.Struct, frozen=True):
    """A server without clips, and who is there with which token."""

    url: str
    people: dict[str, int]
    tokens: dict[str, str]

    def follow_mei(self, who: str) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        httpx.put(f"{self.url}/api/v1/people/{self.people['mei']}/follow", headers=headers).raise_for_status()


@pytest.fixture(scope="module")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    data = Path(tmp_path_factory.mktemp("square")) / "var"
    services = Services(Settings(data_dir=data))
    services.migrate()
    with services:
        cast = Cast(services.db)
        people = {name: getattr(cast, name) for name in ("mei", "bo", "lan")}
        tokens = {
            name: services.db.write_sync(enter_account, account_id=one, entrant=Entrant(user_agent="a test")).token
            for name, one in people.items()
        }
    with RunningServer(data, workers=0) as server:
        yield Square(server.url, people, tokens)


@pytest.fixture
def phone(square: Square, chromium: Browser) -> Iterator[BrowserContext]:
    """Mei's phone."""
    context = chromium.new_context(**PHONE)
    cookies = {"mh_locale": "en", SESSION_COOKIE: square.tokens["mei"]}
    context.add_cookies([{"name": name, "value": value, "url": square.url} for name, value in cookies.items()])
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield context
    context.close()
    assert faults == []


def test_the_bell_rings_and_the_list_is_read(square: Square, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{square.url}/notifications")
    expect(page.get_by_text("All quiet")).to_be_visible()
    square.follow_mei("bo")
    bell = page.get_by_role("link", name="Me 1 unread notice")
    expect(bell).to_be_visible()
    page.get_by_role("link", name="There is something new").click()
    expect(page.get_by_role("link", name="Bo follows you")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice--unread")).to_have_count(0)
    expect(bell).to_be_hidden()


def test_switches_stay_where_they_were_put(square: Square, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{square.url}/notifications/settings")
    switch = page.get_by_label("Letter: Somebody follows me", exact=True)
    with page.expect_response("**/notifications/settings/graph.followed/email"):
        switch.uncheck()
    with page.expect_response("**/notifications/settings"):
        page.get_by_label("Push nothing while I sleep").check()
    with page.expect_response("**/notifications/settings"):
        page.get_by_label("From", exact=True).fill("21:00")
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.reload()
    expect(switch).not_to_be_checked()
    expect(page.get_by_label("From", exact=True)).to_have_value("21:00")


def test_a_push_is_shown_and_says_no_more_than_it_was_sent(square: Square, phone: BrowserContext) -> None:
    phone.grant_permissions(["notifications"], origin=square.url)
    page = phone.new_page()
    page.goto(f"{square.url}/notifications")
    devtools = phone.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda update: found.extend(one["registrationId"] for one in update["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 0)")
    wait_until(page, "async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    said = {"title": "庙会", "body": "有人关注了你", "link": "/me", "tag": "n7", "unread": 3, "seq": 9}
    push = {"origin": square.url, "registrationId": found[-1], "data": json.dumps(said)}
    devtools.send("ServiceWorker.deliverPushMessage", push)
    shown = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.title, n.body, n.tag, n.data.link])"
    wait_until(page, f"async () => (await ({shown})()).length === 1")
    assert page.evaluate(shown) == [["庙会", "有人关注了你", "n7", "/me"]]


def test_a_photo_becomes_a_sticker_and_can_be_kept(square: Square, phone: BrowserContext) -> None:
    page: Page = phone.new_page()
    page.goto(f"{square.url}/stickers")
    photo = io.BytesIO()
    Image.new("RGB", (500, 300), "#e2492f").save(photo, "JPEG")
    page.get_by_label("What it says or shows").fill("糖画")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
    expect(page.get_by_role("img", name="糖画")).to_be_visible()
    keep = page.get_by_role("button", name="Keep: 糖画")
    with page.expect_response("**/favourite"):
        keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/sticker-packs/4"):
        page.get_by_label("In my picker: Cats and friends").check()
    page.reload()
    expect(page.get_by_label("In my picker: Cats and friends")).to_be_checked()
    expect(page.get_by_role("img", name="糖画")).to_have_count(2)
