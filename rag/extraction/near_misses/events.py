"""What a question takes for done: why somebody left is not answered where nobody left.

Each event is a verb as questions suppose it, and the words by which texts tell of it, or of the same in other words.
"""

import re

from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import Question
from rag.text.folding import any_of, fold_keeping_offsets

_SUPPOSES = re.compile(
    r"\b(?:pourquoi|why|(?:a|pour) (?:quelle|la suite)|(?:for )?what (?:reason|caused?|made|led)|how come"
    r"|comment se fait)\b"
)
_EVENTS = tuple(
    (re.compile(rf"\b{any_of(supposition)}"), re.compile(rf"\b{any_of(statement)}"))
    for supposition, statement in (
        (
            """demission|resign|step(?:ped)? down|quitte[er]?\\b|(?:est|sont)(?:-(?:il|elle)s?)? partie?s?\\b
            did .{1,40} (?:leave|quit)\\b""",
            """demission|resign|step(?:ped|ping|s)? (?:down|aside|away)|quit|part(?:i|ie|is|ant|ir|ait)\\b|depart
            leav|left|retir|renonc|remplac|replac|succed|ne souhait|fin de (?:son )?mandat|vacan""",
        ),
        (
            r"annul|cancell?ed|call(?:ed)? off|did .{1,40} cancel\b",
            """annul|cancel|call(?:ed|ing)? off|supprim|report|postpon|deplac|moved|maint|renonc|abandon
            suspen|interromp
            n['’]a(?:ura)? pas (?:eu )?lieu|not take place""",
        ),
        (
            r"licenci|vire\b|viree?s\b|fired\b|dismissed|sacked|laid off|renvoye",
            """licenci|vire|renvo|congedi|rupture|fir(?:ed|ing)|dismiss|sack|laid off|layoff|lay[- ]off|terminat
            suppress|revoqu|depart|let go|redundan|quitt|left|part(?:i|ie)\\b""",
        ),
        (
            r"interdi[ts]|banned|prohibited|forbidden",
            """interdi|prohib|proscri|ban\\b|bann|forbid|forbad|not (?:allow|permit)
            pas (?:autoris|permis|admis)|deconseil|refus|exclu|empech|prevent|must not|ne doi(?:t|vent) pas|cannot
            no longer""",
        ),
        (
            r"refuse[er]?\b|refusee?s?\b|rejete|rejected|turned down|refused",
            """refus|reje[ct]|turn(?:ed)? down|declin|ecart|contre\\b|against|oppos|non\\b|debout|defavorable|irrecevab
            not (?:accept|grant)|pas (?:accept|retenu|accord)|ajourn|bloqu""",
        ),
        (
            r"vendu|sold\b|vendre\b",
            "vend|vent|sold|sell|sale|cede|cession|acqui|achet|bought|buy|purchas|repris",
        ),
        (
            r"dissou[ts]|dissolution|dissolved|disbanded",
            "dissou|dissol|disband|liquid|fermet|close|cess|mis fin|fin de l|ended|wound up",
        ),
    )
)


def states_event(question: Question, sentence: ScoredSentence) -> bool:
    """Return whether a sentence, its passage or what it stands under tells of what a question for a reason supposes.

    A text in another language than the question may do so in words that are not listed here.
    """
    folded = fold_keeping_offsets(question.text)
    if sentence.candidate.passage.field != question.language or not _SUPPOSES.search(folded):
        return True
    statements = [statement for supposition, statement in _EVENTS if supposition.search(folded)]
    texts = (neighbour.text for neighbour in sentence.candidate.passage.sentences)
    passage = fold_keeping_offsets(" ".join([*sentence.above, *texts]))
    return all(statement.search(passage) for statement in statements)
