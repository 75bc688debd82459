"""The worker's side of ``index.sandbox.process``: answer requests, one at a time, in a process that may be lost.

A request is a line of JSON on standard input; the reply is a frame on standard output. A module becomes a worker with

    if __name__ == "__main__":
        serve(handle_request)

and is run as ``python -P -m MODULE MEMORY NICENESS``.
"""

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any

from index.sandbox.frames import Frame, write_frame
from index.sandbox.limits import limit_resources

GRACE = 5.0  # seconds after its limit in which the other process ends a worker; else the worker ends by itself

_OBJECTS = 50_000  # made between two garbage collections: what a reader makes lives until its reply

HandleRequest = Callable[[dict[str, Any]], Frame]


def serve(handle_request: HandleRequest) -> None:
    """Reply to requests until standard input ends. An exception gives a reply with the field ``failed``."""
    memory, niceness = int(sys.argv[1]), int(sys.argv[2])
    limit_resources(memory=memory)
    with suppress(AttributeError, OSError):  # AttributeError: Windows knows no niceness
        os.nice(niceness)
    gc.set_threshold(_OBJECTS)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no reply
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    write_frame(replies, {"ready": True})
    while True:
        request = requests.get()
        with _time_limit(request["limit"] + GRACE):
            reply = _safe_reply(handle_request, request, memory)
        write_frame(replies, *reply)


def _safe_reply(handle_request: HandleRequest, request: dict[str, Any], memory: int) -> Frame:
    try:
        return handle_request(request)
    except MemoryError:
        return Frame({"memory": memory})
    except Exception as error:  # a library may raise anything at a file made to harm it
        return Frame({"failed": [type(error).__name__, str(error)[:200]]})


def _receive(requests: "SimpleQueue[dict[str, Any]]") -> None:
    """Pass requests on. When the other process is gone, end this one at once, whatever it does."""
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    os._exit(0)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """End this process after ``seconds``: it may hold the interpreter's lock, so that no thread can see standard input.

    Only needed where the other process was killed; it ends a worker in time itself.
    """
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
