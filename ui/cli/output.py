"""What commands print: for people as lines without control characters, for programs as JSON."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from ui.i18n.labels import ENGLISH, Labels

if TYPE_CHECKING:
    from index.progress import Report
    from rag.answer import Answer, Citation, Hit, LedgerSentence, SourceSpan
    from rag.verification.sources import CheckedCitation
    from rag.verification.verify import Verification

# What a terminal acts on or hides, and json.dumps leaves as it is: C1 controls and marks of direction.
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_COLOURS = {"supported": "green", "contradicted": "red", "unsupported": "yellow", "not checked": "dim"}
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_report(report: "Report") -> None:
    """Print the report of a rebuild: its counts, then a line for each skipped file and each warning."""
    out.print(summarize(report))
    for skipped in report.skipped:
        out.print(f"skipped [yellow]{escape_line(skipped.source)}[/yellow]: {escape_line(skipped.reason)}")
    print_warnings(warning.to_dict() for warning in report.warnings)


def print_warnings(warnings: Iterable[Mapping[str, Any]]) -> None:
    """Print warnings, as ``ReadWarning.to_dict`` returns them."""
    for warning in warnings:
        source, page, line = warning["source"], warning["page"], warning["line"]
        position = (f", {ENGLISH.page_of(source, page)}" if page else "") + (f", line {line}" if line else "")
        out.print(f"warning [yellow]{escape_line(source)}[/yellow]{position}: {escape_line(warning['reason'])}")


def report_to_dict(report: "Report") -> dict[str, Any]:
    """Return the report of a rebuild as values for JSON, with the reasons in English."""
    skipped = [(skipped.source, skipped.reason) for skipped in report.skipped]
    return {**asdict(report), "skipped": skipped, "warnings": [warning.to_dict() for warning in report.warnings]}


def summarize(report: "Report") -> str:
    """Return the counts of a rebuild, its changes and its seconds on one line."""
    kinds = ("added", "changed", "removed", "unchanged")
    changes = ", ".join(f"{getattr(report, kind)} {kind}" for kind in kinds if getattr(report, kind)) or "nothing new"
    counts = f"{ENGLISH.documents(report.documents)}, {ENGLISH.passages(report.passages)}"
    return f"{counts}, in {report.seconds:.1f} s ({changes})"


def print_status(values: Mapping[str, Any], damaged: Sequence[str] | None, as_json: bool) -> None:
    """Print the status of an index; ``damaged`` is None if the index was not checked."""
    if as_json:
        print_json(values if damaged is None else {**values, "damaged": damaged})
        return
    for name, value in values.items():
        out.print(f"{name:<10} {escape_line(_format_value(name, value))}")
    print_warnings(values.get("warnings", ()))
    if damaged == []:
        out.print("damaged    nothing")


def print_answer(answer: "Answer", labels: Labels) -> None:
    """Print an answer with its sources, labelled in the language of ``labels``."""
    if answer.remark:
        out.print(f"{_escape_terminal(answer.remark)}\n")
    out.print(_escape_terminal(answer.text))
    if answer.writer and answer.found:
        _print_ledger(answer)
    cited = {n for sentence in answer.sentences for n in answer.quotes_of(sentence)}
    for n, citation in enumerate(answer.citations, 1):
        if answer.writer and n not in cited:  # the model was given it, and marks it nowhere
            continue
        out.print(f"\n[bold]\\[{n}][/bold] {escape_line(_describe_location(citation, labels, citation.speaker))}")
        if citation.path:
            out.print(f"    {escape_line(citation.path)}", style="dim")
        if citation.quote not in answer.text:
            out.print(f"    {_escape_terminal(citation.quote)}", style="dim")
    if answer.nearest:
        out.print(f"\n{labels.nearest}. {labels.nearest_note}", style="dim")
    for hit in answer.nearest:
        out.print(
            f"\n    {escape_line(_describe_location(hit, labels))}\n    {_escape_terminal(_shorten(hit.text))}",
            style="dim",
        )


def _print_ledger(answer: "Answer") -> None:
    """Print each sentence that a model wrote under its verdict, with the reason where it is not supported."""
    out.print(f"\nwritten by {escape_line(answer.writer)}; each sentence is checked against the quotes it cites:")
    for sentence in answer.sentences:
        text = " ".join(answer.text[sentence.start : sentence.end].split())
        out.print(f"  {sentence.verdict:<12} {escape_line(text)}")
        if sentence.states and not sentence.supported:
            out.print(f"{'':<15}{escape_line(sentence.why)}", style="dim")


def print_hits(hits: "Iterable[Hit]") -> None:
    """Print passages, best first, each with its rank and score."""
    for n, hit in enumerate(hits, 1):
        out.print(f"{n:>2}  {hit.score:.2f}  {escape_line(_describe_location(hit))}")
        out.print(f"    {_escape_terminal(_shorten(hit.text))}", style="dim")


def print_verifications(verifications: "Iterable[Verification]", questions: Sequence[str] = ()) -> None:
    """Print each verification, under the question of the answer if it is of one."""
    for verification, question in zip_longest(verifications, questions):
        if question:
            out.print(f"\n[bold]{escape_line(question)}[/bold]")
        _print_sentences(verification)
        for n, citation in enumerate(verification.citations, 1):
            state = _describe_state(verification.checked[n - 1]) if verification.checked else ("", "")
            out.print(f"\n[bold]\\[{n}][/bold] {state[0]}{escape_line(_describe_location(citation))}{state[1]}")
            out.print(f"    {_escape_terminal(_shorten(citation.quote))}", style="dim")
        for quoted in verification.quotes:
            location = _describe_span(quoted.found) if quoted.found else "nowhere"
            text = _escape_terminal(_shorten(verification.text[quoted.start : quoted.end]))
            out.print(f"\nquoted: {text}\n    found {escape_line(location)}")
        if any(sentence.states for sentence in verification.sentences):
            out.print(f"\n{verification.coverage:.0%} of the sentences are supported.")
        else:
            out.print("\nNo sentence states anything.")


def _print_sentences(verification: "Verification") -> None:
    """Print each sentence that states something, with its verdict and reason."""
    for sentence in verification.sentences:
        if sentence.states:
            verdict = f"[{_COLOURS[sentence.verdict]}]{sentence.verdict:<12}[/]"
            out.print(f"{verdict} {_mark_sentence(verification, sentence)}")
            out.print(f"{'':<12} {_escape_terminal(sentence.why)}", style="dim")


def _describe_state(checked: "CheckedCitation") -> tuple[str, str]:
    """Return what is said of a citation before and after the place that it names."""
    now = f" (now {escape_line(_describe_span(checked.now))})" if checked.now and checked.state == "moved" else ""
    return f"{checked.state} ", f"{now}{' (the file changed)' if checked.file_changed else ''}"


def _describe_span(span: "SourceSpan") -> str:
    return f"{span.source}:{span.start}-{span.end}"


def _mark_sentence(verification: "Verification", sentence: "LedgerSentence") -> str:
    """Return a sentence on one line: unsupported words underlined, then the numbers of the deciding quotes."""
    pieces, at = list[str](), sentence.start
    for span in sentence.loose:
        pieces += [
            _escape_terminal(verification.text[at : span.start]),
            f"[underline]{_escape_terminal(verification.text[slice(*span)])}[/underline]",
        ]
        at = span.end
    pieces.append(_escape_terminal(verification.text[at : sentence.end]))
    numbers = "".join(f" \\[{n}]" for n in sentence.citations if not sentence.marks)
    return " ".join("".join(pieces).split()) + numbers


def _describe_location(passage: "Citation | Hit", labels: Labels = ENGLISH, speaker: str | None = None) -> str:
    """Return the title, speaker, date, page and offsets of a passage, as in ``document.text[start:end]``."""
    day = passage.date.isoformat() if passage.date else ""
    page = labels.page_of(passage.source, passage.page) if passage.page else ""
    ocr = labels.read_by_ocr if getattr(passage, "ocr", False) else ""
    details = [word for word in (passage.title, speaker, day, page, ocr) if word]
    return " · ".join([*details, f"{passage.source}:{passage.start}-{passage.end}"])


def _shorten(text: str, limit: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + " …"


def _escape_terminal(text: str) -> str:
    """Escape a text for the terminal: brackets are no style, and control characters are replaced."""
    return escape(make_printable(text))


def make_printable(text: str) -> str:
    """Replace the control characters of a text, except line breaks and tabs, and drop page breaks."""
    text = text.replace("\f\n", "").replace("\f", "")  # what parts pages and records
    return "".join(c if c.isprintable() or c in "\n\t\xa0\u202f\u2009" else "�" for c in text)


def escape_line(text: str) -> str:
    """Escape a text for the terminal, on one line: the name of a file may contain a line break."""
    return _escape_terminal(text.replace("\n", "�").replace("\t", "�"))


def _format_value(name: str, value: Any) -> str:
    if name == "warnings":
        return str(len(value))
    if name == "bytes":
        return f"{value / 1e6:.1f} MB"
    if name == "built":
        return f"{datetime.fromisoformat(value).astimezone():%Y-%m-%d %H:%M}"
    if name == "snapshots":
        return ", ".join(f"{number} ({moment})" for number, moment in value.items()) or "none"
    if name == "damaged":
        return ", ".join(value) or "nothing"
    return "none" if value is None else str(value)


def print_json(value: Any) -> None:
    """Print a value as JSON, with unprintable characters escaped."""
    # Not through rich: it would wrap and style what another program reads.
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write(_UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")
