"""The guides can be followed: their walks name files that are there, and their sentences are short."""

import re
from statistics import median

import pytest

from scripts.project import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WALKS = {
    title: re.findall(r"^\d+\. (`.*)$", steps, re.MULTILINE)
    for title, steps in re.findall(r"^\*\*(From [^*]+)\*\*\n\n((?:\d+\. .*\n)+)", CONTRIBUTING, re.MULTILINE)
}
LONGEST = {
    "From `rag ask` to the quote": 10,
    "From a file to the snapshot": 10,
    "From a click to the highlighted quote": 6,
}


def sentences(markdown: str) -> list[str]:
    """The sentences of running text: without code blocks, tables, headings, links' targets and HTML."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^(#|\||<|\[!).*$", "", prose, flags=re.MULTILINE)
    prose = re.sub(r"\]\([^)]*\)|<[^>]*>", "", prose)
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", prose)
    texts = [re.sub(r"^([-*]|\d+\.) ", "", " ".join(paragraph.split())) for paragraph in paragraphs]
    return [sentence for text in texts for sentence in re.split(r"(?<=[.:?!]) +(?=[A-Z*`«])", text) if " " in sentence]


def median_words(markdown: str) -> float:
    return median(len(sentence.split()) for sentence in sentences(markdown))


def test_there_are_three_walks():
    assert WALKS.keys() == LONGEST.keys()


@pytest.mark.parametrize("title", LONGEST)
def test_a_walk_is_short_and_names_files_that_are_there(title):
    files = [name for step in WALKS[title] for name in re.findall(r"`([\w/]+\.\w+)`", step)]
    assert 0 < len(files) <= LONGEST[title]
    for step in WALKS[title]:
        path = step.split("`")[1]
        assert (ROOT / path).is_file(), step
        named_beside = re.findall(r"`(\w+\.py)`", step.partition(":")[2])
        assert [name for name in named_beside if not (ROOT / path).with_name(name).is_file()] == []
        functions = re.findall(r"`([a-z_]+)`", step.partition(":")[2])
        source = (ROOT / path).read_text("utf-8")
        assert [name for name in functions if f"def {name}(" not in source] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_each_file_that_a_guide_names_is_there(page):
    named = re.findall(
        r"`((?:index|rag|ui|tests|bench|scripts|docs|examples)/[\w/.-]*)`", (ROOT / page).read_text("utf-8")
    )
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "docs/design.md"])
def test_half_of_the_sentences_have_at_most_18_words(page):
    text = (ROOT / page).read_text("utf-8")
    assert len(sentences(text)) > 20
    assert median_words(text) <= 18


def test_words_are_counted_by_sentence():
    text = "# Title\n\nOne two three. Four five:\n\n```sh\nnot this one here\n```\n- Six seven [eight](nine ten).\n"
    assert [len(sentence.split()) for sentence in sentences(text)] == [3, 2, 3]
    assert median_words(text) == 3
