"""Translate errors into the language of the page. The English sentence of an error is the key."""

from string import Formatter
from typing import Any

from index.errors import UserError
from ui.i18n.labels import Labels


class _Formatter(Formatter):
    """Format sentences as ``str.format`` does, but group digits (``{:,}``) as the language does."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._labels.number(value) if format_spec == "," else str(format(value, format_spec))


def translate_error(error: UserError, labels: Labels) -> str:
    """Return the sentence of an error; errors among its values are translated too."""
    values = (translate_error(value, labels) if isinstance(value, UserError) else value for value in error.values)
    return _Formatter(labels).format(labels.translate(error.sentence), *values)
