"""Replace the references of a follow-up by what they refer to in the question before.

«Qui l'a repeint ?» becomes «Qui a repeint le moulin ?», "What is its price?" becomes "What is the mill's price?".
"""

import re

from index.language import fold
from rag.query.noun_phrases import Phrases
from rag.query.phrasing import capitalize, join_preposition
from rag.query.references.french import AUXILIARY, CLITICS, INVERTED
from rag.query.references.reference import Reference

_ADVERBS = frozenset(
    "pas deja jamais encore bien aussi toujours plus donc finalement ensuite alors ete tous fait".split()
)
_PARTICIPLE = re.compile(r"\w+(?:e|ee|es|ees|i|ie|is|it|u|ue|us|er|ir|re)")
_MOVES = frozenset("get go come travel drive walk cycle ride move arrive send".split())
_PLACED = frozenset("in at near to from on by with for".split())


def replace_reference(question: Phrases, reference: Reference, antecedent: str) -> str:
    """Return the question with the antecedent, a noun phrase with its article, in the place of the reference."""
    replaced = _REPLACED[reference.role](question, reference.at, antecedent)
    replaced = re.sub(r"\b(n|qu)e (?=[aeiouyéèêâîôû])", r"\1'", replaced, flags=re.IGNORECASE)
    replaced = re.sub(r"\b([smt])['’] ?(?=[bcdfgjklmnpqrstvwxz])", r"\1e ", replaced)  # «s'en servir» without «en»
    return re.sub(r"\s+(?=[,.])|(?<=\s)\s+", "", replaced).strip()


def _replace_pronoun(question: Phrases, at: int, antecedent: str) -> str:
    token, text = question.tokens[at], question.text
    before, after = text[: token.start], text[token.end :]
    after = re.sub(r"^['’](s|re)\b", lambda match: " is" if match[1] == "s" else " are", after)
    if preposition := re.search(r"\b(de|d['’]|à)\s*$", before):
        return (
            before[: preposition.start()] + join_preposition("à" if preposition[1] == "à" else "de", antecedent) + after
        )
    before = re.sub(r"qu['’]$", "que ", before, flags=re.IGNORECASE)
    return f"{before}{antecedent if before.strip() else capitalize(antecedent)}{after}"


def _subject(question: Phrases, at: int, antecedent: str) -> str:
    """Put a subject before an inverted verb, which stays («le moulin a-t-il»), or after it in «que fait le maire»."""
    tokens, text = question.tokens, question.text
    match = INVERTED.fullmatch(tokens[at].folded)
    if match is None:
        return _replace_pronoun(question, at, antecedent)
    first = at
    while first and tokens[first - 1].folded in CLITICS:
        first -= 1
    verb = text[tokens[at].start : tokens[at].start + len(match["verb"])]
    asking = tokens[first - 1].folded if first else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = following is None or not following.is_word
    if asking in ("que", "qu'") or (ends and asking and asking != "pourquoi"):
        end = tokens[at].end
        if following and following.is_content and _PARTICIPLE.fullmatch(following.folded):
            return f"{text[: tokens[at].start]}{verb} {following.text} {antecedent}{text[following.end :]}"
        return f"{text[: tokens[at].start]}{verb} {antecedent}{text[end:]}"
    before, start = text[: tokens[first].start], tokens[first].start
    if not before.strip():
        return f"{capitalize(antecedent)} {text[start].lower()}{text[start + 1 :]}"
    return f"{before}{antecedent} {text[start:]}"


def _object(question: Phrases, at: int, antecedent: str) -> str:
    return _after_verb(question, at, antecedent)


def _dative(question: Phrases, at: int, antecedent: str) -> str:
    return _after_verb(question, at, join_preposition("à", antecedent))


def _after_verb(question: Phrases, at: int, phrase: str) -> str:
    """Remove the pronoun ``at`` and put ``phrase`` after the verb that follows it."""
    tokens, text = question.tokens, question.text
    end = at + 1
    while end < len(tokens) - 1 and tokens[end].folded in CLITICS:
        end += 1
    auxiliary = bool(AUXILIARY.fullmatch(tokens[end].folded))
    while end + 1 < len(tokens) and tokens[end + 1].folded in _ADVERBS:
        end += 1
        auxiliary = auxiliary or tokens[end].folded == "fait"
    following = tokens[end + 1] if end + 1 < len(tokens) else None
    if auxiliary and following and following.is_content:
        end += 1
    verb = text[tokens[at + 1].start : tokens[end].end]
    if auxiliary:
        verb = re.sub(r"(?:(?<=[bcdfgptuvisét])es?|(?<=é)s)$", "", verb)  # «financée» agrees no more
    return f"{text[: tokens[at].start]}{verb} {phrase}{text[tokens[end].end :]}"


def _replace_there(question: Phrases, at: int, antecedent: str) -> str:
    """Replace «y» or "there" by the phrase with its preposition, at the end of the question or in its place."""
    token, text = question.tokens[at], question.text
    if token.folded == "there":
        previous = question.tokens[at - 1].folded if at else ""
        preposition = "to " if previous in _MOVES else "in "
        replacement = antecedent if previous in _PLACED else f"{preposition}{antecedent}"
        return f"{text[: token.start]}{replacement}{text[token.end :]}"
    return _at_end(question, at, join_preposition("à", antecedent))


def _of_it(question: Phrases, at: int, antecedent: str) -> str:
    """Replace «en»: «combien de jardins», «responsable du moulin», or «de» with the phrase at the end."""
    tokens, text = question.tokens, question.text
    following = [token for token in tokens[at + 1 :] if token.is_word]
    if following and following[-1].folded in ("un", "une"):  # «comment en choisir un»
        noun = re.sub(r"^(?:l['’]|(?:le|la|une?) )", "", antecedent)
        start, end = following[0].start, following[-1].end
        return f"{text[: tokens[at].start]}{text[start:end]} {noun}{text[end:]}"
    if len(following) > 1 and AUXILIARY.fullmatch(following[0].folded) and following[1].is_content:
        end = following[1].end
        of_it = join_preposition("de", antecedent)
        return f"{text[: tokens[at].start]}{text[following[0].start : end]} {of_it}{text[end:]}"
    return _at_end(question, at, join_preposition("de", antecedent))


def _quantity(question: Phrases, at: int, antecedent: str) -> str:
    """Replace «en» by the noun that is counted: «combien de jardins»."""
    asks, token, text = question.tokens[0], question.tokens[at], question.text
    noun = join_preposition("de", re.sub(r"^(?:les|des|the)\s+", "", antecedent))
    without_pronoun = text[asks.end : token.start] + text[token.end :].lstrip()
    return f"{asks.text} {noun}{without_pronoun}"


def _at_end(question: Phrases, at: int, phrase: str) -> str:
    """Remove the word ``at``, and put ``phrase`` before the mark at the end."""
    token, text = question.tokens[at], question.text
    without_word = text[: token.start] + text[token.end :].lstrip()
    body = re.sub(r"\s*[?.!]\s*$", "", without_word)
    return f"{body} {phrase}{without_word[len(body) :]}"


def _possessive(question: Phrases, at: int, antecedent: str) -> str:
    token, text = question.tokens[at], question.text
    if question.is_english:
        owner = f"{antecedent}’" if antecedent.endswith("s") else f"{antecedent}’s"
        return text[: token.start] + (owner if at else capitalize(owner)) + text[token.end :]
    noun_phrase = next(phrase for phrase in question.all if phrase.start == token.start)
    article = {"son": "le ", "sa": "la ", "ses": "les ", "leurs": "les "}.get(token.folded, "le ")
    noun = text[token.end : noun_phrase.end].lstrip()
    if article != "les " and fold(noun)[0] in "aeiouyh":
        article = "l’"
    before = text[: token.start]
    for pattern, fused in ((r"\bde\s+$", {"le ": "du ", "les ": "des "}), (r"\bà\s+$", {"le ": "au ", "les ": "aux "})):
        if article in fused and re.search(pattern, before):
            before, article = re.sub(pattern, "", before), fused[article]
    phrase = f"{article}{noun} {join_preposition('de', antecedent)}"
    return f"{before}{phrase if before.strip() else capitalize(phrase)}{text[noun_phrase.end :]}"


def _same_noun(question: Phrases, at: int, antecedent: str) -> str:
    start = question.tokens[at].start
    phrase = next(phrase for phrase in question.all if phrase.start == start)
    before, after = question.text[:start], question.text[phrase.core :]
    if preposition := re.search(r"\b(de|à)\s+$", before):
        return before[: preposition.start()] + join_preposition(preposition[1], antecedent) + after
    return f"{before}{antecedent if before.strip() else capitalize(antecedent)}{after}"


_REPLACED = {
    "whole": _replace_pronoun,
    "subject": _subject,
    "object": _object,
    "dative": _dative,
    "y": _replace_there,
    "en": _of_it,
    "quantity": _quantity,
    "possessive": _possessive,
    "same noun": _same_noun,
}
