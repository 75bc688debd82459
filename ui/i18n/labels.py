"""The words of the page: English here, translations in the catalogues beside this file (``fr.po``)."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from gettext import NullTranslations

# What these number their pages by is slides: the suffixes of presentations.
PRESENTATIONS = tuple(".pptx .pptm .ppsx .ppsm .potx .potm .ppt .pps .pot .odp .otp .fodp".split())


class Message:
    """A label of ``Labels``: in English where it is declared, in the language of the instance where it is read."""

    def __init__(self, english: str) -> None:
        self.english = english

    def __get__(self, labels: "Labels", owner: type["Labels"]) -> str:
        return labels.translate(self.english)


class Plural:
    """A label that counts ``{n}`` items; read from an instance, it is a function of the number."""

    def __init__(self, singular: str, plural: str) -> None:
        self.singular, self.plural = singular, plural

    def __get__(self, labels: "Labels", owner: type["Labels"]) -> Callable[[int], str]:
        return lambda n: labels.translate_plural(self.singular, self.plural, n)


class Labels:
    """Every word that the page shows, in one language. Braces are filled in where the label is used."""

    def __init__(self, language: str) -> None:
        self.language = language

    motto = Message("Answers from your documents, with the exact quote")
    question = Message("Your question")
    placeholder = Message("Ask a question…")
    send = Message("Ask")
    stop = Message("Stop")
    new = Message("New conversation")
    conversations = Message("Conversations")
    library = Message("Documents")
    help = Message("Shortcuts")
    close = Message("Close")
    searching = Message("Searching your documents…")
    sources = Message("Sources")
    open_source = Message("Open source {n}: {title}")
    page = Message("page {page}")
    slide = Message("slide {page}")
    file_date = Message("saved on {date}")
    read_by_ocr = Message("read by OCR")
    understood = Message("Interpreted as:")
    edit = Message("Edit")
    ask_again = Message("Ask again")
    unsupported = Message("Sentence without a source in your documents")
    not_found = Message("Not in your documents")
    not_found_why = Message("No passage answers this question.")
    nearest = Message("The nearest passages")
    nearest_note = Message("Related, but they don’t answer the question.")
    instead = Message("Questions your documents can answer")
    about_name = Message("What is known about {name}?")
    about_day = Message("What happened on {day}?")
    try_asking = Message("For example")
    welcome = Message("Ask a question.")
    welcome_note = Message("Answers are quoted word for word. Click a quote to see it in its document.")
    documents = Plural("{n} document", "{n} documents")
    reader = Message("Reader")
    reader_empty = Message("The cited document will appear here.")
    reader_hint = Message("Click a number [1] in an answer, or press Alt+1 (just 1 outside the question box).")
    reader_drop = Message("To add documents, drop them anywhere on the page.")
    earlier = Message("Show previous text")
    later = Message("Show next text")
    previous = Message("Previous quote")
    next = Message("Next quote")
    changed = Message("This document has changed since the answer: the quote is no longer in the same place. It said:")
    gone = Message("This document is no longer in the index. The quote said:")
    problem = Message("No answer")
    copy = Message("Copy")
    copied = Message("Copied")
    export = Message("Export")
    export_all = Message("Export the conversation")
    good = Message("Good answer")
    bad = Message("Bad answer")
    untitled = Message("Untitled")
    no_conversation = Message("No conversations yet.")
    rename = Message("Rename")
    delete = Message("Delete")
    delete_sure = Message("Delete this conversation?")
    conversation_deleted = Message("Conversation deleted: {name}")
    undo_delete = Message("Undo")
    undo_late = Message("This conversation can no longer be restored.")
    began_anew = Message("The conversation that was open here has been deleted. This question begins a new one.")
    unsaved = Message(
        "This conversation cannot be saved: the folder of the index is full or read-only. Export it to keep it."
    )
    conversation_gone = Message("This conversation has been deleted.")
    reopen = Message("Open")
    keys_title = Message("Keyboard shortcuts")
    as_text = Message("Extracted text")
    connection = Message("Connection lost. Reconnecting…")
    link = Message("Copy link")
    refused = Message("Not added:")
    add_yours = Message("Add documents")
    back = Message("Back to the answer")
    filters_title = Message("To narrow a question")
    period = Message("Period")
    since = Message("from")
    until = Message("to")
    period_use = Message("Limit to these dates")
    filter_file = Message("file:")
    filter_since = Message("after:")
    filter_until = Message("before:")
    bug = Message("Something went wrong; see the terminal. Your documents are untouched.")
    menu = Message("Menu")
    between = Message("Citations")
    page_before = Message("Previous page")
    page_after = Message("Next page")
    file_changed = Message("The file has changed since it was indexed: this is its text as it was then, not the page.")
    page_failed = Message("Page {page} cannot be displayed: read it in the text below.")
    pages_busy = Message("Too many pages are being requested right now: here is the text. Click again to see the page.")
    rebuild = Message("Update the index")
    add = Message("Add files")
    add_folder = Message("Add a folder")
    add_note = Message("Or drop them anywhere on the page. They are copied into {folder}, then indexed at once.")
    copying = Message("Copying files:")
    watch = Message("Watch the folder")
    watch_note = Message("The index follows {folder}: changes are picked up at once.")
    watch_note_elsewhere = Message("The index follows {folder}, which is checked every five minutes.")
    elsewhere_note = Message("Documents are added and deleted there. An update fetches what has changed.")
    search_library = Message("Search the documents")
    none_found = Message("No documents found.")
    passages = Plural("{n} passage", "{n} passages")
    state_changed = Message("changed since")
    state_gone = Message("file removed, still in the index")
    state_new = Message("not in the index yet")
    ask_here = Message("Search in this document")
    remove = Message("Remove")
    remove_sure = Message("Remove {name} from the folder?")
    fetching = Message("Fetching documents: {done} / {total}")
    reading_files = Message("Reading files: {done} / {total}")
    page_by_ocr = Message("{name}, page {page} / {pages} by OCR")
    writing_index = Message("Writing the index")
    sending_index = Message("Filling the store: {done} / {total} passages")
    starting = Message("Checking for changes…")
    rate = Message("{rate} per second")
    left_little = Message("less than a minute left")
    left_minutes = Message("about {n}\N{NO-BREAK SPACE}min left")
    left_hours = Message("about {n}\N{NO-BREAK SPACE}h left")
    stop_indexing = Message("Interrupt")
    dismiss = Message("Close this message")
    more_documents = Message("Next")
    fewer_documents = Message("Previous")
    day = Message("dd/mm/yyyy")
    no_day = Message("Write the date as day/month/year, such as 31/12/2022.")
    report_done = Message("The index is up to date ({counts}).")
    report_none = Message("nothing has changed")
    report_ready = Message("You can ask your questions.")
    speaker = Message("according to: {speaker}")
    report_added = Plural("{n} added", "{n} added")
    report_changed = Plural("{n} changed", "{n} changed")
    report_removed = Plural("{n} removed", "{n} removed")
    report_unchanged = Plural("{n} unchanged", "{n} unchanged")
    report_skipped = Plural("{n} file could not be read", "{n} files could not be read")
    report_warnings = Plural("{n} warning", "{n} warnings")
    line = Message("line {line}")
    colon = Message(":")
    folder_shown = Message("Folder: {folder}")
    sample_shown = Message("This is the sample that comes with Sourcier, in {folder}.")
    show_sample = Message("Show the sample")
    try_sample = Message("Try it with the sample")
    show_own = Message("Open my documents")
    drop_here = Message("Drop your documents here")
    drop_here_note = Message("They are copied into {folder}, indexed at once, and stay on this machine.")
    add_note_sample = Message(
        "Or drop them anywhere on the page. They are copied into {folder}, then indexed in place of the sample."
    )
    sample_counts = Message("Sample: {counts}")
    moved_to_own = Message("Answers now come from your documents, in {folder}.")
    moved_to_sample = Message("Answers now come from the sample. Your documents stay in {folder}.")
    removed = Message("“{name}” was removed. The file is kept here: {place}")
    undo = Message("Undo")
    delete_removed = Message("Delete permanently")
    delete_removed_sure = Message("Delete {name} permanently?")
    restored = Message("“{name}” is back in the folder.")
    restored_as = Message("“{name}” is back in the folder as “{other}”, because the old name was taken.")
    deleted = Message("“{name}” has been permanently deleted.")
    write_with = Message("Write with {model}")
    goes_nowhere = Message("The text stays on this machine.")
    goes_to = Message("The text of your documents goes to {host}.")
    is_writing = Message("{model} is writing…")
    written_by = Message("Written by {model}. Each sentence is checked against the quotes it cites.")
    supported = Message("supported")
    contradicted = Message("contradicted")
    not_supported = Message("not supported")
    not_checked = Message("not checked")
    show_quotes = Message("{verdict}: show its quotes")
    loose = Message("Not in the quotes")
    unverified = Message("This number matches no source.")
    verify_text = Message("Check a text")
    verify_note = Message(
        "Paste a text: each sentence is compared with your documents, and quoted words are looked up word for word."
    )
    verify = Message("Check")
    draft = Message("Text to check")
    checking = Plural("Checking {n} sentence…", "Checking {n} sentences…")
    verified = Message("Sentences supported: {supported} of {stated}")
    nothing_stated = Message("No sentence of this text states anything.")
    quoted_words = Message("Words in quotation marks")
    quote_found = Message("Found word for word")
    quote_nowhere = Message("These quoted words are in no document.")
    also_given = Plural("{n} more passage was given to the model", "{n} more passages were given to the model")

    def page_of(self, source: str, page: int) -> str:
        """Return the position of a page in the document ``source``: «page 3», or a slide of a presentation."""
        return (self.slide if source.lower().endswith(PRESENTATIONS) else self.page).format(page=page)

    def verdict(self, verdict: str) -> str:
        """Return the label of a sentence's verdict."""
        labels = {"supported": self.supported, "contradicted": self.contradicted, "unsupported": self.not_supported}
        return labels.get(verdict, self.not_checked)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keyboard shortcuts of the page, and what each does."""
        _ = self.translate
        return (
            (_("Enter"), _("send the question")),
            (_("Shift Enter"), _("new line")),
            (_("Esc"), _("stop, or close")),
            ("/", _("focus the question box")),
            ("↑", _("in the empty question box, recall the last question")),
            ("Alt 1 – 9", _("open the source of that number")),
            ("1 – 9", _("the same, outside the question box")),
            ("← →", _("previous quote, next quote")),
            ("?", _("show these shortcuts")),
        )

    @property
    def filters(self) -> tuple[tuple[str, str], ...]:
        """The filters of a question, and what each does."""
        _ = self.translate
        return (
            (_("file:notes/*"), _("in these documents only")),
            (_("after:2022-02-01"), _("from this date on")),
            (_("before:2022-02-12"), _("up to this date")),
            (_('"exact word"'), _("containing these exact words")),
            (_("-word"), _("without this word")),
        )

    def translate(self, english: str) -> str:
        """Return ``english`` in this language, or unchanged if the catalogue lacks it."""
        return self._translations.gettext(english)

    def translate_plural(self, singular: str, plural: str, n: int) -> str:
        """Return the form for ``n`` in this language, with the number in it."""
        return self._translations.ngettext(singular, plural, n).format(n=self.number(n))

    def number(self, number: float) -> str:
        """Return a rounded number with its digits grouped: 1,500, or 1 500 (narrow no-break space) in French."""
        grouped = f"{number:,.0f}"
        return grouped.replace(",", "\N{NARROW NO-BREAK SPACE}") if self.language == "fr" else grouped

    @cached_property
    def _translations(self) -> NullTranslations:
        if self.language == "en":
            return NullTranslations()
        from ui.i18n.catalogue import load_translations  # imports Babel, which the command line starts without

        return load_translations(self.language)


FRENCH, ENGLISH = Labels("fr"), Labels("en")


def negotiate_labels(accept_language: str) -> Labels:
    """Return French if an ``Accept-Language`` header asks for it before English; English otherwise."""
    tags = [tag.split(";")[0].strip().lower()[:2] for tag in accept_language.split(",")]
    return next((labels for tag in tags for labels in (FRENCH, ENGLISH) if labels.language == tag), ENGLISH)


def format_long_date(day: date, labels: Labels) -> str:
    """Return a date in words: « 1er février 2022 », "20 February 2022"."""
    from babel.dates import format_date  # as above

    is_ordinal = day.day == 1 and labels is FRENCH  # which Unicode's data, and so Babel, leave out
    return format_date(day, "'1er' MMMM y" if is_ordinal else "d MMMM y", locale=labels.language)


def as_i18n(labels: Labels) -> dict[str, str]:
    """Return the labels under keys unlikely to occur in a document, for components translated in the browser."""
    names = (name for name, label in vars(Labels).items() if isinstance(label, Message))
    return {f"sourcier_{name}": getattr(labels, name) for name in names}
