"""Markup that pandoc reads, and what becomes of it without pandoc."""

import pytest

from index.converters import pandoc as converter
from index.progress import ReadWarning
from index.readers import registry
from index.readers.markup import pandoc as reader
from index.readers.parsed import ParsedFile


def read(name: str, text: str | bytes) -> ParsedFile:
    data = text.encode() if isinstance(text, str) else text
    return registry.parse(data, registry.find_format(name, data))[1]


SECRET = "root:x:0"


MARKUP = {
    "a.rst": "Le bassin\n=========\n\n.. include:: {path}\n\n.. csv-table::\n   :file: {path}\n\n"
    "#. Vider.\n#. Rincer.\n\nFin.\n",
    "a.org": '* Le bassin\n#+INCLUDE: "{path}"\n1. Vider.\n2. Rincer.\n\nFin.\n',
    "a.tex": "\\section{{Le bassin}}\n\\input{{{path}}}\n"
    "\\begin{{enumerate}}\\item Vider.\\item Rincer.\\end{{enumerate}}\nFin.",
    "a.adoc": "== Le bassin\n\ninclude::{path}[]\n\n. Vider.\n. Rincer.\n\nFin.\n",
}


@pytest.mark.parametrize("name", MARKUP)
def test_markup_is_read_by_pandoc_and_what_it_includes_is_not(name, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    parsed = read(name, MARKUP[name].format(path=secret))
    assert parsed.text == "Le bassin\n\n1. Vider.\n2. Rincer.\n\nFin."
    assert parsed.text[slice(*parsed.headings[0])] == "Le bassin"
    assert {warning.reason for warning in parsed.warnings} == {"content that it includes from another file is not read"}
    assert parsed.warnings[0].line in (2, 3, 4)


def test_without_pandoc_markup_is_read_as_plain_text_and_says_so(monkeypatch):
    version = registry.program_version("rst")
    assert version
    monkeypatch.setattr(converter, "find_program", lambda: None)
    monkeypatch.setattr(reader, "find_program", lambda: None)
    parsed = read("a.rst", "Le bassin\n=========\n\nIl est vide.\n")
    assert parsed.text == "Le bassin\n=========\n\nIl est vide.\n"
    assert parsed.warnings == (
        ReadWarning("", "it is read as plain text; to read its structure: pip install 'sourcier[pandoc]'"),
    )
    assert registry.program_version("rst") == ""  # what was read without it is read again with it


def test_the_day_on_which_latex_is_printed_is_no_text():
    parsed = read("a.tex", r"\title{Bail}\date{\today}\begin{document}\maketitle Fait le \today. Fin.\end{document}")
    assert (parsed.text, parsed.document("a.tex", "").date) == ("Bail\n\nFait le . Fin.", None)


def test_the_text_in_the_braces_of_unknown_commands_is_kept_and_reported():
    preamble = r"\newcommand{\nombre}[1]{#1 m}\marge{2}" + "\n\\begin{document}"
    known = r"\numprint{12500}, \numprint[kg]{5}, \EUR{12}, \nombre{7}\vspace{2cm}"
    unknown = r"\montant[x]{650}, \cadre{3cm}{\lieu{Brest}}"
    parsed = read("a.tex", rf"{preamble} Soit {known}, {unknown}.\end{{document}}")
    assert parsed.text == "Soit 12500, 5 kg, 12 €, 7 m, 650, Brest."
    (warning,) = parsed.warnings
    assert (warning.clause, warning.values) == (
        "only the text of some commands is read: {}",
        (r"\montant, \cadre, \lieu",),
    )


def test_commands_before_a_number_do_not_take_it_with_them():
    parsed = read("a.tex", r"Le \no 5 du 1\ier{} mai, \alinea 12 km.\penalty10000 Fin.")
    assert (parsed.text, parsed.warnings) == ("Le n° 5 du 1er mai, 12 km. Fin.", ())


def test_formulas_of_latex_are_written_on_one_line():
    text = (
        r"Avant $3\frac{1}{2}$, $1{,}250{,}000$ et \begin{equation} \frac{a}{b} \times \sqrt{x} \end{equation} après."
    )
    assert read("a.tex", text).text == "Avant 3 1/2, 1,250,000 et a/b×√x après."
    assert read("a.tex", r"\title{Sur $x^2$}\begin{document}\maketitle Oui.\end{document}").title == "Sur x²"


@pytest.mark.parametrize(
    ("options", "items", "expected"),
    [
        ("", r"\item un \item[bis] deux \item trois", "1. un\nbis deux\n2. trois"),
        ("", r"\item un % \item[x]" + "\n" + r"\item \verb|\item[y]|", "1. un\n2. \\item[y]"),
        (r"[label=(\alph*)]", r"\item un \item deux", "(a) un\n(b) deux"),
        ("[i)]", r"\item un \item deux", "i) un\nii) deux"),
        ("[start=4]", r"\item un \item[] deux", "4. un\ndeux"),
        ("[leftmargin=*]", r"\item un", "1. un"),
        ("", r"\item un \begin{enumerate}\item deux \item trois\end{enumerate}", "1. un\n(a) deux\n(b) trois"),
        ("", r"\item un \item deux\end{enumerate} Puis : \begin{enumerate}[resume]\item trois",
         "1. un\n2. deux\n\nPuis :\n3. trois"),
    ],
)  # fmt: skip
def test_items_of_latex_have_the_labels_that_are_printed(options, items, expected):
    assert read("a.tex", rf"\begin{{enumerate}}{options} {items} \end{{enumerate}}").text == expected


def test_items_in_verbatim_text_are_not_marked():
    code = "\\begin{verbatim}\n\\item[x] brut\n\\end{verbatim}"
    assert read("a.tex", rf"\begin{{itemize}}\item un {code} \item[a)] deux\end{{itemize}}").text == (
        "- un\n\n\\item[x] brut\n\na) deux"
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.rst", "Le bassin\n=========\n\n:orphan:\n:Auteur: Anna,\n  *Bob*\n:Date: 2024-03-01\n\nIl est vide.\n",
         "Le bassin\n\nAuteur: Anna, Bob\n\nDate: 2024-03-01\n\nIl est vide."),
        ("a.rst", ":Auteur: Anna\n\nIl est vide.\n", "Auteur: Anna\n\nIl est vide."),
        ("a.rst", "Voir :ref:`la cuve <cuve>` et :doc:`plan`.\n", "Voir la cuve et plan."),
        ("a.org", "* TODO Vider\nDEADLINE: <2024-04-05 ven.>\nVite.\n- [ ] rincer\n- [X] sécher\n",
         "TODO Vider\n\nDEADLINE: <2024-04-05 ven.>\n\nVite.\n\n- ☐ rincer\n- ☑ sécher"),
    ],
)  # fmt: skip
def test_fields_roles_deadlines_and_boxes_are_read(name, text, expected):
    assert read(name, text).text == expected


def test_acronyms_and_terms_are_read_as_they_are_printed():
    preamble = r"\newacronym{ac:t}{TVA}{taxe ajoutée}\newglossaryentry{g}{name={eau}, description={un {liquide} clair}}"
    body = r"La \gls{ac:t}, la \gls{ac:t}, \acrlong{ac:t}, \Gls{g}, \cite{knuth84,b}. \printglossary"
    parsed = read("a.tex", rf"{preamble}\begin{{document}}{body}\end{{document}}")
    assert parsed.text == (
        "La taxe ajoutée (TVA), la TVA, taxe ajoutée, Eau, [knuth84, b].\n\n"
        "TVA\n\ntaxe ajoutée\n\neau\n\nun liquide clair"
    )


def test_a_letter_in_latex_has_its_sender_its_date_and_its_signature():
    preamble = r"\documentclass{letter}\address{4 rue du Port\\35000 Rennes}\signature{Luc Blin}\date{le 3 mars 2022}"
    letter = r"\begin{letter}{Mme Dupont}\opening{Madame,} Le loyer est dû. \closing{Cordialement}\end{letter}"
    parsed = read("a.tex", rf"{preamble}\begin{{document}}{letter}\end{{document}}")
    assert parsed.text.split("\n\n") == [
        "4 rue du Port\n35000 Rennes", "le 3 mars 2022", "Mme Dupont", "Madame,", "Le loyer est dû.", "Cordialement",
        "Luc Blin",
    ]  # fmt: skip
    assert str(parsed.date) == "2022-03-03"


def test_the_properties_and_the_date_of_org_are_read():
    drawer = ":PROPERTIES:\n:CUSTOM_ID: x\n:Lieu: Boulangerie\n:END:\n"
    parsed = read("a.org", f"#+TITLE: Plan\n#+DATE: <2023-04-05 Wed>\n\n* Acheter\n{drawer}Du pain.\n")
    assert parsed.text.endswith("Acheter\n\nLieu: Boulangerie\n\nDu pain.")
    assert str(parsed.document("a.org", "").date) == "2023-04-05"
