"""A process that reads files one at a time, for ``index.apart``: a path comes in, a reading goes out, a line each.

Run as ``python -m index.worker``. A file may make a library loop, crash or take all memory: it takes this process, not
the rebuild.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from index import read
from index.errors import Unreadable

MEMORY = 4 << 30  # bytes


def main() -> None:
    _bound_memory()
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        _answer(answers, _read(Path(json.loads(line))))


def _answer(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, default=str) + "\n")
    answers.flush()


def _read(path: Path) -> dict[str, Any]:
    try:
        sha256, reading = read.read(path)
    except Unreadable as error:
        return {"unreadable": error.args}
    except OSError as error:
        return {"closed": error.strerror or str(error)}
    except MemoryError:
        return {"unreadable": Unreadable("reading it takes more than {} GiB of memory", MEMORY >> 30).args}
    except Exception as error:  # a library may raise anything at a file made to harm it; the rebuild goes on
        gave_up = Unreadable("its reader gave up ({}: {})", type(error).__name__, str(error)[:200])
        return {"unreadable": gave_up.args}
    return {"sha256": sha256, "text": reading.text, **reading.plain()}


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
