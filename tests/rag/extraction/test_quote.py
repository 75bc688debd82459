"""A quote is complete and can be read alone: lists, values under headings, sentences that refer back."""

import pytest

import index
import rag
from rag.extraction.quote import asks_for_list

pytestmark = pytest.mark.slow

LIST = """# Le refuge

## Tâches

La gardienne du refuge a trois tâches :

1. Allumer le poêle avant six heures ;
2. Rentrer le bois sec :
    - en hiver,
    - en été.
3. Compter les marcheurs de la nuit.

La gardienne est nommée pour deux ans.

## Aides

Les aides reçues par le refuge, année par année :

- 2017 : 9 200 € du département
- 2018 : 27 000 € du département

| Linge | Prix | Durée |
|-------|------|-------|
| drap  | 3 €  | 40    |
| nappe | 5 €  | 55    |

## TEMPS_DE_SECHAGE

Défaut: `45`

Le nombre de minutes.
"""
STEPS = (
    "# Le pain\n\n## Ingrédients\n\n- farine de seigle\n- sel de mer\n- levain\n\n## Cuisson\n\nUne heure au four.\n"
)
CODE = """# Le relais

Le relais peut être sauvegardé pendant la veille, par exemple avec

    relais --garde /tmp/relais.sav
    relais --verifie

Le relais démarre à midi.
"""
PROSE = """Le four du hameau

Le four du hameau chauffe au bois sec. Cela peut être changé par le levier DAMP. Le toit est en ardoise.

La sole du four doit rester fermée la nuit. Ouverte, elle laisse entrer le froid et se fend.

Le fournil est voisin. Il ouvre le samedi matin à six heures.
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> index.Index:
    folder = tmp_path_factory.mktemp("quotes")
    (folder / "refuge.md").write_text(LIST, "utf-8")
    (folder / "pain.md").write_text(STEPS, "utf-8")
    (folder / "relais.md").write_text(CODE, "utf-8")
    (folder / "four.txt").write_text(PROSE, "utf-8")
    index.rebuild(folder, folder / ".index")
    return index.open_index(folder / ".index")


def first(question: str, opened: index.Index) -> rag.Citation:
    answer = rag.ask(question, index=opened)
    assert answer.citations, question
    return answer.citations[0]


def test_a_lead_in_runs_to_the_last_item_of_its_list(opened: index.Index) -> None:
    quote = first("Quelles sont les tâches de la gardienne du refuge ?", opened).quote
    assert quote.startswith("La gardienne du refuge a trois tâches :\n1. Allumer")
    assert quote.endswith("3. Compter les marcheurs de la nuit.")
    assert rag.ask("Quelles sont les tâches de la gardienne du refuge ?", index=opened).kind == "list"


def test_a_list_right_under_its_heading_is_quoted_whole_where_a_list_is_asked_for(opened: index.Index) -> None:
    citation = first("Quels sont les ingrédients du pain ?", opened)
    assert (citation.quote, citation.path) == ("farine de seigle\n- sel de mer\n- levain", "Ingrédients")


def test_an_item_is_found_by_the_words_of_its_lead_in_which_is_its_context(opened: index.Index) -> None:
    citation = first("Quelle aide le refuge a-t-il reçue en 2018 ?", opened)
    assert citation.quote == "2018 : 27 000 € du département"
    assert citation.path == "Aides › Les aides reçues par le refuge, année par année :"


def test_a_row_is_read_with_the_names_of_its_columns(opened: index.Index) -> None:
    assert first("Quel est le prix pour une nappe ?", opened).quote == "Linge: nappe; Prix: 5 €; Durée: 55"


def test_a_value_has_its_heading_for_context_and_no_heading_is_quoted(opened: index.Index) -> None:
    citation = first("Quel est le défaut de TEMPS_DE_SECHAGE ?", opened)
    assert (citation.quote, citation.path) == ("Défaut: 45", "TEMPS_DE_SECHAGE")


def test_each_span_of_the_context_is_proven_and_goes_through_json(opened: index.Index) -> None:
    answer = rag.ask("Quelle aide le refuge a-t-il reçue en 2018 ?", index=opened)
    for citation in answer.citations:
        text = opened.document(citation.source).text
        assert [text[start:end] for start, end in citation.context] == [*citation.context_texts]
    assert rag.Answer.from_dict(answer.to_dict()).citations == answer.citations
    assert "Aides › Les aides reçues" in answer.to_markdown()
    older = answer.to_dict()
    for saved in older["citations"]:
        del saved["context"], saved["context_texts"]
    assert rag.Answer.from_dict(older).citations[0].context == ()


def test_code_is_quoted_whole_with_the_sentence_that_leads_to_it(opened: index.Index) -> None:
    answer = rag.ask("Comment sauvegarder le relais pendant la veille ?", index=opened)
    assert answer.citations[0].quote.endswith("par exemple avec\n\nrelais --garde /tmp/relais.sav\nrelais --verifie")
    assert len(answer.citations) == 1 or "--verifie" not in answer.citations[1].quote


def test_the_sentence_that_refers_to_the_one_before_is_quoted_with_it(opened: index.Index) -> None:
    both = "Le four du hameau chauffe au bois sec. Cela peut être changé par le levier DAMP."
    assert first("Avec quel bois chauffe le four du hameau ?", opened).quote == both
    assert first("Par quel levier peut-on changer le bois du four ?", opened).quote == both


def test_the_reason_in_the_next_sentence_is_quoted_where_a_reason_is_asked_for(opened: index.Index) -> None:
    assert first("Pourquoi la sole du four doit-elle rester fermée ?", opened).quote.endswith("et se fend.")
    assert first("Quand la sole du four doit-elle rester fermée ?", opened).quote.endswith("la nuit.")


def test_a_sentence_that_names_nobody_brings_the_one_before(opened: index.Index) -> None:
    quote = first("À quelle heure ouvre le fournil le samedi matin ?", opened).quote
    assert quote == "Le fournil est voisin. Il ouvre le samedi matin à six heures."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quels sont les devoirs ?", True),
        ("Which fuels can it burn?", True),
        ("List the parts.", True),
        ("What are the steps?", True),
        ("Quel est le prix ?", False),
        ("Which class is it?", False),
        ("What is the address?", False),
        ("What does the clerk do?", False),
        ("What happens if it rains?", False),
    ],
)
def test_a_list_is_asked_for_in_the_plural(question: str, expected: bool) -> None:
    assert asks_for_list(question) is expected


def test_every_quote_is_a_slice_without_a_bullet(opened: index.Index) -> None:
    for question in ("Quelle aide en 2017 ?", "Que rentrer au sec en hiver ?", "Qui compte les marcheurs ?"):
        for citation in rag.ask(question, index=opened).citations:
            assert opened.document(citation.source).text[citation.start : citation.end] == citation.quote
            assert not citation.quote.startswith("- ")
