"""What LaTeX prints from definitions elsewhere in a text: acronyms, terms of a glossary, the parts of a letter."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_BRACED = r"\{((?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+)\}"
_OPTIONS = r"(?:\[[^\[\]]*\])?"
_ACRONYM = re.compile(rf"\\newacronym{_OPTIONS}\s*\{{([^{{}}]*)\}}\s*{_BRACED}\s*{_BRACED}")
_ENTRY = re.compile(rf"\\(?:(?:long)?newglossaryentry|DeclareAcronym|newabbreviation)\s*\{{([^{{}}]*)\}}\s*{_BRACED}")
_USE = re.compile(
    rf"\\(?P<form>[gG]ls(?:pl)?|[aA]c(?:r(?:short|long|full)|[slf])?p?l?)\*?{_OPTIONS}\{{(?P<label>[^{{}}]*)\}}"
)
_PRINTED = re.compile(rf"\\print(?:(?:no[ix]\w*)?glossar(?:y|ies)|acronyms){_OPTIONS}")
_FIELD = re.compile(rf"\\(?:setkomavar\{{(?P<komavar>\w+)\}}|(?P<name>[A-Za-z]+))\s*{_BRACED}")
_BEFORE = ("name", "fromname", "address", "fromaddress", "telephone", "fromphone", "email", "fromemail", "lieu", "date")
_SUBJECTS, _SIGNATURES = ("conc", "objet", "subject"), ("signature", "name", "fromname")
_LETTER = re.compile(r"\\begin\{(?:letter|lettre)\}")
_CLOSING = re.compile(rf"\\closing\s*{_BRACED}")
_TODAY = re.compile(r"\\today")


@dataclass(slots=True)
class _Term:
    """A term: what it is printed as; if it is an acronym, in full where it is used first."""

    short: str
    long: str = ""
    description: str = ""
    is_used: bool = False

    def printed(self, form: str) -> str:
        """Return what a command prints: «gls», «glspl», «acrshort», «acl»."""
        kind, ends = form.lower().removeprefix("acr").removeprefix("ac"), "s" if form.endswith("pl") else ""
        full = f"{self.long}{ends} ({self.short}{ends})"
        if not self.long or kind in ("short", "s"):
            text = self.short + ends
        elif kind in ("long", "l"):
            text = self.long + ends
        else:
            text = self.short + ends if self.is_used and kind not in ("full", "f") else full
        self.is_used = True
        return text[:1].upper() + text[1:] if form[0].isupper() else text


def with_terms(text: str) -> str:
    """Return LaTeX with acronyms and terms in the place of the commands that print them, and their lists."""
    terms = {label.strip(): _Term(short, long) for label, short, long in _ACRONYM.findall(text)}
    for label, fields in _ENTRY.findall(text):
        short = _field(fields, "short") or _field(fields, "name")
        terms[label.strip()] = _Term(short, _field(fields, "long"), _field(fields, "description"))
    if not terms:
        return text
    text = _USE.sub(lambda use: terms[use["label"]].printed(use["form"]) if use["label"] in terms else use[0], text)
    items = "".join(rf"\item[{term.short}] {term.description or term.long} " for term in terms.values())
    return _PRINTED.sub(lambda _: rf"\begin{{description}}{items}\end{{description}}", text, count=1)


def _field(fields: str, name: str) -> str:
    match = re.search(rf"(?:^|,)\s*{name}\s*=\s*(?:{_BRACED}|([^,{{}}]*))", fields)
    return (match[1] or match[2] or "").strip() if match else ""


def with_letter_parts(text: str) -> str:
    """Return the LaTeX of a letter with its sender, date, subject and signature where they are printed."""
    start = _LETTER.search(text)
    if start is None or "\\opening" not in text:
        return text
    fields = {match["komavar"] or match["name"]: match[3] for match in _FIELD.finditer(text)}
    fields = {name: value for name, value in fields.items() if value.strip() and not _TODAY.search(value)}
    head = "".join(f"{fields[name]}\n\n" for name in _BEFORE if name in fields)
    subject = "".join(f"{fields[name]}\n\n" for name in _SUBJECTS if name in fields)
    signature = next((fields[name] for name in _SIGNATURES if name in fields), "")
    text = _LETTER.sub(_before(head), text)
    text = text.replace("\\opening", f"\n\n{subject}\\opening")
    return _CLOSING.sub(lambda closing: f"{closing[0]}\n\n{signature}\n\n", text)


def _before(head: str) -> Callable[[re.Match[str]], str]:
    return lambda start: f"\n\n{head}{start[0]}"
