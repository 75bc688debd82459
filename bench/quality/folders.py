"""Rebuild the public folders that the mixed set asks about; none of their text is part of this project.

    python -m bench.quality.folders TARGET [--checkout NAME=REPOSITORY ...]

It needs git and, for a folder without ``--checkout``, the network: it clones the public address. A checkout may be of
any kind, a bare one too, as long as it holds the commit. Each folder is copied into ``TARGET/NAME``.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a public repository, at one commit."""

    repository: str  # owner and name
    commit: str
    path: str
    language: str
    licence: str  # as the repository states it
    about: str
    names: str = "*.md"  # of the files that are copied


FOLDERS: Mapping[str, Folder] = {
    "association": Folder(
        "mtg-toulouse/mtg-toulouse.github.io", "de42f08b26e17011e317e88f78b8b91f52ab2504", "pages", "fr", "MIT",
        "the statutes and minutes of an association",
    ),
    "facilitation": Folder(
        "multibao/contributions", "2ad3c1bffe5ce0b09cc15c6fab4935d95b04217f", "contributions", "fr",
        "free licences, named in each text", "recipes for meetings and collectives",
    ),
    "gallery": Folder(
        "Piwigo/piwigo-docs-fr", "3a7c1531b82628d4590a5c046ecfa770ee4b6c24", "docs", "fr", "CC BY-SA 4.0",
        "the manual of a photo gallery",
    ),
    "recipes": Folder(
        "LukeSmithxyz/based.cooking", "2d8642ec41ccc6162ec3123c15024dd3d22cc33b", "content", "en", "Unlicense",
        "cooking recipes",
    ),
    "refine": Folder(
        "OpenRefine/openrefine.org", "93bda3148595a05cc2b43457e2a6d58412c7491d", "docs", "en", "CC BY 4.0",
        "the manual of a tool that cleans data",
    ),
    "chapters": Folder(
        "rladies/rladiesguide", "abdcbfc9793d3c2d138474c0c3112df62bcfae9f", "content", "en", "CC BY 4.0",
        "the handbook of a network of local clubs",
    ),
    "opendata": Folder(
        "etalab/guides.etalab.gouv.fr", "57b72b126b0e10435f8a49440a190b598b0f88e9", ".", "fr", "Licence Ouverte 2.0",
        "a public agency's guides to open data, source code and algorithms",
    ),
    "flashcards": Folder(
        "ankitects/anki-manual", "91630ddcdce42a139e6ed1c04ceb0cdf818f746b", "src", "en", "CC BY-SA 4.0",
        "the manual of a program for flashcards",
    ),
    "handbook": Folder(
        "18F/handbook", "1e4955634d0369f17e5bbc0ebbf8f62e2a3dfe4b", "pages", "en", "CC0",
        "the handbook of an agency's staff",
    ),
    "zeste": Folder(
        "zestedesavoir/documents-association", "8f3c136e1ba042837bb1e8a0bd04d33f1e98795a", ".", "fr", "CC BY 4.0",
        "the statutes and minutes of a large association",
    ),
    "tsc": Folder(
        "nodejs/TSC", "0e35767c9666d03c0e9596e636b35623887ffb6f", "meetings", "en", "none stated",
        "the minutes of a technical committee", "202[456]*.md",
    ),
    "musees": Folder(
        "ideesculture/museesDeFranceDocumentation", "e1f11b9d6ffedbd0bc8d8649bf22c952b855c2a0", "docs", "fr",
        "a free licence, unnamed", "the manual of a museum's inventory",
    ),
    "rgaa": Folder(
        "DISIC/RGAA", "404bbad604b3ae7caab0a6b93bb06891028aebb9", "v4.1/md", "fr", "Licence Ouverte 2.0",
        "the rules and methods of digital accessibility", "[a-z]*.md",
    ),
    "beta": Folder(
        "betagouv/doc.incubateur.net-communaute", "2ba8e2b83f5f6716e40a1d5813d3013d59001846", ".", "fr", "none stated",
        "how a public incubator works: contracts, budgets, tools, premises",
    ),
    "basecamp": Folder(
        "basecamp/handbook", "c9536061f26d0b5bd9f2f900d63e27e9f4deb4ed", ".", "en", "none stated",
        "the handbook of a company's staff",
    ),
}  # fmt: skip


def copy_folder(repository: Path, folder: Folder, target: Path) -> int:
    """Write the texts of a folder as they are at its commit, and return how many there are.

    Raises:
        subprocess.CalledProcessError: the repository does not hold the commit.
    """
    listed = git(repository, "ls-tree", "-r", "-z", "--name-only", folder.commit, folder.path).decode()
    names = [name for name in listed.split("\0") if fnmatch(Path(name).name, folder.names)]
    for name in names:
        path = target / Path(name).relative_to(folder.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(git(repository, "cat-file", "blob", f"{folder.commit}:{name}"))
    return len(names)


def git(repository: Path, *arguments: str) -> bytes:
    """Return what a git command prints."""
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True).stdout


def rebuild_folders(target: Path, checkouts: Mapping[str, Path]) -> None:
    """Write every folder below ``target``, from its checkout or a clone."""
    for name, folder in FOLDERS.items():
        with tempfile.TemporaryDirectory() as work:
            repository = checkouts.get(name) or Path(work)
            if name not in checkouts:
                address = f"https://github.com/{folder.repository}"
                subprocess.run(["git", "clone", "--quiet", "--no-checkout", address, repository], check=True)
            print(f"{name}: {copy_folder(repository, folder, target / name)} files")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--checkout", action="append", default=[], metavar="NAME=REPOSITORY")
    arguments = parser.parse_args()
    named_checkouts = (checkout.partition("=") for checkout in arguments.checkout)
    rebuild_folders(arguments.target, {name: Path(path) for name, _, path in named_checkouts})


if __name__ == "__main__":
    main()
