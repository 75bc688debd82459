"""Arrays in files of NumPy's format, written in one piece and mapped.

``np.save`` reports a full disk in a message without an error number. ``np.load`` reads headers with ``ast``, and in
CPython 3.11 two threads that do so at once may fail with a ``SystemError``: questions open an index while a rebuild
opens another.
"""

import re
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.files import map_plain
from index.private import open_private

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00.{2}\{'descr': '([<>]i[48]|\|S\d)', 'fortran_order': False, "
    rb"'shape': \((\d+),(?: (\d+))?\), \} *\n",
    re.DOTALL,
)


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array of any shape as ``np.save`` does, for its owner alone.

    Raises:
        OSError: the disk is full, or fails.
    """
    with open_private(path) as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(np.ascontiguousarray(array).data)


def map_array(path: Path) -> NDArray[Any]:
    """Map an array of integers or short strings read only; its shape has one or two dimensions.

    Raises:
        OSError: the file cannot be opened.
        ValueError: it is no such array, or incomplete.
    """
    content = map_plain(path)
    header = _HEADER.match(content)
    if header is None:
        raise ValueError(f"{path} holds no array")
    kind, *numbers = header.groups()
    shape = [int(number) for number in numbers if number]
    return np.frombuffer(content, kind.decode(), prod(shape), header.end()).reshape(shape)
