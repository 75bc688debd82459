"""Compare the text that is read from public files with an independent reading of them.

    python -m bench.files.readings collect bench/files/public.jsonl REPOSITORIES FOLDER
    python -m bench.files.readings compare FOLDER [--each]

``collect`` takes the files that ``LIST`` names (a JSON object a line: ``repository``, ``commit``, ``path``) from
clones, ``REPOSITORIES/owner+name``. It reads each with a program that is never the reader of its format here:
LibreOffice prints texts and slides, and pdftotext reads their pages, and those of PDF files; LibreOffice writes the
sheets of workbooks as CSV; pandoc reads books, Markdown and web pages. Where a repository holds ``expected.html``, what
people chose to keep of a page, that is read instead. What no other program reads is compared with its own text, less
its commands and tags.

``compare`` indexes the files and prints mean shares of each format. Words kept: distinct words of the independent
reading that ours holds. Words added: those of ours that it does not hold. Order: of the words that each reading holds
once, the longest run in the same order.
"""

import argparse
import html
import json
import re
import shutil
import subprocess
import tempfile
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from index import open_index, rebuild

PRINTED = ("docx", "odt", "rtf", "pptx", "odp")
SHEETS = ("xlsx", "xls", "ods")
# LibreOffice's filter: each sheet, in UTF-8, its cells as they are shown, parted by semicolons
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1"
OWN_TEXT = {  # what is no text of a format
    "csv": ",",
    "yaml": r"(?m)^\s*#|[\w.-]+: *$",
    "xml": r"(?s)<!--.*?-->|<[^>]*>",
    "rst": r"(?m)^ *\.\. [\w-]+::|^ *:[\w-]+:|:[\w:-]+:(?=`)|<[^>`]*>`__?|\|\w+\|",
    "org": r"(?m)^ *#\+\w+:?|:[A-Z_]+:",
    "tex": r"(?m)(?<!\\)%.*$|\\(?:label|ref|cite|usepackage|documentclass|begin|end|hypertarget|index)\*?"
    r"(?:\[[^]]*\])?(?:\{[^{}]*\})?|\\[a-zA-Z@]+\*?",
}
PANDOC = {"epub": "epub", "html": "html", "htm": "html", "md": "gfm+footnotes+yaml_metadata_block"}
SECONDS = 120  # for one file
LEAST = 60  # words of the other reading; fewer say little
_WORD = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
_HYPHEN = re.compile(r"(?<=\w)[-\u00ad]\n(?=\w)")


class Shares(NamedTuple):
    """How one reading of a file compares with another; each in [0, 1]."""

    recall: float
    added: float
    ordered: float


def compare(text: str, reference: str) -> Shares:
    """Compare a text with another reading of the same file."""
    words, reference_words = _words(text), _words(reference)
    our_words, their_words = set(words), set(reference_words)
    if not their_words or not our_words:
        return Shares(0.0 if their_words else 1.0, 1.0 if our_words else 0.0, 1.0)
    return Shares(
        len(our_words & their_words) / len(their_words),
        len(our_words - their_words) / len(our_words),
        _ordered(words, reference_words),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", _HYPHEN.sub("", text)).lower())


def _ordered(words: Sequence[str], reference_words: Sequence[str]) -> float:
    """Return the share of words that both hold once which form the longest increasing sequence of positions."""
    positions = {word: position for position, word in enumerate(reference_words)}
    counts, other_counts = Counter(words), Counter(reference_words)
    sequence = [positions[word] for word in words if counts[word] == other_counts[word] == 1]
    tails: list[int] = []
    for position in sequence:
        at = bisect_left(tails, position)
        tails[at : at + 1] = [position]
    return len(tails) / len(sequence) if sequence else 1.0


def collect(listed: Iterable[dict[str, str]], repositories: Path, folder: Path) -> None:
    """Write the files of a list, each beside its independent reading, ``NAME.reference``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        for number, file in enumerate(listed):
            _collect_one(number, file, repositories, folder, profile)


def _collect_one(number: int, file: dict[str, str], repositories: Path, folder: Path, profile: str) -> None:
    suffix = file["path"].rpartition(".")[2].lower()
    path = folder / f"{number:03}.{suffix}"
    reference = path.with_name(path.name + ".reference")
    if reference.exists():
        return
    clone = repositories / file["repository"].replace("/", "+")
    path.write_bytes(read_blob(clone, file["commit"], file["path"]))
    expected_path = file["path"].rpartition("/")[0] + "/expected.html"
    try:
        chosen = read_blob(clone, file["commit"], expected_path) if suffix == "html" else b""
    except subprocess.CalledProcessError:
        chosen = b""
    reference.write_text(_independent(path, chosen, profile), encoding="utf-8")


def read_blob(clone: Path, commit: str, path: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(clone), "cat-file", "blob", f"{commit}:{path}"], capture_output=True, check=True
    ).stdout


def _independent(path: Path, chosen: bytes, profile: str) -> str:
    form = path.suffix[1:]
    if form in OWN_TEXT:
        return html.unescape(re.sub(OWN_TEXT[form], " ", path.read_bytes().decode(errors="replace")))
    if form == "pdf":
        return _run(["pdftotext", str(path), "-"])
    with tempfile.TemporaryDirectory() as work:
        if form in (*PRINTED, *SHEETS):
            copy = shutil.copy(path, f"{work}/file.{form}")
            setting = f"-env:UserInstallation=file://{profile}"
            target = ALL_SHEETS if form in SHEETS else "pdf"
            _run(["soffice", setting, "--headless", "--convert-to", target, "--outdir", work, copy])
            if form in SHEETS:
                return "\n".join(sheet.read_text("utf-8", "replace") for sheet in sorted(Path(work).glob("*.csv")))
            return _run(["pdftotext", f"{work}/file.pdf", "-"])
        source = Path(work, "file")
        source.write_bytes(chosen or path.read_bytes())
        return _run(["pandoc", "--sandbox", "-f", PANDOC[form], "-t", "plain", "--wrap=none", str(source)])


def _run(command: Sequence[str]) -> str:
    """Return the output of a program; "" if it fails or takes too long."""
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=SECONDS).stdout.decode(errors="replace")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""


def compare_folder(folder: Path, verbose: bool) -> None:
    """Index a folder that ``collect`` wrote, and print the shares of each format (and of each file)."""
    shares: defaultdict[str, list[Shares]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work, "corpus")
        shutil.copytree(folder, corpus, ignore=shutil.ignore_patterns("*.reference"))
        rebuild(corpus, Path(work, "index"))
        index = open_index(Path(work, "index"))
        for reference in sorted(folder.glob("*.reference")):
            expected, name = reference.read_text(encoding="utf-8"), reference.name.removesuffix(".reference")
            if len(_words(expected)) < LEAST:
                continue
            compared = compare(index.document(name).text if name in index.document_ids else "", expected)
            shares[name.rpartition(".")[2]].append(compared)
            if verbose:
                print(name, " ".join(f"{share:.3f}" for share in compared))
        index.close()
    print("format  files   kept  added  order")
    for form, found_in in sorted(shares.items()):
        recall, added, ordered = (mean(column) for column in zip(*found_in, strict=True))
        print(f"{form:<6} {len(found_in):>6} {recall:>6.3f} {added:>6.3f} {ordered:>6.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    collecting = commands.add_parser("collect")
    for name in ("list", "repositories", "folder"):
        collecting.add_argument(name, type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("folder", type=Path)
    comparing.add_argument("--each", action="store_true", help="print the shares of each file too")
    arguments = parser.parse_args()
    if arguments.command == "compare":
        compare_folder(arguments.folder, arguments.each)
    else:
        listed = map(json.loads, arguments.list.read_text(encoding="utf-8").splitlines())
        collect(listed, arguments.repositories, arguments.folder)


if __name__ == "__main__":
    main()
