"""Replace the references of a follow-up by what they refer to in the question before.

«Qui l'a repeint ?» becomes «Qui a repeint le moulin ?», "What is its price?" becomes "What is the mill's price?".
The antecedent is the most salient noun phrase of the question before that agrees in number and gender.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.language import fold
from rag.query.noun_phrases import PREPOSITIONS, NounPhrase, Phrases, Token, is_common_verb

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
_INVERTED = re.compile(r"(?P<verb>\w+(?:-\w+)*?)-(?:t-)?(?P<who>ils?|elles?)")
_ANY_INVERTED = re.compile(r"\w+-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je)")
_CLITICS = frozenset("n' ne l' le la les se s' lui leur y en me m' te t' nous vous".split())
_OBJECT = frozenset("le la les l'".split())
_AUXILIARY = re.compile(
    r"(?:a|ont|avait|avaient|aura|auront|aurait|auraient|as|ai|avons|avez|eut|eurent|est|sont|etait|etaient|fut|sera)"
    r"(?:-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je))?"
)
_FEMININE = re.compile(  # a participle that agrees with its object
    r"\bl['’] ?(?:a|ont|avait|avaient|aura|eut)\s(?:\w+ment\s|bien\s|déjà\s)?\w+(?:ée|ie|ue|ite|ise|te)\b"
)
_ADVERBS = frozenset(
    "pas deja jamais encore bien aussi toujours plus donc finalement ensuite alors ete tous fait".split()
)
_SUBJECTS = frozenset("qui on il elle ils elles je tu nous vous ne n' qu' que ou".split())
_ASKING = frozenset("combien qu' pourquoi quand ou quel quelle quels quelles".split())
_MODALS = frozenset(
    """peut peuvent peut-on doit doivent doit-on faut faut-il va vont pour a sans de comment vient viennent peut-il
    peut-elle doit-il doit-elle dois puis-je veut sait fait font pourrait devrait dois-je""".split()
)
_LEADING = _MODALS - {"de", "a"} | frozenset("s' m' t'".split())  # before a pronoun and an infinitive
_TAKE_PART = [[verb, "partie"] for verb in "fait font faisait faisaient faire".split()]
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|re)")
_THIRD = re.compile(r"(?:il|elle|ils|elles)")
_THIS_ONE = re.compile(r"(?:celui|celle|ceux|celles)-(?:ci|la)")
_PARTICIPLE = re.compile(r"\w+(?:e|ee|es|ees|i|ie|is|it|u|ue|us|er|ir|re)")
_CONJUNCTION = re.compile(
    r"\b(?:say|said|says|claim|claims|claimed|conclude|concluded|find|found|show|shows|showed|prove|proved|decide|decided"
    r"|state|stated|mean|think|believe|believed|know|knew|ensure|require|agree|agreed|admit|admitted|report|reported|true"
    r"|so|fact|evidence|likely|clear|confirm|confirmed|suggest|suggested|allege|alleged|deny|denied|accept|accepted"
    r"|argue|argued|recommend|recommended|learn|learned|told|warn|warned|sure|aware|possible|way|now)\s+$"
)
_SPAN = re.compile(
    r"mois|annees?|jours?|semaines?|fois|month|year|week|day|time|years|days|weeks|months|times|case|cas|sens"
)
_BEFORE_VERB = frozenset("i you we they one to can could should must may will would not do".split())
_EACH = frozenset("chacun chacune".split())
_DEGREE = frozenset("moins plus autant mieux pire pareil si trop aussi tant".split())  # «c'est moins que …»
_EVENT = frozenset("cela ca c' this that".split())
_SUBORDINATE = re.compile(r"\w+ (?:because|that|when|if|before|after|while|until|and|but|who)\b", re.IGNORECASE)
_ORDER = {"subject": 0, "whole": 0, "event": 2}  # a subject is replaced before other references
_AT = frozenset("a en dans chez sur at in to".split())  # «y» stands for a phrase with one
_PLACED = frozenset("in at near to from on by with for".split())


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that refers to something said before.

    ``role`` is "subject", "object", "dative", "y", "en", "quantity", "possessive", "same noun", "event" or
    "whole".
    ``at`` is the number of its token.
    """

    role: str
    at: int
    plural: bool | None = None  # None where the word does not tell
    gender: str = ""
    human: bool = False
    inanimate: bool = False  # "it" is no person

    def agrees(self, phrase: NounPhrase) -> bool:
        """Return whether the phrase may be what this refers to."""
        if self.plural is not None and self.plural != phrase.is_plural:
            return False
        if self.gender and phrase.gender and self.gender != phrase.gender:
            return False
        if self.inanimate and phrase.is_human:
            return False
        if self.human:
            return phrase.is_human or (phrase.is_name and not phrase.article)
        return not phrase.is_number


def find_reference(question: Phrases) -> Reference | None:
    """Return the first reference whose antecedent is not in the question itself, or None."""
    folded = fold(question.text)
    impersonal = None if _SAYS_THAT.search(folded) else _IMPERSONAL.search(folded)
    if impersonal and question.is_english:
        return None
    references = _english(question) if question.is_english else _french(question)
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
    while verb and question.tokens[verb - 1].folded in _CLITICS:
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
    return not inverts and not _ANY_INVERTED.fullmatch(following) and following not in _CLITICS and following.isalpha()


def _french(question: Phrases) -> Iterator[Reference]:
    """Yield the references of a French question, in the order of its words.

    Each word is the first of these that it can be: a subject after its verb (none where «cela» or «chacun» is the
    subject), another third person, «lui» after a preposition, an object, a dative, «y» or «en» before a verb, a
    possessive, a demonstrative before its noun, or «cela». The last word can only be one of the first three.
    """
    tokens = question.tokens
    for at, token in enumerate(tokens):
        word = token.folded
        previous, following = (tokens[at - 1].folded if at else ""), (tokens[at + 1] if at + 1 < len(tokens) else None)
        if match := _INVERTED.fullmatch(word):
            if any(other.folded in ("cela", "ca", "ceci", *_EACH) for other in tokens[:at]):
                continue
            yield _agreeing("subject", at, match["who"])
        elif _THIRD.fullmatch(word) or word == "eux" or _THIS_ONE.fullmatch(word):
            yield _agreeing(
                "whole" if previous in PREPOSITIONS or "-" in word or word == "eux" else "subject", at, word
            )
        elif word == "lui" and previous in PREPOSITIONS:
            yield Reference("whole", at, False)
        elif following is None:
            continue
        elif word in _OBJECT and _is_clitic(question, at):
            plural, gender = (word == "les" if word != "l'" else False), {"le": "m", "la": "f"}.get(word, "")
            yield Reference("object", at, plural, gender or _gender_of_participle(question.text))
        elif word in ("lui", "leur", "y", "en") and _is_clitic(question, at):
            role = "dative" if word in ("lui", "leur") else "quantity" if word == "en" and _counts(question) else word
            yield Reference(role, at, {"lui": False, "leur": True}.get(word))
        elif word in ("son", "sa", "ses") and following.is_content:
            yield Reference("possessive", at, False)
        elif word in ("leur", "leurs") and following.is_content:
            yield Reference("possessive", at, True)
        elif word in ("ce", "cet", "cette", "ces") and following.is_content and not _SPAN.fullmatch(following.folded):
            if not following.text[0].isdigit():
                yield Reference("same noun", at)
        elif word in ("cela", "ca", "c'") or (word in _EACH and following.folded not in ("de", "d'", "des", "du")):
            yield Reference("event", at)


def _counts(question: Phrases) -> bool:
    """Return whether the question asks for a number without a noun: «Combien en reste-t-il ?»."""
    return question.tokens[0].folded == "combien" and not any(
        phrase.question_word == "combien" for phrase in question.all
    )


def _agreeing(role: str, at: int, word: str) -> Reference:
    feminine = word.startswith(("elle", "celle"))
    return Reference(
        role, at, word.endswith("s") or word.startswith(("eux", "ceux", "celles")), "f" if feminine else "m"
    )


def _gender_of_participle(text: str) -> str:
    """Return "f" where a participle agrees with the feminine object before it: «Qui l'a fondée ?»."""
    return "f" if _FEMININE.search(text) else ""


def _is_clitic(question: Phrases, at: int) -> bool:
    """Return whether «le», «la», «les», «l'», «lui», «leur», «y» or «en» stands before a verb."""
    tokens = question.tokens
    word, after = tokens[at].folded, tokens[at + 1].folded
    previous = tokens[at - 1].folded if at else ""
    if _ANY_INVERTED.fullmatch(after) or (_AUXILIARY.fullmatch(after) and word != "en"):
        return not after.startswith(("peut-etre",)) and not (word in ("la", "le", "les") and after in ("est",))
    if (previous in _LEADING or (previous == "pas" and word in ("y", "en"))) and _INFINITIVE.fullmatch(after):
        return True
    if word == "en" and [token.folded for token in tokens[at + 1 : at + 3]] in _TAKE_PART:
        return True
    if word in ("y", "en") or previous in ("ne", "n'"):
        return word == "y" or previous in _SUBJECTS or previous in _ASKING
    if word in ("lui", "leur") and not tokens[at + 1].is_content:
        return True
    following = [token.folded for token in tokens[at + 1 :]]
    verbs = any(_AUXILIARY.fullmatch(other) or _ANY_INVERTED.fullmatch(other) for other in following)
    return previous in _SUBJECTS - {"ou", "que", "qu'"} and not verbs and tokens[at + 1].is_content


def _english(question: Phrases) -> Iterator[Reference]:
    """Yield the references of an English question, in the order of its words.

    Each word is the first of these that it can be: "it", "they", a person ("her" where no noun follows), a possessive
    before its noun, "there" at the end of a phrase, a demonstrative before its noun, "one" as an object, or "this" and
    "that" alone, which refer to an event.
    """
    tokens = question.tokens
    for at, token in enumerate(tokens):
        word, following = token.folded, tokens[at + 1] if at + 1 < len(tokens) else None
        previous = tokens[at - 1].folded if at else ""
        follows = following is not None and following.is_content
        if word == "it":
            yield Reference("whole", at, False, inanimate=tokens[0].folded != "who")
        elif word in ("they", "them"):
            yield Reference("whole", at, True)
        elif word in ("he", "she", "him") or (word == "her" and not follows):
            yield Reference("whole", at, False, human=True)
        elif word in ("its", "his", "her", "their") and follows:
            yield Reference("possessive", at, word == "their", human=word in ("his", "her"), inanimate=word == "its")
        elif word == "there" and (following is None or not following.is_word or following.folded in PREPOSITIONS):
            yield Reference("y", at)
        elif word in ("this", "that", "these", "those") and _demonstrates(question, at):
            yield Reference("same noun" if follows else "event", at)
        elif word == "one" and (following is None or not following.is_word) and _is_object(tokens[:at]):
            yield Reference("whole", at, False)
        elif (word in ("this", "that") and _stands_alone(question, at) and previous != "like") or (
            word in _EVENT and previous in ("is", "was", "does", "did", "are", "has") and not follows
        ):
            yield Reference("event", at)


def _is_object(preceding: Sequence[Token]) -> bool:
    """Return whether a verb with its subject, or "to", stands last: "can I create", "to get"."""
    if len(preceding) < 2 or not preceding[-1].is_content:
        return False
    return preceding[-2].folded in _BEFORE_VERB or (preceding[-2].is_content and is_common_verb(preceding[-1].folded))


def _stands_alone(question: Phrases, at: int) -> bool:
    """Return whether no noun follows "this" or "that": "raise that on Linux"."""
    tokens = question.tokens
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or not following.is_word:
        return True
    is_told = _CONJUNCTION.search(fold(question.text[: tokens[at].start]))
    return following.folded in PREPOSITIONS and _is_object(tokens[:at]) and not is_told


def _demonstrates(question: Phrases, at: int) -> bool:
    """Return whether "that" is a demonstrative before a noun, and no conjunction or relative."""
    tokens, word = question.tokens, question.tokens[at].folded
    next_token = tokens[at + 1] if at + 1 < len(tokens) else None
    if next_token is None or not next_token.is_content or _SPAN.fullmatch(next_token.folded) or next_token.is_capital:
        return False
    if word != "that":
        return True
    if _CONJUNCTION.search(fold(question.text[: tokens[at].start])) or next_token.folded.endswith("s"):
        return False
    previous = tokens[at - 1].folded if at else ""
    following = tokens[at + 2] if at + 2 < len(tokens) else None
    has_preposition = (
        not previous
        or previous in PREPOSITIONS
        or previous in ("is", "was", "were", "did", "does", "do", "has", "will", "can")
    )
    return has_preposition or following is None or not following.is_word


def find_antecedent(reference: Reference, previous: Phrases, noun: str = "") -> NounPhrase | None:
    """Return the most salient phrase of the question before that agrees, or None.

    Subjects and objects come first, then what «quel» or "which" asks for, then phrases with a preposition, then what is
    counted.
    For a "same noun", ``noun`` is the noun that the phrase must have.
    """
    if reference.role == "same noun":
        return next((phrase for phrase in previous.all if is_same_noun(phrase.head.text, noun)), None)
    if reference.role == "quantity":
        counted = next((phrase for phrase in previous.all if phrase.question_word), None)
        return counted or next((phrase for phrase in previous.all if phrase.is_plural), None)
    owners = [_owner(phrase, previous) for phrase in previous.all]
    fitting = [phrase for phrase in owners if reference.agrees(phrase)]
    fitting = fitting or [phrase for phrase in previous.cores if reference.agrees(phrase)]
    if reference.role == "y" and any(phrase.preposition in _AT for phrase in fitting):
        fitting = [phrase for phrase in fitting if phrase.preposition in _AT]
    return min(fitting, key=_salience, default=None)


def _owner(phrase: NounPhrase, previous: Phrases) -> NounPhrase:
    """Return what an attribute is of: «la passerelle» for «la longueur de la passerelle», or the phrase itself."""
    if not phrase.is_attribute or not phrase.has_complement:
        return phrase
    inner = next((core for core in previous.cores if phrase.core < core.start < phrase.end), None)
    return replace(inner, end=max(inner.end, phrase.end), preposition="") if inner else phrase


def _salience(phrase: NounPhrase) -> tuple[int, bool, int]:
    counted = phrase.question_word in ("combien", "how")
    rank = 3 if counted else 1 if phrase.question_word else 2 if phrase.preposition else 0
    return rank, not phrase.article and not phrase.is_name, phrase.start


def is_same_noun(noun: str, other: str) -> bool:
    """Return whether two nouns are the same but for their ending in the plural."""
    return fold(noun).rstrip("sx") == fold(other).rstrip("sx")


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
    match = _INVERTED.fullmatch(tokens[at].folded)
    if match is None:
        return _replace_pronoun(question, at, antecedent)
    first = at
    while first and tokens[first - 1].folded in _CLITICS:
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
    while end < len(tokens) - 1 and tokens[end].folded in _CLITICS:
        end += 1
    auxiliary = bool(_AUXILIARY.fullmatch(tokens[end].folded))
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
        replacement = antecedent if previous in _PLACED else f"in {antecedent}"
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
    if len(following) > 1 and _AUXILIARY.fullmatch(following[0].folded) and following[1].is_content:
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


def join_preposition(preposition: str, phrase: str) -> str:
    """Return «de» or «à» with a phrase, fused with its article: «du moulin», «aux écoles», «d'Arles»."""
    for article, fused in _FUSED[preposition]:
        if phrase.lower().startswith(article):
            return fused + phrase[len(article) :]
    if preposition == "de" and fold(phrase)[0] in "aeiouyh":
        return f"d’{phrase}"
    return f"{preposition} {phrase}"


_FUSED = {"de": (("le ", "du "), ("les ", "des ")), "à": (("le ", "au "), ("les ", "aux "))}


def capitalize(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def token_of(question: Phrases, reference: Reference) -> Token:
    """Return the noun that follows a demonstrative, or the word that refers."""
    return question.tokens[min(reference.at + 1, len(question.tokens) - 1)]
