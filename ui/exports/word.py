"""Answers as a Word file: each mark is a footnote with the quote, its title, its page, its file and its date."""

import io
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph

from index.language import detect
from rag.answer import Answer, Citation
from ui.exports.word_package import LOCALES, Footnotes, add_proof, create_document, name_bookmark, refer_again
from ui.html.conversation import annotate_quotes
from ui.html.export import describe_source, list_verdicts
from ui.i18n.labels import Labels

REMARK, NOTE, VERDICT = "Sourcier Remark", "Sourcier Note", "Sourcier Verdict"  # styles, by which a file is read back
QUOTE, TITLE, LOCATION = "Sourcier Quote", "Sourcier Title", "Sourcier Place"
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def as_word(answers: Sequence[Answer], labels: Labels) -> bytes:
    """Return answers as a Word file, which holds their proof as a part of its own."""
    document = create_document(answers[0].question, labels.language)
    notes = Footnotes(document)
    for number, answer in enumerate(answers):
        _Writer(document, notes, number, answer, labels).write()
    notes.attach()
    add_proof(document, answers)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer:
    """Writes one answer, the ``number``-th of the file."""

    def __init__(self, document: Document, notes: Footnotes, number: int, answer: Answer, labels: Labels) -> None:
        self.document, self.notes, self.number = document, notes, number
        self.answer, self.labels = answer, labels
        self.numbers: dict[int, int] = {}  # of the footnotes, by the number of the citation

    def write(self) -> None:
        self._paragraph(self.answer.question, "Heading 1")
        if self.answer.remark:
            self._paragraph(self.answer.remark, REMARK)
        paragraph = self.document.add_paragraph()
        for piece, mark, verdict in self._pieces():
            *paragraphs, last = _clean(piece).split("\n\n")
            for text in paragraphs:
                add_text(paragraph, text)
                paragraph = self.document.add_paragraph()
            words = last.rstrip(" ") if mark else last
            add_text(paragraph, words)
            if mark:
                self._refer(paragraph, mark, is_next=not words)
            if verdict:
                add_text(paragraph, f" ({verdict})", VERDICT)
        if self.answer.writer:
            self._paragraph(self.labels.written_by.format(model=self.answer.writer), NOTE)
        self._list_unmarked()

    def _list_unmarked(self) -> None:
        """Cite the sources that no sentence marks: what else a model was given."""
        unmarked = [n for n in range(1, len(self.answer.citations) + 1) if n not in self.numbers]
        if unmarked:
            paragraph = self._paragraph(self.labels.also_given(len(unmarked)) if self.answer.writer else "", NOTE)
            for n in unmarked:
                self._refer(paragraph, n, is_next=True)

    def _paragraph(self, text: str, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        add_text(paragraph, _clean(text))
        return paragraph

    def _pieces(self) -> Iterator[tuple[str, int, str]]:
        """Yield the text in pieces, quotes in quotation marks, each with the number of its mark or its verdict."""
        marks = [
            (*mark, n, "")
            for sentence in self.answer.sentences
            for mark, n in zip(sentence.marks, sentence.citations, strict=True)
        ]
        verdicts = [(end, end, 0, label) for end, label in list_verdicts(self.answer, self.labels)]
        opening, closing = choose_quotation_marks(self.labels)
        added = {at.start: opening for at in annotate_quotes(self.answer)} | {
            at.end: closing for at in annotate_quotes(self.answer)
        }
        before = 0
        for start, end, mark, verdict in sorted([*marks, *verdicts]):
            yield _with(self.answer.text, before, start, added), mark, verdict
            before = end
        yield _with(self.answer.text, before, len(self.answer.text), added), 0, ""

    def _refer(self, paragraph: Paragraph, n: int, is_next: bool) -> None:
        """Cite a source; if ``is_next`` to another reference, insert a space between them: 3 4 is not 34."""
        if is_next:
            paragraph.add_run(" ", "footnote reference")
        name = name_bookmark(self.number, n)
        if n in self.numbers:
            refer_again(paragraph, name, self.numbers[n])
            return
        note, self.numbers[n] = self.notes.add(paragraph, name)
        write_note(note, self.answer.citations[n - 1], self.labels)


def write_note(note: Paragraph, citation: Citation, labels: Labels) -> None:
    """Write a footnote: «quote» title, page, file, date."""
    opening, closing = choose_quotation_marks(labels)
    add_text(note, f"{opening}{_clean(citation.quote)}{closing}", QUOTE)
    add_text(note, " ")
    title, details = describe_source(citation, labels)
    add_text(note, _clean(title), TITLE)
    add_text(note, _clean(details), LOCATION)


def choose_quotation_marks(labels: Labels) -> tuple[str, str]:
    """Return the opening and the closing quotation mark of a language."""
    return ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»") if labels.language == "fr" else ("“", "”")


def add_text(paragraph: Paragraph, text: str, style: str | None = None) -> None:
    """Add a run, marked with its language for screen readers; line breaks and tabs are kept."""
    if not text:
        return
    run = paragraph.add_run(text, style)._r
    if locale := LOCALES.get(detect(text, "")):
        run.get_or_add_rPr().append(OxmlElement("w:lang", {qn("w:val"): locale}))


def _with(text: str, start: int, end: int, added: dict[int, str]) -> str:
    """Return ``text[start:end]`` with the additions at their offsets; at its end, closing marks only."""
    cuts = sorted({start, end, *(at for at in added if start < at < end)})
    pieces = [f"{added.get(left, '')}{text[left:right]}" for left, right in pairwise(cuts)]
    return "".join(pieces) + (added.get(end, "") if text[start:end] else "")


def _clean(text: str) -> str:
    """Remove the characters that XML cannot hold, such as the marks between pages."""
    return _UNPRINTABLE.sub("", text)
