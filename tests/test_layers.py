"""The shape of the program: imports point down, and what is heavy waits until it is needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("index", "rag", "ui")
HEAVY = {
    "torch",
    "onnxruntime",
    "sentence_transformers",
    "gradio",
    "langchain",
    "langchain_core",
    "transformers",
    "pandas",
}


def imported(path: Path, tops_only: bool = False) -> Iterator[str]:
    """The modules a file imports; with ``tops_only`` those imported when it is loaded, types apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes: Iterator[ast.AST] = iter(tree.body) if tops_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_down(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    wrong = [
        (path.name, name)
        for path in (ROOT / layer).glob("**/*.py")
        for name in imported(path)
        if name.split(".")[0] in above
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", LAYERS)
def test_no_modules_import_each_other(layer: str) -> None:
    paths = {path.relative_to(ROOT).with_suffix(""): path for path in (ROOT / layer).rglob("*.py")}
    names = {".".join(name.parts): path for name, path in paths.items()}
    needs = {name: {other for other in imported(path, True) if other in names} for name, path in names.items()}
    while ready := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in ready}
    assert not needs, f"a circle of imports: {sorted(needs)}"


@pytest.mark.parametrize(
    "code",
    [
        "import rag, index",
        "import rag; rag.ask('Qui ?', index=INDEX)",
        "from index import rebuild; rebuild(SEEDS, NEW)",
    ],
)
def test_what_is_heavy_is_not_imported(code: str, seeds_index: Path, tmp_path: Path) -> None:
    values = {"INDEX": str(seeds_index), "SEEDS": str(ROOT / "seeds"), "NEW": str(tmp_path / "index")}
    for name, value in values.items():
        code = code.replace(name, repr(value))
    report = f"{code}\nimport sys; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().splitlines()[-1] == "[]"
