"""The log on standard error: lines for people, or JSON for log collectors."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from index.errors import UserError
from index.events import EVENTS

LogFormat = Literal["text", "json"]


class LogFormatUnknown(UserError):
    """RAG_LOG is neither text nor json."""


class JsonLine(logging.Formatter):
    """Formats a record as a line of JSON: ``time``, ``level``, ``event`` and its values; others are "log" events."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; ``exception`` holds the traceback."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": time, "level": record.levelname.lower()}
        if record.name == EVENTS.name:
            line |= {"event": record.getMessage(), **getattr(record, "values", {})}
        else:
            line |= {"event": "log", "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def read_log_format(environment: Mapping[str, str]) -> LogFormat:
    """Return RAG_LOG, by default "text".

    Raises:
        LogFormatUnknown: it is neither "text" nor "json".
    """
    value = environment.get("RAG_LOG", "").strip().lower() or "text"
    if value not in ("text", "json"):
        raise LogFormatUnknown("RAG_LOG is {!r}. Set it to text or json, or unset it.", value)
    return "json" if value == "json" else "text"


def log_to_terminal(form: LogFormat) -> None:
    """Log warnings as text, or warnings and events as JSON. No record contains a question."""
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(JsonLine())
        logging.getLogger().addHandler(handler)
        EVENTS.setLevel(logging.INFO)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("sourcier").addHandler(handler)
