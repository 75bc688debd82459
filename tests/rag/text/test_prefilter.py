"""Patterns that are looked for at few words find what a search of the whole text finds."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.documents import Document, Passage
from rag.text.analysis import analyze_passage
from rag.text.patterns import CAUSE, DATE, NEGATION, NUMBER
from rag.text.prefilter import GuardedPatterns, PatternSet, PrefilteredPattern

pytestmark = pytest.mark.slow

WORDS = """le 12 février 2022 , vendredi mai mais mi-mars début juin 1er 1998-99 XIXe siècle hier $ 5 € 3,5 % 1 000
100.000 x9 deux cents moitié 20th century 12/02/2022 car carte parce qu' en raison à cause to due so that as a result
March late . ; (« » ne n'est pas don't mi jamais refuse never cannot_be _2021 5_6"""
PIECES = st.sampled_from([*WORDS.split(), "\u00a0", "\n"])


PATTERNS = {"date": DATE, "number": NUMBER, "cause": CAUSE, "negation": NEGATION}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@given(st.lists(PIECES), st.sampled_from([" ", ""]))
def test_a_pattern_finds_what_a_search_of_the_whole_text_finds(pattern, pieces, between):
    text = between.join(pieces)
    whole = re.compile(pattern.pattern, re.IGNORECASE)
    assert [match.span() for match in pattern.finditer(text)] == [match.span() for match in whole.finditer(text)]
    assert (pattern.search(text) is None) == (whole.search(text) is None)


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@example(["_2021", "don't"], "")
@given(st.lists(PIECES, min_size=1), st.sampled_from([" ", "", "-"]))
def test_a_sentence_knows_where_to_look(pattern: PrefilteredPattern, pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    document = Document("a.txt", text, "0" * 64, "")
    [sentence] = analyze_passage(document, [Passage(document, 0, len(text))], "fr").sentences
    matches = pattern.finditer(text, sentence.mentions.triggers)
    assert [match.span() for match in matches] == [
        match.span() for match in re.finditer(pattern.pattern, text, re.IGNORECASE)
    ]


def test_a_pattern_made_later_is_found_too() -> None:
    CAUSE.search("Non, car il pleut.")  # patterns have been used before
    later = PrefilteredPattern(r"\bphare\b", trigger="phare$")
    assert later.search("Un phare, car il pleut.")
    both = PatternSet((PrefilteredPattern(r"\bpluie", trigger="pluie"), later))
    text = "Le phare sous la pluie."
    triggers = both.find_triggers(text)
    assert [[match.start() for match in pattern.finditer(text, triggers)] for pattern in both.patterns] == [[17], [3]]


def test_guarded_patterns_are_tried_one_after_the_other_where_the_guard_matches() -> None:
    spoken = GuardedPatterns("a dit", r"\w+(?= a dit)", r"^\w+")
    assert [match.group() for match in spoken.finditer("Hier, Anne a dit non, puis Paul a dit oui.")] == [
        "Anne",
        "Paul",
        "Hier",
    ]
    assert not list(spoken.finditer("Hier, Anne s'est tue."))
