"""A small fair with real clips behind a real server, and a browser to walk through it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

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
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
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


def wait_until(page: Page, asked: str, arg: object = None) -> None:
    """Wait until an asynchronous function of the page answers with something truthy, for 30 seconds at most.

    Playwright's `wait_for_function` takes the promise of such a function for its answer and waits for nothing.
    """
    page.evaluate(
        f"""async (arg) => {{
          const asked = {asked};
          const late = Date.now() + 30_000;
          while (!(await asked(arg))) {{
            if (Date.now() > late) throw new Error(`never came true: ${{asked}}`);
            await new Promise((next) => setTimeout(next, 50));
          }}
        }}""",
        arg,
    )


@contextmanager
def pages_of(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens an address, each time as if in a browser of its own: `open_page(url, token=…, on=PHONE)`.

    Whatever a page throws fails the test that looked at it.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        url: str,
        *,
        token: str | None = None,
        on: dict[str, Any] = DESK,
        locale: str = "en",
        theme: str = "auto",
    ) -> Page:
        context = chromium.new_context(**on)
        contexts.append(context)
        cookies = {"mh_locale": locale, "mh_theme": theme} | ({SESSION_COOKIE: token} if token else {})
        # Under the address of a page, a cookie would be its folder's alone.
        origin = urljoin(url, "/")
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{url}: {fault}"))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def visit(fair: Fair, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Returns a function that opens a page: `visit("/", as_="mei", on=PHONE, locale="en")`."""
    with pages_of(chromium) as open_page:
        yield lambda path, *, as_=None, **how: open_page(
            fair.url + path, token=None if as_ is None else fair.tokens[as_], **how
        )
