"""The report of one module: its lines, its functions with their cyclomatic complexity, its imports.

Runs in the workers: reads a file, parses it and walks the tree.  Pure except for the reading.

Cyclomatic complexity as McCabe defined it: 1, plus 1 for each place at which the control flow may
branch: a branch, a loop, an except, a case, a condition of a comprehension, an ``and``/``or``.
A nested function counts separately, not as part of the enclosing one.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaler_lab.demo.library import Module

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FORKS = (
    *(ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While),
    *(ast.ExceptHandler, ast.Assert, ast.match_case),
)
_NO_CODE = frozenset(
    [
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
        *(tokenize.ENCODING, tokenize.ENDMARKER),
    ]
)


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """The measurements of one function or method."""

    module: str
    name: str  # qualified within its module
    line: int
    lines: int
    complexity: int


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """The measurements of one module."""

    name: str
    lines: int
    code_lines: int
    comment_lines: int
    classes: int
    functions: tuple[FunctionReport, ...]
    imports: frozenset[str]  # absolute, as written: of modules, or of names in modules

    @property
    def complexity(self) -> int:
        """The sum over all its functions."""
        return sum(function.complexity for function in self.functions)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A call of `analyse` for one module, with a name of its own for the views."""

    module: Module

    @property
    def __name__(self) -> str:
        return f"analyse {self.module.name}"

    def __call__(self) -> ModuleReport:
        return analyse(self.module)


def analyse(module: Module) -> ModuleReport:
    """Read, parse and measure *module*.

    Raises what reading and parsing raise: `OSError`, `SyntaxError`.
    """
    source = Path(module.path).read_bytes()
    tree = ast.parse(source, module.path)
    code_lines, comment_lines = _lines_of(source)
    is_package = Path(module.path).name == "__init__.py"
    return ModuleReport(
        name=module.name,
        lines=len(source.splitlines()),
        code_lines=code_lines,
        comment_lines=comment_lines,
        classes=sum(isinstance(node, ast.ClassDef) for node in ast.walk(tree)),
        functions=tuple(_functions_of(tree, module.name)),
        imports=frozenset(_imports_of(tree, module.name, is_package=is_package)),
    )


def complexity_of(function: ast.AST) -> int:
    """Return the cyclomatic complexity of one function, without nested functions."""
    complexity = 1
    for node in _own_nodes(function):
        if isinstance(node, _FORKS):
            complexity += 1
        elif isinstance(node, ast.BoolOp):
            complexity += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            complexity += 1 + len(node.ifs)
    return complexity


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    left = list(ast.iter_child_nodes(function))
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            left.extend(ast.iter_child_nodes(node))


def _functions_of(tree: ast.AST, module: str) -> Iterator[FunctionReport]:
    left: list[tuple[ast.AST, str]] = [(tree, "")]
    while left:
        parent, prefix = left.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, _FUNCTIONS):
                name = prefix + node.name
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield FunctionReport(module, name, node.lineno, lines, complexity_of(node))
                left.append((node, f"{name}."))
            elif isinstance(node, ast.ClassDef):
                left.append((node, f"{prefix}{node.name}."))
            else:
                left.append((node, prefix))


def _lines_of(source: bytes) -> tuple[int, int]:
    """Return how many lines contain code, and how many contain a comment."""
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code), len(comments)


def _imports_of(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
