"""The JSON API of people and media, with the real database, sign-in, limits and refusals behind it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import httpx
from litestar import Litestar, Request
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient

from miaohui.kit.clock import Clock
from miaohui.kit.db import Database
from miaohui.kit.http import ViewerMiddleware, exception_handlers, member_of, viewer_of
from miaohui.kit.http.description import ProblemResponses, openapi_config
from miaohui.kit.rate_limits import InProcessRateLimits
from miaohui.kit.signing import Signer
from miaohui.media.comments.routes import route_handlers as comments_api
from miaohui.media.profiles.routes import route_handlers as profiles_api
from miaohui.media.reactions.routes import route_handlers as reactions_api
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.sessions import Sessions
from miaohui.people.graph.routes import route_handlers as graph_api
from miaohui.settings import Settings

HOME = "https://fair.example"


class Visitor:
    """Somebody's program; answers are JSON."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self._client = client

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        content = {} if body is None else {"json": body}
        return self._client.request(method, f"/api/v1{path}", **content, **options)

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send a request that must succeed, and return the JSON of its answer."""
        answer = self.send(method, path, body, **options)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Send a request that must be refused, and return its status and code."""
        answer = self.send(method, path, body, **options)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["code"]

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Read a list to its end, as a client does."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.ok("GET", path, params={**query, **cursor})
            found += page["items"]
            if page["cursor"] is None:
                return found
            cursor = {"cursor": page["cursor"]}


class House(ExitStack):
    """The server side of a test. routes: of further domains. settings: what differs from the defaults."""

    def __init__(self, *, db: Database, clock: Clock, routes: Sequence[Any] = (), **settings: Any) -> None:
        super().__init__()
        self.db = db
        self.app = self._app(db, clock, routes, Settings(public_url=HOME, **settings))

    def stranger(self) -> Visitor:
        """Somebody without an account."""
        return self._visitor({})

    def member(self, account_id: int) -> Visitor:
        """Somebody who is signed in."""
        opened = self.db.write_sync(open_session, account_id=account_id, user_agent="")
        return self._visitor({"Authorization": f"Bearer {opened.token}"})

    def _visitor(self, headers: dict[str, str]) -> Visitor:
        client = self.enter_context(TestClient(self.app, base_url=HOME))
        client.headers.update(headers)
        return Visitor(client)

    @staticmethod
    def _app(db: Database, clock: Clock, routes: Sequence[Any], settings: Settings) -> Litestar:
        parts = {
            "db": db,
            "limiter": InProcessRateLimits(clock),
            "settings": settings,
        }
        viewers = DefineMiddleware(
            ViewerMiddleware,
            authenticate=Sessions(db).authenticate,
            signer=Signer(b"the key of this fair"),
            default_locale="en",
            secure=True,
        )
        return app_of([*graph_api, *reactions_api, *comments_api, *profiles_api, *routes], parts, viewers)


def app_of(routes: Sequence[Any], parts: Mapping[str, Any], viewers: DefineMiddleware) -> Litestar:
    """Return an application of some domains. parts: what their routes ask for, by name."""
    return Litestar(
        routes,
        dependencies={
            **{name: Provide(_always(part), sync_to_thread=False) for name, part in parts.items()},
            "viewer": Provide(_viewer, sync_to_thread=False),
            "member": Provide(_member, sync_to_thread=False),
        },
        logging_config=None,
        middleware=[viewers],
        exception_handlers=exception_handlers(),
        openapi_config=openapi_config("test"),
        plugins=[ProblemResponses()],
    )


def _always(part: Any) -> Any:
    def provide() -> Any:
        return part

    return provide


def _viewer(request: Request[Any, Any, Any]) -> Any:
    return viewer_of(request)


def _member(request: Request[Any, Any, Any]) -> Any:
    return member_of(request)
