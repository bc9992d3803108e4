"""What Prometheus collects at /metrics.

Counters live where the work is done (`db.stats`, `realtime.stats`) and are read only when somebody asks;
a request pays for one histogram observation.
"""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from miaohui.kit.db.database import WriteStats
from miaohui.kit.errors import Unauthenticated
from miaohui.kit.realtime import RealtimeStats
from miaohui.settings import Settings

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The figures of one web process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Histogram(
            "miaohui_http_request_seconds",
            "Time from a request's arrival to the start of its answer",
            ("method", "route", "status"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request under the template of its route, never under its path."""
        self._requests.labels(method, route, f"{status // 100}xx").observe(seconds)

    def watch_writes(self, stats: WriteStats) -> None:
        """Report what the write queue has done."""

        def collect() -> Iterable[Metric]:
            yield _counter("db_actions", "Actions that committed", stats.actions)
            yield _counter("db_commits", "Durable commits, fewer than actions where they share one", stats.commits)
            yield _counter("db_retries", "Transactions run again after a deadlock", stats.retries)
            yield _counter("db_wait_seconds", "Time that actions waited for their turn", stats.wait_s)
            yield _counter("db_commit_seconds", "Time spent in COMMIT", stats.commit_s)

        self.registry.register(_Collector(collect))

    def watch_sockets(self, stats: RealtimeStats) -> None:
        """Report what the sockets do."""

        def collect() -> Iterable[Metric]:
            yield _gauge("sockets", "Open sockets", stats.sockets)
            yield _gauge("topics", "Topics that somebody listens to, or did a moment ago", stats.topics)
            yield _counter("socket_published", "Messages published", stats.published)
            yield _counter("socket_delivered", "Frames handed to sockets", stats.delivered)
            yield _counter("socket_fell_behind", "Times that a reader was too slow", stats.fell_behind)
            yield _counter("socket_resets", "Times that a reader was told to load again", stats.resets)

        self.registry.register(_Collector(collect))

    def watch_backlog(self, read: Callable[[], dict[str, float]]) -> None:
        """Report how much work waits: `read` returns numbers by name."""

        def collect() -> Iterable[Metric]:
            for name, waiting in read().items():
                yield _gauge(name, "Work that is not done yet", waiting)

        self.registry.register(_Collector(collect))

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _Collector:
    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self.collect = collect


@get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any], settings: Settings) -> Response[bytes]:
    """Answer with the figures of this process."""
    token = settings.metrics_token
    given = request.headers.get("authorization", "")
    # As bytes, because a header may hold letters that compare_digest refuses in a str.
    if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Unauthenticated
    collected: Metrics = request.app.state.metrics
    return Response(collected.render(), media_type=_TEXT)


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"miaohui_{name}", text, value=value)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"miaohui_{name}", text, value=value)
