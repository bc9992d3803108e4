"""Two people who are alike in everything linger on different things; five clips later they see another fair."""

from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.media.videos.events import VideoPublished
from miaohui.media.videos.tables import video
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import PHONE
from tests.browser.stage import looked_at_for, on_stage, stage_after
from tests.cast import Cast
from tests.media.booth import Booth
from tests.media.conftest import Studio
from tests.running import RunningServer

THINGS = {"猫": "cats", "灯笼": "lanterns", "登山": "hiking", "足球": "football", "茶": "tea"}
OF_EACH = 24
AUTHORS = 12
CLIP_MS = 3000
LINGER_ON = 5
MOST_SWIPES = 60


class Alley(msgspec.Struct, frozen=True):
    """A server whose clips are each about one of the five things."""

    url: str
    about: dict[str, str]


@pytest.fixture(scope="module")
def alley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alley]:
    """120 clips by twelve authors: one real one for each thing, and others that show the same pictures."""
    folder = tmp_path_factory.mktemp("alley")
    data = folder / "var"
    about: dict[str, str] = {}
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        authors = Cast(services.db).crowd(AUTHORS)
        booth, studio = Booth(services.db, data), Studio(folder)
        for number, (thing, in_english) in enumerate(THINGS.items()):
            clip = studio.clip(
                f"{number}.mp4", seconds=CLIP_MS / 1000, size="270x480", rate="15", filters=f"hue=h={72 * number}"
            )
            caption = f"今天的{thing} #{thing} #{in_english}"
            first = booth.published(authors[number], clip, caption=caption)
            others = services.db.write_sync(show_again, video_id=first, times=OF_EACH - 1, authors=authors)
            about |= {str(video_id): thing for video_id in (first, *others)}
    with RunningServer(data, workers=0) as server:
        yield Alley(server.url, about)


def show_again(tx: Tx, *, video_id: int, times: int, authors: list[int]) -> list[int]:
    """Publish further videos of the same files, by all authors in turn."""
    row = dict(tx.execute(sa.select(video).where(video.c.id == video_id)).mappings().one())
    fresh = [{**row, "id": new_id(), "upload_id": None, "author_id": authors[n % len(authors)]} for n in range(times)]
    tx.execute(sa.insert(video), fresh)
    for one in fresh:
        tx.emit(VideoPublished(video_id=one["id"], author_id=one["author_id"], at=tx.now))
    return [one["id"] for one in fresh]


def linger_on(page: Page, thing: str, alley: Alley) -> None:
    """Watch clips about one thing to their end and swipe all others away, until five were watched."""
    watched = 0
    here = on_stage(page)
    for _ in range(MOST_SWIPES):
        if alley.about[here] == thing:
            looked_at_for(page, CLIP_MS - 400)
            watched += 1
        page.keyboard.press("ArrowDown")
        here = stage_after(page, here)
        if watched == LINGER_ON:
            return
    raise AssertionError(f"{MOST_SWIPES} swipes showed only {watched} clips about {thing}")


def next_page(page: Page, alley: Alley) -> list[str]:
    """Ask for the next page as the feed itself does, and return what its clips are about."""
    feed = page.evaluate("fetch('/api/v1/feed/for-you?limit=10').then(answer => answer.json())")
    return [alley.about[item["id"]] for item in feed["items"]]


@pytest.mark.timeout(300)
def test_five_clips_decide_what_the_next_page_is_about(alley: Alley, chromium: Browser) -> None:
    pages = {}
    for thing in ("猫", "足球"):
        context = chromium.new_context(**PHONE)
        page = context.new_page()
        page.goto(alley.url)
        linger_on(page, thing, alley)
        pages[thing] = next_page(page, alley)
        context.close()
    for thing, other in (("猫", "足球"), ("足球", "猫")):
        assert pages[thing].count(thing) >= 5, f"who lingered on {thing} gets {pages[thing]}"
        assert pages[thing].count(other) <= 2, f"who lingered on {thing} gets {pages[thing]}"
