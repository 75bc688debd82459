"""A file is written completely or not at all, on each system."""

import os

import pytest

from index.files import atomic_write_text

fcntl = pytest.importorskip("fcntl")  # it tells how a file was opened


@pytest.mark.parametrize("system", ["posix", "nt"])
def test_a_small_file_is_flushed_through_a_handle_that_its_system_accepts(tmp_path, monkeypatch, system):
    flushed = []

    def fsync(handle: int) -> None:
        mode = fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE
        is_folder = os.path.isdir(f"/dev/fd/{handle}")  # noqa: PTH112
        if system == "nt" and (is_folder or mode == os.O_RDONLY):
            raise OSError(9, "Bad file descriptor")
        flushed.append(is_folder)

    path = tmp_path / "file"
    monkeypatch.setattr("index.files.os.fsync", fsync)
    with monkeypatch.context() as there:
        there.setattr("index.files.os.name", system)
        atomic_write_text(path, "été")
    assert path.read_bytes() == "été".encode()
    assert flushed == ([False, True] if system == "posix" else [False])
