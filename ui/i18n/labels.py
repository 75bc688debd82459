"""The words of the page, in French and English."""

from dataclasses import dataclass, fields
from datetime import date


@dataclass(frozen=True, slots=True)
class Labels:
    """Every word the page shows, in one language. Braces are filled in where the label is used."""

    language: str
    months: tuple[str, ...]
    motto: str
    question: str
    placeholder: str
    send: str
    stop: str
    new: str
    conversations: str
    library: str
    help: str
    close: str
    searching: str
    sources: str
    open_source: str
    page: str
    understood: str
    edit: str
    ask_again: str
    unsupported: str
    not_found: str
    not_found_why: str
    nearest: str
    nearest_note: str
    instead: str
    try_asking: str
    welcome: str
    welcome_note: str
    documents: str
    one_document: str
    reader: str
    reader_empty: str
    reader_hint: str
    reader_drop: str
    earlier: str
    later: str
    previous: str
    next: str
    changed: str
    gone: str
    problem: str
    copy: str
    copied: str
    export: str
    good: str
    bad: str
    untitled: str
    no_conversation: str
    rename: str
    delete: str
    delete_sure: str
    conversation_deleted: str
    undo_delete: str
    undo_late: str
    began_anew: str
    conversation_gone: str
    reopen: str
    keys_title: str
    keys: tuple[tuple[str, str], ...]
    as_text: str
    connection: str
    link: str
    refused: str
    add_yours: str
    back: str
    filters_title: str
    filters: tuple[tuple[str, str], ...]
    period: str
    since: str
    until: str
    period_use: str
    filter_file: str
    filter_since: str
    filter_until: str
    bug: str
    menu: str
    between: str
    page_before: str
    page_after: str
    file_changed: str
    page_failed: str
    pages_busy: str
    rebuild: str
    add: str
    add_folder: str
    add_note: str
    copying: str
    watch: str
    watch_note: str
    search_library: str
    none_found: str
    passages: str
    one_passage: str
    state_changed: str
    state_gone: str
    state_new: str
    ask_here: str
    remove: str
    remove_sure: str
    reading_files: str
    writing_index: str
    starting: str
    speed: str
    left_little: str
    left_minutes: str
    left_hours: str
    stop_indexing: str
    dismiss: str
    more_documents: str
    fewer_documents: str
    day: str
    no_day: str
    report_done: str
    report_none: str
    report_ready: str
    speaker: str
    report_added: str
    report_changed: str
    report_removed: str
    report_unchanged: str
    report_skipped: str
    colon: str
    folder_shown: str
    sample_shown: str
    show_sample: str
    try_sample: str
    show_own: str
    drop_here: str
    drop_here_note: str
    add_note_sample: str
    sample_counts: str
    moved_to_own: str
    moved_to_sample: str
    removed: str
    undo: str
    delete_removed: str
    delete_removed_sure: str
    restored: str
    restored_as: str
    deleted: str


FRENCH = Labels(
    language="fr",
    months=tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    motto="Vos documents, phrase à l’appui",
    question="Votre question",
    placeholder="Posez une question…",
    send="Envoyer",
    stop="Arrêter",
    new="Nouvelle conversation",
    conversations="Conversations",
    library="Documents",
    help="Raccourcis",
    close="Fermer",
    searching="Je cherche dans vos documents…",
    sources="Sources",
    open_source="Ouvrir la source {n} : {title}",
    page="page {page}",
    understood="Interprétée ainsi\N{NO-BREAK SPACE}:",
    edit="Modifier",
    ask_again="Reposer",
    unsupported="Phrase sans source dans vos documents",
    not_found="Pas dans vos documents",
    not_found_why="Aucun passage ne répond à cette question.",
    nearest="Les passages les plus proches",
    nearest_note="Sujet voisin\N{NO-BREAK SPACE}; ils ne répondent pas à la question.",
    instead="Vos documents répondent à\N{NO-BREAK SPACE}:",
    try_asking="Par exemple",
    welcome="Posez une question.",
    welcome_note="Chaque réponse cite mot pour mot, et chaque citation s’ouvre dans son document.",
    documents="{n} documents",
    one_document="1 document",
    reader="Lecture",
    reader_empty="Le document cité s’affichera ici.",
    reader_hint=(
        "Cliquez sur un numéro [1] dans une réponse, ou tapez Alt\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}1 "
        "(1\N{NO-BREAK SPACE}suffit hors de la zone de saisie)."
    ),
    reader_drop="Pour ajouter des documents, déposez-les n’importe où sur la page.",
    earlier="Texte précédent",
    later="Suite du texte",
    previous="Citation précédente",
    next="Citation suivante",
    changed="Ce document a changé depuis la réponse : la citation n’y est plus à cette place. Elle disait :",
    gone="Ce document n’est plus dans l’index. La citation disait :",
    problem="Impossible de répondre",
    copy="Copier",
    copied="Copié",
    export="Exporter",
    good="Bonne réponse",
    bad="Mauvaise réponse",
    untitled="Sans titre",
    no_conversation="Aucune conversation.",
    rename="Renommer",
    delete="Supprimer",
    delete_sure="Supprimer cette conversation ?",
    conversation_deleted="Conversation supprimée\N{NO-BREAK SPACE}: {name}",
    undo_delete="Annuler",
    undo_late="Cette conversation ne peut plus être rétablie.",
    began_anew="La conversation ouverte ici a été supprimée. Cette question en commence une autre.",
    conversation_gone="Cette conversation a été supprimée.",
    reopen="Ouvrir",
    keys_title="Raccourcis du clavier",
    keys=(
        ("Entrée", "envoyer la question"),
        ("Maj Entrée", "nouvelle ligne"),
        ("Échap", "arrêter, ou fermer"),
        ("/", "aller à la zone de saisie"),
        ("↑", "dans la zone de saisie vide, rappeler la dernière question"),
        ("Alt 1 – 9", "ouvrir la source de ce numéro"),
        ("1 – 9", "de même, hors de la zone de saisie"),
        ("← →", "citation précédente, suivante"),
        ("?", "montrer ces raccourcis"),
    ),
    as_text="Texte extrait",
    connection="Connexion perdue. Reconnexion automatique…",
    link="Copier le lien",
    refused="Fichiers refusés :",
    add_yours="Ajouter des documents",
    back="Revenir à la réponse",
    filters_title="Pour préciser une question",
    filters=(
        ("fichier:notes/*", "dans ces documents seulement"),
        ("après:2022-02-01", "à partir de cette date"),
        ("avant:2022-02-12", "jusqu’à cette date"),
        ('"mot exact"', "contenant exactement ces mots"),
        ("-mot", "sans ce mot"),
    ),
    period="Période",
    since="du",
    until="au",
    period_use="Limiter à cette période",
    filter_file="fichier:",
    filter_since="après:",
    filter_until="avant:",
    bug="Erreur interne ; détails dans le terminal. Vos documents ne sont pas touchés.",
    menu="Menu",
    between="Citations",
    page_before="Page précédente",
    page_after="Page suivante",
    file_changed="Le fichier a changé depuis qu’il a été indexé : voici le texte d’alors, et non la page.",
    page_failed="La page {page} ne peut pas être affichée : lisez-la dans le texte ci-dessous.",
    pages_busy="Trop de pages sont demandées en ce moment : voici le texte. Cliquez à nouveau pour voir la page.",
    rebuild="Actualiser l’index",
    add="Ajouter des fichiers",
    add_folder="Ajouter un dossier",
    add_note="Ou déposez-les n’importe où sur la page. Ils sont copiés dans {folder}, puis indexés aussitôt.",
    copying="Copie des fichiers :",
    watch="Surveiller le dossier",
    watch_note="L’index suit {folder} : les changements sont pris en compte aussitôt.",
    search_library="Chercher un document",
    none_found="Aucun document.",
    passages="{n} passages",
    one_passage="1 passage",
    state_changed="modifié depuis",
    state_gone="fichier retiré, encore dans l’index",
    state_new="pas encore dans l’index",
    ask_here="Chercher ici",
    remove="Retirer",
    remove_sure="Retirer {name} du dossier ?",
    reading_files="Lecture des fichiers : {done} / {total}",
    writing_index="Écriture de l’index",
    starting="Recherche des changements…",
    speed="{passages} passages, {rate} par seconde",
    left_little="il reste moins d’une minute",
    left_minutes="il reste environ {n}\N{NO-BREAK SPACE}min",
    left_hours="il reste environ {n}\N{NO-BREAK SPACE}h",
    stop_indexing="Interrompre",
    dismiss="Fermer ce message",
    more_documents="Documents suivants",
    fewer_documents="Documents précédents",
    day="jj/mm/aaaa",
    no_day="Écrivez la date sous la forme 12/02/2022.",
    report_done="L’index est à jour ({counts}).",
    report_none="rien n’a changé",
    report_ready="Vous pouvez poser vos questions.",
    speaker="dit par : {speaker}",
    report_added="ajoutés : {n}",
    report_changed="modifiés : {n}",
    report_removed="retirés : {n}",
    report_unchanged="inchangés : {n}",
    report_skipped="Fichiers illisibles : {n}",
    colon="\N{NO-BREAK SPACE}:",
    folder_shown="Dossier : {folder}",
    sample_shown="Vous voyez l’exemple fourni avec Sourcier, dans {folder}.",
    show_sample="Revoir l’exemple",
    try_sample="Essayer avec l’exemple",
    show_own="Ouvrir mes documents",
    drop_here="Déposez vos documents ici",
    drop_here_note="Ils sont copiés dans {folder}, indexés aussitôt, et restent sur cette machine.",
    add_note_sample=(
        "Ou déposez-les n’importe où sur la page. Ils sont copiés dans {folder}, puis indexés à la place de l’exemple."
    ),
    sample_counts="Exemple : {counts}",
    moved_to_own="Les réponses viennent maintenant de vos documents, dans {folder}.",
    moved_to_sample="Les réponses viennent maintenant de l’exemple. Vos documents restent dans {folder}.",
    removed="« {name} » est retiré. Le fichier est gardé ici : {place}",
    undo="Annuler",
    delete_removed="Supprimer définitivement",
    delete_removed_sure="Supprimer {name} pour toujours ?",
    restored="« {name} » est de nouveau dans le dossier.",
    restored_as="« {name} » est de nouveau dans le dossier, sous le nom « {other} » : l’ancien nom était pris.",
    deleted="« {name} » est supprimé définitivement.",
)

ENGLISH = Labels(
    language="en",
    months=tuple("January February March April May June July August September October November December".split()),
    motto="Answers from your documents, with the exact quote",
    question="Your question",
    placeholder="Ask a question…",
    send="Ask",
    stop="Stop",
    new="New conversation",
    conversations="Conversations",
    library="Documents",
    help="Keyboard shortcuts",
    close="Close",
    searching="Searching your documents…",
    sources="Sources",
    open_source="Open source {n}: {title}",
    page="page {page}",
    understood="Interpreted as:",
    edit="Edit",
    ask_again="Ask again",
    unsupported="Sentence without a source in your documents",
    not_found="Not in your documents",
    not_found_why="No passage answers this question.",
    nearest="The nearest passages",
    nearest_note="Related, but they don’t answer the question.",
    instead="Questions your documents can answer",
    try_asking="For example",
    welcome="Ask a question.",
    welcome_note="Answers are quoted word for word. Click a quote to see it in its document.",
    documents="{n} documents",
    one_document="1 document",
    reader="Reader",
    reader_empty="The cited document will appear here.",
    reader_hint="Click a number [1] in an answer, or press Alt+1 (just 1 outside the question box).",
    reader_drop="To add documents, drop them anywhere on the page.",
    earlier="Earlier text",
    later="Later text",
    previous="Previous quote",
    next="Next quote",
    changed="This document has changed since the answer: the quote is no longer at this place. It said:",
    gone="This document is no longer in the index. The quote said:",
    problem="Could not answer",
    copy="Copy",
    copied="Copied",
    export="Export",
    good="Good answer",
    bad="Bad answer",
    untitled="Untitled",
    no_conversation="No conversations yet.",
    rename="Rename",
    delete="Delete",
    delete_sure="Delete this conversation?",
    conversation_deleted="Conversation deleted: {name}",
    undo_delete="Undo",
    undo_late="This conversation can no longer be restored.",
    began_anew="The conversation that was open here has been deleted. This question begins a new one.",
    conversation_gone="This conversation has been deleted.",
    reopen="Open",
    keys_title="Keyboard shortcuts",
    keys=(
        ("Enter", "send the question"),
        ("Shift Enter", "new line"),
        ("Esc", "stop, or close"),
        ("/", "focus the question box"),
        ("↑", "in the empty question box, recall the last question"),
        ("Alt 1 – 9", "open the source of that number"),
        ("1 – 9", "the same, outside the question box"),
        ("← →", "previous quote, next quote"),
        ("?", "show these shortcuts"),
    ),
    as_text="Extracted text",
    connection="Connection lost. Reconnecting…",
    link="Copy link",
    refused="Not added:",
    add_yours="Add documents",
    back="Back to the answer",
    filters_title="To narrow a question",
    filters=(
        ("file:notes/*", "in these documents only"),
        ("after:2022-02-01", "from this date on"),
        ("before:2022-02-12", "up to this date"),
        ('"exact word"', "containing these exact words"),
        ("-word", "without this word"),
    ),
    period="Period",
    since="from",
    until="to",
    period_use="Limit to these dates",
    filter_file="file:",
    filter_since="after:",
    filter_until="before:",
    bug="Something went wrong; see the terminal. Your documents are untouched.",
    menu="Menu",
    between="Citations",
    page_before="Previous page",
    page_after="Next page",
    file_changed="The file has changed since it was indexed: this is its text as it was then, not the page.",
    page_failed="Page {page} cannot be displayed: read it in the text below.",
    pages_busy="Too many pages are being requested right now: here is the text. Click again to see the page.",
    rebuild="Update the index",
    add="Add files",
    add_folder="Add a folder",
    add_note="Or drop them anywhere on the page. They are copied into {folder}, then indexed at once.",
    copying="Copying files:",
    watch="Watch the folder",
    watch_note="The index follows {folder}: changes are picked up at once.",
    search_library="Search the documents",
    none_found="No documents found.",
    passages="{n} passages",
    one_passage="1 passage",
    state_changed="changed since",
    state_gone="file removed, still in the index",
    state_new="not in the index yet",
    ask_here="Search here",
    remove="Remove",
    remove_sure="Remove {name} from the folder?",
    reading_files="Reading files: {done} / {total}",
    writing_index="Writing the index",
    starting="Checking for changes…",
    speed="{passages} passages, {rate} a second",
    left_little="less than a minute left",
    left_minutes="about {n}\N{NO-BREAK SPACE}min left",
    left_hours="about {n}\N{NO-BREAK SPACE}h left",
    stop_indexing="Interrupt",
    dismiss="Close this message",
    more_documents="Next",
    fewer_documents="Previous",
    day="dd/mm/yyyy",
    no_day="Write the date as 12/02/2022.",
    report_done="The index is up to date ({counts}).",
    report_none="nothing has changed",
    report_ready="You can ask your questions.",
    speaker="according to: {speaker}",
    report_added="added: {n}",
    report_changed="changed: {n}",
    report_removed="removed: {n}",
    report_unchanged="unchanged: {n}",
    report_skipped="Files that could not be read: {n}",
    colon=":",
    folder_shown="Folder: {folder}",
    sample_shown="This is the sample that comes with Sourcier, in {folder}.",
    show_sample="Show the sample",
    try_sample="Try it with the sample",
    show_own="Open my documents",
    drop_here="Drop your documents here",
    drop_here_note="They are copied into {folder}, indexed at once, and stay on this machine.",
    add_note_sample=(
        "Or drop them anywhere on the page. They are copied into {folder}, then indexed in place of the sample."
    ),
    sample_counts="Sample: {counts}",
    moved_to_own="Answers now come from your documents, in {folder}.",
    moved_to_sample="Answers now come from the sample. Your documents stay in {folder}.",
    removed="“{name}” was removed. The file is kept here: {place}",
    undo="Undo",
    delete_removed="Delete permanently",
    delete_removed_sure="Delete {name} permanently?",
    restored="“{name}” is back in the folder.",
    restored_as="“{name}” is back in the folder as “{other}”, because the old name was taken.",
    deleted="“{name}” has been permanently deleted.",
)


def preferred(accept_language: str) -> Labels:
    """French where an ``Accept-Language`` header asks for it before English; English otherwise."""
    wanted = [part.split(";")[0].strip().lower()[:2] for part in accept_language.split(",")]
    return next((labels for tag in wanted for labels in (FRENCH, ENGLISH) if labels.language == tag), ENGLISH)


def long_date(day: date, labels: Labels) -> str:
    number = "1er" if day.day == 1 and labels is FRENCH else str(day.day)
    return f"{number} {labels.months[day.month - 1]} {day.year}"


def as_i18n(labels: Labels) -> dict[str, str]:
    """The plain labels under keys no document is likely to hold, for components translated in the browser."""
    plain = {f.name: getattr(labels, f.name) for f in fields(labels)}
    return {f"sourcier_{name}": value for name, value in plain.items() if isinstance(value, str)}
