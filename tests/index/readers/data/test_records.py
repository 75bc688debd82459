"""Records and rows are blocks of their own, with the names of their values."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.readers.data.json import read_records
from index.readers.parsed import ParsedFile
from index.readers.registry import read
from index.workers.chunks import chunk


def read_as(path: Path, content: bytes | str) -> ParsedFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)[1]


def headings(parsed: ParsedFile) -> list[str]:
    return [parsed.text[start:end] for start, end in parsed.headings]


@pytest.mark.parametrize(
    ("written", "names", "lines"),
    [
        ('[{"nom": "Ana"}, {"nom": "Bo"}, {"nom": "Cy", "a', ["Ana", "Bo"], [1]),
        ('[\n  {"nom": "Ana"},\n  {"nom": "B,\n  {"nom": "Cy"}\n]', ["Ana", "Cy"], [3]),
        ('[{"nom": "Ana"}, {"nom": "Bo"},]', ["Ana", "Bo"], []),
    ],
)
def test_the_good_records_of_a_damaged_list_are_read_and_the_bad_ones_named(tmp_path, written, names, lines):
    found = read_as(tmp_path / "a.json", written)
    assert found.text.split("\n\f\n") == [f"nom: {name}" for name in names]
    assert [warning.line for warning in found.warnings] == lines


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_of_a_table_is_a_block_with_the_names_of_its_columns(tmp_path, mark):
    rows = [["Nom", "Rôle", "Date"], ["Peskov", "porte-parole", "2022-02-12"], ["Lavrov", "ministre", ""]]
    parsed = read_as(tmp_path / "a.csv", "\r\n".join(mark.join(row) for row in rows).encode("cp1252"))
    assert parsed.text == "Nom: Peskov; Rôle: porte-parole; Date: 2022-02-12\n\f\nNom: Lavrov; Rôle: ministre"
    assert parsed.encoding == "cp1252"


def test_pairs_of_a_name_and_a_value_have_no_header(tmp_path):
    found = read_as(tmp_path / "a.csv", "Nom;Lemoine\nNé le;1950-05-04\nTél.;02 98 00 00 00\nE-mail;a@b.fr\n")
    assert found.text.split("\n\f\n") == [
        "Nom | Lemoine",
        "Né le | 1950-05-04",
        "Tél. | 02 98 00 00 00",
        "E-mail | a@b.fr",
    ]


def test_marks_and_line_breaks_in_quotation_marks_part_no_cells(tmp_path):
    rows = 'Nom;Ville;Remarque\n"Durand, Paul";Lyon;"Bonne cliente,\nà rappeler, vite,\ntous les lundis"\n'
    parsed = read_as(tmp_path / "a.csv", rows + '"Martin, Zoé";Paris;"Sans nouvelles, depuis, mars"\n')
    assert parsed.text.split("\n\f\n") == [
        "Nom: Durand, Paul; Ville: Lyon; Remarque: Bonne cliente,\nà rappeler, vite,\ntous les lundis",
        "Nom: Martin, Zoé; Ville: Paris; Remarque: Sans nouvelles, depuis, mars",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Ventes de 2022\n\nProduit;Ventes;Région\nPomme;12,5;Nord\nPoire;3,25;Sud\nKiwi;1,5;Est\n",
         ["Ventes de 2022", "Produit: Pomme; Ventes: 12,5; Région: Nord"]),
        ("sep=;\nNom;Ville\nDurand, P;Lyon\n", ["Nom: Durand, P; Ville: Lyon"]),
        (",nom,ville\n0,Dupont,Paris\n", ["0; nom: Dupont; ville: Paris"]),
        ("Région;2019;2020\nBretagne;12;13\n", ["Région: Bretagne; 2019: 12; 2020: 13"]),
        ('Nom, Ville, Note\nA, "Paris, France", bon\n', ["Nom: A; Ville: Paris, France; Note: bon"]),
        ("avis\nLe chat, le chien.\nLe loup.\nUn, deux, trois.\n", ["avis: Le chat, le chien.", "avis: Le loup."]),
    ],
)  # fmt: skip
def test_tables_as_programs_write_them(tmp_path, source, expected):
    assert read_as(tmp_path / "a.csv", source).text.split("\n\f\n")[: len(expected)] == expected


def test_numbers_and_days_of_records_stand_under_their_names(tmp_path):
    person = {"id": 17, "name": "Alice Dupont", "age": 42, "salary": 51000.50, "hired": "2019-03-01", "active": True}
    parsed = read_as(tmp_path / "a.json", json.dumps({"employees": [person | {"boss_id": 3, "place": [4.8, 45.7]}]}))
    assert (
        parsed.text == "name: Alice Dupont; age: 42; salary: 51000.5; hired: 2019-03-01; active: true; place: 4.8, 45.7"
    )


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ([["Ville", "Prix"], ["Metz", 650], ["Nice", 720]], ["Ville: Metz; Prix: 650", "Ville: Nice; Prix: 720"]),
        ([["Metz", 650], ["Nice", 720]], ["Metz | 650", "Nice | 720"]),
        ({"titre": "Loyers", "table": [["Ville", "Prix"], ["Metz", 650]]}, ["titre: Loyers", "Ville: Metz; Prix: 650"]),
        ({"columns": ["Ville", "Prix"], "data": [["Metz", 650], ["Nice", None]]},
         ["Ville: Metz; Prix: 650", "Ville: Nice"]),
        ({"bail": {"matrice": [[1, 2], [3, 4]]}}, ["bail.matrice: 1, 2; bail.matrice: 3, 4"]),
        ({"bail": {"prix": [["Ville", "Prix"], ["Metz", 650]]}}, ["bail.prix.Ville: Metz; bail.prix.Prix: 650"]),
        ({"lieu": ["Metz", 650]}, ["lieu: Metz; lieu: 650"]),
    ],
)  # fmt: skip
def test_a_list_of_equal_lists_is_a_table(tmp_path, written, lines):
    assert read_as(tmp_path / "a.json", json.dumps(written)).text.split("\n\f\n") == lines


def test_records(tmp_path):
    record = {"id": "0a", "title": "Le titre", "tags": ["mer", "ciel"], "text": "La mer est bleue.", "n": 3}
    parsed = read_as(tmp_path / "a.json", json.dumps([record, {"title": "Un autre", "body": "Le ciel aussi."}]))
    assert headings(parsed) == ["Le titre", "Un autre"]
    assert parsed.text == "Le titre\n\ntags: mer\n\ntags: ciel\n\nLa mer est bleue.\n\f\nUn autre\n\nLe ciel aussi."
    lines = read_as(tmp_path / "a.jsonl", f"{json.dumps(record)}\n\n{json.dumps(record, ensure_ascii=False)}\n")
    assert lines.text.count("La mer est bleue.") == 2


ROWS = [{"nom": f"Nom {n}", "rôle": f"le rôle {n} est court"} for n in range(30)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "nom;rôle\n" + "\n".join(";".join(row.values()) for row in ROWS)),
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps({"source": "Le registre", "rows": ROWS, "fin": "La fin"})),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_no_passage_holds_two_records(tmp_path, name, content):
    parsed = read_as(tmp_path / name, content)
    offsets, firsts, _ = chunk(parsed)
    ends = [*firsts[1:], len(offsets) // 2]
    passages = [parsed.text[offsets[2 * a] : offsets[2 * b - 1]] for a, b in zip(firsts, ends, strict=True)]
    rows_by_passage = [[row for row in ROWS if row["rôle"] in passage] for passage in passages]
    assert [rows for rows in rows_by_passage if rows] == [[row] for row in ROWS]
    assert all(row["nom"] in passage for rows, passage in zip(rows_by_passage, passages, strict=True) for row in rows)


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.recursive(st.text() | st.none() | st.integers(), lambda some: st.lists(some) | st.dictionaries(st.text(), some))
)
def test_any_record_is_read_as_text_that_it_holds(record):
    read = read_records(json.dumps(record).encode())
    assert set(filter(str.isalpha, read.text)) <= set(json.dumps(record, ensure_ascii=False))
