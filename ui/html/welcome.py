"""The page before there is any document. Pure functions."""

from ui.html.markup import escape
from ui.i18n.labels import Labels
from ui.services.folders import FolderView


def empty_welcome(folders: FolderView, labels: Labels) -> str:
    """Where to drop documents, a button to choose some, and the sample where one ships."""
    note = labels.drop_here_note.format(folder=f"<code>{escape(folders.own)}</code>")
    sample = f'<button type="button" class="link" data-do="sample">{labels.try_sample}</button>'
    return (
        f'<div class="welcome" lang="{labels.language}"><h2>{labels.drop_here}</h2><p>{note}</p>'
        f'<p class="choices"><label class="button">{labels.add}<input type="file" multiple></label>'
        f"{sample if folders.has_sample else ''}</p></div>"
    )
