"""Rules for questions as people ask them, on a small corpus: what is quoted first, or that nothing is."""

from pathlib import Path

import pytest

import rag
from bench.quality.asking import ask_in_turn, build_index
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "harbour.md": (
        "---\nauthor: quillon\ntags: boats, tides\n---\n\n# The harbour\n\nBoats land here all year.\n\n"
        "A steward may:\n\n- assign moorings to visiting boats;\n- collect the mooring tax;\n- close the slipway.\n\n"
        "A captain keeps the log of the harbour and answers to the town, but may also:\n\n"
        "- name stewards;\n- close the harbour.\n\n"
        "| Berth | Length | Depth at low tide |\n|---|---|---|\n| Lark | 12 m | 2 m |\n| Heron | 20 m | 3 m |\n"
        "| Plover | 9 m | 1 m |\n\n"
        "Can I pay the mooring tax by cheque?\n\nCash and cards are taken at the office.\n\n"
        "The moorings of the north pier are wide. The north pier has 40 moorings for boats.\n\n"
        "Slipways are one of the oldest works here. Slipways are gently sloping ramps that boats are hauled up on.\n\n"
        "Dogs are welcome on the quay. Dogs do not travel on the pilot boat in any season.\n\n"
        "The red buoy marks the rocks. The green buoy marks the channel. The white buoy marks the moorings.\n"
    ),
    "phares.md": (
        "# Les phares\n\nUne balise, parfois appelée « amer fixe » ou « repère de terre » selon les côtes"
        " est un signal posé sur le rivage.\n\nLe phare du Goulet date de 1871. La tour de l'Anse date de 1904.\n\n"
        "Deux feux signifient que le chenal est libre. Trois feux signifient que le chenal est fermé."
        " Un feu signifie que le port est ouvert.\n"
    ),
    "log.txt": "".join(
        f"2023-07-{day:02} pump {day % 3} {'STALLED' if day == 19 else 'running'} level {day % 4} m\n"
        for day in range(1, 31)
    ),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build_index(TEXTS, Path(tmp_path_factory.mktemp("port")))


@pytest.mark.parametrize(
    ("question", "expected", "lacking"),
    [
        ("What is the depth at low tide of Heron?", "Berth: Heron", "Berth: Lark"),
        ("What can a steward do?", "A steward may:\n- assign moorings to visiting boats;", "name stewards"),
        ("Can I pay the mooring tax by cheque?", "Cash and cards", "Can I pay"),
        ("Do dogs travel on the pilot boat?", "do not travel", "welcome"),
        ("C'est quoi une balise ?", "est un signal posé sur le rivage", "phare"),
        ("When was the pump stalled?", "2023-07-19 pump 1 STALLED", "running"),
        ("Que signifient trois feux ?", "le chenal est fermé", "libre"),
        ("How many moorings has the north pier?", "40 moorings", "slipway"),
        ("What is a slipway?", "Slipways are gently sloping ramps", "slipway repairs"),
    ],
)
def test_the_first_quote_answers(port: Index, question: str, expected: str, lacking: str) -> None:
    first = rag.ask(question, index=port).citations[0].quote
    assert expected in first
    assert lacking not in first


@pytest.mark.parametrize(
    "question",
    [
        "What does the purple buoy mark?",  # another colour
        "Que signifient huit feux ?",  # another number
        "Quel est le prix de la visite du phare du Goulet ?",  # no price
        "What is captains.md about?",  # another file
        "When does the ferry to Ostrava land in the harbour?",  # a name that nothing holds
        "Which email address should boats write to?",  # no address
    ],
)
def test_another_of_a_series_or_what_is_not_there_is_refused(port: Index, question: str) -> None:
    assert rag.ask(question, index=port).kind == "not_found"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (["What can a steward do?"], "And a captain?", "- name stewards"),
        (["De quand date le phare du Goulet ?"], "Et la tour de l'Anse ?", "1904"),
        (["Que signifient trois feux ?"], "Et deux feux ?", "libre"),
    ],
)
def test_a_follow_up_is_answered(port: Index, history: list[str], question: str, expected: str) -> None:
    assert expected in ask_in_turn(question, history, port).citations[0].quote


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        (
            "Que faire si l'écran affiche E07 ?",
            "L'écran affiche E07. Le filtre est plein. Videz le filtre et attendez dix minutes.",
        ),
        ("Pourquoi l'écran affiche-t-il E09 ?", "L'écran affiche E09. La sonde est en panne."),
    ],
)
def test_a_code_is_quoted_with_what_is_said_of_it(tmp_path: Path, question: str, quote: str) -> None:
    text = (
        "# Le lave-linge\n\n**L'écran affiche E07.** Le filtre est plein. Videz le filtre et attendez dix minutes.\n\n"
        "**L'écran affiche E09.** La sonde est en panne. Appelez le réparateur.\n"
    )
    index = build_index({"notice.md": text}, tmp_path)
    assert rag.ask(question, index=index).citations[0].quote.startswith(quote)


def test_parts_that_headings_number_are_quoted_together(tmp_path: Path) -> None:
    text = (
        "# Formation de relieur\n\nLa formation dure un an.\n\n## Module 1 : couture (40 heures)\n\nFils, aiguilles, "
        "cahiers.\n\n## Module 2 : dorure (30 heures)\n\nFeuilles, fers et filets.\n\n## Coût\n\n900 euros.\n"
    )
    index = build_index({"formation.md": text}, tmp_path)
    answer = rag.ask("Quels sont les modules de la formation de relieur ?", index=index)
    assert answer.kind == "list"
    assert answer.citations[0].quote.startswith("Module 1 : couture")
    assert answer.citations[0].quote.endswith("Feuilles, fers et filets.")


def test_a_people_that_texts_name_in_other_words_is_no_missing_name(port: Index) -> None:
    assert rag.ask("How many American moorings has the north pier?", index=port).citations


def test_a_field_that_nothing_asks_for_is_not_quoted_first(port: Index) -> None:
    assert "boats, tides" not in rag.ask("What is the harbour like?", index=port).citations[0].quote


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("What does the red buoy mark?", "And the white one?", "What does the white buoy mark?"),
        ("Where do boats land in winter?", "And on Sundays?", "Where do boats land in winter on Sundays?"),
    ],
)
def test_a_follow_up_is_understood(port: Index, before: str, question: str, understood: str) -> None:
    assert ask_in_turn(question, [before], port).question_understood == understood
