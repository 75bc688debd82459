"""What a model writes stands as it is, with evidence that is proven; where it cannot write, quotes do."""

import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_server import Script, says, serving

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer, LedgerSentence, Turn
from rag.verification.alignment import EvidenceSentence
from rag.verification.ledger import MarkedSentence, judge_sentence
from rag.writing.client import answer_in

from .conftest import HEIGHT, NOTES, SUFFIX, is_proven, write

pytestmark = pytest.mark.slow

PROVIDERS = tuple(SUFFIX)
LONG = "http://127.0.0.1:9"  # the port of discard, where nothing listens
TEXT = "\n  Le phare de Kerdrel mesure 47 mètres [1].  Il a vu passer 2 000 bateaux [9].\n\nEn [2023], rien [0] ! \t"


@pytest.fixture(autouse=True)
def unproxied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the exceptions from a proxy, which a model on this machine adds to."""
    for variable in ("NO_PROXY", "no_proxy", "http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def test_a_text_stands_to_the_byte_and_its_marks_are_checked(notes: Index, ask) -> None:
    for provider in PROVIDERS:
        with serving(says(TEXT)) as model:
            answer = ask(model, provider=provider)
        assert answer.text == TEXT
        assert answer.writer == f"{provider}:scripted"
        assert answer.found
        assert answer.remark == ""
        assert is_proven(answer, notes)
        assert answer.citations[0].quote == NOTES["phare.txt"]
        by_text = {TEXT[s.start : s.end].strip(): s for s in answer.sentences}
        right = by_text["Le phare de Kerdrel mesure 47 mètres [1]."]
        assert (right.verdict, right.citations) == ("supported", (1,))
        assert [s.verdict for text, s in by_text.items() if "[9]" in text or "[0]" in text] != []
        assert not any(s.supported or s.citations for text, s in by_text.items() if "[9]" in text or "[0]" in text)
        assert Answer.from_dict(answer.to_dict()) == answer


def test_an_answer_grows_and_its_last_is_that_of_ask(notes: Index, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Le phare de Kerdrel mesure 47 mètres [1]. La peinture de la tour a coûté 12 500 euros à la commune [2]."
    with serving(says(text)) as model:
        monkeypatch.setenv("RAG_MODEL_URL", model.url)
        grown = list(rag.stream(HEIGHT, index=notes, model="ollama:scripted"))
        final = ask(model, provider="ollama")
    assert len(grown) > 2
    assert all(text.startswith(answer.text) and is_proven(answer, notes) for answer in grown)
    assert any(len(answer.text) < len(text) and answer.sentences for answer in grown)
    assert untimed(grown[-1]) == untimed(final)
    assert final.timings["model"] > 0


FAILURES = {
    "refuse la clé": Script(status=401),
    "n’a pas de modèle scripted": Script(status=404),
    "le quota ou la limite de débit": Script(status=429),
    "a échoué (500, out of memory)": Script(status=500, error="out of\nmemory"),
    "n’est pas prêt, ou est surchargé (503)": Script(status=503),
    "trop longs pour": Script(status=413),
    "trop longs pour le modèle": Script(status=400, error="This model's maximum context length is 100 tokens."),
    "ne peut pas être lu": Script(raw=b'data: {"choices": [{\n\n'),
    "n’a rien écrit": Script(tool="read_file"),
    "s’est interrompue": Script(["Le phare", " de Ker"], breaks=True),
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_a_model_fails_the_answer_quotes_and_says_why(provider: str, notes: Index, ask) -> None:
    quoted = rag.ask(HEIGHT, index=notes)
    for why, script in FAILURES.items():
        with serving(script) as model:
            answer = ask(model, provider=provider)
        assert why in answer.remark, (why, answer.remark)
        assert answer.remark.endswith("Voici ce que vos documents en disent, mot pour mot.")
        assert untimed(replace(answer, remark="")) == untimed(quoted)


def test_what_is_missing_is_said(notes: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def remark(model: str, **environment: str) -> str:
        with monkeypatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(name, value)
            answer = rag.ask("How high is the lighthouse of Kerdrel?", index=notes, model=model)
            assert not answer.writer
            return answer.remark

    assert "needs a key: set OPENAI_API_KEY." in remark("openai:gpt-5")
    assert "needs a key: set MISTRAL_API_KEY." in remark("mistralai:mistral-small")
    assert f"No language model answers at {LONG}:" in remark("ollama:x", OLLAMA_HOST=LONG)
    assert f"No language model answers at {LONG}/v1:" in remark("openai:x", RAG_MODEL_URL=f"{LONG}/v1")
    assert "“llama” is not a language model: write provider:name" in remark("llama")
    assert "is not a language model" in remark("no_such_provider:x")
    assert "RAG_MODEL_SECONDS must be a whole number of at least 1, not “soon”." in remark(
        "ollama:x", RAG_MODEL_SECONDS="soon"
    )
    assert "pip install langchain-anthropic" in remark("anthropic:claude")
    monkeypatch.setitem(sys.modules, "langchain_mistralai", None)
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    assert "pip install 'sourcier[mistralai]'" in remark("mistralai:x", MISTRAL_API_KEY="k")
    base._get_chat_model_creator.cache_clear()


def test_a_server_that_is_too_slow_is_left_in_time(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_MODEL_SECONDS", "1")
    started = time.monotonic()
    with serving(Script(pings=60, delay=0.1)) as model:  # its line stays open, so that no read ever takes long
        answer = ask(model)
    assert time.monotonic() - started < 5
    assert "n’a pas fini en 1 secondes" in answer.remark
    assert answer.citations


def test_who_stops_listening_hangs_up(notes: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = ["Le phare de Kerdrel mesure 47 mètres [1]. ", "…wait…", *["Il est beau. "] * 5000]
    for provider in PROVIDERS:
        with serving(Script(pieces)) as model:
            monkeypatch.setenv("RAG_MODEL_URL", model.url + SUFFIX[provider])
            growing = rag.stream(HEIGHT, index=notes, model=f"{provider}:scripted")
            assert isinstance(growing, Generator)
            assert next(growing).text == pieces[0]
            growing.close()
            model.resumed.set()
            assert model.hung_up.wait(10)


def test_a_text_that_ends_early_says_so(ask) -> None:
    begun = "Le phare de Kerdrel mesure 47 mètres [1]. Il a été"
    for provider in PROVIDERS:
        with serving(says(begun, finish="length")) as model:
            cut = ask(model, provider=provider)
        assert (cut.text, "s’arrête à la limite de 1024 jetons" in cut.remark) == (begun, True)
        with serving(says(begun, breaks=True)) as model:
            broken = ask(model, provider=provider)
        assert (broken.text, "s’est interrompue" in broken.remark) == (begun, True)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_text_that_its_provider_cuts_says_so(provider: str, ask) -> None:
    with serving(says("Le phare de Kerdrel", finish="content_filter")) as model:
        answer = ask(model, provider=provider)
    assert (answer.text, "filtre de contenu" in answer.remark) == ("Le phare de Kerdrel", True)


@pytest.mark.parametrize(
    ("provider", "chunk"),
    [
        ("openai", b'data: {"error": {"message": "no memory left", "code": 500}}\n\n'),
        ("ollama", b'{"error": "no memory left"}\n'),
    ],
)
def test_a_failure_inside_a_stream_is_told_in_the_words_of_the_server(provider: str, chunk: bytes, ask) -> None:
    with serving(Script(raw=chunk)) as model:
        assert "a échoué (no memory left)." in ask(model, provider=provider).remark


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_what_stays_on_this_machine_passes_no_proxy(
    provider: str, variable: str, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    with serving(says("Le phare de Kerdrel mesure 47 mètres [1].")) as model, serving(Script()) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert ask(model, provider=provider).writer
    assert proxy.requests == []


def test_a_server_that_knows_no_limit_is_stopped(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_MODEL_TOKENS", "20")
    with serving(Script(["Le phare est haut [1]. "] * 400)) as model:
        answer = ask(model)
    assert len(answer.text) <= 8 * 20
    assert "s’arrête à la limite de 20 jetons" in answer.remark


@pytest.mark.parametrize(
    "text",
    [
        "SANS RÉPONSE",
        " « Sans réponse. »\n",
        "Sans réponse : les extraits parlent d'autre chose.",
        "Les extraits parlent d'autre chose.\n\n**SANS RÉPONSE**\n",
    ],
)
def test_a_refusal_is_one(text: str, ask) -> None:
    with serving(says(text)) as model:
        answer = ask(model)
    assert (answer.kind, answer.found, answer.citations) == ("not_found", False, ())
    assert answer.text == "Vos documents ne répondent pas à cette question."
    assert answer.nearest
    assert answer.writer == "openai:scripted"


def test_a_sentence_that_begins_like_a_refusal_is_none(ask) -> None:
    text = "Sans réponse de la commune, le phare de Kerdrel mesure 47 mètres [1]."
    with serving(says(text)) as model:
        assert ask(model).text == text


def test_what_marks_a_quote_is_no_refusal(ask) -> None:
    text = "Le phare de Kerdrel mesure 47 mètres [1].\nSANS RÉPONSE"
    with serving(says(text)) as model:
        assert ask(model).text == text


def test_evidence_for_which_there_is_no_room_is_told(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_MODEL_TOKENS", "8000")
    with serving(says("Le phare mesure 47 mètres [1].")) as model:
        answer = ask(model)
        assert not model.requests
    assert answer.remark.startswith("Aucun extrait ne tient dans RAG_MODEL_CONTEXT (8192 jetons), dont 8000")
    assert answer.writer == ""


def test_each_sentence_is_judged_once_while_a_text_grows(notes: Index, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[tuple[int, ...]] = []

    def judge(text: str, sentence: MarkedSentence, evidence: Sequence[Sequence[EvidenceSentence]]) -> LedgerSentence:
        judged.append(tuple(sentence.span))
        return judge_sentence(text, sentence, evidence)

    monkeypatch.setattr("rag.writing.writer.judge_sentence", judge)
    with serving(says("Selon M. Le Goff, le phare de Kerdrel mesure 47 mètres [1]. " * 8)) as model:
        answer = ask(model)
    assert len(judged) == len(answer.sentences) == 8


def test_a_tool_call_does_nothing_and_no_tool_is_offered(ask) -> None:
    for provider in PROVIDERS:
        with serving(says("Le phare de Kerdrel mesure 47 mètres [1].", tool="read_file")) as model:
            answer = ask(model, provider=provider)
        assert answer.text == "Le phare de Kerdrel mesure 47 mètres [1]."
        assert not model.requests[-1].get("tools")
        assert len(model.requests) == 1


def test_the_request_holds_numbered_evidence_and_leaves_nothing_to_chance(ask) -> None:
    for provider in PROVIDERS:
        with serving(says("SANS RÉPONSE")) as model:
            ask(model, "Combien a coûté la peinture de la tour ?", provider)
        request, prompt = model.requests[-1], model.prompt
        assert "budget.md | Phare de Kerdrel\n" in prompt
        assert "Budget 2021" in prompt
        assert "La peinture de la tour a coûté 12 500 euros à la commune." in prompt
        assert "Extrait [1]" in prompt
        assert prompt.endswith("Question : Combien a coûté la peinture de la tour ?")
        options = request.get("options", request)
        assert options["temperature"] == 0
        assert options["random_seed" if provider == "mistralai" else "seed"] == 0
        assert 1024 in (options.get("num_predict"), request.get("max_tokens"), request.get("max_completion_tokens"))
        assert provider != "ollama" or options["num_ctx"] == 8192


def test_a_model_that_takes_no_settings_is_asked_without(ask) -> None:
    refused = Script(status=400, error="Unsupported value: 'temperature' does not support 0 with this model.")
    with serving(refused, says("Le phare de Kerdrel mesure 47 mètres [1].")) as model:
        answer = ask(model)
    assert answer.writer
    assert ["temperature" in request for request in model.requests] == [True, False]


def test_a_follow_up_is_restated_by_the_model_and_shown(notes: Index, ask) -> None:
    before = Turn(HEIGHT, rag.ask(HEIGHT, index=notes))
    alone = "Qui est le gardien du phare de Kerdrel ?"
    with serving(says(f"« {alone} »"), says("Le gardien du phare de Kerdrel s'appelle Yann Le Goff [1].")) as model:
        answer = ask(model, "Et qui le garde ?", history=[before])
    assert answer.question_understood == alone
    assert answer.citations[0].source == "gardien.txt"
    assert answer.sentences[0].supported
    assert HEIGHT in str(model.requests[0]["messages"])
    with serving(says("Deux\nlignes"), says("SANS RÉPONSE")) as model:
        answer = ask(model, "Et qui le garde ?", history=[before])
    assert answer.question_understood == rag.ask("Et qui le garde ?", index=notes, history=[before]).question_understood


def test_a_long_document_is_summarised_from_the_passages_that_its_parts_mark(
    tmp_path: Path, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [f"## Partie {n}\n\n" + f"La cale {n} du port accueille {n + 30} barques. " * 12 for n in range(40)]
    rebuild(write(tmp_path / "notes", {"port.md": "# Port\n\n" + "\n\n".join(parts)}), tmp_path / "index")
    index = open_index(tmp_path / "index")
    monkeypatch.setenv("RAG_MODEL_CONTEXT", "4096")

    marked: list[str] = []

    def summary(prompt: str) -> Script:
        marked.append(prompt.partition("[2]>>")[2].partition("<<")[0])
        return says("La cale accueille des barques [2]. Tout est dit [77].")

    with serving(summary) as model:
        answer = ask(model, "Résume port.md", index=index)
    assert len(model.requests) > 3
    assert all(len(str(request["messages"])) < 3 * 4096 for request in model.requests)
    assert (answer.kind, answer.writer) == ("overview", "openai:scripted")
    assert is_proven(answer, index)
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)
    assert all(c.quote in model.prompt for c in answer.citations)
    assert all(any(c.quote in passage for passage in marked[:-1]) for c in answer.citations)


def test_thoughts_and_halves_of_characters_are_no_answer(ask) -> None:
    with serving(says("<think>Que dire [3] ?\n</think>\n\nLe phare de Kerdrel mesure 47 mètres [1].")) as model:
        answer = ask(model)
        assert answer.text == "Le phare de Kerdrel mesure 47 mètres [1]."
    assert answer_in("a\ud83d\ude00b") == "a😀b"
    assert answer_in("a\ud83d b") == "a\ufffd b"
    thoughts = says("<think>Le phare.\n</think>\nQuelle est la hauteur du phare de Kerdrel ?")
    turn = Turn(HEIGHT, answer)
    with serving(thoughts, says("Le phare de Kerdrel mesure 47 mètres [1].")) as model:
        assert ask(model, "Et sa hauteur ?", history=[turn]).question_understood == HEIGHT
    assert answer_in("Que dire ?\n</think>\n\nLe phare.") == "Le phare."
    assert answer_in("<thi") == answer_in("<think>rien") == ""
    assert answer_in("<b>") == "<b>"


def test_nothing_of_this_is_imported_without_a_model(notes: Index) -> None:
    code = (
        f"import rag, sys; rag.ask({HEIGHT!r}, index={str(notes.folder)!r}, model=None)\n"
        "print(sorted(name for name in sys.modules if name.startswith(('rag.writing', 'langchain', 'langsmith'))))"
    )
    root = Path(rag.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


def test_nothing_is_traced(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says("SANS RÉPONSE")) as model, serving(Script()) as tracer:
        for prefix in ("LANGSMITH", "LANGCHAIN"):
            monkeypatch.setenv(f"{prefix}_TRACING_V2", "true")
            monkeypatch.setenv(f"{prefix}_TRACING", "true")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", tracer.url)
            monkeypatch.setenv(f"{prefix}_API_KEY", "k")
        tracing: list[bool] = []
        from langchain_core.language_models import BaseChatModel
        from langsmith.utils import get_env_var, tracing_is_enabled

        get_env_var.cache_clear()  # it remembers what an earlier test left
        stream = BaseChatModel.stream

        def noted(*arguments: Any, **options: Any) -> Any:
            tracing.append(bool(tracing_is_enabled()))
            return stream(*arguments, **options)

        monkeypatch.setattr(BaseChatModel, "stream", noted)
        assert tracing_is_enabled()
        ask(model)
    assert tracing == [False]
    assert tracer.requests == []


def test_one_speaker_of_a_passage_does_not_say_all_of_it(tmp_path: Path, ask) -> None:
    texts = {
        "phare.txt": "Le phare de Kerdrel mesure 47 mètres. « Il est fermé », a déclaré Yann Le Goff.",
        "seance.txt": "Mme Riou : Le phare de Sein mesure 33 mètres.\n\nM. Guen : Merci à tous.\n",
    }
    rebuild(write(tmp_path / "notes", texts), tmp_path / "index")
    index = open_index(tmp_path / "index")
    with serving(says("Selon Yann Le Goff, le phare de Kerdrel mesure 47 mètres [1].")) as model:
        answer = ask(model, "Quelle est la hauteur du phare de Kerdrel ?", index=index)
    assert "phare.txt | phare\n" in model.prompt
    assert answer.citations[0].speaker is None
