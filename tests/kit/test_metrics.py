"""What a monitor reads, and what every answer carries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.db.database import WriteStats
from miaohui.kit.edge import EdgeMiddleware
from miaohui.kit.errors import NotFound
from miaohui.kit.http import exception_handlers
from miaohui.kit.media_server import media_route
from miaohui.kit.metrics import Metrics, metrics
from miaohui.kit.realtime import RealtimeStats
from miaohui.settings import Settings


@get("/v/{video_id:str}", sync_to_thread=False)
def watch(video_id: str) -> str:
    if video_id == "gone":
        raise NotFound
    return video_id


class Fair:
    """A small server with its monitor."""

    def __init__(self, folder: Path, *, token: str = "") -> None:
        self.writes = WriteStats()
        self.sockets = RealtimeStats()
        self.backlog = {"events_waiting": 0}
        collected = Metrics()
        collected.watch_writes(self.writes)
        collected.watch_sockets(self.sockets)
        collected.watch_backlog(lambda: self.backlog)
        blobs = FolderBlobs(folder)
        blobs.put("videos/7/clip.mp4", b"clip")
        settings = Settings(metrics_token=token)
        app = Litestar(
            [watch, metrics, media_route(blobs)],
            dependencies={"settings": Provide(lambda: settings, sync_to_thread=False)},
            exception_handlers=exception_handlers(),
            logging_config=None,
            middleware=[DefineMiddleware(EdgeMiddleware, metrics=collected, secure=True)],
            state=State({"metrics": collected}),
        )
        self.client = TestClient(app)

    def read(self) -> dict[str, dict[tuple[str, ...], float]]:
        """Return every sample by name and by the values of its labels, sorted by label."""
        samples: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(self.client.get("/metrics").text):
            for sample in family.samples:
                labels = tuple(value for _, value in sorted(sample.labels.items()))
                samples.setdefault(sample.name, {})[labels] = sample.value
        return samples


@pytest.fixture
def fair(tmp_path: Path) -> Iterator[Fair]:
    fair = Fair(tmp_path)
    with fair.client:
        yield fair


def test_requests_are_counted_by_the_template_of_their_route_and_nobodys_path_is_told(fair: Fair) -> None:
    for path in ("/v/1", "/v/2", "/v/gone", "/media/videos/7/clip.mp4", "/media/videos/8/clip.mp4"):
        fair.client.get(path)

    counts = fair.read()["miaohui_http_request_seconds_count"]

    assert counts[("GET", "/v/{video_id}", "2xx")] == 2
    assert counts[("GET", "/v/{video_id}", "4xx")] == 1
    assert counts[("GET", "/media", "2xx")] == 1
    assert counts[("GET", "/media", "4xx")] == 1
    assert not any("7" in route for _, route, _ in counts)


def test_what_is_counted_elsewhere_is_read_when_somebody_asks(fair: Fair) -> None:
    fair.writes.actions, fair.writes.commits, fair.writes.commit_s = 100, 9, 0.25
    fair.sockets.sockets, fair.sockets.delivered = 3, 70
    fair.backlog = {"events_waiting": 4}

    samples = fair.read()

    assert samples["miaohui_db_actions_total"] == {(): 100}
    assert samples["miaohui_db_commits_total"] == {(): 9}
    assert samples["miaohui_db_commit_seconds_total"] == {(): 0.25}
    assert samples["miaohui_sockets"] == {(): 3}
    assert samples["miaohui_socket_delivered_total"] == {(): 70}
    assert samples["miaohui_events_waiting"] == {(): 4}
    assert "process_resident_memory_bytes" in samples


def test_whoever_has_the_token_may_read_and_nobody_else(tmp_path: Path) -> None:
    with Fair(tmp_path, token="lantern").client as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer lantern"}).status_code == 200
        for wrong in ({}, {"Authorization": "Bearer lanterns"}, {"Authorization": "lantern"}):
            assert client.get("/metrics", headers=wrong).status_code == 401
        strange = client.get("/metrics", headers=[(b"Authorization", "Bearer läntern".encode("latin-1"))])
        assert strange.status_code == 401


def test_every_answer_has_a_number_of_its_own_and_the_headers_of_the_house(fair: Fair) -> None:
    answers = [fair.client.get(path) for path in ("/v/1", "/v/gone", "/media/videos/7/clip.mp4", "/nowhere")]

    for answer in answers[:3]:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"]
    assert len({answer.headers["x-request-id"] for answer in answers[:3]}) == 3
