"""Subtitles (.srt, .vtt): each caption is a line that begins with the time at which it is shown."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import accumulate

from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile, truncate
from index.readers.plain.text import decode

# 00:01:02,500 --> 00:01:05,000; WebVTT leaves the hours out.
_TIME = r"(?:(?P<hours>\d+):)?(?P<minutes>\d{1,2}):(?P<seconds>\d{2})[.,]\d{1,3}"
_CAPTION = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[^\n]*\n", re.MULTILINE)
_END = re.compile(r"\n[^\S\n]*\n")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_MARKUP = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_TITLE = re.compile(r"\AWEBVTT[ \t]*-?[ \t]*([^\n]*)")


def read_captions(data: bytes) -> ParsedFile:
    """Read subtitles. The text of a caption is one line, without its markup; its speaker, if named, comes first.

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
    """Yield each caption as «00:01:02 What is said»; one without text is left out."""
    for match in _CAPTION.finditer(text):
        end = _END.search(text, match.end() - 1)
        spoken = _MARKUP.sub("", _VOICE.sub(r"\1: ", text[match.end() : end.start() if end else len(text)]))
        line = " ".join(unescape(spoken).split())
        if line:
            yield f"{int(match['hours'] or 0):02}:{int(match['minutes']):02}:{match['seconds']} {line}"
