"""The folders of the page: the current one, whose documents are searched, the personal one, and the sample."""

from dataclasses import dataclass
from pathlib import Path

import rag
from index import open_index
from index.build.scan import holds_files
from index.errors import IndexNotFound, UserError
from index.mirror.corpus import Corpus, address_of, folder_of
from index.private import make_private_folder
from index.settings import default_folder
from index.stores.replica import is_replica
from ui.services.paths import shorten_home
from ui.services.status import read_recorded_corpus, read_remembered_folder, remember_folder


def find_sample() -> Path | None:
    """Return the folder of sample documents, or None if there is none, as in a wheel."""
    folder = Path(str(rag.__file__)).parents[1] / "seeds"
    return folder if folder.is_dir() else None


def find_offered_sample(index: Path) -> Path | None:
    """Return the sample to offer beside an index; None for a store, which would hold it in place of all documents."""
    return None if is_replica(index) else find_sample()


@dataclass(frozen=True, slots=True)
class FolderView:
    """The folders as the page shows them, with ``~`` for the home folder."""

    current: str  # whose documents are listed and searched
    personal: str  # where added files go
    is_sample: bool  # whether ``current`` is the sample
    has_sample: bool
    has_personal_documents: bool
    is_elsewhere: bool = False  # whether ``current`` is an address, whose documents are not changed here


@dataclass(frozen=True, slots=True)
class Folders:
    """The current, personal and sample folders, given the index in ``index``.

    The personal folder is the indexed one, unless that is the sample. Without such an index it is ``chosen``
    (``--folder`` or RAG_FOLDER), else the personal folder of before, else the default.
    """

    index: Path
    chosen: Path | None = None
    sample: Path | None = None  # documents that ship; None where they do not, as in a wheel

    @property
    def current(self) -> Path:
        """The folder that is indexed; the personal one if there is no index."""
        return self._indexed() or self._personal_unindexed()

    @property
    def personal(self) -> Path:
        """The folder that added files are copied to; it may not exist yet."""
        indexed = self._indexed()
        return self._personal_unindexed() if indexed is None or self.is_sample_folder(indexed) else indexed

    @property
    def shows_sample(self) -> bool:
        return self.is_sample_folder(self.current)

    @property
    def elsewhere(self) -> str | None:
        """The address whose documents are shown; None if they are in a folder on this machine."""
        recorded = self._record()
        address = Corpus.of(self._personal_unindexed()).address if recorded is None else address_of(recorded)
        return address.url if address else None

    def is_sample_folder(self, folder: Path) -> bool:
        return self.sample is not None and folder.resolve().is_relative_to(self.sample.resolve())

    def make_personal(self) -> Path:
        """Return the folder for added files; create it, private, unless an index names it.

        The folder of an index is not created: it may be on a disk that is not mounted.
        """
        indexed, personal = self._indexed(), self.personal
        if indexed is None or self.is_sample_folder(indexed):
            make_private_folder(personal)
        return personal

    def remember(self) -> None:
        """Record the personal folder, for when the index is removed or shows the sample."""
        personal = self.personal
        if personal.is_dir() and not self.is_sample_folder(personal):
            remember_folder(self.index, personal)

    def view(self) -> FolderView:
        personal, shows_sample = self.personal, self.shows_sample
        return FolderView(
            self.elsewhere or shorten_home(self.current), shorten_home(personal),
            shows_sample, self.sample is not None,
            shows_sample and holds_files(personal, self.index), self.elsewhere is not None,
        )  # fmt: skip

    def _indexed(self) -> Path | None:
        recorded = self._record()
        return None if recorded is None else folder_of(recorded)

    def _record(self) -> str | None:
        try:
            return open_index(self.index).manifest.corpus  # the manifest is read once
        except IndexNotFound:
            return None
        except UserError:  # it cannot be searched, and may still say of which folder it is
            return read_recorded_corpus(self.index)

    def _personal_unindexed(self) -> Path:
        if self.chosen is not None:
            return self.chosen.absolute()
        return read_remembered_folder(self.index) or default_folder()
