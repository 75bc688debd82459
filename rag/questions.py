"""What a question asks for: its language, its kind, the noun it asks about, its words, names and numbers."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.language import FUNCTION_WORDS, detect, fold

KINDS = ("who", "when", "where", "how many", "how long", "why", "how", "which", "what", "define", "yes or no", "none")

# Tried in order on the folded question; the group, where there is one, holds the noun asked about.
_KINDS = (
    ("how long", r"\bcombien de temps\b|\b(?:quelle|quel)\b[^,]{0,12}\b(?:duree|longueur)\b|\bhow long\b"),
    ("how many", r"\bcombien (?:d['’] ?|de )?(\w+)|\bcombien\b|\bhow (?:many|much) (\w+)|\bhow (?:old|far|big|tall|high|large|deep|wide|fast|often)\b"),
    ("how many", r"\bquel(?:le)?s? (?:est |etait |sont |fut )?(?:le |la |l['’] ?)?(nombre|pourcentage|proportion|part|taux|montant|prix|superficie|population|altitude|hauteur|taille|poids|age|quantite|cout|budget|score|effectif)\b"),
    ("how many", r"\bwhat (?:is |was |were |are )?(?:the )?(number|percentage|proportion|share|rate|amount|price|area|population|height|size|weight|age|cost|budget|score)\b"),
    ("when", r"\bquand\b|\bwhen\b|\b(?:quelle|quelles|quel|quels) (?:est |fut |etait |sont )?(?:la |l['’] ?|le )?(annees?|dates?|jours?|mois|siecles?|epoques?|periodes?|decennies?|heures?|moment)\b"),
    ("when", r"\b(?:what|which) (?:is |was )?(?:the )?(year|date|day|month|century|time|decade|period|era)s?\b"),
    ("where", r"^(?:d['’]|jusqu['’]|vers |par )?ou\b|(?:^|[^a-z])ou (?:se |s['’]|est|sont|a |ont |eut|eurent|fut|furent|etait|les? |la |l['’]|doit|peut|vit|va\b|trouve|habite|y )|\bd['’]ou\b|\bou ?\?|\bwhere\b"),
    ("where", r"\b(?:quelle|quelles|quel|quels) (?:est |sont |etait |etaient )?(?:la |l['’] ?|le |les )?(ville|pays|region|lieu|endroit|continent|capitale|ile|province|departement|quartier|etat|commune|village)s?\b"),
    ("where", r"\b(?:what|which) (?:is |was |are )?(?:the )?(city|country|region|place|location|continent|capital|island|province|state|town|village|countries|cities)\b"),
    ("why", r"\bpourquoi\b|\bpour quelles? raisons?\b|\b(?:quelle|quelles) (?:est |sont |etait |etaient )?(?:la |les )?(?:cause|raison|motif)s?\b|\bwhy\b|\bfor what reason\b"),
    ("define", r"^(?:mais )?qu['’ ]?est[- ]ce qu['’e] ?(?:un|une|le|la|les|l['’]|des)?|^que (?:signifie|veut dire|designe)\b|^what (?:is|are) (?:an?|the)?|^what does .* mean\b"),
    ("who", r"\b(?:qui|whom?|whose)\b"),
    ("who", r"\b(?:quelle|quelles|quel|quels) (?:est |sont |etait |etaient |fut )?(?:le |la |l['’] ?|les )?(?:nom (?:de |du |d['’])?(?:la |l['’])?)?(homme|femme|personne|personnage|auteur|roi|reine|empereur|president|ministre|ecrivain|artiste|joueur|realisateur|acteur|chanteur|dirigeant|chef|general|scientifique)s?\b"),
    ("how", r"\bcomment\b|\bde quelles? (?:facon|maniere)s?\b|\bhow\b"),
    ("which", r"\bquel(?:le)?s? (?:est |sont |etait |etaient |fut |furent )?(?:le |la |l['’] ?|les |son |sa |ses |leurs? )?(?:(?:plus|premiere?s?|principa\w+|grande?s?|autres?|nouve\w+|derni\w+|seule?s?) )*(\w+)"),
    ("which", r"\b(?:which|what) (?!is|was|are|were|did|do|does|has|have|had|will|would|can|could|the\b)(\w+)|\bwhat (?:is|was|are|were) the (\w+)"),
    ("what", r"\bqu['’]|\bque\b|\bquoi\b|\blequel\b|\blaquelle\b|\bwhat\b"),
    ("yes or no", r"^(?:est[- ]ce qu|is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b|\w+-t-(?:il|elle|on)s?\b|\b(?:doit|peut|faut|est|sont|a|ont)-(?:il|elle|on|t-il|ils|elles)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŒ][\w’'-]*")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood. ``words`` are folded, without function words, in order, each once."""

    text: str
    language: str
    kind: str  # one of KINDS
    asked: str | None  # the noun asked about: «quel pays», "which year"
    words: tuple[str, ...]
    context: tuple[str, ...]  # words that come from the turn before, and weigh less
    names: frozenset[str]  # folded words that the person wrote with a capital, past the first word
    numbers: frozenset[str]
    said: frozenset[str]  # every folded word and number of the question


@lru_cache(maxsize=1024)
def analyse(text: str, context: str = "") -> Question:
    """The question in ``text``, which leaves ``context`` unsaid; what is not recognised is of the kind "none"."""
    folded = fold(text.strip())
    kind, asked = _kind(folded)
    return Question(
        text=text,
        language=detect(text),
        kind=kind,
        asked=asked,
        words=content_words(text),
        context=tuple(word for word in content_words(context) if word not in content_words(text)),
        names=_names(text),
        numbers=frozenset(_NUMBER.findall(text)),
        said=frozenset(_WORD.findall(folded)) | frozenset(_NUMBER.findall(text)),
    )


def content_words(text: str) -> tuple[str, ...]:
    """Its folded words but function words (of French and English), in order, each once."""
    stop = FUNCTION_WORDS.get(detect(text), frozenset())
    return tuple(dict.fromkeys(word for word in _WORD.findall(fold(text)) if word not in stop))


def _kind(folded: str) -> tuple[str, str | None]:
    for kind, pattern in _COMPILED:
        if match := pattern.search(folded):
            return kind, next((group for group in match.groups() if group), None)
    return "none", None


def _names(text: str) -> frozenset[str]:
    return frozenset(
        word for match in _NAME.finditer(text) if match.start() > 0 for word in _WORD.findall(fold(match.group()))
    )
