"""Rich text is read as it is printed."""

import datetime as dt

import pytest

from index.errors import UnreadableFile
from index.readers.office.rtf import read_rtf


def rtf(body: str, head: str = "") -> bytes:
    fonts = r"{\fonttbl{\f0\fnil Times;}{\f1\fcharset2 Wingdings;}{\f2\fcharset204 Arial Cyr;}}"
    styles = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 Title;}}"
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{styles}{head} {body}}}".encode("latin-1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"L'\'e9t\'e9 \u8364?5, {\f2 \'c4\'e0}.\par Fin.\par", ["L'été €5, Да.", "Fin."]),
        (r"La {\deleted veille }veille{\v  cach\'e9e\v0 }.\par", ["La veille."]),
        (r"Prix : {\strike 650}720 \'80, \striked1 3\striked0 5.\par", ["Prix : 720 €, 5."]),
        (r"{\strike Tout est barr\'e9.}\par", ["Tout est barré."]),
        (r"10{\super 6} CO{\sub 2}, le 1{\super er}\par", ["10⁶ CO₂, le 1er"]),
        (r"Un fait{\super\chftn{\footnote\pard {\super\chftn} La note.}}, un autre\chftn{\footnote Deux.}.\par",
         ["Un fait¹, un autre².", "¹ La note.", "Deux."]),
        ("A{\\pict\\jpegblip \\bin ffd8}.\\par B{\\pict\\bin4 {}\\}}.\\par C\\par", ["A.", "B.", "C"]),
        (r"\u-10179?\u-8704? ri\'e9\par", ["😀 rié"]),
        (r"{\f1\'fc} oui\par {\f1\u-3845\'fb} non\par", ["✓ oui", "✗ non"]),
        (r"Vu{\*\inconnu pas vu {encore}}.\par", ["Vu."]),
        (r"{\header Mairie\par}{\footer Page \chpgn\par T\'e9l. 01 {\field{\*\fldinst PAGE}{\fldrslt 2}}\par}A\par",
         ["Mairie", "A", "Tél. 01"]),
        (r"\pard{\listtext\f0 2.1\tab}\ls1\ilvl0 un\par{\listtext\f1\'a7\tab}\ilvl1 deux\par", ["2.1 un\n- deux"]),
        (r"\trowd\trhdr\cellx1\cellx2\intbl Bac\cell Quai\cell\row"
         r"\trowd\clvmgf\cellx1\cellx2\intbl Nord\cell A\cell\row"
         r"\trowd\clvmrg\cellx1\cellx2\intbl\cell B\cell\row\pard Fin.\par",
         ["Bac: Nord; Quai: A\nBac: Nord; Quai: B", "Fin."]),
        (r"\trowd\cellx1000\cellx2000\cellx3000\intbl Bac\cell Quai\cell Port\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Nord\cell A\cell Brest\cell\row"
         r"\trowd\cellx1000\cellx3000\intbl Sud\cell B\cell\row"
         r"\trowd\cellx1500\cellx3000\intbl Prix\cell fixe\cell\row\pard Fin.\par",
         ["Bac: Nord; Quai: A; Port: Brest\nBac: Sud; Quai: B", "Prix | fixe", "Fin."]),
        (r"\trowd\cellx1000\cellx2000\intbl\b Orme\cell Rive\b0\cell\row"
         r"\trowd\cellx1000\cellx2000\intbl Ana\cell Bo\cell\row\pard Fin.\par", ["Orme: Ana; Rive: Bo", "Fin."]),
        (r"\trowd\clcbpat2\cellx1000\clcbpat2\cellx2000\intbl Orme\cell Rive\cell\row"
         r"\trowd\cellx1000\cellx2000\intbl Ana\cell Bo\cell\row\pard Fin.\par", ["Orme: Ana; Rive: Bo", "Fin."]),
        (r"\trowd\cellx1000\cellx2000\intbl Formule\cell Contenu\cell\row\trowd\cellx1000\cellx2000\intbl Base\cell "
         r"{\listtext\'b7\tab}Soupe\par{\listtext\'b7\tab}Daube\cell\row\pard Fin.\par",
         ["Formule: Base; Contenu: - Soupe - Daube", "Fin."]),
        (r"\trowd\cellx1000\cellx2000\intbl Nord\cell Jours :\par\pard\intbl\itap2 Jour\nestcell Heure\nestcell"
         r"{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}\pard\intbl\itap2 Lundi\nestcell 9h"
         r"\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}\pard\intbl\cell\row"
         r"\trowd\cellx1000\cellx2000\intbl Sud\cell A\cell\row\pard Fin.\par",
         ["Nord | Jours :\nSud | A", "Jour: Lundi; Heure: 9h", "Fin."]),
        (r"{\header\trowd\cellx1000\cellx2000\intbl Mairie\cell R\'e9f. 7\cell\row\pard\par}A\par",
         ["Mairie\tRéf. 7", "A"]),
        (r"{\*\moMath {\mr A=}{\msSup {\me {\mr r}}{\msup {\mr 2}}}}\par", ["A=r²"]),
        (r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1\ffdefres0}}}{\fldrslt }} Oui"
         r" {\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres0}}}{\fldrslt }} Non\par",
         ["☒ Oui ☐ Non"]),
        (r"\trowd\cellx1000\cellx2000\intbl Nord\cell A\cell\row\pard\par"
         r"\trowd\cellx1000\cellx2000\intbl Prix\cell fixe\cell\row\pard Fin.\par",
         ["Nord | A", "Prix | fixe", "Fin."]),
        (r"\trowd\cellx3000\intbl Traversées\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Bac\cell Quai\cell Port\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Nord\cell A\cell Brest\cell\row\pard Fin.\par",
         ["Traversées", "Bac: Nord; Quai: A; Port: Brest", "Fin."]),
        (r"\trowd\clvmgf\cellx1000\cellx3000\intbl Bac\cell Passages\cell\row"
         r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\intbl\cell 2022\cell 2023\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Nord\cell 14\cell 12\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Sud\cell 31\cell 33\cell\row\pard Fin.\par",
         ["Bac: Nord; Passages 2022: 14; Passages 2023: 12\nBac: Sud; Passages 2022: 31; Passages 2023: 33", "Fin."]),
        (r"\trowd\cellx1000\clmgf\cellx2000\clmrg\cellx3000\intbl Bac\cell Passages\cell\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl\cell Jour\cell Nuit\cell\row"
         r"\trowd\cellx1000\cellx2000\cellx3000\intbl Nord\cell 14\cell 12\cell\row\pard Fin.\par",
         ["Bac: Nord; Passages Jour: 14; Passages Nuit: 12", "Fin."]),
        (r"\trowd\cellx1000\cellx2000\intbl Bac\cell Prix\cell\row"
         r"\trowd\cellx1000\cellx2000\intbl Nord\cell 10\par 200\cell\row\pard Fin.\par",
         ["Bac: Nord; Prix: 10 / 200", "Fin."]),
        (r"Il dit {\field{\*\fldinst HYPERLINK x}{\fldrslt ceci}}\line cela.\par", ["Il dit ceci\ncela."]),
    ],
)  # fmt: skip
def test_rich_text_is_read_as_printed(body, expected):
    assert read_rtf(rtf(body)).text.split("\n\n") == expected


def test_headings_titles_and_the_day_of_saving():
    parsed = read_rtf(
        rtf(r"\s2 Le plan\par\pard\s1 Un chapitre\par\pard Texte.\par", r"{\info{\revtim\yr2021\mo3\dy4}}")
    )
    assert (parsed.title, parsed.date, parsed.file_date) == ("Le plan", None, dt.date(2021, 3, 4))
    assert [parsed.text[slice(*span)] for span in parsed.headings] == ["Le plan", "Un chapitre"]
    assert read_rtf(rtf(r"A\par", r"{\info{\title L'\'e9t\'e9}}")).title == "L'été"


@pytest.mark.parametrize("cut", range(0, 260, 7))
def test_rich_text_that_is_cut_is_read_as_far_as_it_goes(cut):
    whole = rtf(r"Un\par{\b deux}\par\trowd\cellx1\intbl x\cell\row{\footnote note}\u8364?\'e9\par")
    assert isinstance(read_rtf(whole[: max(6, len(whole) - cut)]).text, str)


def test_groups_that_are_nested_without_end_are_refused():
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read_rtf(rtf("{" * 100_000))
