"""Text to HTML: every character escaped, and spans of it wrapped in elements.

All text of documents, questions and answers passes through ``escape``; no Markdown is read anywhere.
"""

import html
from collections.abc import Sequence
from typing import NamedTuple


class Annotation(NamedTuple):
    """What to wrap around the characters ``start`` to ``end``: an opening tag, whose name closes it."""

    start: int
    end: int
    tag: str  # such as '<mark data-n="1">'

    @property
    def close(self) -> str:
        return f"</{self.tag[1:].split()[0].rstrip('>')}>"


def escape(text: str) -> str:
    """The text as HTML that shows it as written, in an element or in a quoted attribute."""
    # Gradio's page would translate its own marker where a document happens to contain it.
    return html.escape(text).replace("__i18n__", "&#95;_i18n__")


def annotate(text: str, start: int, end: int, layers: Sequence[Sequence[Annotation]]) -> str:
    """``text[start:end]`` as HTML, with each layer's annotations inside those of the layer before it.

    The annotations of one layer do not overlap. One that crosses an annotation of an outer layer is divided there, so
    that the text of its elements, joined, is still its text.
    """
    if not layers:
        return escape(text[start:end])
    parts, at = [], start
    for annotation in sorted(layers[0]):
        left, right = max(annotation.start, at), min(annotation.end, end)
        if left < right:
            parts += [
                annotate(text, at, left, layers[1:]),
                annotation.tag,
                annotate(text, left, right, layers[1:]),
                annotation.close,
            ]
            at = right
    return "".join([*parts, annotate(text, at, end, layers[1:])])
