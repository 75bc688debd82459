"""Settings of the server, read once at start from arguments and ``RAG_*`` variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.errors import UserError
from index.settings import is_off
from ui.operating.logs import LogFormat, read_log_format
from ui.security.origin import LOOPBACK, AllowedHosts


class PasswordNeeded(UserError):
    """Other machines could reach the page without a password."""


class MetricsNotInstalled(UserError):
    """Metrics are enabled, and their package is not installed."""


class TlsMisconfigured(UserError):
    """The certificate or its key is missing."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The address to serve at, and who may connect."""

    host: str = "127.0.0.1"
    port: int = 7860  # 0 takes any that is free
    password: str = ""
    hostnames: tuple[str, ...] = ()  # names of this server besides its addresses and the name of the machine
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""  # the address of a reverse proxy whose X-Forwarded headers are believed
    metrics: bool = False  # whether /metrics is served
    log: LogFormat = "text"

    @classmethod
    def read(
        cls,
        host: str = host,
        port: int = port,
        certificate: Path | None = None,
        key: Path | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> "ServerSettings":
        """Return the given arguments, completed by the ``RAG_*`` variables.

        Raises:
            PasswordNeeded: other machines can reach the address, and there is no password.
            TlsMisconfigured: there is a certificate without a key, or a file of the two is absent.
            LogFormatUnknown: RAG_LOG is no format.
            MetricsNotInstalled: metrics are to be served, and their package is absent.
        """
        settings = cls(
            host=host,
            port=port,
            password=environment.get("RAG_PASSWORD", ""),
            hostnames=tuple(name.strip() for name in environment.get("RAG_HOSTNAMES", "").split(",") if name.strip()),
            certificate=certificate or _path(environment.get("RAG_TLS_CERTIFICATE")),
            key=key or _path(environment.get("RAG_TLS_KEY")),
            proxy=environment.get("RAG_PROXY", ""),
            metrics=not is_off(environment.get("RAG_METRICS") or "off"),
            log=read_log_format(environment),
        )
        settings._check()
        return settings

    @property
    def is_local(self) -> bool:
        """True if only this machine can reach the page, under its loopback names."""
        return self.host in LOOPBACK and not self.hostnames

    @property
    def has_tls(self) -> bool:
        return self.certificate is not None

    @property
    def sends_password_in_clear(self) -> bool:
        return bool(self.password) and not (self.is_local or self.has_tls or self.proxy)

    @property
    def allowed_hosts(self) -> AllowedHosts:
        return AllowedHosts.loopback() if self.is_local else AllowedHosts.network(self.host, self.hostnames)

    def _check(self) -> None:
        if not self.is_local and not self.password:
            raise PasswordNeeded(
                "Serving at {} makes the page reachable from other machines: set RAG_PASSWORD, or leave out --host.",
                self.hostnames[0] if self.host in LOOPBACK else self.host,
            )
        if (self.certificate is None) != (self.key is None):
            raise TlsMisconfigured("TLS needs two files: --tls-certificate and --tls-key. Only one is given.")
        if self.metrics and find_spec("prometheus_client") is None:
            raise MetricsNotInstalled("RAG_METRICS needs prometheus-client: pip install 'sourcier[metrics]'.")
        for path in filter(None, (self.certificate, self.key)):
            if not path.is_file():
                raise TlsMisconfigured("The TLS file {} does not exist. Check its name.", path)


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None
