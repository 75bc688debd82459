"""Where the text goes is said before it goes."""

import pytest

from rag.writing.failures import ModelFailure
from rag.writing.settings import ModelSettings


@pytest.mark.parametrize(
    ("name", "environment", "provider", "url", "host"),
    [
        ("ollama:llama3.2:3b", {}, "ollama", "http://127.0.0.1:11434", ""),
        ("ollama:gpt-oss:120b-cloud", {}, "ollama", "http://127.0.0.1:11434", "ollama.com"),
        ("ollama:x", {"OLLAMA_HOST": "box.lan"}, "ollama", "http://box.lan:11434", "box.lan:11434"),
        ("openai:gpt-5", {}, "openai", "https://api.openai.com/v1", "api.openai.com"),
        ("openai:x", {"OPENAI_BASE_URL": "https://a:b@llm.test/v1"}, "openai", "https://a:b@llm.test/v1", "llm.test"),
        ("openai:x", {"RAG_MODEL_URL": "http://[::1]:8080/v1"}, "openai", "http://[::1]:8080/v1", ""),
        ("openai:x", {"RAG_MODEL_URL": "http://localhost.fr"}, "openai", "http://localhost.fr", "localhost.fr"),
        ("qwen2.5:7b", {"RAG_MODEL_URL": "http://127.9.9.9/v1"}, "openai", "http://127.9.9.9/v1", ""),
        ("http://127.0.0.1:8080/v1", {}, "openai", "http://127.0.0.1:8080/v1", ""),
        ("mistralai:mistral-small", {}, "mistralai", "https://api.mistral.ai/v1", "api.mistral.ai"),
        ("openai:x", {"RAG_MODEL_URL": "localhost:8080/v1"}, "openai", "http://localhost:8080/v1", ""),
        ("openai:x", {"RAG_MODEL_URL": "llm.lan/v1"}, "openai", "http://llm.lan/v1", "llm.lan"),
        ("ollama:x", {"OLLAMA_HOST": "0.0.0.0"}, "ollama", "http://127.0.0.1:11434", ""),
        ("ollama:x", {"OLLAMA_HOST": "https://box.lan"}, "ollama", "https://box.lan", "box.lan"),
        ("anthropic:claude", {}, "anthropic", "", "anthropic"),
    ],
)  # fmt: skip
def test_a_name_tells_where_the_text_goes(
    name: str, environment: dict[str, str], provider: str, url: str, host: str
) -> None:
    settings = ModelSettings.read(name, environment)
    assert (settings.provider, settings.url, settings.host) == (provider, url, host)


@pytest.mark.parametrize("name", ["", "llama", "ollama:", ":x", "ollama :x"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ModelFailure, match="is not a language model"):
        ModelSettings.read(name, {})


@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5", "9" * 12])
def test_a_limit_is_a_whole_number(number: str) -> None:
    with pytest.raises(ModelFailure, match="RAG_MODEL_TOKENS must be a whole number of at least 1"):
        ModelSettings.read("ollama:x", {"RAG_MODEL_TOKENS": number})


def test_an_address_is_named_without_its_password() -> None:
    settings = ModelSettings.read("http://me:secret@127.0.0.1:8080/v1", {})
    assert settings.address == "http://127.0.0.1:8080/v1"
