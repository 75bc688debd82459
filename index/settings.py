"""What a person may choose, read once where a program starts: arguments, then ``RAG_*`` variables, then defaults."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    index: Path = Path(".index")
    encoder: str | None = None  # a sentence-transformers model, by name or folder; None is the one that ships

    @classmethod
    def read(cls, *, index: str | Path | None = None, encoder: str | None = None) -> "Settings":
        """The arguments that are given, else RAG_INDEX and RAG_ENCODER, else the defaults."""
        return cls(
            index=Path(index or os.environ.get("RAG_INDEX") or cls.index).expanduser(),
            encoder=encoder or os.environ.get("RAG_ENCODER") or cls.encoder,
        )
