"""Errors in the language of the page. An error's English sentence is the key of its translation."""

from index.errors import UserError
from ui.i18n.labels import Labels


def translate_error(error: UserError, labels: Labels) -> str:
    """Return the sentence of an error, in which an error among its values is translated too."""
    values = (translate_error(value, labels) if isinstance(value, UserError) else value for value in error.values)
    return labels.translate(error.sentence).format(*values)
