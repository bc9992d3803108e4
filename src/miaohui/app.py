"""The composition root: every domain's routes and pages, and the life of the web process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, route
from litestar.datastructures import State
from litestar.di import Provide

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job, so that routes can stage them
from miaohui import __version__
from miaohui.health import healthz
from miaohui.kit.clock import Clock
from miaohui.kit.errors import NotFound
from miaohui.kit.http import exception_handlers, member_of, viewer_of
from miaohui.kit.http.description import ProblemResponses, openapi_config
from miaohui.services import Services
from miaohui.settings import Settings

_PACKAGE = Path(__file__).parent
ROUTES: Sequence[Any] = [
    healthz,
]
"""Every domain's API and pages, in the order of the floors."""


def create_app(settings: Settings, *, clock: Clock | None = None) -> Litestar:
    """Build the web application; nothing starts before its lifespan begins."""
    services = Services(settings, clock=clock)
    services.migrate()
    app = Litestar(
        [*ROUTES, unknown_address],
        dependencies=_dependencies(),
        exception_handlers=exception_handlers(),
        lifespan=[_life],
        middleware=[],
        openapi_config=openapi_config(__version__),
        plugins=[ProblemResponses()],
        state=State({"services": services}),
    )
    return app


@asynccontextmanager
async def _life(app: Litestar) -> AsyncIterator[None]:
    services: Services = app.state.services
    with services:
        yield


@route(
    "/{path:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False, sync_to_thread=False
)
def unknown_address(path: str) -> None:
    """Refuse what no other route takes, so that a person sees our page and stays signed in."""
    raise NotFound


def _dependencies() -> dict[str, Provide]:
    def of_services(name: str) -> Provide:
        def provide(state: State) -> Any:
            return getattr(state.services, name)

        return Provide(provide, sync_to_thread=False)

    shared = {name: of_services(name) for name in ("db", "blobs", "settings", "clock", "signer")}
    return {
        **shared,
        "viewer": Provide(_viewer, sync_to_thread=False),
        "member": Provide(_member, sync_to_thread=False),
    }


def _viewer(request: Request[Any, Any, Any]) -> Any:
    return viewer_of(request)


def _member(request: Request[Any, Any, Any]) -> Any:
    return member_of(request)
