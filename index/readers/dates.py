"""Date a document: by its text, else by the name of its file if this is a date, else by its metadata.

A text gives a date in a publication line («Publié le 3 mars 2021»), in a line of its own, alone, with a place or with
what a document is called («Lyon, le 3 mars 2021», «Compte rendu du 3 mars 2021»), or as «ce 3 mars» with a year known
from elsewhere: a line «date 2021-03», the file's name, its metadata. A day and a month alone do not date a text.
"""

import datetime as dt
import re
from typing import NamedTuple

from index.documents import DateOrigin

HEAD = 1500  # characters in which a document says its own date
_SHORT_LINE = 90
_LABEL_LENGTH = 40  # characters of a label on the line above a date
_ENTRIES = 20_000  # characters in which the entries of a diary are looked for
_ROW = re.compile(r": [^;]+; [^:;]+: ")  # of a table, whose dates are those of its records
_BARE = tuple(zip("éèêàâûù", "eeeaauu", strict=True))

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "aout august aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WEEKDAY = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:mon|tue|wed|thu|fri|sat|sun)\b)"
)
_FULL = [
    re.compile(pattern)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"\b{_DAY} {_MONTH},? {_YEAR}\b",
        rf"\b{_MONTH} {_DAY},? {_YEAR}\b",
        rf"\b(?P<day>\d{{1,2}})[/.](?P<number>\d{{1,2}})[/.]{_YEAR}\b",
    )
]
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?=/(?:19|20)\d\d\b)")
_DECEMBER = 12
_YEARS = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR, _AFTER_YEAR = 30, 10  # characters that the rest of a date, and what must not follow it, may take
_SPOKEN = r"publi\w*|mis\w* a jour|modifi\w*|posted|published|updated|ecrit|redige"
_DATE_WORD = rf"(?:{_SPOKEN}|date\w*)"
_OWN_DATE = r"(?:publication|issue|release|revision|update|meeting|session|report|letter|document) date"
_STAMP = re.compile(
    rf"[\s\W]*{_DATE_WORD}(?: le| on| du)? ?:? ?(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)(?:-(?P<day>\d\d))?\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    rf"(?:\b(?:{_SPOKEN}|date\w+|{_OWN_DATE}|date(?= (?:le|on|du)\b))|^\W*date)"
    rf"(?: le| on| du)?(?: {_WEEKDAY})?,? ?:? ?$",
    re.MULTILINE,
)
_OTHER_DATE = re.compile(rf"(?<!\w)(?!{_OWN_DATE})\w+ date $")  # «start date», without a colon
_LABEL = re.compile(
    rf"(?:^|[|])(?P<name>[^|:]*\w[^|:]*?) ?[:|] (?:{_WEEKDAY},? )?$"
)  # before a date: what it is the date of
_ITEM = re.compile(r"[•●▪■◦‣*–-] ")
_OWN_LABEL = re.compile(
    rf"\W*(?:{_DATE_WORD}(?: (?:de |of )?(?:publication|parution|redaction|mise a jour|modification|issue|release))?"
    rf"|(?:[\w.]+\.)?(?:pubdate|lastbuilddate)|{_OWN_DATE}|issued|sent|envoye|emis|fait|seance|reunion|meeting|session|version|edition)"
    r"(?: (?:le|on|du|de la|of the))?(?: document)?"
)
_DATED = re.compile(  # documents and meetings, whose own date follows: «Séance du 3 mars 2021»
    r"(?:compte-?rendu|rendu|proces-verba(?:l|ux)|pv|minutes|reunion|seance|meeting|session|assemblee|conseil|council"
    r"|board|committee|comite|commission|agenda|version|v\d[\d.]*|edition|revision|release|rapport|report|communique"
    r"|bulletin|newsletter|notes?|memo|memorandum|\d{1,3}(?:\.\d{1,3}){2,})"
)
_TITLED = re.compile(r"facture|invoice|devis|lettre|letter|courrier")  # the same where they open the text
_WRITTEN = re.compile(
    rf"(?:{_SPOKEN}|mise?|parue?|diffusee?|emise?|envoyee?|adoptee?|issued|released|revised|sent|written|printed|imprime"
    r"|etabli|fait|signed?|tenue?|held|dated?|datee)"
)
_BESIDE = re.compile(  # says nothing alone
    rf"(?:le|la|l|du|de|des|d|au|a|en|jour|the|of|on|last|press|presse|ligne|compte|ordre|{_WEEKDAY}|redaction|document"
    r"|interne|internal|generale?|general|municipal|communautaire|syndical|administration|ordinaire|extraordinaire|annual|monthly"
    r"|publication|numero|n|no|[a-z]{0,3}-?\d[\w.-]*)"
)
_TOKEN = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
_ON = re.compile(rf"(?:^|\W)(?:le|on|the)(?: {_WEEKDAY})?\W*$")
_CONTINUED = re.compile(r"\W*(?:du|de|of|held|tenue?)\b")
_CAPITAL = r"(?:[LlDd]['’])?[^\W\d_a-zà-ÿ][\w'’-]*"
_LOCATION = re.compile(
    rf"\W*(?:(?P<signed>(?:(?:[Ff]ait|FAIT|Signé) )?[àÀaA]|Done (?:at|in)) )?(?:\d{{5}} )?(?:[Ll][ea] )?{_CAPITAL}"
    rf"(?: (?:{_CAPITAL}|en|sur|sous|lès|les|la|le|upon)){{0,4}}?(?P<comma>,)?(?: (?P<on>[Ll]e|LE))?\W*"
)
_ENGLISH = frozenset("january february march april may june july august september october november december".split())
_TIME = re.compile(
    r"(?:\W|t(?=\d))*(?:(?:a|at) )?(?:\d{1,2} ?(?:h(?:eures)? ?(?:\d\d)?|:\d\d(?::\d\d(?:\.\d+)?)?)?"
    r" ?(?:[ap]\.?m\.?|z|utc|gmt|ces?t|[+-]\d\d:?\d\d)?)?\W*"
)
_HOURS = re.compile(  # of an event: «20 h 30», «de 9 h à 12 h», "7 pm"; «18:30» may be when a page was published
    r"\W*(?:a|de|des|from|at|entre)? ?\d{1,2}(?::\d\d)? ?"
    r"(?:h(?:eures)?\b|h ?\d\d|[ap]\.?m\b\.?|[-–] ?\d{1,2}[:h]).{0,40}"
)
_LABEL_OF_OTHER = re.compile(  # a line above a date, which is then the date of something else
    r"(?:naissance|birth|born|nee?|deces|died|echeance|deadline|limite|due|expir\w*|vala\w*|valid\w*|debut|start|fin|end"
    r"|rendez-vous|quand|when|prochaine?s?|next|arrivee|depart|arrival|departure)"
)
_SALUTATION = re.compile(r"(?:madame|monsieur|mesdames|messieurs|mes|chere?s?|dear|bonjour|hello)\b")
_THIS_DAY = re.compile(rf"\bce (?:{_WEEKDAY} )?{_DAY} {_MONTH}(?: {_YEAR}\b)?")
_NAME = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<number>0[1-9]|1[0-2])(?:[-_. ]?(?P<day>[0-3]\d))?(?!\d)")
_NAME_DAY_FIRST = re.compile(rf"(?<!\d)(?P<day>[0-3]?\d)[-_. ](?P<number>[01]?\d)[-_. ]{_YEAR}(?!\d)")
_WORD_OF_NAME = re.compile(r"[^\W\d_]")
_NAME_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")


class _Head:
    """The start of a text, and its lines, with single spaces: as written, and in lower case without accents."""

    def __init__(self, text: str) -> None:
        head = text[:HEAD]
        self.text = text
        self.is_american = _is_american(head)
        self.bare = _days_first(_lower_bare(head)) if self.is_american else _lower_bare(head)
        self.lines = self.bare.split("\n")
        self.original = [" ".join(line.split()) for line in head.split("\n")]

    def above(self, number: int) -> str:
        """Return the last line above that is not empty; empty if there is none."""
        return next(filter(None, self.lines[:number][::-1]), "")

    def below(self, number: int) -> str:
        """Return the next line below that is not empty; empty if there is none."""
        return next(filter(None, self.lines[number + 1 :]), "")


class Partial(NamedTuple):
    """A date whose month or day may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def full(self) -> dt.date | None:
        """The date; None if a part of it is unknown or it does not exist."""
        return _date(self.year, self.month, self.day) if self.month and self.day else None


def document_date(
    text: str, name: str, metadata: dt.date | None, file_date: dt.date | None = None
) -> tuple[dt.date | None, DateOrigin | None]:
    """Return the date and how it was found, or (None, None). ``name`` is the file's, without its suffix.

    A name that is nothing but a date, as of a daily note, dates the document. A date among other words of a name says
    what it is about, or when it was saved. This and the date of the file, which says when somebody saved it, date no
    document, but tell the year of «ce 3 mars».
    """
    head, name_date = _Head(text), _from_name(name)
    stated = metadata or file_date
    other_dates = [_stamp(head), name_date, stated and Partial(*stated.timetuple()[:3])]
    dated: tuple[tuple[dt.date | None, DateOrigin], ...] = (
        (_from_text(head, [partial for partial in other_dates if partial]), "text"),
        (name_date.full if name_date and not _WORD_OF_NAME.search(name) else None, "name"),
        (metadata, "metadata"),
    )
    return next(((date, origin) for date, origin in dated if date), (None, None))


def date_line_end(text: str) -> int | None:
    """Return the end of a line «date 2021-03» that opens the text, if there is one."""
    match = _STAMP.match(text[:60])
    return match.end() if match else None


def is_date_line(line: str, *, with_place: bool) -> bool:
    """Return whether a line is a date alone, or, ``with_place``, a place and a date: «Lyon, le 3 mars 2021»."""
    if _YEARS.search(line) is None:
        return False
    bare, written = _lower_bare(line), " ".join(line.split())
    for match in _full_dates(bare):
        if _TIME.fullmatch(bare, match.end()):
            is_place = len(bare) == len(written) and _is_place(written[: match.start()], match)
            return is_place if with_place else _is_alone(bare[: match.start()])
    return False


def stated_day(text: str) -> dt.date | None:
    """Return the first full date of a field that holds one, such as «3 mars 2021» or «<2021-03-03 Wed>»."""
    return next((date for match in _full_dates(_lower_bare(text)) if (date := _partial(match).full)), None)


def _lower_bare(text: str) -> str:
    """Lower-case a text and remove its accents («août», «publié»): fast, since each rebuild dates each text again."""
    lower = text.lower()
    for accented, plain in _BARE:
        lower = lower.replace(accented, plain)
    return "\n".join([" ".join(line.split()) for line in lower.split("\n")])


def _is_american(text: str) -> bool:
    """Return whether months stand before days in a text: «03/25/2024» is in it, and no date that says otherwise."""
    pairs = [(int(first), int(second)) for first, second in _SLASHED.findall(text)] if "/" in text else []
    return any(second > _DECEMBER for _, second in pairs) and not any(first > _DECEMBER for first, _ in pairs)


def _days_first(text: str) -> str:
    return _SLASHED.sub(r"\2/\1", text)


def _stamp(head: _Head) -> Partial | None:
    match = _STAMP.match(head.bare)
    if match is None or _is_of_record(head, head.bare.count("\n", 0, match.end())):
        return None
    is_value = head.bare.startswith(";", match.end())  # in a row of a table
    return None if is_value and not _is_head_line(head.bare.partition("\n")[0], head.bare) else _partial(match)


def _from_name(name: str) -> Partial | None:
    match = _NAME.search(name) or _NAME_DAY_FIRST.search(name) or _NAME_YEAR.search(name)
    return _partial(match) if match else None


def _from_text(head: _Head, other_dates: list[Partial]) -> dt.date | None:
    stamp = _stamp(head)
    return (stamp and stamp.full) or _publication_line(head) or _this_day(head.bare, other_dates)


def _publication_line(head: _Head) -> dt.date | None:
    """Return the first full date after «publié le», or in a short line that says no more than when it is from."""
    for match in _full_dates(head.bare):
        number = head.bare.count("\n", 0, match.start())
        line = head.lines[number]
        if (_ROW.search(line) and not _is_head_line(line, head.bare)) or _is_of_record(head, number):
            continue
        is_short = len(line) <= _SHORT_LINE and not line.endswith(".")
        is_published = _PUBLISHED.search(head.bare, max(0, match.start() - 40), match.start())
        if is_published or (is_short and _is_own_date(head, number, match)):
            date = _partial(match).full
            if date:
                return date
    return None


def _is_head_line(line: str, head: str) -> bool:
    """Return whether a line such as «Date: 4 June 2019; Place: Hall; …» heads a text.

    Its first label is one of the document's own date, and no other line begins with it.
    """
    name, colon, _ = line.partition(":")
    opens = _OWN_LABEL.fullmatch(name.strip()) is not None
    return opens and sum(other.startswith(name + colon) for other in head.split("\n")) == 1


def _is_own_date(head: _Head, number: int, date: re.Match[str]) -> bool:
    """Return whether a line holds its date alone, with a place, or with words that call it the document's own."""
    line, start = head.lines[number], date.start() - head.bare.rfind("\n", 0, date.start()) - 1
    before, after = line[:start], line[start + len(date[0]) :]
    if _ITEM.match(before) or _OTHER_DATE.search(before):
        return False
    if (label := _LABEL.search(before)) is not None:
        return _OWN_LABEL.fullmatch(label["name"]) is not None
    if not _TIME.fullmatch(after):
        return False
    if _is_alone(before) or (_opens_letter(head, number) and before == "le "):
        return not _is_of_event(head, number) and not _recurs(head, line, date)
    if _names_own_date(before, is_first=not any(head.lines[:number])):
        return not _recurs(head, line, date)
    if _CONTINUED.match(before) and (above := head.above(number)):
        return _names_own_date(f"{above} {before}")  # «Compte rendu», and below «du 3 mars 2021»
    return len(head.original[number]) == len(line) and _is_place(head.original[number][:start], date)


def _opens_letter(head: _Head, number: int) -> bool:
    return not any(head.lines[:number]) or _SALUTATION.match(head.below(number)) is not None


def _is_alone(before: str) -> bool:
    return all(re.fullmatch(_WEEKDAY, token) for token in _TOKEN.findall(before))


def _is_of_event(head: _Head, number: int) -> bool:
    """Return whether a day alone on its line is that of something else, by the line above («Échéance») or hours."""
    above = head.above(number)
    if _HOURS.fullmatch(head.below(number)):
        return True
    if above.endswith(":") or re.search(r"\bdates?\b", above[:_LABEL_LENGTH]):
        return _OWN_LABEL.fullmatch(above.rstrip(" :")) is None and len(above) <= _SHORT_LINE
    return len(above) <= _LABEL_LENGTH and any(map(_LABEL_OF_OTHER.fullmatch, _TOKEN.findall(above)))


def _is_of_record(head: _Head, number: int) -> bool:
    """Return whether a line «date: 2021-03-04» is a value of one of several records, which form feeds separate."""
    label, colon, _ = head.lines[number].partition(":")
    ends = [end for end, line in enumerate(head.text[:HEAD].split("\n")) if line == "\f"]
    if not ends or not colon:
        return False
    first = max((end for end in ends if end < number), default=0)
    last = min((end for end in ends if end > number), default=len(head.lines))
    other_lines = [*head.lines[:first], *head.lines[last:]]
    if any(line.startswith(label + colon) and line != head.lines[number] for line in other_lines):
        return True
    return first > 0 and sum(map(bool, head.lines[first:last])) > 1


def _recurs(head: _Head, line: str, date: re.Match[str]) -> bool:
    """Return whether another line differs by its day alone, as in a diary or a list of releases: it dates an entry."""
    written, day = _shape(line, date[0]), _partial(date)
    entries = _lower_bare(head.text[:_ENTRIES])
    entries = _days_first(entries) if head.is_american else entries
    for match in _full_dates(entries):
        start = entries.rfind("\n", 0, match.start()) + 1
        end = entries.find("\n", match.end())
        other = entries[start : end if end >= 0 else len(entries)]
        if len(other) <= _SHORT_LINE and _partial(match) != day and _shape(other, match[0]) == written:
            return True
    return False


def _shape(line: str, date: str) -> str:
    """Return what a line says besides its date, whatever its figures and the day of the week."""
    return re.sub(rf"{_WEEKDAY}|[^\w@#]", "", re.sub(r"\d+", "0", line.replace(date, "@", 1)))


def _names_own_date(before: str, *, is_first: bool = False) -> bool:
    """Return whether words before a date call it that of the document: «mis à jour le», «compte rendu du»."""
    written, dated, beside = 0, 0, 0
    tokens = _TOKEN.findall(before)
    for token in tokens:
        if _DATED.fullmatch(token) or (is_first and _TITLED.fullmatch(token)):
            dated += 1
        elif _WRITTEN.fullmatch(token):
            written += 1
        elif _BESIDE.fullmatch(token):
            beside += 1
    if written + dated + beside < len(tokens):
        return False
    return written > 0 or (dated > 0 and not _ON.search(before))


def _is_place(before: str, date: re.Match[str]) -> bool:
    """Return whether all that stands before a date is a place: «Lyon, le», "London,", «Fait à Lyon le»."""
    location = _LOCATION.fullmatch(re.sub(rf"{_WEEKDAY},? $", "", before, flags=re.IGNORECASE))
    if location is None:
        return False
    is_english = date.groupdict().get("month") in _ENGLISH
    return bool(location["signed"] or location["comma"]) and bool(location["on"] or (is_english and location["comma"]))


def _full_dates(head: str) -> list[re.Match[str]]:
    """Return dates with their year, in order. Only the text around years is searched, as most of a text holds none."""
    windows = [(max(0, year.start() - _BEFORE_YEAR), year.end() + _AFTER_YEAR) for year in _YEARS.finditer(head)]
    matches = [match for window in windows for pattern in _FULL for match in pattern.finditer(head, *window)]
    return sorted({match.span(): match for match in matches}.values(), key=re.Match.start)


def _this_day(head: str, other_dates: list[Partial]) -> dt.date | None:
    """Return the day of «ce 3 mars», in the year that is written there or known from elsewhere."""
    for match in _THIS_DAY.finditer(head):
        partial = _partial(match)
        if partial.month and partial.year:
            return partial.full
        if partial.month and other_dates:
            return _date(_year_of(partial.month, other_dates[0]), partial.month, partial.day)
    return None


def _year_of(month: int, reference: Partial) -> int:
    """Return the year of a month that is not later than the known date: «ce 31 décembre» in a text of January."""
    return reference.year - 1 if reference.month and month > reference.month + 1 else reference.year


def _partial(match: re.Match[str]) -> Partial:
    groups = match.groupdict()
    name = groups.get("month")
    month = _MONTHS[name] if name else int(groups.get("number") or 0) or None
    return Partial(int(groups.get("year") or 0), month, int(groups.get("day") or 0) or None)


def _date(year: int, month: int | None, day: int | None) -> dt.date | None:
    try:
        return dt.date(year, month or 0, day or 0)
    except ValueError:
        return None
