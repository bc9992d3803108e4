"""A server that takes uploads, and a client that knows the protocol by heart."""

import base64
import contextlib
import multiprocessing
import socket
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
import pytest

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import Database, open_database
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.media.uploads.lean_server import serve_uploads

CHUNK_TYPE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}
MAX_BYTES = 64 << 20
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.media.uploads.lean_server"])


class UploadServer:
    """The endpoint in a process, its data, and people who are signed in to it."""

    def __init__(self, data: Path, template: Path) -> None:
        self.data = data
        data.mkdir(parents=True, exist_ok=True)
        (data / "miaohui.db").write_bytes(template.read_bytes())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.endpoint = f"{self.url}/api/v1/uploads"
        self.db: Database = open_database(
            f"sqlite:///{data / 'miaohui.db'}", clock=SystemClock(), recorder=subscriptions()
        )
        self.cast = Cast(self.db)
        self._process: BaseProcess | None = None

    def start(self) -> None:
        heard, ready = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(
            target=serve_uploads, args=(self.data, self.port, MAX_BYTES, ready), name="uploads", daemon=True
        )
        self._process.start()
        ready.close()
        assert heard.recv() == "ready"

    def kill(self) -> None:
        """End it as a power cut would: kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def close(self) -> None:
        self.kill()
        self.db.close()

    def headers_of(self, name: str) -> dict[str, str]:
        """What a program sends that is signed in as this person."""
        account_id = getattr(self.cast, name)
        token = self.db.write_sync(open_session, account_id=account_id, user_agent="tests").token
        return {**TUS, "Authorization": f"Bearer {token}"}

    def client_of(self, name: str) -> "TusClient":
        return TusClient(self, self.headers_of(name))

    def file_of(self, url: str) -> Path:
        return self.data / "uploads" / url.rsplit("/", 1)[1]


class TusClient:
    """One person's requests, word by word."""

    def __init__(self, server: UploadServer, headers: dict[str, str]) -> None:
        self.server = server
        self.headers = headers
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=30)

    def begin(self, size: int, *, body: bytes = b"", **headers: str) -> httpx.Response:
        named = {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded('clip.mp4')}"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            named["Content-Type"] = CHUNK_TYPE
        return self.http.post("/api/v1/uploads", headers=named, content=body)

    def begun(self, size: int) -> str:
        """The path of a fresh upload."""
        answer = self.begin(size)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def ask(self, path: str) -> httpx.Response:
        return self.http.head(path)

    def offset(self, path: str) -> int:
        answer = self.ask(path)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    def send(self, path: str, offset: int, body: bytes, **headers: str) -> httpx.Response:
        named = {"Upload-Offset": str(offset), "Content-Type": CHUNK_TYPE}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.patch(path, headers=named, content=body)

    @contextlib.contextmanager
    def half_open(self, path: str, offset: int, announced: int) -> Iterator[socket.socket]:
        """A PATCH whose head is sent; the body is up to the test."""
        head = [f"PATCH {path} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}", f"Content-Length: {announced}"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        head += [f"Upload-Offset: {offset}", f"Content-Type: {CHUNK_TYPE}", "", ""]
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.sendall("\r\n".join(head).encode())
            yield connection


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[UploadServer]:
    running = UploadServer(tmp_path_factory.mktemp("uploads") / "data", sqlite_template)
    running.start()
    yield running
    running.close()


@pytest.fixture
def mei(server: UploadServer) -> TusClient:
    return server.client_of("mei")


@pytest.fixture
def bo(server: UploadServer) -> TusClient:
    return server.client_of("bo")
