"""Text files of any age give the text that was written, or one clear sentence."""

import codecs
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.readers.plain.text import decode, read_text
from index.readers.registry import read

SEEDS = sorted((Path(__file__).parents[4] / "seeds").glob("*.txt"))
FRENCH = [
    "L'été dernier, le garçon a mangé une crêpe à la fête de Noël.",
    "Où êtes-vous allé ? À la plage, près de l'hôtel « Été ».",
    "Le maïs est mûr ; l'œuf, lui, a été cuisiné — c'est sûr.",
    "Voilà.",
    "Ça coûte 3 € à l'entrée… et c'est déjà cher, répète-t-elle.",
    "La société anonyme a été constituée à l'unanimité des associés présents ou représentés.",
    "Les élèves étaient là dès l'aube, prêts à être évalués.",
    "Hélène déteste le théâtre.",
    "Il a plu à Nîmes.",
    "Un communiqué précise : « La décision a été différée. »",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("text", FRENCH)
def test_the_encoding_does_not_change_the_text(text, encoding):
    if encoding in ("utf-16-le", "utf-16-be") and len(text) < 20:
        return
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman", "latin-1", "iso8859-15", "cp858"])
@pytest.mark.parametrize("text", [*FRENCH, "Ma sœur a payé 45 000 € pour sa maison d'été, où elle cultive l'œillet."])
def test_the_encodings_of_old_machines_give_the_text(text, encoding):
    data = text.encode(encoding, "replace")
    assert decode(data)[0] == data.decode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Prix : 5 £ ou 3 ½ tasses, à 20 °C ± 2, n° 5, §3", "latin-1"),
        ("Prix 5 ½ kg", "cp850"),
        ("½ tasse de lait, ¼ de beurre", "latin-1"),
        ("Price: £5 and ½ cup", "cp850"),
        ("Größe 5 m², Straße, für 20 €", "iso8859-15"),
        ("Surface : 12 m³", "latin-1"),
        ("Le nœud fait 20 €", "iso8859-15"),
        ("Il dit « oui » à 3 ½", "cp1252"),
    ],
)
def test_signs_beside_numbers_tell_the_encoding(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("次回の会議は三月十日に開催されます。\n予算は五百万円です。\n", "shift_jis"),
        ("東京の天気は晴れ、気温は 25 度です。", "shift_jis"),
        ("本日の議題は図書館の移転である。\n開館は来年四月を予定している。\n", "euc_jp"),
        ("다음 회의는 3월 10일에 열립니다.\n", "cp949"),
        ("下次会议将于三月十日举行。\n预算为五百万元。\n", "gb18030"),
        ("Ελλάδα είναι", "cp1253"),
    ],
)
def test_short_texts_in_other_scripts_are_not_taken_for_french(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman", "latin-1", "utf-16"])
def test_press_articles_in_any_encoding_give_the_same_text(path, encoding):
    data = path.read_text("utf-8").encode(encoding, "replace")
    text, detected = decode(data)
    assert text == data.decode(encoding)
    assert detected == encoding or "latin-1" in (encoding, detected)


def test_a_zero_in_a_text_is_a_slip():
    assert decode(b"Le ciel est bleu.\0 " + b"La mer aussi. " * 9)[0].startswith("Le ciel est bleu.\ufffd La mer")


def test_the_encoding_is_recorded():
    assert read_text("été".encode("cp1252")).encoding == "cp1252"
    assert read_text("été".encode()).encoding == "utf-8"
    assert read_text(codecs.BOM_UTF16_LE + "été".encode("utf-16-le")).encoding == "utf-16"


def test_utf_8_that_was_cut_stays_utf_8():
    text, encoding = decode(("L'été à Paris est très agréable. " * 20).encode()[:-20] + b"\xc3")
    assert text.startswith("L'été à Paris")
    assert encoding == "utf-8 (damaged)"


def test_another_language_in_its_old_encoding_is_read():
    russian = "Президент России Владимир Путин провёл телефонный разговор с президентом Франции. " * 5
    assert decode(russian.encode("cp1251"))[0] == russian


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Zażółć jaźń. Urząd Miasta w Łodzi informuje, że dziś święto. Proszę składać wnioski do końca.", "cp1250"),
        ("Urząd Miasta w Łodzi informuje, że dziś święto. Proszę składać wnioski do końca.", "iso8859-2"),
        ("Az önkormányzat értesíti a lakosságot, hogy az ülés időpontja megváltozott.", "cp1250"),
        ("Općina obavještava građane da će sjednica biti održana u četvrtak.", "cp1250"),
        ("Mesto Žilina oznamuje občanom, že zasadnutie sa uskutoční v stredu.", "cp1250"),
        ("Savivaldybė praneša, kad posėdis įvyks trečiadienį. Ačiū už dėmesį.", "cp1257"),
        ("A reunião será na próxima terça-feira, não há exceções.", "cp1252"),
        ("Mødet er på torsdag på øen; vi får brød og æbler.", "latin-1"),
        ("Sammanträdet är på måndag, för både små och stora åar i Malmö.", "cp850"),
    ],
)
def test_a_text_in_another_language_is_read_in_the_encoding_of_that_language(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_text_of_rows_with_tabs_is_a_table(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("Nom\tPrix\tStock\r\nClé\t12,50\t4\r\nPâte\t3,20\t10\r\n".encode(encoding))
    assert read(tmp_path / "a.txt")[1].text == "Nom: Clé; Prix: 12,50; Stock: 4\n\f\nNom: Pâte; Prix: 3,20; Stock: 10"
    (tmp_path / "b.txt").write_bytes(b"Il\tpleut\tici.\nIl vente.\nIl\tneige\tau loin.\n")
    assert read(tmp_path / "b.txt")[1].text.startswith("Il\tpleut")


def test_line_ends_are_of_one_kind():
    assert decode(b"a\r\nb\rc\nd")[0] == "a\nb\nc\nd"
    assert decode(b"a\r\r\nb\r\r\n\r\r\nc")[0] == "a\nb\n\nc"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_utf_8_is_kept_as_it_is(text):
    assert decode(text.encode())[0] == text.removeprefix("\ufeff")


@pytest.mark.parametrize("name", ["binary", "zip", "random"])
def test_a_binary_file_named_txt_is_refused(tmp_path, name):
    content = {
        "binary": bytes(range(256)) * 20,
        "zip": b"PK\x03\x04\x14\x00\x00\x00" + random.Random(1).randbytes(3000),
        "random": random.Random(2).randbytes(500).replace(b"\0", b"\1"),
    }[name]
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"it holds no text \(the bytes are those of another kind of file\)"):
        read(tmp_path / "a.txt")


@pytest.mark.parametrize(("content", "reason"), [(b"", "it is empty"), (b" \n\t\n ", "it holds no text")])
def test_a_file_without_text_says_so(tmp_path, content, reason):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path / "a.txt")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(2 << 30)  # sparse: it takes no room
    with pytest.raises(UnreadableFile, match="it is larger than 100 MB; split it"):
        read(tmp_path / "a.txt")


def test_an_unknown_kind_is_named(tmp_path):
    (tmp_path / "a.xyz").write_bytes(bytes(range(256)) * 9)
    with pytest.raises(UnreadableFile, match=r"\.xyz files are not supported"):
        read(tmp_path / "a.xyz")


def test_a_file_that_cannot_be_opened_says_so(tmp_path):
    (tmp_path / "a.txt").mkdir()  # a mode would not do: root may open any file
    with pytest.raises((OSError, UnreadableFile), match=r"a\.txt|cannot be opened"):
        read(tmp_path / "a.txt")


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_a_text_that_is_half_in_an_old_encoding_is_decoded_line_by_line(encoding):
    first, second = (
        "Écrit à l'été près du chêne, là où l'âne brait.",
        "Relevé à l'hôpital, là où la forêt est très âgée.",
    )
    text, name = decode(f"{first}\n".encode() + f"{second}\n".encode(encoding) + f"{first}\n".encode())
    assert text == f"{first}\n{second}\n{first}\n"
    assert name == f"utf-8 and {encoding}"
