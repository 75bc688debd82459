"""Convert texts with markup to HTML by pandoc, a program of its own that comes as a package and may be absent.

It runs confined (``index.sandbox.programs``) and in its own sandbox (``--sandbox``), in which it reads its input alone.
"""

import json
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from index.sandbox.programs import ProgramFailed, run_program

_SECONDS = 60.0
_MEMORY = 4 << 30  # bytes of address space
_HEAP = "-M1G"  # the limit that pandoc sets itself
_LARGEST = 200_000_000  # bytes of HTML


class Skipped(NamedTuple):
    """What pandoc left out: the source, and its line, from 1."""

    source: str
    line: int


class Conversion(NamedTuple):
    """A page of HTML, and what pandoc left out of it."""

    page: str
    skipped: tuple[Skipped, ...] = ()


def find_program() -> Path | None:
    """Return the program; None if it is not installed."""
    spec = find_spec("pypandoc")
    folder = Path(spec.origin).parent / "files" if spec and spec.origin else None
    programs = (folder / name for name in ("pandoc", "pandoc.exe")) if folder else ()
    return next((path for path in programs if path.is_file()), None)


def program_version() -> str:
    """Return the version of the package that brings the program; empty where it is not installed."""
    return metadata.version("pypandoc-binary") if find_program() else ""


def convert(program: Path, text: str, markup: str) -> Conversion | None:
    """Convert a text to a page of HTML; return None if pandoc fails, or takes too much time or memory."""
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        source, page, log = Path(folder, "text"), Path(folder, "page.html"), Path(folder, "log")
        source.write_text(text, "utf-8", newline="\n")
        options = ["--sandbox", f"--from={markup}", "--to=html", "--mathml", "--standalone", "--wrap=none", "--verbose"]
        options += [f"--log={log}", f"--output={page}"]
        command = [str(program), "+RTS", _HEAP, "-RTS", *options, str(source)]
        try:
            run_program(command, Path(folder), seconds=_SECONDS, memory=_MEMORY, largest=_LARGEST)
            return Conversion(page.read_text("utf-8", "replace"), _skipped(log.read_bytes()))
        except (OSError, ProgramFailed, ValueError):
            return None


def _skipped(log: bytes) -> tuple[Skipped, ...]:
    """Return what a log says was left out.

    Raises:
        ValueError: it is no log.
    """
    messages = (message for message in json.loads(log) if message.get("type") == "SkippedContent")
    return tuple(Skipped(message["contents"], message["line"]) for message in messages)
