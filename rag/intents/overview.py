"""What a document is about: its outline, and the leading sentence of each part."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from index.documents import Document, Sentence, Span
from index.index import Index
from index.language import detect
from rag.answer import Turn
from rag.intents.library import list_documents
from rag.intents.naming import FILE_NAME, NOUN, resolve
from rag.intents.reply import Reply, Scope, in_language, quote, refuse, show
from rag.text.folding import fold_keeping_offsets

_MAX_QUOTES = 12
_PASSAGES = 5  # of a text without headings
_LISTED = 30  # headings named
_WORDS = 4  # of a line that is read as a sentence although no stop ends it
_SUMMARY = r"points? (?:cles?|principaux|essentiels)|grandes lignes|essentiel|(?:key|main) (?:points|ideas|takeaways)"
_SUMMARY += r"|highlights|tl;?dr"
_SUMMARY += "|resume|apercu|plan|sommaire|summary|outline|overview|gist|contents?|sujet|theme|contenu|topic|subject"
_NAME = rf"(?P<full_name>(?:(?:l[ea] |l['’]|the |mon |my )?(?P<noun>{NOUN}) )?[«\"“]?\s*(?P<name>.+?))"
_BRIEFLY = (
    r"(?:,? (?:for me|please|briefly|s['’]il (?:te|vous) plait|stp|svp|rapidement|brievement"
    r"|(?:en|in) (?:\w+|a few|quelques) (?:lignes?|phrases?|mots?|points?|lines?|sentences?|words?|bullets?)))*"
)
_TOPIC = re.compile(r"(?:sur|a propos d[eu]|concernant|consacree? a|relati(?:f|ve) a|about|on|regarding) ")
_OVERVIEW_QUESTIONS = tuple(
    re.compile(rf"^{form}{_BRIEFLY}[\s?!.…»\"”]*$")
    for form in (
        rf"(?:de |sur )?quoi (?:parle|porte|traite|est[- ]il question dans|s['’]agit[- ]il dans) {_NAME}",
        rf"(?:qu['’]y a[- ]t[- ]il|qu['’]est[- ]ce qu['’]il y a|que (?:trouve|lit)[- ]t[- ]on) dans {_NAME}",
        rf"(?:que|qu['’]est[- ]ce que) (?:dit|contient|raconte) {_NAME}",
        rf"(?:(?:peux[- ]tu|pouvez[- ]vous|tu peux) (?:me |nous )?)?(?:resume|presente|synthetise)[rz]?"
        rf"(?:[- ](?:moi|nous))? {_NAME}",
        rf"(?:(?:fais|donne|faites|donnez|give|show|write)(?:[- ](?:moi|nous|me|us))? )?"
        r"(?:quel(?:le)?s? (?:est|sont) |what (?:is|are) )?"
        rf"(?:une? |les? |la |l['’]|des |an? |the )?(?:{_SUMMARY}) (?:de |du |d['’]|of ){_NAME}",
        rf"what(?: is|['’]s) (?:in|inside|covered (?:in|by)) {_NAME}",
        rf"what(?:['’]s| is| are| does| do) {_NAME} (?:about|say|contain|cover|discuss|deal with|talk about)",
        rf"(?:(?:can|could) you |please )?(?:summari[sz]e|outline|describe|sum up|tell me about)(?: for me)? {_NAME}",
    )
)
_THIS = re.compile(rf"^(?:(?:ce|cet|cette|le|la|l['’]|this|that|the) ?)?{NOUN}$|^(?:il|elle|it|ca|cela|this|that)$")
_NAME_FIRST = re.compile(rf"(?:(?:the|my) )?(.+?) {NOUN}", re.IGNORECASE)  # "the retiring page"
_CLOSED = re.compile(r"[.!?…:;][\s»”\")\]]*$")
_STOPPED = re.compile(r"[.!?…][\s»”\")\]]*$")
_LOOKED_AT = 12  # sentences from the start of a section that are looked at for prose


def answer_overview(question: str, scope: Scope, history: Sequence[Turn]) -> Reply | None:
    """Return an overview of the document that a question asks about, if it asks about one as a whole.

    "This document" is the one cited last, or the only one.
    """
    folded = fold_keeping_offsets(question)
    for pattern in _OVERVIEW_QUESTIONS:
        if match := pattern.match(folded):
            ids, name = _documents(match, scope.index, history), question[slice(*match.span("name"))]
            if len(ids) > 1:
                return list_documents(question, ids, scope.index, name)
            if ids:
                return _overview(question, scope.index.document(ids[0]), scope.index)
            if FILE_NAME.fullmatch(name):  # of a file that is not there
                return refuse(detect(question))
    return None


def _documents(match: re.Match[str], index: Index, history: Sequence[Turn]) -> tuple[str, ...]:
    noun, name, full_name = match["noun"], match["name"], match["full_name"]
    if (
        ids := resolve(name, index)
        or resolve(full_name, index)
        or (resolve(name, index, is_partial=True) if noun else ())
    ):
        return ids
    if noun and (topic := _TOPIC.match(fold_keeping_offsets(name))):  # «la page sur la piscine»
        return resolve(name[topic.end() :], index, is_partial=True)
    if (first := _NAME_FIRST.fullmatch(full_name)) and (ids := resolve(first[1], index, is_partial=True)):
        return ids
    if _THIS.match(full_name):
        cited = [citation.source for turn in history[-1:] for citation in turn.answer.citations[:1]]
        present = [id for id in cited if id in index.document_ids]
        return tuple(present or (index.document_ids if len(index.document_ids) == 1 else ()))
    return ()


def _overview(question: str, document: Document, index: Index) -> Reply:
    sentences = [sentence for number in index.passages_of(document.id) for sentence in index.sentences_in(number)]
    quotes = [
        quote(document, Span(sentence.start, sentence.end))
        for sentence in select_leading_sentences(document, sentences)
    ]
    return show("overview", quotes, _outline(question, document))


def select_leading_sentences(document: Document, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the leading sentence of each section of a document, in order, twelve at most.

    A section runs from a heading to the next; a text without headings is divided evenly.
    """
    sections = _sections(document, sentences)
    leads = [_lead(section) for section in sections] or list(sentences[:1])
    while len(leads) > 1 and not _is_prose(leads[0]) and any(map(_is_prose, leads)):
        del leads[0]  # a letterhead, front matter, a table of contents
    return [leads[at * len(leads) // _MAX_QUOTES] for at in range(_MAX_QUOTES)] if len(leads) > _MAX_QUOTES else leads


def _sections(document: Document, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the sentences under each heading, without the headings; or of even parts, where there are not two."""
    starts = [sentence.start for sentence in sentences]
    heads = {at for heading in document.headings for at in range(*(bisect_left(starts, edge) for edge in heading))}
    body = [sentence for at, sentence in enumerate(sentences) if at not in heads]
    edges = [0, *(bisect_left(body, heading.end, key=attrgetter("start")) for heading in document.headings), len(body)]
    sections = [list(body[start:end]) for start, end in pairwise(edges) if start < end]
    if len(sections) > 1:
        return sections
    step = max(1, -(-len(body) // _PASSAGES))
    return [body[at : at + step] for at in range(0, len(body), step)]


def _lead(section: Sequence[Sentence]) -> Sentence:
    """Return the first sentence of a section that is prose; else the first that is complete; else its first."""
    readable = (sentence for sentence in section if _CLOSED.search(sentence.text) or _is_long(sentence))
    return next(filter(_is_prose, section[:_LOOKED_AT]), None) or next(readable, section[0])


def _is_prose(sentence: Sentence) -> bool:
    """Return whether a sentence has some words and ends with a stop, and is no field of front matter."""
    block = sentence.document.block_at(sentence.start)
    is_field = block is not None and block.kind == "field"
    return _is_long(sentence) and bool(_STOPPED.search(sentence.text)) and not is_field


def _is_long(sentence: Sentence) -> bool:
    return len(sentence.text.split()) >= _WORDS


def _outline(question: str, document: Document) -> str:
    """Return the headings of a document in one line."""
    lines = [" ".join(document.slice(*heading).split()) for heading in document.headings]
    if not lines:
        return in_language(question, "{}, début et passages.", "{}, its start and passages.", document.id)
    ellipsis = ["…"] if len(lines) > _LISTED else []
    colon = in_language(question, " : ", ": ")
    return f"{document.id}{colon}{' · '.join([*lines[:_LISTED], *ellipsis])}"
