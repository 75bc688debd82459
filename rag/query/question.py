"""Question analysis: language, kind, the noun asked about, words, names, numbers and dates."""

import re
from dataclasses import dataclass

from index.language import STOPWORDS_BY_LANGUAGE, detect, fold
from rag.text.dates import Period, parse_period, without_days
from rag.text.folding import words_of
from rag.text.patterns import is_negated

QUESTION_TYPES = (
    "who",
    "when",
    "where",
    "how many",
    "how long",
    "why",
    "how",
    "which",
    "what",
    "define",
    "yes or no",
    "none",
)

_BE = r"(?:est|sont|etait|etaient|fut|furent|is|are|was|were)"
_THE = r"(?:le |la |les |l['’] ?|the |son |sa |ses |leurs? )?"
_FIRST = r"(?:(?:plus|premiere?s?|principa\w+|grande?s?|autres?|nouve\w+|derni\w+|seule?s?|main|first|last|most) )*"
NOUNS = {
    "how many": """nombre pourcentage proportion part taux montant prix superficie population altitude hauteur taille
        poids age quantite cout budget score effectif number percentage share rate amount price area height size weight
        cost""",
    "when": """annee date jour mois siecle epoque periode decennie heure moment year day month century time decade
        period era""",
    "where": """ville pays region lieu endroit continent capitale ile province departement quartier etat commune
        village city country place location capital island state town countrie citie""",
    "why": "cause raison motif reason",
    "who": """homme femme personne personnage auteur roi reine empereur president ministre ecrivain artiste joueur
        realisateur acteur chanteur dirigeant chef general scientifique person author king queen""",
}


def _which_pattern(kind: str) -> str:
    """«Quelle est la capitale», "what year": the group holds the noun."""
    nouns = "|".join(NOUNS[kind].split())
    return rf"\b(?:quel(?:le)?s?|which|what) (?:{_BE} )?{_THE}({nouns})s?\b"


# Not the conjunction: «Que faire quand on est malade ?», "Can I swim when it rains?".
_WHEN = (
    r"^(?:(?:et|mais|alors|donc|du coup|and|but|so|then) )*"
    r"(?:(?:depuis|pour|jusqu['’]?(?:a|en)|a partir de|d['’]ici|des|de|since|until|till|by|from|for) )?"
    r"(?:quand|when)\b"
    r"|\b(?:depuis|jusqu['’]a|a partir de|c['’]est|(?:sais|sait|savez|savoir|dit|dire|dis|dites)) quand\b"
    r"|\bquand (?:est[- ]ce|c['’]est)|\bquand\b[^,]*-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles)\b|\bquand\W*$"
    r"|\bwhen(?:['’]s| (?:is|are|was|were|do|does|did|will|would|can|could|should|may|must|has|have|had|to|exactly))\b"
    r"|\b(?:know|tell|say|says|said|sure|wonder|about|information|since|until) (?:me |us )?when\b|\bwhen\W*$"
)
# Tried in order on the folded question; the group, where there is one, holds the noun asked about.
_KINDS = (
    ("how long", r"\bcombien de temps\b|\bquel(?:le)?\b[^,]{0,12}\b(?:duree|longueur)\b|\bhow long\b"),
    ("how many", r"\bcombien (?:d['’] ?|de )?(\w+)|\bcombien\b|\bhow (?:many|much) (\w+)"),
    ("how many", r"\bhow (?:old|far|big|tall|high|large|deep|wide|fast|often)\b"),
    ("how many", _which_pattern("how many")),
    ("when", _WHEN),
    ("when", _which_pattern("when")),
    ("where", r"^(?:d['’]|jusqu['’]|vers |par )?ou\b|\bd['’]ou\b|\bou ?\?|\bwhere\b"),
    (
        "where",
        r"(?:^|[^a-z])ou (?:se |s['’]|est|sont|a |ont |eut|fut|etait|les? |la |l['’]|doit|peut|vit|va\b|habite|y )",
    ),
    ("where", _which_pattern("where")),
    ("why", r"\bpourquoi\b|\bwhy\b"),
    ("why", _which_pattern("why")),
    ("define", r"^(?:mais )?qu['’ ]?est[- ]ce qu['’e] ?(?:une? |le |la |les |l['’]|des )?"),
    ("define", r"^que (?:signifie|veut dire|designe)\b|^what (?:is|are) (?:an?|the)?|^what does .* mean\b"),
    ("who", r"(?<!est-ce )(?<!est ce )\bqui\b|\b(?:whom?|whose)\b"),
    ("who", _which_pattern("who")),
    ("how", r"\bcomment\b|\bde quelles? (?:facon|maniere)s?\b|\bhow\b"),
    ("which", rf"\bquel(?:le)?s? (?:{_BE} )?{_THE}{_FIRST}(\w+)"),
    (
        "which",
        rf"\b(?:which|what) (?!{_BE}\b|d(?:id|oes|o)\b|ha[sd]\b|have\b|w(?:ill|ould)\b|c(?:an|ould)\b|the\b)(\w+)",
    ),
    ("which", rf"\bwhat {_BE} the {_FIRST}(\w+)"),
    ("what", r"\bqu['’]|\bque\b|\bquoi\b|\b(?:le|la)quel(?:le)?\b|\bwhat\b"),
    ("yes or no", r"^(?:est[- ]ce qu|(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b)"),
    ("yes or no", r"\w+-t-(?:il|elle|on)s?\b|\b(?:doit|peut|faut|est|sont|a|ont)-(?:il|elle|on|t-il|ils|elles)\b"),
)
# Said so, a question whether something is so has the form of another: «Est-ce que les chiens sont admis ?».
_WHETHER = re.compile(
    r"^est[- ]ce qu|^(?:peut|peuvent|doit|doivent|faut|est|sont|a|ont|y a) (?:t )?(?:il|elle|on|ils|elles)\b"
    r"|\b(?:doit|peut|faut|est|sont|a|ont) (?:t )?(?:il|elle|on|ils|elles)\b(?=[^?]*\?)"
)
# As it is said: «Je peux venir avec un chien ?», «Ils sont encore ouverts ?», «Ça suffit comme motif ?».
_SAID_WHETHER = re.compile(
    r"\b(?:je|on|tu|vous|nous|ils?|elles?|ca|cela|j['’]ai|c['’]est|peut|peuvent|doit|doivent|i|we|you|they)\b[^?]*\?$"
)
# Words that people shorten as they type, and texts seldom do.
SHORTENED = dict(
    pair.split("=")
    for pair in """abo=abonnement|abos=abonnements|anniv=anniversaire|appart=appartement|apparts=appartements
    |asso=association|assos=associations|assoc=association|bcp=beaucoup|certif=certificat|certifs=certificats
    |coloc=colocation|compta=comptabilité|cotiz=cotisation|dispo=disponible|dispos=disponibles|exam=examen|exams=examens
    |imprim=imprimante|labo=laboratoire|manif=manifestation|mdp=mot de passe|ordi=ordinateur|ordis=ordinateurs
    |orga=organisation|prof=professeur|profs=professeurs|proprio=propriétaire|proprios=propriétaires
    |rdv=rendez-vous|resto=restaurant|restos=restaurants|sécu=sécurité sociale|secu=sécurité sociale|tél=téléphone
    |réu=réunion|acct=account|appt=appointment|dept=department|govt=government
    |mgr=manager|pwd=password|uni=university""".replace("\n    ", "").split("|")
)
_SHORTENED = re.compile(rf"(?<![\w.@-])(?:{'|'.join(SHORTENED)})(?![\w@-]|\.\w)")
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŒ][\w’'-]*")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question. ``words`` are folded, without function words, in order, each once."""

    text: str
    standalone: str  # the same with what it takes from the turn before, as a person would write it; for the vectors
    read_as: str  # what the reader is asked
    language: str
    kind: str  # one of QUESTION_TYPES, as the fitted models know it
    asks_whether: bool  # something is so: "yes or no", however it is said
    target_noun: str | None  # the noun asked about: «quel pays», "which year"
    words: tuple[str, ...]
    context: tuple[str, ...]  # words from the previous turn, which weigh less
    names: frozenset[str]  # folded words that the person wrote with a capital, past the first word
    numbers: frozenset[str]
    tokens: frozenset[str]  # every folded word and number of the question
    negated: bool
    period: Period  # the days it is about; their words are in ``dated``, not in ``words``
    dated: tuple[str, ...]
    cited: tuple[str, ...] = ()  # documents that the conversation cited last, in order, which are preferred


def parse_question(
    text: str, context: str = "", cited: tuple[str, ...] = (), standalone: str = "", read_as: str = ""
) -> Question:
    """Parse a question; ``context`` is what it takes from the previous turn, which cited the documents ``cited``.

    An unrecognised kind is "none".
    """
    folded = fold(text.strip())
    kind, target_noun = _kind(folded)
    undated = without_days(text)
    return Question(
        text=text,
        standalone=spell_out(standalone or text),
        read_as=spell_out(read_as or text),
        language=detect(text),
        kind=kind,
        asks_whether=_asks_whether(folded, kind),
        target_noun=target_noun,
        words=content_words(undated),
        context=tuple(word for word in content_words(without_days(context)) if word not in content_words(text)),
        names=_names(text),
        numbers=frozenset(_NUMBER.findall(text)),
        tokens=frozenset(words_of(text)) | frozenset(_NUMBER.findall(text)),
        negated=is_negated(text),
        period=parse_period(text) or parse_period(context),
        dated=tuple(
            word
            for word in content_words(f"{text} {context}")
            if word not in content_words(f"{undated} {without_days(context)}")
        ),
        cited=cited,
    )


def spell_out(text: str) -> str:
    """Return a text with the words in full that people shorten: «l'association» for «l'asso»."""
    return _SHORTENED.sub(lambda match: SHORTENED[match.group()], text)


def content_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text without the function words of its language, in order, each once."""
    stop = STOPWORDS_BY_LANGUAGE.get(detect(text), frozenset())
    return tuple(dict.fromkeys(word for word in words_of(text) if word not in stop))


def _kind(folded: str) -> tuple[str, str | None]:
    for kind, pattern in _COMPILED:
        if match := pattern.search(folded):
            return kind, next((group for group in match.groups() if group), None)
    return "none", None


def _asks_whether(folded: str, kind: str) -> bool:
    says_whether = kind in ("what", "none") and _WHETHER.search(folded) is not None
    return kind == "yes or no" or says_whether or (kind == "none" and _SAID_WHETHER.search(folded) is not None)


def _names(text: str) -> frozenset[str]:
    if text.isupper():  # capitals that tell nothing
        return frozenset()
    return frozenset(word for match in _NAME.finditer(text) if match.start() > 0 for word in words_of(match.group()))
