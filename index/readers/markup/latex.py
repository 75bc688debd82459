"""What pandoc does not know of LaTeX: labels of lists, commands of packages, and those that a document brings.

Labels are marked in the source, and become attributes of the items in the page that pandoc makes of it. Commands are
defined: as what they print where that is known, else as the text in their braces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from index.converters.pandoc import Skipped
from index.readers.content.symbols import in_letters, in_roman
from index.readers.markup.html_blocks import ITEM_LABEL

_PRINTED = {  # commands of packages and of babel: how many arguments they have, and what they print
    "og": (0, "«~"), "fg": (0, "~»"), "EUR": (1, "#1~€"), "numprint": (1, "#1"), "nombre": (1, "#1"), "ce": (1, "#1"),
    "fbox": (1, "#1"), "up": (1, "#1"), "frenchspacing": (0, ""), "today": (0, ""),
    "no": (0, "n°~"), "nos": (0, "n°~"), "No": (0, "N°~"), "Nos": (0, "N°~"), "ier": (0, "er"), "iere": (0, "re"),
    "iers": (0, "ers"), "ieres": (0, "res"), "ieme": (0, "e"), "iemes": (0, "es"), "primo": (0, "1°"),
    "secundo": (0, "2°"), "tertio": (0, "3°"), "quarto": (0, "4°"), "degre": (0, "°"), "degres": (0, "°"),
}  # fmt: skip
_DEFINED = re.compile(r"(?:command\*?\s*\{?|Command\*?\s*\{?|\\def\s*)\\([A-Za-z]+)")
_MEASURE = re.compile(r"\\numprint\[(?P<unit>[^\[\]{}]*)\]\{(?P<number>[^{}]*)\}")
_BODY = re.compile(r"\\begin\{document\}")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)(?:\[[^\[\]]*\])?(?P<arguments>\s*\{.*\})\s*", re.DOTALL)
_NUMBERED = re.compile(r"\\(?P<name>[A-Za-z]+)\s*\d[\d.,]*")  # which pandoc leaves out with the number after it
_SILENT = re.compile(  # commands whose braces hold no text
    r"(?:\w*penalty|\w*badness|\w*tolerance|looseness|\w*demerits|count|begin|end|(?:bib)?item|index|glossary|bibliography\w*|nocite|graphicspath|includegraphics|addcontentsline|mark(?:both"
    r"|right)|fancy(?:head|foot|hf)|[lcr](?:head|foot)|title(?:format|spacing)|\w*setup|\w*set|\w*length|\w*counter"
    r"|\w*(?:style|numbering|color|font|size|spread|lang|language|theme|template|space|skip|layer|library|page|matter"
    r"|column|columns|rule|line|phantom|depth|width|height|strut)|font\w+|new\w+|renew\w+|provide\w+|Declare\w+|def"
    r"|use\w+|Require\w+|At\w+|hyphenation|only|onslide|pause|write\d*|typeout|let|input|tikz|draw|node|path|fill"
    r"|put|thanks|counterwithin|numberwithin|pdf\w+|hyper\w+|protect|csname|label\w*|\w*ref|\w*cite\w*|\w*[mM]ark)"
)
_NO_TEXT = re.compile(r"[-+]?[\d.,]*\s*(?:cm|mm|in|pt|em|ex|bp|pc|sp|\\[A-Za-z]+\s*)|[^{}]*=[^{}]*|[\W_]*")
_BRACE = re.compile(r"(?<!\\)[{}]")
_MOST_ARGUMENTS = 4

_OPTIONS = r"\[(?:[^\[\]{}]|\{[^{}]*\})*\]"
_LIST = re.compile(
    r"(?<!\\)%[^\n]*|\\begin\{(?P<verbatim>verbatim\*?|Verbatim|lstlisting|minted|comment)\}"
    r"|\\verb\*?(?P<bound>[^\sA-Za-z*])[^\n]{0,500}?(?P=bound)"
    rf"|\\begin\{{(?P<opens>enumerate|itemize|description)\*?\}}\s*(?P<options>{_OPTIONS})?"
    r"|\\end\{(?P<closes>enumerate|itemize|description)\*?\}"
    rf"|(?P<item>\\item(?![A-Za-z])(?:<[^<>]*>)?)\s*(?P<label>{_OPTIONS})?"
    r"|\\setcounter\{enum(?P<level>i|ii|iii|iv)\}\{(?P<value>\d{1,6})\}"
)
_NUMBER = re.compile(r"\\(?P<style>arabic|alph|Alph|roman|Roman)(?:\*|\{enum\w+\})")
_SHORT = re.compile(r"(?P<before>\W{0,2})(?P<style>[1aAiI])(?P<after>\W{0,2})")
_SHORT_STYLES = {"1": "arabic", "a": "alph", "A": "Alph", "i": "roman", "I": "Roman"}
_NESTED = ("\\arabic*.", "(\\alph*)", "\\roman*.", "\\Alph*.")  # what LaTeX prints, by depth
_OWN_LABELS = re.compile(r"\\labelenum|\\setlist|\\theenum")
_MARKUP = re.compile(r"\\[A-Za-z]+\*?\s*|[{}$\"]")
_START, _END = "\ue000", "\ue001"  # around a label
_MARKED = re.compile(rf"<li>(?P<opening>\s*<p>)?{_START}(?P<label>[^{_END}<\"]*){_END}\s*")


class _List:
    """An open list: its kind, the label of its items if it prints another than «1.», and the number of the last."""

    def __init__(self, kind: str, template: str | None, number: int) -> None:
        self.kind = kind
        self.template = template
        self.number = number


class _Ends:
    """Where environments end; each name is sought once only if it is not there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._unclosed: set[str] = set()

    def after(self, name: str, start: int) -> int:
        """Return where the next one ends; ``start`` if none does."""
        end = -1 if name in self._unclosed else self._text.find(f"\\end{{{name}}}", start)
        if end < 0:
            self._unclosed.add(name)
        return max(start, end)


def prepare_latex(text: str) -> str:
    """Return LaTeX with the labels of its lists marked, and with definitions of well-known commands."""
    user_defined = set(_DEFINED.findall(text))
    definitions = "".join(_definition(name, *printed) for name, printed in _PRINTED.items() if name not in user_defined)
    text = _MEASURE.sub(r"\g<number>~\g<unit>", text.replace(_START, "").replace(_END, ""))
    return definitions + _with_labels(text)


def set_labels(page: str) -> str:
    """Return a page in which the marked labels of items are attributes."""
    page = _MARKED.sub(rf'<li {ITEM_LABEL}="\g<label>">\g<opening>', page)
    return page.replace(_START, "").replace(_END, "")


def define_commands(text: str, skipped: Iterable[Skipped]) -> dict[str, str]:
    """Return a definition for each command that was left out in the body of a text with words in its braces."""
    body = _BODY.search(text)
    first = text.count("\n", 0, body.start()) + 1 if body else 1
    uses: dict[str, list[list[str]]] = {}
    for source, line in skipped:
        command = _COMMAND.fullmatch(source)
        if command and line >= first and not _SILENT.fullmatch(command["name"]):
            uses.setdefault(command["name"], []).append(_arguments(command["arguments"]))
        if (alone := _NUMBERED.fullmatch(source)) and line >= first and not _SILENT.fullmatch(alone["name"]):
            uses[alone["name"]] = []
    return {name: definition for name, lists in uses.items() if (definition := _definition_of(name, lists))}


def _definition_of(name: str, uses: list[list[str]]) -> str:
    """Return the definition of a command as the texts among its arguments; empty if there is none.

    Without uses, it is one that has no arguments, and stands before a number.
    """
    if not uses:
        return _definition(name, 0, "")
    count = min(_MOST_ARGUMENTS, *map(len, uses))
    texts = [n for n in range(count) if not all(_NO_TEXT.fullmatch(arguments[n].strip()) for arguments in uses)]
    # The first argument is the one in brackets, which seldom is text.
    return f"\\newcommand{{\\{name}}}[{count + 1}][]{{{' '.join(f'#{n + 2}' for n in texts)}}}" if texts else ""


def _definition(name: str, count: int, body: str) -> str:
    return f"\\newcommand{{\\{name}}}{f'[{count}]' if count else ''}{{{body}}}"


def _arguments(text: str) -> list[str]:
    """Return what stands in each pair of outer braces."""
    arguments, depth, start = list[str](), 0, 0
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            start = brace.end() if not depth else start
            depth += 1
        else:
            depth -= 1
            arguments += [text[start : brace.start()]] if not depth else []
    return arguments


def _with_labels(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Yield a text in which items whose label pandoc would not print have it as text between marks."""
    lists: list[_List] = []
    last_numbers: dict[int, int] = {}  # of the lists that ended, by depth
    has_own_labels, ends, end = _OWN_LABELS.search(text) is not None, _Ends(text), 0
    for match in _LIST.finditer(text):
        if match.start() < end:  # in verbatim text
            continue
        yield text[end : match.start()]
        end = match.end()
        depth = sum(inner.kind == "enumerate" for inner in lists)
        if match["verbatim"]:
            end = ends.after(match["verbatim"], end)
            yield text[match.start() : end]
            continue
        if match["opens"]:
            lists.append(_open(match, None if has_own_labels else _NESTED[min(depth, 3)], last_numbers.get(depth, 0)))
        elif match["closes"] and lists:
            closed = lists.pop()
            if closed.kind == "enumerate":
                last_numbers[depth - 1] = closed.number
        elif match["value"] and lists:
            lists[-1].number = int(match["value"])
        yield _mark_item(match, lists[-1]) if match["item"] and lists else match[0]
    yield text[end:]


def _open(match: re.Match[str], nested: str | None, last_number: int) -> _List:
    """Return the list that an environment with options opens: «[label=(\\alph*), start=3]», «[resume]», «[a)]»."""
    template = None if nested == _NESTED[0] else nested
    options = (match["options"] or "")[1:-1].strip()
    pairs = dict(option.strip().partition("=")[::2] for option in options.split(","))
    number = int(pairs["start"]) - 1 if pairs.get("start", "").strip().isdecimal() else 0
    if "resume" in pairs or "resume*" in pairs:
        number = last_number
    if number:
        template = template or _NESTED[0]
    if short := _SHORT.fullmatch(options):
        template = f"{short['before']}\\{_SHORT_STYLES[short['style']]}*{short['after']}"
    return _List(match["opens"], pairs.get("label", template), number)


def _mark_item(match: re.Match[str], open_list: _List) -> str:
    label = None
    if open_list.kind == "description":
        return match[0]
    if match["label"]:
        label = _MARKUP.sub("", match["label"][1:-1]).strip()
    elif open_list.kind == "enumerate":
        open_list.number += 1
        label = _number(open_list.template, open_list.number) if open_list.template else None
    if label is None or (open_list.kind == "itemize" and not any(map(str.isalnum, label))):
        return match[0]
    return f"{match['item']} {_START}{label}{_END} "


def _number(template: str, number: int) -> str | None:
    """Return the label of a number; None if the template prints no number."""
    style = _NUMBER.search(template)
    if style is None:
        return None
    written: Mapping[str, str] = {"arabic": str(number), "alph": in_letters(number), "roman": in_roman(number)}
    numeral = written[style["style"].lower()]
    numeral = numeral.upper() if style["style"][0].isupper() else numeral
    return _MARKUP.sub("", template[: style.start()] + numeral + template[style.end() :]).strip()
