"""Query rewriting: complete a follow-up from the turn before, as a sentence that a person would write.

«Qui l'a repeint ?» becomes «Qui a repeint le moulin ?» (``references``), «Et le quai 14 ?» replaces its counterpart
(``counterpart``), and «Depuis quand ?» is added to the question before. A question that names its own subject is left
exactly as it was asked.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.language import STOPWORDS, fold
from rag.answer import Answer, Turn
from rag.query.compound import split_questions
from rag.query.corrections import parse_correction
from rag.query.counterpart import replace_counterpart, replace_verb
from rag.query.filters import NO_FILTERS, parse_filters
from rag.query.noun_phrases import PREPOSITIONS, NounPhrase, Phrases
from rag.query.phrasing import capitalize, join_preposition
from rag.query.question import content_words, parse_question
from rag.query.references.antecedents import find_antecedent
from rag.query.references.find_references import find_reference
from rag.query.references.reference import Reference, token_of
from rag.query.references.replace_references import replace_reference
from rag.query.word_classes import replace_member
from rag.text.dates import Day, find_days, parse_period, to_day
from rag.text.patterns import DATE, NAME, either

# What is said before a question: «D'accord, et depuis quand ?», "Thanks. How do I apply?".
_OPENING = re.compile(
    r"^(?:(?:ok(?:ay)?|d['’]accord|merci(?: beaucoup)?|thanks?(?: you)?|super|parfait|très bien|ah(?: bon)?|oh|great"
    r"|perfect|right|i see|cool|hm+|got it|compris)[\s,.!;:]+)+(?=\w)",
    re.IGNORECASE,
)
_AND = re.compile(
    r"^(?:(?:et|and|ou|or|mais|but|alors|so|même(?! (?:chose|question)\b)|even|only|seulement),?\s+)?"
    r"(?:(?:sinon|also|then|finalement|au final|du coup|en fait|donc|actually|finally|in the end),?\s+)?"
    r"(?:(?:what|how) about|what(?= (?:if|when)\b)|(?:et )?qu['’]en est-il (?=d)"
    r"|(?:(?:the )?same (?:question |thing )?for"
    r"|(?:(?:la )?même (?:question|chose)|pareil|idem) pour)(?=\s)"
    r"|(?<=[^\w\s])|(?<=\s))\s*(?=\S)",
    re.IGNORECASE,
)
# A noun before its question: «Le secrétaire, c'était qui ?», "the senior card, how much is that?".
_DISLOCATED = re.compile(
    r"^(?P<noun>[^,]+), (?:(?:c['’](?:est|était)|ça (?:fait|donne|coûte)|ce ser(?:a|ait)"
    r"|(?:il|elle|ils|elles) (?:est|sont|était|étaient|coûten?t?))"
    r" (?:qui|quoi|quand|où|comment|combien|pourquoi|l[ae](?:s)?quel(?:le)?s?|quel(?:le)?s? \w+)\b[^,]{0,20}"
    r"|(?:who|what|when|where|how (?:much|many|long|old|far)) (?:is|are|was|were) (?:that|it|this|he|she|they))\s*\?*$",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?:qui|quel(?:le)?s?|who|what) (?:est|sont|était|étaient|is|are|was|were)"
    r"(?= (?:l['’]|le |la |les |the |an? |une? ))",
    re.IGNORECASE,
)
_WORD_AND = re.compile(r"^(?:et|and|mais|but)\s+", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"après|ensuite|puis|sinon|alors|autrement|then|afterwards?|after that|next|otherwise", re.IGNORECASE
)
_COMPARED = re.compile(r"\b(?:que|qu['’]|than|as)\s?(?:l['’]\s?|la |le |les |the |an? |une? )?(?:\w+ )?$")
_TOPIC = re.compile(r"(?:pour|concernant|quant aux?|côté|for|as for|regarding) [^,]+, (?=\w+ \w)", re.IGNORECASE)
_NEXT = re.compile(r"\b(?:suivant|suivante|d['’]apres|prochain|prochaine|next|following)\b")
_PREVIOUS = re.compile(r"\b(?:precedent|precedente|d['’]avant|dernier|derniere|previous|preceding|before)\b")
_LAST = re.compile(r"\b(?:derni(?:er|ère)s?|last)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:articles?|section|chapitre|chapter|étape|step|page|paragraphe?|annexe|appendix|règle|rule|titre|title|partie"
    r"|part|niveau|level|diapositive|slide|clause|point|phase) (?P<number>\d{1,4})\b(?![-.]\d)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:qui|quoi|quand|où|comment|pourquoi|combien|quel(?:le)?s?|(?:le|la|les)quel(?:le)?s?|est-ce"
    r"|who|what|when|where|why|how|which|whose|whom)\b|\bqu['’e]|\w+-(?:t-)?(?:il|elle|on)s?\b",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(
    either(
        r"""is are was were do does did can could will would should has have had must may est sont ont peut doit faut
        tell
        describe explain give list show compare say donne donnez explique dis cite liste résume ils? elles? it they
        he she c['’]est je puis-je est-ce
        on(?!\s+(?:(?:the|an?|my|your|our|his|her|its|their|this|that|these|those)\b|(?-i:[A-Z\d])|\w+\s*[?.]|\w+$))"""
    )
    + r"(?!\w)",
    re.IGNORECASE,
)
_ARTICLE_OF = {"combien": "les ", "quel": "le ", "quelle": "la ", "quels": "les ", "quelles": "les "}
_CONDITION = re.compile(r"(?:si|s['’]ils?|if|en cas|in case)\b[^,]*$", re.IGNORECASE)
_TOO = re.compile(r",?\s(?:aussi|également|too|as well)(\s*\?)\s*$", re.IGNORECASE)
_WHICH_ONE = re.compile(  # a pronoun: "Which one is red?"
    r"(?:which(?: ones?)?|lequel|laquelle|lesquels|lesquelles)"
    r" (?:is|are|was|were|has|have|had|can|do|does|did|should|would|will|must|may|est|sont|a|ont|peut|peuvent|doit|dois"
    r"|faut|choisir|prendre|utiliser)\b",
    re.IGNORECASE,
)
_TERM = re.compile(  # a term without an article: "what is gravity"
    r"(?:what(?: is| are|['’]s)|c['’]est quoi|qu['’]est[- ]ce que?) ?(?P<term>[^\W\d_][\w-]+(?: [\w-]+)?)\s*\?*$",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(r"(?P<verb>[^\W\d_]+)-(?P<pronoun>les?|la)\b", re.IGNORECASE)  # «Résume-le»
_OFFICE = re.compile(r"^(qui (?:est|était)) (?=[^\W\d_]{4,} (?:de |du |des |d['’]))", re.IGNORECASE)
_END = re.compile(r"\s*[?.!…]*\s*$")
_IMPERSONAL = re.compile(
    r"\b(?:il faut|faut[- ]il|on (?:peut|doit|fait|met|compte)|(?:peut|doit|fait|met)-on|ça|cela"
    r"|(?:does|did|will|can|should) (?:it|one|you|i|we)|(?:do|can|must) (?:you|i|we))\b",
    re.IGNORECASE,
)
# Words of questions without a subject that say nothing of a topic.
_FOREIGN_ARTICLE = {  # of a topic named in a sentence that is in English, or not
    True: re.compile(r"^(?:(?:le|la|les|une?|des|du) |l['’])", re.IGNORECASE),
    False: re.compile(r"^(?:the|an?) ", re.IGNORECASE),
}
_GENERIC = frozenset(
    """faut temps compter prend prendre faire fait besoin peut doit long take need necessary needed minimum maximum
    anyone anybody someone somebody everyone everybody quelqu personne""".split()
)
_SUBJECT = 80  # characters of a quote that are read for what it is about
_LOST = 3  # most words of the question before that a noun may replace
_NOUNS = 2  # most words of a question that is a noun alone
_ELLIPTIC = 5  # most words of a question without a subject
# Measures that say nothing of a topic either: «Combien de jours par semaine ?»
_PER = re.compile(
    r"\b(?:par|per|chaque|each|an?|au|en|in|at) (?:ans?|année|mois|semaine|jour|heure|personne|foyer|maximum|minimum"
    r"|moyenne|tout|total|year|month|week|day|hour|person|head|most|least|average)\b|\bà la \w+ de qui\b",
    re.IGNORECASE,
)
# More of the same: «Donne un exemple», "Tell me more".
_ELABORATION = re.compile(
    r"(?:(?:donne|donnez|cite|citez|give|show)(?:[- ](?:moi|nous|me|us|en))? )?(?:une? |des |d['’]|an? |some |any )?"
    r"(?:autres? |other )?(?:exemples?|examples?)|par exemple|for example"
    r"|(?:tell me |dis[- ]m['’]en |(?:donne|give)[- ](?:moi|me) )?(?:more|plus|plus de détails|more details)"
    r"|en savoir plus|explique|détaille|précise|explain|elaborate",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"qu['’]est[- ]ce qu[ei](?= )", re.IGNORECASE)
_EXISTS = re.compile(
    r"(?:(?:est-ce qu['’]\s?)?(?:il )?y (?:a|avait|aura)(?:-t-il)? une?|(?:is|was) there an?) (?P<noun>[^,;:]+)",
    re.IGNORECASE,
)


_COUNTED_ANEW = re.compile(
    r"(?:combien d(?:e\s|['’])\s?(?P<noun>[\w’'-]+(?: \w+)?) (?:y a-t-il|il y a)"
    r"|how many (?P<counted>\w+(?: \w+)?) (?:are|were) there)\s*\?*\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RewrittenQuestion:
    """A question that stands alone.

    ``text`` is what is asked, ``context`` what else comes from the turn before, and ``sentence`` both as a person would
    write them. The reader is asked ``read_as``, or ``text`` where that is empty: of two questions in one sentence it
    would answer the first, which was answered. ``documents`` are those that the conversation has cited last, in order.
    """

    text: str
    context: str = ""
    documents: tuple[str, ...] = ()
    sentence: str = ""
    read_as: str = ""

    def __str__(self) -> str:
        return self.sentence or self.text


def rewrite(question: str, history: Sequence[Turn], days: Callable[[], Sequence[Day]]) -> RewrittenQuestion:
    """Return the question, completed from the last turn of ``history`` (oldest first) if it is a follow-up.

    ``days`` returns the days that the documents speak from, in order, for «l'appel suivant».
    """
    if not history:
        return RewrittenQuestion(question)
    opening = _OPENING.match(question)
    understood = _complete(
        question[opening.end() :] if opening else question, _resolve(history[-1]), history[-1].answer, days
    )
    return replace(understood, documents=_cited(history))


def _complete(question: str, previous: str, answer: Answer, days: Callable[[], Sequence[Day]]) -> RewrittenQuestion:
    """Return the question, completed from the one before by the first of these that applies; else as it is.

    After "and", a word of a class or a verb is replaced. What is there is counted anew; the next or previous day or
    number is asked for; a fragment replaces its counterpart, or is added after "and"; «Résume-le» gets its object; a
    reference is replaced; and a question without a subject is added to the one before.
    """
    if (meant := parse_correction(question)) and (corrected := _corrected(meant, previous, answer, days)):
        return corrected
    match = _AND.match(question)
    if match and match.end() and not re.search(r"\w", question[match.end() :]):  # «Et sinon ?»
        return _add(question, previous, in_sentence=_WORD_AND.sub("", question))
    after_and = _TOO.sub(r"\1", question[match.end() :]) if match and match.end() else _with_too(question)
    if after_and and (understood := _after_and(after_and, previous)):
        return understood
    if counted := _count_anew(capitalize(after_and) if after_and else question, previous):
        return RewrittenQuestion(counted)
    if step := _step(fold(question)):
        moved = _move(step, previous, answer, days()) or _renumber(question, step, previous)
        if moved:
            return RewrittenQuestion(moved)
    if after_and and (_CONDITION.match(after_and) or not _is_complete(after_and)):
        replaced = replace_counterpart(after_and, previous)
        return RewrittenQuestion(replaced) if replaced else _add(after_and, previous, in_sentence=after_and)
    is_fragment = not after_and and _is_fragment(question)
    if is_fragment and (replaced := replace_counterpart(_uncapitalize(question), previous)):
        return RewrittenQuestion(replaced)
    short_question = capitalize(after_and) if after_and else question
    return (
        _with_object(short_question, previous)
        or _referring(short_question, previous, answer)
        or (
            _add(short_question, previous)
            if _is_elliptic(short_question) or _WHICH_ONE.match(short_question) or _TOPIC.match(after_and)
            else RewrittenQuestion(question)
        )
    )


def _after_and(fragment: str, previous: str) -> RewrittenQuestion | None:
    """Return the question before with the word, verb or noun of a fragment that follows "and"; None for any other."""
    if replaced := replace_member(fragment, previous) or replace_verb(fragment, previous):
        return RewrittenQuestion(replaced)
    if noun := _dislocated(fragment):
        replaced = replace_counterpart(noun, previous)
        lost = {*content_words(previous)} - {*content_words(replaced or "")}
        return RewrittenQuestion(replaced) if replaced and len(lost) <= _LOST else _add(fragment, previous)
    if _AFTERWARDS.fullmatch(_END.sub("", fragment)):
        return _add(fragment, previous, in_sentence=fragment)
    return _referring_phrase(fragment, previous)


def _with_object(question: str, previous: str) -> RewrittenQuestion | None:
    """Return an imperative with the object that its pronoun stands for: «Résume le rapport» for «Résume-le»."""
    imperative = _IMPERATIVE.match(question)
    antecedent = _antecedent_of(imperative["pronoun"], previous) if imperative else None
    if not imperative or not antecedent:
        return None
    ending = question[imperative.end() :]
    return RewrittenQuestion(f"{imperative['verb']} {antecedent}{ending}", _END.sub("", previous))


def _corrected(
    meant: str, previous: str, answer: Answer, days: Callable[[], Sequence[Day]]
) -> RewrittenQuestion | None:
    """Return the question before with what was meant instead; None where that has no counterpart in it."""
    if _ASKS.search(meant) or _VERB_FIRST.match(meant):
        return _complete(capitalize(meant), previous, answer, days)
    replaced = replace_member(meant, previous) or replace_counterpart(meant, previous)
    return RewrittenQuestion(replaced) if replaced else None


def _with_too(question: str) -> str:
    """Return the noun phrase of which a question asks whether it is so, too: «La patinoire aussi ?»; else ""."""
    phrase = _TOO.sub(r"\1", question)
    is_alone = phrase != question and not _is_complete(phrase) and len(Phrases(phrase).all) == 1
    return _uncapitalize(phrase) if is_alone else ""


def _referring_phrase(fragment: str, previous: str) -> RewrittenQuestion | None:
    """Return the question before with a noun phrase that refers to it: «Et son adjoint ?», "And for it?"."""
    words, phrases = Phrases(fragment), Phrases(previous)
    reference = find_reference(words)
    if reference is None or words.is_english != phrases.is_english or _is_asking(fragment):
        return None
    antecedent = find_antecedent(reference, phrases)
    if antecedent is None or antecedent.question_word:
        return None
    if reference.role == "possessive" and len(words.all) == 1 and (opening := _COPULA.match(previous)):
        phrase = replace_reference(words, reference, _lower(antecedent))
        return RewrittenQuestion(f"{opening.group()} {_uncapitalize(phrase)}")
    preposition = words.tokens[0].folded
    if (reference.role, reference.at) != ("whole", 1) or preposition not in PREPOSITIONS:
        return None
    if not antecedent.preposition:  # «Et avant lui ?»
        return _add(fragment, previous, in_sentence=fragment)
    start, ending = antecedent.preposition_start, previous[antecedent.start :]
    return RewrittenQuestion(f"{previous[:start]}{words.tokens[0].text} {ending}")


def _is_asking(text: str) -> bool:
    return bool(_ASKS.search(text) or _VERB_FIRST.match(text))


def _dislocated(question: str) -> str | None:
    """Return the noun that a question begins with and takes up: «Le secrétaire, c'était qui ?»."""
    match = _DISLOCATED.match(question)
    return match["noun"] if match and not find_reference(Phrases(match["noun"])) else None


def _count_anew(question: str, previous: str) -> str | None:
    """Complete a question that counts, «Combien de classes y a-t-il ?», with the place that the one before names."""
    match, phrases = _COUNTED_ANEW.match(question), Phrases(previous)
    if not match or phrases.is_english != bool(match["counted"]):
        return None
    container = find_antecedent(Reference("whole", 0, False), phrases)
    if container is None or container.is_human or container.question_word:
        return None
    return f"{_END.sub('', question)} {'in' if phrases.is_english else 'dans'} {_lower(container)}{_mark(question)}"


def _mark(question: str) -> str:
    return " ?" if question.rstrip().endswith(" ?") else "?"


def _resolve(turn: Turn) -> str:
    """Return the question of a turn as it was understood, without filters and without an added short question."""
    previous, _ = parse_filters(turn.answer.question_understood, NO_FILTERS)
    question, _ = parse_filters(turn.question, NO_FILTERS)
    short = re.sub(r"^(?:et|and)\s+", "", _END.sub("", question), flags=re.IGNORECASE)
    added = re.search(rf"(?:, et|, and) {re.escape(short)}\s*\?$", previous, re.IGNORECASE)
    if added:
        return f"{previous[: added.start()]}{' ?' if ', et' in added.group() else '?'}"
    return split_questions(previous)[-1]


def _cited(history: Sequence[Turn]) -> tuple[str, ...]:
    """Return the documents that the last turn with citations cites, in their order."""
    last = next((turn.answer.citations for turn in reversed(history) if turn.answer.citations), ())
    return tuple(dict.fromkeys(citation.source for citation in last))


def _step(folded: str) -> int:
    """Return 1 if the question asks for the next of something, -1 for the previous one, 0 otherwise."""
    following, preceding = _NEXT.search(folded), _PREVIOUS.search(folded)
    if len(_content(folded)) > 4 or (preceding and _COMPARED.search(folded[: preceding.start()])):
        return 0
    return bool(following) - bool(preceding)


def _move(step: int, previous: str, answer: Answer, days: Sequence[Day]) -> str | None:
    """Return the previous question, moved to the next or the previous day that documents speak from."""
    question_days = parse_period(previous).days
    dated = (to_day(citation.date) for citation in answer.citations if citation.date)
    current_day = question_days[0][0] if question_days else next(dated, None)
    at = next((n for n, day in enumerate(days) if current_day and day.agrees(current_day)), None)
    if at is None or not 0 <= at + step < len(days):
        return None
    target_day = str(replace(days[at + step], year=None))
    date = next((match for match in DATE.finditer(previous) if find_days(match.group())), None)
    if date:
        return f"{previous[: date.start()]}{target_day}{previous[date.end() :]}"
    return f"{_END.sub('', previous)} le {target_day} ?"


def _renumber(question: str, step: int, previous: str) -> str | None:
    """Return the previous question about the next or the previous of what is numbered: «l'article 13»."""
    match = _NUMBERED.search(previous)
    if not match or _LAST.search(question) or int(match["number"]) + step < 1:
        return None
    return f"{previous[: match.start('number')]}{int(match['number']) + step}{previous[match.end() :]}"


def _is_complete(text: str) -> bool:
    """Return whether what follows "and" is a question of its own."""
    clause = Phrases(text.partition(",")[2])
    has_clause = bool(clause.cores) and sum(token.is_content for token in clause.tokens) > 1
    return has_clause or bool(_ASKS.search(text) or _VERB_FIRST.match(text) or find_reference(Phrases(text)))


def _is_fragment(question: str) -> bool:
    """Return whether a question is a phrase alone, with a preposition or a number: "In Leeds?", «Le quai 14 ?»."""
    words = Phrases(question)
    if not question.rstrip().endswith("?") or _is_complete(question) or not words.cores:
        return False
    first = words.all[0]
    start = first.preposition_start
    alone = all(token.start < first.end or not token.is_word for token in words.tokens if token.start >= start)
    is_indefinite = first.article in ("un", "une", "a", "an")
    return alone and len(words.all) == 1 and start == 0 and bool(first.preposition or first.has_number or is_indefinite)


def _is_elliptic(question: str) -> bool:
    """Return whether a question has no subject: «Pour quel montant ?», "Why not?", «Combien de temps faut-il ?»."""
    if _ELABORATION.fullmatch(_END.sub("", question)) or _is_noun(question):
        return True
    if match := _EXISTS.match(question):
        return not Phrases(match["noun"]).all
    question = _WHAT_IS.sub("que", _PER.sub("", question))
    words = Phrases(question)
    if any(not phrase.question_word for phrase in words.all):
        return False
    content = [word for word in content_words(question) if word not in _GENERIC]
    is_short = sum(token.is_word for token in words.tokens) <= _ELLIPTIC
    return (len(content) <= 1 and is_short) or (not content and _IMPERSONAL.search(question) is not None)


def _is_noun(question: str) -> bool:
    """Return whether a question is a noun or two alone: "Opening hours?", «Délai ?»."""
    words = [token for token in Phrases(_uncapitalize(question)).tokens if token.is_word]
    is_plain = all(token.is_content and token.text.islower() for token in words)
    return question.rstrip().endswith("?") and is_plain and len(words) <= _NOUNS and not _ASKS.search(question)


def _add(question: str, previous: str, in_sentence: str = "") -> RewrittenQuestion:
    """Add a short question to the one before: «Qui a repeint le moulin, et depuis quand ?».

    ``in_sentence`` is the question as it stood in a sentence, where it did.
    """
    base, short = _END.sub("", previous), _END.sub("", in_sentence or _uncapitalize(question))
    english = Phrases(previous).is_english
    return RewrittenQuestion(
        question, base, sentence=f"{base}, {_joining(short, english)}{short}{'?' if english else ' ?'}"
    )


def _joining(short: str, english: bool) -> str:
    """Return the word that joins a short question to the one before; «dont» needs none."""
    return "" if short.lower().startswith(("dont ", "of which ", "of whom ")) else "and " if english else "et "


def _referring(question: str, previous: str, answer: Answer) -> RewrittenQuestion | None:
    """Return the question with its reference replaced; None if nothing in it refers to the turn before."""
    question = _TOO.sub(r"\1", question)
    words, phrases = Phrases(question), Phrases(_OFFICE.sub(r"\1 le ", previous))
    reference = find_reference(words)
    if reference is None:
        return None
    if reference.role == "event":
        return _add(question, previous)
    if words.is_english != phrases.is_english:
        topic = find_antecedent(reference, phrases) or find_antecedent(Reference("whole", 0), phrases)
        return _about(question, _lower(topic), words.is_english) if topic else _add(question, previous)
    if (antecedent := _antecedent(reference, words, phrases, answer)) is None:
        return _add(question, previous)
    if words.tokens[reference.at].folded == "one":
        antecedent = re.sub("^the (?=[aeiou])", "an ", re.sub("^the (?![aeiou])", "a ", antecedent))
    replaced = replace_reference(words, reference, antecedent)
    if reference.role == "subject":  # «Combien en a-t-il vendu ?» has a second reference
        further = find_reference(rewritten := Phrases(replaced))
        if further and further.role != "event" and (also := _antecedent(further, rewritten, phrases, answer)):
            replaced = replace_reference(rewritten, further, also)
    name = _answering_name(phrases, answer) if reference.role in ("subject", "whole", "possessive") else None
    return RewrittenQuestion(replaced, f"{_END.sub('', previous)} {name or ''}".strip())


def _antecedent_of(pronoun: str, previous: str) -> str | None:
    """Return the phrase of the question before that «le», «la» or «les» refers to."""
    plural, gender = pronoun == "les", {"le": "m", "la": "f"}.get(pronoun, "")
    phrase = find_antecedent(Reference("object", 0, plural, gender), Phrases(previous))
    return _lower(phrase) if phrase else None


def _antecedent(reference: Reference, words: Phrases, phrases: Phrases, answer: Answer) -> str | None:
    """Return what a reference refers to: a phrase of the question before, or the person who answers it."""
    phrase = find_antecedent(reference, phrases, token_of(words, reference).text)
    if reference.human and (phrase is None or not phrase.is_human) and (name := _answering_name(phrases, answer)):
        return name
    if phrase is None and reference.role == "object" and reference.gender and answer.citations:
        phrase = find_antecedent(reference, Phrases(answer.citations[0].quote[:_SUBJECT]))
    if phrase is None and not reference.human and (term := _TERM.match(phrases.text)):
        return term["term"]
    return _lower(phrase) if phrase else None


def _lower(phrase: NounPhrase) -> str:
    """Return the phrase as it stands inside a sentence, without the word that asks for it."""
    if phrase.question_word:
        article = _ARTICLE_OF.get(phrase.question_word, "the ")
        noun = phrase.source[phrase.head.start : phrase.end]
        return f"l’{noun}" if article in ("le ", "la ") and fold(noun)[0] in "aeiouyh" else article + noun
    text = phrase.text
    if phrase.article == "des":  # of some that were named, all
        text = f"les{text[len(phrase.article) :]}" if text.lower().startswith("des") else text
    return text[:1].lower() + text[1:] if phrase.article else text


def _answering_name(phrases: Phrases, answer: Answer) -> str | None:
    """Return the name that answers a question for a person: the one of several words in bold that it does not hold."""
    bold = (answer.citations[0].focus_text if answer.citations else None) or ""
    names = [match.group() for match in NAME.finditer(bold) if " " in match.group()]
    new = [name for name in names if fold(name) not in fold(phrases.text)]
    return new[0] if len(new) == 1 and parse_question(phrases.text).kind == "who" else None


def _about(question: str, topic: str, english: bool) -> RewrittenQuestion:
    """Return the question with its topic before it: «À propos du moulin : …»."""
    clause = _uncapitalize(question)
    topic = _FOREIGN_ARTICLE[english].sub("", topic.removesuffix("'s").removesuffix("’s"))
    sentence = f"About {topic}: {clause}" if english else f"À propos {join_preposition('de', topic)} : {clause}"
    return RewrittenQuestion(question, topic, sentence=sentence, read_as=sentence)


def _uncapitalize(question: str) -> str:
    """Return a question as it stands inside a sentence: in lower case, unless it begins with a name."""
    first = Phrases(question).tokens[0]
    return question if first.is_capital and not first.text[1:].islower() else question[:1].lower() + question[1:]


def _content(folded: str) -> list[str]:
    words = re.findall(r"[^\W\d_]{2,}", folded)
    return [word for word in words if word not in STOPWORDS]
