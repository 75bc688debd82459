"""One writer at a time; who holds the lock is told, and the dead hold none."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from filelock import Timeout
from waiting import until

from index.errors import IndexLocked
from index.storage.lock import writer_lock

HOLD = """
import sys, time
from pathlib import Path
from index.storage.lock import writer_lock
with writer_lock(Path(sys.argv[1]), 1.0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock."""
    here = str(Path(__file__).parents[3])
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": here}
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"held"
    yield process
    process.kill()
    process.communicate()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path, holder):
    message = rf"is being rebuilt by process {holder.pid} on .+, since \d{{4}}-.+\. Wait"
    with pytest.raises(IndexLocked, match=message), writer_lock(tmp_path, 0.1):
        pass


def test_a_dead_holder_is_no_obstacle(tmp_path, holder):
    holder.kill()
    holder.wait()
    with writer_lock(tmp_path, 0.1):
        assert json.loads((tmp_path / "lock.owner").read_text())["pid"] == os.getpid()
    assert not (tmp_path / "lock.owner").exists()


def test_a_second_writer_waits_a_little(tmp_path):
    order = []

    def first() -> None:
        with writer_lock(tmp_path, 1.0):
            order.append("first")
            time.sleep(0.3)

    thread = threading.Thread(target=first)
    thread.start()
    until(lambda: order)
    with writer_lock(tmp_path, 5.0):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_the_lock_is_let_go_after_a_failure(tmp_path):
    for _ in range(2):
        with pytest.raises(ValueError, match="any"), writer_lock(tmp_path, 0.1):
            raise ValueError("any")


def test_a_timeout_of_what_is_done_meanwhile_is_its_own(tmp_path):
    with pytest.raises(Timeout, match="elsewhere"), writer_lock(tmp_path, 0.1):
        raise Timeout("elsewhere")
