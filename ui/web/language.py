"""The language in which a request is answered."""

from typing import TYPE_CHECKING

from fastapi import Request

from ui.i18n.labels import Labels, negotiate_labels

if TYPE_CHECKING:
    from ui.web.gradio_import import gr  # importing it takes seconds


def labels_for(request: "Request | gr.Request") -> Labels:
    """Return the labels in the language that the browser asks for."""
    return negotiate_labels(request.headers.get("accept-language", ""))
