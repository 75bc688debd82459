"""``rag store``: create, fill and inspect a store, an index in a database."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from index.errors import IndexCorrupted, UserError
from ui.cli.output import err, out, print_status

app = typer.Typer(help="Manage an index in a database, shared by many servers.", no_args_is_help=True)

Address = Annotated[
    str | None,
    typer.Option("--index", help="The store address, such as postgresql://user@host/database; RAG_INDEX by default"),
]


Yes = Annotated[bool, typer.Option("--yes", help="Replace an index of another folder without asking")]


class OtherFolder(UserError):
    """The index is of another folder, and replacing it was not confirmed."""


class NoAddress(UserError):
    """A command about a store was given none."""


@app.command()
def init(index: Address = None) -> None:
    """Create the tables of a store, unless they exist."""
    from index.stores.replica import store_of

    replica = _replica(index)
    store_of(replica).create()
    out.print("The store is ready. Fill it: rag rebuild FOLDER, or rag store publish INDEX")


@app.command()
def status(
    index: Address = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
    check: Annotated[bool, typer.Option("--check", help="Read every row, and list damaged segments")] = False,
) -> None:
    """Show which snapshots a store holds, which one is in use, and how large it is."""
    from index.stores.replica import store_of
    from ui.services.status import read_store_state

    store = store_of(_replica(index))
    facts = read_store_state(store)
    published = store.current() if check else None
    damaged = list(store.check(published)) if published else []
    facts |= {"damaged": damaged} if check else {}
    print_status(facts, None, as_json)
    if damaged:
        raise IndexCorrupted(
            "The store holds segments that are not what was sent: {}. Send them again: rag store publish --check",
            ", ".join(damaged),
        )


@app.command()
def publish(
    source: Annotated[
        Path | None, typer.Argument(help="Index folder; by default the one that rag rebuild made for the store")
    ] = None,
    index: Address = None,
    yes: Yes = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read every row of the store first, and send damaged segments again")
    ] = False,
) -> None:
    """Copy an index of this machine into a store, and publish it there. An interrupted copy resumes."""
    from index.build.transfer import LOCAL, publish
    from index.stores.replica import store_of
    from ui.cli.progress import show_progress

    replica = _replica(index)
    folder = source or replica / LOCAL
    _agree_to_replace(replica, folder, yes)
    with show_progress(err) as on_progress:
        number = publish(folder, store_of(replica), on_progress, check=check)
    out.print(f"Published as snapshot {number}")


@app.command()
def rollback(index: Address = None) -> None:
    """Publish the previous snapshot again."""
    from index.stores.replica import store_of

    published = store_of(_replica(index)).rollback()
    out.print(f"Published snapshot {published.number} again")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(help="Index folder or store address")],
    target: Annotated[str, typer.Argument(help="Index folder or store address of the copy")],
    yes: Yes = False,
) -> None:
    """Copy the index in use from this machine to a store, or back."""
    from index.build.transfer import publish, store_at
    from index.settings import Settings
    from ui.cli.progress import show_progress

    source_folder, target_folder = (Settings.from_env(index=name).index for name in (source, target))
    if source_folder.resolve() == target_folder.resolve():
        raise NoAddress("{} cannot be copied to itself.", source)
    _agree_to_replace(target_folder, source_folder, yes)
    with show_progress(err) as on_progress:
        number = publish(source_folder, store_at(target_folder), on_progress)
    out.print(f"Copied as snapshot {number}")


def _agree_to_replace(target: Path, source: Path, yes: bool) -> None:
    """Ask before the index ``target`` becomes that of another folder.

    Raises:
        OtherFolder: it is, and nobody can be asked.
    """
    from index.stores.replica import name_index

    corpora = [_corpus(folder) for folder in (target, source)]
    if yes or None in corpora or corpora[0] == corpora[1]:
        return
    if not sys.stdin.isatty():
        raise OtherFolder("{} is the index of {}. Replace it with --yes.", name_index(target), corpora[0])
    typer.confirm(f"{name_index(target)} is the index of {corpora[0]}. Make it the index of {corpora[1]}?", abort=True)


def _corpus(folder: Path) -> str | None:
    """Return what an index was built from, or None if there is none that can be read."""
    from index.stores.replica import update_if_replica
    from ui.services.status import read_recorded_corpus

    try:
        update_if_replica(folder)
        return read_recorded_corpus(folder)
    except UserError:
        return None


def _replica(index: str | None) -> Path:
    """Return the local folder of the store at an address.

    Raises:
        NoAddress: none is named.
    """
    from index.settings import Settings
    from index.stores.replica import is_replica

    folder = Settings.from_env(index=index).index
    if not is_replica(folder):
        raise NoAddress("Which store? Give its address: --index postgresql://user@host/database, or RAG_INDEX.")
    return folder
