"""SPDX licence expressions: which licences each choice leaves one with, and whether one may accept them."""

import re
from collections.abc import Set

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_TOKEN = re.compile(r"[()]|[^\s()]+(?:\s+WITH\s+[^\s()]+)?", re.IGNORECASE)

# Each alternative is a set of licences that apply together.
Alternatives = frozenset[frozenset[str]]


def canonical(expression: str) -> str | None:
    """Return ``expression`` in SPDX's own spelling, or None if it is not an SPDX expression."""
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return None


def alternatives(expression: str) -> Alternatives:
    """Return the choices that ``expression`` allows: AND binds tighter than OR."""
    tokens = _TOKEN.findall(expression)[::-1]
    return _any_of(tokens)


def is_allowed(expression: str, allowed: Set[str]) -> bool:
    """Return whether all licences of at least one alternative are in ``allowed``."""
    return any(choice <= allowed for choice in alternatives(expression))


def _any_of(tokens: list[str]) -> Alternatives:
    choices = _all_of(tokens)
    while tokens and tokens[-1].upper() == "OR":
        tokens.pop()
        choices |= _all_of(tokens)
    return choices


def _all_of(tokens: list[str]) -> Alternatives:
    choices = _operand(tokens)
    while tokens and tokens[-1].upper() == "AND":
        tokens.pop()
        right = _operand(tokens)
        choices = frozenset(licences | other for licences in choices for other in right)
    return choices


def _operand(tokens: list[str]) -> Alternatives:
    token = tokens.pop()
    if token != "(":
        return frozenset({frozenset({token})})
    inner = _any_of(tokens)
    tokens.pop()  # the closing parenthesis
    return inner
