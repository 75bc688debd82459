"""The actions of the page, in one table: the form of each, the function it calls, and the panels that shows.

A button with ``data-do`` calls the action of that name, and so do the scripts. What has no row is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ui.html.library import render_refusals, render_requested
from ui.i18n.labels import Labels
from ui.security import events as forms
from ui.web.controller import PageController, PageUpdate
from ui.web.library_controller import Removal

# Options of Gradio's.
QUIET: Mapping[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
INSTANT: Mapping[str, Any] = {**QUIET, "queue": False}
TYPED: Mapping[str, Any] = {**INSTANT, "trigger_mode": "multiple"}  # while one is answered, the next is not dropped
FOLLOWING: Mapping[str, Any] = {**QUIET, "concurrency_limit": 16}  # a rebuild may take long, for every open page
# Queued, since the queue is what opens a stream.
WAKING: Mapping[str, Any] = {**QUIET, "concurrency_limit": None, "trigger_mode": "multiple"}
# One who waits for a long answer holds nobody up, and a question sent as an answer ends is not dropped.
ASKING: Mapping[str, Any] = {**QUIET, "concurrency_limit": 4, "trigger_mode": "multiple"}


class Call(NamedTuple):
    """The arguments of an action."""

    id: str  # of the conversation that is open
    data: Mapping[str, Any]  # the fields of its form
    labels: Labels
    writes: str = ""  # the model that the person lets write, with where its text goes; "" for none


class Action(NamedTuple):
    """A row of the table of actions."""

    name: str
    form: type[forms.Payload]
    function: Callable[[PageController, Call], Any]  # gives a panel or a tuple of them; None leaves one as it is
    shows: tuple[str, ...] = ()  # fields of ``Components``
    options: Mapping[str, Any] = INSTANT

    @property
    def is_numbered(self) -> bool:
        """Return whether it requests the reading pane by number: of several requests, the page shows the last."""
        return issubclass(self.form, forms.Numbered)


def _number_panel(call: Call, panel: str) -> str:
    return render_requested(call.data["asked"], panel)


def ask(page: PageController, call: Call) -> Iterator[PageUpdate]:
    """Answer a question that was not typed into the box."""
    yield from page.answer(call.data["question"], "" if call.data["fresh"] else call.id, call.labels, call.writes)


def read(page: PageController, call: Call) -> str:
    """Open a document at a quote, a passage or an offset."""
    return _number_panel(call, page.read(call.data, call.id, call.labels))


def write(page: PageController, call: Call) -> tuple[str, str]:
    """Switch the language model on or off for the next answers."""
    writes = page.writing.agreed if page.writing and call.data["on"] else ""
    return page.switch(writes, call.labels), writes


def start(page: PageController, call: Call) -> PageUpdate:
    """Start a new conversation."""
    return page.load("", call.labels)


def wake(page: PageController, call: Call) -> None:
    """Do nothing: the call reopens Gradio's event stream, which then delivers earlier events too."""


def library(page: PageController, call: Call) -> str:
    """List a page of the documents whose names contain the words."""
    return _number_panel(call, page.library_controller.documents(call.data["query"], call.data["page"], call.labels))


def verify(page: PageController, call: Call) -> Iterator[str]:
    """Compare a text with the documents; without one, show the box to enter it."""
    for panel in page.verify(call.data["text"], call.labels):
        yield _number_panel(call, panel)


def rebuild(page: PageController, call: Call) -> str:
    """Start a rebuild of the index."""
    return page.library_controller.rebuild(call.labels)


def follow(page: PageController, call: Call) -> Iterator[str]:
    """Stream the progress of a rebuild to its end."""
    yield from page.library_controller.follow(call.labels, call.data["refused"])


def refused(page: PageController, call: Call) -> str:
    """Report which files were refused."""
    return render_refusals(call.data["refused"], call.labels)


def watch(page: PageController, call: Call) -> tuple[str, str]:
    """Start or stop keeping the index current with its folder."""
    notice = page.library_controller.watch(bool(call.data["on"]), call.labels)
    return notice, _number_panel(call, page.library_controller.documents("", 1, call.labels))


def cancel(page: PageController, call: Call) -> None:
    """Stop the rebuild."""
    page.library_controller.library.indexing.cancel()


def remove(page: PageController, call: Call) -> Removal:
    """Move a document out of the folder."""
    return page.library_controller.remove(call.data["id"], call.labels)


def undo(page: PageController, call: Call) -> Removal:
    """Restore a removed document."""
    return page.library_controller.undo(call.data["removed"], call.data["id"], call.labels)


def discard(page: PageController, call: Call) -> Removal:
    """Delete a removed document permanently."""
    return page.library_controller.discard(call.data["removed"], call.labels)


def sample(page: PageController, call: Call) -> str:
    """Index the sample in place of the personal documents."""
    return page.library_controller.show_sample(call.labels)


def personal(page: PageController, call: Call) -> str:
    """Index the personal documents in place of the sample."""
    return page.library_controller.show_personal(call.labels)


def again(page: PageController, call: Call) -> str | None:
    """Render the conversation again, since its documents may have changed."""
    return page.refresh(call.id, call.labels)


def conversations(page: PageController, call: Call) -> str:
    """List the saved conversations."""
    return _number_panel(call, page.library_controller.conversation_list(call.id, call.labels))


def reopen(page: PageController, call: Call) -> PageUpdate:
    """Open a conversation."""
    return page.load(call.data["id"], call.labels)


def rename(page: PageController, call: Call) -> None:
    """Rename a conversation."""
    page.library_controller.rename(call.data["id"], call.data["name"])


def delete(page: PageController, call: Call) -> PageUpdate:
    """Delete a conversation."""
    return page.delete(call.data["id"], call.id, call.labels)


def restore(page: PageController, call: Call) -> PageUpdate:
    """Restore a deleted conversation."""
    return page.restore(call.data["id"], call.id, bool(call.data["open"]), call.labels)


def judge(page: PageController, call: Call) -> str | None:
    """Save the rating of an answer."""
    page.library_controller.rate(call.id, call.data["turn"], call.data["thumb"])
    return again(page, call)


SCREEN = ("conversation", "reader", "id")
REMOVAL = ("removal", "notice")

ACTIONS = (
    Action("ask", forms.Ask, ask, SCREEN, ASKING),
    Action("read", forms.Read, read, ("reader",)),
    Action("write", forms.Switch, write, ("writing", "writes")),
    Action("start", forms.Payload, start, SCREEN),
    Action("wake", forms.Payload, wake, (), WAKING),
    Action("library", forms.Library, library, ("reader",), TYPED),
    Action("verify", forms.Verify, verify, ("reader",), {**QUIET, "concurrency_limit": 2}),
    Action("rebuild", forms.Payload, rebuild, ("notice",), TYPED),
    Action("follow", forms.Refused, follow, ("notice",), FOLLOWING),
    Action("refused", forms.Refused, refused, ("notice",), TYPED),
    Action("watch", forms.Watch, watch, ("notice", "reader"), TYPED),
    Action("cancel", forms.Payload, cancel),
    Action("remove", forms.Identified, remove, REMOVAL, TYPED),
    Action("undo", forms.Undo, undo, REMOVAL, TYPED),
    Action("discard", forms.Discard, discard, REMOVAL, TYPED),
    Action("sample", forms.Payload, sample, ("notice",), TYPED),
    Action("personal", forms.Payload, personal, ("notice",), TYPED),
    Action("again", forms.Payload, again, ("conversation",)),
    Action("conversations", forms.Numbered, conversations, ("reader",), TYPED),
    Action("reopen", forms.Identified, reopen, SCREEN),
    Action("rename", forms.Rename, rename),
    Action("delete", forms.Identified, delete, SCREEN),
    Action("restore", forms.Restore, restore, SCREEN),
    Action("judge", forms.Judge, judge, ("conversation",)),
)
EVENTS: Mapping[str, type[forms.Payload]] = {action.name: action.form for action in ACTIONS}
