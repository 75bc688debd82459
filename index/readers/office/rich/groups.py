"""What the groups of rich text are for, and what its control words write."""

from dataclasses import dataclass, replace
from typing import Literal

# Where text goes: the body, the printed number of an item, notes, headers and footers, or facts that are parsed apart.
Destination = Literal[
    "body", "marker", "note", "header", "footer", "field", "fonts", "styles", "title", "saved", "none"
]

DESTINATIONS: dict[str, Destination] = {
    "listtext": "marker", "pntext": "marker", "footnote": "note", "header": "header", "headerl": "header",
    "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer",
    "footerf": "footer", "fonttbl": "fonts", "stylesheet": "styles", "title": "title", "revtim": "saved",
    "fldinst": "field", "shptxt": "body", "moMath": "body", "moMathPara": "body",
    **dict.fromkeys(
        (
            "colortbl", "pict", "objdata", "objclass", "objname", "xe", "tc", "tcn", "rxe", "txe", "bkmkstart",
            "bkmkend", "annotation", "atnid", "atnauthor", "nonesttables", "themedata", "datastore", "private1",
            "nextfile", "template", "sp", "ud", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl",
            "generator", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "keywords", "subject", "author",
            "operator", "comment", "doccomm", "company", "manager", "category", "hlinkbase", "creatim", "printim",
            "buptim", "pnseclvl", "nesttableprops", "userprops", "xmlnstbl", "falt", "panose", "passwordhash",
            "mmathPr", "msSupPr", "msSubPr", "mfPr", "mradPr", "mnaryPr", "mdPr", "mctrlPr", "mrPr",
        ),
        "none",
    ),
}  # fmt: skip
CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "lbr": "\n",
}  # fmt: skip
SYMBOLS = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\", "-": ""}
_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
SYMBOL_CHARSET = 2


@dataclass(slots=True)
class Font:
    """A font of the table: its name, and the encoding of its bytes if its character set tells it."""

    name: str = ""
    charset: int = 1

    @property
    def encoding(self) -> str | None:
        """The encoding that the character set stands for; None for that of the document."""
        return _CODE_PAGES.get(self.charset)

    @property
    def is_symbol(self) -> bool:
        """Return whether its letters are signs."""
        return self.charset == SYMBOL_CHARSET or self.name.lower().startswith(("wingdings", "webdings", "symbol"))


@dataclass(slots=True)
class Group:
    """How the text of a group is set, and where it goes."""

    destination: Destination = "body"
    position: str = "baseline"
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    is_bold: bool = False
    font: int = -1
    skipped: int = 1  # characters that stand for one beyond the code page, after it (\uc)
    style: int = -1
    level: int | None = None  # outline level of the paragraph, from 0
    depth: int = 0  # of the list
    in_table: bool = False
    is_nested: bool = False  # in a table in a cell
    is_starred: bool = False

    def copy(self) -> "Group":
        """Return the state that a group begins with inside this one."""
        return replace(self, is_starred=False)

    def reset_text(self) -> None:
        """Do as ``\\plain``."""
        self.position, self.is_hidden, self.is_struck, self.is_bold = "baseline", False, False, False

    def reset_paragraph(self) -> None:
        """Do as ``\\pard``."""
        self.style, self.level, self.depth, self.in_table, self.is_nested = -1, None, 0, False, False
