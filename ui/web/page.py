"""The layout of the page, and the function that each event calls.

The conversation and the reading pane are ``gr.HTML`` with our own markup, not ``gr.Chatbot``: a chatbot reads Markdown,
fetches images that a document merely mentions, and drops the attributes that tie a mark to its quote. Here every
character of a document is escaped by the templates, and the markup is ours down to the last role and label.
User actions inside that markup (a click on a mark, a key) are caught by ``assets/app.js``, which passes them on as
events of the component ``bus``.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from inspect import isgeneratorfunction
from typing import Any

from ui.html.markup import render
from ui.html.welcome import render_header
from ui.i18n.labels import ENGLISH, FRENCH, as_i18n
from ui.security.events import Endpoint, Payload
from ui.web.actions import ACTIONS, ASKING, EVENTS, INSTANT, Action, Call
from ui.web.controller import PageController
from ui.web.gradio_import import gr
from ui.web.language import labels_for

HEAD = str(render("head.html", "head"))
# Gradio finds the events of a component by their names in its script. The page asks for the reading pane by a number;
# other actions replace what it shows there, whatever was asked for before.
BUS = (
    files("ui.web")
    .joinpath("assets/events.js")
    .read_text(encoding="utf-8")
    .replace("EVENTS", json.dumps(list(EVENTS)))
    .replace("NUMBERED", json.dumps([action.name for action in ACTIONS if action.is_numbered]))
    .replace(
        "REPLACING",
        json.dumps([action.name for action in ACTIONS if "reader" in action.shows and not action.is_numbered]),
    )
)

# Its own fonts: the default themes ask another host for theirs.
THEME = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]).set(
    body_background_fill="#faf8f4", body_background_fill_dark="#161513"
)
TRANSLATIONS = gr.I18n(en=as_i18n(ENGLISH), fr=as_i18n(FRENCH))


@dataclass(frozen=True)
class Components:
    """The components of the page."""

    id: gr.BrowserState  # of the conversation: known to the browser, so that a reload finds it again
    writes: gr.BrowserState  # the language model that may write, as ``OfferedModel.agreed``; "" for none
    header: gr.HTML
    conversation: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    writing: gr.HTML
    removal: gr.HTML
    notice: gr.HTML
    reader: gr.HTML
    bus: gr.HTML


def build_page(controller: PageController) -> gr.Blocks:
    """Build the page, whose events call ``controller``."""
    page = gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True)
    with page:
        components = lay_out()
        bind_events(page, components, controller)
    page.has_launched = True  # Gradio checks which files an event names only once it has launched the page itself
    return page


def list_endpoints(page: gr.Blocks) -> dict[int, Endpoint]:
    """Return the functions that a browser may call, by Gradio's function index."""
    return {
        index: Endpoint(len(function.inputs), function.queue, _find_payload(function.targets))
        for index, function in page.fns.items()
        if function.fn is not None
    }


def _find_payload(targets: Sequence[tuple[int | None, str]]) -> type[Payload] | None:
    """Return the payload type of a function's events."""
    return next((EVENTS[name] for _, name in targets if name in EVENTS), None)


def lay_out() -> Components:
    """Lay out the conversation and question box beside the reading pane."""
    id = gr.BrowserState("", storage_key="sourcier-conversation", secret="sourcier")
    writes = gr.BrowserState("", storage_key="sourcier-writes", secret="sourcier")
    header = make_panel("header")
    with gr.Row(elem_id="app"):
        with gr.Column(elem_id="chat"):
            conversation, writing = make_panel("conversation"), make_panel("writing")
            with gr.Row(elem_id="composer"):
                question, send, stop = make_composer()
        with gr.Column(elem_id="side"):
            removal, notice, reader = make_panel("removal"), make_panel("notice"), make_panel("reader")
    bus = gr.HTML(elem_id="bus", js_on_load=BUS)
    return Components(id, writes, header, conversation, question, send, stop, writing, removal, notice, reader, bus)


def make_panel(id: str) -> gr.HTML:
    """Return an HTML component that notifies ``app.js`` of each change."""
    tells = f'watch("value", () => document.dispatchEvent(new Event("sourcier-{id}")));'
    return gr.HTML(elem_id=id, apply_default_css=False, js_on_load=tells)


def make_composer() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    """Return the question box, and the buttons that send a question and stop its answer."""
    question = gr.Textbox(
        elem_id="question",
        label=_translate("question"),
        placeholder=_translate("placeholder"),
        lines=1,  # one line that grows: Enter sends, Shift+Enter breaks the line
        max_lines=8,
        show_label=False,
        container=False,
    )
    return question, gr.Button(_translate("send"), elem_id="send"), gr.Button(_translate("stop"), elem_id="stop")


def _translate(name: str) -> Any:
    return TRANSLATIONS(f"sourcier_{name}")


def bind_events(page: gr.Blocks, components: Components, controller: PageController) -> None:
    """Bind each event of the page to the function that it calls."""
    screen = [components.conversation, components.reader, components.id]

    def enter(id: str, writes: str, request: gr.Request) -> tuple[Any, ...]:
        labels = labels_for(request)
        return (render_header(labels), *controller.load(id, labels), controller.switch(writes, labels))

    def ask(question: str, id: str, writes: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        box: Any = ""
        for update in _or_nothing(controller.answer(question, id, labels_for(request), writes), len(screen)):
            yield box, *update
            box = gr.skip()  # it is emptied once: what is typed while the answer grows stays

    def resume(id: str, request: gr.Request) -> Any:
        return _or_skip(controller.resume(id, labels_for(request)))

    page.load(enter, [components.id, components.writes], [components.header, *screen, components.writing], **INSTANT)
    typed = [components.question.submit, components.send.click]
    bound = {action.name: bind_action(action, components, controller) for action in ACTIONS}
    answering = gr.on(
        typed, ask, [components.question, components.id, components.writes], [components.question, *screen], **ASKING
    )
    # Shown anew only once the answer has stopped growing, or its last growth would come after.
    stopped = components.stop.click(None, None, None, cancels=[answering, bound["ask"]], **INSTANT)
    stopped.then(resume, components.id, screen, **INSTANT)


def bind_action(action: Action, components: Components, controller: PageController) -> Any:
    """Bind an action to its function, and return Gradio's handle of it."""
    panels = [getattr(components, name) for name in action.shows]

    def call(id: str, writes: str, event: gr.EventData, request: gr.Request) -> Any:
        update = action.function(controller, Call(id, event._data or {}, labels_for(request), writes))
        return _or_skip(update) if panels else None

    def stream(id: str, writes: str, event: gr.EventData, request: gr.Request) -> Iterator[Any]:
        arguments = Call(id, event._data or {}, labels_for(request), writes)
        yield from _or_nothing(action.function(controller, arguments), len(panels))

    function = stream if isgeneratorfunction(action.function) else call
    function.__name__ = action.name
    return getattr(components.bus, action.name)(function, [components.id, components.writes], panels, **action.options)


def _or_nothing(updates: Iterator[Any], panels: int) -> Iterator[Any]:
    """Yield the updates, or one that changes nothing if there are none: Gradio would clear the panels."""
    first = next(updates, None)
    skipped = (gr.skip(),) * panels if panels > 1 else gr.skip()  # of one panel a tuple would be the value
    yield _or_skip(first) if first is not None else skipped
    yield from map(_or_skip, updates)


def _or_skip(update: Any) -> Any:
    """Convert an update for Gradio, which leaves a panel unchanged for ``skip``, not for None."""
    if isinstance(update, tuple):
        return tuple(gr.skip() if panel is None else panel for panel in update)
    return gr.skip() if update is None else update
