"""What a browser would make of markup, for tests without one."""

from html.parser import HTMLParser
from typing import Any

from index.documents import Document


class Page(HTMLParser):
    """What a browser would make of some markup: its text, and the text of its marks."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.marks, self.open = "", list[str](), list[str](), 0
        self.feed(str(markup))  # parts of Markup would be escaped where they are joined
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "mark":
            self.open += 1
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open:
            self.marks[-1] += data


def document_of(text: str, **more: Any) -> Document:
    return Document("a.txt", text, "0" * 64, "A title", **more)
