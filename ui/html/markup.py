"""Render templates, and text with spans of it wrapped in elements.

The markup is in ``templates/``, as macros grouped by panel. Jinja2 escapes their arguments: all text of documents,
questions and answers passes through it, and Markdown is rendered nowhere. HTML that must not be escaped has the type
``Markup``, which only macros create.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ui.i18n.errors import translate_error
from ui.i18n.labels import format_long_date


def clip(text: str, limit: int = 280) -> str:
    """Return as many words from the start of a text as fit into ``limit`` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def shorten_name(path: str, limit: int = 40) -> str:
    """Return the last component of a document's path, shortened in the middle if it is long."""
    name = path.rpartition("/")[2]
    return name if len(name) <= limit else f"{name[: limit // 2]}…{name[-limit // 2 :]}"


ENVIRONMENT = Environment(
    loader=PackageLoader("ui.html"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # a template changes with the program alone
)
ENVIRONMENT.filters |= {
    "clipped": clip,
    "file_name": shorten_name,
    "long_date": format_long_date,
    "translated": translate_error,
}


class Annotation(NamedTuple):
    """The macro of ``inline.html`` to wrap around the characters ``start`` to ``end``, and its arguments."""

    start: int
    end: int
    macro: str
    values: Mapping[str, Any] = {}


def annotate(text: str, start: int, end: int, layers: Sequence[Sequence[Annotation]]) -> Markup:
    """Return ``text[start:end]`` as HTML, each layer's annotations nested inside those of the layer before.

    The annotations of one layer do not overlap. One that crosses an annotation of an outer layer is divided there, so
    that the text of its elements, joined, is still its text.
    """
    return _annotate(text, start, end, [_Layer.of(layer) for layer in layers])


class _Layer(NamedTuple):
    """Sorted annotations, so that those of a part of the text are found without looking at all of them."""

    annotations: Sequence[Annotation]
    starts: Sequence[int]
    reached: Sequence[int]  # where the last of the annotations up to each ends

    @classmethod
    def of(cls, annotations: Iterable[Annotation]) -> "_Layer":
        ordered = sorted(annotations, key=lambda annotation: (annotation.start, annotation.end))
        ends = accumulate((annotation.end for annotation in ordered), max)
        return cls(ordered, [annotation.start for annotation in ordered], list(ends))

    def overlapping(self, start: int, end: int) -> Sequence[Annotation]:
        return self.annotations[bisect_right(self.reached, start) : bisect_left(self.starts, end)]


def _annotate(text: str, start: int, end: int, layers: Sequence[_Layer]) -> Markup:
    if not layers or start == end:
        return escape(text[start:end])
    pieces, at = [], start
    for annotation in layers[0].overlapping(start, end):
        left, right = max(annotation.start, at), min(annotation.end, end)
        if left < right:
            content = _annotate(text, left, right, layers[1:])
            pieces += [
                _annotate(text, at, left, layers[1:]),
                render("inline.html", annotation.macro, text=content, **annotation.values),
            ]
            at = right
    return Markup("").join([*pieces, _annotate(text, at, end, layers[1:])])


def render(template: str, macro: str, **values: Any) -> Markup:
    """Render a macro of a template; values are escaped unless they are ``Markup``."""
    markup = getattr(ENVIRONMENT.get_template(template).module, macro)(**values)
    # Gradio's page would translate its own marker where a document happens to contain it.
    return Markup(str(markup).replace("__i18n__", "&#95;_i18n__"))
