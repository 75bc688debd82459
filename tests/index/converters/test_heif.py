"""Photographs of telephones are read as those in other formats."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from index import open_index, rebuild
from index.converters.heif import is_heif, open_heif
from index.errors import UnreadableFile
from index.readers.registry import FORMATS, parse, program_versions
from ui.i18n.errors import translate_error
from ui.i18n.labels import FRENCH

PHOTO = Path(__file__).parents[2] / "support" / "pictures" / "photo.heic"  # two printed lines, by pillow-heif
MISSING = "it is a photograph in HEIF; to read it: pip install 'sourcier[heif]'"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_a_photograph_is_read_by_ocr(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    shutil.copy(PHOTO, tmp_path / "corpus" / "photo.heic")
    (tmp_path / "corpus" / "a.txt").write_text("Le bac est blanc.", "utf-8")
    assert not rebuild(tmp_path / "corpus", tmp_path / "index").skipped
    photo = open_index(tmp_path / "index").document("photo.heic")
    assert "Le bac part de Keroman" in photo.text
    assert "huit heures quinze." in photo.text
    assert photo.recognised == (1,)


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = program_versions(["heif"])
    monkeypatch.setattr("index.converters.heif.find_spec", lambda name: None)
    assert program_versions(["heif"]) != programs  # so that it is read again once it can be
    with pytest.raises(UnreadableFile) as refused:
        parse(PHOTO.read_bytes(), FORMATS[".heic"])
    assert str(refused.value) == MISSING
    assert translate_error(refused.value, FRENCH).endswith("pip install 'sourcier[heif]'")


@pytest.mark.parametrize("cut", [12, 100, 1500])
def test_a_damaged_photograph_is_one_sentence(cut: int) -> None:
    with pytest.raises(UnreadableFile, match="it is damaged, or not an image"):
        parse(PHOTO.read_bytes()[:cut], FORMATS[".heic"])


def test_a_photograph_that_would_take_all_memory_is_one_sentence() -> None:
    data = PHOTO.read_bytes()
    place = data.index(b"ispe") + 8  # the first byte of the width of the picture
    with pytest.raises(UnreadableFile, match="it is damaged, or not an image"):
        parse(data[:place] + b"\xff" + data[place + 1 :], FORMATS[".heic"])


def test_a_picture_without_end_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = PHOTO.read_bytes()
    assert is_heif(data)
    assert isinstance(open_heif(data), Image.Image)
    monkeypatch.setattr("index.converters.heif._MOST_PIXELS", 1000)
    with pytest.raises(UnreadableFile, match="it is damaged, or not an image"):
        parse(data, FORMATS[".heif"])
