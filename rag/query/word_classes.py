"""Words of closed classes, of which one replaces another: «et le mardi ?» after «le lundi», "and the last?"."""

import re

from index.language import fold
from rag.query.noun_phrases import PREPOSITIONS, Phrases
from rag.text.folding import any_of

PROFORM = re.compile(r"(?<=\w )ones?$", re.IGNORECASE)  # stands for a noun: "an inactive one"
_DAYS, _TIMES, _ORDINALS, _UNITS, _EXTREMES, GROUPS = (
    frozenset(words.split())
    for words in (
        """lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday
        lundis mardis mercredis jeudis vendredis samedis dimanches mondays tuesdays wednesdays thursdays fridays
        saturdays sundays""",
        """matin midi soir nuit week-end printemps ete automne hiver morning noon evening night weekend weekends spring
        summer autumn winter christmas noel""",
        """premier premiere premiers premieres deuxieme second seconde troisieme quatrieme cinquieme sixieme septieme
        huitieme neuvieme dixieme dernier derniere derniers dernieres first third fourth fifth sixth seventh eighth
        ninth tenth last""",
        """heure jour journee nuit nuitee semaine mois an annee trimestre week-end hour day night week month year
        quarter weekend""",
        """minimum maximum average minimal maximal minimale maximale moyen moyenne minimales maximales moyennes""",
        """adultes enfants bebes juniors seniors jeunes ados adolescents etudiants retraites adults children kids babies
        teenagers students pensioners""",
    )
)
# Adjectives that tell kinds of one thing apart, in whatever gender and number.
_CLASSIFYING = re.compile(
    any_of(
        """simple|complexe?|double|triple|acti[fv]|inacti[fv]|passi[fv]|honoraire|honorary|bienfait(?:eur|rice)
        effecti[fv]|adherent|associe|associate|fondat(?:eur|rice)|ordinaire|ordinary|extraordinaire|extraordinary|regular
        public|publique|prive|private|interne|internal|externe|external|ancien(?:ne)?|former|old|nouveaux?|nouvelle|new
        neu[fv]|grand|large|big|petit|small|moyen(?:ne)?|medium|gros(?:se)?|long(?:ue)?|court|short|haut|high|bas(?:se)?|low
        plein|full|reduit|partiel(?:le)?|partial|total|complet|complete|gratuit|free|payant|paid|nation(?:al|aux)|federal
        loc(?:al|aux)|region(?:al|aux)|communal|communaux|municip(?:al|aux)|departement(?:al|aux)|europeen(?:ne)?|european
        etrang(?:er|ere)|foreign|individuel(?:le)?|individual|collecti[fv]|collective|personnel(?:le)?|personal
        profession(?:nel|nelle|al)|technique|technical|juridique|legal|administrati[fv]|financi(?:er|ere|al)
        commerc(?:ial|iaux)|princip(?:al|aux)|main|primaire|primary|secondaire|secondary|majeur|major|mineur|minor
        direct|indirect|ouvert|open|ferme|closed|temporaire|temporary|permanent|provisoire|definiti[fv]|manuel(?:le)?|manual
        automatique|automatic|numerique|digital|electronique|electronic|mensuel(?:le)?|monthly|annuel(?:le)?|annual
        hebdomadaire|weekly|quotidien(?:ne)?|daily|trimestriel(?:le)?|fixe|fixed|mobile|standard|premium|officiel(?:le)?
        official|mixte|mixed|relati[fv]|absolu|positi[fv]|negati[fv]|vertical|verticaux|horizont(?:al|aux)|urgent|normal
        normaux|speci(?:al|aux)|optionnel(?:le)?|optional|obligatoire|mandatory|facultati[fv]|voluntary|senior|junior
        rouge|red|bleu|blue|vert|green|jaune|yellow|noir|black|blanc(?:he)?|white|gris|grey|gray"""
    )
    + "e?s?"
)
_LED = re.compile(  # what may stand before such a word; «à quelle heure» asks for it
    r"(?:\b(?:per|par|an?|the|le|la|les|du|au|une?|each|every|chaque|on|ou|et|and|or)|l['’])\s*$", re.IGNORECASE
)
_DETERMINING = PREPOSITIONS | frozenset("le la les l' un une the a an du au each every chaque ce that".split())
_END = re.compile(r"\s*[?.!]+\s*$")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_STEP = re.compile(
    r"(?:l['’]annee|l['’]an) (?:(?P<after>suivante?|d['’]apres)|precedente?|d['’]avant)"
    r"|the (?:(?P<next>next|following)|previous|preceding) year|the year (?:(?P<later>after)|before)"
)


def replace_member(fragment: str, previous: str) -> str | None:
    """Return the question before with the word replaced that is of the class of a fragment's only word; else None.

    The classes are days of the week, ordinals, units of time and groups of people («la poterie adultes»), and years
    before or after the one named.
    """
    if (step := _STEP.fullmatch(fold(_END.sub("", fragment)))) and (year := _YEAR.search(previous)):
        moved = int(year.group()) + (1 if any(step.groups()) else -1)
        return f"{previous[: year.start()]}{moved}{previous[year.end() :]}"
    word = _only_word(fragment)
    kind = next((kind for kind in (_DAYS, _ORDINALS, _UNITS, _EXTREMES, GROUPS) if fold(word) in kind), frozenset())
    old = [
        token
        for token in Phrases(previous).tokens
        if token.folded in kind and (kind == GROUPS or token.is_capital or _LED.search(previous[: token.start]))
    ]
    return f"{previous[: old[-1].start]}{word}{previous[old[-1].end :]}" if old else None


def is_ordinal(fragment: str) -> bool:
    """Return whether a fragment is an ordinal alone: «la troisième», "the last one"."""
    return fold(_only_word(fragment)) in _ORDINALS


def is_time(fragment: str) -> bool:
    """Return whether a fragment is a day of the week, a part of the day or a season alone: «le mardi», «la nuit»."""
    return fold(_only_word(fragment)) in _DAYS | _TIMES


def is_classifying(word: str) -> bool:
    """Return whether a word is an adjective that tells kinds of one thing apart: «un contrat *simple*»."""
    return _CLASSIFYING.fullmatch(fold(word)) is not None


def _only_word(fragment: str) -> str:
    """Return the word of a fragment besides determiners and prepositions; "" if there are more."""
    words = [token for token in Phrases(PROFORM.sub("", _END.sub("", fragment))).tokens if token.is_word]
    return words[-1].text if words and all(token.folded in _DETERMINING for token in words[:-1]) else ""
