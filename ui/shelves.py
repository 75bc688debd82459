"""The library, what a rebuild tells, and the kept conversations to HTML. Pure functions."""

from collections.abc import Iterable, Sequence

from index.errors import UserError
from index.report import Progress, Report, Skipped
from ui.conversations import Conversation
from ui.labels import Labels, long_date
from ui.library import SHOWN, Entry, Listed
from ui.paint import escape
from ui.remaining import share_read, time_left
from ui.sentences import said


def library(listed: Listed, folder: str, watched: bool, labels: Labels, notice: str = "") -> str:
    """The documents, a box to search them, and the ways to add some and to rebuild; ``notice`` comes first."""
    entries = "".join(entry(e, labels) for e in listed.entries) or f'<li class="note">{labels.none_found}</li>'
    return (
        f'<article class="shelf" data-shelf="library"><header><h2>{labels.library}</h2>'
        f'<button type="button" class="button plain" data-do="rebuild">{labels.rebuild}</button></header>'
        f'<div class="shelf-body" tabindex="0" role="region" aria-label="{labels.library}">{notice}'
        f"{adding(folder, labels)}{watching(folder, watched, labels)}"
        f'<input type="search" data-search="library" value="{escape(listed.words)}" '
        f'placeholder="{labels.search_library}" aria-label="{labels.search_library}">'
        f'{period(labels)}<ul class="entries">{entries}</ul>{pages(listed, labels)}</div></article>'
    )


def adding(folder: str, labels: Labels) -> str:
    """Files or a folder, chosen or dropped, and where they go."""
    choices = "".join(
        f'<label class="button">{label}<input type="file" id="{id}" {kind}></label>'
        for label, id, kind in ((labels.add, "files", "multiple"), (labels.add_folder, "folder", "webkitdirectory"))
    )
    note = labels.add_note.format(folder=f"<code>{escape(folder)}</code>")
    return f'<div class="drop"><div class="choices">{choices}</div><p class="note">{note}</p></div>'


def watching(folder: str, watched: bool, labels: Labels) -> str:
    """The switch that keeps the index current with its folder."""
    state, turn = ("true", "") if watched else ("false", "on")
    note = f'<p class="note">{labels.watch_note.format(folder=f"<code>{escape(folder)}</code>")}</p>' if watched else ""
    return (
        f'<div class="watch"><button type="button" class="switch" role="switch" aria-checked="{state}" '
        f'data-do="watch" data-on="{turn}">{labels.watch}</button>{note}</div>'
    )


def pages(listed: Listed, labels: Labels) -> str:
    """The way to the documents before and after those shown."""
    if listed.total <= SHOWN:
        return ""
    before = _turn(listed, -1, labels.fewer_documents) if listed.page > 1 else "<span></span>"
    after = "" if listed.is_last else _turn(listed, 1, labels.more_documents)
    first = (listed.page - 1) * SHOWN + 1
    shown = f"<span>{_number(first)} – {_number(first + len(listed.entries) - 1)} / {_number(listed.total)}</span>"
    return f'<nav class="turns" aria-label="{labels.library}">{before}{shown}{after}</nav>'


def _turn(listed: Listed, by: int, label: str) -> str:
    where = f'data-query="{escape(listed.words)}" data-page="{listed.page + by}"'
    return f'<button type="button" class="link" data-do="library" {where}>{label}</button>'


def _number(n: float) -> str:
    return f"{n:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def period(labels: Labels) -> str:
    """Two days, which become filters of the question."""
    return (
        f'<fieldset class="period"><legend>{labels.period}</legend>'
        f"{_day(labels.since, labels.filter_since, labels)}{_day(labels.until, labels.filter_until, labels)}"
        f'<button type="button" class="link" data-period>{labels.period_use}</button></fieldset>'
    )


def _day(label: str, key: str, labels: Labels) -> str:
    # No <input type="date">: it is shown in the language of the browser's menus, whatever that of the page.
    day = r'pattern="\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}" maxlength="10" size="10"'
    told = f'placeholder="{labels.day}" data-wrong="{labels.no_day}"'
    return f'<label>{label} <input type="text" data-filter="{key}" autocomplete="off" {day} {told}></label>'


def entry(e: Entry, labels: Labels) -> str:
    known = [e.date and long_date(e.date, labels), e.kind.upper(), _passages(e.passages, labels)]
    facts = "".join(f"<span>{part}</span>" for part in (*known, escape(e.id) if e.title != e.id else "") if part)
    return (
        f'<li class="entry {e.state}"><div>{_title(e)}<p class="place">{_state(e, labels)}{facts}</p></div>'
        f'<div class="acts">{_acts(e, labels)}</div></li>'
    )


def _passages(n: int, labels: Labels) -> str:
    return labels.one_passage if n == 1 else labels.passages.format(n=n) if n else ""


def _title(e: Entry) -> str:
    title = f'<span class="title">{escape(e.title)}</span>'
    if e.state in ("new", "skipped"):
        return title
    return (
        f'<button type="button" class="open" data-source="{escape(e.id)}" data-start="0" data-end="0">{title}</button>'
    )


def _state(e: Entry, labels: Labels) -> str:
    words = {"changed": labels.state_changed, "gone": labels.state_gone, "new": labels.state_new}
    known = said(e.reason, labels) if e.reason else words.get(e.state, "")
    return f'<strong class="state">{escape(known)}</strong>' if known else ""


def _acts(e: Entry, labels: Labels) -> str:
    id = escape(e.id)
    chosen = f"{labels.filter_file}&quot;{id}&quot;"
    within = f'<button type="button" class="link" data-within="{chosen}">{labels.ask_here}</button>'
    remove = (
        f'<button type="button" class="link" data-do="remove" data-id="{id}" data-sure="{labels.remove_sure}">'
        f"{labels.remove}</button>"
    )
    return (within if e.passages else "") + (remove if e.state != "gone" else "")


def progress(now: Progress, seconds: float, left: float | None, labels: Labels) -> str:
    """A rebuild after some ``seconds``: what is done, how fast, how many seconds are ``left``, and the way to stop it.

    The bar has no value while the folder is compared and the index written: how far they are is not known.
    """
    said = (
        {"reading": labels.reading_files, "writing": labels.writing_index}[now.phase] if now.total else labels.starting
    )
    known = f'value="{share_read(now):.4f}" ' if now.total and now.phase == "reading" else ""
    return (
        f'<div class="notice" data-running><p>{said.format(done=_number(now.done), total=_number(now.total))}</p>'
        f'<progress {known}aria-label="{labels.rebuild}"></progress>'
        f'<p class="note">{_pace(now, seconds, left, labels)}</p><p class="note name">{escape(now.name)}</p>'
        f'<button type="button" class="link" data-do="cancel">{labels.stop_indexing}</button></div>'
    )


def _pace(now: Progress, seconds: float, left: float | None, labels: Labels) -> str:
    if not now.done or seconds < 1:
        return ""
    done = labels.passages.format(n=_number(now.passages))
    if now.phase == "reading":
        done = labels.speed.format(passages=_number(now.passages), rate=_number(now.passages / seconds))
    return done if left is None else f"{done}, {time_left(left, labels)}"


def report(told: Report, labels: Labels) -> str:
    numbers = {kind: getattr(told, kind) for kind in ("added", "changed", "removed", "unchanged")}
    if not told.added + told.changed + told.removed:
        counts = labels.report_none
    else:
        counts = ", ".join(getattr(labels, f"report_{kind}").format(n=n) for kind, n in numbers.items() if n)
    skipped = "".join(skipped_one(one, labels) for one in told.skipped)
    words = labels.report_skipped.format(n=len(told.skipped))
    listed = f'<details open><summary>{words}</summary><ul class="skipped">{skipped}</ul></details>' if skipped else ""
    ready = f" {labels.report_ready}" if told.added else ""
    done = f"<p>{labels.report_done.format(counts=counts)}{ready}</p>"
    return f'<div class="notice" role="status">{_dismiss(labels)}{done}{listed}</div>'


def _dismiss(labels: Labels) -> str:
    return f'<button type="button" class="dismiss" data-dismiss aria-label="{labels.dismiss}">×</button>'


def skipped_one(one: Skipped, labels: Labels) -> str:
    return f"<li><strong>{escape(one.source)}</strong>{labels.colon} {escape(said(one.error, labels))}</li>"


def refusals(refused: Sequence[str], labels: Labels) -> str:
    """Files that were sent, and are not taken."""
    listed = "".join(f"<li>{escape(reason)}</li>" for reason in refused)
    told = f'{_dismiss(labels)}<p>{labels.refused}</p><ul class="skipped">{listed}</ul>'
    return f'<div class="notice problem" role="alert">{told}</div>' if listed else ""


def trouble(error: UserError, labels: Labels) -> str:
    return problem(said(error, labels), labels)


def problem(message: str, labels: Labels) -> str:
    return f'<div class="notice problem" role="alert">{_dismiss(labels)}<p>{escape(message)}</p></div>'


def deleted(conversation: Conversation, was_open: bool, labels: Labels) -> str:
    """A conversation that was deleted, and the way to have it back."""
    name = labels.conversation_deleted.format(name=escape(conversation.name or labels.untitled))
    opens = ' data-open="1"' if was_open else ""
    undo = f'<button type="button" data-do="restore" data-id="{conversation.id}"{opens}>{labels.undo_delete}</button>'
    return f'<div class="notice undo" role="status">{_dismiss(labels)}<p>{name} {undo}</p></div>'


def conversations(kept: Iterable[Conversation], current: str, labels: Labels, notice: str = "") -> str:
    """All that is kept, the latest first, after ``notice``; a name is changed where it stands."""
    nothing = f"<li>{labels.no_conversation}</li>"
    listed = "".join(kept_one(conversation, current, labels) for conversation in kept)
    return (
        f'<article class="shelf" data-shelf="conversations"><header><h2>{labels.conversations}</h2></header>'
        f'<div class="shelf-body">{notice}<ul class="entries">{listed or nothing}</ul></div></article>'
    )


def kept_one(conversation: Conversation, current: str, labels: Labels) -> str:
    id, name = conversation.id, escape(conversation.name or labels.untitled)
    here = " current" if id == current else ""
    return (
        f'<li class="entry{here}"><input type="text" class="name" value="{name}" data-rename="{id}" '
        f'aria-label="{labels.rename}"><div class="acts">'
        f'<button type="button" class="link" data-do="reopen" data-id="{id}" aria-label="{labels.reopen}: {name}">'
        f"{labels.reopen}</button>"
        f'<button type="button" class="link" data-do="delete" data-id="{id}" data-sure="{labels.delete_sure}">'
        f"{labels.delete}</button></div></li>"
    )
