"""Objects of S3-compatible storage, listed and read through s3fs.

Credentials, the address of the server and its region come from where s3fs looks for them: the environment, ~/.aws,
the machine's own role. They are kept nowhere. Its calls are used rather than its paths, which read some keys otherwise.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import aclosing, suppress
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientError as BrokenTransfer
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from s3fs.core import S3FileSystem

from index.addresses import S3Address
from index.errors import CorpusUnreachable, UnreadableFile
from index.mirror.listing import RemoteObject

Result = TypeVar("Result")

_BEAT = 0.4  # seconds between two looks at whether to go on
_GRACE = 5.0  # seconds for what was stopped to end
_CONNECTING = 10  # seconds at most
_PIECE = 1 << 20  # bytes of an object in memory
_CODE = 80  # characters of what a server calls an error
_ATTEMPTS = 3  # of an object whose transfer breaks
_FAILURES = (BotoCoreError, ClientError, BrokenTransfer, OSError, ValueError)  # ValueError: an endpoint that is none
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)
# Errors that say nothing about one object.
_OF_ACCOUNT = ("ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "NoSuchBucket", "SignatureDoesNotMatch")


class Bucket:
    """The objects under an address."""

    def __init__(self, address: S3Address) -> None:
        """Prepare to ask.

        Raises:
            CorpusUnreachable: s3fs is set up in a way that it refuses.
        """
        self._address, self._prefix = address, f"{address.prefix}/" if address.prefix else ""
        try:
            # Not one that s3fs keeps: it would have the credentials of an earlier rebuild.
            self._files: Any = S3FileSystem(skip_instance_cache=True, config_kwargs={"connect_timeout": _CONNECTING})
        except (ValueError, TypeError) as error:
            raise self._problem(error) from error

    def wait(self, work: Coroutine[Any, Any, Result], beat: Callable[[], None]) -> Result:
        """Return what comes of ``work``, and call ``beat`` meanwhile; what that raises stops the work."""
        ended = threading.Event()

        async def run_to_end() -> Result:
            try:
                return await work
            finally:
                ended.set()

        future: Future[Result] = asyncio.run_coroutine_threadsafe(run_to_end(), self._files.loop)
        try:
            while True:
                with suppress(TimeoutError):
                    return future.result(_BEAT)
                if future.done():  # it may have failed with one
                    return future.result()
                beat()
        except BaseException:
            future.cancel()
            ended.wait(_GRACE)
            raise

    async def objects(self) -> AsyncIterator[RemoteObject]:
        """Yield all objects under the address, a thousand at a request.

        Raises:
            CorpusUnreachable: they cannot be listed to their end.
        """
        request: dict[str, Any] = {"Bucket": self._address.bucket, "Prefix": self._prefix}
        while True:
            try:
                reply = await self._files._call_s3("list_objects_v2", **request)
            except _FAILURES as error:
                raise self._problem(error) from error
            for row in reply.get("Contents", ()):
                name = row["Key"].removeprefix(self._prefix)
                yield RemoteObject(name, row.get("ETag", ""), row["Size"], str(row["LastModified"]))
            if not reply.get("IsTruncated"):
                return
            token = reply.get("NextContinuationToken")
            if not token or token == request.get("ContinuationToken"):
                raise self._unlisted("no end")
            request["ContinuationToken"] = token

    async def download(self, remote: RemoteObject, file: BinaryIO) -> None:
        """Write the content of an object into an empty file, as it was listed.

        Raises:
            UnreadableFile: this object cannot be had.
            CorpusUnreachable: no other could be had, either.
            OSError: the disk is full, or fails.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            if file.tell() >= remote.size:  # also where a whole object does not match its checksum
                file.seek(0)
                file.truncate()
            try:
                async with aclosing(self._pieces(remote, file.tell())) as pieces:
                    async for piece in pieces:
                        file.write(piece)
                        if file.tell() > remote.size:  # or a server could fill the disk
                            break
                break
            except _Broken as error:  # others may be whole: a server that is gone refuses the next request
                if attempt == _ATTEMPTS:
                    raise _not_fetched(type(error.__cause__).__name__) from error
        if file.tell() != remote.size:
            raise _not_fetched("another size")

    async def _pieces(self, remote: RemoteObject, start: int) -> AsyncGenerator[bytes, None]:
        request = {"Bucket": self._address.bucket, "Key": self._prefix + remote.name}
        if remote.etag:  # no other version may be mixed with this one
            request["IfMatch"] = remote.etag
        if start:
            request["Range"] = f"bytes={start}-"
        try:
            reply = await self._files._call_s3("get_object", **request)
        except _FAILURES as error:
            raise self._failure(error) from error
        async with reply["Body"] as body:
            while True:
                try:
                    piece = await body.read(_PIECE)
                except _FAILURES as error:
                    raise _Broken from error
                if not piece:
                    return
                yield piece

    def _failure(self, error: Exception) -> UnreadableFile | CorpusUnreachable:
        """Convert an error of s3fs: one object's, or one of the whole storage."""
        code = _code(error)
        if code is None or code in _OF_ACCOUNT:
            return self._problem(error)
        return _not_fetched(code)

    def _problem(self, error: Exception) -> CorpusUnreachable:
        """Return the sentence for an error. The error's own words are left out: they may hold an address with a key."""
        code, url = _code(error), self._address.url
        if isinstance(error, _NO_CREDENTIALS):
            return CorpusUnreachable("No credentials for {}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                                     "AWS_PROFILE.", url)  # fmt: skip
        if code in ("NoSuchBucket", "404"):
            return CorpusUnreachable("There is no bucket {} for {}. Check its name, and AWS_ENDPOINT_URL.",
                                     self._address.bucket, url)  # fmt: skip
        if code in ("AccessDenied", "AllAccessDisabled", "403", *_OF_ACCOUNT):
            return CorpusUnreachable("The credentials give no access to {} ({}). Check them, and their rights to "
                                     "list and read.", url, code)  # fmt: skip
        return self._silent(error) if code is None else self._unlisted(code)

    def _silent(self, error: BaseException) -> CorpusUnreachable:
        return CorpusUnreachable("{} does not answer at {} ({}). Check the network, and AWS_ENDPOINT_URL.",
                                 self._address.url, self._server(), type(error).__name__)  # fmt: skip

    def _unlisted(self, code: str) -> CorpusUnreachable:
        return CorpusUnreachable("{} cannot be listed at {} ({}). Try again later.",
                                 self._address.url, self._server(), code)  # fmt: skip

    def _server(self) -> str:
        """Return the name and port of the server, without what else its address may hold."""
        try:
            endpoint = urlsplit(self._files._s3.meta.endpoint_url)
            return f"{endpoint.hostname}:{endpoint.port}" if endpoint.port else f"{endpoint.hostname}"
        except (AttributeError, ValueError):  # there is no client where the address is none
            return "AWS_ENDPOINT_URL"


class _Broken(Exception):
    """A transfer ended before its object did."""


def _code(error: Exception) -> str | None:
    """Return the error code of the server's reply; None if there was no reply."""
    for exception in (error, error.__cause__):
        if isinstance(exception, ClientError):
            return str(exception.response.get("Error", {}).get("Code") or "refused")[:_CODE]
    return None


def _not_fetched(reason: str) -> UnreadableFile:
    return UnreadableFile("it cannot be fetched ({})", reason)
