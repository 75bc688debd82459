"""A worker that does what a test asks: hang, crash, take memory, print, or reply too much."""

import os
import signal
import sys
import time
from typing import Any

from index.sandbox.frames import Frame
from index.sandbox.worker import serve


def handle_request(request: dict[str, Any]) -> Frame:
    match request["task"]:
        case "echo":
            return Frame({"said": request["words"]})
        case "sleep":
            time.sleep(request["seconds"])
        case "spin":  # holds the interpreter's lock
            sum(range(1 << 40))
        case "signal":
            os.kill(os.getpid(), signal.Signals[request["name"]])
        case "exit":
            os._exit(3)
        case "allocate":
            bytearray(request["bytes"])
        case "print":
            print("what a library prints")
            os.write(1, b"and below it")
        case "fail":
            raise OverflowError("an impossible date")
        case "reply":
            return Frame({}, (b"x" * request["bytes"],))
        case "babble":
            os.write(os.open(f"/proc/{os.getpid()}/fd/3", os.O_WRONLY), b"no frame\n")
    return Frame({"pid": os.getpid(), "niceness": os.nice(0) if hasattr(os, "nice") else 0, "argv": sys.argv})


if __name__ == "__main__":
    serve(handle_request)
