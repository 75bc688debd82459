"""A server of S3 on loopback, as moto plays it, and a bucket of its own for each test of a module."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.loaders import create_loader
from moto.server import ThreadedMotoServer

SECRET = "a-secret-that-nothing-may-write-down"
_NUMBERS = count()
_loader = cache(create_loader)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of the server."""
    logging.getLogger("werkzeug").disabled = True
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def data(tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where mirrors are kept; the environment names the server and credentials."""
    set_environment(monkeypatch, tmp_path / "data", endpoint)
    return tmp_path / "data"


@pytest.fixture
def bucket(data: Path, endpoint: str) -> "OwnBucket":
    return OwnBucket.create(endpoint)


def set_environment(monkeypatch: pytest.MonkeyPatch, data: Path, endpoint: str) -> None:
    """Set where credentials, servers and mirrors are looked for, and nothing of whoever runs the tests."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "RAG_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "clerk",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(data / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(data / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "RAG_OCR": "off",
        "XDG_DATA_HOME": str(data),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.session.create_loader", _loader)  # reads the description of S3 once, not each time
    monkeypatch.setattr("s3fs.core.S3FileSystem.retries", 1)


@dataclass(frozen=True)
class OwnBucket:
    """A bucket, and the client with which a test fills it."""

    name: str
    client: Any

    @classmethod
    def create(cls, endpoint: str) -> "OwnBucket":
        client = _client("s3", endpoint)
        bucket = cls(f"archive-{next(_NUMBERS)}", client)
        client.create_bucket(Bucket=bucket.name)
        return bucket

    @property
    def url(self) -> str:
        return f"s3://{self.name}/law"

    def put(self, name: str, text: str | bytes, **options: str) -> None:
        body = text.encode() if isinstance(text, str) else text
        self.client.put_object(Bucket=self.name, Key=f"law/{name}", Body=body, **options)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=f"law/{name}")


@pytest.fixture
def without_rights(endpoint: str) -> Iterator[tuple[str, str]]:
    """The key and the secret of a user who has no rights; the server checks them during the test."""
    iam = _client("iam", endpoint)
    iam.create_user(UserName="clerk")
    key = iam.create_access_key(UserName="clerk")["AccessKey"]
    _check_rights(endpoint, after="0")
    yield key["AccessKeyId"], key["SecretAccessKey"]
    _check_rights(endpoint, after="inf")


def _check_rights(endpoint: str, after: str) -> None:
    """``after`` is how many requests go unchecked."""
    request = Request(f"{endpoint}/moto-api/reset-auth", data=after.encode(), headers={"Content-Type": "text/plain"})
    with urlopen(request, timeout=10):
        pass


def _client(service: str, endpoint: str) -> Any:
    keys = {"aws_access_key_id": "other", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=endpoint, **keys)
