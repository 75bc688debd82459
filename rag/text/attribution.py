"""Attribution: the speaker that a question asks for, and the speakers that a sentence is attributed to.

A speaker is named («Dmitri Peskov») or definite («le ministère»): «tout» in «cela explique tout» is neither.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from index.language import STOPWORDS, fold
from rag.text.patterns import MONTHS, WEEKDAYS, either
from rag.text.prefilter import GuardedPatterns


def _spell(words: str) -> str:
    """Return a pattern for any of the words, with or without their accents."""
    pattern = either(words)
    for letters in ("ée", "èe", "îi", "çc"):
        pattern = pattern.replace(letters[0], f"[{letters}]")
    return pattern


_STEMS = _spell(
    """indiqu annonc annonç déclar affirm soulign ajout précis rapport estim expliqu dénonc dénonç déplor assur confi
    martel martèl constat rappel rappell not regrett accus insist exhort confirm jug évoqu object
    protest rétorqu répliqu plaid"""
)
_PARTICIPLES = _spell("dit redit averti démenti promis reconnu répondu soutenu prétendu admis")
_FINITE = _spell(
    """disent disait disaient répond répondent répondait répondit dément démentent démentait promet reconnaît
    reconnait reconnaissait avertit admet soutient soutenait prétend prétendait"""
)
_ENGLISH = either(
    """said says announced announces stated states declared declares added adds claimed claims denied denies reported
    reports warned warns stressed told argued argues explained explains insisted insists noted notes objected objects
    protested protests replied replies complained complains"""
)
_MEANWHILE = (
    r"(?: (?:de (?:son|leur) côté|pour sa part|par ailleurs|par la suite|dans un communiqué|in a statement|aussi|ainsi"
    rf"|déjà|{either(WEEKDAYS)}|\w+ment))?"
)
_SAYS = (
    rf"(?:(?:a|ont|avait|avaient|aurait){_MEANWHILE} (?:{_STEMS}[ée]|{_PARTICIPLES})"
    rf"|{_STEMS}(?:e|ent|ait|aient|a|[èe]rent)|{_FINITE}|dit(?! [«“])|{_ENGLISH})\b"
)
# What is said follows the verb; «explique la hausse» has a cause for its subject, not a speaker.
_REPORTED_SPEECH = (
    r"(?=(?:, [^,;:.«»]{3,60},)?,?\s*(?:[^\s,;:.]+ ){0,6}?"
    r"(?:qu['’e]|that\b|how\b|avoir\b|être\b|vouloir\b|[^\s,;:.«“\"]*:|«|“|\"))"
)
_STOPS = either(sorted({*STOPWORDS, *MONTHS, *WEEKDAYS, "hier", "yesterday", "après", "été", "même"}))
_WORD = rf"(?!(?i:{_STOPS})\b)[^\W\d_][\w’'-]*"
_CAPITAL = rf"(?!(?i:{_STOPS})\b)[A-ZÀ-ÖØ-ÞŒ][\w’'-]*"
_OF = r"(?:de la |de l['’]|des |du |de |d['’]|of the |of )?"
_THE = r"\b(?:[Ll]['’]|[Ll]es? |[Ll]a |[Tt]he |[Ss](?:on|a|es) |[Ll]eurs? |[Hh](?:is|er) |[Tt]heir )"
_WORDS = rf"{_WORD}(?: {_OF}{_WORD}){{0,5}}"
_NAME = rf"(?:M\. |Mme |Mr\.? |Mrs\.? )?{_CAPITAL}(?: {_OF}{_CAPITAL}){{0,3}}"
_SUBJECT = rf"(?:{_THE}(?P<the>{_WORDS})|(?P<name>{_NAME}))"
_MEASURES = either(
    """cas types? nature taille [âa]ge nombre saison situation montant durée lieu besoins? crit[èe]res? modalités
    circonstances size type number age case season plupart"""
)
_SOURCE = (
    r"(?:[Ss]elon|[Dd]['’]apr[èe]s|[Aa]ccording to|[AaÀà] en croire|[Aa]ux yeux de|[Dd]e l['’]avis d(?:e|u|es)"
    r"|[Aa]ux dires d(?:e|u|es))"
)
_MANY = r"(?:tou(?:te)?s |all |most |many |several |plusieurs |de nombreu(?:x|ses) |la plupart des )?"
_ACCORDING = GuardedPatterns(
    _SOURCE,
    rf"(?:^\W*(?:\w+ )?|[,;(–—»]\s*)\b{_SOURCE} {_MANY}(?:une? |an? |{_THE})?(?!{_MEASURES}\b)"
    rf"(?P<the>{_WORDS})(?P<also>, {_NAME}(?=,))?"
    rf"|{_SOURCE} (?:{_THE})?(?P<name>{_NAME})",
)
_SAID_WHO = rf"(?:^|[,»”\"!?–—])\s*{_SAYS}{_MEANWHILE} {_SUBJECT}(?P<also>(?: et| and|,) {_NAME}(?=[,.;]|$))?"
_WHO_SAID = rf"(?<!que )(?<!qu['’])(?<!that ){_SUBJECT}(?:, [^,;:.«»]{{3,80}},)?{_MEANWHILE} {_SAYS}{_REPORTED_SPEECH}"
_SPOKEN = GuardedPatterns(rf"\b{_SAYS}", _SAID_WHO, _WHO_SAID)
# What is read in a draft alone: «…, Anne said.», «Anne pense que …», «Comme le dit Anne, …».
_THINKS = (
    r"(?:pense|croit|écrit|(?:a|avait) écrit|considère|suppose|maintient|raconte|(?:a|avait) raconté|thinks|thought"
    r"|believes|believed|writes|wrote|suggests|suggested|concludes|concluded|maintains|maintained)\b"
)
_ATTRIBUTED = GuardedPatterns(
    rf"\b(?:{_SAYS}|{_THINKS})",
    rf"[,»”\"]\s*{_SUBJECT}{_MEANWHILE} {_SAYS}\W*$",
    rf"(?<!que )(?<!qu['’])(?<!that ){_SUBJECT} {_THINKS} (?:qu['’e]|that\b)",
    rf"\b[Cc]omme (?:le |l['’])(?:{_SAYS}|{_THINKS}) {_SUBJECT}",
)
_TEXT = (
    r"(?:[Cc]ommuniqué|[Cc]ompte rendu|[Dd]éclaration|[Ee]stimation|[Ss]tatement|[Pp]orte-parole|[Ss]pokes(?:wo)?man)s?"
    r" (?:de l['’]|de la |du |des |de |d['’]|of the |of |by the |by )"
)
_OF_TEXT = GuardedPatterns(_TEXT, rf"{_TEXT}(?:(?P<name>{_NAME})|(?P<the>{_WORD}(?: {_WORD}(?=[,.;]| a\b| ont\b))?))")
_WHOSE = re.compile(rf"^(?:le |la |les |the )?(?!(?i:porte|spokes)){_TEXT}")
_SAME = re.compile(
    r"\b(?:meme source|le communique(?! d)|l['’ ]?interesse|the statement(?! of| by))\b"
    r"|^\W*(?:celui-ci|celle-ci|ce dernier|cette derniere)\b"
)
_SAYING = either(
    """indiqu annonc declar affirm soulign ajout precis rapport estim expliqu denonc deplor assur confi repondu
    martel averti constat rappel not reconnu regrett accus dement redit insist exhort promis confirm juge evoqu pens
    racont object protest retorqu repliqu plaid"""
)
_ARTICLE = r"(?:l['’ ]|le |la |les |the |un |une |son |sa |ses |des |m\. |mme |mr |mrs )?"
_AS_SOURCE = re.compile(
    rf"\b(?:selon|d['’]apres|according to) (?!quel|qui|quoi|which|what|whom){_ARTICLE}(?P<speaker>.*)"
)
_SPEECH_QUESTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bqu['’](?:a|ont|avait|avaient) (?:\w+ )?(?:{_SAYING}\w{{0,4}}|dit) (?!qu){_ARTICLE}(?P<speaker>.*)",
        rf"\bque (?:{_SAYING}(?:e(?:nt)?|ait)|repond(?:ent)?|disait|dit|disent) {_ARTICLE}(?P<speaker>.*)",
        rf"\bwhat (?:did|does|has) {_ARTICLE}(?P<speaker>.*?) (?:say|said|announced?|declared?|stated?|claim|report"
        r"|warn|tell|told|think|answer(?:ed)?|repl(?:y|ied)|explain|argue)",
    )
)
_FOR = re.compile(rf"(?:^[Pp]our|, pour) (?:[Ll]['’]|[Ll]es? |[Ll]a )?(?P<speaker>{_NAME})")
# What tells, folded, that somebody says or thinks something, whatever the construction.
_SPEECH = re.compile(
    r"\b(?:(?:indiqu|annonc|declar|affirm|soulign|ajout|precis|rapport|estim|expliqu|denonc|deplor|assur|confi|repond|martel"
    r"|avert|constat|rappel|regrett|accus|dement|insist|exhort|promi|confirm|jug|evoqu|pens|racont|temoign|ecri|pretend"
    r"|recon|admet|admi|souten|soutien|montr|demontr|conclu|propos|suppos|observ|calcul|decri|consider|recommand|enseign"
    r"|defin|prouv|croi|crai|espe|souhait|publi|said|stat|claim|warn|report|argu|expla|stress|writ|wrot|told|tell|think"
    r"|thought|believ|suggest|conclud|describ|show|prov|recommend|discover|answer|repl|admit|teach|taught|demonstrat"
    r"|testif|hope|fear|recall|remark|mention|object|protest|oppos|retorqu|repliqu|plaid|complain|reproch|critiqu)\w+|dit|dits|dite|dites|disent|disait|disaient|dire|selon|avis|propos|note"
    r"|notes|noted|say|says|said|told|found|finds|thought|added|adds|according|interview|entretien)\b|d['’]apres"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Words that many speakers share, so that they do not tell one from another.
_OFFICES = frozenset(
    """president presidente presidents presidence ministre ministres ministere porte parole chef chefs maire directeur
    directrice responsable responsables autorites gouvernement source sources secretaire general minister ministry
    spokesman spokeswoman spokesperson mayor head government officials director premier prime""".split()
)

# Seats of power stand for those who speak from them.
_SEATS = (
    {"elysee", "presidence francaise", "president francais", "french presidency", "french president", "paris"},
    {"kremlin", "presidence russe", "president russe", "russian presidency", "russian president", "moscou", "moscow"},
    {"maison-blanche", "maison blanche", "white house", "washington", "presidence americaine", "us administration"},
    {"downing street", "gouvernement britannique", "british government", "londres", "london"},
    {"matignon", "premier ministre francais", "french prime minister"},
    {"quai d'orsay", "ministere des affaires etrangeres", "diplomatie francaise", "french foreign ministry"},
    {"pentagone", "pentagon", "departement de la defense", "defense department"},
    {"bruxelles", "brussels", "commission europeenne", "european commission"},
    {"berlin", "gouvernement allemand", "german government", "chancellerie"},
    {"vatican", "saint-siege", "holy see"},
    {"pekin", "beijing", "gouvernement chinois", "chinese government"},
)


def load() -> None:
    """Compile the large patterns now, which takes a seventh of a second, so that no question waits for it."""
    for patterns in (_ACCORDING, _SPOKEN, _OF_TEXT, _ATTRIBUTED):
        patterns.load()


def find_asked_speaker(question: str) -> frozenset[str]:
    """Return the words of the speaker that the question names («selon l'Élysée»), or an empty set."""
    folded = fold(question)
    if match := _AS_SOURCE.search(folded):
        return _words(_name(match["speaker"]))
    if words := find_asked_words(question):
        return words
    recipient = _FOR.search(question)
    return _words(fold(recipient["speaker"])) if recipient else frozenset()


def find_asked_words(question: str) -> frozenset[str]:
    """Return the words of the speaker whose words the question asks for («Qu'a dit le maire ?»), or an empty set."""
    folded = fold(question)
    match = next((match for pattern in _SPEECH_QUESTIONS if (match := pattern.search(folded))), None)
    return _words(_name(match["speaker"])) if match else frozenset()


def _name(text: str) -> str:
    """Return the words up to a mark, or to a function word other than «de»."""
    name = re.match(r"[\w’'-]+(?: (?:de |du |des |d['’]|of )?[\w’'-]+){0,3}", text)
    words = name.group().split() if name else []
    stop = next((at for at, word in enumerate(words) if word in STOPWORDS - {"de", "du", "des", "of"}), len(words))
    return " ".join(words[:stop])


def find_speaker_names(sentence: str) -> tuple[str, ...]:
    """Return each speaker that the sentence is attributed to, as written, without article, the surest first."""
    return tuple(dict.fromkeys(_matches(sentence)))


def find_attributions(sentence: str) -> tuple[str, ...]:
    """Return each speaker whom the sentence itself lets say it, as written, without article."""
    return tuple(dict.fromkeys(_matches(sentence, (_ACCORDING, _SPOKEN, _ATTRIBUTED))))


def mentions_speech(sentence: str) -> bool:
    """Return whether a word of the sentence tells that somebody says or thinks something."""
    return bool(_SPEECH.search(fold(sentence)))


def _matches(sentence: str, kinds: Sequence[GuardedPatterns] = (_ACCORDING, _SPOKEN, _OF_TEXT)) -> Iterator[str]:
    for patterns in kinds:
        for match in patterns.finditer(sentence):
            yield _WHOSE.sub("", (match["the"] or match["name"]) + (match.groupdict().get("also") or ""))


def find_speakers(sentence: str) -> tuple[frozenset[str], ...]:
    """Return the words of each speaker that the sentence is attributed to, the surest first."""
    return tuple(speaker_words for name in find_speaker_names(sentence) if (speaker_words := _words(fold(name))))


def speaker_words(name: str) -> tuple[frozenset[str], ...]:
    """Return the words of a name that a transcript gives, as ``find_speakers`` does; none for one without words."""
    words = _words(fold(name))
    return (words,) if words else ()


def find_speaker(sentences: Sequence[str]) -> str | None:
    """Return the speaker of the last sentence, as written, or None; earlier sentences may resolve an anaphor."""
    previous = (
        [sentence for sentence in sentences[:-1] if find_speaker_names(sentence)] if is_anaphoric(sentences[-1]) else []
    )
    last = previous[-1] if previous else sentences[-1]
    return next((name for name in find_speaker_names(last) if not is_anaphoric(f"le {name}")), None)


def is_anaphoric(sentence: str) -> bool:
    """Return whether the sentence refers to a speaker named before: «selon la même source»."""
    return bool(_SAME.search(fold(sentence)))


def matches_any(speaker: frozenset[str], speakers: Iterable[frozenset[str]]) -> bool:
    """Return whether one of the speakers found is the one asked for, by name or by seat of power."""
    return any(_same(speaker, other) for other in speakers)


def is_same_speaker(speaker: str, other: str) -> bool:
    """Return whether two names, as written, may be of one side: "Kremlin", "porte-parole du Kremlin"."""
    return _same(_words(fold(speaker)), _words(fold(other)))


def _same(words: frozenset[str], other: frozenset[str]) -> bool:
    """Compare seats of power if both have one; otherwise words, of which an office alone is not enough."""
    if _seat(words) and _seat(other):
        return bool(_seat(words) & _seat(other))
    return bool((words & other) - _OFFICES) or words <= other or other <= words


def _seat(words: frozenset[str]) -> frozenset[int]:
    return frozenset(at for at, seats in enumerate(_SEATS) if any(words >= _words(seat) for seat in seats))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _LETTERS.findall(text) if word not in STOPWORDS)
