"""Photos, voice notes and clips over HTTP, prepared by the real ffmpeg; and what is none of them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.kit.pictures import MOST_PICTURE_BYTES
from miaohui.media.videos.ffmpeg.child import ffmpeg_path
from miaohui.settings import Settings
from miaohui.talk.messaging.attachments import MOST_RECORDING_BYTES
from miaohui.talk.messaging.tables import attachment
from tests.cast import Cast
from tests.flows.street import Street, open_street
from tests.talk.calls.friends import befriend
from tests.talk.stickers.test_stickers_api import photo


@pytest.fixture
def street(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Street]:
    with open_street(tmp_path, database_url, db, clock, cast, kind=Street) as opened:
        yield opened


@pytest.fixture
def worker(street: Street, tmp_path: Path) -> Worker:
    return Worker(db=street.db, blobs=street.app.state.services.blobs, settings=Settings(data_dir=tmp_path))


def record(tmp_path: Path, name: str, *arguments: str) -> bytes:
    """What a phone would have recorded."""
    made = tmp_path / name
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", *arguments, "-metadata", "title=my kitchen", str(made)]
    subprocess.run(command, check=True)
    return made.read_bytes()


def test_what_is_recorded_is_heard_by_who_is_in_the_conversation(
    street: Street, worker: Worker, tmp_path: Path
) -> None:
    place = befriend(street.db, street.id("mei"), street.id("bo"))
    ear = street.listens("bo", f"people:{street.id('bo')}:inbox")
    kinds = {
        "photo": (photo(), "image/webp"),
        "voice": (record(tmp_path, "a.webm", "-i", "sine=duration=1", "-c:a", "libopus"), "audio/mp4"),
        "video": (
            record(tmp_path, "b.mp4", "-i", "testsrc=d=1:s=320x240:r=10", "-pix_fmt", "yuv420p"),
            "video/mp4",
        ),
    }
    for kind, (content, media_type) in kinds.items():
        kept = street.ok("mei", "POST", "/attachments", content, params={"kind": kind})
        assert kept["state"] == ("ready" if kind == "photo" else "waiting")
        # Words need not wait for the file: it follows.
        body = {"client_id": f"sends-{kind}", "kind": kind, "body": {"attachment_id": kept["id"]}}
        street.ok("mei", "POST", f"/conversations/{place}/messages", body)
        file = f"/attachments/{kept['id']}/file"
        if kind != "photo":
            assert street.send("bo", "GET", file).status_code == 404
            worker.run_due()
            ear.event("message_changed")
        answer = street.send("bo", "GET", file)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type), kind
        assert b"my kitchen" not in answer.content, "nothing of the phone's is left in it"
        assert street.refused("hao", "GET", file) == (404, "not_found")
        assert street.refused("hao", "GET", f"/attachments/{kept['id']}") == (404, "not_found")
    (voice, clip) = [m["attachment"] for m in street.items("bo", f"/conversations/{place}/messages")][-2:]
    assert 900 <= voice["duration_ms"] <= 1_200
    assert (clip["width"], clip["height"]) == (320, 240)
    assert street.send("bo", "GET", clip["preview"].removeprefix("/api/v1")).headers["content-type"] == "image/webp"


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.ogg", "libopus"), ("a.ogg", "libvorbis"), ("a.m4a", "aac"), ("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame")],
)
def test_whatever_browsers_and_phones_record_is_heard(
    street: Street, worker: Worker, tmp_path: Path, name: str, codec: str
) -> None:
    content = record(tmp_path, name, "-i", "sine=duration=1", "-c:a", codec)
    kept = street.ok("mei", "POST", "/attachments", content, params={"kind": "voice"})
    worker.run_due()
    assert street.ok("mei", "GET", f"/attachments/{kept['id']}")["state"] == "ready"


def test_what_cannot_be_played_becomes_no_message_file(street: Street, worker: Worker, tmp_path: Path) -> None:
    words = b"These are words, and no recording at all. " * 50
    silent = record(tmp_path, "c.mp4", "-i", "testsrc=d=1:s=64x64:r=5", "-pix_fmt", "yuv420p")
    long = record(tmp_path, "d.mp4", "-i", "testsrc=d=122:s=16x16:r=1", "-pix_fmt", "yuv420p")
    broken = silent[: len(silent) // 2]
    sent = [("voice", silent), ("video", broken), ("video", long)]
    for kind, content in sent:
        street.ok("mei", "POST", "/attachments", content, params={"kind": kind})
    worker.run_due()
    states = street.db.read_sync(lambda tx: tx.scalars(sa.select(attachment.c.state)))
    assert states == ["failed"] * 3

    assert street.refused("mei", "POST", "/attachments", words) == (400, "unreadable_picture")
    for kind in ("voice", "video"):
        for content in (b"", words, photo()):
            refused = street.refused("mei", "POST", "/attachments", content, params={"kind": kind})
            assert refused == (400, "unreadable_recording")
    for kind, most in (("photo", MOST_PICTURE_BYTES), ("voice", MOST_RECORDING_BYTES)):
        status, code = street.refused("mei", "POST", "/attachments", bytes(most + 1), params={"kind": kind})
        assert status in (400, 413), (kind, status, code)
    assert len(street.db.read_sync(lambda tx: tx.scalars(sa.select(attachment.c.id)))) == 3


def test_a_voice_note_ends_after_two_minutes(street: Street, worker: Worker, tmp_path: Path) -> None:
    long = record(tmp_path, "e.webm", "-i", "sine=duration=125", "-c:a", "libopus")
    kept = street.ok("mei", "POST", "/attachments", long, params={"kind": "voice"})
    worker.run_due()
    duration = street.ok("mei", "GET", f"/attachments/{kept['id']}")["duration_ms"]
    assert duration <= 120_100
