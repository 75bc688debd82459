"""Index a folder of junk: files of every kind, broken in every way, under names of every kind.

python -m bench.fuzz [COUNT] [--seed N]

A build must end, tell of each file it leaves out, and index the rest; a second build must find nothing to do.
"""

import argparse
import io
import json
import random
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import index
from index.read import KINDS

WORDS = "mer ciel pain guerre paix accord ministre appel frontière armée texte version loi droit été où".split()
NAMES = ["a\nb", "a..b", "é è", "a'b", 'a"b', "<b>", "a;b", "%s", "\U0001f600", "a" * 200, "con", "a\\b", "-rf"]


def text(noise: random.Random) -> str:
    return " ".join(noise.choices(WORDS, k=noise.randrange(5, 300))).capitalize() + "."


def archive(parts: dict[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, part in parts.items():
            opened.writestr(name, part)
    return written.getvalue()


def whole(suffix: str, noise: random.Random) -> bytes:
    """Something that is nearly a file of this kind."""
    content = text(noise)
    word = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>{content}</w:p>'
    made = {
        ".pdf": f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n{content}\ntrailer<</Root 1 0 R>>",
        ".html": f"<html><body><article><h1>{content[:40]}</h1><p>{content}</article>",
        ".rtf": r"{\rtf1\ansi " + content + r"\par}",
        ".json": json.dumps({"title": content[:30], "text": content}),
        ".jsonl": json.dumps({"text": content}) + "\n" + content,
        ".eml": f"From: a@b.fr\nSubject: {content[:30]}\nDate: Sat, 12 Feb 2022 10:00:00 +0100\n\n{content}",
        ".csv": "nom;texte\n" + f"a;{content}\n" * 3,
    }
    if suffix in (".docx", ".odt", ".epub"):
        return archive(
            {"word/document.xml": word, "content.xml": f"<a>{content}</a>", "META-INF/container.xml": "<a/>"}
        )
    return made.get(suffix, content).encode(noise.choice(["utf-8", "cp1252", "utf-16", "mac_roman"]), "replace")


def broken(data: bytes, noise: random.Random) -> bytes:
    """The same, cut, flipped, repeated, or not at all."""
    mangled = bytearray(data)
    for _ in range(noise.choice([0, 0, 1, 10, 300])):
        mangled[noise.randrange(len(mangled))] = noise.randrange(256)
    return bytes(noise.choice([mangled, mangled[: noise.randrange(len(mangled))], mangled * noise.choice([1, 1, 30])]))


def fill(corpus: Path, count: int, noise: random.Random) -> None:
    suffixes = [*KINDS, ".xyz", ""]
    for number in range(count):
        folder = corpus / "/".join(noise.choices(["a", "b c", "é"], k=noise.randrange(3)))
        folder.mkdir(parents=True, exist_ok=True)
        suffix = noise.choice(suffixes)
        stem = noise.choice(NAMES) if noise.random() < 0.1 else "file"
        content = noise.randbytes(2000) if noise.random() < 0.1 else broken(whole(suffix, noise), noise)
        (folder / f"{stem}-{number}{suffix}").write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    fill(folder / "corpus", arguments.count, random.Random(arguments.seed))
    first = index.rebuild(folder / "corpus", folder / "index")
    again = index.rebuild(folder / "corpus", folder / "index")
    reasons = Counter(re.sub(r"\(line \d+\)|: .*", "", skipped.reason) for skipped in first.skipped)
    print(
        f"{first.documents} documents, {len(first.skipped)} skipped, {first.seconds:.0f} s; again {again.seconds:.1f} s"
    )
    for reason, times in reasons.most_common(20):
        print(f"{times:6} {reason}")
    if first.documents + len(first.skipped) != arguments.count or again.unchanged != first.documents:
        raise SystemExit("a file is neither indexed nor skipped, or the second build found changes")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
