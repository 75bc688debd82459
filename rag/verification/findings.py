"""What a rule finds in a sentence, and the reasons that are given for a verdict."""

from dataclasses import dataclass, field

from index.documents import Span
from rag.answer import SourceSpan, Verdict

# The reasons, each a sentence with its values; they are translated where they are shown.
REASONS = (
    "The quotes say all of it.",
    "The quotes do not give {}.",
    "The quotes give another value where the sentence gives {}.",
    "The quotes give another date where the sentence gives {}.",
    "The quotes give {} in another unit.",
    "The quotes say the opposite bound of {}.",
    "The quotes do not name {}.",
    "The quotes deny «{}»; the sentence does not.",
    "The sentence denies «{}»; the quotes do not.",
    "The sentence says «{}» where the quotes say the opposite, «{}».",
    "The sentence says «{}» where the quotes say «{}».",
    "The quotes say that «{}» is only possible.",
    "The sentence says that «{}» is only possible; the quotes state it.",
    "The quotes speak of «{}» in another quantity.",
    "«{}» and «{}» have exchanged their roles.",
    "«{}» is quoted, and not in the sources word for word.",
    "The quotes do not attribute this to {}.",
    "The quotes do not say «{}».",
    "The quotes speak of something else.",
    "The rules cannot decide whether the quotes say «{}».",
    "The sources differ on {}.",
    "The sentence states nothing.",
    "The marked quotes do not say it, but [{}] does.",
    "The mark {} points to no quote.",
    "There is no quote to compare with.",
    "The quote is no longer in {}.",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict of one rule: what is wrong with which words of the sentence."""

    verdict: Verdict  # "not checked" for a doubt
    why: str
    loose: tuple[Span, ...] = ()  # offsets in the sentence
    evidence: tuple[SourceSpan, ...] = field(default=())


def reason(template: str, *values: object) -> str:
    """Return a reason with its values.

    Raises:
        ValueError: the template is not among ``REASONS``, so that it has no translation.
    """
    if template not in REASONS:
        raise ValueError(f"no such reason: {template!r}")
    return template.format(*values)
