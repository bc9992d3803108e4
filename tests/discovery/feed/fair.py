"""The feed as browsers and programs meet it, with the real database, reaction graph and sign-in behind it."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import sqlalchemy as sa
from litestar import Litestar, Request
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient

import miaohui
import miaohui.job_kinds
from miaohui.discovery.feed import pages, routes
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import PageRenderer, ViewerMiddleware, exception_handlers, viewer_of
from miaohui.kit.http.description import ProblemResponses, openapi_config
from miaohui.kit.i18n import load_catalogues
from miaohui.kit.ids import new_id
from miaohui.kit.outbox import Dispatcher
from miaohui.kit.rate_limits import InProcessRateLimits
from miaohui.kit.signing import Signer
from miaohui.media.videos.captions import find_topics
from miaohui.media.videos.events import VideoPublished
from miaohui.media.videos.tables import video
from miaohui.money.payments.services import Payments
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.sessions import Sessions
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions
from miaohui.web.assets import Assets
from miaohui.web.context import template_context, template_filters

PACKAGE = Path(miaohui.__file__).parent
CLIP_MS = 10_000
NO_LOT = msgspec.structs.replace(WEIGHTS, explore_share=0.0)
"""Exploration is seeded by the page's id, so a story that is told the same way every time does without."""


class Visitor:
    """Somebody with a browser (cookies) or a program (token)."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        content = {} if body is None else {"json": body}
        return self.client.request(method, f"/api/v1{path}", params=query, **content)

    def for_you(self, **query: Any) -> dict[str, Any]:
        return self._ok(self.send("GET", "/feed/for-you", **query))

    def following(self, **query: Any) -> dict[str, Any]:
        return self._ok(self.send("GET", "/feed/following", **query))

    def why(self, item_id: int | str) -> dict[str, Any]:
        return self._ok(self.send("GET", f"/feed/why/{item_id}"))

    def interests(self) -> dict[str, Any]:
        return self._ok(self.send("GET", "/interests"))

    def report(self, *signals: dict[str, Any]) -> dict[str, Any]:
        return self._ok(self.send("POST", "/signals", list(signals)), 202)

    def watch(self, item_id: int | str, seconds: float = 12, **more: Any) -> dict[str, Any]:
        return self.report(signal(item_id, dwell_ms=seconds * 1000, duration_ms=CLIP_MS, **more))

    def swipe_away(self, item_id: int | str) -> dict[str, Any]:
        return self.watch(item_id, 0.4)

    def _ok(self, answer: httpx.Response, status: int = 200) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


class Fair(ExitStack):
    """The server side of a test."""

    def __init__(self, *, db: Database, blobs: FolderBlobs, clock: ManualClock, assets: Assets) -> None:
        super().__init__()
        self.db, self.blobs, self.clock, self.assets = db, blobs, clock, assets
        self.signer = Signer(b"the key of this fair")
        self.live = LiveFeed(db=db, blobs=blobs, clock=clock, signer=self.signer, weights=NO_LOT)
        self.app = self._app()
        self._clients: list[TestClient[Litestar]] = []

    def stranger(self, language: str = "en") -> Visitor:
        """Somebody without an account, in a browser that keeps cookies."""
        return Visitor(self._client({"Accept-Language": language}))

    def member(self, account_id: int, language: str = "en") -> Visitor:
        """Somebody signed in, with a program that keeps no cookies."""
        opened = self.db.write_sync(open_session, account_id=account_id, user_agent="")
        return Visitor(self._client({"Authorization": f"Bearer {opened.token}", "Accept-Language": language}))

    def publish(self, caption: str, *, author: int) -> int:
        """A clip that can be watched and is listed, a minute after the one before."""
        self.clock.advance(timedelta(minutes=1))
        video_id = self.db.write_sync(shelve, author_id=author, caption=caption)
        self.hand_on()
        return video_id

    def do(self, action: Any, **kw: Any) -> Any:
        """Run another domain's action, and hand its events on."""
        result = self.db.write_sync(action, **kw)
        self.hand_on()
        return result

    def hand_on(self) -> None:
        asyncio.run(Dispatcher(self.db, subscriptions()).drain())

    def rows(self, statement: sa.Executable) -> list[Any]:
        return self.db.read_sync(lambda tx: list(tx.execute(statement)))

    def _client(self, headers: dict[str, str]) -> TestClient[Litestar]:
        if not self._clients:
            # One lifespan for all: the feed starts with the first visitor.
            self._clients.append(self.enter_context(TestClient(self.app, base_url="https://fair.example")))
        first = self._clients[0]
        client = TestClient(self.app, base_url="https://fair.example")
        client.blocking_portal = first.blocking_portal
        client.headers.update(headers)
        return client

    def _app(self) -> Litestar:
        sessions = Sessions(self.db)
        renderer = PageRenderer(
            PACKAGE,
            translators=load_catalogues(PACKAGE / "locale"),
            context=template_context(self.assets, demo=False),
            filters=template_filters(),
        )
        shared = {
            "db": self.db,
            "feed": self.live,
            "limiter": InProcessRateLimits(self.clock),
            "payments": Payments(self.db, Settings()),
        }
        viewers = DefineMiddleware(
            ViewerMiddleware,
            authenticate=sessions.authenticate,
            signer=self.signer,
            default_locale="zh-Hans",
            secure=True,
        )
        app = Litestar(
            [*routes.route_handlers, *pages.route_handlers],
            dependencies={
                **{name: Provide(_always(part), sync_to_thread=False) for name, part in shared.items()},
                "viewer": Provide(_viewer, sync_to_thread=False),
            },
            middleware=[viewers],
            exception_handlers=exception_handlers(),
            openapi_config=openapi_config("test"),
            plugins=[ProblemResponses()],
            on_startup=[self.live.start],
            on_shutdown=[self.live.stop],
        )
        app.state.renderer = renderer
        return app


def signal(item_id: int | str, kind: str = "dwell", **more: Any) -> dict[str, Any]:
    return {"item_id": str(item_id), "kind": kind, **more}


def shelve(tx: Tx, *, author_id: int, caption: str) -> int:
    """A published video without files, and the event that says so."""
    video_id = new_id()
    tx.execute(
        sa.insert(video).values(
            id=video_id,
            author_id=author_id,
            request_digest="0" * 64,
            state="published",
            ladder="ready",
            progress_percent=100,
            caption=caption,
            topics=find_topics(caption),
            duration_ms=CLIP_MS,
            width=1080,
            height=1920,
            has_audio=True,
            mp4=f"videos/{video_id}/first.mp4",
            hls=f"videos/{video_id}/master.m3u8",
            poster=f"videos/{video_id}/poster.webp",
            thumbnail=f"videos/{video_id}/thumbnail.webp",
            created_at=tx.now,
            published_at=tx.now,
        )
    )
    tx.emit(VideoPublished(video_id=video_id, author_id=author_id, at=tx.now))
    return video_id


def ids(page: dict[str, Any]) -> list[int]:
    return [int(item["id"]) for item in page["items"]]


def topics(page: dict[str, Any]) -> list[str]:
    return [item["topics"][0] for item in page["items"]]


def _always(part: Any) -> Any:
    def provide() -> Any:
        return part

    return provide


def _viewer(request: Request[Any, Any, Any]) -> Any:
    return viewer_of(request)
