"""Rules on who speaks: the speaker of a sentence against those whom the evidence lets speak."""

import re
from collections.abc import Iterator, Sequence

from index.documents import Span
from rag.text.attribution import find_attributions, find_speaker_names, is_same_speaker, mentions_speech
from rag.text.folding import words_of
from rag.verification.alignment import SIMILAR, Alignment, EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.rules.roles import is_said_otherwise

_COVERED = 0.6  # least coverage of a sentence with another speaker
_BESIDE = 4  # characters between a sentence and the next
_TITLED = 0.5  # least share of the words of a title that the name of a source has
_TEXTS = frozenset(
    """texte text document article rapport report passage source sources auteur autrice author etude study page extrait
    excerpt phrase sentence citation quote note on""".split()
)


def check_speakers(alignment: Alignment) -> Iterator[Finding]:
    """Yield the speaker of the sentence, where the evidence has another."""
    for name in find_speaker_names(alignment.claim.text)[:1]:
        if _TEXTS & set(words_of(name)):
            continue
        speakers = [speaker for evidence in alignment.chosen[:2] for speaker in _speakers(evidence)]
        if _is_absent(name, alignment) or (speakers and _is_other(name, speakers, alignment)):
            yield _unattributed(name, alignment)


def check_attribution(alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield a speaker whom the evidence names, but does not let say this: «Selon Anne Riou», who built it.

    It is no more than likely, as there are many ways to let somebody speak.
    """
    for name in find_attributions(alignment.claim.text):
        is_named = any(is_same_speaker(name, each.statement.text) for each in evidence)
        if not is_named or not alignment.chosen or _TEXTS & set(words_of(name)):
            continue
        neighbours = _find_near(name, alignment, evidence)
        is_said = any(_lets_speak(name, each, evidence) for each in neighbours)
        if not is_said and not any(_is_titled(name, each) for each in evidence):
            yield _unattributed(name, alignment, is_likely=True)


def _unattributed(name: str, alignment: Alignment, *, is_likely: bool = False) -> Finding:
    start = alignment.claim.text.find(name)
    why = reason("The quotes do not attribute this to {}.", name)
    span = (Span(start, start + len(name)),) if start >= 0 else ()
    return Finding("unsupported", why, span, (alignment.chosen[0].source,), is_likely)


def _find_near(name: str, alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Iterator[EvidenceSentence]:
    """Yield the evidence that says more than the name, what stands beside it, and what opens the speech it is in."""
    words = set(words_of(name))
    pairs = [pair for pair in alignment.pairs.values() if not {pair.token.folded, pair.other.folded} & words]
    aligned = [each for each in alignment.chosen if any(pair.evidence is each for pair in pairs)]
    for each in evidence:
        if any(
            each is other or _is_beside(each, other) or _is_beside(other, each) or _opens(each, other, evidence)
            for other in aligned
        ):
            yield each


def _is_beside(earlier: EvidenceSentence, later: EvidenceSentence) -> bool:
    is_one_document = earlier.source.source == later.source.source
    return is_one_document and 0 <= later.source.start - earlier.source.end <= _BESIDE


def _opens(each: EvidenceSentence, chosen: EvidenceSentence, evidence: Sequence[EvidenceSentence]) -> bool:
    """Return whether a sentence opens quotation marks that are still open where another starts."""
    between = sorted(
        (other.source.start, other.statement.text)
        for other in evidence
        if other.citation == chosen.citation and each.source.start <= other.source.start < chosen.source.start
    )
    text = "".join(words for _, words in between)
    return each.citation == chosen.citation and any(text.count(a) > text.count(b) for a, b in ("«»", "“”"))


def _lets_speak(name: str, each: EvidenceSentence, evidence: Sequence[EvidenceSentence]) -> bool:
    """Return whether a sentence of the evidence says that somebody says something, by name or after his name."""
    if any(is_same_speaker(name, speaker) for speaker in _speakers(each)):
        return True
    if not mentions_speech(each.statement.text):
        return False
    before = (other for other in evidence if other.is_antecedent(each))
    return any(is_same_speaker(name, other.statement.text) for other in (each, *before))


def _is_titled(name: str, each: EvidenceSentence) -> bool:
    """Return whether a source is named by a title or heading of the evidence, not by a sentence."""
    words = [token.folded for token in each.statement.content]
    is_title = not each.is_quoted and each.statement.text.rstrip()[-1:] not in (".", "!", "…", ":")
    return is_title and len(set(words_of(name)) & set(words)) >= max(1, _TITLED * len(words))


def _is_absent(name: str, alignment: Alignment) -> bool:
    """Return whether no word of a speaker's name is in the evidence, which says what he is said to say."""
    words = set(words_of(name))
    name_tokens = [token for token in alignment.claim.content if token.folded in words]
    speakers = [speaker for evidence in alignment.chosen for speaker in _speakers(evidence)]
    is_named = any(
        alignment.similarity(token) >= SIMILAR or is_said_otherwise(token, alignment) for token in name_tokens
    )
    is_speaker = any(is_same_speaker(name, other) for other in speakers)
    return bool(name_tokens) and not is_named and not is_speaker and alignment.coverage >= _COVERED


def _is_other(name: str, speakers: Sequence[str], alignment: Alignment) -> bool:
    """Return whether the evidence attributes this to others, in the same language."""
    if any(evidence.statement.language != alignment.claim.language for evidence in alignment.chosen[:1]):
        return False
    return not any(is_same_speaker(name, other) for other in speakers) and not _is_joined(name, alignment)


def _is_joined(name: str, alignment: Alignment) -> bool:
    """Return whether the evidence says of the speaker that he does so too: «et Anne également»."""
    joined = re.compile(rf"\b(?:et|and) {re.escape(name)}|\b(?:aussi|également|too)\b")
    return any(
        name in evidence.statement.text and joined.search(evidence.statement.text) for evidence in alignment.chosen[:2]
    )


def _speakers(evidence: EvidenceSentence) -> tuple[str, ...]:
    return (*find_speaker_names(evidence.statement.text), *([evidence.speaker] if evidence.speaker else []))
