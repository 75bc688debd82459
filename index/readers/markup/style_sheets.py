"""What the style sheet of a page hides, and how it marks the items of lists."""

import re
from typing import Any

_COMMENT = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"@[^{};@]{0,300}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # for print, or for small screens
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SHOWN = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:\s*([\w-]+)", re.IGNORECASE)
_SIMPLE = re.compile(r"[a-z\d]*(?P<mark>[.#])(?P<name>[\w-]+)", re.IGNORECASE)
_MARKED = re.compile(r"(?:^|[;\s])list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
_HIDES = ("none", "hidden")


def style_lists(page: Any) -> None:
    """Write what the style sheets of a page say of the marks of ordered lists into their own styles."""
    marks: dict[str, str] = {}
    for selectors, declarations in _RULE.findall(_sheet(page)):
        for selector in selectors.split(",") if list_style(declarations) else ():
            marks[selector.strip().removeprefix("ol")] = list_style(declarations)
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
    """Mark as hidden what the style sheets of a page hide by one class or id; nothing where a script may show it."""
    if next(page.iter("script"), None) is not None:
        return
    hidden = _hidden(_sheet(page))
    if not hidden:
        return
    for element in page.iter():
        names = [f".{name}" for name in element.get("class", "").split()] + [f"#{element.get('id', '')}"]
        if not hidden.isdisjoint(names):
            element.set("hidden", "")


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
