"""Log lines: JSON for machines, one readable line for people; each names the request it belongs to.

Nothing secret goes in: callers log ids and codes of errors, never tokens, one-time codes, addresses or
places. What slips through all the same (an exception that quotes its input) is hidden here as far as it
can be recognised.
"""

import contextvars
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

import msgspec

from miaohui.settings import Settings

request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_HIDDEN = "[hidden]"
_SECRET_WORDS = frozenset(
    {
        *("address", "authorization", "birth", "code", "cookie", "email", "password", "phone", "secret"),
        *("session", "token", "latitude", "longitude", "lat", "lon", "location", "place"),
    }
)
"""A member is hidden if its name has one of these words and does not end in `id`."""
_SECRETS = re.compile(
    r"(?P<label>\b(?:Bearer|Basic)\s+|\bmh_\w+=|\b(?:token|password|secret)[\"']?\s*[=:]\s*[\"']?)[^\s\"';,&}]+"
    r"|(?P<code>\bcode[\"']?\s*[=:]\s*[\"']?)\d{4,}"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\+[1-9]\d{7,14}\b",
    re.IGNORECASE,
)
_CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160))}


def set_up_logging(settings: Settings) -> None:
    """Send all log records of this process to standard error in the form that the settings choose."""
    human = settings.log_format == "human" or (settings.log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HumanLines() if human else JsonLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # uvicorn's own start and stop lines say nothing that `ready` does not.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request_id, what `extra` holds, and the trace."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        if (request := request_id.get()) is not None:
            line["request_id"] = request
        line |= _members(record)
        if record.exc_info:
            line["trace"] = _trace(record)
        return msgspec.json.encode(line).decode()


class HumanLines(logging.Formatter):
    """Time, level, message, members; then the trace as Python prints it."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        members = "".join(f" {name}={value}" for name, value in _members(record).items())
        # What somebody sends must not look like a line of ours.
        text = f"{_clean(record.getMessage())}{members}".translate(_CONTROLS)
        line = f"{moment} {record.levelname.lower():7} {text}"
        return f"{line}\n{_trace(record).rstrip()}" if record.exc_info else line


def _members(record: logging.LogRecord) -> dict[str, object]:
    return {name: _member(name, value) for name, value in vars(record).items() if name not in _STANDARD}


def _member(name: str, value: object) -> object:
    words = name.lower().split("_")
    if words[-1] != "id" and not _SECRET_WORDS.isdisjoint(words):
        return _HIDDEN
    return value if value is None or isinstance(value, bool | int | float) else _clean(str(value))


def _trace(record: logging.LogRecord) -> str:
    return _clean("".join(traceback.format_exception(*record.exc_info))) if record.exc_info else ""


def _clean(text: str) -> str:
    """Return the text without what looks like a secret, and encodable whatever a path contained."""
    hidden = _SECRETS.sub(lambda found: f"{found['label'] or found['code'] or ''}{_HIDDEN}", text)
    return hidden.encode("utf-8", "backslashreplace").decode()
