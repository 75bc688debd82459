"""Greetings, thanks and calls for help: recognised when nothing else is said."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.language import fold
from rag.intents.reply import Reply
from rag.text.folding import words_of
from rag.wording import Wording


class _Courtesy(NamedTuple):
    """Words of which one must be said, and the reply."""

    french: frozenset[str]
    english: frozenset[str]
    reply: Wording


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COURTESIES = (
    _Courtesy(
        _words("merci mercis remercie"),
        _words("thanks thank thx cheers"),
        Wording(
            "Avec plaisir ! Posez une autre question sur vos documents quand vous voulez.",
            "You are welcome! Ask another question about your documents whenever you like.",
        ),
    ),
    _Courtesy(
        _words("bonjour bonsoir salut coucou bonjours"),
        _words("hello hi hey hiya greetings morning afternoon evening"),
        Wording(
            "Bonjour ! Posez une question sur vos documents : je réponds par des citations exactes, avec leur source.",
            "Hello! Ask a question about your documents: I answer with exact quotes and their sources.",
        ),
    ),
    _Courtesy(
        _words("revoir adieu"),
        _words("bye goodbye"),
        Wording(
            "Au revoir ! Vos documents restent prêts pour une autre question.",
            "Goodbye! Your documents stay ready for another question.",
        ),
    ),
    _Courtesy(
        _words("accord parfait super genial compris entendu bravo impeccable"),
        _words("ok okay perfect great cool nice awesome understood"),
        Wording(
            "Très bien ! Posez une autre question sur vos documents quand vous voulez.",
            "Very well! Ask another question about your documents whenever you like.",
        ),
    ),
)
_HOW_ARE_YOU = Wording(
    "Très bien, merci ! Posez une question sur vos documents : je réponds par des citations exactes, avec leur source.",
    "Fine, thank you! Ask a question about your documents: I answer with exact quotes and their sources.",
)
_HELP = Wording(
    "Demandez un fait, une définition, le contenu d’un fichier, chaque mention d’un mot ou la liste de vos documents :"
    " je réponds par des citations exactes, avec leur source.",
    "Ask for a fact, a definition, what a file says, every mention of a word or the list of your documents: I answer"
    " with exact quotes and their sources.",
)
# What may stand beside these words without asking for anything.
_FRENCH = _words(
    """a à au tous tout toutes toi vous tu te t va ca c est tres bien bon bonne journee soiree beaucoup infiniment mille
    pour ton votre l le la aide reponse info infos information informations d encore je j ai comment allez vas monsieur
    madame cher chere et de super parfait genial accord ok la les s il plait ta tes vos nos"""
)
_ENGLISH = _words(
    """there you all everyone everybody so much very a lot many for your the help answer that s is it this good day dear
    sir madam again and my friend are how doing well i got me to please perfect great ok okay works fine u ya no
    was helpful useful really ve not"""
)
# What else may be said of an answer, where nothing is asked.
_FRENCH_COMMENTS = _words(
    """clair claire clairs note vois voila comprends mieux explication explications reponses rapide rapides precision
    precisions utile utiles interessant interessante exactement ce cet cette ces que qu il elle me m fallait cherchais
    voulais savoir aide aides avez as aidee n no non pas besoin rien autre c etait juste"""
)
_ENGLISH_COMMENTS = _words(
    """clear helps helped see exactly what needed wanted was looking know makes sense interesting quick reply
    explanation explanations explaining information just nothing else now"""
)
_EITHER_HELP = re.compile(
    r"(?:(?:a l['’ ]?)?aide(?:[- ]moi)?(?: stp| svp| s['’ ]il (?:te|vous) plait)?|help(?: me)?(?: please)?|au secours"
    r"|(?:que|qu['’]est[- ]ce que)(?: tu)? (?:sais|peux|peut|pouvez|savez)(?:[- ](?:tu|vous|on))? "
    r"(?:faire|me dire|repondre|demander)(?: (?:pour moi|ici))?"
    r"|(?:tu|vous|on) (?:peux|peut|pouvez|sais|savez) (?:faire|demander|repondre a) quoi"
    r"|(?:que|qu['’]est[- ]ce que) (?:puis[- ]je|je peux|peut[- ]on|on peut)(?: te| vous)? demander"
    r"|a quoi (?:sers[- ]tu|servez[- ]vous|tu sers|vous servez)"
    r"|qui (?:es[- ]tu|etes[- ]vous)|(?:tu es|t['’]es|vous etes) qui"
    r"|comment (?:t['’]utiliser|vous utiliser|(?:je t['’]utilise)|dois[- ]je poser (?:une|ma) question)"
    r"|what (?:can|do|could) you (?:do|answer|know)(?: for me)?|what (?:can|may|should|could) i ask(?: you)?"
    r"|what are you(?: for)?|who are you|how (?:do|can|should) i (?:use you|ask(?: you)?(?: a question)?)"
    r"|what can (?:i|you) (?:do|ask) here|how can you help(?: me)?"
    r"|(?:peux|pouvez|pourrais|pourriez)[- ](?:tu|vous) m['’]aider|(?:can|could) you help(?: me)?"
    # What is asked of the program itself, and not of documents.
    r"|(?:es[- ]tu|etes[- ]vous|tu es|vous etes) (?:la|humaine?|reelle?|intelligente?)"
    r"|(?:es[- ]tu|etes[- ]vous|tu es|vous etes) une? (?:ia|robot|machine|humaine?|personne|intelligence artificielle)"
    r"|are you (?:there|human|real|intelligent|an? (?:ai|robot|bot|human|machine|person|artificial intelligence))"
    r"|racont(?:e|ez)(?:[- ](?:moi|nous))? (?:une|ta meilleure|votre meilleure) (?:blague|histoire drole)"
    r"|tell (?:me|us) (?:a|another|your best) joke|je t['’]aime|i love you"
    r"|quelle heure (?:est[- ]il|il est)|il est quelle heure|what time is it(?: now)?|what(?:['’]?s| is) the time"
    r"|quel jour (?:sommes[- ]nous|est[- ]on|on est)|on est quel jour|what day is it(?: today)?)"
)
_GOODBYE = re.compile(
    r"(?:passez une )?bonne (?:journee|soiree|nuit|continuation|fin de journee)"
    r"|a (?:bientot|demain|plus(?: tard)?)|ciao"
    r"|see you(?: later| soon| tomorrow)?|(?:have a )?(?:nice|good) (?:day|evening|night)|take care"
)
_AFTER_GREETING = re.compile(  # else it is asked of what was spoken of
    r"comment (?:ca|cela) (?:marche|fonctionne)|how does (?:this|it) work|(?:tu|vous) (?:sers|servez) a quoi"
)
_HOW = re.compile(
    r"(?:(?:comment )?(?:ca|cela) va(?: bien)?|comment (?:vas[- ]tu|allez[- ]vous|tu vas|vous allez)|quoi de neuf"
    r"|how are you(?: doing)?(?: today)?|how(?:['’]?s| is) it going|what(?:['’]?s| is) (?:up|new))"
)
_MARKS = re.compile(r"[^\w\s'’-]+")
_OPENING = re.compile(
    r"^\s*(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|good (?:morning|afternoon|evening)|merci|thanks|thank you"
    r"|dear \w+|excuse[- ]moi|excusez[- ]moi|excuse me|s['’]il (?:te|vous) pla[iî]t|please)\b"
    r"(?: (?:à tous|there|all|everyone))?\s*[,.!;:–—-]+\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,]*[,.!?;–—-]\s*(?:merci(?: (?:beaucoup|d['’]avance|bien))?|s['’]il (?:te|vous) pla[iî]t|stp|svp|please"
    r"|thanks(?: (?:a lot|in advance))?|thank you(?: (?:so much|very much|in advance))?)\s*[.!]*\s*$",
    re.IGNORECASE,
)


def answer_courtesy(question: str) -> Reply | None:
    """Return one sentence on what can be asked, if a message greets, thanks or asks for help and says nothing else."""
    plain = _plain(question)
    request = _plain(_OPENING.sub("", question))
    if _EITHER_HELP.fullmatch(request) or (request != plain and _AFTER_GREETING.fullmatch(request)):
        return _reply(_HELP, _is_english(request))
    if _GOODBYE.fullmatch(plain):
        return _reply(_COURTESIES[_GOODBYES].reply, _is_english(plain))
    if _HOW.fullmatch(plain):
        return _reply(_HOW_ARE_YOU, _is_english(plain))
    words = words_of(question)
    allowed = _ALLOWED if "?" in question else _ALLOWED | _FRENCH_COMMENTS | _ENGLISH_COMMENTS
    for courtesy in _COURTESIES:
        courtesy_words = courtesy.french | courtesy.english
        if courtesy_words.intersection(words) and all(word in allowed for word in words):
            return _reply(courtesy.reply, _sounds_english(words, courtesy))
    return None


_GOODBYES = 2  # of the courtesies
_ALLOWED = (_FRENCH | _ENGLISH).union(*(courtesy.french | courtesy.english for courtesy in _COURTESIES))


def _sounds_english(words: Sequence[str], courtesy: _Courtesy) -> bool:
    """Return whether more of the words are English than French; where neither are more, whether the courtesy is."""
    french, english = _FRENCH | _FRENCH_COMMENTS, _ENGLISH | _ENGLISH_COMMENTS
    more = sum((word in english) - (word in french) for word in words)
    return more > 0 or (more == 0 and bool(courtesy.english.intersection(words) - courtesy.french))


def _plain(message: str) -> str:
    return " ".join(_MARKS.sub(" ", fold(message)).split())


def _is_english(plain: str) -> bool:
    return bool(
        {"help", "what", "who", "how", "are", "tell", "love", "see", "day", "take", "evening"}.intersection(
            re.findall("[a-z]+", plain)
        )
    )


def _reply(wording: Wording, is_english: bool) -> Reply:
    return Reply("greeting", wording.write("en" if is_english else "fr"), confidence=0.0)


def without_courtesy(question: str) -> str:
    """Return a question without the greeting that opens it and the thanks that close it."""
    request = _OPENING.sub("", question)
    closed = _CLOSING.sub("", request)
    request = f"{closed} ?" if closed != request and "?" in request and "?" not in closed else closed
    return request if any(character.isalnum() for character in request) else question
