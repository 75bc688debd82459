"""Noun phrases of a question, found by determiners, capitals and function words, in French and English.

A question is short and has few verbs, so that closed word classes suffice: no tagger is loaded.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from index.documents import Span
from index.language import STOPWORDS, detect, fold
from rag.query.question import NOUNS
from rag.text.patterns import either
from rag.text.quantities import NUMBER_WORDS

_TOKEN = re.compile(
    r"(?:jusqu|lorsqu|puisqu|qu|[ldnjscmt])['’]|['’]s\b|\b[A-Z]\.(?= ?\d)"
    r"|\d+(?:[\u00a0\u202f ]\d{3}(?!\d))+|\w+(?:[-.,:/]\w+)*"
    r"|[^\w\s]",
    re.IGNORECASE,
)
_PLURAL = frozenset("les des aux ces ses leurs mes nos vos quels quelles these those".split())
_MASCULINE = frozenset("le un du au ce cet quel quels".split())
_FEMININE = frozenset("la une cette quelle quelles".split())
_ARTICLES = frozenset("le la les l' un une des du au aux the a an".split())
_OWNERS = frozenset(
    """son sa ses leur leurs ce cet cette ces mon ma mes ton ta tes notre nos votre vos its his her their my our your
    this that these those chaque each every""".split()
)
_NUMERALS = frozenset(NUMBER_WORDS) - {"un", "une", "one", "zero"}
_BEFORE_NOUN = frozenset(
    """seul seule seuls seules autre autres premier premiere premiers premieres dernier derniere derniers dernieres
    petit petite petits petites grand grande grands grandes nouveau nouvelle nouveaux nouvelles ancien ancienne anciens
    anciennes bon bonne bons bonnes vieux vieille second seconde deuxieme troisieme meme memes""".split()
)
_ASKING = frozenset("quel quelle quels quelles which what".split())
_FUSED = {"du": "de", "des": "de", "au": "a", "aux": "a"}
PREPOSITIONS = frozenset(
    """de d' a en dans pour avec par chez sur sous vers sans entre depuis avant apres pendant selon contre lors of in at
    to for with by from on about into under over between since during before after against through per outside inside
    within without beyond until hors parmi sauf malgre""".split()
)
_IMPERATIVES = frozenset(
    """tell describe name give explain list show compare summarize summarise define find quote donne donnez explique
    expliquez decris decrivez cite citez liste listez resume resumez compare comparez definis trouve parle dis dites
    thanks hello bonjour merci ok okay faut existe""".split()
)
_OF = frozenset("de d' du des of".split())
_TOWARDS = frozenset("to pour vers".split())  # before a name: "the ferry to Marn"
_HUMAN = re.compile(
    either(
        """homme femme personne personnage auteur autrice roi reine empereur president presidente ministre ecrivain
        artiste joueur joueuse chanteur chanteuse acteur actrice dirigeant chef cheffe general maire
        directeur directrice porte-parole conservateur conservatrice juge prefet prefete gardien gardienne
        architecte fondateur fondatrice tresoriers? tresorieres? secretaires? adjointe?s? employee?s? salariee?s?
        cadres? stagiaires? apprentie?s? etudiante?s? eleves? membres? adherente?s? administrateurs? administratrices?
        gouverneurs? deputee?s? senateurs? senatrices? procureure?s? commissaires? ambassadeurs? conseillers?
        conseilleres?
        peres? meres? parents? freres? soeurs? oncles? tantes? cousine?s? neveux? nieces? conjointe?s? epoux epouses?
        maris? fils mineure?s?
        majeure?s? medecins? avocate?s? professeurs? enseignante?s? utilisateurs? utilisatrices? governors? senators?
        commissioners? prosecutors? ambassadors? coroners? treasurers? members? employees? students? teachers?
        doctors? lawyers? users? administrators? man woman person author king queen emperor president minister writer
        artist player singer actor actress leader
        head general mayor director spokesman spokeswoman spokesperson curator judge clerk keeper warden architect
        founder chairman chair secretary officer owner manager deputy coach captain mother father parent brother sister
        uncle aunt cousin nephew husband wife son daughter spouse"""
    )
)
_ATTRIBUTES = frozenset(" ".join(NOUNS[kind] for kind in ("how many", "when", "why")).split()) | frozenset(
    """adresse telephone horaire horaires nom titre capacite longueur largeur couleur forme auteur siege duree salaire
    tarif temperature vitesse delai valeur address phone name title capacity length width colour color shape deadline
    salary owner fee speed value default role roles mission missions fonction fonctions but buts objectif objectifs
    composition fonctionnement definition signification attributions pouvoirs obligations responsabilites purpose
    function functions meaning responsibilities duties powers
    avantages inconvenients benefits drawbacks advantages disadvantages""".split()
)
_INVERTED = re.compile(r"\w+-(?:t-)?(?:il|elle|ils|elles|on|ce|je|tu|nous|vous|y|en|moi)s?")
_PLURAL_VERB = re.compile(r"[a-z]{3,}ent")
_SUBORDINATING = frozenset("if when whether because once until si s' quand lorsque lorsqu'".split())
_DO = frozenset("do does did can could will would should must may might doesn didn don".split())
_PRONOUNS = frozenset("i you he she it we they one".split())
_HAVE = frozenset("have need be".split())
_BE = frozenset("is are was were be been isn wasn aren weren".split())
_VERB = re.compile(
    either(
        """accept allow apply ask become begin belong bring build burn buy call carry cause change charge charter close
        come complete connect consist contain cost cover create deal deliver depend describe die differ do drive earn
        employ end expire fail feed fit follow fund get give go grow handle happen have help hire hold house ignore
        include increase keep know last launch lead leave lend lie live look lose make mean measure meet mention move
        need offer open operate own paint pay perform play print produce propose protect provide publish pull put read
        receive recommend release rely remain remove rent repair replace require return run say see sell send serve
        show sign sit sleep speak spend stand start state stay stop store supply support take teach tell think train
        transport travel treat turn use vote wait want warn wear weigh win work write ignore"""
    )
    + "$"
)
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|oir|dre|tre|ire)")
_PARTICIPLE = re.compile(
    r"\w{2,}ed$|"
    + either(
        """built made held sold paid found known given taken written born kept led drawn bought brought caught sent
        spent lost won run set cut put shown grown worn torn laid swept hung fed dug fought heard hidden hit lent met
        read said seen shut stolen struck taught told thrown open free available allowed legal safe ready"""
    )
    + "$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark of a question."""

    text: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        """Return it without accents, in lower case, with a straight apostrophe."""
        return fold(self.text).replace("’", "'")

    @property
    def is_word(self) -> bool:
        """Return whether it is a word or a number."""
        return self.text[0].isalnum()

    @property
    def is_content(self) -> bool:
        """Return whether it is neither a mark nor a function word nor a verb with its pronoun."""
        return self.is_word and not self.text.endswith(("'", "’")) and not self._functional

    @property
    def _functional(self) -> bool:
        return self.folded in STOPWORDS or bool(_INVERTED.fullmatch(self.folded))

    @property
    def is_capital(self) -> bool:
        """Return whether it is written with a capital, and more than a function word."""
        return self.text[0].isupper() and self.is_content


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase of ``source``: offsets of its article, its core, and its complements («de», "of", "to" a name)."""

    source: str
    start: int  # of its article
    core: int  # end without complements
    end: int  # with complements
    article: str  # folded; "" without one
    preposition: str  # folded, before it; "" without one
    preposition_start: int  # start of that preposition
    head: Token
    question_word: str = ""  # the word that asks for it: «quel», «combien», "which"; "" otherwise

    @property
    def text(self) -> str:
        """Return the whole phrase with its article; «le» where that is fused with a preposition («du», «aux»)."""
        text = self.source[self.start : self.end]
        plain = {"du": "le", "au": "le", "des": "les", "aux": "les"}.get(self.article)
        fused = self.article != "des" or self.preposition in ("de", "a")
        return f"{plain}{text[len(self.article) :]}" if plain and fused else text

    @property
    def is_name(self) -> bool:
        """Return whether its core holds a word with a capital."""
        return any(word[0].isupper() for word in self.source[self.head.start : self.core].split()) or any(
            word[0].isupper() for word in self.source[self.start : self.head.end].split()[1:]
        )

    @property
    def is_human(self) -> bool:
        """Return whether it names a person by office or kind."""
        return bool(_HUMAN.fullmatch(self.head.folded))

    @property
    def is_attribute(self) -> bool:
        """Return whether it names an attribute of something: «le prix», "the length"."""
        return self.head.folded in _ATTRIBUTES

    @property
    def is_mass(self) -> bool:
        """Return whether an amount of it is asked for: "how much notice"."""
        return self.question_word == "how" and "much" in self.source[self.start : self.head.start].lower().split()

    @property
    def has_number(self) -> bool:
        """Return whether its core holds a digit."""
        return any(character.isdigit() for character in self.source[self.start : self.core])

    @property
    def is_number(self) -> bool:
        """Return whether its core is a number, a date or a version alone."""
        return self.head.text[0].isdigit()

    @property
    def has_complement(self) -> bool:
        """Return whether a complement follows its core."""
        return self.end > self.core

    @property
    def is_plural(self) -> bool:
        """Return whether its article, or without one its head, is a plural."""
        if self.article in _ARTICLES | _OWNERS and self.article not in ("l'", "the", "that", "this"):
            return self.article in _PLURAL
        if self.question_word == "combien" and self.head.folded.endswith("x"):
            return True
        return self.head.folded.endswith("s") and not self.head.folded.endswith(("ss", "us", "is")) and not self.is_name

    @property
    def gender(self) -> str:
        """Return "m" or "f" if its article says which, else ""."""
        return "m" if self.article in _MASCULINE else "f" if self.article in _FEMININE else ""


class Phrases:
    """The tokens and noun phrases of a question."""

    def __init__(self, text: str, is_english: bool | None = None) -> None:
        self.text, self.is_english = text, detect(text) == "en" if is_english is None else is_english
        self.tokens = tuple(Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text))

    @cached_property
    def all(self) -> tuple[NounPhrase, ...]:
        """Return the noun phrases in order; complements belong to the phrase before them."""
        return tuple(self._phrases(outermost=True))

    @cached_property
    def cores(self) -> tuple[NounPhrase, ...]:
        """Return the same with the noun phrases inside complements as phrases of their own."""
        return tuple(self._phrases(outermost=False))

    def _phrases(self, outermost: bool) -> Iterator[NounPhrase]:
        phrase_end = 0
        for at, token in enumerate(self.tokens):
            if token.start >= phrase_end and (phrase := self._read_phrase(at)):
                phrase_end = phrase.end if outermost else phrase.core
                yield phrase

    def _read_phrase(self, at: int) -> NounPhrase | None:
        """Return the noun phrase that begins with the token ``at``, its determiner included."""
        question_word, article, first = self._opening(at)
        last = self._run(first, bool(article or question_word))
        if last == first:
            return None
        end, core = last, last
        while (complement_end := self._complement(end)) > end:
            end = complement_end
        head = self._head(first, core)
        previous = self.tokens[at - 1] if at else None
        preposition, preposition_start = _FUSED.get(article, ""), self.tokens[at].start
        if previous and previous.folded in PREPOSITIONS and not preposition:
            preposition, preposition_start = previous.folded.rstrip("'"), previous.start
        if article == "des" and not self._is_complement(at):
            preposition, preposition_start = "", self.tokens[at].start
        start = self.tokens[at].start
        return NounPhrase(
            self.text,
            start,
            self.tokens[core - 1].end,
            self.tokens[end - 1].end,
            article,
            preposition,
            preposition_start,
            head,
            question_word,
        )

    def _opening(self, at: int) -> tuple[str, str, int]:
        """Return the asking word, the article, and the number of the first token after both."""
        word, following = self.tokens[at].folded, [token.folded for token in self.tokens[at + 1 : at + 3]]
        if word in _ASKING:
            return word, word if word != "what" else "", at + 1
        if word == "combien" and following[:1] in (["de"], ["d'"]):
            return word, "", at + 2
        if word == "how" and following[:1] in (["many"], ["much"]):
            return word, "", at + 2
        determines = word in _ARTICLES or word in _OWNERS or word in _NUMERALS
        if word in ("a", "an"):
            determines = self.is_english and self.tokens[at].text.lower() != "à"
        return ("", word, at + 1) if determines else ("", "", at)

    def _run(self, first: int, determined: bool) -> int:
        """Return the end of the words that follow a determiner, or of a name without one."""
        end = first
        while end < len(self.tokens) and self._continues(first, end, determined):
            end += 1
        if not determined:
            return end
        return self._before_verb(first, end)

    def _continues(self, first: int, at: int, determined: bool) -> bool:
        token = self.tokens[at]
        if at > first and token.text.lower() in ("'s", "’s"):
            return True
        if any(self._is_particle(inner) for inner in (at - 1, at) if inner > first):
            return True
        if not token.is_content:
            return False
        numbered = at + 1 < len(self.tokens) and self.tokens[at + 1].text[0].isdigit()
        if not determined:  # a name, a number, or a noun with a number
            is_name = token.is_capital and (at > 0 or token.folded not in _IMPERATIVES)
            return is_name or token.text[0].isdigit() or (at == first and numbered)
        previous = self.tokens[at - 1]
        changes = at > first and previous.is_capital != token.is_capital and not token.text[0].isdigit()
        after_question_word = (
            at > first and self.tokens[first - 1].folded in (*_ASKING, "de", "d'") and token.is_capital
        )
        return self.is_english or not changes or (token.is_capital and not after_question_word)

    def _is_particle(self, at: int) -> bool:
        """Return whether a token is an article within a name: «Marie La Fontaine»."""
        is_inside = self.tokens[at - 1].is_capital and at + 1 < len(self.tokens) and self.tokens[at + 1].is_capital
        return is_inside and self.tokens[at].text[0].isupper() and self.tokens[at].folded in _ARTICLES

    def _before_verb(self, first: int, end: int) -> int:
        """Return where the phrase ends before a verb that its run of words holds."""
        preceding = [token.folded for token in self.tokens[max(0, first - 8) : first]]
        support = bool(_DO.intersection(preceding))
        has_subject = any(word in _DO and after in _PRONOUNS for word, after in pairwise(preceding))
        for at in range(first + 1, end):
            word = self.tokens[at].folded
            if (support and _VERB.match(word)) or (_BE.intersection(preceding) and _PARTICIPLE.match(word)):
                return at
        if (verb := self._agreeing_verb(first, end, preceding)) is not None:
            return verb
        stops = end == len(self.tokens) or not self.tokens[end].is_word
        following = self.tokens[end].folded if end < len(self.tokens) else ""
        has_verb = following in ("and", "or", "have", "be", "do")
        if support and not has_subject and end - first > 1 and not self.tokens[end - 1].is_capital and not has_verb:
            return end - 1  # "does the ticket last"
        is_common = (
            not self.is_english and end - first > 1 and not any(token.is_capital for token in self.tokens[first:end])
        )
        follows_adverb = preceding[-2:-1] and preceding[-2] in ("combien", "quand", "ou", "comment", "pourquoi")
        if is_common and (
            following in _ARTICLES - {"du", "des", "au", "aux"} or (follows_adverb and stops and not self._inverted)
        ):
            return end - 1  # «la ville gère les eaux», «combien le four pèse»
        return end

    def _agreeing_verb(self, first: int, end: int, preceding: Sequence[str]) -> int | None:
        """Return the verb in a run of words that its form or its place tells; None without one.

        French adjectives of a plural end with "s", so that what ends with "ent" is a verb: «quelles aides existent». In
        "if my mother dies" and «si ma mère décède» the clause ends with its verb.
        """
        if end - first < 2:
            return None
        if not self.is_english and self.tokens[first].folded.endswith(("s", "x")):
            plural_verbs = (at for at in range(first + 1, end) if _PLURAL_VERB.fullmatch(self.tokens[at].folded))
            return next(plural_verbs, None)
        stops = end == len(self.tokens) or not self.tokens[end].is_word
        if not stops or not _SUBORDINATING.intersection(preceding[-2:-1]):
            return None
        last_word = self.tokens[end - 1].folded
        is_verb = _VERB.match(re.sub(r"(?<=[^s])s$|(?<=[sxh])es$", "", last_word)) and last_word.endswith("s")
        return end - 1 if is_verb or not self.is_english else None

    @property
    def _inverted(self) -> bool:
        return any(_INVERTED.fullmatch(token.folded) for token in self.tokens)

    def _complement(self, at: int) -> int:
        """Return the end of a complement with «de» or "of", or "to" a name, that begins at a token, or ``at``."""
        if at >= len(self.tokens) or self.tokens[at].folded not in _OF | _TOWARDS:
            return at
        first = at + 1
        if self.tokens[at].folded in _TOWARDS and not (first < len(self.tokens) and self.tokens[first].is_capital):
            return at
        if first < len(self.tokens) and self.tokens[first].folded in _ARTICLES:
            first += 1
        end = self._run(first, True)
        return end if end > first and not self.tokens[first].text[:4].isdigit() else at

    def bare_subject(self) -> Span | None:
        """Return the span of an English subject without a determiner: "are *roses* pruned"."""
        at = next((at for at, token in enumerate(self.tokens) if token.folded in _DO | _BE), None)
        if not self.is_english or at is None:
            return None
        first, support = at + 1, self.tokens[at].folded in _DO
        run, verbs = self._content_run(first), _VERB if support else _PARTICIPLE
        after_what = at > 0 and self.tokens[at - 1].folded in ("what", "who")  # "what are garden roses"
        is_followed = run < len(self.tokens) and self.tokens[run].folded in _HAVE  # "do tenants have to"
        last = (
            run if is_followed else run - 1 if support or (run - first > 1 and not after_what) else run
        )  # "do dogs bark", "are roses red"
        end = next((n for n in range(first, run) if verbs.match(self.tokens[n].folded)), last)
        return Span(self.tokens[first].start, self.tokens[end - 1].end) if end > first else None

    def bare_object(self, prepositions: Collection[str]) -> tuple[int, Span] | None:
        """Return the last noun without a determiner after one of these prepositions, and where that starts."""
        nouns = [
            (token.start, Span(self.tokens[at + 1].start, self.tokens[end - 1].end))
            for at, token in enumerate(self.tokens)
            if token.folded in prepositions and token.folded in PREPOSITIONS - {"to"} and token.text.lower() != "a"
            if not (at and self.tokens[at - 1].folded == "combien") and (end := self._content_run(at + 1)) > at + 1
            if not _INFINITIVE.fullmatch(self.tokens[at + 1].folded)
        ]
        return nouns[-1] if nouns else None

    def _content_run(self, first: int) -> int:
        """Return the end of the words of content in small letters that begin at a token."""
        end = first
        while end < len(self.tokens) and self.tokens[end].is_content and self.tokens[end].text[0].islower():
            end += 1
        return end

    def end_of_words(self, end: int) -> int:
        """Return where the words of content end that follow an offset at once: «la République *numérique*»."""
        at = next((at for at, token in enumerate(self.tokens) if token.start >= end), len(self.tokens))
        last = self._content_run(at)
        return self.tokens[last - 1].end if last > at else end

    def _is_complement(self, at: int) -> bool:
        return at > 0 and self.tokens[at - 1].is_content

    def _head(self, first: int, end: int) -> Token:
        """Return the noun that a phrase is about: the last in English, the first in French but for «autre», «seul»."""
        words = [token for token in self.tokens[first:end] if not token.text[0].isdigit() and token.is_word]
        nouns = [token for token in words if self.is_english or token.folded not in _BEFORE_NOUN] or words
        return (nouns[-1] if self.is_english else nouns[0]) if nouns else self.tokens[first]


def is_common_verb(word: str) -> bool:
    """Return whether a folded English word is a verb that questions often end with, in its plain form."""
    return _VERB.match(word) is not None
