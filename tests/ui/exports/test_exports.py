"""What is exported is read back whole, and what was changed in a file since is given back as it was changed."""

import errno
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import docx
import pytest
from answers import LAMP, MONEY, answers, document
from lxml import etree  # type: ignore[import-untyped]

from index.errors import StorageError
from rag.answer import Answer
from ui.exports import proof
from ui.exports.formats import FORMATS, REFERENCES, UnknownFormat, write_export
from ui.exports.proof import NotExported, UnreadableExport, pack, unpack
from ui.exports.read_export import parse_export, read_export
from ui.i18n.labels import ENGLISH, FRENCH, Labels

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ANSWERS = answers()
VISIBLE = {"md": "md", "html": "html", "docx": "word/document.xml", "note": "word/footnotes.xml"}


def exported(kind: str, some: list[Answer], labels: Labels = FRENCH) -> bytes:
    written = FORMATS[kind].write(some, labels)
    return written.encode() if isinstance(written, str) else written


def alter(data: bytes, edit: Callable[[str], str], part: str = "") -> bytes:
    """A file with its text changed; of a Word file, with that of a part."""
    if not part:
        return edit(data.decode()).encode()
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content.decode()).encode() if name == part else content)
    return changed.getvalue()


@pytest.mark.parametrize("labels", [FRENCH, ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_answer_is_read_back_alone_and_in_its_conversation(kind: str, labels: Labels, tmp_path: Path) -> None:
    for some in (*([answer] for answer in ANSWERS), ANSWERS, list(reversed(ANSWERS))):
        path = tmp_path / f"answer.{kind}"
        write_export(some, path, labels)
        assert read_export(path) == tuple(some)


# Where a word of the first answer stands in each format: the quote of its second source, and its text.
PLACES = [
    ("md", "", "   > 300,000 francs", "\n\n300,000 francs"),
    ("html", "", "<mark>300,000 francs", '<q class="quoted">300,000 francs'),
    ("docx", "word/footnotes.xml", "« 300,000 francs", ""),
    ("docx", "word/document.xml", "", "« 300,000 francs"),
]


@pytest.mark.parametrize(("kind", "part", "in_quote", "in_text"), PLACES)
def test_what_is_changed_in_a_file_is_what_is_read(kind: str, part: str, in_quote: str, in_text: str) -> None:
    answer = ANSWERS[0]
    for at in filter(None, (in_quote, in_text)):
        at = at.replace("« ", "«\u00a0")
        edit = partial(_once, old=at, new=at.replace("300", "400"))
        data = alter(exported(kind, ANSWERS), edit, part)
        back = parse_export(data)
        assert back[1:] == tuple(ANSWERS[1:])
        first, second = back[0].citations
        assert first == answer.citations[0]
        changed = MONEY.replace("300", "400")
        if at == in_text or part == "word/document.xml":
            assert back[0].text.count("400,000") == 1
            assert second == answer.citations[1]
            assert [sentence.citations for sentence in back[0].sentences] == [(1,), (2,)]
        else:
            assert changed in second.quote
            assert (second.source, second.start, second.sha256) == (
                "notes.txt",
                answer.citations[1].start,
                document().sha256,
            )


def _once(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_sentence_that_was_added_is_read_and_cites_nothing() -> None:
    data = alter(exported("md", ANSWERS[:1]), lambda text: _once(text, "\n\n## ", "\n\nEt le phare est rouge.\n\n## "))
    (back,) = parse_export(data)
    assert back.text == f"{ANSWERS[0].text}\n\nEt le phare est rouge."
    assert [sentence.supported for sentence in back.sentences] == [True, True, False]


def test_json_whose_quote_was_changed_is_read_with_the_quote_as_it_is() -> None:
    data = alter(exported("json", ANSWERS[:1]), lambda text: text.replace("300,000 francs; 1", "300 francs; 1"))
    (back,) = parse_export(data)
    assert "300 francs; 1" in back.citations[1].quote
    assert back.citations[0] == ANSWERS[0].citations[0]


@pytest.mark.parametrize(
    ("kind", "proofs"), [("md", r"\n<!-- sourcier-proof .*\n"), ("html", r'<meta name="sourcier-proof".*\n')]
)
def test_an_older_export_is_read_for_what_it_holds(kind: str, proofs: str) -> None:
    older = alter(exported(kind, ANSWERS), lambda text: re.sub(proofs, "", text))
    back = parse_export(older)
    restored = [
        [(c.source, c.start, c.end, c.quote, c.page, c.sha256, c.title) for c in answer.citations] for answer in back
    ]
    assert restored == [
        [(c.source, c.start, c.end, c.quote, c.page, c.sha256, c.title) for c in answer.citations] for answer in ANSWERS
    ]
    assert [answer.text for answer in back[:2]] == [answer.text for answer in ANSWERS[:2]]
    assert [s.citations for s in back[1].sentences] == [(2, 1), (), (1,)]
    assert [answer.found for answer in back] == [True, True, True, False, True]


def test_what_to_markdown_returns_is_read_back() -> None:
    (back,) = parse_export(ANSWERS[0].to_markdown().encode())
    assert [(c.source, c.start, c.quote, c.sha256) for c in back.citations] == [
        (c.source, c.start, c.quote, c.sha256) for c in ANSWERS[0].citations
    ]
    assert back.text == ANSWERS[0].text


NOT_EXPORTED = [
    b"# Notes\n\nNothing was quoted.\n",
    b"<html><p>Notes</p></html>",
    b'{"a": 1}',
    b'[{"citations": [{"start": {}}]}]',
    b"[" * 100_000,
    b"[]",
    b'<?xml version="1.0" encoding="UTF-8"?><html><p>Notes</p></html>',
    b"<!-- empty -->",
    b"\xff\xfe\x00",
    b"",
]


@pytest.mark.parametrize("data", NOT_EXPORTED)
def test_what_is_no_export_is_told_from_one(data: bytes) -> None:
    with pytest.raises(NotExported, match=r"^This file was not exported by Sourcier\.$"):
        parse_export(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 and no more", "This Word file cannot be read"),
        (b"# Q\n\n<!-- sourcier-proof AAAA -->\n", "The proof in this file is damaged"),
    ],
)
def test_what_is_damaged_is_said_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableExport, match=sentence):
        parse_export(data)


@pytest.mark.parametrize("kind", ["md", "docx"])
def test_an_export_that_no_longer_shows_its_question_is_not_passed_over(kind: str) -> None:
    heading, part = {"md": ("# ", ""), "docx": ("Heading1", "word/document.xml")}[kind]
    with pytest.raises(NotExported):
        parse_export(alter(exported(kind, ANSWERS[:1]), lambda text: text.replace(heading, "", 1), part))


def test_a_number_without_end_is_read_as_words() -> None:
    data = alter(exported("md", ANSWERS[:1]), lambda text: re.sub(r"(?m)^1\. ", f"{'1' * 5000}. ", text))
    assert len(parse_export(data)[0].citations) == len(ANSWERS[0].citations) - 1


def test_a_proof_is_not_unpacked_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack(ANSWERS)
    assert unpack(packed) == tuple(ANSWERS)
    monkeypatch.setattr(proof, "LARGEST", 1000)
    with pytest.raises(UnreadableExport):
        unpack(packed)


def test_a_footnote_that_names_another_source_is_refused() -> None:
    data = alter(exported("docx", ANSWERS), lambda text: _once(text, "notes.txt", "autre.txt"), "word/footnotes.xml")
    with pytest.raises(UnreadableExport, match="Source 2 is not the one"):
        parse_export(data)


@pytest.mark.parametrize(
    ("kind", "title"), [("md", "**Le phare d'Eckmühl"), ("html", "<strong>Le phare d&#39;Eckmühl")]
)
def test_a_source_whose_title_was_changed_is_refused(kind: str, title: str) -> None:
    data = alter(exported(kind, ANSWERS), partial(_once, old=title, new=title.replace("Eckm", "Ekm")))
    with pytest.raises(UnreadableExport, match="is not the one named by the proof"):
        parse_export(data)


def test_a_word_file_without_its_proof_is_no_export() -> None:
    data = alter(
        exported("docx", ANSWERS), lambda text: text.replace("urn:sourcier:proof", "urn:b"), "customXml/item1.xml"
    )
    with pytest.raises(NotExported, match="contains no proof"):
        parse_export(data)


def test_a_file_is_written_in_the_format_of_its_name_alone(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownFormat, match=re.escape("answer.pdf: its name must end in one of .md, .html, .json, .docx, .ris")
    ):
        write_export(ANSWERS, tmp_path / "answer.pdf", ENGLISH)
    assert not list(tmp_path.iterdir())


# Order of the elements that the standard prescribes (ISO/IEC 29500-1), for those that these files use.
ORDERED = {
    "settings": "zoom defaultTabStop characterSpacingControl footnotePr compat themeFontLang decimalSymbol"
    " listSeparator",
    "style": "name basedOn next uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr",
    "rPr": "rStyle rFonts b bCs i iCs sz szCs vertAlign lang",
    "pPr": "pStyle keepNext keepLines spacing outlineLvl",
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_word_file_is_what_the_standard_asks_for(language: str) -> None:
    data = exported("docx", ANSWERS, Labels(language))
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    overrides = {o.get("PartName")[1:] for o in parts["[Content_Types].xml"] if o.get("PartName")}
    assert overrides <= set(parts)
    assert {name for name in parts if name.startswith("word/") and "_rels" not in name} <= overrides
    for name, root in parts.items():
        for relation in root.iterfind("{*}Relationship"):
            base = Path("/", name).parent.parent
            assert str((base / relation.get("Target")).resolve())[1:] in parts
        for parent in root.iter(*(W + tag for tag in ORDERED)):
            order = ORDERED[etree.QName(parent).localname].split()
            places = [order.index(etree.QName(child).localname) for child in parent]
            assert places == sorted(set(places)), etree.tostring(parent)
    notes = [note.get(f"{W}id") for note in parts["word/footnotes.xml"]]
    referred = [note.get(f"{W}id") for note in parts["word/document.xml"].iter(f"{W}footnoteReference")]
    declared = [note.get(f"{W}id") for note in parts["word/settings.xml"].iter(f"{W}footnote")]
    assert (notes, declared) == (["-1", "0", *referred], ["-1", "0"])
    assert referred == [str(n) for n in range(1, 9)]
    styles = {style.get(f"{W}styleId") for style in parts["word/styles.xml"].iter(f"{W}style")}
    used = {
        element.get(f"{W}val")
        for root in parts.values()
        for element in root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}basedOn")
    }
    assert used <= styles
    names = [element.get(f"{W}name") for element in parts["word/document.xml"].iter(f"{W}bookmarkStart")]
    assert len(names) == len(set(names)) == 8


def test_python_docx_opens_a_word_file_and_finds_its_headings_and_language() -> None:
    document = docx.Document(io.BytesIO(exported("docx", ANSWERS, ENGLISH)))
    styled = [(paragraph.text, paragraph.style) for paragraph in document.paragraphs]
    headings = [text for text, style in styled if style is not None and style.name == "Heading 1"]
    assert headings == [answer.question for answer in ANSWERS]
    assert document.core_properties.title == ANSWERS[0].question
    assert document.core_properties.language == "en-GB"
    assert [run._r.xpath("string(w:rPr/w:lang/@w:val)") for run in document.paragraphs[1].runs[:1]] == ["fr-FR"]


def test_a_disk_without_room_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer.md"
    path.write_text("before", encoding="utf-8")

    def fill(file: Path, data: bytes) -> int:
        with file.open("wb") as half:
            half.write(data[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(StorageError) as raised:
        write_export(ANSWERS, path, ENGLISH)
    assert str(raised.value) == (
        f"Cannot write {path} (No space left on device). Choose another location for the export."
    )
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or poppler is missing"
)
def test_libreoffice_shows_the_footnotes_and_keeps_the_proof(tmp_path: Path) -> None:
    some = [replace(answer, question=" ".join(answer.question.split())) for answer in ANSWERS]
    write_export(some, tmp_path / "answer.docx", FRENCH)
    for kind in ("pdf", "docx"):
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", tmp_path / "out", tmp_path / "answer.docx"], check=True, timeout=120)
    result = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "out/answer.pdf", "-"], capture_output=True, text=True, check=True
    )
    flat = " ".join(result.stdout.split())
    lamp = " ".join(LAMP.split())
    assert f"« {lamp} » Le phare d'Eckmühl, selon : M. Le Gall, page 1, côtes/phare n°1, plan (v2).md, 1er" in flat
    assert flat.index("Nobody says why") < flat.index("1er février 2022.")
    assert re.search(r"300,000 francs ?3 4 Nobody says why The lamp turns ?4\b", flat), flat  # again, further on
    assert read_export(tmp_path / "out/answer.docx") == tuple(some)


def test_json_of_one_answer_is_what_the_command_line_prints() -> None:
    assert json.loads(exported("json", ANSWERS[:1])) == json.loads(json.dumps(ANSWERS[0].to_dict()))


def test_references_list_each_cited_document_once() -> None:
    lines = str(REFERENCES["ris"].write(ANSWERS, FRENCH)).split("\r\n")
    assert [line for line in lines if line[:2] in ("TI", "DA", "L1")] == [
        "TI  - Le phare d'Eckmühl.", "DA  - 2022/02/01", "L1  - côtes/phare n°1, plan (v2).md",
        "TI  - Le phare d'Eckmühl.", "L1  - notes.txt",
    ]  # fmt: skip
    assert lines.count("ER  - ") == 2
    assert "N1  - " + " ".join(LAMP.split()) + " (page 1)" in lines


@pytest.mark.parametrize(("labels", "verdict"), [(FRENCH, "contredit"), (ENGLISH, "contradicted")], ids=["fr", "en"])
@pytest.mark.parametrize("kind", ["md", "html", "docx"])
def test_a_sentence_that_a_model_wrote_is_shown_with_its_verdict(kind: str, labels: Labels, verdict: str) -> None:
    data = exported(kind, ANSWERS[-1:], labels)
    if kind == "docx":
        text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
    else:
        text = re.sub(r"<[^<>]*>", "", data.decode()) if kind == "html" else data.decode()
    wrote, judged = text.index("Il a 307 marches"), text.index(verdict)
    assert wrote < judged < text.index("en colimaçon")
    assert "local:little" in text
