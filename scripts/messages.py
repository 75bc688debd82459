"""Extract translatable messages, and update the catalogues.

Run ``python -m scripts.messages`` to add new texts to ``ui/i18n/*.po`` for translation, and drop those that are gone.
A text that changed keeps its old translation, marked as fuzzy. With ``--check`` nothing is written.
Exit status 1: a catalogue is not complete.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from string import Formatter

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract as extract_messages
from babel.messages.pofile import write_po

from scripts.project import ROOT, parse_source
from ui.i18n.catalogue import FOLDER, read_catalog

HEADER = """# The translation of Sourcier; write it here. `make messages` adds what is new.
msgid ""
msgstr ""
"Language: {0.locale}\\n"
"Plural-Forms: {0.plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
LABELS = {"Message": None, "Plural": (1, 2), "_": None, "Reason": None}
ON_THE_TERMINAL = ("ui/cli/main.py", "rag/evaluation.py")  # which is in English


def read_sources() -> dict[str, str]:
    """Return the modules whose texts are translated, by path."""
    paths = (path for package in ("index", "rag", "ui") for path in sorted((ROOT / package).rglob("*.py")))
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    return {path: text for path, text in sources.items() if path not in ON_THE_TERMINAL}


def error_classes(sources: Mapping[str, str]) -> set[str]:
    """Return the names of ``UserError`` and of the classes that derive from it."""
    bases = dict(re.findall(r"^class (\w+)\((\w+)\):", "\n".join(sources.values()), re.MULTILINE))
    names = {"UserError"}
    while derived := {name for name, base in bases.items() if base in names} - names:
        names |= derived
    return names


def extract(sources: Mapping[str, str]) -> Catalog:
    """Return the English texts of labels and errors, without translations."""
    template = Catalog()
    errors = tuple(error_classes(sources))
    for path, text in sources.items():
        for message in _extract_from(text, errors):
            template.add(message, locations=[(path, 0)])
    return template


@cache
def _extract_from(source: str, errors: tuple[str, ...]) -> list[str | tuple[str, ...]]:
    keywords = LABELS | dict.fromkeys(errors)
    return [message for _, message, _, _ in extract_messages("python", BytesIO(source.encode()), keywords)]


def update(catalog: Catalog, template: Catalog) -> bytes:
    """Update a catalogue with the texts of ``template``, and return its file."""
    catalog.update(template, update_creation_date=False)
    catalog.obsolete.clear()
    file = BytesIO()
    write_po(file, catalog, width=120, omit_header=True, include_lineno=False)
    return HEADER.format(catalog).encode() + file.getvalue()


def find_problems(catalog: Catalog) -> Iterator[str]:
    """Yield what a translator must fix: missing and fuzzy translations, and differing placeholders."""
    for message in catalog:
        if not message.id:  # the header
            continue
        forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if not all(forms):
            yield f"not translated: {message.id!r}"
        elif message.fuzzy:
            yield f"marked as fuzzy: {message.id!r}"
        elif any(placeholders(form) != placeholders(_last(message)) for form in forms):
            yield f"other placeholders in {message.string!r}"
        else:
            yield from (f"{error}: {message.id!r}" for error in message.check(catalog))


def placeholders(text: str) -> list[str]:
    """Return the names of the fields of a format string, sorted; a field without one has a number."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    return sorted({name or str(number) for number, name in enumerate(names)})


def _last(message: Message) -> str:
    """Return the English text; the plural, which shows the number, if there is one."""
    return message.id if isinstance(message.id, str) else message.id[-1]


def find_hidden(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield errors whose sentence is not a literal, which Babel cannot see."""
    errors = error_classes(sources)
    for path, text in sources.items():
        for node in ast.walk(parse_source(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors and node.args:
                sentence = node.args[0]
                is_copied = isinstance(sentence, ast.Starred | ast.Attribute)  # from another error
                if not is_copied and not (isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)):
                    yield f"{path}:{node.lineno}: write the sentence into the call"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.messages", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a catalogue is not complete")
    check: bool = parser.parse_args(arguments).check
    sources = read_sources()
    template = extract(sources)
    problems = list(find_hidden(sources))
    for path in sorted(FOLDER.glob("*.po")):
        catalog = read_catalog(path)
        updated = update(catalog, template)
        if not check:
            path.write_bytes(updated)
        elif path.read_bytes() != updated:
            problems.append(f"{path.relative_to(ROOT)} is out of date: run make messages")
        problems += [f"{path.relative_to(ROOT)}: {problem}" for problem in find_problems(catalog)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(check and bool(problems))


if __name__ == "__main__":
    sys.exit(main())
