"""Connect the page to an index on disk, and to its documents and conversations."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import rag
from index import Index, open_index
from index.errors import IndexNotFound, NoDocuments, UserError
from index.settings import Settings
from rag.answer import Answer, Turn
from rag.ranking.rerank import searcher
from rag.writing.failures import ModelFailure
from rag.writing.settings import ModelSettings
from ui.services.conversations import Conversations
from ui.services.folders import Folders, find_offered_sample
from ui.services.library import Library
from ui.services.pdf.pages import PageRenderer
from ui.services.suggestions import make_suggester
from ui.web.controller import OfferedModel, PageController
from ui.web.embedding import BackgroundEmbedding
from ui.web.library_controller import LibraryController


class ModelMisnamed(UserError):
    """The language model to offer on the page has no valid name."""


def create_controller(folder: Path, personal: Path | None = None, model: str | None = None) -> PageController:
    """Create the controller for the index in ``folder``, if there is one; conversations are saved beside it.

    ``personal`` is the folder for documents that are added while there is no index, or one of the sample; by default
    RAG_FOLDER, else ``Sourcier`` in the user's documents folder. ``model`` (``provider:name``) is a language model that
    the page offers to write with.

    Raises:
        UserError: there is an index that cannot be used, or the model is none.
    """
    sample = find_offered_sample(folder)
    library = Library(folder, Folders(folder, Settings.from_env(folder=personal).folder, sample))

    embedding = BackgroundEmbedding()

    def opened() -> Index:
        try:
            index = open_index(folder)
        except IndexNotFound as error:
            raise NoDocuments("There are no documents yet. Drop some anywhere on the page, then ask.") from error
        embedding.follow(index)
        return index

    def ask(question: str, history: Sequence[Turn] = (), model: str | None = None) -> Iterator[Answer]:
        return rag.stream(question, index=opened(), history=history, model=model)

    with suppress(IndexNotFound):
        searcher(open_index(folder)).warm_up()  # many may ask at once from now on
    library.open()
    suggest = make_suggester(lambda question: rag.ask(question, index=folder, k=1))
    library_controller = LibraryController(library, Conversations(folder / "conversations"))
    writing = _writing(model) if model else None
    return PageController(ask, opened, library_controller, PageRenderer(lambda: library.corpus), writing, suggest)


def _writing(model: str) -> OfferedModel:
    try:
        settings = ModelSettings.read(model)
    except ModelFailure as failure:
        raise ModelMisnamed("No language model to write with: {}", failure) from failure
    return OfferedModel(settings.name, settings.host)
