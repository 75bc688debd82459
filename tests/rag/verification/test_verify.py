"""A text and an exported answer against an index: exact, moved and stale quotes, and verdicts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from indexed import index_of

import rag
from index import rebuild
from index.documents import Span
from index.index import open_index
from rag.answer import Answer, Citation
from rag.verification.ledger import check_text
from rag.verification.verify import NothingToVerify

FERRY = (
    "Le bac de Royan transporte 900 passagers par jour. Il a été repeint en 2019. La traversée dure vingt minutes.\n"
)
MILL = "Le moulin de Bassac moud encore du blé. Le meunier se nomme Jules Arnaud.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/bac.txt").write_text(FERRY, encoding="utf-8")
    (tmp_path / "docs/moulin.txt").write_text(MILL, encoding="utf-8")
    rebuild(tmp_path / "docs", tmp_path / "index")
    return tmp_path


def ask(folder: Path, question: str) -> Answer:
    return Answer.from_dict(rag.ask(question, index=folder / "index").to_dict())


def change(folder: Path, name: str, text: str) -> None:
    (folder / "docs" / name).write_text(text, encoding="utf-8")
    rebuild(folder / "docs", folder / "index")


def test_a_draft_is_judged_by_what_documents_say(folder: Path) -> None:
    text = "Le bac de Royan transporte 900 passagers par jour. Le meunier se nomme Paul Arnaud."
    verification = rag.verify(text, index=folder / "index")
    assert [sentence.verdict for sentence in verification.sentences] == ["supported", "unsupported"]
    quotes = [verification.citations[number - 1] for number in verification.sentences[0].citations]
    assert quotes[0].source == "bac.txt"
    index = open_index(folder / "index")
    assert all(
        index.document(citation.source).slice(citation.start, citation.end) == citation.quote
        for citation in verification.citations
    )
    assert not verification.is_sound
    assert verification.coverage == 0.5


def test_a_wrong_value_does_not_count_against_the_words_beside_it(folder: Path) -> None:
    change(folder, "pont.txt", "Le pont de Varades compte neuf arches. Il a été achevé en 1925.\n")
    [sentence] = rag.verify("Le pont de Varades a été achevé en 1931.", index=folder / "index").sentences
    assert (sentence.verdict, sentence.why) == (
        "contradicted",
        "The quotes give another date where the sentence gives 1931.",
    )


def test_quoted_words_are_looked_up(folder: Path) -> None:
    text = "On lit : « le bac de Royan […] par jour » ; et « le bac de Royan est fermé »."
    first, second = rag.verify(text, index=folder / "index").quotes
    assert first.found is not None
    assert first.found.source == "bac.txt"
    assert second.found is None


def test_each_citation_is_exact_moved_or_stale(folder: Path) -> None:
    answer = ask(folder, "Combien de passagers le bac de Royan transporte-t-il ?")
    [checked] = rag.verify_answer(answer, folder / "index").checked[:1]
    assert (checked.state, checked.file_changed) == ("exact", False)
    change(folder, "bac.txt", "Note.\n\n" + FERRY)
    [checked] = rag.verify_answer(answer, folder / "index").checked[:1]
    assert (checked.state, checked.file_changed) == ("moved", True)
    change(folder, "bac.txt", FERRY.replace("900", "800"))
    verification = rag.verify_answer(answer, folder / "index")
    assert verification.checked[0].state == "stale"
    assert not verification.is_sound
    assert "bac.txt" in verification.sentences[0].why


def test_an_answer_whose_sources_stand_is_sound(folder: Path) -> None:
    answer = ask(folder, "Qui est le meunier de Bassac ?")
    change(folder, "bac.txt", "Le bac est vendu.")
    verification = rag.verify_answer(answer, folder / "index")
    assert verification.is_sound
    assert [check.state for check in verification.checked] == ["exact"] * len(answer.citations)
    assert verification.to_dict()["is_sound"] is True


def test_a_text_without_words_is_refused(folder: Path) -> None:
    with pytest.raises(TypeError, match="text is a str, not None"):
        rag.verify(None, index=folder)  # type: ignore[arg-type]
    with pytest.raises(NothingToVerify, match="contains no words"):
        rag.verify(" … ", index=folder / "index")


def cite(folder: Path, source: str, quote: str, **changes: Any) -> Citation:
    document = open_index(folder / "index").document(source)
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    citation = Citation(source, *span, quote, None, document.sha256, document.title, document.date, span)
    return replace(citation, **changes)


def written(text: str, *citations: Citation) -> Answer:
    ledger = check_text(text, citations)
    return Answer("?", "?", True, text, 1.0, citations, ledger)


def test_a_stale_quote_proves_nothing_beside_one_that_stands(folder: Path) -> None:
    citations = cite(folder, "bac.txt", FERRY.strip()), cite(folder, "moulin.txt", MILL.strip())
    answer = written("Le bac de Royan transporte 900 passagers par jour [1][2]. Le moulin moud du blé [2].", *citations)
    assert [sentence.verdict for sentence in answer.sentences] == ["supported", "supported"]
    change(folder, "bac.txt", FERRY.replace("900", "800"))
    verification = rag.verify_answer(answer, folder / "index")
    assert [check.state for check in verification.checked] == ["stale", "exact"]
    assert [sentence.verdict for sentence in verification.sentences] == ["unsupported", "supported"]
    assert verification.sentences[0].why == "The quote is no longer in bac.txt."


def test_what_an_answer_says_of_its_sources_proves_nothing(folder: Path) -> None:
    quote = "Le bac de Royan transporte 900 passagers par jour."
    forged = cite(folder, "bac.txt", quote, speaker="Paul Riou", title="Selon Paul Riou, le bac est gratuit.")
    answer = written("Selon Paul Riou, le bac de Royan transporte 900 passagers par jour [1].", forged)
    assert answer.sentences[0].verdict == "supported"
    verification = rag.verify_answer(answer, folder / "index")
    assert (verification.checked[0].state, verification.sentences[0].verdict) == ("exact", "unsupported")


def test_a_quote_that_moved_still_proves_what_it_says(folder: Path) -> None:
    answer = written("Le bac a été repeint en 2019 [1].", cite(folder, "bac.txt", "Il a été repeint en 2019."))
    change(folder, "notes.txt", "Note.\n\n" + FERRY)
    (folder / "docs/bac.txt").unlink()
    rebuild(folder / "docs", folder / "index")
    verification = rag.verify_answer(answer, folder / "index")
    assert verification.checked[0].now is not None
    assert verification.checked[0].now.source == "notes.txt"
    assert (verification.checked[0].state, verification.is_sound) == ("moved", True)


def test_a_quote_is_found_among_many_that_begin_alike(tmp_path: Path) -> None:
    opening = "Le présent contrat est conclu entre la commune et le locataire pour la salle des fêtes. " * 6
    texts = {f"{n:02}.txt": f"{opening}La caution de la salle numéro {n} est retenue.\n" for n in range(40)}
    index = index_of(tmp_path, texts)
    for n in (0, 17, 39):
        quoted = f"{opening}La caution de la salle numéro {n} est retenue."
        [found] = [quote.found for quote in rag.verify(f"On lit « {quoted} »", index=index).quotes]
        assert found is not None
        assert (found.source, index.document(found.source).text[found.start : found.end]) == (
            f"{n:02}.txt",
            quoted[:-1],
        )
