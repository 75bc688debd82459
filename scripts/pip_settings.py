"""Print the package sources that pip is configured with, as the equivalent variables of uv, for a shell.

uv installs what pip does in a tenth of the time, but reads none of pip's settings: a mirror, a folder of wheels, a
certificate. A variable of uv that is set already is left alone.
"""

import os
import shlex
import subprocess
import sys
from ast import literal_eval
from collections.abc import Mapping

VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "HTTPS_PROXY",
}
SEPARATORS = {"UV_FIND_LINKS": ","}  # of several values; a space for the others


def parse_settings(listing: str) -> dict[str, str]:
    """Parse the output of ``pip config list``; settings for ``install`` or of the environment take precedence."""
    ranks = {"global": 0, "install": 1, ":env:": 2}
    settings_by_name: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, setting = name.rpartition(".")
        if section in ranks and setting in VARIABLES and ranks[section] >= settings_by_name.get(setting, (0, ""))[0]:
            settings_by_name[setting] = ranks[section], str(literal_eval(value))
    return {setting: value for setting, (_, value) in settings_by_name.items()}


def list_exports(settings: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    """Return a shell's ``export`` of each variable that is not in the environment."""
    variables = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip: the best version of all indexes
    for setting, value in settings.items():
        name = VARIABLES[setting]
        variables[name] = SEPARATORS.get(name, " ").join(value.split())
    return [f"export {name}={shlex.quote(value)}" for name, value in variables.items() if name not in environment]


def main() -> None:
    command = [sys.executable, "-m", "pip", "config", "list"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print("\n".join(list_exports(parse_settings(listing), os.environ)))


if __name__ == "__main__":
    main()
