"""Indexes of a few texts."""

from collections.abc import Mapping
from pathlib import Path

import rag
from index import Index, open_index, rebuild


def index_of(folder: Path, texts: Mapping[str, str]) -> Index:
    """Write texts by their names into a folder, index them beside it, and open the index."""
    (folder / "texts").mkdir()
    for name, text in texts.items():
        (folder / "texts" / name).write_text(text, encoding="utf-8")
    rebuild(folder / "texts", folder / "index")
    return open_index(folder / "index")


def write_documents(folder: Path, version: int, documents: int = 3) -> Path:
    """Write documents that all tell the same version of a level."""
    folder.mkdir(exist_ok=True)
    for number in range(documents):
        text = f"Relevé {number}\n\nLa crue de la rivière a atteint {version} centimètres au pont numéro {number}."
        (folder / f"releve-{number}.txt").write_text(text, "utf-8")
    return folder


def levels(index: Index) -> set[str]:
    """The numbers of centimetres that an answer and its source tell."""
    answer = rag.ask("Combien de centimètres la crue a-t-elle atteints ?", index=index)
    assert answer.citations
    texts = [citation.quote for citation in answer.citations]
    texts += [index.document(citation.source).text for citation in answer.citations]
    return {text.split(" centimètres")[0].rsplit(" ", 1)[1] for text in texts}


def index_of_level(base: Path, version: int, documents: int) -> Path:
    """An index of documents that tell a level."""
    rebuild(write_documents(base / f"corpus-{version}", version, documents), base / f"index-{version}")
    return base / f"index-{version}"
