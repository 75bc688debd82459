"""The shape of the program: imports point down, and what is heavy waits until it is needed."""

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts.project import ROOT, parse_source

pytestmark = pytest.mark.slow

PACKAGES = ("index", "rag", "ui")
MOST_FILES = 14  # of a folder
MOST_LINES = 40  # of a function
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
HEAVY = {
    "torch",
    "onnxruntime",
    "sentence_transformers",
    "gradio",
    "langchain",
    "langchain_core",
    "transformers",
    "grpc",
    "pandas",
    "docx",
    "lxml",
    "mcp",
    "psycopg",
    "pymilvus",
    "pypdfium2",
    "trafilatura",
    "dask",
    "distributed",
    "s3fs",
    "botocore",
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return parse_source(path.read_text("utf-8"))


def list_imports(path: Path) -> Iterator[str]:
    """The modules that a file imports when it is loaded, types apart."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def lint_imports(root: Path) -> "subprocess.CompletedProcess[str]":
    """Check the contracts of pyproject.toml; the packages that are checked are those of ``root``."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    surroundings = {**os.environ, "PYTHONPATH": str(root)}
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    return subprocess.run(
        [*command, *options], cwd=root, env=surroundings, capture_output=True, text=True, check=False, timeout=120
    )


def test_imports_point_down() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


UPWARD = [
    ("index/documents.py", "import rag.answer", "index.documents -> rag.answer"),
    ("index/readers/plain/text.py", "from index.build import scan", "index.readers.plain.text -> index.build.scan"),
    ("index/storage/npy.py", "import index.workers", "index.storage.npy -> index.workers"),
    ("rag/query/question.py", "def late():\n    import rag.ranking", "rag.query.question -> rag.ranking"),
    ("ui/services/library.py", "from ui.html import markup", "ui.services.library -> ui.html.markup"),
    ("index/readers/layout/lines.py", "import index.readers.pdf.content", "- .layout -> .pdf"),  # a circle of folders
]


def test_each_import_that_points_up_is_told(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx"))
    for file, line, _ in UPWARD:
        with (tmp_path / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert [message for _, _, message in UPWARD if message not in result.stdout] == []
    (tmp_path / "rag" / "unplaced.py").write_text("")
    assert "rag.unplaced" in lint_imports(tmp_path).stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other(package: str) -> None:
    names = {name_of(path): path for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py"}
    needs = {name: {other for other in list_imports(path) if other in names} for name, path in names.items()}
    assert sum(map(len, needs.values())) > len(names) / 2
    while ready := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in ready}
    assert not needs, f"a circle of imports: {sorted(needs)}"


@pytest.mark.parametrize("package", [*PACKAGES, "bench", "scripts", "tests"])
def test_a_folder_is_read_at_a_glance(package: str) -> None:
    full = Counter(path.parent.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py"))
    assert {folder: files for folder, files in full.items() if files > MOST_FILES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_folder_has_its_tests(package: str) -> None:
    modules = (path for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py")
    folders = {path.parent.relative_to(ROOT) for path in modules}
    assert len(folders) > 5
    assert [str(folder) for folder in sorted(folders) if not any((ROOT / "tests" / folder).glob("test_*.py"))] == []


@pytest.mark.parametrize("package", [*PACKAGES, "bench", "scripts", "tests"])
def test_a_function_fits_a_screen(package: str) -> None:
    long = [
        (path.name, node.name)
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, FUNCTION) and lines_of(node) > MOST_LINES
    ]
    assert long == []


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring and without the functions in it."""
    if (lines := (function.end_lineno or 0) - function.lineno + 1) <= MOST_LINES:
        return lines  # most are, and need no second look
    inner = [node for node in ast.walk(function) if isinstance(node, FUNCTION) and node is not function]
    nested = sum(node.end_lineno - node.lineno + 1 for node in inner if node.end_lineno)
    docstring = function.body[0] if ast.get_docstring(function) else None
    documented = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return lines - documented - nested


def test_what_is_heavy_is_not_imported(tmp_path: Path) -> None:
    code = (
        "import sys, index, rag; print(sorted({'faiss', 'numpy', 'tantivy'} & set(sys.modules)));"
        f"index.rebuild({str(ROOT / 'seeds')!r}, {str(tmp_path)!r}); rag.ask('Qui ?', index={str(tmp_path)!r});"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["[]", "[]"]
