"""Limits that the system enforces on this process and on those it starts."""

from contextlib import suppress


def limit_resources(*, memory: int, seconds: int | None = None, file: int | None = None) -> None:
    """Limit the address space, the processor time and the size of a file, for good, and write no core dumps.

    What the system refuses is left out: Windows has no such limits, and macOS refuses that of the address space.

    Args:
        memory: bytes of address space.
        seconds: processor time; None for no limit.
        file: bytes of a file that the process writes; None for no limit.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: file,
        resource.RLIMIT_CORE: 0,  # no copy of a person's file on the disk
    }
    for kind, most in limits.items():
        if most is not None:
            _, hard = resource.getrlimit(kind)
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, (limit, limit))
