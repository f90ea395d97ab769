"""A syntax tree to values: imports and assignments are followed, literals and known calls are read.

Nothing is evaluated. Arithmetic is done on two numbers of bounded size; everything else that Python could compute is
refused with its line.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from augviz.errors import PipelineError
from augviz.pasting.arithmetic import arithmetic, checked_number
from augviz.pasting.constants import CONSTANTS, MODULES
from augviz.pasting.python_source import shown
from augviz.pasting.seen import Call, Library, Seen

_ONLY = "Paste only the lines that make the pipeline."

_SIGNS: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}

_HOMES: Mapping[Library, str] = {
    "albumentations": "albumentations",
    "torchvision": "torchvision.transforms",
    "ultralytics": "ultralytics",
    "unread": "unread",
}

_BESIDE = ("numpy.", "PIL.", "cv2.", "pathlib.", "unread.", "augviz.images.")
"""Calls that may stand beside a pipeline, such as those that read other images; they are never run."""

_NEVER = frozenset(
    {"eval", "exec", "compile", "open", "getattr", "setattr", "globals", "locals", "input", "breakpoint"}
)

_TORCH_LISTS = ("torch.nn.Sequential", "torch.nn.ModuleList")


@dataclass(frozen=True)
class Path:
    """A name that stands for something of a library: ``A`` for ``albumentations``."""

    dotted: str


Binding: TypeAlias = Seen | Path
Scope: TypeAlias = dict[str, Binding]


@dataclass(frozen=True)
class Bound:
    """A value that a statement of the code makes.

    Attributes:
        name: Name it is bound to, name of the function that returns it, or empty.
        value: The value.
    """

    name: str
    value: Seen


def read_values(text: str, tree: ast.Module, bare: Mapping[str, Library]) -> list[Bound]:
    """Every value that the statements make, in order.

    Args:
        text: The code, for errors.
        tree: Its syntax tree.
        bare: Names that need no module in front, and the library they are of.

    Raises:
        PipelineError: A statement or expression that is not read here, with its line.
    """
    reader = _Reader(text, bare)
    reader.statements(tree.body, {}, "")
    return reader.found


class _Reader:
    """One text on its way in; collects what the statements make."""

    def __init__(self, text: str, bare: Mapping[str, Library]) -> None:
        self.text = text
        self.bare = dict(bare)
        self.found: list[Bound] = []
        self._readers: tuple[tuple[Any, Callable[[Any, Scope], Seen]], ...] = (
            ((ast.List, ast.Tuple), self._sequence),
            (ast.Dict, self._dict),
            (ast.UnaryOp, self._signed),
            (ast.BinOp, self._operation),
            (ast.Call, self._call),
            ((ast.Name, ast.Attribute), self._named),
        )

    # -- statements ----------------------------------------------------------------------------------------------

    def statements(self, body: Collection[ast.stmt], scope: Scope, function: str) -> None:
        for statement in body:
            self._statement(statement, scope, function)

    def _statement(self, node: ast.stmt, scope: Scope, function: str) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scope)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if node.value is not None:
                    self._assign(target, node.value, scope)
        elif isinstance(node, ast.FunctionDef):
            self._function(node, scope)
        elif isinstance(node, (ast.Return, ast.Expr)):
            if node.value is not None and not isinstance(node.value, ast.Constant):  # a docstring
                self.found.append(Bound(function, self._value(node.value, scope)))
        elif not isinstance(node, ast.Pass):
            raise self._refused(node, _statement_name(node))

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.ImportFrom):
            self._import_from(node, scope)
            return
        for alias in node.names:
            root = alias.name.split(".")[0]
            scope[alias.asname or root] = Path(alias.name if alias.asname else root)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name != "*":
                scope[alias.asname or alias.name] = Path(f"{module}.{alias.name}")
            elif (library := _library(f"{module}.X")) is not None:
                self.bare = dict.fromkeys(self.bare, library)

    def _assign(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._assign(one, its, scope)
            return
        if not isinstance(target, ast.Name):
            raise self._refused(target, "an assignment to something else than a name")
        path = self._path(value, scope)
        if path is not None and path.dotted not in CONSTANTS:
            scope[target.id] = path  # t = A
            return
        seen = self._value(value, scope)
        scope[target.id] = seen
        self.found.append(Bound(target.id, seen))

    def _function(self, node: ast.FunctionDef, scope: Scope) -> None:
        if node.decorator_list:
            raise self._refused(node.decorator_list[0], "a decorator that augviz does not run")
        if not self._has_pipeline(node, scope):
            self._look_away(node)
            scope[node.name] = Path(f"unread.{node.name}")
            return
        inner = dict(scope)
        arguments = node.args
        names = [*arguments.posonlyargs, *arguments.args]
        given = [None] * (len(names) - len(arguments.defaults)) + list(arguments.defaults)
        for argument, default in (*zip(names, given, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults)):
            inner.pop(argument.arg, None)
            if default is not None:
                inner[argument.arg] = self._value(default, scope)
        self.statements(node.body, inner, node.name)

    def _has_pipeline(self, function: ast.FunctionDef, scope: Scope) -> bool:
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        paths = (self._path(call.func, scope) for call in calls)
        return any(path is not None and _library(path.dotted) in ("albumentations", "torchvision") for path in paths)

    def _look_away(self, function: ast.FunctionDef) -> None:
        """A function without a pipeline is not read; what has no business beside a pipeline is refused all the same."""
        for node in ast.walk(function):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            forbidden = isinstance(node, ast.Name) and name in _NEVER
            if forbidden or name.startswith("__") or isinstance(node, (ast.Import, ast.ImportFrom)):
                raise self._refused(node, "a thing that augviz does not run")

    # -- expressions ---------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr, scope: Scope) -> Seen:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        for kinds, read in self._readers:
            if isinstance(node, kinds):
                return read(node, scope)
        raise self._refused(node, _expression_name(node))

    def _sequence(self, node: ast.List | ast.Tuple, scope: Scope) -> Seen:
        return Seen(tuple(self._value(item, scope) for item in node.elts), node.lineno)

    def _signed(self, node: ast.UnaryOp, scope: Scope) -> Seen:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            raise self._refused(node, _expression_name(node))
        return self._number(node, sign(self._operand(node.operand, self._value(node.operand, scope))))

    def _constant(self, node: ast.Constant) -> Seen:
        value = node.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._number(node, value)
        if value is None or isinstance(value, (bool, str)):
            return Seen(value, node.lineno)
        raise self._refused(node, "a value that no pipeline takes")

    def _number(self, node: ast.expr, value: Any) -> Seen:
        return Seen(checked_number(value, f"line {node.lineno}"), node.lineno)

    def _dict(self, node: ast.Dict, scope: Scope) -> Seen:
        entries: dict[str, Seen] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                raise self._refused(value, "unpacked with **, which augviz does not do")
            name = self._value(key, scope).value
            if not isinstance(name, str):
                raise self._refused(key, "a key that is not text")
            entries[name] = self._value(value, scope)
        return Seen(entries, node.lineno)

    def _operand(self, node: ast.expr, seen: Seen) -> int | float:
        value = seen.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refused(node, "not a number, and augviz computes with numbers only")
        return value

    def _operation(self, node: ast.BinOp, scope: Scope) -> Seen:
        left, right = self._value(node.left, scope), self._value(node.right, scope)  # once: sums nest
        if isinstance(node.op, ast.Add) and isinstance(left.value, tuple) and isinstance(right.value, tuple):
            return Seen(left.value + right.value, node.lineno)
        first, second = self._operand(node.left, left), self._operand(node.right, right)
        where = f"line {node.lineno}"
        return Seen(arithmetic(node.op, first, second, shown(self.text, node), where), node.lineno)

    def _named(self, node: ast.Name | ast.Attribute, scope: Scope) -> Seen:
        if isinstance(node, ast.Name) and isinstance(bound := scope.get(node.id), Seen):
            return bound
        path = self._path(node, scope)
        if path is not None and path.dotted in CONSTANTS:
            return Seen(CONSTANTS[path.dotted], node.lineno)
        if isinstance(node, ast.Name):
            raise PipelineError(
                f"{shown(self.text, node)} has no value in this text",
                where=f"line {node.lineno}",
                mend="Write its value in its place, or paste the line that sets it.",
            )
        raise self._refused(node, "a value that augviz does not look up", "Write what it is in its place.")

    def _path(self, node: ast.expr, scope: Scope) -> Path | None:
        """The full dotted name, where every part of it is a name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        bound = scope.get(node.id)
        if isinstance(bound, Seen):
            return None
        root = bound.dotted if bound is not None else MODULES.get(node.id)
        if root is None and not parts and node.id in self.bare:
            root = f"{_HOMES[self.bare[node.id]]}.{node.id}"
        return None if root is None else Path(".".join([root, *reversed(parts)]))

    # -- calls ---------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope) -> Seen:
        path = self._path(node.func, scope)
        if isinstance(node.func, ast.Name) and node.func.id in ("dict", "list", "tuple", "int") and path is None:
            return self._builtin(node.func.id, node, scope)
        if path is not None and path.dotted in _TORCH_LISTS:
            return Seen(tuple(self._value(item, scope) for item in self._unstarred(node)), node.lineno)
        library = _library(path.dotted) if path is not None else None
        name = path.dotted.rpartition(".")[2] if path is not None else ""
        if library is None and self._is_training(node.func, scope):
            library, name = "ultralytics", "train"
        if library is None and self._is_beside(node.func, path, scope):
            library, name = "unread", "a call"
        if library is None:
            raise self._refused(node, "a call that augviz does not run")
        positional = tuple(self._value(item, scope) for item in self._unstarred(node))
        return Seen(Call(library, name, positional, self._keywords(node, scope)), node.lineno)

    def _builtin(self, name: str, node: ast.Call, scope: Scope) -> Seen:
        items = self._unstarred(node)
        if name == "dict" and not items:
            return Seen(self._keywords(node, scope), node.lineno)
        if name != "dict" and len(items) == 1 and not node.keywords:
            inner = self._value(items[0], scope)
            if name == "int":
                return self._number(node, int(self._operand(items[0], inner)))
            if isinstance(inner.value, tuple):
                return inner
        raise self._refused(node, "a call that augviz does not run")

    def _is_training(self, function: ast.expr, scope: Scope) -> bool:
        """``model.train(…)`` and ``YOLO("…").train(…)``, whatever the model is called."""
        if not isinstance(function, ast.Attribute) or function.attr != "train":
            return False
        model = function.value
        if isinstance(model, ast.Call):
            path = self._path(model.func, scope)
            return path is not None and path.dotted == "ultralytics.YOLO"
        return isinstance(model, ast.Name)

    def _is_beside(self, function: ast.expr, path: Path | None, scope: Scope) -> bool:
        """``np.array(…)``, ``read("a.jpg")`` with a function of the text, and methods of these."""
        if path is not None:
            return path.dotted.startswith(_BESIDE) and "__" not in path.dotted
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Call):
            return False
        inner = self._value(function.value, scope).value
        return isinstance(inner, Call) and inner.library == "unread" and not function.attr.startswith("__")

    def _unstarred(self, node: ast.Call) -> list[ast.expr]:
        for item in node.args:
            if isinstance(item, ast.Starred):
                raise self._refused(item, "unpacked with *, which augviz does not do")
        return node.args

    def _keywords(self, node: ast.Call, scope: Scope) -> dict[str, Seen]:
        named: dict[str, Seen] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._refused(keyword.value, "unpacked with **, which augviz does not do")
            if keyword.arg in named:
                raise self._refused(node, f"given {keyword.arg} twice")
            seen = self._value(keyword.value, scope)
            # The line of the argument, not of the name it was bound to: that is where the call is to be mended.
            named[keyword.arg] = Seen(seen.value, keyword.value.lineno)
        return named

    def _refused(self, node: ast.AST, what: str, mend: str = _ONLY) -> PipelineError:
        line = getattr(node, "lineno", 0)
        return PipelineError(f"{shown(self.text, node)} is {what}", where=f"line {line}", mend=mend)


def _library(dotted: str) -> Library | None:
    if dotted.startswith("albumentations."):
        return "albumentations"
    if dotted.startswith("torchvision.transforms.") or dotted == "torchvision.X":
        return "torchvision"
    return "ultralytics" if dotted == "ultralytics.YOLO" else None


_EXPRESSIONS: Mapping[type[ast.expr], str] = {
    ast.Lambda: "a function that augviz does not run",
    ast.ListComp: "a loop that augviz does not run",
    ast.SetComp: "a loop that augviz does not run",
    ast.DictComp: "a loop that augviz does not run",
    ast.GeneratorExp: "a loop that augviz does not run",
    ast.JoinedStr: "a text with parts to compute, which augviz does not do",
    ast.NamedExpr: "an assignment inside an expression, which augviz does not follow",
    ast.Starred: "unpacked with *, which augviz does not do",
    ast.IfExp: "a choice that augviz does not make",
    ast.BoolOp: "a choice that augviz does not make",
    ast.Compare: "a comparison that augviz does not make",
    ast.Subscript: "a part of a value, which augviz does not look up",
}


def _expression_name(node: ast.expr) -> str:
    return _EXPRESSIONS.get(type(node), "an expression that augviz does not compute")


def _statement_name(node: ast.stmt) -> str:
    if isinstance(node, (ast.If, ast.Match)):
        return "a choice that augviz does not make"
    if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
        return "a loop that augviz does not run"
    if isinstance(node, (ast.ClassDef, ast.AsyncFunctionDef)):
        return "a definition that augviz does not run"
    return "a statement that augviz does not run"
