"""Arrays that ``np.save`` wrote, mapped from disk.

``np.load`` reads their headers with ``ast``, and in CPython 3.11 two threads that do so at once may fail with a
``SystemError``; questions open an index while a rebuild opens another.
"""

import re
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.files import map_plain

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00.{2}\{'descr': '([<>]i[48]|\|S\d)', 'fortran_order': False, "
    rb"'shape': \((\d+),(?: (\d+))?\), \} *\n",
    re.DOTALL,
)


def mapped(path: Path) -> NDArray[Any]:
    """An array of integers or short strings, of one or two dimensions, read only; the file stays open.

    Raises:
        OSError: The file cannot be opened.
        ValueError: It is no such array, or not the whole of one.
    """
    content = map_plain(path)
    header = _HEADER.match(content)
    if header is None:
        raise ValueError(f"{path} holds no array")
    kind, *numbers = header.groups()
    shape = [int(number) for number in numbers if number]
    return np.frombuffer(content, kind.decode(), prod(shape), header.end()).reshape(shape)
