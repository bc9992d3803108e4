"""A small fair with real clips behind a real server, and a browser to walk through it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from miaohui.kit.http import SESSION_COOKIE
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.cast import Cast
from tests.media.booth import Booth
from tests.media.conftest import Studio
from tests.running import RunningServer

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
STALLS = (
    ("mei", "夜里的灯笼，一盏一盏亮起来 #灯笼 #夜市", "hue=h=0"),
    ("bo", "A cup of tea, poured slowly #tea", "hue=h=60"),
    ("lan", "院子里的猫 #猫", "hue=h=120"),
    ("mei", "烧饼出炉 #夜市 #烧饼", "hue=h=180"),
    ("bo", "Rain on the awning #rain", "hue=h=240"),
    ("lan", "猫又来了 #猫", "hue=h=300"),
    ("bo", "The last bus home, seen from the bridge over the canal, with all its windows lit and nobody in it but the "
     "driver, who waves #night #bus", "negate"),
    ("mei", "糖画师傅的手 #糖画", "hflip"),
)  # fmt: skip


class Fair(msgspec.Struct, frozen=True):
    """Where the server is, who is there with which token, and the clips in the order they were brought."""

    url: str
    people: dict[str, int]
    tokens: dict[str, str]
    videos: tuple[int, ...]
    clip: Path


@pytest.fixture(scope="session")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    """Eight clips by three people, made with ffmpeg, and the server that shows them."""
    folder = tmp_path_factory.mktemp("fair")
    data = folder / "var"
    services = Services(Settings(data_dir=data))
    services.migrate()
    studio = Studio(folder)
    with services:
        cast, booth = Cast(services.db), Booth(services.db, data)
        people = {name: getattr(cast, name) for name in ("mei", "bo", "lan")}
        videos = tuple(
            booth.published(
                people[name],
                studio.clip(f"{number}.mp4", seconds=5, size="270x480", rate="15", filters=look),
                caption=caption,
            )
            for number, (name, caption, look) in enumerate(STALLS)
        )
        tokens = {
            name: services.db.write_sync(enter_account, account_id=one, entrant=Entrant(user_agent="a test")).token
            for name, one in people.items()
        }
    with RunningServer(data) as server:
        yield Fair(server.url, people, tokens, videos, studio.clip("fresh.mp4", seconds=3, size="270x480", rate="15"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    found = shutil.which("chromium")
    assert found, "Debian's package chromium is needed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(fair: Fair, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Returns a function that opens a page: `visit("/", as_="mei", on=PHONE, locale="en")`.

    Whatever a page throws fails the test that looked at it.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        path: str, *, as_: str | None = None, on: dict[str, object] = DESK, locale: str = "en", theme: str = "auto"
    ) -> Page:
        context = chromium.new_context(**on, bypass_csp=False)  # type: ignore[arg-type]
        contexts.append(context)
        cookies = {"mh_locale": locale, "mh_theme": theme}
        if as_ is not None:
            cookies[SESSION_COOKIE] = fair.tokens[as_]
        context.add_cookies([{"name": name, "value": value, "url": fair.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{path}: {fault}"))
        page.goto(fair.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
