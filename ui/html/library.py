"""Render the library, the list of conversations, and notices of changes to them. Pure functions."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from index.errors import UserError
from index.progress import Progress, Report
from ui.html.markup import render
from ui.i18n.errors import translate_error
from ui.i18n.labels import Labels
from ui.services.conversations import Conversation
from ui.services.folders import FolderView
from ui.services.library import SHOWN, Listed
from ui.services.remaining_time import describe_remaining, share_read
from ui.services.removal import Removed


def render_library(listed: Listed, folders: FolderView, watched: bool, labels: Labels) -> Markup:
    """Render the folder, the ways to add documents to it and to rebuild, and a page of its documents."""
    return render(
        "library.html", "library", listed=listed, folders=folders, watched=watched, page_size=SHOWN, labels=labels
    )


def render_broken_library(error: UserError, labels: Labels) -> Markup:
    """Render the library when the index cannot be read: the reason, and a way to rebuild it."""
    return render("library.html", "broken", notice=render_error(error, labels), labels=labels)


def render_conversations(
    conversations: Iterable[Conversation], current: str, labels: Labels, notices: Iterable[str] = ()
) -> Markup:
    """Render conversations in the given order, after ``notices``.

    ``current`` is the id of the conversation that is open.
    """
    return render(
        "library.html", "conversations",
        conversations=list(conversations), current=current, notices=list(notices), labels=labels,
    )  # fmt: skip


def render_progress(now: Progress, seconds: float, remaining_seconds: float | None, labels: Labels) -> Markup:
    """Render a rebuild after some ``seconds``: what is done, how fast, how many seconds remain.

    The bar has no value while the folder is compared and the index written, since their progress is unknown.
    """
    phases = {"fetching": labels.fetching, "reading": labels.reading_files, "sending": labels.sending_index}
    words = phases.get(now.phase, labels.writing_index)
    if not now.total:
        words = labels.starting
    return render(
        "notices.html", "progress",
        words=words.format(done=labels.number(now.done), total=labels.number(now.total)),
        share=share_read(now) if now.total and now.phase != "writing" else None,
        pace=_describe_pace(now, seconds, remaining_seconds, labels),
        name=_describe_file(now, labels),
        labels=labels,
    )  # fmt: skip


def _describe_file(now: Progress, labels: Labels) -> str:
    """Return the name of the last file done, or how far OCR is in one."""
    page, pages = labels.number(now.page), labels.number(now.pages)
    return labels.page_by_ocr.format(name=now.name, page=page, pages=pages) if now.pages else now.name


def _describe_pace(now: Progress, seconds: float, remaining_seconds: float | None, labels: Labels) -> str:
    if now.phase == "sending":
        return "" if remaining_seconds is None else describe_remaining(remaining_seconds, labels)
    if not now.done or seconds < 1 or now.phase == "fetching":
        return ""
    pace = labels.passages(now.passages)
    if now.phase == "reading":
        pace = f"{pace}, {labels.rate.format(rate=labels.number(now.passages / seconds))}"
    return pace if remaining_seconds is None else f"{pace}, {describe_remaining(remaining_seconds, labels)}"


def render_report(report: Report, labels: Labels, moved: str = "") -> Markup:
    """Render the report of a rebuild; ``moved`` says that the index is now of another folder."""
    numbers = {kind: getattr(report, kind) for kind in ("added", "changed", "removed", "unchanged")}
    if report.added + report.changed + report.removed:
        counts = ", ".join(getattr(labels, f"report_{kind}")(n) for kind, n in numbers.items() if n)
    else:
        counts = labels.report_none
    return render("notices.html", "report", report=report, counts=counts, moved=moved, labels=labels)


def render_rebuild_end(edition: str) -> Markup:
    """Render the end of a rebuild, invisibly: the edition of the index that the page shows from now on."""
    return render("notices.html", "done", edition=edition)


def render_move(folders: FolderView, labels: Labels) -> Markup:
    """Render a notice that answers now come from the current folder, and no longer from another."""
    return render("notices.html", "moved_to", folders=folders, labels=labels)


def render_removed(removed: Removed, folder: str, number: int, labels: Labels) -> Markup:
    """Render a removed document: where it is kept, and ways to restore it or to delete it.

    ``number`` differs each time, here and below: otherwise Gradio would not show a dismissed notice again when the same
    file is removed twice.
    """
    return render("notices.html", "removed", removed=removed, folder=folder, number=number, labels=labels)


def render_restored(id: str, restored_id: str, number: int, labels: Labels) -> Markup:
    """Render a restored document, under another name if its own was taken."""
    return render("notices.html", "restored", id=id, restored_id=restored_id, number=number, labels=labels)


def render_deleted(path: str, number: int, labels: Labels) -> Markup:
    """Render a notice that a removed document was deleted permanently."""
    return render("notices.html", "deleted", path=path, number=number, labels=labels)


def render_deleted_conversation(conversation: Conversation, was_open: bool, labels: Labels) -> Markup:
    """Render a deleted conversation, and a way to restore it."""
    return render("notices.html", "deleted_conversation", conversation=conversation, was_open=was_open, labels=labels)


def render_refusals(reasons: Sequence[str], labels: Labels) -> Markup:
    """Render the reasons why uploaded files were refused; nothing if none was."""
    return render("notices.html", "refusals", reasons=reasons, labels=labels)


def render_error(error: UserError, labels: Labels) -> Markup:
    """Render an error that the user can fix."""
    return render_problem(translate_error(error, labels), labels)


def render_problem(message: str, labels: Labels) -> Markup:
    """Render a problem, in one sentence."""
    return render("notices.html", "problem", message=message, labels=labels)


def render_requested(number: int, panel: str) -> Markup:
    """Render a panel with the number of the request for it: the page shows the last of several."""
    return render("notices.html", "requested", number=number, panel=panel)
