"""What every answer carries, and what is noted of every request."""

import logging
import secrets
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from miaohui.kit.logs import request_id
from miaohui.kit.metrics import Metrics

log = logging.getLogger("miaohui.access")

_SLOW_S = 1.0


class EdgeMiddleware:
    """Gives each request an id, each answer its security headers, and the metrics their observation.

    Requests are not logged one by one: at a thousand a second nobody reads them, and paths would tell
    who watched what. Only what failed or was slow leaves a line, under the template of its route.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, secure: bool) -> None:
        self._app = app
        self._metrics = metrics
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), accelerometer=(self)",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        this_request = secrets.token_hex(6)
        token = request_id.set(this_request)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                ours = [(name, value) for name, value in self._headers if name not in given]
                message["headers"] = [*message["headers"], (b"x-request-id", this_request.encode()), *ours]
                self._note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            request_id.reset(token)

    def _note(self, scope: HTTPScope, status: int, seconds: float) -> None:
        route = str(scope.get("path_template") or "(none)")
        self._metrics.observe_request(scope["method"], route, status, seconds)
        if seconds > _SLOW_S:
            log.warning("slow answer", extra={"route": route, "status": status, "ms": round(seconds * 1000)})
