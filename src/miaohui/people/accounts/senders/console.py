"""The sandbox: prints codes where the server runs. Works offline; not for a public server."""

import sys
import threading
from typing import TextIO

from miaohui.people.accounts.senders.contract import CodeSender, OutgoingCode

_TEXTS = {
    "zh-Hans": "庙会验证码 {code}，十分钟内有效 → {address}",
    "en": "Miaohui code {code}, good for ten minutes → {address}",
}


class ConsoleCodeSender(CodeSender):
    """Writes one line per code to the terminal, or to another stream."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, outgoing: OutgoingCode) -> None:
        line = _TEXTS[outgoing.locale].format(code=outgoing.code, address=outgoing.address)
        # Looked up late, because the terminal may be another one by now (a reload, a test).
        stream = self._stream or sys.stderr
        with self._lock:
            stream.write(f"{line}\n")
            stream.flush()
