"""One chat model, through LangChain. The only module of the program that knows its chat models and messages.

No tool is bound, so that a tool call is nothing but a malformed answer. Tracing is off, whatever the environment says:
the text goes to the model that was named and nowhere else.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any, NamedTuple

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langsmith import tracing_context

from rag.writing.failures import ModelFailure
from rag.writing.settings import PROVIDERS, ModelSettings, forbid_proxy

_THINKS, _THOUGHT = "<think>", re.compile(r"(?:(?!</think>).)*</think>\s*", re.DOTALL)
# As providers call the limit of tokens, and their own censorship.
_ENDINGS = dict.fromkeys(("length", "model_length", "max_tokens"), "cut") | dict.fromkeys(
    ("content_filter", "safety", "refusal"), "filtered"
)
_CHARACTERS = 8  # of a token, at most: what ends a server that knows no limit
_REJECTED = re.compile(r"temperature|seed", re.IGNORECASE)  # some models accept no setting but their own
_TOO_LONG = re.compile(r"context|too (?:long|large|many tokens)|exceeds?\b.{0,40}\btokens", re.IGNORECASE | re.DOTALL)
_STATUS = {
    401: "refused", 402: "quota", 403: "refused", 404: "unknown", 408: "slow", 413: "too long", 429: "quota",
    502: "busy", 503: "busy", 504: "slow", 529: "busy",
}  # fmt: skip
_MESSAGE = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)"')  # in an error whose text quotes the reply
_LONGEST_MESSAGE = 200  # characters
# Clients of HTTP wrap each other's errors; the names of their classes are what they have in common.
_SLOW = {"TimeoutException", "APITimeoutError", "TimeoutError"}
_UNREACHABLE = {"ConnectError", "APIConnectionError", "ConnectionError", "UnsupportedProtocol", "InvalidURL"}
_BROKEN = {"RemoteProtocolError", "ReadError", "WriteError", "StreamError", "IncompleteRead"}
_UNREADABLE = {"ValueError", "KeyError", "TypeError", "IndexError", "AttributeError"}


class Piece(NamedTuple):
    """The next characters of the model's output."""

    text: str
    ending: str = ""  # the reason of the ModelFailure that ends the text here: "cut" or "filtered"


class ChatModel:
    """A model with its settings.

    Raises:
        ModelFailure: a package or a key is missing, or LangChain knows no such provider.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._model = _connect(settings, _options(settings, is_steady=True))

    def stream(self, instruction: str, request: str, deadline: float) -> Generator[Piece, None, None]:
        """Yield what the model writes, as it comes, until ``deadline`` on the monotonic clock.

        Closing the iterator ends the connection as soon as the model sends anything more.

        Raises:
            ModelFailure: the model does not answer, or stops before its end.
        """
        messages = [SystemMessage(instruction), HumanMessage(request)]
        try:
            yield from self._limit(messages, deadline)
        except _Rejected:
            self._model = _connect(self.settings, _options(self.settings, is_steady=False))
            yield from self._limit(messages, deadline)

    def write(self, instruction: str, request: str, deadline: float) -> str:
        """Return the answer that the model writes, once it is whole.

        Raises:
            ModelFailure: as ``stream``.
        """
        return answer_in("".join(piece.text for piece in self.stream(instruction, request, deadline)))

    def _limit(self, messages: list[BaseMessage], deadline: float) -> Iterator[Piece]:
        length = 0
        for piece in self._received(messages, deadline):
            length += len(piece.text)
            if length > _CHARACTERS * self.settings.tokens:
                yield Piece("", "cut")
                return
            yield piece

    def _received(self, messages: list[BaseMessage], deadline: float) -> Iterator[Piece]:
        """Yield the pieces that another thread receives: a server that only keeps its line open is left in time."""
        received: SimpleQueue[Piece | Exception | None] = SimpleQueue()
        stopped = Event()
        Thread(target=self._receive, args=(messages, received, stopped), daemon=True).start()
        try:
            while (piece := self._next(received, deadline)) is not None:
                if isinstance(piece, Exception):
                    raise _explain(piece, self.settings) from piece
                yield piece
        finally:
            stopped.set()

    def _next(self, received: "SimpleQueue[Piece | Exception | None]", deadline: float) -> Piece | Exception | None:
        try:
            return received.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            raise ModelFailure("slow", self.settings.name, self.settings.seconds) from None

    def _receive(self, messages: list[BaseMessage], received: "SimpleQueue[Any]", stopped: Event) -> None:
        try:
            with tracing_context(enabled=False):
                for chunk in self._model.stream(messages):
                    if stopped.is_set():
                        return  # frees the stream, which closes its connection
                    received.put(Piece(str(chunk.text), _ending(chunk.response_metadata)))
            received.put(None)
        except Exception as error:  # whatever a provider's client raises is explained in the thread that asked
            received.put(error)


def answer_in(received: str) -> str:
    """Return the answer in what a model sent: all of it, after what it thought aloud, as some servers send it.

    What it thought may lack its opening mark, which some servers count as part of the question.

    Halves of characters are joined, and what remains of one is replaced, since nothing that is written can hold it.
    """
    if end := _THOUGHT.match(received):
        received = received[end.end() :]
    elif received.lstrip().startswith(_THINKS) or _THINKS.startswith(received.lstrip() or "-"):
        received = ""
    return received.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Rejected(ModelFailure):
    """The model accepts no setting that makes answers repeatable."""


def _connect(settings: ModelSettings, options: Mapping[str, Any]) -> BaseChatModel:
    forbid_proxy(settings)
    provider = PROVIDERS.get(settings.provider)
    if provider and provider.key and not settings.key and settings.url == provider.url:
        raise ModelFailure("key", settings.name, provider.key)
    try:
        model: BaseChatModel = init_chat_model(settings.model, model_provider=settings.provider, **options)
        return model
    except ImportError:
        package = provider.package if provider else f"langchain-{settings.provider.replace('_', '-')}"
        raise ModelFailure("package", settings.name, package) from None
    except (
        Exception
    ) as error:  # LangChain names an unknown provider in a ValueError, other packages raise what they like
        if provider is None and "provider" in str(error):
            raise ModelFailure("misnamed", settings.name) from None
        raise _explain(error, settings) from error


def _options(settings: ModelSettings, *, is_steady: bool) -> dict[str, Any]:
    """Return the arguments of the model's class: its address, its limits and, if ``is_steady``, no randomness."""
    steady: dict[str, Any] = {"temperature": 0} if is_steady else {}
    if settings.provider == "ollama":
        seed = {"seed": 0} if is_steady else {}
        limits = {"num_ctx": settings.context, "num_predict": settings.tokens}  # it cuts the evidence off without
        return {
            "base_url": settings.url, "reasoning": False, "client_kwargs": {"timeout": settings.seconds},
            **limits, **steady, **seed,
        }  # fmt: skip
    common = {"max_tokens": settings.tokens, "timeout": settings.seconds, **steady}
    common |= {"base_url": settings.url} if settings.url else {}
    if settings.provider == "mistralai":
        seed = {"random_seed": 0} if is_steady else {}
        return {**common, "max_retries": 1, "api_key": settings.key or "none", **seed}
    if settings.provider != "openai":
        return common
    seed = {"seed": 0} if is_steady else {}
    api_options = {} if settings.url == PROVIDERS["openai"].url else {"use_responses_api": False}
    return {**common, "max_retries": 0, "api_key": settings.key or "none", **seed, **api_options}


def _ending(metadata: Mapping[str, Any]) -> str:
    reasons = (metadata.get(name) for name in ("finish_reason", "done_reason", "stop_reason"))
    return next((_ENDINGS[word] for reason in reasons if (word := str(reason).lower()) in _ENDINGS), "")


def _explain(error: Exception, settings: ModelSettings) -> ModelFailure:
    """Return why the model failed, from the error of its client."""
    status = _status(error)
    if status in (None, 400, 413, 422, 500) and _TOO_LONG.search(str(error) if status else _message(error)):
        return ModelFailure("too long", settings.name, settings.context)
    if status in (400, 422) and _REJECTED.search(str(error)):
        return _Rejected("failed", settings.name, status)
    address = settings.address
    values: dict[str, tuple[object, ...]] = {
        "refused": (address, settings.name, _key_of(settings)),
        "unknown": (address, settings.model),
        "quota": (address,),
        "slow": (settings.name, settings.seconds),
        "unreachable": (address,),
        "too long": (settings.name, settings.context),
        "busy": (settings.name, status),
    }
    reason = _kind(error) if status is None else _STATUS.get(status, "failed")
    if reason == "failed":
        details = (str(status or ""), _message(error) or ("" if status else type(error).__name__))
        return ModelFailure("failed", settings.name, ", ".join(filter(None, details)))
    return ModelFailure(reason, *values.get(reason, (settings.name,)))


def _message(error: Exception) -> str:
    """Return what the server says of its failure, on one line; "" if it says nothing."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, Mapping) else getattr(error, "error", None)
    if not isinstance(message, str):
        match = _MESSAGE.search(str(error))
        message = re.sub(r"\\[nrt]", " ", match[1]).replace('\\"', '"') if match else ""
    flat = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return flat if len(flat) <= _LONGEST_MESSAGE else f"{flat[:_LONGEST_MESSAGE]} …"


def _key_of(settings: ModelSettings) -> str:
    provider = PROVIDERS.get(settings.provider)
    return (provider.key if provider else "") or "RAG_MODEL_URL"


def _status(error: Exception) -> int | None:
    """Return the HTTP status of an error, if there is one."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status > 0:
            return status
    return None


def _kind(error: BaseException) -> str:
    """Return the reason that an error without a status stands for."""
    names: set[str] = set()
    cause: BaseException | None = error
    while cause is not None:
        names |= {cls.__name__ for cls in type(cause).__mro__}
        cause = cause.__cause__
    for reason, class_names in (
        ("slow", _SLOW), ("broken", _BROKEN), ("unreachable", _UNREACHABLE), ("unreadable", _UNREADABLE)
    ):  # fmt: skip
        if names & class_names:
            return reason
    return "failed"
