"""Events for whoever operates a server: what happened and how long it took, never what was asked or is written.

They are records of the logger ``sourcier.events`` at the level INFO, with their values in ``record.values``. Nobody
listens by default, and an event then costs less than a microsecond.
"""

import logging

EVENTS = logging.getLogger("sourcier.events")


def emit(event: str, **values: str | int | float | bool) -> None:
    """Tell those who listen that ``event`` happened; the values are counts, seconds and fixed words."""
    if EVENTS.isEnabledFor(logging.INFO):
        EVENTS.info(event, extra={"values": values})
