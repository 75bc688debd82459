"""A document that includes a file of the machine or an address gives neither, whatever its format."""

import random
import socket
from pathlib import Path

import pytest

from bench.attacks.junk import packed, sheet_of_opendocument, text_of_opendocument, unpacked, valid_file
from index.readers.registry import find_format
from index.readers.unpack import unpack

WORDS, SECRET = "Le moulin tourne au vent du nord.", "mot-de-passe-du-meunier"
DTD = '<!DOCTYPE r [<!ENTITY x SYSTEM "@URI@"><!ENTITY y SYSTEM "@URL@">]>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
SOURCE = f'<text:section {LINK}><text:section-source xlink:href="@URI@"/><text:p>a</text:p></text:section>'
FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT "@PATH@"</w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>{WORDS}</w:t></w:r></w:p>'
    f'<w:altChunk xmlns:r="{RELATIONS}" r:id="x0"/><w:altChunk xmlns:r="{RELATIONS}" r:id="x1"/><w:p>'
)
FORMULAS = (
    f'<c r="A9" t="inlineStr"><is><t>{WORDS}</t></is></c><c r="B9"><f>WEBSERVICE("@URL@")</f></c>'
    "<c r=\"C9\"><f>'file://@PATH@'#$a.A1</f></c></row>"
)


def parts(suffix: str, part: str, old: str, new: str, relations: str = "", kind: str = "") -> dict[str, bytes]:
    """Return the parts of a whole file, one of them changed; ``relations`` is a part that gets outer targets."""
    members = unpacked(valid_file(suffix, random.Random(1)))
    assert old.encode() in members[part]
    members[part] = members[part].replace(old.encode(), new.encode(), 1)
    if relations:
        outer = "".join(
            f'<Relationship Id="x{n}" Type="{RELATIONS}/{kind}" TargetMode="External" Target="{target}"/>'
            for n, target in enumerate(("@URI@", "@URL@"))
        )
        members[relations] = members[relations].replace(b"</Relationships>", f"{outer}</Relationships>".encode())
    return members


PICTURE = (
    '<p:sp><p:nvSpPr><p:cNvPr id="98" name="a"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
    f'<a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></p:txBody></p:sp><p:pic><p:nvPicPr><p:cNvPr id="99" name="b"/>'
    f'<p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip xmlns:r="{RELATIONS}" r:link="x0"/></p:blipFill><p:spPr/>'
    "</p:pic></p:spTree>"
)
DOCUMENTS: dict[str, str | dict[str, bytes]] = {
    "frame.html": f"<p>{WORDS}</p><iframe src='@URI@'></iframe><object data='@URI@'></object><img src='@URL@'>",
    "link.md": f"{WORDS}\n\n![a](@URL@)\n\n<iframe src='@URI@'></iframe>\n\n{{% include \"@PATH@\" %}}\n",
    "entity.xml": f"{DTD}<r><a>{WORDS}</a><b>&x;&y;</b></r>",
    "include.xml": f'<r xmlns:xi="http://www.w3.org/2001/XInclude"><a>{WORDS}</a>'
    '<xi:include href="@URI@" parse="text"/><xi:include href="@URL@"/></r>',
    "use.svg": f'<svg xmlns="http://www.w3.org/2000/svg" {LINK}><text>{WORDS}</text><use xlink:href="@URI@#a"/>'
    '<image xlink:href="@URL@"/></svg>',
    "field.rtf": rf'{{\rtf1 {WORDS}\par{{\field{{\*\fldinst INCLUDETEXT "@PATH@"}}{{\fldrslt}}}}'
    r"{\*\template @PATH@}}",
    "body.eml": "Subject: Le moulin\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\n" + WORDS + "\n--m\n"
    'Content-Type: message/external-body; access-type=local-file; name="@PATH@"\n\nContent-Type: text/plain\n\n--m--\n',
    "page.mhtml": f"Content-Type: text/html\nContent-Location: @URL@\n\n<p>{WORDS}</p><iframe src='@URI@'></iframe>",
    "formula.csv": f'nom;lien\n{WORDS};"=WEBSERVICE(""@URL@"")"\nautre;"=\'file://@PATH@\'#$a.A1"\n',
    "field.docx": parts(".docx", "word/document.xml", "<w:p>", FIELD + "</w:p><w:p>", "word/_rels/document.xml.rels",
                        "aFChunk"),
    "entity.docx": parts(".docx", "word/document.xml", "<w:p>", f"<w:p><w:r><w:t>{WORDS}&x;&y;</w:t></w:r></w:p><w:p>"),
    "formula.xlsx": parts(".xlsx", "xl/worksheets/a.xml", "</row>", f'</row><row r="9">{FORMULAS}'),
    "link.pptx": parts(".pptx", "ppt/slides/slide1.xml", "</p:spTree>", PICTURE, "ppt/slides/_rels/slide1.xml.rels",
                       "image"),
    "section.fodt": text_of_opendocument([WORDS, WORDS]).replace("</office:text>", f"{SOURCE}</office:text>"),
    "source.fods": sheet_of_opendocument([(WORDS, "a")]).replace(
        "<table:table-row", f'<table:table-source {LINK} xlink:href="@URI@" table:table-name="a"/><table:table-row', 1
    ),
    "chapter.epub": parts(".epub", "O/c0.xhtml", "<body>", f"<body><p>{WORDS}&x;</p><iframe src='@URI@'/>"),
    "raw.rst": f"{WORDS}\n\n.. raw:: html\n   :file: @PATH@\n\n.. raw:: html\n   :url: @URL@\n\n"
    ".. literalinclude:: @PATH@\n\n.. image:: @URL@\n",
    "setup.org": f'{WORDS}\n#+SETUPFILE: @PATH@\n#+INCLUDE: "@PATH@" src\n[[file:@PATH@]]\n[[@URL@]]\n',
    "input.tex": f"{WORDS}\n\\verbatiminput{{@PATH@}}\n\\include{{@PATH@}}\n\\includegraphics{{@URL@}}\n"
    "\\lstinputlisting{@PATH@}\n\\bibliography{@PATH@}\n",
    "image.adoc": f"{WORDS}\n\ninclude::@PATH@[]\n\nimage::@URL@[]\n\ninclude::@URL@[]\n",
}  # fmt: skip
for name, part in (("entity.docx", "word/document.xml"), ("chapter.epub", "O/c0.xhtml")):
    made = DOCUMENTS[name]
    assert isinstance(made, dict)
    made[part] = DTD.encode() + made[part]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_includes_is_not_read(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as server:
        places = {"@URI@": secret.as_uri(), "@URL@": f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET[:3]}"}
        data = _filled(DOCUMENTS[name], {**places, "@PATH@": str(secret)})
        contents = unpack(data, find_format(name, data))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    texts = [document.parsed.text for document in contents.documents]
    assert any(WORDS in text for text in texts)
    assert not any(SECRET in text for text in texts)


def _filled(document: str | dict[str, bytes], places: dict[str, str]) -> bytes:
    if isinstance(document, dict):
        return packed({name: _filled(content.decode("latin-1"), places) for name, content in document.items()})
    for token, place in places.items():
        document = document.replace(token, place)
    return document.encode("latin-1" if not document.isascii() else "utf-8")
