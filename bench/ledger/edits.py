"""Edit sources at random, one character at a time, and check that just the affected citations turn stale.

    python -m bench.ledger.edits [--edits 1000] [--seed N] [--results FILE]

A folder of small texts made from the seeds is indexed, and sentences of it are cited. In each round every file gets one
edit (a character put in, left out or replaced), the index is brought up to date, and each citation is compared with it.
Plain searches in the edited texts say what must come out: exact, moved or stale, and which files changed.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.outcomes import Outcome, parser, run
from index import open_index, rebuild
from index.chunking.sentences import split_sentences
from index.documents import Span
from rag.answer import Citation
from rag.intents.reply import quote
from rag.verification.sources import Sources

SEEDS = Path(__file__).parents[2] / "seeds"
_LENGTH = 400  # characters of a file, at least
_CITED = 3  # sentences of each file
_MARKS = "§¤¶"  # in no text of the seeds, so that an edit changes what it touches


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(__doc__)
    options.add_argument("--edits", type=int, default=1000)
    chosen = options.parse_args(arguments)
    return run("edits", 1, chosen, lambda seed: measure(chosen.edits, seed))


def measure(edits: int, seed: int) -> Outcome:
    """Edit the texts in rounds, each time from the originals, and count the states of the citations."""
    dice, counts, failures = random.Random(seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as temporary:
        folder, texts = Path(temporary) / "docs", make_texts()
        folder.mkdir()
        _write(folder, texts)
        rebuild(folder, Path(temporary) / "index")
        citations = _cite(Path(temporary) / "index", dice)
        while counts["edits"] < edits:
            chosen = dice.sample(sorted(texts), min(len(texts), edits - counts["edits"]))
            edited = texts | {name: edit(texts[name], dice) for name in chosen}
            counts["edits"] += len(chosen)
            _write(folder, edited)
            rebuild(folder, Path(temporary) / "index")
            for line in compare(Path(temporary) / "index", citations, texts, edited, counts):
                failures.append(line)
    return Outcome(counts, tuple(failures))


def make_texts() -> dict[str, str]:
    """Return texts by file name, cut from the seeds at lines, each sentence in one of them only."""
    lines = [line for path in sorted(SEEDS.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    texts, text = dict[str, str](), ""
    for line in dict.fromkeys(line.strip() for line in lines if len(line) > 60):
        text += line + "\n"
        if len(text) >= _LENGTH:
            texts[f"text{len(texts):02}.txt"], text = text, ""
    return texts


def edit(text: str, dice: random.Random) -> str:
    """Insert, delete or replace one character; line ends are kept."""
    at = dice.choice([at for at, character in enumerate(text) if character != "\n"])
    new = dice.choice(("", dice.choice(_MARKS), dice.choice(_MARKS) + text[at]))
    return text[:at] + new + text[at + 1 :]


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _cite(index: Path, dice: random.Random) -> list[Citation]:
    with open_index(index) as opened:
        documents = [opened.document(id) for id in opened.document_ids]
        return [
            quote(document, Span(*span))
            for document in documents
            for span in _sample(
                [sentence for sentence in split_sentences(document.text) if sentence.end - sentence.start > 20], dice
            )
        ]


def _sample(spans: Sequence[Span], dice: random.Random) -> list[Span]:
    return dice.sample(spans, min(_CITED, len(spans)))


def compare(
    index: Path, citations: Sequence[Citation], texts: dict[str, str], edited: dict[str, str], counts: Counter[str]
) -> list[str]:
    """Return what differs from the expected states, and count each state."""
    wrong = list[str]()
    with open_index(index) as opened:
        sources = Sources(opened)
        for citation in citations:
            checked = sources.check(citation)
            must = (_state(citation, edited), texts[citation.source] != edited[citation.source])
            counts[f"{checked.state}, file {'changed' if must[1] else 'the same'}"] += 1
            if (checked.state, checked.file_changed) != must:
                wrong.append(f"{citation.source}:{citation.start}: {checked.state}, must be {must[0]}")
    return wrong


def _state(citation: Citation, edited: dict[str, str]) -> str:
    """Return the expected state of a citation, by searching the texts."""
    if edited[citation.source].startswith(citation.quote, citation.start):
        return "exact"
    return "moved" if any(citation.quote in text for text in edited.values()) else "stale"


if __name__ == "__main__":
    raise SystemExit(main())
