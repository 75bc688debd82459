"""Message catalogues: the ``.po`` files beside this one, keyed by the English text."""

from gettext import GNUTranslations as Translations
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from rag.wording import typeset_french

Forms = str | list[str] | tuple[str, ...] | None
FOLDER = Path(__file__).parent


def load_translations(language: str) -> Translations:
    """Compile and load a catalogue. It is compiled in memory, and so is never out of date."""
    catalog = read_catalog(FOLDER / f"{language}.po")
    if language == "fr":
        for message in catalog:
            message.string = _typeset(message.string)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def read_catalog(path: Path) -> Catalog:
    """Read a ``.po`` file; its language is its name."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, domain="sourcier")


def _typeset(text: Forms) -> Forms:
    """Insert the no-break spaces of a translation, or of each of its plural forms."""
    if isinstance(text, str):
        return typeset_french(text)
    return tuple(typeset_french(form) for form in text or ())
