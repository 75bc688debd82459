"""The documents that answers cite, as references for Zotero and its kin, in the format RIS."""

from collections.abc import Iterator, Sequence

from rag.answer import Answer, Citation
from ui.i18n.labels import Labels


def write_ris(answers: Sequence[Answer], labels: Labels) -> str:
    """Return each cited document once, in the order in which they are cited, with a note for each quote."""
    cited: dict[str, list[Citation]] = {}
    for answer in answers:
        for citation in answer.citations:
            cited.setdefault(citation.source, []).append(citation)
    return "\r\n".join(line for quotes in cited.values() for line in _write_reference(quotes, labels))


def _write_reference(quotes: Sequence[Citation], labels: Labels) -> Iterator[str]:
    """Yield the lines for a document; the last is empty."""
    source, title, day = quotes[0].source, quotes[0].title, quotes[0].date
    fields = [("TY", "GEN"), ("TI", title)]
    fields += [("PY", f"{day.year}"), ("DA", f"{day:%Y/%m/%d}")] if day else []
    for citation in quotes:
        page = f" ({labels.page_of(source, citation.page)})" if citation.page else ""
        fields.append(("N1", f"{citation.quote}{page}"))
    for name, value in [*fields, ("L1", source), ("ER", "")]:
        yield f"{name}  - {' '.join(value.split())}"
    yield ""
