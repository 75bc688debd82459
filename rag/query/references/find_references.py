"""Find the reference of a follow-up whose antecedent is not in the follow-up itself."""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.language import fold
from rag.query.noun_phrases import PREPOSITIONS, NounPhrase, Phrases, Token
from rag.query.references.english import find_in_english
from rag.query.references.french import ANY_INVERTED, CLITICS, find_in_french
from rag.query.references.reference import Reference

_IMPERSONAL = re.compile(
    r"\bs['’](?:est|etait)-il (?:dit|passe|produit|agi|trouve)\b"
    r"|\b(?:y a|faut|s['’]agit|pleut|existe|reste|suffit|arrive)-(?:t-)?il\b|\bfait-il (?:beau|froid|chaud)\b"
    r"|\b(?:est|etait|sera|serait)-il (?:\w+ )?(?:possible|necessaire|obligatoire|vrai|utile|permis|interdit) (?:d|qu)"
    r"|\bil (?:y a|faut|fait|s['’]agit|existe(?! (?:depuis|encore|toujours))|reste|suffit)\b|^y a(?:vait|ura)?\b"
    r"|\bit (?:rain|snow|seem|appear)s?\b|\bit(?:['’]s)? (?:\w+ ){0,2}(?:costs?|takes?|took|possible|necessary|legal"
    r"|safe|true|ok|okay|worth|hard|easy|better|best|required|allowed|important|mean)\b.*\b(?:to|that|for|if)\b"
    r"|\b(?:is|was) it (?:(?:really|still|ever|not) )?(?:(?:possible|necessary|legal|safe|true|ok|okay|worth|hard|easy"
    r"|better|best|required|allowed|important|likely|normal|enough|fine|good|mandatory) )?(?:to|that|for|if)\b"
    r"|\bwhat (?:time|day|date|year) is it\b"
    r"|\bthere(?:['’]s| is| are| was| were)\b"
    r"|\b(?:is|are|was|were|has|have|been|be) there\b"
)
_SAYS_THAT = re.compile(r"\b(?:cela|ca)\b")
_DEGREE = frozenset("moins plus autant mieux pire pareil si trop aussi tant".split())  # «c'est moins que …»
_SUBORDINATE = re.compile(r"\w+ (?:because|that|when|if|before|after|while|until|and|but|who)\b", re.IGNORECASE)
_ORDER = {"subject": 0, "whole": 0, "event": 2}  # a subject is replaced before other references


def find_reference(question: Phrases) -> Reference | None:
    """Return the first reference whose antecedent is not in the question itself, or None."""
    folded = fold(question.text)
    impersonal = None if _SAYS_THAT.search(folded) else _IMPERSONAL.search(folded)
    if impersonal and question.is_english:
        return None
    references = find_in_english(question) if question.is_english else find_in_french(question)
    if impersonal:  # «il faut», «y a-t-il»: the pronouns in it refer to nothing
        begins, ends = impersonal.span()
        references = (reference for reference in references if not begins <= question.tokens[reference.at].start < ends)
    outer = [reference for reference in references if not _has_antecedent(question, reference)]
    return min(outer, key=lambda reference: (_ORDER.get(reference.role, 1), reference.at), default=None)


def _has_antecedent(question: Phrases, reference: Reference) -> bool:
    """Return whether a phrase before the reference, in the same question, may be what it refers to."""
    if reference.role == "quantity":
        return False
    if reference.role == "event":
        is_short = question.tokens[reference.at].folded == "c'"
        graded = any(token.folded in _DEGREE for token in question.tokens[reference.at + 2 : reference.at + 3])
        return is_short and not graded and any(not phrase.question_word for phrase in question.all)
    start = question.tokens[reference.at].start
    candidates = [phrase for phrase in question.all if phrase.end <= start]
    if _has_subject(question, reference, candidates) or (
        reference.human and candidates and _SUBORDINATE.search(question.text[:start])
    ):
        return True
    if question.is_english and reference.plural and _bare_plural(question.tokens[: reference.at]):
        return True
    if (
        reference.role in ("object", "dative", "y", "en")
        and candidates
        and candidates[-1].end == _end_before(question, reference)
    ):
        candidates = candidates[:-1]  # the subject of its verb: «les apprentis y ont-ils droit»
    if question.is_english and candidates and _is_subject_of(question, candidates[-1], reference):
        candidates = candidates[:-1]  # "does the router support it"
    return any(
        (not phrase.question_word or _is_subject(question, phrase)) and reference.agrees(phrase)
        for phrase in candidates
    )


def _is_subject_of(question: Phrases, phrase: NounPhrase, reference: Reference) -> bool:
    """Return whether one verb stands between a phrase and an English pronoun, which is its object then."""
    verb = question.tokens[reference.at - 1]
    return reference.role == "whole" and verb.is_content and phrase.end == question.tokens[reference.at - 2].end


def _has_subject(question: Phrases, reference: Reference, candidates: Sequence[NounPhrase]) -> bool:
    """Return whether an inverted verb has its subject before it: «Marie et Jean sont-ils»."""
    ends = _end_before(question, reference)
    return reference.role == "subject" and any(phrase.end == ends and not phrase.question_word for phrase in candidates)


def _end_before(question: Phrases, reference: Reference) -> int:
    """Return where the word before a reference, and the pronouns with it, ends."""
    verb = reference.at
    while verb and question.tokens[verb - 1].folded in CLITICS:
        verb -= 1
    return question.tokens[verb - 1].end if verb else 0


def _bare_plural(words: Sequence[Token]) -> bool:
    """Return whether a plural without a determiner is among English words; after "who" a verb ends in "s", too."""
    return any(
        token.is_content and token.folded.endswith("s") and not token.folded.endswith("ss")
        for previous, token in pairwise(words)
        if previous.folded not in ("who", "that", "it", "he", "she") and not previous.is_capital
    )


def _is_subject(question: Phrases, phrase: NounPhrase) -> bool:
    """Return whether a phrase with «quel» or "which" is the subject: a verb without a subject of its own follows."""
    following = next((token.folded for token in question.tokens if token.start >= phrase.end), "?")
    if any(
        token.is_word and token.folded not in PREPOSITIONS for token in question.tokens if token.end <= phrase.start
    ):
        return False  # «il faut quelle offre»
    inverts = following in "do does did is are was were has have can could will would".split()
    return not inverts and not ANY_INVERTED.fullmatch(following) and following not in CLITICS and following.isalpha()
