"""The verdict on each sentence of a written text, and its marks; quotes and sentences made for it."""

import datetime as dt
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.ledger import check_text

BRIDGE = (
    "Le maire de Tarbes, Paul Durand, a inauguré samedi le pont de 1 200 mètres, qui a coûté 3,47 millions d'euros."
)
VOTE = "Selon la préfecture, certains riverains pourraient contester le tracé, approuvé par 62 % des votants."
SOCIETY = "Marie Lenoir was elected president of the society by Anna Berg in 1911."


def cite(quote: str, date: dt.date | None = None) -> Citation:
    return Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", date, Span(0, len(quote)))


CITATIONS = (cite(BRIDGE, dt.date(2021, 5, 3)), cite(VOTE), cite(SOCIETY))


def judge(text: str) -> LedgerSentence:
    [sentence] = check_text(text, CITATIONS)
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "Paul Durand, maire de Tarbes, a inauguré le pont [1].",
        "Le pont, inauguré le 1er mai 2021, a coûté 3,5 millions d'euros [1].",
        "Le pont de 1,2 km a coûté 3,47 M€ [1].",
        "Le tracé a été approuvé par 62 % des votants [2].",
        "Anna Berg elected Marie Lenoir president of the society in 1911 [3].",
    ],
)
def test_what_the_quotes_say_is_supported(text: str) -> None:
    assert judge(text).verdict == "supported"
    assert judge(text).supported


@pytest.mark.parametrize(
    ("text", "verdict", "loose"),
    [
        ("Le pont a coûté 4,47 millions d'euros [1].", "contradicted", "4,47 millions d'euros"),
        ("Le pont a coûté 3,47 millions de dollars [1].", "unsupported", "3,47 millions de dollars"),
        ("Paul Durand a inauguré le pont le 2 mai 2021 [1].", "contradicted", "2 mai 2021"),
        ("Paul Moreau a inauguré le pont [1].", "unsupported", "Moreau"),
        ("Paul Durand n'a pas inauguré le pont [1].", "contradicted", "inauguré"),
        ("Le tracé a été rejeté par 62 % des votants [2].", "contradicted", "rejeté"),
        ("Tous les riverains pourraient contester le tracé [2].", "unsupported", "riverains"),
        ("Certains riverains contestent le tracé [2].", "unsupported", "contestent"),
        ("Selon l'architecte, certains riverains pourraient contester le tracé [2].", "unsupported", "architecte"),
        ("Anna Berg was elected president of the society by Marie Lenoir [3].", "contradicted", "Anna"),
        ("Paul Durand a parlé d'un «ouvrage sans défaut aucun» [1].", "unsupported", "ouvrage sans défaut aucun"),
    ],
)
def test_an_altered_sentence_is_not(text: str, verdict: str, loose: str) -> None:
    sentence = judge(text)
    assert sentence.verdict == verdict
    assert not sentence.supported
    assert loose in [text[span.start : span.end] for span in sentence.loose]
    assert sentence.why


def test_marks_are_verified_and_years_stay_text() -> None:
    text = "Le pont a coûté 3,47 millions d'euros. [1] Il est long [9]. Le tracé [2023] est approuvé [2][0]. Pourquoi ?"
    first, second, third, last = check_text(text, CITATIONS)
    assert first.citations == (1,)
    assert text[first.start : first.end].endswith("[1]")
    assert [text[span.start : span.end] for span in second.unverified] == ["[9]"]
    assert second.verdict == "unsupported"
    assert third.citations == (2,)
    assert [text[span.start : span.end] for span in (*third.marks, *third.unverified)] == ["[2]", "[0]"]
    assert not last.states
    assert all(before.end <= after.start for before, after in pairwise((first, second, third, last)))


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1,2]", (1, 2)), ("[1 ; 3]", (1, 3)), ("[1-3]", (1, 2, 3)), ("[1–2]", (1, 2)), ("[¹]", (1,)),
        ("【1】", (1,)), ("【1†source】", (1,)), ("[^1]", (1,)), ("[ 1 ]", (1,)), ("[1 et 2]", (1, 2)),
        ("[1 and 2]", (1, 2)), ("［１］", (1,)), ("[Extrait 1]", (1,)), ("[source 1, source 3]", (1, 3)),
        ("[1, p. 4]", (1,)), ("[1](#source-1)", (1,)), ("[1][2]", (1, 2)), ("\\[1\\]", (1,)),
    ],
)  # fmt: skip
def test_marks_of_other_programs_are_read(mark: str, numbers: tuple[int, ...]) -> None:
    for text in (f"Paul Durand a inauguré le pont {mark}.", f"Paul Durand a inauguré le pont. {mark}"):
        sentence = judge(text)
        assert (sentence.citations, sentence.verdict, sentence.unverified) == (numbers, "supported", ())
        assert len(sentence.marks) == len(numbers)
        assert all(text[slice(*span)] in ("", mark) or text[slice(*span)] in mark for span in sentence.marks)


def test_a_footnote_is_a_mark_and_an_exponent_is_none() -> None:
    assert judge("Paul Durand a inauguré le pont.¹").citations == (1,)
    assert judge("Paul Durand a inauguré le pont⁹.").unverified
    for text in ("Le pont couvre 3 hectares².", "Le pont couvre 12 km².", "Le pont [1999-2003] date de [2023]."):
        assert (judge(text).citations, judge(text).unverified) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "[1] Paul Durand a inauguré le pont. [3] Anna Berg a élu Marie Lenoir.",
        "Paul Durand a inauguré le pont.[1, 2] Anna Berg a élu Marie Lenoir.[3]",
        "Paul Durand a inauguré le pont.\n[1]\nAnna Berg a élu Marie Lenoir.\n[3]",
    ],
)
def test_marks_belong_to_the_sentence_that_they_open_or_follow(text: str) -> None:
    first, second = check_text(text, CITATIONS)
    assert first.citations[0] == 1
    assert second.citations == (3,)


@pytest.mark.parametrize("heading", ["# Le pont de Tarbes", "**Le pont de Tarbes**", "**Le pont de Tarbes :**"])
def test_a_heading_states_nothing(heading: str) -> None:
    first, second = check_text(f"{heading}\n\n**Attention.** Le pont est fermé [1].", CITATIONS)[:2]
    assert not first.states
    assert second.states


def test_quoted_words_that_go_beyond_a_sentence_are_looked_up() -> None:
    quoted = cite("Le maire a dit : « Le pont est beau. Il durera cent ans. »")
    for claim, verdict in (("Il durera cent ans", "supported"), ("Il durera donc cent ans", "unsupported")):
        ledger = check_text(f"Le maire a dit : « Le pont est beau. {claim}. » [1]", [quoted])
        assert {sentence.verdict for sentence in ledger} == {verdict}


FERRY = "Le bac de Royan porte 900 passagers. Ce navire fut repeint en 2019. Son équipage compte huit marins."


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Le bac de Royan a été repeint en 2021.", "contradicted"),
        ("Le bac de Royan a été repeint en 2019.", "supported"),
        ("L'équipage du bac de Royan compte douze marins.", "contradicted"),
        ("L'équipage du bac de Royan compte huit marins.", "supported"),
        ("Le bac de Royan a été vendu en 2021.", "unsupported"),
    ],
)
def test_a_value_is_compared_where_a_pronoun_stands_for_the_subject(claim: str, verdict: str) -> None:
    [sentence] = check_text(claim, [cite(FERRY), cite("Le phare de Cordouan date de 1611.")])
    assert sentence.verdict == verdict


def test_a_sentence_on_which_sources_differ_is_unsupported_and_quotes_both() -> None:
    first, other = "Le phare de Cordouan a rouvert en mai 2019.", "Le phare de Cordouan a rouvert en juin 2019."
    citations = [replace(cite(text), source=name) for name, text in (("a.txt", first), ("b.txt", other))]
    text = "Le phare de Cordouan a rouvert en mai 2019, puis en juin 2019 [1][2]. Il a rouvert en mai 2019 [1]."
    merged, alone = check_text(text, citations)
    assert merged.verdict == "unsupported"
    assert {span.source for span in merged.evidence} == {"a.txt", "b.txt"}
    assert alone.verdict == "supported"


def test_a_wrong_mark_is_told_from_what_no_quote_says() -> None:
    assert "[1]" in judge("Le pont a coûté 3,47 millions d'euros [2].").why
    assert judge("Le pont a coûté 3,47 millions d'euros [2].").verdict == "unsupported"


def test_the_words_in_doubt_are_phrases_that_the_quotes_do_not_say() -> None:
    quote = "The lighthouse of Eddystone was built of granite blocks by John Smeaton."
    claim = "The lighthouse of Eddystone was built of granite blocks by John Smeaton with money from a lottery."
    [sentence] = check_text(claim, (cite(quote),))
    assert sentence.verdict == "not checked"
    loose = " ".join(claim[span.start : span.end] for span in sentence.loose)
    assert "money from a lottery" in loose
    assert "granite" not in loose


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["mot ", "Paul ", "1 ", "[1]", "mot[1] ", "9h30 ", "le 3 mai 2019 et "])
def test_time_grows_with_the_length_of_a_text(piece: str) -> None:
    start = time.process_time()
    check_text(piece * (12_000 // len(piece)), CITATIONS[:1])
    assert time.process_time() - start < 20  # three on a busy machine; all pairs would take minutes


def test_an_ordinal_where_the_quote_counts_is_a_doubt_only() -> None:
    quote = "Étape 1 : encollez la barre. Étape 2 : posez cinq serre-joints garnis de liège."
    text = "Cinq serre-joints garnis de liège sont posés, le premier au milieu [1]."
    assert [sentence.verdict for sentence in check_text(text, [cite(quote)])] == ["not checked"]


@pytest.mark.parametrize(
    "text",
    [
        "**Le pont a coûté 4,47 millions d'euros**", "# Le pont a coûté 4,47 millions d'euros",
        "**Le pont a coûté 4,47 millions d'euros [1]**", "__Paul Durand n'a pas inauguré le pont__",
    ],
)  # fmt: skip
def test_what_a_heading_states_is_judged(text: str) -> None:
    assert judge(text).states
    assert judge(text).verdict == "contradicted"


@pytest.mark.parametrize(
    "text",
    ["# Le pont de 2021", "**Comment le pont est financé**", "## Ce qui a changé", "**Le coût :**", "## L'essai"],
)
def test_a_heading_that_names_what_follows_states_nothing(text: str) -> None:
    assert not judge(text).states


def test_numbers_of_lists_and_lines_of_tables_are_no_words() -> None:
    listed = "1. Le pont a coûté 3,47 millions d'euros [1]\n2) Paul Durand a inauguré le pont [1]\n"
    assert [sentence.verdict for sentence in check_text(listed, CITATIONS)] == ["supported", "supported"]
    table = (
        "| Ouvrage | Coût |\n|:--|--:|\n| Le pont | 3,47 millions d'euros [1] |\n| Le pont | 5 millions d'euros [1] |"
    )
    head, ruler, right, wrong = check_text(table, CITATIONS)
    assert (head.states, ruler.states) == (False, False)
    assert (right.verdict, wrong.verdict) == ("supported", "contradicted")


@pytest.mark.parametrize(
    "text",
    [
        "Selon l'extrait [1], Paul Durand a inauguré le pont.", "D'après [1], Paul Durand a inauguré le pont.",
        "Paul Durand a inauguré le pont (extrait 1).", "Paul Durand a inauguré le pont [1](pont.txt).",
        "Paul Durand a inauguré le pont. ¹",
    ],
)  # fmt: skip
def test_what_names_a_mark_is_no_word_of_the_sentence(text: str) -> None:
    assert (judge(text).citations, judge(text).verdict) == ((1,), "supported")


def test_a_speaker_beside_a_mark_and_a_number_in_brackets_stay_words() -> None:
    for text in ("Selon le préfet [1], Paul Durand a inauguré le pont.", "Paul Durand a inauguré le pont (2)."):
        assert judge(text).verdict == "unsupported"
