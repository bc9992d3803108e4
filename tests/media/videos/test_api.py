"""A clip's whole way over HTTP and the socket, against a server as a person would start it."""

import json
import re
from itertools import count

import pytest
from tusclient.client import TusClient
from websockets.sync.client import connect

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import open_database
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.running import RunningServer


class Stall:
    """A running server and people who are signed in to it."""

    def __init__(self, server):
        self.server = server
        self.db = open_database(
            f"sqlite:///{server.data / 'miaohui.db'}", clock=SystemClock(), recorder=subscriptions()
        )
        self.cast = Cast(self.db)
        self.headers = {name: self.sign_in(name) for name in ("mei", "bo")}

    def sign_in(self, name):
        account_id = getattr(self.cast, name)
        token = self.db.write_sync(open_session, account_id=account_id, user_agent="tests").token
        return {"Authorization": f"Bearer {token}"}

    def client(self, name):
        return self.server.client(headers=self.headers.get(name, {}))

    def upload(self, name, file):
        """Send a file with a client that others wrote; returns the upload's id."""
        tus = TusClient(f"{self.server.url}/api/v1/uploads", headers=self.headers[name])
        uploader = tus.uploader(str(file), chunk_size=1 << 20, metadata={"filename": file.name})
        uploader.upload()
        return uploader.url.rsplit("/", 1)[1]

    def publish(self, name, file, **wish):
        with self.client(name) as client:
            answer = client.post("/api/v1/videos", json={"upload_id": self.upload(name, file), **wish})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def finished(self, name, file, **wish):
        """Publish a file and hear on the socket that all is done."""
        video = self.publish(name, file, **wish)
        for message in self.listen(name, video["id"]):
            if message["progress"] == 1:
                return video["id"]
        raise AssertionError("the socket closed")

    def listen(self, name, video_id):
        """What the socket says of a video, beginning with what stands when one begins to listen."""
        address = self.server.url.replace("http", "ws") + "/ws"
        with connect(address, additional_headers=self.headers[name], max_queue=None) as socket:
            topic = f"videos:{video_id}:progress"
            socket.send(json.dumps({"op": "subscribe", "topic": topic}))
            for _ in count():
                frame = json.loads(socket.recv(timeout=60))
                if frame.get("op") == "subscribed":
                    yield self.read(name, video_id)
                elif frame.get("topic") == topic and frame.get("event") == "progress":
                    yield frame["data"]

    def read(self, name, video_id):
        with self.client(name) as client:
            answer = client.get(f"/api/v1/videos/{video_id}")
            assert answer.status_code == 200, answer.text
            return answer.json()


@pytest.fixture(scope="module")
def stall(tmp_path_factory):
    with RunningServer(tmp_path_factory.mktemp("stall") / "data", video_max_s="3") as server:
        opened = Stall(server)
        yield opened
        opened.db.close()


@pytest.fixture(scope="module")
def clip(stall, studio):
    return stall.finished("mei", studio.phone_clip(), caption="夜市开张 #美食 #NightMarket", cover_ms=300)


def test_a_clip_is_published_and_anybody_may_watch_it(stall, clip):
    seen = stall.read("nobody", clip)
    assert (seen["state"], seen["ladder"], seen["own"], seen["progress"]) == ("published", "ready", False, 1.0)
    assert (seen["caption"], seen["topics"]) == ("夜市开张 #美食 #NightMarket", ["美食", "NightMarket"])
    assert stall.read("mei", clip)["own"] is True


def test_every_file_comes_with_its_type_and_in_ranges(stall, clip):
    media = stall.read("nobody", clip)["media"]
    kinds = {
        "hls": "application/vnd.apple.mpegurl",
        "mp4": "video/mp4",
        "poster": "image/jpeg",
        "thumbnail": "image/webp",
        "preview": "image/webp",
    }
    with stall.client("nobody") as client:
        for name, kind in kinds.items():
            answer = client.get(media[name])
            assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
            assert "immutable" in answer.headers["cache-control"]
        master = client.get(media["hls"]).text
        folder = media["hls"].rsplit("/", 1)[0]
        playlist = client.get(f"{folder}/160p.m3u8").text
        assert "160p.m3u8" in master
        size, start = re.search(r"BYTERANGE:(\d+)@(\d+)", playlist).groups()
        part = client.get(f"{folder}/160p.m4s", headers={"Range": f"bytes={start}-{int(start) + int(size) - 1}"})
        assert (part.status_code, part.headers["content-type"]) == (206, "video/iso.segment")
        assert len(part.content) == int(size)
        assert part.content[4:8] in {b"moof", b"styp", b"sidx"}


def test_a_player_that_others_wrote_plays_the_ladder_over_http(stall, clip, studio):
    media = stall.read("nobody", clip)["media"]
    said = studio.ffmpeg("-i", stall.server.url + media["hls"], "-f", "null", "-")
    assert re.search(r"frame=\s*30 ", said)
    assert "time=00:00:01.0" in said


def test_the_socket_says_what_a_reload_would_show(stall, studio):
    video = stall.publish("mei", studio.clip("three.mp4", seconds=2.9))
    assert (video["state"], video["own"]) == ("processing", True)
    heard = []
    for message in stall.listen("mei", video["id"]):
        heard.append(message["progress"] if message["state"] == "published" else 0)
        if message["progress"] == 1:
            break
    assert heard == sorted(heard)
    now = stall.read("mei", video["id"])
    assert (now["state"], now["ladder"], now["progress"]) == ("published", "ready", 1.0)


def test_another_person_hears_nothing(stall, clip):
    address = stall.server.url.replace("http", "ws") + "/ws"
    for headers in (stall.headers["bo"], {}):
        with connect(address, additional_headers=headers, max_queue=None) as socket:
            socket.send(json.dumps({"op": "subscribe", "topic": f"videos:{clip}:progress"}))
            frame = json.loads(socket.recv(timeout=20))
            assert frame["op"] not in {"subscribed", "message"}


def test_a_refusal_is_told_in_the_language_of_the_person(stall, studio):
    video_id = stall.finished("mei", studio.clip("long.mp4", seconds=4))
    with stall.client("mei") as client:
        answers = {
            language: client.get(f"/api/v1/videos/{video_id}", headers={"Accept-Language": language}).json()
            for language in ("en", "zh-CN")
        }
    assert answers["en"]["state"] == "refused"
    assert answers["en"]["refusal"] == {
        "code": "video_too_long",
        "text": "This video is too long for this server",
        "data": {"limit_ms": 3000},
    }
    assert answers["zh-CN"]["refusal"]["text"] == "视频太长了，超过了这里的上限"
    with stall.client("bo") as client:
        assert client.get(f"/api/v1/videos/{video_id}").status_code == 404


def test_lists(stall, clip):
    person_id = stall.read("nobody", clip)["author_id"]
    with stall.client("bo") as client:
        listed = client.get(f"/api/v1/people/{person_id}/videos?limit=50").json()["items"]
        assert clip in {video["id"] for video in listed}
        assert {video["state"] for video in listed} == {"published"}
        tagged = client.get("/api/v1/topics/ＮＩＧＨＴmarket/videos").json()["items"]
        assert [video["id"] for video in tagged] == [clip]
    with stall.client("mei") as client:
        own = [video["id"] for video in client.get("/api/v1/me/videos?limit=50").json()["items"]]
        pages, cursor = [], ""
        while cursor is not None:
            page = client.get(f"/api/v1/me/videos?limit=1{cursor and '&cursor=' + cursor}").json()
            pages += [video["id"] for video in page["items"]]
            cursor = page["cursor"]
        assert pages == own
        assert client.get("/api/v1/me/videos?cursor=nonsense").status_code == 400
    with stall.client("nobody") as client:
        assert client.get("/api/v1/me/videos").status_code == 401


def test_only_its_owner_changes_and_removes_a_video(stall, studio):
    video_id = stall.finished("mei", studio.clip(), caption="before")
    path = f"/api/v1/videos/{video_id}"
    with stall.client("bo") as bo, stall.client("nobody") as nobody, stall.client("mei") as mei:
        for stranger, status in ((bo, 403), (nobody, 401)):
            assert stranger.patch(path, json={"caption": "mine"}).status_code == status
            assert stranger.delete(path).status_code == status
        assert mei.patch(path, json={"caption": "after #new"}).json()["topics"] == ["new"]
        poster = stall.read("mei", video_id)["poster"]
        assert mei.delete(path).status_code == 204
        assert mei.get(path).status_code == 404
        assert mei.delete(path).status_code == 404
        while nobody.get(poster).status_code != 404:
            pass  # the worker removes the files


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_input"),
        ({"upload_id": "x"}, 400, "invalid_input"),
        ({"upload_id": "1"}, 404, "not_found"),
        ({"upload_id": "9" * 19}, 404, "not_found"),
        ({"upload_id": "1", "caption": "灯" * 5000}, 400, "invalid_input"),
        ({"upload_id": "1", "cover_ms": -1}, 400, "invalid_input"),
        ({"upload_id": "1", "trim": {"start_ms": 10**12}}, 400, "invalid_input"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(stall, body, status, code):
    with stall.client("mei") as client:
        answer = client.post("/api/v1/videos", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_caption_that_is_a_little_too_long(stall, studio):
    upload_id = stall.upload("mei", studio.clip())
    with stall.client("mei") as client:
        answer = client.post("/api/v1/videos", json={"upload_id": upload_id, "caption": "灯" * 501})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_caption")
        # The upload is still there for a shorter one, and asking twice gives one video.
        first = client.post("/api/v1/videos", json={"upload_id": upload_id, "caption": "灯"})
        second = client.post("/api/v1/videos", json={"upload_id": upload_id, "caption": "灯"})
        assert first.json()["id"] == second.json()["id"]
        other = client.post("/api/v1/videos", json={"upload_id": upload_id, "caption": "other"})
        assert (other.status_code, other.json()["code"]) == (409, "published_otherwise")
