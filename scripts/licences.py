"""List the licence of every locked package in docs/licences.md, and refuse one that is not allowed.

Run ``python -m scripts.licences`` to write the list, with ``--check`` to compare it. Exit status 1 says what is wrong.

pip-licenses does not serve here: it gives most licences in words rather than as SPDX expressions, and can only compare
an expression such as torch's with one that is written exactly the same.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.version import Version

from scripts.locked import ENVIRONMENT, Pin, parse_pins
from scripts.project import ROOT
from scripts.spdx import canonical, is_allowed

LIST = ROOT / "docs" / "licences.md"

# Licences under which an Apache-2.0 program may use and ship a library: permissive ones, and those whose copyleft ends
# at the file (MPL) or at the library (LGPL, and GCC's runtime libraries through their exception).
ALLOWED = frozenset(
    "0BSD|Apache-2.0|Apache-2.0 WITH LLVM-exception|BSD-2-Clause|BSD-3-Clause|BSD-3-Clause-Open-MPI|BSL-1.0|CC0-1.0|"
    "CNRI-Python|GPL-3.0-or-later WITH GCC-exception-3.1|ISC|LGPL-2.1-or-later|LGPL-3.0-only|MIT|MIT-0|MIT-CMU|MPL-1.1|"
    "MPL-2.0|PSF-2.0|Python-2.0|Unlicense|Zlib".split("|")
)

# Licences of programs that packages hold and their metadata leave out: they are run as processes of their own, and
# linked into nothing.
PROGRAMS = {"pypandoc-binary": "GPL-2.0-or-later"}

# Licences that metadata leaves out or leaves vague, as read in the named version: a later one must be read again.
READ_LICENCES = {
    # Its source distribution holds the MIT licence, and axe.min.js, which is under MPL-2.0 by its first comment.
    ("axe-playwright-python", "0.1.8"): "MIT AND MPL-2.0",
    # Installed on other platforms alone, where a list cannot be made from metadata.
    ("audioop-lts", "0.2.2"): "PSF-2.0",
    ("colorama", "0.4.6"): "BSD-3-Clause",
    ("httpx2-jsfetch", "1.0"): "BSD-3-Clause",
    # "BSD" without a number of clauses.
    ("itsdangerous", "2.2.0"): "BSD-3-Clause",
    ("jinja2", "3.1.6"): "BSD-3-Clause",
    ("mpmath", "1.3.0"): "BSD-3-Clause",
    ("olefile", "0.47"): "BSD-2-Clause",
    ("partd", "1.4.2"): "BSD-3-Clause",
    # Its oldest parts are in the public domain, the others under the BSD licence of two clauses.
    ("pycryptodomex", "3.24.2"): "BSD-2-Clause",
    ("pywin32", "312"): "PSF-2.0",
    ("reportlab", "5.1.0"): "BSD-3-Clause",
    ("s3fs", "2026.9.0"): "BSD-3-Clause",
    ("semantic-version", "2.10.0"): "BSD-2-Clause",
    ("sympy", "1.14.0"): "BSD-3-Clause",
    ("zict", "3.0.0"): "BSD-3-Clause",
    ("tiktoken", "0.14.0"): "MIT",
    ("tzdata", "2026.6"): "Apache-2.0",
    # "Dual License": what was contributed before 2017-12-01 is under the BSD licence alone.
    ("python-dateutil", "2.9.0.post0"): "Apache-2.0 AND BSD-3-Clause",
    # SciPy's own licence, and those of OpenBLAS, LAPACK, libgfortran and libquadmath, which its wheels hold.
    ("scipy", "1.17.1"): (
        "BSD-3-Clause AND BSD-3-Clause-Open-MPI AND GPL-3.0-or-later WITH GCC-exception-3.1 AND LGPL-2.1-or-later"
    ),
    # pypdfium2 is under either, PDFium under both. The wheel holds the licences of the libraries in PDFium: permissive.
    ("pypdfium2", "5.15.2"): "BSD-3-Clause AND Apache-2.0",
}

_SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",  # a classifier without version; 1.1 went out of use in 2004
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The BSD 2-Clause License": "BSD-2-Clause",
}

_HEADER = """# Licences

Sourcier itself is under Apache-2.0. This lists every package that `make setup` installs, on any platform, with the
licence that its metadata states (SPDX). `python -m scripts.licences` writes this file, and refuses licences that
`scripts/licences.py` does not allow. A build of PyTorch for CUDA also brings NVIDIA's libraries, under licences of
NVIDIA's own.

The optional package pypandoc-binary (`sourcier[pandoc]`) holds pandoc, a program under the GPL (version 2 or later).
Sourcier runs it as a process of its own, as it would one of the system, and works without it.

| package | version | licence |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Licence:
    """A package and its SPDX expression; None where the metadata states none that can be understood."""

    name: str
    version: str
    expression: str | None


def state_licence(installed: Distribution, pin: Pin) -> Licence:
    """Return the licence of an installed package: from its metadata, else as read by a person."""
    stated = {
        field: installed.metadata.get_all(field) or [] for field in ("License-Expression", "License", "Classifier")
    }
    classified = [line.rpartition(" :: ")[2] for line in stated["Classifier"] if line.startswith("License :: ")]
    vague = [*stated["License"], *(classified if len(classified) == 1 else [])]
    reviewed = READ_LICENCES.get((pin.name, pin.version))
    expression = next(filter(None, (*stated["License-Expression"], reviewed, *map(_understand, vague))), None)
    if expression and pin.name in PROGRAMS:
        expression = f"{expression} AND {PROGRAMS[pin.name]}"
    return Licence(pin.name, pin.version, canonical(expression) if expression else None)


def refusals(licences: Iterable[Licence]) -> list[str]:
    """Return a sentence for each package whose licence is not stated or not allowed."""
    sentences = []
    for licence in licences:
        package = f"{licence.name} {licence.version}"
        if licence.expression is None:
            sentences.append(f"{package} states no licence that is understood: read it, and add it to READ_LICENCES.")
        elif not is_allowed(licence.expression, ALLOWED | {PROGRAMS.get(licence.name, "MIT")}):
            sentences.append(f"{package} is under {licence.expression}, which is not allowed.")
    return sentences


def read_pins(files: tuple[str, ...] = ENVIRONMENT) -> list[Pin]:
    """Return what ``files`` pin, sorted by name."""
    pins = [pin for name in files for pin in parse_pins((ROOT / name).read_text(encoding="utf-8"))]
    return sorted(pins, key=lambda pin: pin.name)


def read_licences(pins: Iterable[Pin]) -> tuple[list[Licence], list[Pin]]:
    """Return the licences of ``pins``, and the pins that should be installed here but are not."""
    licences, missing = [], []
    for pin in pins:
        if installed := _find(pin):
            licences.append(state_licence(installed, pin))
        elif pin.is_for_here():
            missing.append(pin)
        else:
            licences.append(Licence(pin.name, pin.version, READ_LICENCES.get((pin.name, pin.version))))
    return licences, missing


def render(licences: Iterable[Licence]) -> str:
    """Return docs/licences.md."""
    return _HEADER + "".join(f"| {item.name} | {item.version} | {item.expression} |\n" for item in licences)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.licences", description="List licences, and check them.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if docs/licences.md is out of date")
    check: bool = parser.parse_args(arguments).check
    licences, missing = read_licences(read_pins())
    wrong = refusals(licences)
    wrong += [f"{pin.name} {pin.version} is not installed: run make setup." for pin in missing]
    page = render(licences)
    if check and not (LIST.exists() and page == LIST.read_text(encoding="utf-8")):
        wrong.append("docs/licences.md is out of date: run python -m scripts.licences.")
    if not check and not wrong:
        LIST.write_text(page, encoding="utf-8")
    print(*(wrong or [f"{len(licences)} licences, all allowed."]), sep="\n", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


def _find(pin: Pin) -> Distribution | None:
    """Return the installed package if its version is the pinned one; a build of torch adds a local part to it."""
    try:
        installed = distribution(pin.name)
    except PackageNotFoundError:
        return None
    return installed if Version(installed.version).public == pin.version else None


def _understand(statement: str) -> str | None:
    return _SPELLINGS.get(statement) or (canonical(statement) if statement else None)


if __name__ == "__main__":
    sys.exit(main())
