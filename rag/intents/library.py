"""The folder itself: which documents it holds, and how many."""

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from index.index import Index
from rag.intents.reply import Reply, Scope, in_language
from rag.text.folding import words_of

_LISTED = 50  # documents
_DOCUMENTS = frozenset("documents fichiers textes sources pdfs pdf docs files texts".split())
_FOLDER = frozenset("dossier corpus folder bibliotheque library index".split())
_COUNT = frozenset("combien nombre many number count".split())
_LIST = frozenset(
    """quels quelles quel liste lister listez montre montrez affiche affichez donne donnez enumere cite nomme quoi que
    qu sujets themes titres noms topics subjects titles names
    resume what which list show give name enumerate summarise summarize parlent about""".split()
)
_HAVE = frozenset(
    """as avez ai sont y il a contient compte comporte connais connaissez disposes possedes indexes disponibles presents
    mes tes vos nos tous have there are indexed available your my our all contain contains hold holds loaded
    liste lister listez list show ces these portent couvrent traitent cover""".split()
)
# What may stand beside these words: with any other, the question is about what documents say.
_FILLERS = frozenset(
    """de d des du le la les l ce cet cette mon ma ton ta votre tu vous j je t est ete dans en tout total au ici
    exactement moi nous me peux pouvez s te plait merci qu est c ensemble se trouve trouvent base memoire lus parle
    the a an of in this that do does did you i we is be been got can please me how here now altogether is it
    s exactly currently sur sont abordent aborde ces deal with""".split()
)
_VOCABULARY = _DOCUMENTS | _FOLDER | _COUNT | _LIST | _HAVE | _FILLERS


def answer_library(question: str, scope: Scope) -> Reply | None:
    """Return the number or the list of the documents, if that is all that is asked."""
    tokens = words_of(question)
    words = frozenset(tokens)
    asks = (words & _HAVE and words & _DOCUMENTS) or _asks_for_folder(tokens)
    if not words <= _VOCABULARY or not asks:
        return None
    ids = list_allowed_ids(scope)
    if words & {"pdf", "pdfs"}:
        ids = [id for id in ids if id.lower().endswith(".pdf")]
    if words & _COUNT:
        return Reply("library", f"{_count(question, len(ids))}.")
    return list_documents(question, ids, scope.index) if words & _LIST else None


def _asks_for_folder(tokens: Sequence[str]) -> bool:
    """Return whether a question such as "What is in this folder?" asks for what the folder holds."""
    return (
        bool(tokens)
        and tokens[-1] in _FOLDER
        and bool({"dans", "in", "contient", "contain", "hold"}.intersection(tokens))
    )


def list_documents(question: str, ids: Sequence[str], index: Index, ambiguous: str = "") -> Reply:
    """Return the list of documents: the first fifty, and the number of the rest.

    ``ambiguous`` is a name that all of them have; the reply then asks which is meant.
    """
    lines = [_line(id, index) for id in ids[:_LISTED]]
    unlisted = len(ids) - len(lines)
    ending = in_language(question, "… et {} de plus.", "… and {} more.", unlisted)
    head = f"{_count(question, len(ids))}{in_language(question, ' :', ':')}" if ids else f"{_count(question, 0)}."
    if ambiguous:
        head = in_language(
            question,
            "{} documents s’appellent « {} » ; lequel ?",
            '{} documents are named "{}"; which one?',
            len(ids),
            ambiguous,
        )
    return Reply("library", "\n".join([head, *lines, *([ending] if unlisted else [])]))


def _line(id: str, index: Index) -> str:
    title = index.document(id).title
    return f"- {id}" if words_of(title) == words_of(PurePosixPath(id).stem) else f"- {id} ({title})"


def _count(question: str, count: int) -> str:
    if count == 0:
        return in_language(question, "Il n’y a aucun document", "There is no document")
    if count == 1:
        return in_language(question, "Il y a 1 document", "There is 1 document")
    return in_language(question, "Il y a {} documents", "There are {} documents", count)


def list_allowed_ids(scope: Scope) -> list[str]:
    """Return the ids of the documents that the filters allow, sorted."""
    ids, sentences = scope.index.document_ids, scope.index.candidates.listed(scope.allowed).sentences
    if sentences is None:
        return list(ids)
    return [
        ids[number] for number in np.unique(scope.index.document_number(scope.index.passages_of_sentences(sentences)))
    ]
