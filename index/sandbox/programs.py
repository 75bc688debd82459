"""Run external programs on untrusted files: confined, with limits, and with nothing of this process's surroundings."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_SYSTEM = (  # what programs need of a Linux system; personal files lie elsewhere
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/opt"),
    *("/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"),
    *("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu"),
)
_CAN_EXECUTE = os.name != "nt"  # Windows cannot make a program of a running process, so none is confined there
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


class ProgramFailed(Exception):
    """A program took too long, or ended with another ``status`` than 0; None for one that took too long."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__(f"exit status {status}")
        self.status = status


def run_program(
    command: Sequence[str],
    folder: Path,
    *,
    seconds: float,
    memory: int,
    largest: int,
    environment: Mapping[str, str] | None = None,
    sockets: Sequence[str] = (),
) -> None:
    """Run a program that may read the system's libraries, and read and write below ``folder``, but nothing else.

    It and all that it started are ended when it returns, or after ``seconds``.

    Args:
        command: the program, by its path, and its arguments.
        memory: bytes of its address space.
        largest: bytes of a file that it writes.
        environment: what it gets besides a home, which is ``folder``, and a language.
        sockets: folders in which it may make local sockets, and nothing else; without any it may make no sockets.

    Raises:
        ProgramFailed: it took too long, or failed.
    """
    surroundings = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", **(environment or {})}
    plan = {
        "memory": memory,
        "seconds": int(seconds) + 1,
        "file": largest,
        "readable": [*_SYSTEM, str(Path(command[0]).parents[1])],
        "writable": [str(folder), *_DEVICES],
        "sockets": sockets,
        "parent": os.getpid(),
        "environment": surroundings,
    }
    process = subprocess.Popen(
        _confined(plan, command) if _CAN_EXECUTE else command,
        cwd=folder,
        env=_import_environment() if _CAN_EXECUTE else {**_environment_for_windows(), **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise ProgramFailed from error
    finally:
        _end_group(process)
    if status:
        raise ProgramFailed(status)


def _confined(plan: Mapping[str, Any], command: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "index.sandbox.confine", json.dumps(plan), *command]


def _import_environment() -> dict[str, str]:
    """Return the environment of this process, with which another finds this package."""
    import_root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (import_root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": paths}


def _environment_for_windows() -> dict[str, str]:
    """Return the variables without which no program starts there."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started."""
    with suppress(OSError):
        if _CAN_EXECUTE:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    process.kill()
    process.wait()
