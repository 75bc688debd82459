"""The corpus of an index: a local folder, or remote storage with its local mirror."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.addresses import S3Address, WrongAddress, is_mirror
from index.errors import CorpusNotFound
from index.mirror.listing import Fetched
from index.progress import ProgressCallback


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of an index; ``str`` names them as a person does."""

    folder: Path  # that is read: of documents elsewhere, the one that mirrors them
    address: S3Address | None = None

    @classmethod
    def of(cls, name: str | Path) -> "Corpus":
        """Return the corpus of this name: a folder, an address, or the folder that mirrors one.

        Raises:
            CorpusNotFound: the name is empty.
            WrongAddress: it is an address without a bucket, or of something else.
        """
        if not str(name):  # Path("") would be the current folder
            raise CorpusNotFound("The folder name is empty. Name the folder that holds your documents.")
        folder = Path(name).expanduser()
        address = S3Address.parse(str(name)) or S3Address.of_folder(folder)
        if address:
            return cls(address.folder, address)
        if "://" in str(name) and not folder.exists():
            raise WrongAddress("“{}” is not an address of documents. Name a folder, or s3://bucket/prefix.", str(name))
        return cls(folder)

    def __str__(self) -> str:
        return self.address.url if self.address else str(self.folder)

    @property
    def recorded(self) -> str:
        """The name that the manifest of an index keeps."""
        return self.address.url if self.address else str(self.folder.resolve())

    @property
    def exists(self) -> bool:
        """Return whether the folder exists. Remote storage is assumed to exist until it is fetched."""
        return self.address is not None or self.folder.is_dir()

    def check(self) -> None:
        """Check that there is such a folder.

        Raises:
            CorpusNotFound: there is none.
        """
        if self.exists:
            return
        if self.folder.exists():
            raise CorpusNotFound("{} is a file. Name the folder that holds it.", self.folder)
        if is_mirror(self.folder):
            raise CorpusNotFound(
                "The mirror {} is missing. Download it again: rag rebuild s3://…",
                self.folder,
            )
        raise CorpusNotFound("The folder {} does not exist. Check its name.", self.folder)

    def fetch(self, on_progress: ProgressCallback, patience: float) -> Fetched:
        """Bring a mirror up to date, as ``update_mirror`` does; do nothing for a folder of this machine."""
        if self.address is None:
            return Fetched()
        from index.mirror.update import update_mirror  # which imports what transfers need

        return update_mirror(self.address, on_progress, patience)


def address_of(recorded: str) -> S3Address | None:
    """Return the address that a manifest recorded, or None if it recorded a folder."""
    with suppress(WrongAddress):
        return S3Address.parse(recorded)
    return None


def folder_of(recorded: str) -> Path:
    """Return the folder of this machine for what a manifest recorded; it may not be there.

    Nothing is created, as the index may be somebody else's: only an address that a person named is fetched from.
    """
    address = address_of(recorded)
    return address.folder if address else Path(recorded)
