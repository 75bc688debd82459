"""What a rule finds in a sentence, and the reasons that are given for a verdict."""

from dataclasses import dataclass, field

from index.documents import Span
from rag.answer import SourceSpan, Verdict


class Reason(str):
    """A sentence that says why, with fields for its values; it is translated where it is shown."""

    __slots__ = ()


REASONS = (
    Reason("The quotes say all of it."),
    Reason("The quotes do not give {}."),
    Reason("The quotes give another value where the sentence gives {}."),
    Reason("The quotes give another date where the sentence gives {}."),
    Reason("The quotes give {} in another unit."),
    Reason("The quotes give the opposite bound for {}."),
    Reason("The quotes do not name {}."),
    Reason("The quotes deny “{}”; the sentence does not."),
    Reason("The sentence denies “{}”; the quotes do not."),
    Reason("The sentence says “{}” where the quotes say the opposite, “{}”."),
    Reason("The sentence says “{}” where the quotes say “{}”."),
    Reason("The quotes do not say “{}”."),
    Reason("The quotes say it in other words."),
    Reason("The quotes say that “{}” is only possible."),
    Reason("The sentence says that “{}” is only possible; the quotes state it."),
    Reason("The quotes give a different quantity for “{}”."),
    Reason("“{}” and “{}” have swapped roles."),
    Reason("“{}” is quoted, but is not in the sources word for word."),
    Reason("The quotes do not attribute this to {}."),
    Reason("The quotes are about something else."),
    Reason("The quotes say “{}” about something else."),
    Reason("The rules cannot decide whether the quotes say “{}”."),
    Reason("The sources differ on {}."),
    Reason("The sentence makes no claim."),
    Reason("The cited quotes do not say this, but [{}] does."),
    Reason("Citation number {} matches no quote."),
    Reason("There is no quote to compare with."),
    Reason("The quote is no longer in {}."),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict of one rule: what is wrong with which words of the sentence."""

    verdict: Verdict  # "not checked" for a doubt
    why: str
    loose: tuple[Span, ...] = ()  # offsets in the sentence
    evidence: tuple[SourceSpan, ...] = field(default=())
    is_likely: bool = False  # no more than that


def reason(template: str, *values: object) -> str:
    """Return a reason with its values.

    Raises:
        ValueError: the template is not among ``REASONS``, so that it has no translation.
    """
    if template not in REASONS:
        raise ValueError(f"no such reason: {template!r}")
    return template.format(*values)
