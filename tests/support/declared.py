"""A project whose declarations are reviewed, and pins of its lock."""

from scripts.locked import Pin

PROJECT = """
[build-system]
requires = ["hatchling==1.0"]
[project]
dependencies = ["web>=2,<3", "words"]
optional-dependencies = { test = ["checker"] }
[dependency-groups]
setup = ["hatchling==1.0"]
release = [{ include-group = "setup" }, "builder"]
[tool.review-dependencies]
imported-through = { tensors = "words" }
used-without-import = { checker = "it is a command" }
"""


def pin(name: str, version: str, *hashes: str) -> Pin:
    return Pin(name, version, "", hashes or ("sha256:00",))
