"""Patterns that are looked for at few words find what a search of the whole text finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.patterns import CAUSE, DATE, NUMBER

WORDS = """le 12 février 2022 , vendredi mai mais mi-mars début juin 1er 1998-99 XIXe siècle hier $ 5 € 3,5 % 1 000
100.000 x9 deux cents moitié 20th century 12/02/2022 car carte parce qu' en raison à cause to due so that as a result
March late . ; (« »"""
PIECES = st.sampled_from([*WORDS.split(), "\u00a0", "\n"])


@pytest.mark.parametrize("pattern", [DATE, NUMBER, CAUSE], ids=["date", "number", "cause"])
@given(st.lists(PIECES), st.sampled_from([" ", ""]))
def test_a_pattern_finds_what_a_search_of_the_whole_text_finds(pattern, pieces, between):
    text = between.join(pieces)
    whole = re.compile(pattern.pattern, re.IGNORECASE)
    assert [one.span() for one in pattern.finditer(text)] == [one.span() for one in whole.finditer(text)]
    assert (pattern.search(text) is None) == (whole.search(text) is None)
