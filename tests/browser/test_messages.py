"""Two people write to each other on their phones: words arrive at once, one takes theirs back, a group begins."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miaohui.kit.http import SESSION_COOKIE
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import PHONE
from tests.cast import Cast
from tests.running import RunningServer
from tests.talk.messaging.friends import befriend


class Teahouse(msgspec.Struct, frozen=True):
    """A server without clips, and who is there with which token."""

    url: str
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def teahouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teahouse]:
    """Mei, Bo and Lan, all friends."""
    data = Path(tmp_path_factory.mktemp("teahouse")) / "var"
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        cast = Cast(services.db)
        people = {name: getattr(cast, name) for name in ("mei", "bo", "lan")}
        befriend(services.db, *people.values())
        tokens = {
            name: services.db.write_sync(enter_account, account_id=one, entrant=Entrant(user_agent="a test")).token
            for name, one in people.items()
        }
    with RunningServer(data, workers=0) as server:
        yield Teahouse(server.url, tokens)


@pytest.fixture
def arrive(teahouse: Teahouse, chromium: Browser) -> Iterator[Callable[[str, str], Page]]:
    """Returns a function that opens a page on somebody's phone; whatever a page throws fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(who: str, path: str) -> Page:
        context = chromium.new_context(**PHONE)
        contexts.append(context)
        cookies = {"mh_locale": "en", SESSION_COOKIE: teahouse.tokens[who]}
        context.add_cookies([{"name": name, "value": value, "url": teahouse.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{who}: {fault}"))
        page.on("console", lambda said: faults.append(f"{who}: {said.text}") if said.type == "error" else None)
        page.goto(teahouse.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def bubble(page: Page, text: str):
    return page.get_by_role("log").get_by_role("article").filter(has_text=text)


def act(page: Page, text: str, words: str) -> None:
    """Choose from what can be done with a message; those that answer it, and hold its words too, come later."""
    bubble(page, text).first.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("dialog").get_by_role("button", name=words).click()


def test_two_write_and_one_takes_words_back(arrive: Callable[[str, str], Page]):
    mei, bo = arrive("mei", "/friends"), arrive("bo", "/messages")
    mei.get_by_role("link", name="Write to Bo").click()
    write(mei, "晚上七点，北门见")
    bo.get_by_role("link", name="晚上七点，北门见").click()
    expect(bubble(bo, "晚上七点，北门见")).to_be_visible()
    expect(bubble(mei, "晚上七点，北门见")).to_contain_text("Read")

    act(bo, "晚上七点，北门见", "Reply")
    write(bo, "Which one is north?")
    answer = bubble(mei, "Which one is north?")
    expect(answer.get_by_role("button", name="阿梅: 晚上七点，北门见")).to_be_visible()
    act(mei, "晚上七点，北门见", "Take it back")

    for page, words in ((mei, "You took a message back"), (bo, "A message was taken back")):
        expect(page.get_by_role("log").get_by_text(words, exact=True)).to_be_visible()
        expect(page.get_by_text("北门见")).to_have_count(0)
    write(bo, "Never mind")
    expect(bubble(mei, "Never mind")).to_be_visible()
    mei.get_by_role("button", name="Add something").click()
    mei.get_by_role("button", name="Sticker").click()
    mei.get_by_role("region", name="At the fair").get_by_role("button").first.click()
    expect(bo.get_by_role("log").locator(".bubble__sticker")).to_be_visible()


def test_the_navigation_of_every_page_counts_what_is_unread(arrive: Callable[[str, str], Page]):
    bo, mei = arrive("bo", "/friends"), arrive("mei", "/friends")
    mei.get_by_role("link", name="Write to Bo").click()
    write(mei, "Three turnips")
    write(mei, "and a radish")
    counted = bo.get_by_role("link", name=re.compile(r"^Messages \d+ unread messages?$"))
    expect(counted).to_be_visible()
    bo.goto(bo.url.replace("/friends", "/messages"))
    bo.get_by_role("link", name="and a radish").click()
    expect(bubble(bo, "and a radish")).to_be_visible()
    expect(counted).to_be_hidden()


def test_a_moment_is_sent_on_and_stands_in_the_chat_for_who_may_see_it(arrive: Callable[[str, str], Page]):
    bo, mei = arrive("bo", "/messages"), arrive("mei", "/moments")
    mei.get_by_role("button", name="What is it like where you are?").click()
    form = mei.get_by_role("dialog")
    form.get_by_label("Words").fill("灯会开始了")
    form.get_by_role("button", name="Post", exact=True).click()
    mine = mei.get_by_role("article").filter(has_text="灯会开始了")

    mine.get_by_role("button", name="Send on").click()
    mei.get_by_role("searchbox", name="Find a chat or a friend").fill("bo")
    mei.get_by_role("button", name="Bo").click()

    expect(mei.get_by_text("Sent to Bo")).to_be_visible()
    bo.get_by_role("link", name="[Card] 灯会开始了").click()
    expect(bo.get_by_role("log").get_by_role("link", name="灯会开始了")).to_be_visible()


def test_a_code_is_read_from_a_picture(arrive: Callable[[str, str], Page], tmp_path: Path):
    drawn = tmp_path / "code.png"
    segno.make("https://elsewhere.example/@mei_fair", error="m").save(str(drawn), scale=8, border=4)
    bo = arrive("bo", "/friends/add")
    bo.get_by_role("button", name="Scan a code").click()

    bo.get_by_label("Choose a picture of a code").set_input_files(drawn)

    expect(bo).to_have_url(re.compile(r"/@mei_fair$"))
    expect(bo.get_by_role("heading", level=1)).to_be_visible()


def test_a_group_begins_on_all_phones(arrive: Callable[[str, str], Page]):
    lan, mei = arrive("lan", "/messages"), arrive("mei", "/messages")
    mei.get_by_role("button", name="New group").click()
    form = mei.get_by_role("dialog")
    form.get_by_label("Name of the group").fill("看灯")
    form.get_by_label("Bo").check()
    form.get_by_label("兰兰").check()
    form.get_by_role("button", name="Begin the group").click()
    expect(mei.get_by_text("3 people are here")).to_be_visible()
    write(mei, "我带糖画")

    lan.get_by_role("link", name="看灯").click()

    expect(bubble(lan, "我带糖画")).to_contain_text("阿梅")
    expect(lan.get_by_role("log")).to_contain_text("began the group with")
