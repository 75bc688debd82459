"""What the page offers to download and to copy: an answer, or all of a conversation."""

from pathlib import Path

import pytest
from answers import LAMP, answers
from plain_controller import plain_controller
from rendered import Page
from starlette.testclient import TestClient

from rag.answer import Turn
from ui.exports.formats import FORMATS
from ui.exports.read_export import parse_export
from ui.web.server import build_application

SEEDS = Path(__file__).parents[3] / "seeds"
ANSWERS = answers()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestClient, str]:
    controller = plain_controller(SEEDS, tmp_path_factory.mktemp("kept"))
    conversations = controller.library_controller.conversations
    conversation = conversations.start()
    for answer in ANSWERS:
        conversation = conversation.with_turn(Turn(answer.question, answer))
    conversations.keep(conversation)
    return TestClient(build_application(controller), base_url="http://127.0.0.1:7860"), conversation.id


@pytest.mark.parametrize("kind", FORMATS)
def test_each_answer_and_the_conversation_are_files_that_are_read_back(
    served: tuple[TestClient, str], kind: str
) -> None:
    client, id = served
    for path, name, expected in (
        (f"/export/{id}/1/{kind}", f"sourcier-2.{kind}", ANSWERS[1:2]),
        (f"/export/{id}/{kind}", f"sourcier.{kind}", ANSWERS),
    ):
        reply = client.get(path, headers={"accept-language": "fr"})
        assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert reply.headers["content-type"].startswith(FORMATS[kind].media_type)
        assert parse_export(reply.content) == tuple(expected)


@pytest.mark.parametrize(
    "path", ["{id}/9/docx", "{id}/-1/docx", "{id}/0/pdf", "{id}/pdf", "{other}/docx", "{id}/9/copy"]
)
def test_what_is_not_there_is_not_found(served: tuple[TestClient, str], path: str) -> None:
    client, id = served
    assert client.get(f"/export/{path.format(id=id, other='0' * 16)}").status_code == 404


def test_a_copy_holds_marks_and_sources_as_rich_text_and_as_plain_text(served: tuple[TestClient, str]) -> None:
    client, id = served
    copied = client.get(f"/export/{id}/0/copy", headers={"accept-language": "fr"}).json()
    page = Page(copied["html"])
    source = "Le phare d'Eckmühl, selon\u00a0: M. Le Gall, page 1, côtes/phare n°1, plan (v2).md, 1er février 2022."
    for text in (page.text, copied["text"]):
        assert f"{LAMP} [1]" in text
        assert text.count(LAMP) == 1  # a quote that the answer gives is not given again
        assert source in text
    assert page.tags.count("li") == 2
    assert not {"script", "b", "style"} & set(page.tags)
    assert f"[1] {source}" in copied["text"]
    written = client.get(f"/export/{id}/1/copy").json()
    assert LAMP in Page(written["html"]).text
    assert LAMP in written["text"]
