"""Subtitles (.srt, .vtt): each sentence is a line that begins with the time at which it is shown."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import accumulate, pairwise
from typing import NamedTuple

from index.chunking.sentences import ENDS
from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile, truncate
from index.readers.plain.text import decode

# 00:01:02,500 --> 00:01:05,000; WebVTT leaves the hours out.
_TIME = r"((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})"
_CAPTION = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*\n", re.MULTILINE)
_END = re.compile(r"\n[^\S\n]*\n")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_MARKUP = re.compile(  # tags of SubRip and WebVTT, and times within a caption: any other < is text
    r"</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>|\{\\[^{}]*\}|\{/?[ibus]\}",
    re.IGNORECASE,
)
_TURN = re.compile(  # how a line begins that another speaker says
    r"\s*(?:<v[.\s]|>>|&gt;&gt;|[-–—]\s?(?=\S)|[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ\d .'’-]+ ?:)"
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LONGEST = 300  # characters of captions that are joined: some files have no stops
_ASIDE_ENDS = ("]", ")", "♪")  # of what is heard besides words
_PAUSE = 2.0  # seconds within a sentence
_SCROLL = 0.1  # seconds within which a line that is shown again is the same
_TITLE = re.compile(r"\AWEBVTT[ \t]*-?[ \t]*([^\n]*)")


class _Caption(NamedTuple):
    start: float  # in seconds, as the end
    end: float
    speaker: str
    text: str


def read_captions(data: bytes) -> ParsedFile:
    """Read subtitles. Each line begins with its time; the speaker, if named, comes next. Markup is left out.

    Raises:
        UnreadableFile: there is none.
    """
    text, encoding = decode(data)
    lines = list(_lines(text))
    if not lines:
        raise UnreadableFile("it holds no subtitles")
    ends = list(accumulate(len(line) + 1 for line in lines))
    name = _TITLE.match(text)
    title = truncate(name[1]) if name and name[1] else None
    return ParsedFile("\n".join(lines), title, encoding=encoding, breaks=tuple(ends[:-1]))


def _lines(text: str) -> Iterator[str]:
    """Yield each caption as «00:01:02 What is said», with those after it that go on with its sentence."""
    waiting: _Caption | None = None
    captions = list(_captions(text))
    marks_ends = _marks_ends(captions)
    for caption in captions:
        if waiting is None or not _goes_on(waiting, caption, marks_ends=marks_ends):
            yield from _write(waiting)
            waiting = caption
        else:
            waiting = waiting._replace(end=caption.end, text=f"{waiting.text} {caption.text}")
    yield from _write(waiting)


def _write(caption: _Caption | None) -> Iterator[str]:
    if caption:
        minutes, seconds = divmod(int(caption.start), 60)
        speaker = f"{caption.speaker}: " if caption.speaker else ""
        yield f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02} {speaker}{caption.text}"


def _captions(text: str) -> Iterator[_Caption]:
    """Yield the captions that have text, less lines that scroll up from the one before."""
    shown: list[str] = []
    shown_until = 0.0
    for match in _CAPTION.finditer(text):
        end = _END.search(text, match.end() - 1)
        start, until = _seconds(match[1]), _seconds(match[2])
        for raw in _turns(text[match.end() : end.start() if end else len(text)]):
            voice = _VOICE.match(raw.lstrip())
            spoken = raw.lstrip()[voice.end() :] if voice else raw
            lines = list(filter(None, map(_without_markup, spoken.split("\n"))))
            repeated = next((n for n in range(len(lines), 0, -1) if lines[:n] == shown[-n:]), 0)
            new = lines[repeated:] if start <= shown_until + _SCROLL else lines
            shown, shown_until = lines, until
            if new:
                yield _Caption(start, until, " ".join(voice[1].split()) if voice else "", " ".join(new))


def _turns(caption: str) -> Iterator[str]:
    """Yield what each speaker says in a caption, if several lines begin with one, or with a dash."""
    lines = caption.split("\n")
    starts = [number for number, line in enumerate(lines) if _TURN.match(line)]
    if len(starts) < 2:
        yield caption
        return
    for start, end in pairwise([0, *starts[1:], len(lines)]):
        yield "\n".join(lines[start:end])


def _without_markup(line: str) -> str:
    return " ".join(unescape(_MARKUP.sub("", _BREAK.sub(" ", _VOICE.sub(r"\1: ", line)))).split())


def _seconds(time: str) -> float:
    seconds = 0.0
    for field in time.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(field)
    return seconds


def _marks_ends(captions: Sequence[_Caption]) -> bool:
    """Return whether most sentences end with punctuation.

    A caption without any then continues in the next one, even if that begins with a capital.
    """
    starts = [before for before, after in pairwise(captions) if after.text[0].isupper()]
    return bool(starts) and 2 * sum(before.text.endswith(ENDS) for before in starts) >= len(starts)


def _goes_on(previous: _Caption, caption: _Caption, *, marks_ends: bool) -> bool:
    """Return whether a caption goes on with the sentence of the one before."""
    if caption.speaker != previous.speaker or caption.start - previous.end > _PAUSE:
        return False
    if len(previous.text) + len(caption.text) > _LONGEST or not (caption.text[0].isalnum() or caption.text[0] == "…"):
        return False
    is_lower = not caption.text.lstrip("…. ")[:1].isupper()
    if previous.text.endswith(("…", "...")):
        return is_lower
    return not previous.text.endswith((*ENDS, *_ASIDE_ENDS)) and (is_lower or marks_ends)
