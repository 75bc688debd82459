"""Names say what they hold; docstrings what a signature cannot: the errors raised, and the shapes of arrays."""

import ast
import re
from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from scripts.project import ROOT, parse_source

pytestmark = pytest.mark.slow

SHAPE = re.compile(r"\(\w+,( \w+,?)*\)|\bshape\b")  # (n,), (rows, dimension), "the shape of"
CONSTRUCTORS = ("__init__", "__post_init__")
Function = ast.FunctionDef | ast.AsyncFunctionDef
# What can raise: statements, and what holds them.
STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
PACKAGES = ("index", "rag", "ui", "bench", "scripts")
BANNED = frozenset(
    """around asked both found here inside kept known made named near one ones others own part parts place rest said
    stuff taken there thing things told wanted what which who whole within""".split()
)
GROUP = re.compile(r"\(\?P<(\w+)>")
# Where a part is what a standard calls so: of a message (MIME), of a package (OPC), of a frame; or what a result says.
TERMS = {
    "index/readers/containers/eml.py": "part parts",
    "index/readers/containers/mhtml.py": "part",
    "index/readers/office/contents.py": "parts",
    "index/readers/office/docx.py": "part parts",
    "index/readers/office/ooxml.py": "part parts",
    "index/readers/office/package.py": "part",
    "index/readers/office/sheets/xlsx_parts.py": "parts",
    "index/readers/office/word/styles.py": "part",
    "index/sandbox/frames.py": "part parts",
    "ui/exports/word_package.py": "part",
    "ui/mcp/tools.py": "part",
}
BINDING = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar
# Fields that answers, weights or the events of the page have by these names.
FIXED = frozenset(
    {
        ("rag/answer.py", "found"),
        ("rag/extraction/span_features.py", "asked"),
        ("rag/ranking/features.py", "place"),
        ("rag/verification/sources.py", "found"),
        ("ui/security/events.py", "asked"),
        ("ui/security/events.py", "near"),
    }
)


@cache
def parse_modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): parse_source(path.read_text("utf-8"))
        for package in ("index", "rag", "ui", "bench")
        for path in (ROOT / package).rglob("*.py")
    }


def names_in(node: ast.AST | None) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)} if node else set()


@cache
def bases_of_classes() -> dict[str, set[str]]:
    return {
        node.name: set().union(*map(names_in, node.bases))
        for tree in parse_modules().values()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def find_derived(name: str) -> set[str]:
    """The classes of the program that derive from ``name``, itself included."""
    derived = {name}
    while more := {child for child, parents in bases_of_classes().items() if parents & derived} - derived:
        derived |= more
    return derived


@cache
def array_types(path: str) -> frozenset[str]:
    """``NDArray``, and the names of kinds of it that a module makes or imports: another may mean else by them."""
    if path not in parse_modules():
        return frozenset()
    body = parse_modules()[path].body
    made = {
        target.id
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
        for target in node.targets
        if isinstance(target, ast.Name) and "NDArray" in names_in(node.value.value)
    }
    imported = {
        alias.asname or alias.name
        for node in body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in array_types(f"{(node.module or '').replace('.', '/')}.py")
    }
    return frozenset({"NDArray", *made, *imported})


def public_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function, str]]:
    """The name, the function and the docstring of each; a constructor may be described by its class."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            of_class = ast.get_docstring(node) or ""
            for name, function, documented in public_functions(node.body, f"{prefix}{node.name}."):
                yield name, function, documented + of_class * (function.name in CONSTRUCTORS)
        elif isinstance(node, Function) and (not node.name.startswith("_") or node.name in CONSTRUCTORS):
            yield prefix + node.name, node, ast.get_docstring(node) or ""


def list_raised(node: ast.AST, returned: Mapping[str, set[str]]) -> set[str]:
    """The classes of what a function raises itself and does not catch again; not those of the functions in it."""
    if isinstance(node, ast.Try):
        caught = set().union(*(names_in(handler.type) for handler in node.handlers))
        within = set().union(*(list_raised(child, returned) for child in node.body)) - caught
        rest = [*node.handlers, *node.orelse, *node.finalbody]
        return within.union(*(list_raised(child, returned) for child in rest))
    own = classes_of(node.exc, returned) if isinstance(node, ast.Raise) and node.exc else set()
    if isinstance(node, ast.ExceptHandler) and is_raised_again(node):
        own = {name for name in names_in(node.type) & bases_of_classes().keys() if not name.startswith("_")}
    children = [
        child
        for child in ast.iter_child_nodes(node)
        if isinstance(child, STATEMENTS) and not isinstance(child, Function)
    ]
    return own.union(*(list_raised(child, returned) for child in children))


def is_raised_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def classes_of(raised: ast.expr, returned: Mapping[str, set[str]]) -> set[str]:
    """The class of what is raised, or is returned to be raised; none for a variable: another function's error."""
    name = raised.func if isinstance(raised, ast.Call) else raised
    if not isinstance(name, ast.Name):
        return set()
    if name.id[0].isupper():
        return {name.id}
    return returned.get(name.id, set()) if isinstance(raised, ast.Call) else set()


@cache
def returned_by_public() -> dict[str, set[str]]:
    """The classes that the public functions of all modules return, by the names of these."""
    public: dict[str, set[str]] = defaultdict(set)
    for tree in parse_modules().values():
        for name, classes in returned_by(tree).items():
            public[name] |= classes if not name.startswith("_") else set()
    return public


def returned_in(path: str) -> Mapping[str, set[str]]:
    """The classes that functions return, by the names of these: first those of a module, then those it may import."""
    return ChainMap(returned_by(parse_modules()[path]), returned_by_public())


def returned_by(tree: ast.Module) -> dict[str, set[str]]:
    return {node.name: names_in(node.returns) for node in tree.body if isinstance(node, Function)}


def is_command(function: Function) -> bool:
    """Its docstring is the help of a command, which prints the error."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


def all_functions() -> Iterator[tuple[str, Function, str]]:
    for path, tree in parse_modules().items():
        if not Path(path).name.startswith("_") or path.endswith("__init__.py"):
            for name, function, docstring in public_functions(tree.body):
                yield f"{path}:{name}", function, docstring


def undocumented_errors() -> dict[str, list[str]]:
    documented = [
        (name, function, re.findall(r"\w+(?=(?:, \w+)*: )", docstring.partition("Raises:")[2]))
        for name, function, docstring in all_functions()
        if not is_command(function)
    ]
    errors = {
        name: (list_raised(function, returned_in(name.partition(":")[0])), promised)
        for name, function, promised in documented
    }
    assert len(set().union(*(raised for raised, _ in errors.values()))) > 30
    missing = {name: raised - set().union(*map(find_derived, promised)) for name, (raised, promised) in errors.items()}
    return {name: sorted(classes) for name, classes in missing.items() if classes}


def test_a_function_that_raises_says_so() -> None:
    assert undocumented_errors() == {}


RAISES = """
def no_store(url: str) -> NoStore: ...
def _damaged(path: str) -> IndexCorrupted: ...
def first(url): raise no_store(url)
def second(url): raise _damaged(url) from None
def third(error): raise error
def fourth(url):
    try: ask(url)
    except StoreError:
        if url: raise
def fifth(url):
    try: raise no_store(url)
    except NoStore: return
"""


def test_an_error_is_known_by_the_function_that_makes_it_or_as_it_is_raised_again() -> None:
    tree = ast.parse(RAISES)
    functions = [node for node in tree.body if isinstance(node, Function)][2:]
    raised = [list_raised(function, returned_by(tree)) for function in functions]
    assert raised == [{"NoStore"}, {"IndexCorrupted"}, set(), {"StoreError"}, set()]


def test_a_function_of_arrays_says_their_shapes() -> None:
    assert len(frozenset().union(*map(array_types, parse_modules()))) > 1
    of_arrays = [
        (name, docstring)
        for name, function, docstring in all_functions()
        if array_types(name.partition(":")[0]) & (names_in(function.args) | names_in(function.returns))
    ]
    assert len(of_arrays) > 20
    shapeless = [name for name, docstring in of_arrays if not SHAPE.search(docstring)]
    assert not shapeless, "Say the shapes of the arrays in the docstrings:\n" + "\n".join(shapeless)


def array_fields(path: str) -> Iterator[tuple[str, str]]:
    """The fields of public classes that are annotated as arrays, each with its line and the docstring of its class."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    for node in parse_modules()[path].body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and array_types(path) & names_in(field.annotation):
                    yield f"{path}:{field.lineno}", f"{lines[field.lineno - 1]} {ast.get_docstring(node)}"


def test_a_field_that_is_an_array_says_its_shape() -> None:
    fields = [field for path in parse_modules() for field in array_fields(path)]
    assert len(fields) > 20
    shapeless = [name for name, words in fields if not SHAPE.search(words)]
    assert not shapeless, "Say the shapes of these fields beside them, or in the docstring of the class:\n" + "\n".join(
        shapeless
    )


def names_bound(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a module binds, at any depth, each with its line, and those of the groups of its patterns.

    Those of imports are others' choice.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, BINDING) and node.name:
            yield node.name, node.lineno
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((name, node.lineno) for name in GROUP.findall(node.value))


def list_banned(path: Path) -> list[str]:
    """The places in a file where a name is bound that says nothing of its value."""
    file = path.relative_to(ROOT).as_posix()
    return [
        f"{file}:{line}: {name}"
        for name, line in names_bound(parse_source(path.read_text("utf-8")))
        if (word := name.strip("_").lower()) in BANNED and (file, word) not in FIXED
        if word not in TERMS.get(file, "").split()
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_is_a_word_that_fits_any_value(package: str) -> None:
    banned = [place for path in sorted((ROOT / package).rglob("*.py")) for place in list_banned(path)]
    assert not banned, "Name these by what they hold, in the terms of the field:\n" + "\n".join(banned)


def test_each_exception_is_needed() -> None:
    for file, words in TERMS.items():
        bound = {name.strip("_").lower() for name, _ in names_bound(parse_source((ROOT / file).read_text("utf-8")))}
        assert set(words.split()) <= bound, file


SOURCE = r"""
from lxml import html as one
class Found:
    near: int
    def asked(self, own, *rest, **others):
        self.kept = [thing for thing in rest]
        (named, _WHOLE), found_at = own, others
        try: pass
        except OSError as told: pass
        match own:
            case [inside, *there]: re.search(r"(?P<whole>.+)", "")
lambda here: (what := here)
"""


def test_each_kind_of_binding_is_seen() -> None:
    names = {name for name, _ in names_bound(ast.parse(SOURCE))}
    bound = (
        "one Found near asked self own rest others kept thing named _WHOLE found_at told inside there here what whole"
    )
    assert names == {*bound.split()}
