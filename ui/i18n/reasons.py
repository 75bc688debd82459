"""Reasons of verdicts in the language of the page. Like an error, a reason is known by its English sentence."""

import re

from rag.verification.findings import REASONS
from ui.i18n.labels import Labels


def translate_reason(why: str, labels: Labels) -> str:
    """Return a reason in the language of the labels, with the values as they are; one that is not known stays."""
    for template in REASONS:
        pattern = "(.+)".join(re.escape(literal) for literal in template.split("{}"))
        if match := re.fullmatch(pattern, why, re.DOTALL):
            return labels.translate(template).format(*match.groups())
    return why
