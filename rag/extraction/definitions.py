"""Sentences that define a term or spell out an acronym, told by their form.

A definition opens with its term and goes on with a copula and a kind («Un four est une enceinte …»), as in Hearst
(1992), or names the term after it has described the thing («appelé four»). The letters of an acronym are matched to the
initials of the words beside it, as in Schwartz and Hearst (2003), small words apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from index.documents import Span
from index.language import fold
from rag.text.folding import any_of, fold_keeping_offsets, inflect, words_of

_UNREADABLE = 0.7  # times the strength of a sentence whose subject the one before names: "This is called …"
CERTAIN = 0.5  # least strength of a sentence that is taken for a definition
_BETWEEN = r"[^\w]{1,3}"
_LONGEST = 8  # words of a term
_LONGEST_TYPED = 6  # letters of an acronym that is typed in small letters
_ARTICLE = r"(?:an?|the|une?|le|la|les|l['’]|des|du|any|every|each|toute?|chaque)"
_EXACTLY = r"(?:exactement|au juste|precisement|concretement|vraiment|en fait|donc|exactly|actually|really|even)"
_QUESTION_END = rf"(?:,? (?:{_EXACTLY}|ici|here|du coup|dans ce contexte|in this context))?[\s?!.…»\"”]*$"
_TERM_OF = (
    rf"(?:(?:les? |l['’]|the |du |de l['’]|de la |d['’]|de |of )?"
    r"(?:terme|mot|expression|sigle|acronyme|abreviation|notion|concept|term|word|phrase|acronym|abbreviation"
    r"|initials|lettre|letter)s? )?"
    rf"(?:(?:de |d['’]|of )?{_ARTICLE}(?: |(?<=['’])))?[«\"“]?\s*(?P<term>.+?)\s*[»\"”]?"
)
_WHAT_IT_IS = (
    r"(?:c(?:['’ ]?est)? (?:quoi|koi)|(?:qu['’]?es[- ]?a[cq]o|k[ei]sako)|qu['’]est[- ]ce que c['’]est(?: que)?)"
)
_EXPLAIN = (
    r"(?:(?:(?:peux|peut|pourrais|pouvez|pourriez)[- ](?:tu|vous) )?(?:m['’]|me |nous )?explique[rz]?(?:[- ]moi)?"
    r"|(?:dis|dites)[- ]moi|(?:sais|savez)[- ](?:tu|vous)"
    r"|(?:(?:can|could) you |please )?(?:explain|tell me|describe)(?: to me)?|do you know)"
)
_DEFINITION_QUESTIONS = tuple(
    re.compile(rf"^{form}{_QUESTION_END}")
    for form in (
        rf"qu['’]est[- ]ce qu['’](?:on|ils|elles) (?:(?:appell|nomm)e(?:nt)?|entend(?:ent)?(?: ici)? par) {_TERM_OF}",
        rf"(?:{_WHAT_IT_IS}|qu['’]est[- ]ce qu(?:e |['’]))(?: {_EXACTLY},?)? ?{_TERM_OF}",
        rf"{_EXPLAIN} ce qu(?:['’]est |e (?:veut dire|signifie|designe) ){_TERM_OF}",
        rf"{_EXPLAIN} what {_TERM_OF} (?:is|are|means?|stands? for)",
        rf"(?:a quoi correspond(?:ent)?|que represente(?:nt)?) {_TERM_OF}",
        rf"comment se defini(?:t|ssent) {_TERM_OF}",
        rf"{_TERM_OF},? (?:c['’]est quoi|qu['’]est[- ]ce que c['’]est|what(?: is|['’]s) (?:it|that|this))",
        rf"(?:que|qu['’]est[- ]ce que) (?:signifie|veut dire|designe|signifient|veulent dire) {_TERM_OF}",
        rf"{_TERM_OF},? (?:ca|cela) (?:veut dire|signifie|designe) quoi",
        rf"{_TERM_OF},? (?:veut dire|veulent dire|signifie(?:nt)?|designe(?:nt)?) quoi",
        rf"(?:ca|cela) (?:veut dire|signifie|designe) quoi,? {_TERM_OF}",
        rf"(?:qu['’]entend[- ]on par|qu['’]appelle[- ]t[- ]on|que faut[- ]il entendre par) {_TERM_OF}",
        rf"(?:on|ils|elles|vous) (?:entend(?:ent|ez)? quoi par|appell(?:e|ent|ez) quoi) {_TERM_OF}",
        rf"comment definit[- ]on {_TERM_OF}",
        rf"(?:quel(?:le)? est )?(?:la |le )?(?:definition|signification|sens) (?:de |du |d['’]){_TERM_OF}",
        rf"(?:peux[- ]tu |pouvez[- ]vous )?(?:me )?defini(?:s|ssez|r)(?:[- ]moi)? {_TERM_OF}",
        rf"what (?:does|do|did) {_TERM_OF} (?:stand for|refer to|denote|mean(?: in .+)?)",
        rf"what(?: is meant|['’]s meant| do (?:they|you|we) mean) by {_TERM_OF}",
        rf"{_TERM_OF}(?: ?[:,])? (?:meaning|definition|signification|acronym|sigle)",
        rf"definition(?: ?:)? {_TERM_OF}",
        rf"what(?:['’]s| is| are) {_TERM_OF} short for",
        rf"(?:what(?:['’]s| is) )?the full (?:form|name) of {_TERM_OF}",
        rf"{_TERM_OF} stands? for(?: what)?",
        rf"(?:what is )?(?:the |a )?(?:definition|meaning) of {_TERM_OF}",
        rf"(?:can you |could you |please )?define:? {_TERM_OF}",
        rf"how (?:is|are) {_TERM_OF} defined",
        rf"what(?: {_EXACTLY})?(?: is|['’]?s| are| was| were)(?: {_EXACTLY})? {_TERM_OF}",
    )
)
_EXPANDED = re.compile(
    r"\bstands? for\b|\bshort for\b|\bfull (?:form|name)\b|\b(?:lettres|letters)\b"
    r"|\bsigle\b|\bacronym|\babbreviation\b|\babreviation\b|\binitials\b|\binitiales\b"
)
_MEANING = re.compile(r"\b(?:veut dire|veulent dire|signifient?|means?|meaning|signification)\b")
# A term with one of these is a clause or asks for a value, not for a definition.
_NO_TERM = frozenset(
    """il elle ils elles on je tu nous vous qui que qu dont ne pas a ont est sont etait fut doit doivent peut peuvent
    dit fait faut va se s y he she they it you we i who which that did do does is are was were will would can could
    should must has have had there this your his her their its my our""".split()
)
_TO = re.compile(r"(?<=\s)à(?=\s)")  # «un bac à sable», where «a» would be a verb
_ACRONYM_IN_CONTEXT = re.compile(
    r"(?P<letters>[A-Z]{2,10}s?),? (?:dans|chez|sur|en|in|at|on) .+"
)  # "the CP in the budget"
_RELATION = re.compile(
    r"^what(?: is|['’]s| are| was| were) the .*\b(?:of|for|in|to|at|on|between|from|with|by|when|if)\b"
)


@dataclass(frozen=True)
class Term:
    """What a question wants defined, as written; whether only its letters are to be spelled out, or what it means."""

    text: str
    is_expanded: bool
    is_meant: bool = False

    @cached_property
    def words(self) -> list[str]:
        """Return its folded words."""
        return words_of(self.text)

    @cached_property
    def is_acronym(self) -> bool:
        """Return whether it may be made of initials: two to ten letters in capitals, or any if the question says so."""
        letters = re.sub(r"[.\s]", "", self.text)
        return (
            2 <= len(letters) <= 10
            and letters.isalpha()
            and (letters.isupper() or (self.is_expanded and len(self.words) == 1))
        )

    @cached_property
    def letters(self) -> str:
        """Return the letters that may be initials, as texts write them; "" for a term that may be no acronym.

        People type «c'est quoi la cdv ?», too.
        """
        is_typed_small = len(self.words) == 1 and 2 <= len(self.text) <= _LONGEST_TYPED and self.text.isalpha()
        return self.text.upper() if self.is_acronym or (is_typed_small and self.text.islower()) else ""

    @cached_property
    def _pattern(self) -> str:
        word_patterns = [any_of("|".join(map(re.escape, inflect(word)))) for word in self.words]
        return rf"(?<!\w){_BETWEEN.join(word_patterns)}(?!\w)"

    @cached_property
    def patterns(self) -> Sequence[tuple[re.Pattern[str], float]]:
        """Return the forms of a definition, the surest first, with their strengths."""
        opening = f"{_LEAD}{self._pattern}{_ASIDE}"
        term = rf"(?:{_ARTICLE}(?: |(?<=['’])))?[«\"“'’*]?{self._pattern}"
        return tuple(
            (re.compile(pattern), strength)
            for pattern, strength in (
                (rf"{opening} {_NOT}", 0.2),
                (rf"{opening} {_KIND}", 1.0),
                *([(rf"{_MODIFIED}{self._pattern}{_ASIDE} {_KIND}", 0.3)] if self.text.islower() else ()),
                (rf"{_FRAMED} {term}", 0.9),
                (
                    rf"\b(?:par|by) {term}[»\"”'’*]*,? (?:on|il faut|nous|we|is|are) (?:entend|design|comprend|mean)",
                    0.9,
                ),
                (rf"{opening} (?:is|are|was|were|est|sont|etait|etaient|fut|furent) {_THE}", 0.8),
                (rf"^[^\w]*{_LABEL}[^\w]*{term}[»\"”'’*]?\s*(?::|[–—]|\s-)\s*(?!\d)\w+\W+\w+\W+\w+", 0.8),
                (rf"{_CALLED} {term}", 0.65),
                (rf"{opening} are {_PLURAL}", 0.6),
                (rf"{_SUBJECT}{term}{_ASIDE} {_KIND}", 0.55),
                (rf"{opening} (?:is|are|was|were|est|sont|etait|etaient)\b", 0.4),
            )
        )


_LABEL = r"(?:\(?(?:[a-z]|[ivx]{1,4}|\d{1,2}(?:[.-]\d{1,2})*)[.)]\s+)?"  # of an item: "b. ", "1.2) "
_ANAPHORIC = re.compile(r"[^\w]*(?:this|these|it|such|ce(?:t|tte|s)?|il|elle|c['’]est)\b")
_LEAD = (
    rf"^[^\w]*{_LABEL}[^\w]*"
    r"(?:(?:en|in|dans|pour|for|selon|as|with|sur|on|under|at|according) [^,.;:]{1,60}, )?"
    rf"(?:{_ARTICLE}(?: |(?<=['’])))?"
    r"(?:(?<!\ba )(?:terme|mot|expression|notion|concept|term|word|name|phrase) (?:de |of |d['’])?)?[«\"“'’*]*\s*"
)
# "A word facet is a simple facet" says nothing of facets; behind a common noun, a name is in apposition.
_MODIFIED = r"^[^\w]*(?:an?|the|any|each|every) (?:[\w-]+ ){1,2}"
# Where a subject may begin: not after a preposition, and not behind its own article. In "his trust in the bank is a
# surprise" the bank is not the subject.
_SUBJECT = r"(?<!\w)" + "".join(
    rf"(?<!\b{word})"
    for word in (
        *("de ", "du ", "des ", "d'", "d’", "a ", "au ", "aux ", "en ", "par ", "pour ", "sur ", "dans ", "avec "),
        *("of ", "to ", "in ", "for ", "by ", "on ", "at ", "with ", "from ", "against ", "about ", "contre "),
        *("l'", "l’", "le ", "la ", "les ", "un ", "une ", "the ", "an "),
    )
)
_ASIDE = (
    r"\s*[»\"”'’*]*(?: ?\((?:[^()]|\([^()]*\)){1,250}\)| ?\[[^]]{1,100}\]|,[^.;]{1,150}?,"
    # Other names for it, which no comma need close.
    r"|,? (?:parfois |souvent |aussi |egalement |sometimes |often |also |commonly )*"
    r"(?:appelee?s?|nommee?s?|dite?s?|denommee?s?|called|known as|named) [^.;:]{1,200}?(?= (?:est|sont|is|are) )){0,3}"
)
_NOT = r"(?:n['’](?:est|etait)|ne (?:sont|designe|signifie)|(?:is|are|was|were) not|isn['’]t|aren['’]t)\b"
# A plural that goes on, as in "walls that hold water"; not "cleaned on Sundays".
_PLURAL = (
    r"(?:\w+ly )?(?:\w+s (?:and|or) )?(?:(?!\w+ed\b|(?:on|in|at|by|to|for)\b)\w+ ){0,2}\w+s"
    r" (?:that|which|who|used|made|of|for|in|with)\b"
)
_THE = r"(?:the|le|la|les|l['’]|celle|ceux|ce qu|tout(?:e|es)?|any|all|every)"
_ONE_OF = r"one of(?! .{0,40}\b(?:most|best|main|\w+est)\b)"  # not "one of its strongest features"
# Not «donc»: «la location est donc une alternative» concludes.
_OFTEN = r"(?: (?:also|basically|simply|usually|generally|often|typically|commonly|aussi|egalement))?"
_KIND = any_of(
    rf"""(?:is|are|was|were){_OFTEN} (?:an?|any|{_ONE_OF}|some|defined|the (?:name|term|process|act|art|set|study))\b
    (?:means?|refers? to|denotes?|designates?|represents?|stands? for|is short for|consists? of|describes?)\b
    (?:est|sont|etait|etaient|fut|furent){_OFTEN} (?:une?|des|l['’]une?|definie?s?|le (?:fait|nom|terme))\b
    (?:est|sont){_OFTEN} l['’](?:ensemble|action)\b
    (?:est|sont) (?:constituee?s?|composee?s?|formee?s?) (?:par|de|d['’]|des|du)\b
    (?:designe|signifie|represente|correspond|consiste|regroupe|recouvre|constitue)(?:nt)?\b
    (?:s['’]entend(?:ent)?|se defini(?:t|ssent)|veut dire|renvoie a)\b"""
)
_FRAMED = (
    r"\b(?:(?:on|nous) (?:entend(?:ons)?|designe|comprend) par|(?:il faut|faut[- ]il) entendre par|on (?:appelle|nomme)"
    r"|we call|est (?:consideree?|reputee?) comme)"
)
_CALLED = (
    r"\b(?:called|known as|named|termed|referred to as|hereinafter|hereafter|appelee?s?|denommee?s?|nommee?s?|dite?s?"
    r"|baptisee?s?|qualifiee?s? de|sous le nom de|ci-apres)(?: also| aussi| communement)?"
)


def parse_term(question: str) -> Term | None:
    """Return the term that a question wants defined; None if it asks for something else."""
    folded = fold_keeping_offsets(question)
    if _RELATION.match(folded) and not re.search(r"\b(?:definition|meaning) of\b", folded):
        return None
    for pattern in _DEFINITION_QUESTIONS:
        if match := pattern.match(folded):
            text = question[slice(*match.span("term"))]
            if acronym := _ACRONYM_IN_CONTEXT.match(text):
                text = acronym["letters"]
            words = words_of(_TO.sub(" ", text))
            is_term = 0 < len(words) <= _LONGEST and not (_NO_TERM.intersection(words) and not text.isupper())
            return Term(text, bool(_EXPANDED.search(folded)), bool(_MEANING.search(folded))) if is_term else None
    return None


def rate_definition(term: Term, text: str) -> float:
    """Return how surely a sentence defines a term, 0 to 1."""
    folded = fold_keeping_offsets(" ".join(text.split()))
    if folded.endswith("?"):
        return 0.0
    strength = next((strength for pattern, strength in term.patterns if pattern.search(folded)), 0.0)
    return _UNREADABLE * strength if _ANAPHORIC.match(folded) else strength


_SMALL = frozenset("a au aux d de des du en et l la le les of the and for in on to sur pour by par with s".split())
_TOKEN = re.compile(r"[^\W\d_]+")
_SPARE = 4  # letters from which an acronym may leave one word out


def find_expansion(acronym: str, text: str) -> Span | None:
    """Return the words that the letters of an acronym stand for in a text that also holds it; None without them.

    They stand before it («Long Name (LN)») or after it («LN (Long Name)», «LN : long name», "LN stands for …"). In
    brackets they need not all be initials: «Laiterie du Val (LTV)».
    """
    letters = "".join(words_of(acronym))
    tokens = [(fold(match.group()), Span(*match.span())) for match in _TOKEN.finditer(text)]
    for match in re.finditer(rf"(?<!\w){re.escape(acronym)}(?!\w)", text):
        if opening := _OPENED.search(text, 0, match.start()):
            before = [token for token in tokens if token[1].end <= opening.start()]
            if span := _initials(letters, before, is_before=True):
                return span
            if opening.group()[0] == "(" and (span := _spelled(letters, before, text[: opening.start()])):
                return span
        if followed := _FOLLOWED.match(text, match.end()):
            after = [token for token in tokens if token[1].start >= followed.end()]
            if span := _initials(letters, after, is_before=False):
                return span
    return None


def find_opening_expansion(acronym: str, text: str) -> Span | None:
    """Return the words that open a text and have the letters of an acronym, its heading, as their initials."""
    tokens = [(fold(match.group()), Span(*match.span())) for match in _TOKEN.finditer(text)]
    span = _initials("".join(words_of(acronym)), tokens, is_before=False) if tokens else None
    return span if span and span.start == tokens[0][1].start else None


# What stands between the long form and its letters, and between the letters and their long form.
_OPENED = re.compile(
    r"(?:\(|,|[–—-]|\bou|\bor|\bdite?|\bsoit|ci-après|hereinafter|abr[ée]g[ée]e?s? en|abbreviated (?:as|to)?)"
    r"\s*(?:(?:the|le|la|les|l['’]|or|ou|dit|dite|aussi|also)\s*)?[«\"“'’]?\s*$"
)
_FOLLOWED = re.compile(
    r"[»\"”'’]?\s*(?:\(|:|=|[–—]|\s-\s|,|stands? for|means?|signifie|veut dire|is short for|pour)"
    r"\s*(?:(?:(?:the|le|la|les|or|ou|pour|an?|une?)\b|l['’]|i\.e\."
    r"|(?:acronyme?|sigle|abréviation|abbreviation|initiales|initials|short) (?:d['’]|(?:de|du|of|for)\b))\s*)*"
    r"[«\"“'’]?\s*"
)


def _initials(letters: str, tokens: Sequence[tuple[str, Span]], *, is_before: bool) -> Span | None:
    """Return the span of the tokens whose initials are the letters: the last if they come before, else the first."""
    limit = 2 * len(letters) + 6
    window = list(tokens[-limit:]) if is_before else list(tokens[:limit])
    order = window[::-1] if is_before else window
    words = tuple(word for word, _ in order)
    used = _match(letters[::-1] if is_before else letters, words, len(letters) >= _SPARE)
    if used is None:
        return None
    spans = [span for _, span in order[: used + 1]]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _spelled(letters: str, tokens: Sequence[tuple[str, Span]], before: str) -> Span | None:
    """Return the span of the fewest last words, up to a mark, that have the letters in order, as their name may.

    The first letter begins the first of them, and the last the last (after Schwartz and Hearst 2003).
    """
    clause = max((before.rfind(mark) for mark in ".;:!?("), default=-1)
    for count in range(2, 2 * len(letters) + 1):
        window = [token for token in tokens[-count:] if token[1].start > clause]
        if len(window) < count:
            return None
        words = [word for word, _ in window]
        letters_left = iter("".join(words)[1:])
        is_framed = words[0][0] == letters[0] and words[-1][0] == letters[-1]
        if is_framed and all(letter in letters_left for letter in letters[1:]):
            return Span(window[0][1].start, window[-1][1].end)
    return None


def _match(letters: str, words: Sequence[str], may_spare: bool) -> int | None:
    """Return the position of the word that the last letter begins, if the letters begin the words in order.

    The first word must begin with a letter; small words may be skipped, and one other if ``may_spare``.
    """

    @cache  # of this call: there are few places, but many ways to each
    def last(matched: int, at: int, may_spare: bool) -> int | None:
        if matched == len(letters):
            return at - 1
        if at >= len(words):
            return None
        begins = words[at].startswith(letters[matched])
        if begins and (used := last(matched + 1, at + 1, may_spare)) is not None:
            return used
        if words[at] in _SMALL and at > 0:
            return last(matched, at + 1, may_spare)
        return last(matched, at + 1, False) if may_spare and at > 0 else None

    return last(0, 0, may_spare)
