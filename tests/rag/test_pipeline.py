"""Questions on the articles that ship: quotes are proven, absence is said, the same question gets the same answer."""

import datetime as dt
import gc
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag
from index import Index, UserError, open_index, rebuild
from index.errors import InvalidQuestion
from rag.answer import Answer, Turn
from rag.extraction.compose import ABSENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KREMLIN = "Qui est le porte-parole du Kremlin ?"
questions = st.one_of(
    st.text(min_size=1, max_size=200),
    st.lists(
        st.sampled_from(
            "qui quand où combien Macron Poutine Ukraine OTAN appel février le 12 selon l'Élysée who «] [1]".split()
        ),
        min_size=1,
        max_size=9,
    ).map(" ".join),
)


def is_proven(answer: Answer, index: Index) -> bool:
    """Every quote is its document's text, inside its passage, and every focus is inside its quote."""
    for citation in answer.citations:
        document = index.document(citation.source)
        assert document.text[citation.start : citation.end] == citation.quote
        assert document.sha256 == citation.sha256
        assert citation.passage.start <= citation.start < citation.end <= citation.passage.end
        assert citation.focus is None or citation.start <= citation.focus.start < citation.focus.end <= citation.end
    return True


@given(questions)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_marks_citations_and_ledger_agree(seeds: Index, question: str) -> None:
    try:
        grown = list(rag.stream(question, index=seeds))
    except UserError:
        return
    for answer in grown:
        check_ledger(answer, seeds)
    assert [len(answer.citations) for answer in grown] == list(range(1, len(grown) + 1)) or not grown[-1].found
    assert timeless(grown[-1]) == timeless(rag.ask(question, index=seeds))


def check_ledger(answer: Answer, index: Index) -> None:
    """Each quote is proven; text, marks, ledger and citations agree."""
    assert is_proven(answer, index)
    assert answer.found == bool(answer.citations)
    assert sorted(number for sentence in answer.sentences for number in sentence.citations) == list(
        range(1, len(answer.citations) + 1)
    )
    for sentence in answer.sentences:
        assert sentence.supported == bool(sentence.citations)
        assert [answer.text[slice(*mark)] for mark in sentence.marks] == [f"[{n}]" for n in sentence.citations]
        for number in sentence.citations[:1]:
            assert answer.text[sentence.start : sentence.end].startswith(answer.citations[number - 1].quote)
    assert bool(answer.nearest) <= (not answer.found)


def timeless(answer: Answer) -> dict[str, object]:
    return {**answer.to_dict(), "timings": None}


def test_an_answer_grows_by_one_citation_at_a_time(seeds: Index) -> None:
    first, *more = rag.stream("Avec qui Emmanuel Macron s'est-il entretenu ?", index=seeds)
    assert len(more) > 0
    for before, after in pairwise([first, *more]):
        assert after.citations[:-1] == before.citations
        assert after.confidence == before.confidence
        assert len(after.text) > len(before.text)


def test_what_cannot_be_asked_is_told_before_anything_is_answered(seeds: Index) -> None:
    with pytest.raises(UserError, match="The question is empty"):
        next(rag.stream(" ", index=seeds))


def test_the_spokesman_is_quoted_from_the_article_that_names_him(seeds: Index) -> None:
    answer = rag.ask(KREMLIN, index=seeds)
    assert answer.found
    assert "Dmitri Peskov" in answer.citations[0].quote
    assert answer.citations[0].source == "000_e8e7819b36a530f0.txt"
    assert "Dmitri Peskov" in (answer.citations[0].focus_text or "")
    assert len(answer.citations[0].focus_text or "") < 40


def test_the_number_of_soldiers_comes_first(seeds: Index) -> None:
    answer = rag.ask("Combien de militaires russes sont massés à la frontière ukrainienne ?", index=seeds)
    assert answer.citations[0].quote.startswith("Plus de 100.000 militaires russes")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Quelle est la capitale de l'Australie ?", ABSENCE["fr"]),
        ("What is the boiling point of water?", ABSENCE["en"]),
    ],
)
def test_what_the_documents_do_not_say_is_said_to_be_absent(seeds: Index, question: str, text: str) -> None:
    answer = rag.ask(question, index=seeds)
    assert (answer.found, answer.text, answer.citations) == (False, text, ())
    assert [sentence.supported for sentence in answer.sentences] == [False]
    assert answer.nearest


def test_an_answer_survives_export_and_reload(seeds: Index) -> None:
    answer = rag.ask(KREMLIN, index=seeds)
    again = Answer.from_dict(json.loads(json.dumps(answer.to_dict())))
    assert again == answer
    assert is_proven(again, seeds)


def test_the_same_question_gets_the_same_answer_after_a_rebuild(seeds: Index, tmp_path: Path) -> None:
    rebuild(ROOT / "seeds", tmp_path / "index")
    for question in (KREMLIN, "Que demande la Russie à l'OTAN ?", "Quelle est la capitale de l'Australie ?"):
        first, second = (rag.ask(question, index=index) for index in (seeds, open_index(tmp_path / "index")))
        assert timeless(first) == timeless(second)


@pytest.mark.parametrize(
    "question",
    [
        "combien de soldats americains ont ete places en alerte",
        "COMBIEN DE SOLDATS AMÉRICAINS ONT ÉTÉ PLACÉS EN ALERTE ?",
    ],
)
def test_accents_and_capitals_do_not_matter(seeds: Index, question: str) -> None:
    expected = rag.ask("Combien de soldats américains ont été placés en alerte ?", index=seeds).citations[0]
    assert rag.ask(question, index=seeds).citations[0].quote == expected.quote


def test_a_misspelt_word_finds_what_was_meant(seeds: Index) -> None:
    answer = rag.ask("Que va proposer Borris Jonhson à l'OTAN ?", index=seeds)
    assert "Boris Johnson" in answer.citations[0].quote


def test_a_day_narrows_the_evidence_to_that_call(seeds: Index) -> None:
    answer = rag.ask("Que s'est-il dit lors de l'appel du 3 février ?", index=seeds)
    assert {citation.source for citation in answer.citations} == {"002_25f5b383e2d7b4de.txt"}


def test_a_speaker_narrows_the_evidence_to_what_he_says(seeds: Index) -> None:
    answer = rag.ask("Selon l'Élysée, qu'est-ce que les deux présidents accueillent favorablement ?", index=seeds)
    assert "Selon l'Elysée" in answer.citations[0].quote


def test_only_the_chosen_documents_answer(seeds: Index) -> None:
    question = "Avec qui Emmanuel Macron s'est-il entretenu ?"
    for document in seeds.document_ids:
        assert {citation.source for citation in rag.ask(question, index=seeds, documents=[document]).citations} <= {
            document
        }
        assert {hit.source for hit in rag.search(question, index=seeds, documents=[document])} == {document}


def test_only_documents_of_the_period_answer(seeds: Index) -> None:
    hits = rag.search("Macron", index=seeds, since=dt.date(2022, 2, 5), until=dt.date(2022, 2, 28))
    assert {hit.source for hit in hits} == {"001_9d9c0960840b01d6.txt"}


def test_search_gives_spans_best_first(seeds: Index) -> None:
    hits = rag.search(KREMLIN, 5, index=seeds)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 5
    for hit in hits:
        assert seeds.document(hit.source).text[hit.start : hit.end] == hit.text


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (" \n", "The question is empty"),
        ("a" * 100_000, "The question has 100,000 characters"),
        ("?! … «»", "No searchable word"),
        ("Qui est l'\udce9lu ?", "contains bytes that are not text"),
        ("Qui ? fichier:absent.txt", "No document is named “absent.txt”"),
        ("Qui ? avant:hier", "“hier” is not a date"),
        ("fichier:000*.txt", r"^Add a question to the filter: “fichier:000\*\.txt” only says where to search\.$"),
        ("avant:2022-02-01 ?", "Add a question to the filter"),
        ("après:01/02/2022 -otan", "Add a question to the filter"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(seeds: Index, question: str, message: str) -> None:
    for function in (rag.ask, rag.search):
        with pytest.raises(UserError, match=message):
            function(question, index=seeds)


def test_a_missing_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="rag rebuild"):
        rag.ask(KREMLIN, index=tmp_path / "none")


def test_everything_works_with_sockets_blocked_and_no_cache(tmp_path: Path) -> None:
    code = f"""
import socket
def refuse(*args, **kwargs): raise AssertionError("a socket was opened")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
import index, rag
index.rebuild({str(ROOT / "seeds")!r}, {str(tmp_path / "index")!r})
print(rag.ask({KREMLIN!r}, index={str(tmp_path / "index")!r}).citations[0].quote)
"""
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert "Dmitri Peskov" in done.stdout, done.stderr


def build_index(folder: Path, *texts: str) -> Path:
    """The index of documents a.txt, b.txt, …"""
    (folder / "texts").mkdir()
    for name, text in zip("abcdef", texts, strict=False):
        (folder / "texts" / f"{name}.txt").write_text(text, encoding="utf-8")
    rebuild(folder / "texts", folder / "index")
    return folder / "index"


CALLS = (
    "Lors d'un appel ce 3 mars, Anne Duval a demandé au maire la réouverture du pont de Brenne.",
    "Lors d'un appel ce 12 mars, Anne Duval a demandé au maire la fermeture du marché de Brenne.",
    "Lors d'un appel ce 20 mars, Anne Duval a demandé au maire la rénovation du stade de Brenne.",
)


@pytest.mark.parametrize(
    ("time", "sources"),
    [
        ("lors de l'appel du 3 mars", {"a.txt"}),
        ("lors de l'appel du 12 mars", {"b.txt"}),
        ("lors de l'appel du 20 mars", {"c.txt"}),
        ("après le 15 mars", {"c.txt"}),
        ("avant le 10 mars", {"a.txt"}),
        ("entre le 10 et le 15 mars", {"b.txt"}),
    ],
)
def test_only_what_was_said_at_that_time_is_evidence(tmp_path: Path, time: str, sources: set[str]) -> None:
    answer = rag.ask(f"Qu'a demandé Anne Duval au maire {time} ?", index=build_index(tmp_path, *CALLS))
    assert {citation.source for citation in answer.citations} == sources


@pytest.mark.parametrize("time", ["lors de l'appel du 12 mars", "après le 10 mars"])
@pytest.mark.usefixtures("without_reader")  # it is severe with a question that gives a period
def test_what_was_said_at_another_time_is_no_evidence_however_well_it_is_worded(tmp_path: Path, time: str) -> None:
    texts = (
        "Ce 3 mars, lors d'un appel, Anne Duval a demandé au maire de Brenne la réouverture du pont.",
        "Ce 12 mars, Anne Duval a réclamé au maire la fermeture du marché.",
    )
    question = f"Qu'a demandé Anne Duval au maire de Brenne {time} ?"
    assert [citation.source for citation in rag.ask(question, index=build_index(tmp_path, *texts)).citations] == [
        "b.txt"
    ]


SIDES = tuple(
    f"Selon {speaker}, la coupure de courant à Valmorel vient d'{cause}."
    for speaker, cause in (("le ministère", "une panne du réseau"), ("le syndicat", "un manque d'entretien"))
)


@pytest.mark.parametrize(
    ("speaker", "source"), [("le ministère", "a.txt"), ("le syndicat", "b.txt"), ("la préfecture", None)]
)
def test_only_what_the_speaker_says_is_evidence(tmp_path: Path, speaker: str, source: str | None) -> None:
    question = f"Selon {speaker}, d'où vient la coupure de courant à Valmorel ?"
    answer = rag.ask(question, index=build_index(tmp_path, *SIDES))
    assert {citation.source for citation in answer.citations} == ({source} if source else set())


def test_both_sides_are_quoted_where_speakers_differ(tmp_path: Path) -> None:
    answer = rag.ask("D'où vient la coupure de courant à Valmorel ?", index=build_index(tmp_path, *SIDES))
    assert {(citation.source, citation.speaker) for citation in answer.citations} == {
        ("a.txt", "ministère"),
        ("b.txt", "syndicat"),
    }
    assert len(answer.sentences) == 2


def test_both_sides_are_quoted_where_their_words_are_the_same_but_one(tmp_path: Path) -> None:
    sides = [
        f"Selon {who}, la grève des éboueurs de Brenne a duré {days} jours."
        for who, days in (("la mairie", 3), ("la presse", 9))
    ]
    answer = rag.ask("Combien de jours a duré la grève des éboueurs de Brenne ?", index=build_index(tmp_path, *sides))
    assert {citation.source for citation in answer.citations} == {"a.txt", "b.txt"}
    assert len(answer.sentences) == 2


def test_an_index_that_answered_is_let_go_after_a_rebuild(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Le barrage de Valmorel mesure 40 mètres.", encoding="utf-8")
    rebuild(tmp_path / "texts", tmp_path / "index")
    question = "Combien mesure le barrage de Valmorel ?"
    assert rag.ask(question, index=tmp_path / "index").found
    before = ref(open_index(tmp_path / "index"))
    (tmp_path / "texts" / "a.txt").write_text("Le barrage de Valmorel mesure 50 mètres.", encoding="utf-8")
    rebuild(tmp_path / "texts", tmp_path / "index")
    assert "50" in rag.ask(question, index=tmp_path / "index").text
    gc.collect()
    assert before() is None


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ({"question": b"Qui"}, "question is a str, not b'Qui'"),
        ({"question": None}, "question is a str, not None"),
        ({"since": "2022-02-01"}, "since is a datetime.date, not '2022-02-01'"),
        ({"until": 2022}, "until is a datetime.date, not 2022"),
        ({"k": 1.5}, "'float' object cannot be interpreted as an integer"),
        ({"history": ["Qui"]}, r"history holds rag\.Turn\(question, answer\), not 'Qui'"),
        ({"documents": [Path("a.txt")]}, r"documents holds str, not .*Path\('a\.txt'\)"),
    ],
)
def test_an_argument_of_another_type_is_named(seeds: Index, argument: dict[str, Any], wrong: str) -> None:
    with pytest.raises(TypeError, match=f"^{wrong}$"):
        rag.ask(**{"question": "Qui est le porte-parole du Kremlin ?", "index": seeds, **argument})


def test_one_document_needs_no_list(seeds: Index) -> None:
    answer = rag.ask("Qui est le porte-parole du Kremlin ?", index=seeds, documents="000_*")
    assert {citation.source for citation in answer.citations} == {"000_e8e7819b36a530f0.txt"}
    hits = rag.search("Kremlin", index=seeds, documents="000_*")
    assert {hit.source for hit in hits} == {"000_e8e7819b36a530f0.txt"}


def test_a_history_may_be_an_iterator(seeds: Index) -> None:
    first = rag.ask("Qui est le porte-parole du Kremlin ?", index=seeds)
    turns = [Turn(first.question, first)]
    answer = rag.ask("Et de l'Élysée ?", index=seeds, history=turns)
    again = rag.ask("Et de l'Élysée ?", index=seeds, history=iter(turns))  # type: ignore[arg-type]
    assert again.question_understood == answer.question_understood
    assert answer.question_understood != "Et de l'Élysée ?"


@pytest.mark.parametrize("k", [0, -1])
def test_no_fewer_than_one_can_be_asked_for(seeds: Index, k: int) -> None:
    with pytest.raises(InvalidQuestion, match="k must be at least 1"):
        rag.ask("Qui est le porte-parole du Kremlin ?", index=seeds, k=k)
    with pytest.raises(InvalidQuestion, match="k must be at least 1"):
        rag.search("Qui est le porte-parole du Kremlin ?", k, index=seeds)
