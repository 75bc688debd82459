"""The layout of the page, and which event calls which function.

The conversation and the reading pane are ``gr.HTML`` with our own markup, not ``gr.Chatbot``: a chatbot reads Markdown,
fetches images that a document merely mentions, and drops the attributes that tie a mark to its quote. Here every
character of a document is escaped by the templates, and the markup is ours down to the last role and label.
What a person does inside that markup (a click on a mark, a key) is caught by ``assets/app.js``, which hands it on as
an event of the component ``bus``.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import gradio as gr

from ui.html.library import refusals, requested
from ui.html.markup import render
from ui.html.welcome import header
from ui.i18n.labels import ENGLISH, FRENCH, Labels, as_i18n, preferred
from ui.security.events import EVENTS, Endpoint, Payload
from ui.web.controller import PageController, PageUpdate
from ui.web.library_controller import LibraryController

HEAD = str(render("head.html", "head"))
# Gradio finds the events of a component by their names in its script.
BUS = (
    files("ui.web").joinpath("assets/events.js").read_text(encoding="utf-8").replace("EVENTS", json.dumps(list(EVENTS)))
)

# Its own fonts: the default themes ask another host for theirs.
THEME = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]).set(
    body_background_fill="#faf8f4", body_background_fill_dark="#161513"
)
TRANSLATIONS = gr.I18n(en=as_i18n(ENGLISH), fr=as_i18n(FRENCH))
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
INSTANT: dict[str, Any] = {**QUIET, "queue": False}
TYPED: dict[str, Any] = {**INSTANT, "trigger_mode": "multiple"}  # while one is answered, the next is not dropped
FOLLOWING: dict[str, Any] = {**QUIET, "concurrency_limit": 16}  # a rebuild may take long, for every page that is open
WAKING: dict[str, Any] = {**QUIET, "concurrency_limit": None, "trigger_mode": "multiple"}  # queued: it opens a stream
# One who waits for a long answer holds nobody up, and a question sent as an answer ends is not dropped.
ASKING: dict[str, Any] = {**QUIET, "concurrency_limit": 4, "trigger_mode": "multiple"}


@dataclass(frozen=True)
class Components:
    """The components of the page."""

    id: gr.BrowserState  # of the conversation: known to the browser, so that a reload finds it again
    header: gr.HTML
    conversation: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    removal: gr.HTML
    notice: gr.HTML
    reader: gr.HTML
    bus: gr.HTML


def build(controller: PageController) -> gr.Blocks:
    """Build the page, whose events call ``controller``."""
    page = gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True)
    with page:
        parts = layout()
        bind_events(page, parts, controller)
        bind_library_events(parts, controller, controller.library_controller)
    page.has_launched = True  # Gradio checks which files an event names only once it has launched the page itself
    return page


def endpoints(page: gr.Blocks) -> dict[int, Endpoint]:
    """The functions that a browser may call, by the index that it calls them by."""
    return {
        index: Endpoint(len(function.inputs), function.queue, _payload(function.targets))
        for index, function in page.fns.items()
        if function.fn is not None
    }


def _payload(targets: Sequence[tuple[int | None, str]]) -> type[Payload] | None:
    """The form of what the events of a function carry."""
    return next((EVENTS[name] for _, name in targets if name in EVENTS), None)


def layout() -> Components:
    """Conversation and question on one side, the reading pane on the other."""
    id = gr.BrowserState("", storage_key="sourcier-conversation", secret="sourcier")
    header = panel("header")
    with gr.Row(elem_id="app"):
        with gr.Column(elem_id="chat"):
            conversation = panel("conversation")
            with gr.Row(elem_id="composer"):
                question, send, stop = composer()
        with gr.Column(elem_id="side"):
            removal, notice, reader = panel("removal"), panel("notice"), panel("reader")
    bus = gr.HTML(elem_id="bus", js_on_load=BUS)
    return Components(id, header, conversation, question, send, stop, removal, notice, reader, bus)


def panel(id: str) -> gr.HTML:
    """Markup of ours, which tells ``app.js`` each time that it has changed."""
    tells = f'watch("value", () => document.dispatchEvent(new Event("sourcier-{id}")));'
    return gr.HTML(elem_id=id, apply_default_css=False, js_on_load=tells)


def composer() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    question = gr.Textbox(
        elem_id="question",
        label=_said("question"),
        placeholder=_said("placeholder"),
        lines=1,  # one line that grows: Enter sends, Shift+Enter breaks the line
        max_lines=8,
        show_label=False,
        container=False,
    )
    return question, gr.Button(_said("send"), elem_id="send"), gr.Button(_said("stop"), elem_id="stop")


def _said(name: str) -> Any:
    return TRANSLATIONS(f"sourcier_{name}")


def bind_events(page: gr.Blocks, parts: Components, controller: PageController) -> None:
    """Bind each event of the chat to the function of the controller that it calls."""
    screen = [parts.conversation, parts.reader, parts.id]

    def enter(id: str, request: gr.Request) -> tuple[Any, ...]:
        labels = language(request)
        return (header(labels), *controller.enter(id, labels))

    def ask(question: str, id: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        box: Any = ""
        for screen in _or_nothing(controller.answer(question, id, language(request))):
            yield box, *screen
            box = gr.skip()  # it is emptied once: what is typed while the answer grows stays

    def ask_for(id: str, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        begun = "" if event.fresh else id
        yield from _or_nothing(controller.answer(event.question, begun, language(request)))

    def read(id: str, event: gr.EventData, request: gr.Request) -> str:
        return _numbered(event, controller.read(event._data, id, language(request)))

    def start(request: gr.Request) -> PageUpdate:
        return controller.enter("", language(request))

    def resume(id: str, request: gr.Request) -> tuple[Any, ...]:
        return _shown(controller.resume(id, language(request)))

    page.load(enter, parts.id, [parts.header, *screen], **INSTANT)
    asked = [
        gr.on(
            [parts.question.submit, parts.send.click],
            ask,
            [parts.question, parts.id],
            [parts.question, *screen],
            **ASKING,
        ),
        parts.bus.ask(ask_for, parts.id, screen, **ASKING),
    ]
    parts.bus.read(read, parts.id, parts.reader, **INSTANT)
    parts.bus.start(start, None, screen, **INSTANT)
    parts.bus.wake(lambda: None, None, None, **WAKING)
    # Shown anew only once the answer has stopped growing, or its last growth would come after.
    stopped = parts.stop.click(None, None, None, cancels=asked, **INSTANT)
    stopped.then(resume, parts.id, screen, **INSTANT)


def bind_library_events(parts: Components, controller: PageController, shelf: LibraryController) -> None:
    """The events of the library and of the kept conversations, which stand in the reading pane."""
    bus, pane, notice, screen = parts.bus, parts.reader, parts.notice, [parts.conversation, parts.reader, parts.id]

    def library(event: gr.EventData, request: gr.Request) -> str:
        data = event._data
        shown = shelf.documents(data["query"], data["page"], language(request))
        return _numbered(event, shown)

    def rebuild(request: gr.Request) -> str:
        return shelf.rebuild(language(request))

    def follow(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        yield from shelf.follow(language(request), event._data["refused"])

    def refused(event: gr.EventData, request: gr.Request) -> str:
        return refusals(event.refused, language(request))

    def watch(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        labels = language(request)
        return shelf.watch(bool(event.on), labels), _numbered(event, shelf.documents("", 1, labels))

    def remove(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(shelf.remove(event.id, language(request)))

    def undo(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(shelf.undo(event.kept, event.id, language(request)))

    def discard(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(shelf.discard(event.kept, language(request)))

    def sample(request: gr.Request) -> str:
        return shelf.show_sample(language(request))

    def own(request: gr.Request) -> str:
        return shelf.show_own(language(request))

    def conversations(id: str, request: gr.Request) -> str:
        return shelf.kept(id, language(request))

    def reopen(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(controller.enter(event.id, language(request)))

    def rename(event: gr.EventData) -> None:
        shelf.rename(event.id, event.name)

    def delete(id: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(controller.delete(event.id, id, language(request)))

    def restore(id: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return _shown(controller.restore(event.id, id, bool(event.open), language(request)))

    def judge(id: str, event: gr.EventData, request: gr.Request) -> Any:
        shelf.judge(id, event.turn, event.thumb)
        return again(id, request)

    def again(id: str, request: gr.Request) -> Any:
        shown = controller.again(id, language(request))
        return gr.skip() if shown is None else shown

    bus.library(library, None, pane, **TYPED)
    bus.rebuild(rebuild, None, notice, **TYPED)
    bus.follow(follow, None, notice, **FOLLOWING)
    bus.refused(refused, None, notice, **TYPED)
    bus.watch(watch, None, [notice, pane], **TYPED)
    bus.cancel(shelf.library.indexing.cancel, None, None, **INSTANT)
    bus.remove(remove, None, [parts.removal, notice], **TYPED)
    bus.undo(undo, None, [parts.removal, notice], **TYPED)
    bus.discard(discard, None, [parts.removal, notice], **TYPED)
    bus.sample(sample, None, notice, **TYPED)
    bus.own(own, None, notice, **TYPED)
    bus.again(again, parts.id, parts.conversation, **INSTANT)
    bus.conversations(conversations, parts.id, pane, **TYPED)
    bus.reopen(reopen, None, screen, **INSTANT)
    bus.rename(rename, None, None, **INSTANT)
    bus.delete(delete, parts.id, screen, **INSTANT)
    bus.restore(restore, parts.id, screen, **INSTANT)
    bus.judge(judge, parts.id, parts.conversation, **INSTANT)


def _numbered(event: gr.EventData, shown: str) -> str:
    """With the number that what was asked for came with: of several, the page wants the last."""
    return requested(event._data["asked"], shown)


def _or_nothing(screens: Iterator[PageUpdate]) -> Iterator[tuple[Any, ...]]:
    """The screens; where there is none, one that changes nothing: Gradio would empty what a generator never gave."""
    first = next(screens, None)
    yield _shown(first) if first else (gr.skip(),) * len(PageUpdate._fields)
    yield from map(_shown, screens)


def _shown(screen: tuple[str | None, ...]) -> tuple[Any, ...]:
    return tuple(gr.skip() if part is None else part for part in screen)


def language(request: gr.Request) -> Labels:
    return preferred(request.headers.get("accept-language", ""))
