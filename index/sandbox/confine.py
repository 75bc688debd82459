"""Run a program that reads untrusted files without network, and without files other than those it is given.

    python -P -m index.sandbox.confine SPECIFICATION PROGRAM ARGUMENT ...

The process limits itself and then becomes the program. On Linux the kernel sees to it: Landlock bounds which files it
may open, a seccomp filter which sockets it may make. Both need no privileges, and hold for all processes it starts.
Where a kernel has neither, and on macOS, the limits of time and size remain, and what the system has of a limit of
memory. Windows has none of these; there, a program is run as it is (``index.sandbox.programs``).
"""

import ctypes
import json
import os
import platform
import signal
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.sandbox.limits import limit_resources

_PARENT_DEATH_SIGNAL, _NO_NEW_PRIVILEGES, _SECCOMP = 1, 38, 22  # operations of prctl
_FILTER_MODE = 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls of Landlock, the same on every processor
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = (1 << bit for bit in range(4))
_MAKE_SOCKET, _TRUNCATE = 1 << 9, 1 << 14
_READ_RIGHTS = _EXECUTE | _READ_FILE | _READ_FOLDER
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_ALL_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1}  # by the version of Landlock; later ones know truncation too
_NEWEST_RIGHTS = (1 << 15) - 1
# The processor as seccomp knows it, and its numbers of the calls socket and io_uring_setup, which makes sockets, too.
_PROCESSORS = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_X32 = 0x40000000  # the other numbers of calls on x86_64
_LOCAL = 1  # the family of sockets within a machine
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06


def confine(specification: dict[str, Any]) -> None:
    """Confine this process, for good."""
    limit_resources(memory=specification["memory"], seconds=specification["seconds"], file=specification["file"])
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != specification["parent"]:  # it ended before it could be watched
        os._exit(1)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    paths = {_READ_RIGHTS: specification["readable"], _MAKE_SOCKET: specification["sockets"]}
    _bound_files(library, paths, specification["writable"])
    _bound_sockets(library, local=bool(specification["sockets"]))


def _bound_files(library: Any, bounded: Mapping[int, Sequence[str]], writable: Sequence[str]) -> None:
    """Let this process do only what it may below some paths; nothing happens where the kernel has no Landlock."""
    version = library.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    rights = _ALL_RIGHTS.get(version, _NEWEST_RIGHTS)
    # What a rule set governs: files, from version 4 on TCP ports, from 6 on local sockets and signals to others.
    governed = struct.pack("=QQQ", rights, 3, 3)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = library.syscall(_CREATE_RULESET, governed, len(governed), 0)
    if rules < 0:
        return
    for allowed, paths in (*bounded.items(), (rights, writable)):
        for path in filter(os.path.exists, paths):
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            path_rights = allowed if Path(path).is_dir() else allowed & _FILE_RIGHTS & rights
            library.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", path_rights, descriptor), 0)
            os.close(descriptor)
    library.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _bound_sockets(library: Any, *, local: bool) -> None:
    """Let this process make local sockets or none; nothing happens on processors with unknown numbers of calls."""
    if platform.machine() not in _PROCESSORS:
        return
    processor, socket, ring = _PROCESSORS[platform.machine()]
    program = b"".join(
        struct.pack("=HBBI", code, if_true, if_false, value)
        for code, if_true, if_false, value in (
            (_LOAD, 0, 0, 4),  # the processor
            (_EQUAL, 0, 7, processor),
            (_LOAD, 0, 0, 0),  # the number of the call
            (_AT_LEAST, 5, 0, _X32),
            (_EQUAL, 5, 0, ring),
            (_EQUAL, 0, 2, socket),
            (_LOAD, 0, 0, 16),  # its first argument, the family
            (_EQUAL, 0 if local else 2, 2, _LOCAL),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _KILL),
            (_RETURN, 0, 0, _REFUSE),
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    library.prctl(_SECCOMP, _FILTER_MODE, filters, 0, 0)


if __name__ == "__main__":
    plan = json.loads(sys.argv[1])
    confine(plan)
    os.execve(sys.argv[2], sys.argv[2:], plan["environment"])
