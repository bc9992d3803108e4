"""A page of For You: CPU as the catalogue grows, pages a second on one core, and how soon a look counts.

The whole application answers in this process, without a socket: middleware, session, database (SQLite), ranking,
cards, JSON, and the writing of the impressions. CPU is that of all threads of the process. The town is made up:
clips carry one of 200 topics and eight words of a long-tailed vocabulary; people watch two topics of their own.
"""

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from litestar import Litestar

from miaohui.app import create_app
from miaohui.discovery.feed.actions.record_past import PastAct, record_past
from miaohui.discovery.feed.for_you import rank_for_you
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.signal_log import ItemFacts, Signal, append_signals
from miaohui.discovery.feed.stages.ask import Ask, PersonFacts
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.outbox import Dispatcher
from miaohui.media.videos.tables import video
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.services import Services
from miaohui.settings import Settings
from tests.bench.table import print_table

CATALOGUES = (10_000, 100_000)
AUTHORS = 1000
VIEWERS = 200
WATCHED_EACH = 60
FOLLOWED_EACH = 10
TOPICS = 200
PAGES = 600
LOOKS = 300
LIMIT = 10
CLIP_MS = 15_000


def run() -> dict[str, Any]:
    """Measure every catalogue and return the rows of both tables."""
    pages: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for clips in CATALOGUES:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), workers=0)
            town = Town(settings, clips=clips)
            measured = asyncio.run(measure(settings, town))
        pages += measured[0]
        looks += measured[1]
    print_table(pages, ["clips", "page", "cpu_ms", "p50_ms", "p99_ms", "pages_s_core"])
    print()
    print_table(looks, ["clips", "look", "p50_ms", "p99_ms"])
    return {"pages": pages, "looks": looks}


class Town:
    """A database with clips, people and their past; `tokens` are the viewers' bearer tokens."""

    def __init__(self, settings: Settings, *, clips: int) -> None:
        self.rng = np.random.default_rng(7)
        self.clips = clips
        with Services(settings) as services:
            services.migrate()
            db = services.db
            began = time.perf_counter()
            self.authors = db.write_sync(self._people, count=AUTHORS)
            self.item_ids: list[int] = []
            self.topics = self.rng.integers(0, TOPICS, clips)
            for part in _parts(range(clips), 2000):
                self.item_ids += db.write_sync(self._clips, part=part)
            self.viewers = db.write_sync(self._people, count=VIEWERS)
            self.tokens = [db.write_sync(open_session, account_id=each, user_agent="").token for each in self.viewers]
            for viewer in self.viewers:
                db.write_sync(self._past, viewer=viewer)
            # Otherwise the follows would be learned from while pages are measured.
            asyncio.run(Dispatcher(db, services.subscriptions).drain())
            print(
                f"{clips} clips, {VIEWERS} viewers with a past: made in {time.perf_counter() - began:.0f} s", flush=True
            )

    def _people(self, tx: Tx, *, count: int) -> list[int]:
        born = date(1990, 1, 1)
        return [create_account(tx, nickname=f"Guest {number}", birth_date=born) for number in range(count)]

    def _clips(self, tx: Tx, *, part: Sequence[int]) -> list[int]:
        item_ids = [new_id() for _ in part]
        rows, signals = [], []
        for number, item_id in zip(part, item_ids, strict=True):
            author_id = self.authors[int(self.rng.integers(AUTHORS))]
            published_at = tx.now - timedelta(minutes=self.clips - number)
            topic = f"topic{self.topics[number]}"
            words = [f"word{word}" for word in np.minimum(self.rng.zipf(1.2, 8), 5000)]
            rows.append(_video_row(item_id, author_id, f"{' '.join(words)} #{topic}", topic, published_at))
            facts = ItemFacts(
                kind="video",
                tokens=(f"#{topic}", topic, *words),
                duration_ms=CLIP_MS,
                published_at_ms=to_ms(published_at),
            )
            signals.append(Signal(person_id=author_id, item_id=item_id, kind="published", at=published_at, facts=facts))
        tx.execute(sa.insert(video), rows)
        append_signals(tx, signals)
        return item_ids

    def _past(self, tx: Tx, *, viewer: int) -> None:
        for author in self.rng.choice(self.authors, FOLLOWED_EACH, replace=False).tolist():
            follow_person(tx, follower_id=viewer, followee_id=author)
        liked = self.rng.choice(TOPICS, 2, replace=False)
        fond = np.flatnonzero(np.isin(self.topics, liked))
        watched = np.concatenate([_some(self.rng, fond, WATCHED_EACH // 2), _some(self.rng, np.arange(self.clips), 30)])
        acts = [
            PastAct(
                person_id=viewer,
                item_id=self.item_ids[number],
                kind="dwell",
                dwell_ms=int(CLIP_MS * (1.2 if self.topics[number] in liked else 0.1)),
                duration_ms=CLIP_MS,
                at=tx.now - timedelta(minutes=len(watched) - place),
                client_id=f"past-{place}",
            )
            for place, number in enumerate(self.rng.permutation(watched).tolist())
        ]
        record_past(tx, acts=acts)


async def measure(settings: Settings, town: Town) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Measure one catalogue in a running application."""
    app = create_app(settings)
    async with app.lifespan():
        visitors = [Program(app, token) for token in town.tokens]
        live: LiveFeed = app.state.feed
        pages = [
            {"clips": town.clips, "page": "ranking alone"} | _rank_alone(live, town),
            {"clips": town.clips, "page": "whole request"} | await _requests(visitors, "/api/v1/feed/for-you"),
            {"clips": town.clips, "page": "following"} | await _requests(visitors, "/api/v1/feed/following"),
            {"clips": town.clips, "page": "not personal"}
            | await _requests(visitors, "/api/v1/feed/for-you", more="&personal=false"),
            {"clips": town.clips, "page": "healthz, for comparison"} | await _requests(visitors, "/healthz"),
        ]
        looks = await _looks(visitors, town)
    return pages, looks


class Program:
    """Somebody signed in who calls the ASGI application directly."""

    def __init__(self, app: Litestar, token: str) -> None:
        self._app = app
        self._headers = [(b"host", b"fair.example"), (b"authorization", f"Bearer {token}".encode())]

    async def send(self, method: str, path: str, query: str = "", body: Any = None) -> Any:
        """Return the decoded answer. Raises AssertionError unless it is a 2xx."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = [*self._headers, (b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        parts: list[bytes] = []
        status = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def take(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        await self._app(scope, receive, take)  # type: ignore[arg-type]
        assert 200 <= status < 300, b"".join(parts)
        return b"".join(parts)


def _rank_alone(live: LiveFeed, town: Town) -> dict[str, Any]:
    times = []
    now_ms = to_ms(live.clock.now())
    for number in range(PAGES):
        ask = Ask(
            person_id=town.viewers[number % VIEWERS], now_ms=now_ms, limit=LIMIT, personal=True, facts=PersonFacts()
        )
        rng = np.random.default_rng(number)
        began = time.process_time()
        rank_for_you(live.folded, ask, live.weights, rng)
        times.append(time.process_time() - began)
    return _figures(np.array(times), float(np.mean(times)))


async def _requests(visitors: Sequence[Program], path: str, *, more: str = "") -> dict[str, Any]:
    """Each visitor in turn asks for a first page, then for a second one from its cursor."""
    query = "" if path == "/healthz" else f"limit={LIMIT}{more}"
    for visitor in visitors:  # Sessions and statements are known from here on.
        await visitor.send("GET", path, query)
    gc.collect()
    times = []
    before = time.process_time()
    cursor = ""
    for number in range(PAGES):
        began = time.perf_counter()
        answer = await visitors[number // 2 % len(visitors)].send("GET", path, query + (cursor if number % 2 else ""))
        times.append(time.perf_counter() - began)
        cursor = f"&cursor={found}" if (found := msgspec.json.decode(answer).get("cursor")) else ""
        # Lets the impressions be written as they would be between requests.
        await asyncio.sleep(0)
    return _figures(np.array(times), (time.process_time() - before) / PAGES)


async def _looks(visitors: Sequence[Program], town: Town) -> list[dict[str, Any]]:
    """How long from a look's end to the page that knows of it: report, durable and learned, then the next page."""
    reports, both = [], []
    for number in range(LOOKS):
        visitor = visitors[number % len(visitors)]
        look = {
            "item_id": str(town.item_ids[int(town.rng.integers(town.clips))]),
            "kind": "dwell",
            "dwell_ms": 9000,
            "duration_ms": CLIP_MS,
            "client_id": f"look-{number}",
        }
        began = time.perf_counter()
        await visitor.send("POST", "/api/v1/signals", body=[look])
        reports.append(time.perf_counter() - began)
        await visitor.send("GET", "/api/v1/feed/for-you", "limit=3")
        both.append(time.perf_counter() - began)
    return [
        {"clips": town.clips, "look": "report: durable and learned", **_percentiles(np.array(reports))},
        {"clips": town.clips, "look": "report and next page", **_percentiles(np.array(both))},
    ]


def _figures(seconds: npt.NDArray[np.float64], cpu_s: float) -> dict[str, Any]:
    return {"cpu_ms": round(1000 * cpu_s, 2), **_percentiles(seconds), "pages_s_core": round(1 / cpu_s)}


def _percentiles(seconds: npt.NDArray[np.float64]) -> dict[str, float]:
    return {f"p{share}_ms": round(1000 * float(np.percentile(seconds, share)), 2) for share in (50, 99)}


def _some(rng: np.random.Generator, among: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    return rng.choice(among, min(count, len(among)), replace=False)


def _parts(whole: range, size: int) -> Iterator[range]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _video_row(item_id: int, author_id: int, caption: str, topic: str, published_at: Any) -> dict[str, Any]:
    return {
        "id": item_id,
        "author_id": author_id,
        "request_digest": "0" * 64,
        "state": "published",
        "ladder": "ready",
        "progress_percent": 100,
        "caption": caption,
        "topics": [topic],
        "duration_ms": CLIP_MS,
        "width": 1080,
        "height": 1920,
        "has_audio": True,
        "mp4": f"videos/{item_id}/first.mp4",
        "hls": f"videos/{item_id}/master.m3u8",
        "poster": f"videos/{item_id}/poster.webp",
        "thumbnail": f"videos/{item_id}/thumbnail.webp",
        "created_at": published_at,
        "published_at": published_at,
    }
