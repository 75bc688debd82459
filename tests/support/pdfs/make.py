"""Make the PDF files of this folder again: python tests/pdfs/make.py (needs LaTeX and LibreOffice, with French).

One text three times: in two columns (LaTeX), with accents set over letters (LaTeX as it was long used), and by a word
processor (LibreOffice). Each has a header, page numbers, two footnotes, a table, and hyphens at line ends.
"""

import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TITLE = "Histoire du fleuve aménagé"
HEADER = "Revue des travaux publics, numéro 12"
NOTES = {
    "de la somme.": "Archives de la compagnie, registre des délibérations, page 214.",
    "quatorze mètres.": "Mesure faite à l'étiage, en aval du confluent.",
}
TABLE = [
    ("Année", "Bateaux", "Tonnage"),
    ("1899", "1 204", "88 300 tonnes"),
    ("1906", "3 977", "412 650 tonnes"),
    ("1913", "5 120", "601 900 tonnes"),
]


def paragraphs() -> list[str]:
    parts = (HERE / "sentences.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return [" ".join(paragraph.split("\n")) for paragraph in parts]


def add_footnotes(paragraph: str, note: str) -> str:
    """The paragraph with its footnotes; ``note`` is how one is written, «{}» standing for it."""
    for words, text in NOTES.items():
        paragraph = paragraph.replace(words, f"{words}{note.replace('{}', text)}")
    return paragraph


LATEX = r"""\documentclass[10pt,a5paper%(options)s]{article}
%(fonts)s
\usepackage[utf8]{inputenc}
\usepackage[french]{babel}
\usepackage{fancyhdr}
\usepackage[margin=18mm]{geometry}
\pagestyle{fancy}
\fancyhf{}
\fancyhead[C]{%(header)s}
\fancyfoot[C]{\thepage}
\fancypagestyle{plain}{}
\title{%(title)s}
\date{}
\begin{document}
\maketitle
\thispagestyle{fancy}
%(body)s

\begin{tabular}{lrr}
%(table)s
\end{tabular}
\end{document}
"""


def latex(name: str, options: str, fonts: str) -> None:
    body = "\n\n".join(add_footnotes(paragraph, r"\footnote{{}}") for paragraph in paragraphs())
    for sign, written in (("« ", r"\og "), (" »", r"\fg{}")):
        body = body.replace(sign, written)
    table = "\n".join(" & ".join(row) + r"\\" for row in TABLE)
    source = LATEX % {
        "options": options, "fonts": fonts, "header": HEADER, "title": TITLE, "body": body, "table": table
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / f"{name}.tex").write_text(source, encoding="utf-8")
        for _ in range(2):
            subprocess.run(["pdflatex", "-interaction=batchmode", f"{name}.tex"], cwd=place, check=True)
        (Path(place) / f"{name}.pdf").rename(HERE / f"{name}.pdf")


OFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:font-family="Liberation Serif"
 fo:font-size="11pt" fo:language="fr" fo:country="FR" fo:hyphenate="true"/><style:paragraph-properties
 fo:text-align="justify" fo:margin-bottom="2mm"/></style:default-style>
<style:style style:name="Title" style:family="paragraph"><style:text-properties fo:font-size="18pt"/></style:style>
<style:style style:name="Standard" style:family="paragraph" style:class="text"/>
</office:styles>
<office:automatic-styles><style:page-layout style:name="A5"><style:page-layout-properties fo:page-width="148mm"
 fo:page-height="210mm" fo:margin="15mm"/><style:header-style><style:header-footer-properties
 fo:min-height="8mm"/></style:header-style><style:footer-style><style:header-footer-properties
 fo:min-height="8mm"/></style:footer-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A5">
<style:header><text:p>%(header)s</text:p></style:header>
<style:footer><text:p>Page <text:page-number>1</text:page-number> sur <text:page-count>3</text:page-count></text:p>
</style:footer>
</style:master-page></office:master-styles>
<office:body><office:text><text:p text:style-name="Title">%(title)s</text:p>
%(body)s
<table:table><table:table-column table:number-columns-repeated="3"/>%(table)s</table:table>
</office:text></office:body></office:document>
"""
NOTE = (
    '<text:note text:note-class="footnote"><text:note-citation/><text:note-body><text:p>{}</text:p></text:note-body>'
    "</text:note>"
)


def office(name: str) -> None:
    body = "\n".join(f"<text:p>{add_footnotes(paragraph, NOTE)}</text:p>" for paragraph in paragraphs())
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    table = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in TABLE)
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / f"{name}.fodt"
        source.write_text(OFFICE % {"header": HEADER, "title": TITLE, "body": body, "table": table}, encoding="utf-8")
        convert = ["soffice", f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*convert, "--outdir", str(HERE), str(source)], check=True)


if __name__ == "__main__":
    latex("latex-columns", ",twocolumn", r"\usepackage[T1]{fontenc}\usepackage{mathptmx}")
    latex("latex-accents", "", "")
    office("office")
