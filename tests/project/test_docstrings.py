"""Docstrings say what a signature cannot: the errors that people see, and the shapes of arrays."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.project import ROOT

TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in ("index", "rag", "ui")
    for path in (ROOT / package).rglob("*.py")
}
SHAPE = re.compile(r"\(\w+,( \w+,?)*\)|\bshape\b")  # (n,), (rows, dimension), "the shape of"
CONSTRUCTORS = ("__init__", "__post_init__")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def names_in(node: ast.AST | None) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()


def derived_from(name: str) -> set[str]:
    """The classes of the program that derive from ``name``, itself included."""
    bases = {
        node.name: set().union(*map(names_in, node.bases))
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    derived = {name}
    while more := {child for child, parents in bases.items() if parents & derived} - derived:
        derived |= more
    return derived


def array_types() -> set[str]:
    """``NDArray``, and the names that the program gives to kinds of it."""
    assigned = [node for tree in TREES.values() for node in tree.body if isinstance(node, ast.Assign)]
    return {"NDArray"} | {
        target.id
        for node in assigned
        if isinstance(node.value, ast.Subscript) and "NDArray" in names_in(node.value.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def public_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function, str]]:
    """The name, the function and the docstring of each; a constructor may be described by its class."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            of_class = ast.get_docstring(node) or ""
            for name, function, documented in public_functions(node.body, f"{prefix}{node.name}."):
                yield name, function, documented + of_class * (function.name in CONSTRUCTORS)
        elif isinstance(node, Function) and (not node.name.startswith("_") or node.name in CONSTRUCTORS):
            yield prefix + node.name, node, ast.get_docstring(node) or ""


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of the functions in it."""
    waiting: list[ast.AST] = [node for node in function.body if not isinstance(node, Function)]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Function | ast.Lambda)]


def raised_by(function: Function) -> set[str]:
    raised = [node.exc for node in own_nodes(function) if isinstance(node, ast.Raise) and node.exc]
    return {exc.func.id for exc in raised if isinstance(exc, ast.Call) and isinstance(exc.func, ast.Name)}


def is_command(function: Function) -> bool:
    """Its docstring is the help of a command, which prints the error."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


def all_functions() -> Iterator[tuple[str, Function, str]]:
    for path, tree in TREES.items():
        if not Path(path).name.startswith("_") or path.endswith("__init__.py"):
            yield from ((f"{path}:{name}", *rest) for name, *rest in public_functions(tree.body))


def undocumented_errors() -> dict[str, list[str]]:
    errors = derived_from("UserError")
    assert len(errors) > 20
    promised = {name: docstring.partition("Raises:")[2] for name, _, docstring in all_functions()}
    functions = [(name, function) for name, function, _ in all_functions() if not is_command(function)]
    raised = {name: raised_by(function) & errors for name, function in functions}
    missing = {name: sorted(error for error in raised[name] if f"{error}:" not in promised[name]) for name in raised}
    return {name: errors for name, errors in missing.items() if errors}


def test_a_function_that_raises_for_people_says_so() -> None:
    assert undocumented_errors() == {}


def test_a_function_of_arrays_says_their_shapes() -> None:
    arrays = array_types()
    assert len(arrays) > 1
    of_arrays = [
        (name, docstring)
        for name, function, docstring in all_functions()
        if arrays & (names_in(function.args) | names_in(function.returns))
    ]
    assert len(of_arrays) > 20
    assert [name for name, docstring in of_arrays if not SHAPE.search(docstring)] == []
