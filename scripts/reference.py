"""Write docs/api.md from the docstrings of ``rag`` and ``index``, and docs/cli.md from the help of each command.

Run ``python -m scripts.reference`` to write them, with ``--check`` to compare. Exit status 1: one is out of date.

Signatures are cut from the source: they keep their layout, and the comments that say what a field holds. pdoc and
mkdocstrings drop these comments, and write HTML that a host of repositories does not show.
"""

import argparse
import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import TypeGuard

import index
import rag
from scripts.project import ROOT, parse_source

API, CLI = ROOT / "docs" / "api.md", ROOT / "docs" / "cli.md"

_HEADER = """# Python reference

What `import rag` and `import index` offer. `make docs` writes this page from the docstrings.
"""
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$")
_ITEM = re.compile(r"^    (\*{0,2}\w[\w, ]*): ")


def render_api() -> str:
    """Return docs/api.md: each public name of ``rag`` and ``index``, functions before classes."""
    lines = [_HEADER]
    for module in (rag, index):
        lines += [f"## {module.__name__}\n", format_docstring((module.__doc__ or "").strip())]
        members = [(name, getattr(module, name)) for name in module.__all__]
        for name, member in sorted(members, key=lambda item: inspect.isclass(item[1])):
            lines += _describe(module, name, member)
    return "\n".join(lines)


def render_cli() -> str:
    """Return docs/cli.md, as Typer writes it."""
    command = [
        sys.executable,
        "-m",
        "typer",
        "ui.cli.main",
        "utils",
        "docs",
        "--name",
        "rag",
        "--title",
        "Command line",
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.rstrip() + "\n"


def format_docstring(text: str) -> str:
    """Convert a docstring to Markdown: sections become lists, indented code is fenced, double backquotes are halved."""
    paragraphs = text.split("\n\n")
    formatted = (_fence(code).rstrip() if (code := _code_of(text)) else _format_paragraph(text) for text in paragraphs)
    return "\n\n".join(formatted) + "\n"


def _code_of(paragraph: str) -> list[str]:
    """Return the lines of a paragraph that is indented as a whole; none of another."""
    lines = paragraph.splitlines()
    return lines if all(line.startswith("    ") for line in lines) else []


def _format_paragraph(paragraph: str) -> str:
    lines = []
    for line in paragraph.replace("``", "`").splitlines():
        if section := _SECTION.match(line):
            lines += [f"**{section[1]}**", ""]
        else:
            lines.append(_ITEM.sub(r"- `\1`: ", line))
    return "\n".join(lines)


def _describe(module: ModuleType, name: str, member: object) -> Iterator[str]:
    yield f"### {module.__name__}.{name}\n"
    if not (inspect.isfunction(member) or inspect.isclass(member)):
        yield f"`{member}`\n"
        return
    source = textwrap.dedent(inspect.getsource(member))
    definition = parse_source(source).body[0]
    yield _fence(_skeleton(definition, source.splitlines()))
    yield format_docstring(inspect.getdoc(member) or "")
    if isinstance(definition, ast.ClassDef):
        for method in filter(_is_public_method, definition.body):
            yield f"#### {name}.{method.name}\n"
            yield _fence(_signature(method, source.splitlines()))
            yield format_docstring(ast.get_docstring(method) or "")


def _fence(lines: Iterable[str]) -> str:
    return "\n".join(["```python", textwrap.dedent("\n".join(lines)), "```\n"])


def _skeleton(definition: ast.stmt, source: list[str]) -> Iterator[str]:
    """Yield the signature of a function; of a class, its first line, fields and constructor."""
    yield from _signature(definition, source)
    if isinstance(definition, ast.ClassDef):
        for statement in definition.body:
            if isinstance(statement, ast.AnnAssign) and not _names_private(statement.target):
                yield from source[statement.lineno - 1 : statement.end_lineno]
            elif isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                yield from _signature(statement, source)


def _signature(definition: ast.stmt, source: list[str]) -> list[str]:
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
    return source[first - 1 : definition.body[0].lineno - 1] or source[first - 1 : first]


def _is_public_method(statement: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(statement, ast.FunctionDef) and not statement.name.startswith("_")


def _names_private(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.startswith("_")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.reference", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    check: bool = parser.parse_args(arguments).check
    status = 0
    for path, page in ((API, render_api()), (CLI, render_cli())):
        if not check:
            path.write_text(page, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page:
            print(f"{path.relative_to(ROOT)} is out of date: run make docs.", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
