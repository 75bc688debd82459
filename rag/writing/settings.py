"""Which language model writes, where its text goes, and what it may use. Nothing here imports LangChain."""

import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from rag.writing.failures import ModelFailure

_CONTEXT, _TOKENS, _SECONDS = 8192, 1024, 300
_LEAST_CONTEXT = 2048  # tokens: the instructions, a little evidence and an answer
_CLOUD = re.compile(r"[:-]cloud$")  # a model that a local Ollama only passes on


@dataclass(frozen=True, slots=True)
class Provider:
    """What LangChain calls a provider: its package here, the variables that it reads, and its usual address."""

    package: str  # what pip installs
    key: str = ""  # the variable that holds its key
    urls: tuple[str, ...] = ()  # the variables that hold its address, first wins
    url: str = ""
    port: str = ""  # where an address without a scheme names none


PROVIDERS: Mapping[str, Provider] = {
    "ollama": Provider("'sourcier[ollama]'", "", ("OLLAMA_HOST",), "http://127.0.0.1:11434", ":11434"),
    "openai": Provider(
        "'sourcier[openai]'", "OPENAI_API_KEY", ("OPENAI_API_BASE", "OPENAI_BASE_URL"), "https://api.openai.com/v1"
    ),
    "mistralai": Provider(
        "'sourcier[mistralai]'", "MISTRAL_API_KEY", ("MISTRAL_BASE_URL",), "https://api.mistral.ai/v1"
    ),
}


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model by its provider and name, with the limits of an answer."""

    provider: str
    model: str
    url: str = ""  # "" where only LangChain knows it
    key: str = ""
    context: int = _CONTEXT  # tokens that the model takes, its answer included
    tokens: int = _TOKENS  # of the answer, at most
    seconds: int = _SECONDS  # for the whole answer

    @property
    def name(self) -> str:
        """Return the model as a person names it, ``provider:name``."""
        return f"{self.provider}:{self.model}"

    @property
    def host(self) -> str:
        """Return where the text goes: a host with its port, or the provider; "" is this machine."""
        if self.provider == "ollama" and _CLOUD.search(self.model):
            return "ollama.com"
        address = urlsplit(self.url)
        if not address.hostname:
            return self.provider
        return "" if _is_loopback(address.hostname) else address.netloc.rpartition("@")[2]

    @property
    def address(self) -> str:
        """Return the address to name to a person: the host, or on this machine all of it but a password."""
        return self.host or re.sub(r"(?<=://)[^/@]*@", "", self.url)

    @property
    def budget(self) -> int:
        """Return how many characters of evidence there is room for; a token is taken for three of them."""
        return 3 * (self.context - self.tokens - _INSTRUCTIONS)

    @classmethod
    def read(cls, name: str, environment: Mapping[str, str] = os.environ) -> "ModelSettings":
        """Return the settings of ``provider:name``, completed by variables.

        RAG_MODEL_URL is the address of the model. A name without a provider is that of an OpenAI-compatible server, and
        an address in place of a name is one of such a server with a single model.

        Raises:
            ModelFailure: the name has no provider, or a limit is no number.
        """
        url = environment.get("RAG_MODEL_URL", "").strip()
        provider, colon, model = name.strip().partition(":")
        if model.startswith("//"):
            provider, model, url = "openai", "default", name.strip()
        elif url and (not colon or not _is_provider(provider)):
            provider, model = "openai", name.strip()
        if not _is_provider(provider) or not model.strip():
            raise ModelFailure("misnamed", " ".join(name.split())[:80])
        known_provider = PROVIDERS.get(provider, Provider(f"langchain-{provider.replace('_', '-')}"))
        urls = (environment.get(variable, "").strip() for variable in known_provider.urls)
        return cls(
            provider=provider,
            model=model.strip(),
            url=_complete_address(url or next(filter(None, urls), known_provider.url), known_provider.port),
            key=environment.get(known_provider.key, "").strip() if known_provider.key else "",
            context=_number(environment, "RAG_MODEL_CONTEXT", _CONTEXT, _LEAST_CONTEXT),
            tokens=_number(environment, "RAG_MODEL_TOKENS", _TOKENS, 1),
            seconds=_number(environment, "RAG_MODEL_SECONDS", _SECONDS, 1),
        )


_INSTRUCTIONS = 700  # tokens: the rules and the question


def _is_provider(text: str) -> bool:
    """Return whether LangChain could know a provider by this word; a tag («llama3.2:3b») has a digit or a dot."""
    return text in PROVIDERS or re.fullmatch(r"[a-z]+(?:_[a-z]+)*", text) is not None


def forbid_proxy(settings: ModelSettings, environment: MutableMapping[str, str] = os.environ) -> None:
    """Have clients of HTTP reach a model on this machine without the proxy that the environment names."""
    host = urlsplit(settings.url).hostname
    if host is None or not _is_loopback(host):
        return
    name = "no_proxy" if "no_proxy" in environment else "NO_PROXY"  # the first counts where both are set
    exceptions = [entry.strip() for entry in environment.get(name, "").split(",") if entry.strip()]
    if host not in exceptions and "*" not in exceptions:
        environment[name] = ",".join([*exceptions, host])


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _complete_address(url: str, port: str) -> str:
    """Return an address with its scheme, which OLLAMA_HOST may lack, and then its usual port, if there is none.

    A server that listens on all addresses (0.0.0.0) is asked at that of this machine.
    """
    if not url:
        return url
    scheme, separator, location = url.rpartition("://")
    host, slash, path = location.partition("/")
    host = re.sub(r"^0\.0\.0\.0(?=:|$)", "127.0.0.1", host)
    has_port = re.search(r":\d+$", host) is not None
    return f"{scheme or 'http'}://{host}{'' if separator or has_port else port}{slash}{path}"


def _number(environment: Mapping[str, str], variable: str, default: int, least: int) -> int:
    text = environment.get(variable, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least:
        raise ModelFailure("limit", variable, least, " ".join(text.split())[:40])
    return int(text)
