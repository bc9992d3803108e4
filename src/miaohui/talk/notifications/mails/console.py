"""The sandbox: prints letters where the server runs. Works offline; not for a public server."""

import sys
import threading
from typing import TextIO

from miaohui.talk.notifications.mails.contract import Letter, MailSender

_SENDER = "miaohui@localhost"


class ConsoleMailSender(MailSender):
    """Writes each letter to the terminal, or to another stream."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, letter: Letter) -> None:
        # Looked up late, because the terminal may be another one by now (a reload, a test).
        stream = self._stream or sys.stderr
        with self._lock:
            stream.write(f"{letter.address} ← {letter.subject}\n{letter.text}\n{letter.unsubscribe_url}\n")
            stream.flush()
