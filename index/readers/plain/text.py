"""Plain text files: bytes to characters, whatever program wrote them.

A byte order mark or valid UTF-8 settles the encoding. Old French files are read in the one of cp1252, cp850 and
mac_roman that gives the most French letters: charset-normalizer alone mistakes half of cp850. Other languages are left
to charset-normalizer.
"""

import codecs
import re
from collections.abc import Sequence

from index.documents import Block, Span
from index.errors import UnreadableFile
from index.readers.dates import date_line_end
from index.readers.headings import headings, title
from index.readers.parsed import ParsedFile, truncate
from index.readers.plain.languages import encoding_by_language
from index.readers.structure import StructureBuilder

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = ("cp1252", "iso8859-15", "cp850", "cp858", "mac_roman", "latin-1")
_LETTERS = re.compile(r"[éèêëàâçùûüîïô]|(?<=[^\W\d_])œ|œ(?=[^\W\d_])|(?<!\d)(?<!\d )æ")
_FREQUENT = re.compile("[éèà]")  # nine in ten of them
_CAPITALS_AND_MARKS = re.compile("[ÉÈÊÀÂÇÎÔŒ’‘“”–—…€°\u00a0]")
_BY_NUMBERS = re.compile(
    r"(?<=\d)[ \u00a0]?[½¼¾²³£]|\b[cdkm]?m[²³](?!\w)|[£§±][ \u00a0]?(?=\d)|(?<!\w)[½¼¾](?=[ \u00a0]\w)"
)
_AMOUNTS = re.compile(r"(?<=\d)[ \u00a0]?€|€[ \u00a0]?(?=\d)")
_ASCII = re.compile("[\x00-\x7f]+")
_RUNS = re.compile("[^\x00-\x7f]{3,}")
_KANA = re.compile("[\u3041-\u30ff]")  # which texts in Japanese have, and others read as such have not
_MANY_KANA = 0.15
_FEW_CHARACTERS = 6  # characters that tell little
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_HIGH = re.compile(b"[\x80-\xff]")
_MULTIBYTE = re.compile(b"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")  # é and ’ in UTF-8; seldom in old encodings
_SAMPLE = 200_000  # bytes that choose the encoding
_FIRST_LINE = 2000  # bytes in which a table shows its tabs
_LEAST_TABS, _LEAST_ROWS = 2, 3
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")


def read_text(data: bytes) -> ParsedFile:
    """Read a plain text.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    return parse_plain_text(text, encoding)


def is_tabular(data: bytes) -> bool:
    """Return whether each line of a text has as many tabs, two at least: a table that a program of sheets wrote."""
    if data.count(b"\t", 0, _FIRST_LINE) < _LEAST_TABS:
        return False
    lines = [line for line in decode(data)[0].split("\n") if line.strip()]
    tabs = lines[0].count("\t") if lines else 0
    return (
        len(lines) >= _LEAST_ROWS
        and tabs >= _LEAST_TABS
        and all(line[0] != "\t" and line.count("\t") == tabs for line in lines)
    )


def parse_plain_text(text: str, encoding: str | None = None) -> ParsedFile:
    """Parse plain text, with the headings and the title that its lines show."""
    heading_spans, stamp = headings(text), date_line_end(text)
    name = title(text, heading_spans, stamp or 0)
    breaks = (stamp,) if stamp else ()
    return ParsedFile(
        text, name and truncate(name), encoding=encoding, blocks=_blocks(text, heading_spans), breaks=breaks
    )


def _blocks(text: str, headings: Sequence[Span]) -> tuple[Block, ...]:
    """Return the blocks of a text with these headings; nothing tells their levels, but the first may be its title."""
    structure, end = StructureBuilder(), 0
    for heading in headings:
        structure.add_text(text[end : heading.start], end)
        structure.add_heading(heading, 2 if structure.blocks else 1)
        end = heading.end
    structure.add_text(text[end:], end)
    return tuple(structure.blocks)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text, line ends normalised, and the name of its encoding.

    Raises:
        UnreadableFile: the bytes are no text.
    """
    text, encoding = _decode(data)
    if len(_CONTROLS.findall(text[:_SAMPLE])) > 0.01 * len(text[:_SAMPLE]) + 2:
        raise UnreadableFile("it holds no text (the bytes are those of another kind of file)")
    return normalise(text), encoding


def normalise(text: str) -> str:
    """Normalise line ends, those that were converted twice too, and replace characters that cannot be encoded."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _NO_CHARACTER.sub("\ufffd", text)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    if data[:_SAMPLE].count(0) > 0.01 * len(data[:_SAMPLE]):  # fewer are slips in a text of bytes
        return _wide(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _mixed(data) or _damaged(data) or _old(data)


def _wide(data: bytes) -> tuple[str, str]:
    """Decode UTF-16 without a byte order mark, which has a zero in every second byte of Western text."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) < 0.3 * len(sample) / 2 or min(even, odd) > 0.05 * len(sample):
        raise UnreadableFile("it holds no text (the bytes are those of another kind of file)")
    return data.decode(encoding, "replace"), encoding


def _mixed(data: bytes) -> tuple[str, str] | None:
    """Decode line by line a text that is UTF-8 in part and in an old encoding in part, as joined files are."""
    lines = data.split(b"\n")
    is_old = [_is_old(line) for line in lines]
    old = b"\n".join(line for line, line_is_old in zip(lines, is_old, strict=True) if line_is_old)
    if not old or not any(
        _MULTIBYTE.search(line) for line, line_is_old in zip(lines, is_old, strict=True) if not line_is_old
    ):
        return None
    encoding = max(_OLD, key=lambda name: _likeness(old[:_SAMPLE], name))
    if _likeness(old[:_SAMPLE], encoding) <= 0 or _is_foreign(old[:_SAMPLE].decode(encoding, "replace")):
        return None
    pairs = zip(lines, is_old, strict=True)
    text = "\n".join(line.decode(encoding if line_is_old else "utf-8", "replace") for line, line_is_old in pairs)
    return text, f"utf-8 and {encoding}"


def _is_old(line: bytes) -> bool:
    """Return whether a line is neither UTF-8, nor holds a French letter or mark that is."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return not _MULTIBYTE.search(line)
    return False


def _damaged(data: bytes) -> tuple[str, str] | None:
    """Decode UTF-8 with a few broken characters, as at the end of a truncated file."""
    text = data.decode("utf-8", "replace")
    broken, non_ascii = text.count("\ufffd"), sum(map(len, _ASCII.split(text)))
    return (text, "utf-8 (damaged)") if broken * 20 <= non_ascii - broken else None


def _old(data: bytes) -> tuple[str, str]:
    sample = data[:_SAMPLE]
    if (other := encoding_by_language(sample)) is not None:
        return data.decode(other, "replace"), other
    scores = {encoding: _likeness(sample, encoding) for encoding in _OLD}
    best = max(scores, key=lambda encoding: scores[encoding])
    is_many = len(_HIGH.findall(sample)) > 0.3 * len(sample) + 20
    if scores[best] <= 0 or is_many or _is_foreign(sample.decode(best, "replace")):  # no Western language
        best = _guess(sample) or best
    return data.decode(best, "replace"), best


def _likeness(sample: bytes, encoding: str) -> float:
    """Score how French the characters beyond ASCII are: letters count for, what French never uses counts against.

    What stands where it belongs counts for, too: œ in a word, «½» and «²» after a number or a unit, « before ».
    """
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -float(len(sample))
    letters, marks = len(_LETTERS.findall(text)), len(_CAPITALS_AND_MARKS.findall(text))
    marks += len(_BY_NUMBERS.findall(text)) + 2 * min(text.count("«"), text.count("»"))
    foreign = sum(map(len, _ASCII.split(text))) - letters - marks
    return len(_FREQUENT.findall(text)) + 2.0 * letters + marks + len(_AMOUNTS.findall(text)) - foreign


def _is_foreign(text: str) -> bool:
    """Return whether most characters beyond ASCII stand in runs, as bytes of no Western language do if read as one."""
    return 2 * sum(map(len, _RUNS.findall(text))) > sum(map(len, _ASCII.split(text))) > _FEW_CHARACTERS


def _guess(sample: bytes) -> str | None:
    # Imported here: only files that are neither Unicode nor old French need it.
    from charset_normalizer import from_bytes

    guesses = list(from_bytes(sample))  # the best first
    japanese = (guess for guess in guesses if len(_KANA.findall(str(guess))) > _MANY_KANA * len(str(guess)))
    best = next(japanese, next(iter(guesses), None))
    return best.encoding if best else None
