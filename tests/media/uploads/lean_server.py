"""The upload endpoint alone in a process of its own: forked where all is imported already, so it starts at
once and can be killed many times.

Accounts, database, files and the endpoint are the product's own; only the other domains are left out.
"""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

import miaohui.media.uploads.jobs  # noqa: F401  importing declares the kinds of jobs
from miaohui.kit.blobs import open_blobs
from miaohui.kit.clock import SystemClock
from miaohui.kit.db import open_database
from miaohui.kit.http import ViewerMiddleware, exception_handlers, member_of
from miaohui.kit.signing import Signer
from miaohui.media.uploads.routes import route_handlers
from miaohui.people.accounts.sessions import Sessions
from miaohui.settings import Settings


class Announcing(uvicorn.Server):
    """Says when it takes connections."""

    def __init__(self, config: uvicorn.Config, ready: Connection) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._ready.send("ready")


def _provide(part: Any) -> Provide:
    def get() -> Any:
        return part

    return Provide(get, sync_to_thread=False)


def _member(request: Request[Any, Any, Any]) -> Any:
    return member_of(request)


def serve_uploads(data: Path, port: int, max_bytes: int, ready: Connection) -> None:
    settings = Settings(data_dir=data, upload_max_bytes=max_bytes)
    db = open_database(settings.sqlalchemy_url, clock=SystemClock())
    blobs = open_blobs(settings)
    sessions = Sessions(db)
    viewer = DefineMiddleware(
        ViewerMiddleware,
        authenticate=sessions.authenticate,
        signer=Signer.from_file(data / "secret.key"),
        default_locale="en",
        secure=False,
    )
    parts = {"db": db, "blobs": blobs, "settings": settings}
    provided = {name: _provide(part) for name, part in parts.items()}
    app = Litestar(
        list(route_handlers),
        dependencies={**provided, "member": Provide(_member, sync_to_thread=False)},
        exception_handlers=exception_handlers(),
        middleware=[viewer],
        openapi_config=None,
        state=State({}),
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning")
    Announcing(config, ready).run()
