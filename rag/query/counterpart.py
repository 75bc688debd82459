"""Replace the counterpart of a fragment: «Et le quai 14 ?» after a question about «le quai 13»."""

import re
from typing import NamedTuple

from index.documents import Span
from index.language import fold
from rag.query.adverbials import (
    replace_condition,
    replace_condition_subject,
    replace_delay,
    replace_preposition,
)
from rag.query.infinitives import INFINITIVE
from rag.query.noun_phrases import PREPOSITIONS, NounPhrase, Phrases, is_common_verb
from rag.query.phrasing import capitalize, join_preposition
from rag.query.references.antecedents import is_same_noun
from rag.query.word_classes import GROUPS, PROFORM, is_classifying, is_ordinal, is_time
from rag.text.dates import find_days
from rag.text.patterns import DATE

_CODE = r"[A-Za-z]{0,3}[-.]?\d[\w.,/-]*"
_NUMBER_ALONE = re.compile(
    rf"(?:(?!(?:le|la|les|the)\s)(?P<led>[^\W\d_]+['’]?)\s+)?(?:(?:le|la|les|the)\s+|l['’]\s?)?(?P<number>{_CODE})",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?P<number>\d{1,2})(?:st|nd|rd|th)", re.IGNORECASE)
_NUMBERS = re.compile(rf"(?<![\w.,]){_CODE}(?<![.,])", re.IGNORECASE)
_THAT_OF = re.compile(
    r"^(?:[^\W\d_]+\s+)?(?:celui|celle|ceux|celles|those|that|the ones?)\s+(?=d|of|in|for|from|at|on)", re.IGNORECASE
)
_SHAPES = (
    ("year", re.compile(r"(?:1\d|20)\d\d")),
    ("version", re.compile(r"\d+(?:\.\d+)+\w*")),
    ("number", re.compile(r"[\d\u00a0\u202f ,]+")),
)
_QUEL = re.compile(r"\b(?P<asks>quel)(?:le)?(?P<plural>s?)(?P<be> (?:est|sont|était|étaient) )$", re.IGNORECASE)

_CLAUSE = re.compile(r"^(?:si|s['’]il|s['’]ils|if|when|quand|lorsqu\w*|en cas|in case)\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"`[^`]+`|(?<!\w)-{1,2}\w[\w-]*|\w+_\w+|\w+\.\w+\.\w+")
_DATE_ARTICLE = re.compile(r"(?:le |the |l['’]|du |au |en |in |on )?$", re.IGNORECASE)


_BOUND = re.compile(
    r"\b(?:(?:au[- ]dessus|au[- ]del[aà]|en dessous|en[- ]deçà|à partir|plus|moins) (?:de |d['’])|jusqu['’]à "
    r"|above |below |over |under |more than |less than |up to )[€$£]?\d[\d\u00a0\u202f .,]*(?: ?(?:[€$£%]|[^\W\d_]+))?",
    re.IGNORECASE,
)
_KIND = re.compile(r"(?P<article>(?:une?|les?|la|des|an?|the)(?= )|l['’]) ?(?P<kind>[^\W\d_]+)", re.IGNORECASE)
_KIND_WORDS = 2  # of a noun with its kind
_INDEFINITE = frozenset("un une des a an".split())
_MARK = re.compile(r"\s*[?.!]*\s*$")
# «Quel est le rôle du trésorier ?» is about the treasurer, «Qui a peint le pont de la gare ?» about the bridge.
_COPULA = re.compile(
    r"(?:quel(?:le)?s? (?:est|sont|était|étaient)|what (?:is|are|was|were)|c['’]est quoi)\b", re.IGNORECASE
)
_OF = frozenset("de d of".split())
_FOR = frozenset("pour for".split())
_BEFORE_VERB = frozenset("i you we they to one can should could may must do does did".split())
_MEASURED = frozenset("temps time".split())
_QUALIFIED = 3  # words of a noun with what is said of it
_FRENCH_VERB = rf"(?:(?:ne pas|se|le|la|les|y|en) |[nsl]['’]\s?)*{INFINITIVE}"
_ENGLISH_VERB = r"(?!(?:the|an?|my|our|your|his|her|its|their|this|that|these|those)\b)[a-z]{2,}\b"
_WHO_IS = re.compile(r"who (?:is|are|was|were)\b", re.IGNORECASE)
_WHO_MAY = re.compile(
    r"(?:qui (?P<verb>peut|doit|a (?:le )?droit)|who (?P<modal>can|may|must|should))\b", re.IGNORECASE
)
_INFINITIVE = re.compile(rf"(?:ne pas |se |s['’]\s?)?{INFINITIVE}")
_PLACES = frozenset("dans sur sous chez vers en au aux pendant avant apres avec sans depuis entre pour".split())
_PURPOSE = re.compile(
    rf"(?i:(?P<led>pour|de|à|afin de|avant de|sans)) {_FRENCH_VERB}|(?i:(?P<to>to)) {_ENGLISH_VERB} (?=\w)"
)
_PRONOUN_VERB = re.compile(
    rf"(?:(?:le|la|les|y|en) |l['’]\s?)(?P<verb>{INFINITIVE}(?: (?:à|en|de|hors|sous) [^\W\d_]+)?)", re.IGNORECASE
)
_VERB_PRONOUN = re.compile(r"(?P<verb>[a-z]{3,}) (?:it|them)")
_GERUND = re.compile(r"(?P<stem>[a-z]{2,})ing(?P<object> .+)?")
_ASKED_VERB = re.compile(
    r"(?:comment|où|quand|pourquoi|peut-on|puis-je|doit-on|faut-il|qui (?:peut|doit|va))"
    r"(?: (?:faire pour|peut-on|puis-je|doit-on|faut-il|on peut|on doit|dois-je))? (?P<verb>[^\W\d]{2,}(?:er|ir|re))\b"
    r"|how (?:do|can|should) (?:i|you|we) (?P<act>[a-z]+)\b",
    re.IGNORECASE,
)


def replace_verb(fragment: str, previous: str) -> str | None:
    """Return the question before with the verb or the purpose replaced, or None.

    So are «Et pour dissoudre l'association ?», «Et le désinstaller ?» and "And to restore one?" read.
    """
    fragment = _MARK.sub("", fragment).strip()
    if replaced := _with_action(fragment, previous):
        return replaced
    new = _PRONOUN_VERB.fullmatch(fragment) or _VERB_PRONOUN.fullmatch(fragment)
    if new and (old := _ASKED_VERB.match(previous)):
        start, end = old.span("verb" if old["verb"] else "act")
        return f"{previous[:start]}{new['verb']}{previous[end:]}"
    if replaced := _with_gerund(fragment, previous):
        return replaced
    new, body = _PURPOSE.match(fragment), _MARK.sub("", previous)
    # «comment» asks for a purpose, too.
    if new and _preposition_of(new) == "pour" and (old := _ASKED_VERB.match(body)) and old["verb"]:
        return f"{previous[: old.start('verb')]}{fragment[len('pour ') :]}{previous[len(body) :]}"
    purposes = [match for match in _PURPOSE.finditer(body) if new and _preposition_of(match) == _preposition_of(new)]
    if not purposes:
        return None
    objects = [phrase for phrase in Phrases(body).cores if phrase.start > purposes[-1].start()]
    if (pronoun := PROFORM.search(fragment)) and objects:
        fragment = f"{fragment[: pronoun.start()]}{objects[0].text}"
    start, preposition = purposes[-1].start(), _preposition_of(purposes[-1])
    return f"{previous[:start]}{preposition}{fragment[len(preposition) :]}{previous[len(body) :]}"


def _with_action(fragment: str, previous: str) -> str | None:
    """Replace a verb and its object: «Et boire de l'alcool ?» after «Peut-on fumer dans le parc ?», "And close?"."""
    if is_common_verb(fragment) and (last := re.search(r"(?<= )[a-z]+(?=\s*\?$)", previous)):
        return f"{previous[: last.start()]}{fragment}{previous[last.end() :]}" if is_common_verb(last.group()) else None
    old = _ASKED_VERB.match(previous)
    if not _INFINITIVE.match(fragment) or not old or not old["verb"]:
        return None
    following = [token for token in Phrases(previous).tokens if token.start >= old.end()]
    stop = next((token.start for token in following if token.folded in _PLACES or not token.is_word), len(previous))
    ending = previous[stop:].lstrip()
    return f"{previous[: old.start('verb')]}{fragment} {ending}"


def _with_gerund(fragment: str, previous: str) -> str | None:
    """Replace an English verb, and its object where the gerund has one: "uninstalling", "closing the shop"."""
    new, old = _GERUND.fullmatch(fragment), _ASKED_VERB.match(previous)
    if not new or not old or not old["act"]:
        return None
    stem, act = new["stem"], old["act"].lower()
    forms = (stem, f"{stem}e", stem[:-1] if stem[-2:-1] == stem[-1:] else stem)
    verb = next((form for form in forms if is_common_verb(form) or re.sub(r"^(?:un|re|dis)", "", form) == act), None)
    if verb is None:
        return None
    start, end = old.span("act")
    return f"{previous[:start]}{verb}{new['object'] or _MARK.sub('', previous[end:])}?"


def _preposition_of(purpose: re.Match[str]) -> str:
    return str(purpose["led"] or purpose["to"]).lower()


def replace_counterpart(fragment: str, previous: str) -> str | None:
    """Return the question before with what the fragment replaces, or None if it has no counterpart there."""
    text = _MARK.sub("", fragment).strip()
    fragment = _THAT_OF.sub("", text)
    if fragment != text and (replaced := _with_same_noun(fragment, previous) or _with_complement(fragment, previous)):
        return replaced
    if fragment.split()[0].lower() in PREPOSITIONS:
        fragment = fragment[0].lower() + fragment[1:]
    for replace in (
        _with_bound,
        _with_kind,
        _with_same_noun,
        _with_head,
        replace_condition,
        replace_delay,
        replace_preposition,
    ):
        if replaced := replace(fragment, previous):
            return replaced
    if _CLAUSE.match(fragment):
        return _append(fragment, previous)
    if is_ordinal(fragment):
        return None
    if is_time(fragment):
        return _append(fragment, previous)
    if replaced := _with_identifier(fragment, previous):
        return replaced
    if match := _NUMBER_ALONE.fullmatch(fragment):
        preposition = match["led"] or ""
        if (
            not preposition
            or fold(preposition).replace("’", "'") in PREPOSITIONS
            or preposition.lower() in ("du", "au", "des", "aux")
        ):
            return _with_number(fragment, match["number"], bool(preposition), previous)
    if find_days(fragment) or (DATE.search(fragment) and not Phrases(fragment).cores):
        return _with_date(fragment, previous)
    return _with_phrase(fragment, previous)


def _with_bound(fragment: str, previous: str) -> str | None:
    """Replace what a number is above or below, or add it: «Et au-dessus de 1000 euros ?»."""
    if not _BOUND.match(fragment):
        return None
    old = _BOUND.search(previous)
    return (
        f"{previous[: old.start()].removesuffix('de ')}{fragment}{previous[old.end() :]}"
        if old
        else _append(fragment, previous)
    )


def _with_kind(fragment: str, previous: str) -> str | None:
    """Replace the kind of a noun that a fragment leaves out: «et un complexe ?» after «un contrat simple»."""
    match, phrases = _KIND.fullmatch(fragment), Phrases(previous)
    if not match or not is_classifying(match["kind"]):
        return None
    for phrase in reversed(phrases.cores):
        words = [token for token in phrases.tokens if phrase.start <= token.start < phrase.core and token.is_content]
        if phrase.question_word or not phrase.article or len(words) != _KIND_WORDS:
            continue
        if not _is_same_article(match["article"], phrase.article):
            continue
        if phrases.is_english:
            return f"{previous[: phrase.start]}{fragment} {words[1].text}{previous[phrase.core :]}"
        old = words[0] if is_classifying(words[0].text) else words[1]  # «la grande salle», «le tarif réduit»
        return f"{previous[: old.start]}{match['kind']}{previous[old.end :]}"
    return None


def _is_same_article(article: str, other: str) -> bool:
    """Return whether two articles are both definite or both not; one that is fused with a preposition is definite."""
    return (fold(article) in _INDEFINITE) == (other in _INDEFINITE)


def _with_same_noun(fragment: str, previous: str) -> str | None:
    """Replace what is said of the same noun: «de longue durée» after «l'assurance de courte durée»."""
    preposition, *qualifiers = fragment.split()
    if preposition not in PREPOSITIONS or not 2 <= len(qualifiers) <= _QUALIFIED:
        return None
    old = re.search(
        rf"\b{preposition} (?:[\w’'-]+ ){{1,{_QUALIFIED - 1}}}?{re.escape(qualifiers[-1])}\b", previous, re.IGNORECASE
    )
    return f"{previous[: old.start()]}{fragment}{previous[old.end() :]}" if old else None


def _with_complement(complement: str, previous: str) -> str | None:
    """Replace what a noun is of: «des recours», of «celle des recours», after «la date des candidatures»."""
    words = Phrases(previous)
    if not re.match(r"(?:d['’]|(?:de|du|des|of)\s)", complement, re.IGNORECASE) or re.search(r"\d", complement):
        return None
    of_nouns = [phrase for phrase in words.cores if phrase.preposition in _OF and not phrase.is_number]
    if of_nouns:
        start, end = of_nouns[-1].preposition_start, of_nouns[-1].core
    elif bare := words.bare_object([*_OF, "d'"]):
        start, end = bare[0], bare[1].end
    else:
        return None
    return f"{previous[:start]}{complement}{previous[end:]}"


def _with_head(fragment: str, previous: str) -> str | None:
    """Replace what is said of the same English noun without an article: "sick leave" after "request vacation leave"."""
    words = Phrases(fragment, Phrases(previous).is_english)
    is_noun = 2 <= len(words.tokens) <= _QUALIFIED and all(token.is_content for token in words.tokens)
    if not words.is_english or words.cores or not is_noun:
        return None
    tokens = Phrases(previous).tokens
    at = next((at for at, token in enumerate(tokens) if token.folded == words.tokens[-1].folded), None)
    if not at:
        return None
    is_qualified = tokens[at - 1].is_content and not (at > 1 and tokens[at - 2].folded in _BEFORE_VERB)
    start = tokens[at - 1 if is_qualified else at].start
    return f"{previous[:start]}{fragment}{previous[tokens[at].end :]}"


def _with_identifier(fragment: str, previous: str) -> str | None:
    """Replace the last name of code, a setting or an option, by another: `max_size`."""
    new, old = _IDENTIFIER.search(fragment), [*_IDENTIFIER.finditer(previous)]
    if not new or not old or any(token.is_content for token in Phrases(fragment[: new.start()]).tokens):
        return None
    return f"{previous[: old[-1].start()]}{new.group()}{previous[old[-1].end() :]}"


def _shape(number: str) -> str:
    return next((name for name, pattern in _SHAPES if pattern.fullmatch(number)), "code")


def _with_number(fragment: str, number: str, has_preposition: bool, previous: str) -> str | None:
    """Replace the number of the same shape: a year, a version, a code, or another number."""
    same_shape = [match for match in _NUMBERS.finditer(previous) if _shape(match.group()) == _shape(number)]
    if same_shape:
        return f"{previous[: same_shape[-1].start()]}{number}{previous[same_shape[-1].end() :]}"
    if (day := _DAY.fullmatch(number)) and DATE.search(previous):
        return _with_number(fragment, day["number"], has_preposition, previous)
    return _append(fragment, previous) if has_preposition else None


def _with_date(fragment: str, previous: str) -> str | None:
    old = next((match for match in DATE.finditer(previous) if match.start()), None)
    if old is None:
        return _append(fragment, previous)
    head = previous[: old.start()]
    fragment_article = _DATE_ARTICLE.search(fragment[: DATE.search(fragment).start()])  # type: ignore[union-attr]
    article = _DATE_ARTICLE.search(head)
    if fragment_article and fragment_article.group() and article:
        if article.group().lower() in ("du ", "au ") and fragment.lower().startswith("le "):
            fragment = article.group() + fragment[3:]
        head = head[: article.start()]
    return f"{head}{fragment}{previous[old.end() :]}"


def _append(fragment: str, previous: str) -> str:
    """Return the question before with a phrase with a preposition at its end."""
    body = _MARK.sub("", previous)
    mark = previous[len(body) :]
    first = fragment.split()[0].lower()
    return f"{body.removesuffix(f' {first}')} {fragment}{mark}"  # "What is it for?", "And for children?"


class _Fragment(NamedTuple):
    """A fragment with its first phrase; ``preposition`` is the word that it begins with, where that is one."""

    words: Phrases
    phrase: NounPhrase | None
    preposition: str

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def is_bare(self) -> bool:
        """Return whether it has neither a phrase with an article nor a preposition: "children", «réduit»."""
        return self.phrase is None and not self.preposition


def _parse_fragment(text: str, previous: Phrases) -> _Fragment:
    """Read a fragment in the language of the question before; "one" stands for the last noun there."""
    if (pronoun := PROFORM.search(text)) and previous.cores:
        noun, bare = previous.cores[-1], previous.bare_object(PREPOSITIONS)
        is_bare = bare is not None and bare[1].start >= noun.core
        last = previous.text[slice(*bare[1])].split()[-1] if bare and is_bare else noun.head.text
        text = f"{text[: pronoun.start()]}{last}{text[pronoun.end() :]}"
    words = Phrases(text, previous.is_english)
    phrase = words.cores[0] if words.cores else None
    if not words.tokens or not _has_preposition(words):
        return _Fragment(words, phrase, "")
    return _Fragment(words, phrase, (phrase and phrase.preposition) or words.tokens[0].folded)


def _with_phrase(text: str, previous: str) -> str | None:
    """Replace the phrase that is the counterpart of a fragment, or add a fragment with a preposition; None for neither.

    In order: a bare noun replaces no subject after "who is"; «de filles» replaces what is counted; a noun, one without
    an article; a French word without one, a modifier.
    """
    phrases = Phrases(previous)
    fragment = _parse_fragment(text, phrases)
    old = _counterpart(fragment.phrase, fragment.preposition, phrases)
    is_human = fragment.phrase is not None and fragment.phrase.is_human
    if is_human and not fragment.preposition and (opening := _WHO_MAY.match(previous)):
        return _as_subject(fragment.text, opening, previous)
    # "Who is eligible?" names no subject to replace.
    if fragment.is_bare and _WHO_IS.match(previous):
        return None
    counted = next((phrase for phrase in phrases.cores if phrase.question_word), None)
    if fragment.preposition in _FOR and fragment.phrase:
        if replaced := replace_condition_subject(fragment.phrase, phrases):
            return replaced
        if _is_of_attribute(fragment.phrase, phrases):  # «Et pour la patinoire ?» after «les horaires de la piscine»
            return _with_phrase(fragment.phrase.text, previous)
    if fragment.phrase is None and counted and re.match(r"d(?:e\s|['’])", fragment.text):  # «Et de filles ?»
        return _count(fragment.words, counted, previous)
    if span := _bare_noun_span(fragment.words, old, phrases):
        return f"{previous[: span.start]}{fragment.text}{previous[span.end :]}"
    if fragment.is_bare and not phrases.is_english:
        return _with_modifier(fragment.text, phrases)
    if old is None:
        return _append(fragment.text, previous) if fragment.preposition else None
    return _in_place_of(old, fragment, phrases)


def _as_subject(subject: str, opening: re.Match[str], previous: str) -> str:
    """Ask of somebody what a question asks of all: «Un mineur peut adhérer ?» after «Qui peut adhérer ?»."""
    predicate = previous[opening.end() :]
    if opening["modal"]:
        return f"{capitalize(opening['modal'])} {subject}{predicate}"
    return f"{capitalize(subject)} {opening['verb']}{predicate}"


def _is_of_attribute(new: NounPhrase, previous: Phrases) -> bool:
    """Return whether a question asks for an attribute of one definite thing, and a fragment is another such thing."""
    nouns = [phrase for phrase in (*previous.cores, new) if not phrase.question_word and not phrase.is_attribute]
    attributes = [phrase for phrase in previous.cores if phrase.is_attribute]
    are_alike = all(
        _kind(phrase) == "thing"
        and phrase.article in ("le", "la", "l'", "du", "au", "the")
        and phrase.head.folded not in GROUPS
        for phrase in nouns
    )
    is_of = len(nouns) == 2 and nouns[0].preposition in _OF and bool(attributes)  # the new one and the old
    return is_of and are_alike and _COPULA.match(previous.text) is not None


def _in_place_of(old: NounPhrase, fragment: _Fragment, previous: Phrases) -> str:
    """Return the question before with the fragment in place of its counterpart.

    An attribute is asked of its counterpart. The complement of the counterpart stays where both are of one kind and the
    fragment has none.
    """
    new = fragment.phrase
    if new and not fragment.preposition and _kind(new) == "attribute" and _kind(old) != "attribute":
        return _attribute(fragment.text, old, previous)
    if old.question_word:
        return _count(fragment.words, old, previous.text)
    same_kind = new is not None and _kind(new) == _kind(old) != "thing"
    keeps = same_kind and old.has_complement and not fragment.words.all[0].has_complement
    end = old.core if keeps else old.end
    if new and not fragment.preposition and (completed := _complete(new, old, previous)):
        old, end = completed, previous.end_of_words(end)
    return _splice(fragment.text, new, bool(fragment.preposition), old, end, previous.text)


def _has_preposition(words: Phrases) -> bool:
    """Return whether a fragment begins with a preposition; the English "a" is none."""
    first = words.tokens[0]
    if first.folded in ("au", "aux", "du"):
        return True
    return first.folded in PREPOSITIONS and not (words.is_english and first.text.lower() == "a")


def _bare_noun_span(words: Phrases, old: NounPhrase | None, previous: Phrases) -> Span | None:
    """Return the span that a fragment replaces, if that is a noun without an article: "per night", "are roses red".

    ``old`` is the phrase with an article that it would replace else.
    """
    if _has_preposition(words):
        first = _undo_elision(words.tokens[0].folded)
        if old and _alike(old.preposition, first):
            return None
        noun = previous.bare_object([word for word in PREPOSITIONS if _alike(_undo_elision(word), first)])
        return Span(noun[0], noun[1].end) if noun else None
    lacks_place = (
        old is None or (old.preposition and not old.question_word) or (old.is_attribute and not old.has_complement)
    )
    if lacks_place and (subject := previous.bare_subject()):
        return subject
    if words.cores or (old and old.question_word) or not (noun := previous.bare_object(PREPOSITIONS)):
        return None
    return noun[1] if previous.text[: noun[1].end].endswith("s") == words.text.endswith("s") else None


def _undo_elision(preposition: str) -> str:
    """Return a preposition without elision."""
    return "de" if preposition == "d'" else preposition


def _with_modifier(fragment: str, previous: Phrases) -> str | None:
    """Replace the last word of a phrase: «et réduit ?» after «le tarif plein»; a French noun would have an article."""
    if counted := next((phrase for phrase in previous.cores if phrase.question_word and not phrase.is_attribute), None):
        return _count(Phrases(fragment, is_english=False), counted, previous.text)
    modifiers = [
        token
        for phrase in previous.cores
        for token in previous.tokens
        if not phrase.question_word and token.start >= phrase.head.end and token.end == phrase.core
    ]
    if not modifiers or any(character.isspace() for character in fragment):
        return None
    return f"{previous.text[: modifiers[-1].start]}{fragment}{previous.text[modifiers[-1].end :]}"


def _complete(new: NounPhrase, old: NounPhrase, previous: Phrases) -> NounPhrase | None:
    """Return the phrase that a name completes («la loi *pour la Seine*»), if the new one has a noun of its own."""
    if not (new.article and old.is_name and new.head.text.islower() and old.head.is_capital):
        return None
    return next(
        (
            phrase
            for phrase in previous.cores
            if phrase.core + 1 == old.preposition_start and phrase.article and not phrase.question_word
        ),
        None,
    )


def _counterpart(new: NounPhrase | None, preposition: str, previous: Phrases) -> NounPhrase | None:
    """Return the phrase that a fragment replaces: of the same noun, else of the same kind, or None.

    A fragment that begins with ``preposition`` replaces a phrase that has one, if possible the same.
    """
    cores = [
        phrase
        for phrase in previous.cores
        if not phrase.is_number and (not preposition or _yields(phrase, new, preposition))
    ]
    interrogative = [phrase for phrase in cores if phrase.question_word and not phrase.is_mass]
    ends = [phrase.core + 1 for phrase in interrogative]
    cores = [phrase for phrase in cores if phrase.article or phrase.preposition or phrase.start not in ends]
    if new is None:  # a bare noun: "children"
        counted = [phrase for phrase in interrogative if not phrase.is_attribute]
        return next(iter((*counted, *(phrase for phrase in cores if not phrase.question_word))), None)
    noun = [phrase for phrase in cores if is_same_noun(phrase.head.text, new.head.text)]
    same_preposition = [phrase for phrase in cores if preposition and _alike(phrase.preposition, new.preposition)]
    kind = [phrase for phrase in cores if _kind(phrase) == _kind(new) and not phrase.question_word]
    is_of = [phrase for phrase in cores if _COPULA.match(previous.text) and phrase.preposition in _OF]
    kind.sort(key=lambda phrase: bool(is_of) and phrase not in is_of)
    counted = [
        phrase
        for phrase in interrogative
        if new.is_plural and _kind(new) != "name" and phrase.head.folded not in _MEASURED
    ]
    remaining = [
        phrase
        for phrase in previous.all
        if not phrase.question_word and not phrase.is_number and (not preposition or _yields(phrase, new, preposition))
    ]
    same_kind = [phrase for phrase in same_preposition if phrase in kind]
    indefinite = [phrase for phrase in cores if _is_indefinite(phrase) and _is_indefinite(new)]
    fallback = interrogative if new.article and not preposition and _kind(new) == "thing" else []
    return next(
        iter((*noun, *same_kind, *same_preposition, *indefinite, *counted, *kind, *is_of, *fallback, *remaining)), None
    )


def _is_indefinite(phrase: NounPhrase) -> bool:
    return phrase.article in ("un", "une", "a", "an") and not phrase.question_word


def _yields(phrase: NounPhrase, new: NounPhrase | None, preposition: str) -> bool:
    """Return whether a phrase with a preposition may give way to one with another: no complement does, but a name."""
    phrase_preposition, other = "de" if phrase.preposition == "d" else phrase.preposition, _undo_elision(preposition)
    if phrase_preposition in _OF and not _alike(phrase_preposition, other):
        return new is not None and _kind(new) == _kind(phrase) == "name"
    return bool(phrase_preposition) and (phrase_preposition in _FOR) == (other in _FOR)


def _alike(preposition: str, other: str) -> bool:
    return preposition == other or {preposition, other} <= {"a", "en", "dans"} or {preposition, other} <= {"in", "at"}


def _kind(phrase: NounPhrase) -> str:
    """Return "name", "attribute" («le prix»), "person" («le maire») or "thing"."""
    if phrase.is_name or phrase.has_number:
        return "name"
    return "attribute" if phrase.is_attribute else "person" if phrase.is_human else "thing"


def _attribute(fragment: str, old: NounPhrase, previous: Phrases) -> str:
    """Ask for an attribute of what the question before is about: «Quel est le prix du billet ?»."""
    if previous.is_english:
        return f"What is {fragment} of {old.text}?"
    article = fold(fragment).split()[0]
    asks = {"la": "Quelle est", "les": "Quels sont"}.get(article, "Quel est")
    return f"{asks} {fragment} {join_preposition('de', old.text)} ?"


def _count(words: Phrases, old: NounPhrase, previous: str) -> str:
    """Replace the noun that is counted: «combien de filles»."""
    noun = words.cores[0].head.start if words.cores else 0
    return f"{previous[: old.head.start]}{re.sub(r'^d(?:e |[’ʼ])', '', words.text[noun:])}{previous[old.core :]}"


def _splice(
    fragment: str, new: NounPhrase | None, has_preposition: bool, old: NounPhrase, end: int, previous: str
) -> str:
    start = old.preposition_start if has_preposition else old.start
    if not has_preposition and new is not None:
        fragment = new.text + fragment[new.core :] if new.preposition else fragment
        if old.article in ("du", "des", "au", "aux") and old.preposition:
            fragment = join_preposition("de" if old.preposition == "de" else "à", fragment)
        elif re.search(r"\bd['’]$", previous[:start]):
            start, fragment = old.preposition_start, join_preposition("de", fragment)
        elif old.preposition in ("de", "a") and re.search(r"\b(?:de|à)\s+$", previous[:start]):
            preposition = "de" if old.preposition == "de" else "à"
            start, fragment = old.preposition_start, join_preposition(preposition, fragment)
    head = _with_gender(previous[:start], new) if new else previous[:start]
    return f"{head}{fragment if head.strip() else capitalize(fragment)}{previous[end:]}"


def _with_gender(head: str, new: NounPhrase) -> str:
    """Return «Quelle est » for «Quel est » before a feminine noun, and the reverse."""
    match = _QUEL.search(head)
    if not match or not new.gender or new.is_plural != bool(match["plural"]):
        return head
    return f"{head[: match.start()]}{match['asks']}{'le' if new.gender == 'f' else ''}{match['plural']}{match['be']}"
