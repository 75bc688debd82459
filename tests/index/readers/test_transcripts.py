"""Names that open the turns of a transcript, and labels that are no names."""

from pathlib import Path

import pytest

import index
import rag
from index.blocks import blocks_of, numbers_of
from index.readers.markup.markdown import read_markdown
from index.readers.plain.text import read_text
from index.readers.transcripts import with_speakers

HEARING = """Audition du 4 juin

**Mme Roux**: Parlons du barrage entre 2001 et 2004, et de votre charge après mars 2004.

**Paul Vidal**: Presque rien. Je lisais une note chaque mois.

- et rien de plus.

**Mme Roux**: Le déversoir était-il de votre charge ?

**Paul Vidal**: Non, la commune s'en occupait.
"""


def speakers(text: str) -> list[str]:
    parsed = with_speakers(read_text(text.encode()))
    assert blocks_of(numbers_of(parsed.blocks)) == parsed.blocks
    return [parsed.text[block.start : block.end] for block in parsed.blocks if block.kind == "speaker"]


def test_names_that_return_at_the_starts_of_lines_are_speakers() -> None:
    assert speakers(HEARING) == ["**Mme Roux**:", "**Paul Vidal**:"] * 2
    assert speakers(HEARING.replace("**", "")) == ["Mme Roux:", "Paul Vidal:"] * 2
    parsed = with_speakers(read_markdown(HEARING.replace("Audition", "# Audition").encode()))
    turn = parsed.document("a.md", "0" * 64).turn_at(parsed.text.index("- et rien"))
    assert turn is not None
    assert parsed.text[turn.start : turn.end] == "Paul Vidal:"


@pytest.mark.parametrize(
    "text",
    [
        "Default: 45\n\nType: number\n\nThe default and the type.\n\nDefault: 12\n\nType: text\n",
        "Note: Fermez la porte.\n\nExemple: La porte.\n\nUne note, un exemple.\n\nNote: Ouvrez.\n\nExemple: Non.",
        "Alice Roux: Bonjour.\n\nPaul Vidal: Bonsoir.\n",
        "Alice Roux: 12\nPaul Vidal: 15\nAlice Roux: 8\nPaul Vidal: 9\n",
        "Alice Roux: Un.\nAlice Roux: Deux.\nAlice Roux: Trois.\nAlice Roux: Quatre.\n",
    ],
)
def test_labels_values_and_names_that_do_not_return_are_no_speakers(text: str) -> None:
    assert speakers(text) == []


def test_what_a_witness_said_is_his_answer_and_not_the_question_put_to_him(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "audition.txt").write_text(HEARING, "utf-8")
    index.rebuild(tmp_path / "corpus", tmp_path / "index")
    opened = index.open_index(tmp_path / "index")
    first = rag.ask("Qu'a dit Paul Vidal de sa charge après mars 2004 ?", index=opened).citations[0]
    assert (first.quote, first.speaker) == (
        "Presque rien. Je lisais une note chaque mois.\n\n- et rien de plus.",
        "Paul Vidal",
    )
    first = rag.ask("Qu'a dit Mme Roux du déversoir ?", index=opened).citations[0]
    assert (first.quote, first.speaker) == ("Le déversoir était-il de votre charge ?", "Mme Roux")
