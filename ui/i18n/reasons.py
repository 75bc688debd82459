"""Translate the reasons of verdicts. Like an error, a reason is keyed by its English sentence."""

import re

from rag.verification.findings import REASONS
from ui.i18n.labels import Labels


def translate_reason(reason: str, labels: Labels) -> str:
    """Return a reason in the language of the labels; an unknown one is returned unchanged."""
    for template in REASONS:
        pattern = "(.+)".join(re.escape(literal) for literal in template.split("{}"))
        if match := re.fullmatch(pattern, reason, re.DOTALL):
            return labels.translate(template).format(*match.groups())
    return reason
