"""What is logged: lines of text, or of JSON that other programs gather."""

import json
import logging
import subprocess
import sys

import pytest

from index.events import EVENTS
from ui.operating.logs import JsonLine, LogFormatUnknown, read_log_format


def record(name: str, message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "file.py", 1, message, (), None)
    made.__dict__.update(more)
    return made


def test_an_event_is_one_line_with_its_values() -> None:
    line = JsonLine().format(record(EVENTS.name, "rebuilt", values={"documents": 3, "seconds": 0.5}, created=0.25))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.250+00:00",
        "level": "warning",
        "event": "rebuilt",
        "documents": 3,
        "seconds": 0.5,
    }


def test_another_message_names_its_logger_and_holds_its_traceback() -> None:
    try:
        raise ValueError("line one\nline two")
    except ValueError:
        failed = record("ui.services.indexing", "The rebuild failed", exc_info=sys.exc_info())
    line = JsonLine().format(failed)
    assert "\n" not in line
    plain = json.loads(line)
    assert (plain["event"], plain["logger"], plain["message"]) == (
        "log",
        "ui.services.indexing",
        "The rebuild failed",
    )
    assert plain["exception"].endswith("ValueError: line one\nline two")


LOGGING = """
import logging, sys
from index.events import emit
from ui.operating.logs import log_to_terminal
log_to_terminal(sys.argv[1])
emit("answered", kind="quotes")
logging.getLogger("sourcier.web").warning("wrong password from %s", "192.0.2.1")
"""


def logged(form: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", LOGGING, form], capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


def test_lines_of_text_are_for_a_person_and_tell_no_events() -> None:
    (line,) = logged("text")
    assert line.endswith("  wrong password from 192.0.2.1")


def test_lines_of_json_tell_events_too() -> None:
    answered, refused = map(json.loads, logged("json"))
    assert (answered["event"], answered["kind"], answered["level"]) == ("answered", "quotes", "info")
    assert (refused["event"], refused["message"]) == ("log", "wrong password from 192.0.2.1")


@pytest.mark.parametrize(("value", "form"), [("", "text"), ("text", "text"), (" JSON ", "json")])
def test_the_format_is_a_setting(value: str, form: str) -> None:
    assert read_log_format({"RAG_LOG": value} if value else {}) == form


def test_another_format_is_refused() -> None:
    with pytest.raises(LogFormatUnknown, match=r"RAG_LOG is 'xml'\. Set it to text or json"):
        read_log_format({"RAG_LOG": "xml"})
