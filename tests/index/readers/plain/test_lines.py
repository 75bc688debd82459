"""Plain text under other names: each line, caption or section is read as what it is, and nothing besides."""

import pytest

from index.errors import UnreadableFile
from index.readers import registry
from index.readers.parsed import ParsedFile
from index.workers.chunks import chunk


def read(name: str, text: str | bytes) -> ParsedFile:
    data = text.encode() if isinstance(text, str) else text
    return registry.parse(data, registry.find_format(name, data))[1]


def sentences(parsed: ParsedFile) -> list[str]:
    offsets = chunk(parsed).sentences
    return [parsed.text[start:end] for start, end in zip(offsets[::2], offsets[1::2], strict=True)]


def under(parsed: ParsedFile, words: str) -> list[str]:
    """What the words stand under."""
    document = parsed.document("a", "")
    above = document.context_at(parsed.text.index(words))
    return [document.slice(*block.span) for block in above]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("cuve.log", "Cuve un pleine à ras bord ce matin\nvanne deux fermée\n  à la main\n",
         ["Cuve un pleine à ras bord ce matin", "vanne deux fermée", "à la main"]),
        ("semis.py", "import os\nimport sys\n\n# Les graines\nx = 1\ny = 2\n",
         ["import os", "import sys", "# Les graines", "x = 1", "y = 2"]),
        ("semis.py", 'def semer():\n    """Sème des graines\n    en mars."""\n    return 3\n',
         ["def semer():", '"""Sème des graines\n    en mars."""', "return 3"]),
        ("cuve.log", "\x1b[31mVanne\x1b[0m fermée", ["Vanne fermée"]),
        ("LISEZMOI", "Le bassin est\nvide.", ["Le bassin est\nvide."]),
        ("film.srt", "1\r\n00:01:02,500 --> 00:01:04,000\r\n<i>Le bassin</i>\r\nest vide.\r\n\r\n2\r\n"
         "01:00:00,000 --> 01:00:01,000\r\n{\\an8}On s&apos;en va !\r\n",
         ["00:01:02 Le bassin est vide.", "01:00:00 On s'en va !"]),
        ("film.vtt", "WEBVTT - Le bassin\n\nSTYLE\n::cue {}\n\nun\n00:07.000 --> 00:09.000 line:0\n"
         "<v.fort Zoé>Il est vide\n\n00:09.000 --> 00:10.000\nsans doute.\n",
         ["00:00:07 Zoé: Il est vide", "00:00:09 sans doute."]),
    ],
)  # fmt: skip
def test_lines_and_captions_are_sentences(name, text, expected):
    assert sentences(read(name, text)) == expected


@pytest.mark.parametrize(
    ("captions", "expected"),
    [
        (["1 2 Le barrage fut bâti", "2 3 entre 1932 et 1937.", "3 4 <i>On le vida.</i>"],
         ["00:00:01 Le barrage fut bâti entre 1932 et 1937.", "00:00:03 On le vida."]),
        (["1 2 Le barrage de", "2 3 Serre-Ponçon.", "3 4 Ses eaux montent."],
         ["00:00:01 Le barrage de Serre-Ponçon.", "00:00:03 Ses eaux montent."]),
        (["1 2 the dam was", "2 3 built here", "9 10 later on"],
         ["00:00:01 the dam was built here", "00:00:09 later on"]),
        (["1 2 Tu viens", "2 3 - non", "3 4 [rires]", "4 5 il est là..."],
         ["00:00:01 Tu viens", "00:00:02 - non", "00:00:03 [rires]", "00:00:04 il est là..."]),
        (["1 2 <v Ana>the dam", "2 3 <v Ana>is old", "3 4 <v Bo>and full"],
         ["00:00:01 Ana: the dam is old", "00:00:03 Bo: and full"]),
        (["1 2 hello world", "2 3 hello world\nthis is", "3 4 this is\na dam"], ["00:00:01 hello world this is a dam"]),
        (["1 2 {i}Oui{/i} {x}."], ["00:00:01 Oui {x}."]),
        (["1 2 Il est 1 < 2 et 3 > 2.", "3 4 <c.bleu><b>Un<br>deux</b></c> <00:03.500><x>."],
         ["00:00:01 Il est 1 < 2 et 3 > 2.", "00:00:03 Un deux <x>."]),
        (["1 2 No.", "8 9 No."], ["00:00:01 No.", "00:00:08 No."]),
    ],
)  # fmt: skip
def test_a_sentence_over_several_captions_is_one_line(captions, expected):
    times = [caption.split(" ", 2) for caption in captions]
    cues = [f"00:{int(start):02}.000 --> 00:{int(end):02}.000\n{said}\n" for start, end, said in times]
    assert read("film.vtt", "WEBVTT\n\n" + "\n".join(cues)).text.split("\n") == expected


def test_settings_and_outlines_keep_the_names_that_they_stand_under():
    settings = read("serre.ini", "; réglages\n[arrosage]\ndébit = 12\n[lumière]\ndurée = 8 h\n")
    assert (under(settings, "durée = 8 h"), under(settings, "débit")) == (["lumière"], ["arrosage"])
    outline = read("serre.yaml", "arrosage:\n  nuit:\n    débit: 12\n  jour: non\nlumière:\n- lampe: 40 W\n")
    assert under(outline, "débit: 12") == ["arrosage:", "nuit:"]
    assert (under(outline, "jour"), under(outline, "- lampe")) == (["arrosage:"], [])


def test_a_file_of_an_unknown_kind_is_read_if_it_is_text():
    assert read("bassin.2024", "Il est vide.").text == "Il est vide."
    with pytest.raises(UnreadableFile, match=r"\.2024 files are not supported"):
        read("bassin.2024", bytes(range(256)) * 99)


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("- Qui vient ?\n- Moi.", ["- Qui vient ?", "- Moi."]),
        (">> ANN: Hi.\n>> BOB: Hello\nthere.", [">> ANN: Hi.", ">> BOB: Hello there."]),
        ("MME COSTA : Oui.\nM. ROUX : Non.", ["MME COSTA : Oui.", "M. ROUX : Non."]),
        ("<v Ann>Hi.</v>\n<v Bob>Hello.</v>", ["Ann: Hi.", "Bob: Hello."]),
        ("- Il pleut\ndepuis hier.", ["- Il pleut depuis hier."]),
    ],
)
def test_each_speaker_of_a_caption_has_a_line(caption, expected):
    text = read("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{caption}\n").text
    assert text.split("\n") == [f"00:00:01 {line}" for line in expected]


def test_the_letters_of_properties_are_read():
    written = r"titre=\u00e9l\u00e8ve \u0152uvre C:\user \\u00e9 \u000a"
    assert read("a.properties", written).text == r"titre=élève Œuvre C:\user \\u00e9 \u000a"
