"""What a sentence must hold for what is asked: an age, an amount, a relative.

A known name is no answer to a question for an attribute of it. Each rule is an attribute as questions ask for it, and
the form in which texts give it. Without that form in a sentence or beside it, the sentence is no evidence.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from index.language import fold
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.near_misses.rivals import names_rival
from rag.extraction.near_misses.spelling import is_spelled_alike
from rag.query.noun_phrases import Phrases
from rag.query.question import Question
from rag.text.folding import fold_keeping_offsets, words_of
from rag.text.quantities import NUMBER_WORDS, find_quantities


class _Attribute(NamedTuple):
    question_pattern: re.Pattern[str]
    statement_pattern: re.Pattern[str]
    personal: bool  # of one person: the passage must hold a name that the question gives
    dimensions: frozenset[str]  # of quantities that are held as well
    owned: bool  # of a person or a body
    of_things: re.Pattern[str] | None  # how it is stated of what is no person

    def is_in(self, text: str, *, of_person: bool = False) -> bool:
        """Return whether a text holds what is asked for."""
        if self.statement_pattern.search(fold_keeping_offsets(_BORN.sub("born", text))):
            return True
        if self.of_things and not of_person and self.of_things.search(fold_keeping_offsets(text)):
            return True
        return bool(self.dimensions) and any(
            quantity.dimension in self.dimensions for quantity in find_quantities(text)
        )


def _attribute(
    question_pattern: str,
    statement_pattern: str,
    *,
    personal: bool = False,
    dimensions: Sequence[str] = (),
    owned: bool = False,
    of_things: str = "",
) -> _Attribute:
    inanimate_pattern = re.compile(of_things) if of_things else None
    return _Attribute(
        re.compile(question_pattern),
        re.compile(statement_pattern),
        personal,
        frozenset(dimensions),
        owned,
        inanimate_pattern,
    )


_KIN = (
    r"(?:grands?[- ])?(?:pere|mere|parents?|frere|soeur|mari|femme|epou(?:x|se)s?|fils|filles?"
    r"|enfants?|oncle|tante|cousine?|neveu"
    r"|niece|conjointe?|(?:grand)?(?:father|mother)|brother|sister|husband|wife|wives|sons?"
    r"|daughters?|child(?:ren)?|uncle"
    r"|aunt|cousin|nephew|spouse|partner)"
)
_MONEY = (
    r"(?:[€$£¥]|\b(?:euros?|francs?|dollars?|pounds?|crowns?|couronnes?|livres?|yens?|roubles?"
    r"|rubles?|cents?|pence)\b)"
)
_NUMBER = (
    r"(?:\d+|(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente"
    r"|quarante|cinquante|soixante|cent)(?:[- ]\w+){0,3}?)"
)
_UNPRICED = (  # what is measured otherwise
    r"(?:taux|pourcentages?|delais?|durees?|temps|ages?|poids|tailles?|hauteurs?|largeurs?|longueurs?|profondeurs?"
    r"|distances?|temperatures?|vitesses?|quorums?|nombres?|quotas?|seuils?|limites?|plafonds?|max\w*|min\w*|effectifs?"
    r"|capacites?|puissances?|debits?|memoires?|ram|superficies?|surfaces?|consommations?|quantites?|doses?|scores?"
    r"|majorites?|volumes?|niveaux?|populations?|preavis|rates?|percentages?|times?|weights?|sizes?|heights?|widths?"
    r"|lengths?|depths?|speeds?|limits?|thresholds?|capacity|power|memory|storage|areas?|quantity|notice|leave|period)"
)
_NUMERAL = rf"(?:{'|'.join(NUMBER_WORDS)}|trente|cent|mille|\w+aine|thirty|hundred|thousand|single|seule?)"
_ATTRIBUTES = (
    _attribute(  # an age
        r"\bquel age\b|\bhow old\b|\b(?:l['’]|the )age (?:de|d['’]|of)\b|['’]s age\b",
        rf"(?:\b(?:a|avait|aura|de|des|ses|les)\b|[,(]) ?{_NUMBER} (?:ans|mois)\b|\b(?:years?|months?)[- ]old\b"
        r"|\b(?:is|was|turn(?:s|ed)) \d{1,3}\b|\baged?\b|\bagee?s?\b|\bborn\b|\bnaissance\b|\bbirth|\bnait\b"
        r"|\bnaqu|(?<!date )\banniversaire\b",
        personal=True,
        of_things=r"\b(?:fond|cree|construi|bati|date|remonte|founded|built|created|established|opened).{0,40}\d{3,4}",
    ),
    _attribute(  # pay
        r"\b(?:salaire|salary|salaries|wages?|remuneration)\b.*\b(?:de|du|des|d['’]|of|does|do|is|est|[a-z]+['’]s)"
        r"|\b(?:his|her|their|son|sa|leur|[a-z]+['’]s?) (?:salaire|salary|wages?|pay|remuneration)\b"
        r"|\bcombien (?:gagne|touche)|\bhow much (?:does|do|did|is|are|was|were) .*\b(?:earn|paid|make)\b",
        rf"\d.*{_MONEY}|{_MONEY}.*\d|\b(?:salaire|salary|wages?|remuner|paid|pay|paye|earn|gagne"
        rf"|indemnit|benevol|volunt)",
        owned=True,
    ),
    _attribute(  # a telephone number
        r"\bquel est (?:le |son |leur |votre )?(?:numero de )?telephone\b|\bphone number\b"
        r"|\bwhat is (?:the |his |her |their |your )?(?:tele)?phone\b"
        r"|\b(?:numero|number)\b.*\b(?:telephone|phone|portable)\b|['’]s (?:tele)?phone\b",
        # Not an address of a network: 192.168.1.46.
        r"(?<![\w:-])(?<!\d\.)(?![1-9]\d{0,2}(?:\.\d{1,3}){3}(?![.\d]))"
        r"(?!\d{4}-\d\d-\d\d|(?:19|20)\d\d(?: \d\d:|[-/](?:19|20)\d\d\b))\d(?:[ .()/-]?\d){5}"
        r"|\b(?:appel|compos|numero|urgence|call|dial|number|emergency)\w*\D{0,30}\b(?:3\d{3}|1[5-8]|112|911)\b",
        owned=True,
    ),
    _attribute(  # a number that identifies
        r"\b(?:numero|num\.?|n°|number|code)\b.*\b(?:siret|siren|rcs|tva|vat|iban|bic|serie|serial|naf|ape|rna)\b"
        r"|\b(?:siret|siren|iban)\b",
        r"(?:\d[ .-]?){3,}|\b[a-z]{2}\d{2}|\d{2}[.]?\d{2} ?[a-z]\b",
    ),
    _attribute(  # an address for mail
        r"\be-?mail address|\baddress\b.*\be-?mail\b|\badresse (?:electronique|e-?mail|mail|courriel)\b"
        r"|\b(?:quel(?:le)?s?|what|which) (?:est |is )?(?:l['’] ?|the |le )?(?:e-?mail|courriel)\b|['’]s e-?mail\b",
        r"@|[\[(](?:at|arobase)[\])]",
    ),
    _attribute(  # a count
        r"\bcombien d(?:e |['’])(?!temps)|\bhow many\b",
        rf"\d|\b{_NUMERAL}s?\b|\b(?:aucun|plusieurs|double|moitie|tous|toutes|quelques|several|none|no|half|all"
        r"|couple|dozens?|unlimited|illimite|nul|peu\b|beaucoup|nombreu|many\b|few\b|little\b)",
    ),
    _attribute(  # a population
        r"\bcombien d['’] ?habitants\b|\bhow many inhabitants\b|\bhow many people live\b|\bla population d[eu]",
        r"\b(?:habit|inhabit|popul|peupl|residen|live[sd]?\b)"
        r"|(?:\d|\bmille|thousand|hundred) (?:people|personnes|ames|foyers|households)\b",
    ),
    _attribute(  # a postal address
        r"\bquelle est l['’]adresse\b(?! (?:mail|elec|e-mail|ip|url|web|du site))|\bwhat is (?:the "
        r"|.*['’]s )(?:home |postal )?address\b"
        r"(?! bar)|\bwhere does .* live\b|\bou (?:habite|vit|reside)\b",
        r"\b(?:(?:rue|avenue|boulevard|place|chemin|quai|allee|impasse|route|square|street|road|lane|drive"
        r"|ave|cedex|bp|vit|lives?|lived|home|maison|house|logement|apartment|appartement)s?\b|st\.|adresse|address"
        r"|habit|resid|domicili|demeur)|@|https?:|\d{5}",
        owned=True,
    ),
    _attribute(  # a relative
        rf"\b(?:qui|who|comment s['’]appell\w+|what)\b.*(?:\b{_KIN} (?:de|du|d['’]|of)\b|['’]s {_KIN}\b)"
        rf"|\b(?:son|sa|ses|his|her|their) {_KIN}\b",
        rf"\b{_KIN}\b|\b(?:grand[a-z]*|petite?s?-f|descend|marie"
        r"|marry|marri|epous|wed|born (?:de|to)|fille de|heir|mere|pere)",
        personal=True,
    ),
    _attribute(  # a price
        r"\bcombien (?:\w+ ){0,2}?cout\w*|\bcout\w* combien\b|\bquel (?:est|etait) (?:le prix|le cout|le tarif)\b"
        r"|\bhow much (?:does|do|did) .*\bcost\b|\bwhat (?:is|was) the price\b|\bhow expensive\b",
        rf"{_MONEY}(?! (?:of|\())|\bgratui|(?<!non-)\bfree\b(?!-| (?:software|licen|cultur|text|form|space|mem|disk"
        r"|ram\b|storage|slot|to\b|from\b|of (?!charge)))"
        r"|\bprix\b|\bpric|\bcost|\bcout|\btarif|\bmontant|\bfees?\b|\bcharge",
    ),
    _attribute(  # what something is, said of a price
        rf"^(?!.*\b{_UNPRICED}\b).*\b(?:c['’ ]?est|c['’ ]?etait|ca fait) combien\b"
        rf"|^(?!.*\b{_UNPRICED}\b)(?:c['’]est |ca fait )?combien (?:c['’]est|ca fait|pour (?:une?|le|la|les)\b)"
        rf"|^(?!.*\b{_UNPRICED}\b)how much(?: is| are|['’]s) (?:the|an?|your|it|that)\b",
        rf"{_MONEY}|\b(?:eur|usd|chf)\b|\d ?%|\bgratui|\bfree\b|\bbenevol|\bno charge",
    ),
    _attribute(  # a weight
        r"\bhow heavy\b|\bhow much (?:does|do|did) .*\bweigh|\bcombien (?:\w+ ){0,2}?pes\w*"
        r"|\bquel(?:le)? (?:est|etait) (?:le poids|la masse)\b|\bwhat (?:is|was) .*\bweight of\b",
        r"\b(?:kg|kilo|gramm|tons?\b|tonn|lbs?\b|pounds?\b|livres?\b|oz\b|once|ounce|poids|pese|weigh|lourd|heav)",
        dimensions=("mass",),
    ),
    _attribute(  # a temperature
        r"\b(?:what|which|quelle) (?:\w+ ){0,3}temperature\b",
        r"\bambiant|\btemperature|\bboil|\bbouill|\bebull|\bfreez|\bgel|\bchaud|\bfroid|\bhot\b|\bcold|\bwarm|\btied"
        r"|\bheat|\bfeu\b|\bkelvin",
        dimensions=("celsius", "fahrenheit", "degree",),
    ),
    _attribute(  # a percentage
        r"\bquels? pourcentages?\b|\bquelles? (?:parts?|proportions?)\b"
        r"|\bwhat (?:percent\w*|proportion|share|fraction)\b",
        r"\bsur (?:\d|dix|cent|deux|trois|quatre|cinq)|\bout of\b|\bin (?:\d|two|three|four|five|ten)|\bplupart"
        r"|\bmajorit|\bmoiti|\bhalf|\bmost\b|\btous\b|\btoutes\b|\baucun|\btiers?\b|\bquart|\bthirds?\b|percent"
        r"|pour ?cent|\bdo(?:es)? not (?:receive|get|earn|pay)"
        r"|\b(?:no|not|without|sans|pas de) (?:pay|paid|salary|salaire)"
        r"|\bn['’e] ?(?:percoi|touche|recoi|pa[iy]e)\w* pas",
        dimensions=("%",),
    ),
    _attribute(  # a duration
        r"\bcombien de temps\b|\bquelle (?:est|etait|fut) la duree\b|\bpendant combien\b|\bpour quelle duree\b"
        r"|\bhow long (?:does|do|did|was|will|should|must|can|have|has|to|it)\b",
        r"\d{4}|\b(?:characters?|letters?|words|pages?|lines?)\b|\b(?:depuis|jusqu|until|till|since|toujours|forever|permanent|illimit|unlimited|indefini|journee|nuits?\b"
        r"|temps\b|duree|period|vie\b|life|as long as|tant que|immediat|overnight|rapid|weeks?\b|days?\b|hours?\b"
        r"|years?\b|months?\b|minutes?\b|heures?\b|jours?\b|mois\b|annees?\b|ans?\b|semaines?\b|quinzaine|fortnight)",
        dimensions=("time", "month", "clock", "length"),
    ),
    _attribute(  # a size
        r"\bhow long is (?!.*\b(?:period|time|leave|term|visit|stay|wait|course|meeting|break|session|contract)\b)"
        r"|\bhow far\b|\bcombien mesure"
        r"|\bquelle est (?:la (?:taille|superficie|longueur)|l['’]altitude)\b",
        r"\d|\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|mille|demi|half|two|three"
        r"|four|five|six|seven|eight|nine"
        r"|ten|hundred|thousand|million)s?\b"
        r"|\b(?:mesur|haut|long|large|tall|high|deep|wide|speed|distance|size|taille)",
    ),
    _attribute(  # a height
        r"\bhow (?:tall|high)\b|\bquelle (?:est|etait) la hauteur\b|\bwhat (?:is|was) (?:the |.*['’]s )height\b",
        r"\bhaut|\bhigh|\btall|\bheight|\bmesur|\bmeasur|\baltitude|\belevation|\bculmin|\bsommet|\bsummit|\bstands?\b"
        r"|\brises?\b|\bs['’]eleve|\babove\b|\bau-dessus|\blevels?\b|\bniveau|\betages?\b|\bstor(?:eys?|ies)\b"
        r"|\bsize|\btaille|\batt(?:eint|ain)|\breach",
        dimensions=("length",),
    ),
    _attribute(  # a width
        r"\bhow wide\b|\bquelle (?:est|etait) la largeur\b|\bwhat (?:is|was) (?:the |.*['’]s )width\b",
        r"\blarge|\bwid(?:e|th)|\bacross\b|\bbroad|\bbreadth|\bbeam\b|\bdiamet|\bmesur|\bmeasur|\bsize|\btaille|\bdimension"
        r"|\d ?(?:[a-z]{1,2} )?(?:[x×]|sur|by) ?\d",
    ),
    _attribute(  # a depth
        r"\bhow deep\b|\bquelle (?:est|etait) la profondeur\b|\bwhat (?:is|was) (?:the |.*['’]s )depth\b",
        r"\bdeep|\bdepth|\bprofond|\bfond\b|\bbottom|\bdraught|\bbelow\b|\bmesur|\bmeasur|\bdimension"
        r"|\d ?(?:[a-z]{1,2} )?(?:[x×]|sur|by) ?\d",
    ),
    _attribute(  # a speed
        r"\bhow fast (?:is|are|was|were|can|could|do|does|did|will)\b|\bquelle (?:est|etait) la vitesse\b"
        r"|\b(?:a|what) (?:quelle vitesse|speed)\b",
        r"\bspeed|\bvitesse|\bfast|\brapid|\bknots?\b|\bn(?:oe|œ)uds?\b|\bkm ?/ ?h|\bkmh\b|\bmph\b"
        r"|\d ?[a-z]{1,5} ?/ ?[a-z]+"
        r"|\b(?:per|par|an|a l['’]) ?(?:second|minute|hour|heure|day|jour)|\bslow|\blent",
        dimensions=("time", "month", "clock"),
    ),
    _attribute(  # a colour
        r"\b(?:what|which) colou?rs?\b|\bquelles? (?:(?:est|sont|etait|etaient) (?:la |les |sa |ses )?)?couleurs?\b"
        r"|\bwhat (?:is|are|was|were) (?:the |.*['’]s )colou?rs?\b|\bde quelle couleur\b",
        r"\bcolou?r|\bcouleur|\bteint|\bpaint|\bpeint|#[0-9a-f]{6}\b|\b(?:rgb|rvb|cmyk|cmjn|red|blue|green|yellow|black"
        r"|white|gr[ae]y|purple|pink|brown|gold(?:en)?|silver|ivory|crimson|scarlet|rouges?|bleue?s?|verte?s?|jaunes?|noire?s?"
        r"|blanc(?:he)?s?|grise?s?|violet(?:te)?s?|oranges?|roses?|marrons?|brune?s?|beiges?|doree?s?|argentee?s?|ivoire|ocres?"
        r"|pourpres?|mauves?|turquoises?|magenta|cyan|transparente?s?|clear|dark|light|bright|clair(?:e|es|s)?|sombres?)\b",
    ),
    _attribute(  # a birth
        r"\b(?:quand|ou|when|where)\b.*\b(?:est[- ](?:il|elle) nee?|est nee?|born)\b"
        r"|\bdate de naissance\b|\bbirth ?(?:date|day|place)\b",
        r"\bborn\b|\bnai(?:t|ss)|\bnaqu|\bbirth|(?<!date )\banniversaire|\boriginaire|\bnative?\b|\(\D{0,12}\d{3,4}",
        personal=True,
    ),
)  # fmt: skip
_CAPITAL = r"[A-ZÀ-Þ][\w’'-]*[^\W_]"
_FULL_NAME = re.compile(rf"\b{_CAPITAL}(?: (?:(?:de|du|des|of|la|le|van|von) )*{_CAPITAL})+")
_BEFORE_LAST_NAME = re.compile(r"[a-zß-ÿ]|.*[.,:;!?(]$|(?:Mme|Mlle|Mr|Mrs|Ms|Dr|Pr)$")  # no first name
_BORN = re.compile(r"\bnée?s?\b", re.IGNORECASE)  # without its accent it is the negation


def states_attribute(question: Question, sentence: ScoredSentence) -> bool:
    """Return whether a sentence, one beside it or what it stands under holds the kind of thing asked for.

    For an age, a relative or a birth its passage must also hold one of the names that the question gives: the age of
    another person is no answer. A sentence beside it does not count if it is about another of the same kind. What is
    asked of a person by first and last name must be said of this one.
    """
    attributes = [
        attribute for attribute in _ATTRIBUTES if attribute.question_pattern.search(fold_keeping_offsets(question.text))
    ]
    if not attributes:
        return True
    personal = bool(question.names) and any(attribute.personal for attribute in attributes)
    if personal and not _shares_name(question.names, sentence.candidate.passage.names):
        return False
    person = _FULL_NAME.search(question.text, 1)
    if person and any(attribute.personal or attribute.owned for attribute in attributes):
        return any(_states(attribute, sentence, person.group()) for attribute in attributes)
    neighbours = sentence.candidate.passage.sentences[max(0, sentence.at - 1) : sentence.at + 2]
    texts = [neighbour.text for neighbour in neighbours if not names_rival(question, neighbour.text)]
    text = " ".join([*sentence.above, *texts])
    of_person = any(phrase.is_human for phrase in Phrases(question.text).cores)
    return all(attribute.is_in(text, of_person=of_person) for attribute in attributes)


def _states(attribute: _Attribute, sentence: ScoredSentence, person: str) -> bool:
    """Return whether a sentence or one beside it gives the attribute of a person, and not that of another."""
    texts = [neighbour.text for neighbour in sentence.candidate.passage.sentences]
    context = " ".join([sentence.sentence.span.document.title, *sentence.above])
    is_about, stated = _is_named(person, context), False
    for at, text in enumerate(texts[: sentence.at + 2]):
        is_named = _is_named(person, text)
        names_other = not is_named and any(not _is_named(other, person) for other in _FULL_NAME.findall(text))
        is_about = is_named or (is_about and not names_other) or _is_named(person, context)
        stated |= is_about and at >= sentence.at - 1 and attribute.is_in(text)
    return stated


def _is_named(person: str, text: str) -> bool:
    """Return whether a text has two words of a person's name, or the last of them without another first name."""
    words = words_of(person)
    if sum(any(is_spelled_alike(word, other) for other in words_of(text)) for word in words if len(word) > 2) > 1:
        return True
    return any(
        fold(word.strip(".,:;!?()")) == words[-1] and (previous is None or _BEFORE_LAST_NAME.match(previous))
        for previous, word in zip([None, *text.split()], text.split(), strict=False)
    )


def _shares_name(question_names: Collection[str], stated_names: Collection[str]) -> bool:
    """Return whether a name is in both, perhaps as another language spells it («Poutine», "Putin")."""
    return any(is_spelled_alike(name, other) for name in question_names for other in stated_names)
