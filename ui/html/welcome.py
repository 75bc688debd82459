"""Render the header of the page, and the page before there is a conversation. Pure functions."""

from collections.abc import Sequence

from markupsafe import Markup

from ui.html.markup import render
from ui.i18n.labels import Labels
from ui.services.folders import FolderView


def render_header(labels: Labels) -> Markup:
    """Render the name of the program, the links away from the conversation, and the help."""
    return render("welcome.html", "header", labels=labels)


def render_welcome(counts: str, suggestions: Sequence[str], labels: Labels) -> Markup:
    """Render the page before the first question: the size of the corpus, and some questions."""
    return render("welcome.html", "welcome", counts=counts, suggestions=suggestions, labels=labels)


def render_no_documents(folders: FolderView, labels: Labels) -> Markup:
    """Render the page before there are documents: where to drop some, and the sample if one ships."""
    return render("welcome.html", "no_documents", folders=folders, labels=labels)


def render_writing_switch(model: str, host: str, is_on: bool, labels: Labels) -> Markup:
    """Render the switch that lets a language model write, with its name and host ("" for this machine)."""
    goes = labels.goes_to.format(host=host) if host else labels.goes_nowhere
    label = labels.write_with.format(model=model)
    return render("welcome.html", "writing", label=label, goes=goes, is_on=is_on)
