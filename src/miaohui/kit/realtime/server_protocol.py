"""uvicorn's WebSocket protocol, opened by a hand's breadth so that a broadcast need not pass through ASGI.

A message to 1,000 sockets would otherwise cost 1,000 coroutine steps and 1,000 framings; here it is
framed once and handed to each transport. Everything else (handshake, pings, closing) stays uvicorn's.
"""

from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

SCOPE_EXTENSION = "miaohui.socket"


class SocketProtocol(WebSocketsSansIOProtocol):
    """Give this class to uvicorn as `ws`. It puts itself into the scope of each connection."""

    on_full: Callable[[], None] | None = None
    """Called when the transport holds as much as it should (64 KiB): the other side reads too slowly."""
    on_drained: Callable[[], None] | None = None
    """Called when it has room again."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # The application's task has been created by now and has not begun yet.
        if hasattr(self, "scope"):
            self.scope["extensions"][SCOPE_EXTENSION] = self  # type: ignore[assignment]  # ours, not ASGI's

    def write_frame(self, frame: bytes) -> None:
        """Hand a whole frame to the transport, unless the connection is on its way out."""
        if not self.transport.is_closing():
            self.transport.write(frame)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.on_full is not None:
            self.on_full()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.on_drained is not None:
            self.on_drained()
