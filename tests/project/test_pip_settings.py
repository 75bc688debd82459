"""Installing with uv looks for packages where pip is set up to look."""

import pytest

from scripts.pip_settings import list_exports, parse_settings

LISTING = """\
:env:.find-links='/wheels /more'
global.cert='/etc/certificates.pem'
global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'
global.find-links='/elsewhere'
global.index-url='https://mirror.example/simple'
global.timeout='60'
install.index-url='https://install.example/simple'
"""


def test_what_stands_in_the_environment_or_for_installing_stands_above() -> None:
    settings = parse_settings(LISTING)
    assert settings["index-url"] == "https://install.example/simple"
    assert settings["find-links"] == "/wheels /more"
    assert settings["extra-index-url"].split() == ["https://a.example/simple", "https://b.example/simple"]
    assert "timeout" not in settings


def test_each_becomes_a_variable_of_uv_unless_it_is_set() -> None:
    settings = {"index-url": "https://mirror.example/simple", "find-links": "/wheels /more", "cert": "/etc/c.pem"}
    exports = list_exports(settings, {"SSL_CERT_FILE": "/own.pem"})
    assert exports == [
        "export UV_INDEX_STRATEGY=unsafe-best-match",
        "export UV_DEFAULT_INDEX=https://mirror.example/simple",
        "export UV_FIND_LINKS=/wheels,/more",
    ]


@pytest.mark.parametrize("value", ["$(rm -rf ~)", "a; reboot", "it's"])
def test_a_shell_takes_nothing_in_a_setting_for_a_command(value: str) -> None:
    (_, export) = list_exports({"index-url": value}, {})
    assert export.startswith("export UV_DEFAULT_INDEX='")
