"""Moments over the API: shown to friends with their photos, and to nobody else."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from litestar import Router
from litestar.di import Provide
from PIL import Image

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.talk.moments.routes import route_handlers
from tests.cast import Cast
from tests.house import House
from tests.talk.moments.friendships import befriend
from tests.until_quiet import until_quiet


@pytest.fixture
def moments_house(db: Database, clock: ManualClock, tmp_path: Path) -> Iterator[House]:
    box = {"blobs": Provide(lambda: FolderBlobs(tmp_path / "blobs"), sync_to_thread=False)}
    with House(db=db, clock=clock, routes=[Router("/", route_handlers=route_handlers, dependencies=box)]) as opened:
        yield opened


def photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (900, 600), "#e2492f").save(file, "JPEG")
    return file.getvalue()


def test_friends_see_a_moment_with_its_photo_and_strangers_neither(
    moments_house: House, db: Database, clock: ManualClock, cast: Cast
) -> None:
    befriend(db, cast.mei, cast.lan)
    mei, lan, ines = (moments_house.member(one) for one in (cast.mei, cast.lan, cast.ines))
    kept = mei.ok("POST", "/moments/photos", content=photo())
    address = f"/moments/photos/{kept['id']}"
    assert lan.refused("GET", address) == (404, "not_found")

    words = {"body": "灯亮了", "photo_ids": [kept["id"]], "mood": "happy"}
    posted = mei.ok("POST", "/moments", words, headers={"Idempotency-Key": "once"})
    again = mei.ok("POST", "/moments", words, headers={"Idempotency-Key": "once"})
    until_quiet(db, clock)

    assert again["id"] == posted["id"]
    assert [one["id"] for one in lan.ok("GET", "/moments")["items"]] == [posted["id"]]
    answer = lan.send("GET", address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    said = lan.ok("POST", f"/moments/{posted['id']}/comments", {"body": "真好看"})
    assert [one["body"] for one in said["comments"]] == ["真好看"]
    assert lan.ok("PUT", f"/moments/{posted['id']}/like")["liked"]

    assert ines.ok("GET", "/moments")["items"] == []
    for path in (address, f"/moments/{posted['id']}"):
        assert ines.refused("GET", path) == (404, "not_found")
    assert ines.refused("POST", f"/moments/{posted['id']}/comments", {"body": "？"}) == (404, "not_found")
    assert moments_house.stranger().send("GET", address).status_code == 401
