"""Time, speaker and the choice of evidence, on sentences made for it."""

from pathlib import Path
from typing import Any, cast

from indexed import index_of

import rag
from index.chunking.sentences import split_sentences
from index.documents import Document, Passage
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.evidence.select_evidence import put_lists_first, select_evidence
from rag.ranking.constraints import match_date, match_speaker
from rag.ranking.features import Candidate
from rag.ranking.rerank import searcher
from rag.text.analysis import AnalyzedPassage, analyze_passage
from rag.text.dates import parse_period


def passage_of(text: str, name: str = "a.txt") -> AnalyzedPassage:
    document = Document(name, text, "0" * 64, "A")
    spans = [Passage(document, *span) for span in split_sentences(text)]
    return analyze_passage(document, spans, "fr")


def scored_sentence(text: str, probability: float, name: str) -> ScoredSentence:
    nothing = cast(Any, None)
    candidate = Candidate(0, passage_of(text, name), 0.0, (0.0,), nothing, nothing, (), (), (), nothing)
    return ScoredSentence(candidate, 0, 1.0, True, probability)


def test_a_sentence_that_names_another_day_is_of_another_time() -> None:
    call = passage_of("Ils ont parlé ce 3 février. Le 31 janvier, ils avaient échangé. Ils en étaient convenus.")
    day = parse_period("Que dit l'appel du 3 février ?")
    assert [match_date(call, at, day) for at in range(3)] == [1.0, -1.0, 1.0]
    assert match_date(call, 2, parse_period("Que dit l'appel du 31 janvier ?")) == 1.0
    assert match_date(call, 0, parse_period("Que dit l'appel ?")) == 0.0


def test_a_sentence_of_another_speaker_does_not_fit() -> None:
    passage = passage_of(
        "Selon le ministère, il pleut. Selon la même source, il vente. Selon le syndicat, il neige. Il gèle."
    )
    assert [match_speaker(passage, at, frozenset({"ministere"})) for at in range(4)] == [1.0, 1.0, -1.0, -0.5]


def test_the_word_of_another_speaker_is_worth_quoting_sooner() -> None:
    best = scored_sentence("Selon le ministère, la panne vient du réseau.", 0.8, "a.txt")
    other = scored_sentence("Selon le syndicat, la panne vient d'un manque d'entretien.", 0.12, "b.txt")
    unsaid = scored_sentence("La panne vient d'un manque d'entretien.", 0.12, "b.txt")
    assert [evidence.best for evidence in select_evidence([best, other], 3)] == [best, other]
    assert [evidence.best for evidence in select_evidence([best, unsaid], 3)] == [best]


def test_a_list_goes_before_a_sentence_that_is_less_likely_than_all_of_it(tmp_path: Path) -> None:
    text = "# La carte\n\nLa carte est verte.\n\nLa carte donne droit :\n\n- aux livres ;\n- aux films.\n"
    index = index_of(tmp_path, {"carte.md": text})
    passage, nothing = searcher(index).passage(0), cast(Any, None)
    candidate = Candidate(0, passage, 0.0, (0.0,), nothing, nothing, (), (), (), nothing)
    by_text = {sentence.text: at for at, sentence in enumerate(passage.sentences)}
    texts = ("La carte est verte.", "- aux livres ;", "La carte donne droit :", "- aux films.")

    def first_of(*probabilities: float) -> str:
        shares = zip(texts, probabilities, strict=True)
        sentences = [ScoredSentence(candidate, by_text[text], share, True, share) for text, share in shares]
        return put_lists_first(sorted(sentences, key=lambda sentence: -sentence.probability))[0].sentence.text

    assert first_of(0.4, 0.3, 0.1, 0.1) == "- aux livres ;"
    assert first_of(0.5, 0.3, 0.05, 0.05) == "La carte est verte."  # together the list is less likely
    assert first_of(0.45, 0.5, 0.02, 0.03) == "- aux livres ;"
    assert first_of(0.44, 0.43, 0.02, 0.01) == "La carte est verte."  # one item stands out, and is no more likely


def test_a_list_that_is_too_long_to_quote_stays_where_it_is(tmp_path: Path) -> None:
    items = "".join(f"- aux livres de la salle numéro {number}, au fond du couloir ;\n" for number in range(12))
    index = index_of(tmp_path, {"carte.md": f"La carte est verte.\n\nLa carte donne droit :\n\n{items}"})
    passage, nothing = searcher(index).passage(0), cast(Any, None)
    candidate = Candidate(0, passage, 0.0, (0.0,), nothing, nothing, (), (), (), nothing)
    sentences = [ScoredSentence(candidate, at, share, True, share) for at, share in enumerate((0.4, 0.3, 0.2, 0.1))]
    assert put_lists_first(sentences)[0].sentence.text == "La carte est verte."


def test_another_number_is_no_repetition() -> None:
    original = scored_sentence("La grève des éboueurs a duré 3 jours à Brenne.", 0.5, "a.txt")
    same = scored_sentence("La grève des éboueurs a duré 3 jours à Brenne.", 0.4, "b.txt")
    other = scored_sentence("La grève des éboueurs a duré 9 jours à Brenne.", 0.4, "b.txt")
    assert [evidence.repeats for evidence in select_evidence([original, same], 3)] == [None, 0]
    assert [evidence.repeats for evidence in select_evidence([original, other], 3)] == [None, None]


def test_steps_under_the_heading_that_is_the_question_are_the_way(tmp_path: Path) -> None:
    leave = (
        "# Taking leave\n\nWardens have few days.\n\n## How to request harvest leave\n\nWith an account:\n\n"
        "1. Open the menu.\n2. Press 'New'.\n3. Select both dates.\n"
    )
    portal = "# Portal\n\nOn the portal wardens can request harvest leave days, send bills and see their pay.\n"
    index = index_of(tmp_path, {"leave.md": leave, "portal.md": portal})
    answer = rag.ask("How do I request harvest leave?", index=index)
    assert "Press 'New'." in answer.citations[0].quote
    assert "Select both dates." in answer.citations[0].quote
