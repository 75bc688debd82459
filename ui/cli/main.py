"""The command line: each command parses, calls one function, and prints.

Exit status: 0 done, or found; 1 something a person can mend, said in one sentence; 3 not in the documents, or
not as the text says.
"""

# Gradio takes seconds to import, and only ``serve`` needs it: imports stand where they are used.

import io
import os
import shlex
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from index.errors import IndexCorrupted, UserError
from ui.cli import store
from ui.cli.output import (
    err,
    escape_line,
    make_printable,
    out,
    print_answer,
    print_hits,
    print_json,
    print_report,
    print_status,
    print_verifications,
    report_to_dict,
    summarize,
)
from ui.i18n.labels import ENGLISH, FRENCH, Labels

if TYPE_CHECKING:
    from index.progress import ProgressCallback, Report
    from rag.answer import Answer
    from rag.verification.verify import Verification

NOT_FOUND = 3

app = typer.Typer(
    help="Ask questions about your documents; every answer is an exact quote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(store.app, name="store")
Where = Annotated[
    Path | None, typer.Option("--index", help="Index folder or store address; RAG_INDEX, or .index by default")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]
Since = Annotated[
    str | None, typer.Option(help="Only documents dated on or after DATE, such as 2022-02-01", metavar="DATE")
]
Until = Annotated[str | None, typer.Option(help="Only documents dated on or before DATE", metavar="DATE")]
Documents = Annotated[
    list[str] | None,
    typer.Option(
        "--documents", help="Only this document, or those matching a pattern such as 'notes/*.txt'; repeatable"
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        envvar="RAG_MODEL",
        show_envvar=False,
        help="Language model that writes answers, such as ollama:NAME (default: RAG_MODEL, or none); it is sent text",
    ),
]
_OWN_FOLDER = (
    "Folder for documents added on the page while nothing but the sample is indexed; by default RAG_FOLDER, or "
    "Sourcier in your documents. Later additions go to the indexed folder"
)


def main() -> None:
    """Run ``rag``; print a UserError as one sentence, and let any other error keep its traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack letters
    try:
        app()
    except UserError as error:
        err.print(f"[red]{escape_line(str(error))}[/red]")
        sys.exit(1)


class NoFolder(UserError):
    """A rebuild was requested without a folder."""


class NotAgreed(UserError):
    """A deletion needs confirmation, and there is no terminal to ask on."""


def _print_version(is_asked: bool) -> None:
    if is_asked:
        import rag

        out.print(f"sourcier {rag.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Ask questions about your documents; every answer is an exact quote."""


@app.command()
def rebuild(
    folder: Annotated[
        str | None,
        typer.Argument(help="Your documents: a folder, or s3://bucket/prefix; by default those indexed last"),
    ] = None,
    index: Where = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace an index of another folder without asking")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ignore the index and its cache: read every file again")
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(help="Passwords for locked files, one per line; RAG_FILE_PASSWORDS by default"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Dask scheduler: tcp://host:8786, or processes:4 on this machine; RAG_SCHEDULER by default"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Index a folder, or update its index."""
    from index import rebuild as build

    target = _target(index)
    corpus = _find_known_folder(target) if folder is None else folder
    if not corpus:
        raise NoFolder("Which folder? For example: rag rebuild {}", _example_folder())
    _agree_to_replace(target, corpus, yes)
    with _progress() as on_progress:
        report = build(corpus, target, fresh=fresh, progress=on_progress, passwords=passwords, scheduler=scheduler)
    print_json(report_to_dict(report)) if as_json else print_report(report)


@app.command()
def forget(
    file: Annotated[str, typer.Argument(help="The document's id, or the path to its file")],
    index: Where = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation")] = False,
) -> None:
    """Delete a document, and every trace of it in the index and the saved conversations."""
    from ui.services.forgetting import find
    from ui.services.forgetting import forget as erase

    target = _target(index)
    traces = find(file, target)
    if not yes:
        _agree_to_delete(traces.question)
    with _progress() as on_progress:
        erased = erase(traces, target, on_progress)
    for line in erased.lines():
        out.print(escape_line(line))


@app.command()
def ask(
    question: str,
    index: Where = None,
    as_json: AsJson = False,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many quotes at most")] = 3,
    every: Annotated[bool, typer.Option("--all", help='Every sentence with the words, names or "phrases"')] = False,
    since: Since = None,
    until: Until = None,
    documents: Documents = None,
    model: Model = None,
    export: Annotated[
        Path | None,
        typer.Option(
            help="Write the answer with its proof to a file: .docx, .md, .html or .json; .ris lists what it cites"
        ),
    ] = None,
) -> None:
    """Answer a question with quotes from the documents."""
    import rag

    if export:
        _check_export(export)
    if model:
        _tell_destination(model)
    filters = _filters(since, until, documents)
    answer = rag.ask(question, index=_target(index), k=None if every else k, model=model, **filters)
    print_json(answer.to_dict()) if as_json else print_answer(answer, _labels(answer))
    if export:
        _export(answer, export)
    raise typer.Exit(NOT_FOUND if answer.kind == "not_found" else 0)


def _check_export(path: Path) -> None:
    """Refuse a file that cannot be written before a question is asked.

    Raises:
        UserError: the name has an unknown ending, or its folder does not exist.
    """
    from ui.exports.formats import format_of

    format_of(path)
    if not path.parent.is_dir():
        raise NoFolder("The folder {} for the export does not exist. Check its name.", path.parent)


def _export(answer: "Answer", path: Path) -> None:
    """Write an answer to a file, with its labels in the language of the question."""
    from ui.exports.formats import write_export

    write_export([answer], path, _labels(answer))
    err.print(f"Written to {escape_line(str(path))}")


def _labels(answer: "Answer") -> Labels:
    """Return the labels in the language of a question."""
    from index.language import detect

    return FRENCH if detect(answer.question) == "fr" else ENGLISH


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A text with claims and quotes, or an exported answer")],
    index: Where = None,
    as_json: AsJson = False,
) -> None:
    """Check a text, or an exported answer, against the documents.

    Exit status 3 says that a sentence is contradicted or unsupported, or that a quote is in no document.
    """
    target = _target(index)
    questions, verifications = _verify(file, target)
    if as_json:
        print_json([verification.to_dict() for verification in verifications])
    else:
        print_verifications(verifications, questions)
    raise typer.Exit(0 if all(verification.is_sound for verification in verifications) else NOT_FOUND)


def _verify(file: Path, target: Path) -> "tuple[list[str], list[Verification]]":
    """Verify the answers of an export, with their questions, or the parts of a text."""
    import rag
    from ui.exports.proof import NotExported
    from ui.exports.read_export import read_export
    from ui.services.verification import read_draft, split_draft

    with err.status("checking") if err.is_terminal else nullcontext():
        try:
            answers = read_export(file)
        except (NotExported, OSError):
            return [], [rag.verify(text, index=target) for text in split_draft(read_draft(file))]
        return [answer.question for answer in answers], [rag.verify_answer(answer, target) for answer in answers]


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="What to look for; or use --batch")] = None,
    index: Where = None,
    as_json: AsJson = False,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages")] = 10,
    since: Since = None,
    until: Until = None,
    documents: Documents = None,
    batch: Annotated[
        Path | None, typer.Option(help="A file of names or phrases, one per line: print every mention of each as CSV")
    ] = None,
    rerank: Annotated[bool, typer.Option(help="Rerank with the reader (slower)")] = True,
) -> None:
    """List the passages nearest to a question, best first; or every mention of each name in a file."""
    import rag

    if batch:
        raise typer.Exit(0 if _search_batch(batch, _target(index), _filters(since, until, documents)) else NOT_FOUND)
    if question is None:
        raise typer.BadParameter("give what to look for, or --batch FILE")
    hits = rag.search(question, k, index=_target(index), **_filters(since, until, documents), rerank=rerank)
    print_json([asdict(hit) for hit in hits]) if as_json else print_hits(hits)
    raise typer.Exit(0 if hits else NOT_FOUND)


def _search_batch(batch: Path, target: Path, filters: "_Filters") -> int:
    """Print every mention of each line of a file as CSV; return how many there are."""
    from index import open_index
    from ui.exports.batch import find_mentions, read_batch, write_csv

    return write_csv(find_mentions(read_batch(batch), open_index(target), **filters), sys.stdout)


@app.command()
def status(
    index: Where = None,
    as_json: AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Read every byte, and list damaged files")] = False,
) -> None:
    """Show what is indexed, from which folder, with which encoder, how large and how old."""
    from index import check_index
    from index.stores.replica import discard_replica, is_replica, update_if_replica
    from ui.services.status import read_state

    target = _target(index)
    if check:
        update_if_replica(target)
    damaged = check_index(target) if check else []
    values = {} if damaged else read_state(target)  # a damaged index may not open
    print_status(values, damaged if check else None, as_json)
    if damaged and is_replica(target):
        discard_replica(target)
        raise IndexCorrupted(
            "Damaged in {}: {}. The next command or question fetches it again.",
            target,
            ", ".join(damaged),
        )
    if damaged:
        raise IndexCorrupted("Damaged in {}: {}. Build it again: rag rebuild FOLDER", target, ", ".join(damaged))


@app.command("eval")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="One JSON object per line; rag/evaluation.py describes the fields")],
    index: Where = None,
    as_json: AsJson = False,
    picture: Annotated[Path | None, typer.Option(help="Write the refusal trade-off as an HTML chart")] = None,
) -> None:
    """Measure answers against questions whose answers are known."""
    from index import open_index
    from rag.evaluation import evaluate_question, read_questions, summarise, trace_curve
    from rag.models import models
    from ui.cli.evaluation_report import make_rows, render_curve_page

    if picture and not picture.parent.is_dir():
        raise NoFolder("The folder {} for the chart does not exist. Check its name.", picture.parent)
    opened = open_index(_target(index))
    results = [evaluate_question(question, opened) for question in read_questions(questions, opened)]
    summary = summarise(results)
    if picture:
        picture.write_text(render_curve_page(trace_curve(results), models().threshold), encoding="utf-8")
    if as_json:
        print_json({**summary.to_dict(), "each": [asdict(question) for question in results]})
    else:
        for name, value in make_rows(summary):
            out.print(f"{name:<42} {value}")


@app.command()
def serve(
    index: Where = None,
    host: Annotated[
        str, typer.Option(help="127.0.0.1 serves this machine only; any other needs a password")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks any free port")] = 7860,
    watch: Annotated[bool, typer.Option("--watch", help="Rebuild whenever the folder changes")] = False,
    folder: Annotated[Path | None, typer.Option("--folder", help=_OWN_FOLDER)] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="PEM file; RAG_TLS_CERTIFICATE. Needs --tls-key")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM file of its private key; RAG_TLS_KEY")] = None,
    model: Model = None,
) -> None:
    """Open the chat in the browser. Documents can be added on the page.

    RAG_PASSWORD sets the password, RAG_HOSTNAMES further names of this server, RAG_PROXY the reverse proxy to trust.
    RAG_LOG=json logs events as JSON, and RAG_METRICS=on serves /metrics (docs/operating.md).
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    from ui.operating.logs import log_to_terminal
    from ui.web.app import create_controller
    from ui.web.settings import ServerSettings

    settings = ServerSettings.read(host, port, tls_certificate, tls_key)
    controller = create_controller(_target(index), folder, model)
    log_to_terminal(settings.log)
    if settings.sends_password_in_clear:
        err.print(f"[yellow]{escape_line(_IN_CLEAR)}[/yellow]")
    with controller.library_controller.library.indexing.watching(_tell_outcome) if watch else nullcontext():
        from ui.web.server import serve as serve_page  # after what may fail at once: gradio takes seconds

        serve_page(controller, settings, _ready)


@app.command()
def mcp(index: Where = None) -> None:
    """Give an assistant on this machine tools that search, read and quote your documents, over stdio.

    The assistant starts this command itself; docs/mcp.md says how to add it.
    """
    from index import open_index
    from ui.mcp.server import serve_stdio

    target = _target(index)
    serve_stdio(lambda: open_index(target))


_IN_CLEAR = (
    "The password and all answers travel unencrypted: anyone on the network can read them."
    " Serve with --tls-certificate and --tls-key, or behind a proxy (SECURITY.md says how)."
)


def _tell_outcome(outcome: "Report | UserError") -> None:
    """Print the outcome of a rebuild in one line, on standard error."""
    if isinstance(outcome, UserError):
        err.print(f"{datetime.now():%H:%M:%S}  [red]{escape_line(str(outcome))}[/red]")
    else:
        skipped = f"; {len(outcome.skipped)} skipped" if outcome.skipped else ""
        err.print(f"{datetime.now():%H:%M:%S}  {summarize(outcome)}{skipped}")


def _ready(address: str) -> None:
    out.print(f"Sourcier is at [bold]{address}[/bold]  (Ctrl+C stops it)")
    sys.stdout.flush()  # said at once in a log, too
    if _has_display():
        webbrowser.open(address)


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _target(index: Path | None) -> Path:
    from index.settings import Settings

    return Settings.from_env(index=index).index


def _find_known_folder(target: Path) -> Path | None:
    """Return the folder last indexed, even if the index is gone, or None if unknown."""
    from ui.services.status import find_known_folder

    return find_known_folder(target)


def _example_folder() -> str:
    """Return the user's folder if it holds files, quoted for a shell, else an example."""
    from index.build.scan import holds_files
    from index.settings import Settings, default_folder

    folder = Settings.from_env().folder or default_folder()
    return shlex.quote(str(folder)) if holds_files(folder) else "my-documents"


def _find_indexed_folder(target: Path) -> Path | None:
    """Return the indexed folder, or None if no index can be read."""
    from index.stores.replica import update_if_replica
    from ui.services.status import read_corpus

    try:
        update_if_replica(target)  # another machine may have filled the store
        return read_corpus(target)
    except UserError:
        return None


def _agree_to_replace(target: Path, corpus: str | Path, yes: bool) -> None:
    from index.mirror.corpus import Corpus
    from index.stores.replica import name_index
    from ui.services.folders import find_sample
    from ui.services.status import read_recorded_corpus

    previous, new = _find_indexed_folder(target), Corpus.of(corpus)
    if yes or previous is None or not new.exists or previous.resolve() == new.folder.resolve():
        return
    if previous == find_sample():  # indexed again in a second
        return
    name, indexed = name_index(target), read_recorded_corpus(target)
    if not sys.stdin.isatty():
        raise store.OtherFolder(
            "{} is the index of {}. Replace it with --yes, or choose another with --index.", name, indexed
        )
    typer.confirm(f"{name} is the index of {indexed}. Make it the index of {new}?", abort=True)


def _agree_to_delete(question: str) -> None:
    if not sys.stdin.isatty():
        raise NotAgreed("Cannot prompt without a terminal. {} Pass --yes to confirm.", question)
    typer.confirm(make_printable(question.replace("\n", "�")), abort=True)


def _tell_destination(model: str) -> None:
    """Announce where the text of documents is sent. A wrong name is reported in the answer instead."""
    from rag.writing.failures import ModelFailure
    from rag.writing.settings import ModelSettings

    with suppress(ModelFailure):
        settings = ModelSettings.read(model)
        host = settings.host or "this machine"
        err.print(f"{escape_line(settings.name)} on {escape_line(host)} writes the answer; it is sent the text.")


def _progress() -> "AbstractContextManager[ProgressCallback | None]":
    """Show a progress bar on a terminal; show nothing in a pipe or file."""
    if not err.is_terminal:
        return nullcontext()
    from ui.cli.progress import show_progress

    return show_progress(err)


class _Filters(TypedDict):
    since: date | None
    until: date | None
    documents: Sequence[str]


def _filters(since: str | None, until: str | None, documents: Sequence[str] | None) -> _Filters:
    """Return the arguments of ``rag.ask`` for the options.

    Raises:
        InvalidQuestion: a date cannot be read.
    """
    from rag.query.filters import read_date

    first, last = (read_date(day) if day else None for day in (since, until))
    return _Filters(since=first, until=last, documents=documents or ())
