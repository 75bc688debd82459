"""The library and the kept conversations to HTML. Pure functions."""

from collections.abc import Iterable, Sequence

from index.errors import UserError
from index.report import Progress, Report, Skipped
from ui.conversations import Conversation
from ui.labels import Labels, long_date
from ui.library import Entry
from ui.paint import escape
from ui.sentences import said


def library(entries: Sequence[Entry], query: str, notice: str, labels: Labels) -> str:
    """The documents, a box to search them, and the ways to add some and to rebuild."""
    listed = "".join(entry(e, labels) for e in entries) or f'<li class="note">{labels.none_found}</li>'
    return (
        f'<article class="shelf" data-shelf="library"><header><h2>{labels.library}</h2>'
        f'<button type="button" class="button" data-do="rebuild">{labels.rebuild}</button></header>'
        f'<div class="shelf-body" tabindex="0" role="region" aria-label="{labels.library}">{notice}'
        f'<label class="drop"><input type="file" id="files" multiple><strong>{labels.add}</strong>'
        f'<span class="note">{labels.add_note}</span></label>'
        f'<input type="search" data-search="library" value="{escape(query)}" '
        f'placeholder="{labels.search_library}" aria-label="{labels.search_library}">'
        f'{period(labels)}<ul class="entries">{listed}</ul></div></article>'
    )


def period(labels: Labels) -> str:
    """Two days, which become filters of the question."""
    return (
        f'<fieldset class="period"><legend>{labels.period}</legend>'
        f'<label>{labels.since} <input type="date" data-filter="{labels.filter_since}"></label>'
        f'<label>{labels.until} <input type="date" data-filter="{labels.filter_until}"></label>'
        f'<button type="button" class="link" data-period>{labels.period_use}</button></fieldset>'
    )


def entry(e: Entry, labels: Labels) -> str:
    known = [e.date and long_date(e.date, labels), e.kind.upper(), e.passages and labels.passages.format(n=e.passages)]
    facts = "".join(f"<span>{part}</span>" for part in (*known, escape(e.id) if e.title != e.id else "") if part)
    return (
        f'<li class="entry {e.state}"><div>{_title(e)}<p class="place">{_state(e, labels)}{facts}</p></div>'
        f'<div class="acts">{_acts(e, labels)}</div></li>'
    )


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


def progress(now: Progress, labels: Labels) -> str:
    said = {"reading": labels.reading_files, "writing": labels.writing_index}[now.phase]
    return (
        f'<div class="notice" role="status"><p>{said} {now.done} / {now.total}</p>'
        f'<progress max="{max(now.total, 1)}" value="{now.done}" aria-label="{said}"></progress>'
        f'<p class="note">{escape(now.name)}</p></div>'
    )


def report(told: Report, labels: Labels) -> str:
    kinds = ("added", "changed", "removed", "unchanged")
    numbers = {getattr(labels, f"report_{kind}"): getattr(told, kind) for kind in kinds}
    counts = ", ".join(f"{word} {number}" for word, number in numbers.items() if number) or "0"
    skipped = "".join(skipped_one(one, labels) for one in told.skipped)
    listed = f'<p>{labels.report_skipped}</p><ul class="skipped">{skipped}</ul>' if skipped else ""
    return f'<div class="notice" role="status"><p>{labels.report_done} {counts}.</p>{listed}</div>'


def skipped_one(one: Skipped, labels: Labels) -> str:
    return f"<li><strong>{escape(one.source)}</strong>{labels.colon} {escape(said(one.error, labels))}</li>"


def refusals(refused: Sequence[str], labels: Labels) -> str:
    """Files that were sent, and are not taken."""
    listed = "".join(f"<li>{escape(reason)}</li>" for reason in refused)
    told = f'<p>{labels.refused}</p><ul class="skipped">{listed}</ul>'
    return f'<div class="notice problem" role="alert">{told}</div>' if listed else ""


def trouble(error: UserError, labels: Labels) -> str:
    return f'<div class="notice problem" role="alert"><p>{escape(said(error, labels))}</p></div>'


def conversations(kept: Iterable[Conversation], current: str, labels: Labels) -> str:
    """All that is kept, the latest first; a name is changed where it stands."""
    nothing = f"<li>{labels.no_conversation}</li>"
    listed = "".join(kept_one(conversation, current, labels) for conversation in kept)
    return (
        f'<article class="shelf" data-shelf="conversations"><header><h2>{labels.conversations}</h2></header>'
        f'<div class="shelf-body"><ul class="entries">{listed or nothing}</ul></div></article>'
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
