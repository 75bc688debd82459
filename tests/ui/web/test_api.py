"""Other programs ask over HTTP what a person asks in the page, and are refused what the page refuses."""

import base64
import datetime as dt
import json
import os
import shlex
from dataclasses import asdict
from pathlib import Path

import pytest
from model_server import says, serving
from starlette.testclient import TestClient

import rag
from index import Index, rebuild
from index.stores.errors import no_answer
from rag.answer import Answer
from ui.i18n.labels import FRENCH
from ui.web.app import create_controller
from ui.web.server import build_application
from ui.web.settings import ServerSettings

pytestmark = pytest.mark.slow

KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
LOCAL = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(seeds_index: Path) -> TestClient:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    return TestClient(build_application(create_controller(seeds_index)), base_url=LOCAL)


def timeless(answer: Answer) -> dict[str, object]:
    return {**answer.to_dict(), "timings": None}


@pytest.mark.parametrize("question", [KREMLIN, AUSTRALIA])
def test_the_answer_is_that_of_python(client: TestClient, seeds: Index, question: str) -> None:
    reply = client.post("/api/ask", json={"question": question})
    assert reply.status_code == 200
    assert timeless(Answer.from_dict(reply.json())) == timeless(rag.ask(question, index=seeds))


def test_every_argument_counts(client: TestClient, seeds: Index) -> None:
    question = "Avec qui Emmanuel Macron s'est-il entretenu ?"
    arguments = {"since": "2022-01-15", "until": "2022-02-28", "documents": ["00*"], "k": 1}
    reply = client.post("/api/ask", json={"question": question, **arguments})
    since, until = dt.date(2022, 1, 15), dt.date(2022, 2, 28)
    expected = rag.ask(question, index=seeds, documents=["00*"], k=1, since=since, until=until)
    assert timeless(Answer.from_dict(reply.json())) == timeless(expected)
    assert len(expected.citations) == 1 < len(rag.ask(question, index=seeds).citations)


def test_a_follow_up_takes_its_subject_from_the_history(client: TestClient, seeds: Index) -> None:
    before = client.post("/api/ask", json={"question": KREMLIN}).json()
    turns = [{"question": KREMLIN, "answer": before}]
    reply = client.post("/api/ask", json={"question": "Et de la Maison Blanche ?", "history": turns}).json()
    turn = rag.Turn(KREMLIN, rag.ask(KREMLIN, index=seeds))
    assert reply["question_understood"] == rag.ask(reply["question"], index=seeds, history=[turn]).question_understood
    assert "porte-parole" in reply["question_understood"]


def test_a_stream_is_a_line_for_each_answer(client: TestClient, seeds: Index) -> None:
    question = "Avec qui Emmanuel Macron s'est-il entretenu ?"
    reply = client.post("/api/stream", json={"question": question})
    grown = [timeless(Answer.from_dict(json.loads(line))) for line in reply.text.splitlines()]
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert len(grown) > 1
    assert grown == [timeless(answer) for answer in rag.stream(question, index=seeds)]


def test_a_search_gives_the_passages(client: TestClient, seeds: Index) -> None:
    hits = client.post("/api/search", json={"question": "ligne rouge", "k": 4}).json()
    expected = [asdict(hit) for hit in rag.search("ligne rouge", 4, index=seeds)]
    assert hits == [{**hit, "date": hit["date"] and hit["date"].isoformat()} for hit in expected]


def test_the_status_is_that_of_the_index(client: TestClient, seeds: Index) -> None:
    status = client.get("/api/status").json()
    assert (status["documents"], status["passages"]) == (5, seeds.passages)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"question": "  "}, "The question is empty. Type one."),
        ({"question": KREMLIN, "documents": ["absent.txt"]}, "No document is named “absent.txt”"),
        ({}, "question: Field required."),
        ({"question": 5}, "question: Input should be a valid string (it is 5)."),
        ({"question": "a\ud800"}, "what was sent: Value error, it names half a character"),
        ({"question": "a", "documents": ["\udfff"]}, "what was sent: Value error, it names half a character"),
        ({"question": KREMLIN, "k": 0}, "k: Input should be greater than or equal to 1 (it is 0)."),
        ({"question": KREMLIN, "since": "hier"}, "since: Input should be a valid date"),
        ({"question": KREMLIN, "sinse": None}, "sinse: Extra inputs are not permitted"),
        ([], "what was sent: Input should be a valid dictionary"),
    ],
)
@pytest.mark.parametrize("route", ["ask", "search", "stream"])
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    client: TestClient, route: str, sent: object, sentence: str
) -> None:
    reply = client.post(f"/api/{route}", content=json.dumps(sent), headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["error"][: len(sentence)]) == (422, sentence)


@pytest.mark.parametrize("content", ["", "{", "\x00", "NaN", '{"question": "' + "a" * 2_000_000 + '"}'])
def test_what_is_no_json_or_too_long_is_refused(client: TestClient, content: str) -> None:
    reply = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert 10 < len(reply.json()["error"]) < 200


def test_where_json_breaks_is_told(client: TestClient) -> None:
    reply = client.post("/api/ask", content='{"question": ', headers={"content-type": "application/json"})
    assert reply.json() == {"error": "what was sent: no JSON from character 13 on. Send JSON in UTF-8."}


def test_a_history_of_something_else_is_refused(client: TestClient) -> None:
    whole = client.post("/api/ask", json={"question": KREMLIN}).json()
    short = {**whole, "citations": [{**whole["citations"][0], "quote": "autre chose"}]}
    for answer, wrong in (("oui", "history.0.answer: "), (short, "history.0.answer.citations.0: ")):
        reply = client.post("/api/ask", json={"question": "Et ?", "history": [{"question": "a", "answer": answer}]})
        assert (reply.status_code, reply.json()["error"][: len(wrong)]) == (422, wrong)


def test_an_index_that_is_gone_is_told(seeds_index: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Le ciel est bleu.", encoding="utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    client = TestClient(build_application(create_controller(tmp_path / "index")), base_url=LOCAL)
    (tmp_path / "index" / "CURRENT").unlink()
    reply = client.post("/api/ask", json={"question": KREMLIN})
    assert reply.status_code == 503
    assert reply.json()["error"] == "There are no documents yet. Drop some anywhere on the page, then ask."


def test_where_a_store_is_stands_in_the_log_alone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise no_answer("postgresql://reader@db.internal/texts", "connection refused")

    monkeypatch.setattr("rag.ask", fail)
    response = client.post("/api/ask", json={"question": "Qui ?"})
    assert response.status_code == 503
    assert response.json()["error"].startswith("Questions cannot be answered at the moment.")
    assert "postgresql://reader@db.internal/texts does not answer" in caplog.text


def test_the_page_does_not_tell_where_a_store_is(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise no_answer("postgresql://reader@db.internal/texts", "connection refused")

    controller = create_controller(seeds_index)
    monkeypatch.setattr("ui.web.app.open_index", fail)
    *_, update = controller.answer(KREMLIN, "", FRENCH)
    for shown in (str(update.conversation), [*controller.verify("Le ciel est bleu.", FRENCH)][-1]):
        assert "Impossible de répondre aux questions pour le moment." in shown
        assert "db.internal" not in shown
    assert caplog.text.count("postgresql://reader@db.internal/texts does not answer") == 2


def test_the_guards_of_the_page_hold(client: TestClient, seeds_index: Path) -> None:
    body = {"question": KREMLIN}
    assert client.post("/api/ask", json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/ask", json=body, headers={"host": "attacker.example"}).status_code == 403
    assert "default-src 'self'" in client.post("/api/ask", json=body).headers["content-security-policy"]
    protected = TestClient(
        build_application(create_controller(seeds_index), ServerSettings(password="secret")), base_url=LOCAL
    )
    assert protected.post("/api/ask", json=body).status_code == 401
    signed = {"authorization": f"Basic {base64.b64encode(b'me:secret').decode()}"}
    assert protected.post("/api/ask", json=body, headers=signed).json()["found"]


def test_the_command_of_the_readme_gets_its_answer(client: TestClient) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    _, address, _, sent = shlex.split(next(line for line in readme.splitlines() if line.startswith("curl ")))
    reply = client.post(address, content=sent, headers={"content-type": "application/json"})  # as --json sends it
    assert reply.json()["citations"][0]["quote"] in reply.json()["text"]
    assert "Dmitri Peskov" in reply.json()["text"]


def test_the_model_of_the_server_writes_where_it_is_asked_to(
    client: TestClient, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Le porte-parole du Kremlin est Dmitri Peskov [1]."
    with serving(says(text)) as model:
        monkeypatch.setenv("RAG_MODEL_URL", f"{model.url}/v1")
        controller = create_controller(seeds_index, model="openai:scripted")
        writing = TestClient(build_application(controller), base_url=LOCAL)
        quoted = writing.post("/api/ask", json={"question": KREMLIN}).json()
        assert (quoted["writer"], model.requests) == ("", [])
        written = writing.post("/api/ask", json={"question": KREMLIN, "write": True}).json()
        lines = writing.post("/api/stream", json={"question": KREMLIN, "write": True}).text.splitlines()
    assert (written["text"], written["writer"]) == (text, "openai:scripted")
    assert json.loads(lines[-1])["text"] == text
    refused = client.post("/api/ask", json={"question": KREMLIN, "write": True})
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("No language model is set up here.")
    assert client.post("/api/ask", json={"question": KREMLIN, "model": "ollama:x"}).status_code == 422
