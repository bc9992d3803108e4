"""A group's picture: given by who leads it, seen by its members alone, and gone from the disk when another comes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from litestar import Router
from litestar.di import Provide
from PIL import Image

import miaohui.job_kinds  # noqa: F401  importing declares the kinds
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.settings import Settings
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.leave_group import remove_member
from miaohui.talk.messaging.routes import route_handlers
from tests.cast import Cast
from tests.house import House
from tests.talk.messaging.friends import befriend


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def house(db: Database, clock: ManualClock, blobs: FolderBlobs) -> Iterator[House]:
    box = {
        "blobs": Provide(lambda: blobs, sync_to_thread=False),
        "realtime": Provide(lambda: None, sync_to_thread=False),
    }
    with House(db=db, clock=clock, routes=[Router("/", route_handlers=route_handlers, dependencies=box)]) as opened:
        yield opened


def drawn(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (900, 600), colour).save(file, "JPEG")
    return file.getvalue()


def test_a_group_has_a_picture_that_its_members_see(
    db: Database, cast: Cast, clock: ManualClock, house: House, blobs: FolderBlobs, tmp_path: Path
) -> None:
    befriend(db, cast.mei, cast.bo, cast.lan)
    group = db.write_sync(create_group, owner_id=cast.mei, title="看灯", member_ids=[cast.bo, cast.lan])
    mei, bo, lan, ines = (house.member(one) for one in (cast.mei, cast.bo, cast.lan, cast.ines))
    address = f"/groups/{group}/picture"
    assert bo.refused("PUT", address, content=drawn("red")) == (403, "forbidden")
    assert ines.refused("PUT", address, content=drawn("red")) == (404, "not_found")
    assert mei.refused("PUT", address, content=b"no picture")[1] == "unreadable_picture"

    first = mei.ok("PUT", address, content=drawn("red"))["picture"]
    shown = bo.ok("GET", f"/conversations/{group}")

    assert shown["picture"] == first
    assert shown["last_message"]["body"]["what"] == "pictured"
    seen = bo.send("GET", first.removeprefix("/api/v1"))
    assert Image.open(BytesIO(seen.content)).size == (256, 256)
    assert ines.refused("GET", f"/conversations/{group}/picture") == (404, "not_found")
    db.write_sync(remove_member, conversation_id=group, person_id=cast.lan, by_id=cast.mei)
    assert lan.refused("GET", f"/conversations/{group}/picture") == (404, "not_found")

    second = mei.ok("PUT", address, content=drawn("blue"))["picture"]
    assert second != first
    Worker(db=db, blobs=blobs, settings=Settings(data_dir=tmp_path)).run_due()
    assert len(list((tmp_path / "blobs").rglob("*.webp"))) == 1
    assert mei.ok("DELETE", address)["picture"] is None
    assert bo.refused("GET", f"/conversations/{group}/picture") == (404, "not_found")
