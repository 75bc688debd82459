"""What the style sheet of a page hides or strikes through, and how it marks the items of lists."""

import re
from typing import Any

from index.readers.content.runs import GAP

_COMMENT = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"@[^{};@]{0,300}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # for print, or for small screens
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SHOWN = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:\s*([\w-]+)", re.IGNORECASE)
_SIMPLE = re.compile(r"[a-z\d]*(?P<mark>[.#])(?P<name>[\w-]+)", re.IGNORECASE)
_MARKED = re.compile(r"(?:^|[;\s])list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
_COUNTER = re.compile(r"content\s*:[^;]*counter\([\w-]+\s*(?:,\s*(?P<style>[\w-]+)\s*)?\)")
_COUNTED = re.compile(r"(?:ol)?(?P<list>[.#][\w-]+)\s*>\s*li::?before", re.IGNORECASE)  # that a rule numbers
_DECORATED = re.compile(r"(?:^|[;\s])text-decoration(?:-line)?\s*:([^;]*)", re.IGNORECASE)
_ZERO = r"\s*:\s*(?:0+(?:\.0*)?|\.0+)(?:px|pt|r?em|%)?\s*(?:;|!|$)"
_UNSEEN = re.compile(  # how mail hides its preview, and pages what they keep for screen readers
    rf"(?:^|[;\s])(?:(?:opacity|max-height){_ZERO}|mso-hide\s*:\s*all|(?:left|text-indent)\s*:\s*-\d{{3,}})",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(rf"(?:^|[;\s])font-size{_ZERO}", re.IGNORECASE)
_SIZE = re.compile(r"(?:^|[;\s])font(?:-size)?\s*:", re.IGNORECASE)
_STRUCK_TAGS = ("s", "strike", "del")
_UNSEEN_TEXT = ("script", "style", "template", "noscript", "head", "title")
_HIDES = ("none", "hidden")


def style_lists(page: Any) -> None:
    """Write what the style sheets of a page say of the marks of ordered lists into their own styles."""
    marks: dict[str, str] = {}
    for selectors, declarations in _RULE.findall(_sheet(page)):
        for selector in selectors.split(",") if list_style(declarations) else ():
            marks[selector.strip().removeprefix("ol")] = list_style(declarations)
    for selectors, declarations in _RULE.findall(_sheet(page)):
        if (counter := _COUNTER.search(declarations)) is not None:
            for selector in map(_COUNTED.match, map(str.strip, selectors.split(","))):
                marks |= {selector["list"]: counter["style"] or "decimal"} if selector else {}
    for element in page.iter("ol") if marks else ():
        names = [f"#{element.get('id', '')}", *(f".{name}" for name in element.get("class", "").split())]
        mark = next((marks[name] for name in names if name in marks), "")
        element.set("style", f"list-style: {mark}; {element.get('style', '')}")


def list_style(declarations: str) -> str:
    """Return how declarations mark the items of lists («upper-roman inside»); "" if they do not say."""
    marks = _MARKED.findall(declarations)
    return marks[-1].strip().lower() if marks else ""


def _sheet(page: Any) -> str:
    sheet = _COMMENT.sub("", "\n".join(style.text or "" for style in page.iter("style")))
    return _CONDITIONAL.sub("", sheet)


def hide_unseen(page: Any) -> None:
    """Mark as hidden what a page hides by its styles, or by one class or id; nothing where a script may show it."""
    if next(page.iter("script"), None) is not None:
        return
    for element in page.iterfind(".//*[@style]"):
        if _is_unseen(element):
            element.set("hidden", "")
    hidden = _hidden(_sheet(page))
    if not hidden:
        return
    for element in page.iter():
        if not hidden.isdisjoint(_names_of(element)):
            element.set("hidden", "")


def _is_unseen(element: Any) -> bool:
    """Return whether the style of an element leaves its text without size, colour or a place on the page."""
    style = element.get("style")
    if _UNSEEN.search(style):
        return True
    if not _NO_SIZE.search(style):
        return False
    return not any(_SIZE.search(inner.get("style")) for inner in element.iterfind(".//*[@style]"))


def _hidden(sheet: str) -> set[str]:
    """Return the classes and ids («.name», «#name») that rules hide and none shows, as one for a box that is ticked."""
    hidden, shown = set[str](), set[str]()
    for selectors, declarations in _RULE.findall(sheet):
        values = {value.lower() for value in _SHOWN.findall(declarations)}
        for selector in selectors.split(",") if values else ():
            match = _SIMPLE.fullmatch(selector.strip())
            if match and not values.isdisjoint(_HIDES):
                hidden.add(f"{match['mark']}{match['name']}")
            elif values.isdisjoint(_HIDES):
                shown.update(selector_match[0] for selector_match in re.finditer(r"[.#][\w-]+", selector))
    return hidden - shown


def strike_out(page: Any, *, is_fragment: bool = False) -> None:
    """Put a gap in the place of text that is struck through; a page that has no other text keeps it."""
    names = set() if next(page.iter("script"), None) is not None else _struck_names(_sheet(page))
    struck = [element for element in page.iter() if isinstance(element.tag, str) and _is_struck(element, names)]
    if not struck or not (is_fragment or _shows_more(page, struck)):
        return
    for element in struck:
        for inner in element.iter():
            inner.text = GAP if (inner.text or "").strip() else inner.text
            if inner is not element:
                inner.tail = GAP if (inner.tail or "").strip() else inner.tail


def _struck_names(sheet: str) -> set[str]:
    """Return the classes and ids («.name», «#name») that all rules for them strike through."""
    struck, plain = set[str](), set[str]()
    for selectors, declarations in _RULE.findall(sheet):
        for selector in selectors.split(",") if _DECORATED.search(declarations) else ():
            if match := _SIMPLE.fullmatch(selector.strip()):
                (struck if _strikes(declarations) else plain).add(f"{match['mark']}{match['name']}")
    return struck - plain


def _strikes(declarations: str) -> bool:
    return "line-through" in "".join(_DECORATED.findall(declarations)[-1:]).lower()


def _is_struck(element: Any, names: set[str]) -> bool:
    if element.tag in _STRUCK_TAGS or _strikes(element.get("style", "")):
        return True
    return bool(names) and not names.isdisjoint(_names_of(element))


def _names_of(element: Any) -> list[str]:
    return [f".{name}" for name in element.get("class", "").split()] + [f"#{element.get('id', '')}"]


def _shows_more(page: Any, struck: list[Any]) -> bool:
    """Return whether a page has text that is not struck through."""
    inner = {element for outer in struck for element in outer.iter()}
    for element in page.iter():
        is_text = isinstance(element.tag, str) and element.tag not in _UNSEEN_TEXT and element not in inner
        if is_text and (element.text or "").strip():
            return True
        parent = element.getparent()
        if (
            parent is not None
            and parent.tag not in _UNSEEN_TEXT
            and parent not in inner
            and (element.tail or "").strip()
        ):
            return True
    return False
