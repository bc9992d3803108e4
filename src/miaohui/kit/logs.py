"""Log lines: JSON for machines, one readable line for people; each names the request it belongs to.

Nothing secret goes in: callers log ids and codes, never tokens, one-time codes, addresses or places.
"""

import contextvars
import logging
import sys
import traceback
from datetime import UTC, datetime

import msgspec

from miaohui.settings import Settings

request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up_logging(settings: Settings) -> None:
    """Send all log records of this process to standard error in the form that the settings choose."""
    human = settings.log_format == "human" or (settings.log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_HumanLines() if human else _JsonLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # uvicorn's own start and stop lines say nothing that `ready` does not.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _members(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class _JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request_id, what `extra` holds, and the trace."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request := request_id.get()) is not None:
            line["request_id"] = request
        line |= _members(record)
        if record.exc_info:
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return msgspec.json.encode(line, enc_hook=str).decode()


class _HumanLines(logging.Formatter):
    """Time, level, message, members; then the trace as Python prints it."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        members = "".join(f" {name}={value}" for name, value in _members(record).items())
        line = f"{moment} {record.levelname.lower():7} {record.getMessage()}{members}"
        if record.exc_info:
            line += "\n" + "".join(traceback.format_exception(*record.exc_info)).rstrip()
        return line
