"""Who looks at a clip hears its counters; what is pushed is what a reload would show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from websockets.sync.client import connect

from miaohui.app import create_app
from miaohui.kit.db import Database
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.actions.unlike_video import unlike_video
from miaohui.settings import Settings
from tests.cast import Cast
from tests.kit.realtime.town import Phone
from tests.media.shelf import shelve_video
from tests.serving import serving


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    return create_app(Settings(data_dir=tmp_path / "var", workers=0))


@pytest.fixture
def address(app: Litestar) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def db(app: Litestar) -> Database:
    database: Database = app.state.services.db
    return database


def messages(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The counters in a frame, which may be several in one."""
    return [one["data"] for one in frame.get("batch", [frame])]


def test_a_stranger_hears_what_a_reload_would_show(address: str, db: Database, cast: Cast):
    clip, crowd = shelve_video(db, author_id=cast.mei), cast.crowd(5)
    with connect(f"ws://{address}/ws", compression=None, max_queue=None) as socket:
        phone = Phone(socket)
        phone.subscribe(f"videos:{clip}")
        for who in crowd:
            db.write_sync(like_video, video_id=clip, account_id=who)
        db.write_sync(unlike_video, video_id=clip, account_id=crowd[0])
        db.write_sync(favourite_video, video_id=clip, account_id=crowd[1])
        db.write_sync(share_video, video_id=clip, account_id=crowd[2])
        said = [db.write_sync(post_comment, video_id=clip, author_id=who, body="好看") for who in crowd]
        db.write_sync(delete_comment, comment_id=said[0].id, by_id=cast.mei)

        shown: dict[str, int] = {}
        wanted = {"likes": 4, "favourites": 1, "shares": 1, "comments": 4}
        while shown != wanted:  # Frames that never come end the wait by themselves.
            frame = phone.hear()
            assert frame["topic"] == f"videos:{clip}"
            for data in messages(frame):
                shown |= data

    reloaded = httpx.get(f"http://{address}/api/v1/videos/{clip}/reactions").json()
    assert {key: shown[key] for key in reloaded["counts"]} == reloaded["counts"]


def test_nobody_listens_at_a_clip_that_is_not_for_them(address: str, db: Database, cast: Cast):
    hidden = shelve_video(db, author_id=cast.mei, state="processing")
    with connect(f"ws://{address}/ws", compression=None, max_queue=None) as socket:
        phone = Phone(socket)
        for topic in (f"videos:{hidden}", "videos:4711"):
            answer = phone.ask("subscribe", topic=topic)
            assert (answer["op"], answer["code"]) == ("error", "not_found")
