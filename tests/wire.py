"""HTTP/1.1 over a connection of one's own, for crowds: so small that it does not slow down what it asks."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """A status and what the JSON says; None for an empty body."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Wire:
    """One connection that stays open, as a browser keeps it. Whoever asks waits for the answer before asking again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> "Wire":
        """Connect to the server at `url`."""
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def send(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask below /api/v1 as somebody. Raises ConnectionError if the server goes before it has answered."""
        content = b"" if body is None else msgspec.json.encode(body)
        lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: fair", f"Authorization: Bearer {token}"]
        lines += [f"Content-Type: application/json\r\nContent-Length: {len(content)}"] if body is not None else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if method != "GET" and body is None:
            lines.append("Content-Length: 0")
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        try:
            return await self._answer()
        except asyncio.IncompleteReadError as cut:
            raise ConnectionResetError("the server has gone") from cut

    async def ok(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask for what must succeed, and return what the JSON says."""
        answer = await self.send(token, method, path, body, **headers)
        assert answer.status in {200, 201, 204}, f"{method} {path}: {answer}"
        return answer.body

    def close(self) -> None:
        self._writer.close()

    async def _answer(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await self._reader.readexactly(int(fields.get("content-length", "0")))
        return Answer(int(head[0].split(" ")[1]), msgspec.json.decode(body) if body else None)
