"""Notes on a lighthouse, indexed, and a question asked through a provider's own client of a scripted model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer

NOTES = {
    "phare.txt": "Le phare de Kerdrel mesure 47 mètres. Il a été allumé le 3 mai 1874 par Anatole Brizec.",
    "gardien.txt": "Le gardien du phare de Kerdrel s'appelle Yann Le Goff. Il y vit depuis 1998 avec deux chiens.",
    "budget.md": "# Phare de Kerdrel\n\n## Budget 2021\n\nLa peinture de la tour a coûté 12 500 euros à la commune.\n",
    "marées.txt": "Les marées de Port-Manec'h atteignent six mètres en mars. Les pêcheurs partent à quatre heures.",
}
SUFFIX = {"openai": "/v1", "mistralai": "/v1", "ollama": ""}
HEIGHT = "Quelle est la hauteur du phare de Kerdrel ?"


@pytest.fixture(scope="package")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Index:
    root = tmp_path_factory.mktemp("notes")
    folder = root / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    rebuild(folder, root / "index")
    return open_index(root / "index")


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the models and keys of whoever runs the tests."""
    for variable in ("OPENAI_API_KEY", "MISTRAL_API_KEY", "OLLAMA_HOST", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def ask(notes: Index, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Ask a question of the notes; a scripted model writes the answer."""

    def ask_notes(model: ModelServer, question: str = HEIGHT, provider: str = "openai", **options: Any) -> Answer:
        monkeypatch.setenv("RAG_MODEL_URL", model.url + SUFFIX[provider])
        return rag.ask(question, **{"index": notes, "model": f"{provider}:scripted", **options})

    return ask_notes


def is_proven(answer: Answer, index: Index) -> bool:
    """Return whether each quote is what its document says at its place."""
    return all(index.document(c.source).text[c.start : c.end] == c.quote for c in answer.citations)


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder
