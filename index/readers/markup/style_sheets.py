"""What the style sheet of a page hides."""

import re
from typing import Any

_COMMENT = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"@[^{};@]{0,300}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # for print, or for small screens
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SHOWN = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:\s*([\w-]+)", re.IGNORECASE)
_SIMPLE = re.compile(r"[a-z\d]*(?P<mark>[.#])(?P<name>[\w-]+)", re.IGNORECASE)
_HIDES = ("none", "hidden")


def hide_unseen(page: Any) -> None:
    """Mark as hidden what the style sheets of a page hide by one class or id; nothing where a script may show it."""
    if next(page.iter("script"), None) is not None:
        return
    sheet = _COMMENT.sub("", "\n".join(style.text or "" for style in page.iter("style")))
    hidden = _hidden(_CONDITIONAL.sub("", sheet))
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
                shown.update(part[0] for part in re.finditer(r"[.#][\w-]+", selector))
    return hidden - shown
