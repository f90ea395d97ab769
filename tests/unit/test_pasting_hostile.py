"""Nothing that is pasted is run, and nothing makes the machine work for long: each gets one sentence."""

from __future__ import annotations

import builtins
import os

import pytest

from augviz.errors import PipelineError
from augviz.pasting import read


def inside(code: str) -> str:
    return f"import albumentations as A\nA.Compose([A.HorizontalFlip(p={code})])"


REFUSED = {
    "a call": (inside("__import__('os').system('x')"), "line 2", "is a call that augviz does not run"),
    "a call beside it": ("import os\nos.system('x')\nA.Compose([A.NoOp()])", "line 2", "is a call"),
    "a call in a list": ("A.Compose([__import__('os')])", "line 1", "`__import__('os')` is a call"),
    "eval": (inside("eval('1')"), "line 2", "is a call"),
    "open": ("A.Compose([A.NoOp()])\nopen('/etc/passwd')", "line 2", "is a call"),
    "a method of a step": ("A.HorizontalFlip().__class__", "line 1", "does not look up"),
    "dunders": ("x = A.Compose.__init__.__globals__", "", "no pipeline in this code"),
    "a class through a dunder": ("A.__loader__.load_module('os')", "line 1", ""),
    "a lambda": ("A.Compose([A.Lambda(image=lambda x: x)])", "line 1", "is a function that augviz does not run"),
    "a comprehension": ("A.Compose([A.NoOp() for i in range(9)])", "line 1", "is a loop"),
    "a generator": ("A.Compose(A.NoOp() for i in 'ab')", "line 1", "is a loop"),
    "a starred list": ("a = [A.NoOp()]\nA.Compose([*a])", "line 2", "unpacked with *"),
    "starred arguments": ("a = [1]\nA.Compose([A.NoOp(*a)])", "line 2", "unpacked with *"),
    "double-starred arguments": ("a = {}\nA.Compose([A.NoOp(**a)])", "line 2", "unpacked with **"),
    "a double-starred dict": ("a = {}\nb = {**a}\nA.Compose([])", "line 2", "unpacked with **"),
    "an f-string": ("x = 1\nA.Compose([A.ToGray(method=f'{x!r}')])", "line 2", "a text with parts to compute"),
    "a walrus": (inside("(x := 0.5)"), "line 2", "an assignment inside an expression"),
    "a decorator": ("@f(1)\ndef g():\n    return A.Compose([])", "line 1", "a decorator"),
    "a class": ("class B(A.Compose([])):\n    pass", "line 1", "a definition"),
    "a loop": ("for i in (1,):\n    A.Compose([])", "line 1", "a loop"),
    "a choice": ("if 1:\n    A.Compose([])", "line 1", "a choice"),
    "a conditional value": (inside("1 if 2 else 3"), "line 2", "a choice"),
    "try": ("try:\n    A.Compose([])\nexcept E:\n    pass", "line 1", "a statement that augviz does not run"),
    "a call in a function without a pipeline": (
        "def f():\n    return __import__('os')\nA.Compose([A.NoOp()])", "line 2", "`__import__`",
    ),
    "eval in a function without a pipeline": (
        "def f():\n    return eval('1')\nA.Compose([A.NoOp()])", "line 2", "`eval`",
    ),
    "a function of the text": ("def f():\n    return 1\nA.Compose([f()])", "line 3", "a transform is expected here"),
    "a value of a function": (
        "def f():\n    return 1\nA.Compose([A.NoOp(p=f())])", "line 3", "a call cannot stand here",
    ),
    "a dunder of NumPy": ("np.__builtins__('x')\nA.Compose([A.NoOp()])", "line 1", "is a call"),
    "an item": ("a = [1]\nA.Compose([A.NoOp(p=a[0])])", "line 2", "a part of a value"),
    "a comparison": (inside("1 < 2"), "line 2", "a comparison"),
    "an attribute assigned": ("A.x = 1\nA.Compose([])", "line 1", "an assignment"),
    "a huge power": (inside("9**9**9"), "line 2", "too large a power"),
    "a huge shift": (inside("1 << 10**9"), "line 2", "a computation that augviz does not do"),
    "text times a number": ("x = 'a' * 10**10\nA.Compose([])", "line 1", "computes with numbers only"),
    "a list times a number": ("x = [0] * 10**9\nA.Compose([])", "line 1", "computes with numbers only"),
    "nothing over nothing": (inside("1 / 0"), "line 2", "has no result"),
    "a root of -1": (inside("(-1) ** 0.5"), "line 2", "complex"),
    "an imaginary number": (inside("1j"), "line 2", "no pipeline takes"),
    "bytes": (inside("b'x'"), "line 2", "no pipeline takes"),
    "three dots": (inside("..."), "line 2", "no pipeline takes"),
    "infinity": (inside("1e999"), "line 2", "not finite"),
    "a number with many digits": (inside("9" * 5_000), "line 2", "not valid Python"),
    "a number with many hex digits": (inside(f"0x{'f' * 50_000}"), "line 2", "too large"),
    "an unknown name": (inside("chance"), "line 2", "`chance` has no value in this text"),
    "an argument twice": ("A.Compose([A.NoOp(p=1, p=0)])", "line 1", "p"),
    "a null byte": ("A.Compose([])\0", "", "not text"),
    "half a character": ("A.Compose(['\ud800'])", "", "not text"),
    "half a call": ("import albumentations as A\nA.Compose([\n", "line 2", "not valid Python"),
    "nothing": ("  \n ", "", "empty"),
    "something else": ("print", "", "no pipeline in this text"),
    "no pipeline": ("x = 1\ny = [x, 2]", "", "no pipeline in this code"),
}  # fmt: skip

BOMBS = {
    "brackets": "A.Compose(" + "[" * 10_000,
    "closed brackets": f"A.Compose({'[' * 10_000}{']' * 10_000})",
    "90 brackets": f"A.Compose({'[' * 90}{']' * 90})",
    "signs": inside("-" * 50_000 + "1"),
    "a long sum": inside("+".join(["1"] * 40_000)),
    "a long chain": "A" + ".a" * 40_000 + "()",
    "many calls": "A.Compose" + "()" * 40_000,
    "many decorators": "@a\n" * 30_000 + "def f(): return A.Compose([])",
    "many branches": "A.Compose([])\nif 1:\n pass\n" + "elif 1:\n pass\n" * 6_000,
    "a megabyte": "A.Compose([" + "A.NoOp()," * 120_000 + "])",
    "a megabyte of nothing": "a" * 1_000_000,
    "many steps": "A.Compose([" + "A.NoOp()," * 5_000 + "])",
    "a list that doubles": "a0 = [A.NoOp()]\n"
    + "".join(f"a{i + 1} = a{i} + a{i}\n" for i in range(40))
    + "A.Compose(a40)",
    "values that double": "a0 = [1]\n" + "".join(f"a{i + 1} = [a{i}, a{i}]\n" for i in range(40)) + "A.Compose(a40)",
    "groups that multiply": "A.Compose([" + "A.SomeOf([" * 8 + "A.NoOp()" + "], n=200, replace=True)" * 8 + "])",
    "deep groups": "A.Compose([" + "A.Sequential([" * 45 + "A.NoOp()" + "])" * 45 + "])",
    "aliases": "transform: &a\n- OneOf: [*a, *a]\n",
}


@pytest.mark.parametrize(("text", "where", "what"), REFUSED.values(), ids=REFUSED)
def test_what_augviz_does_not_do_is_named_with_its_line(text: str, where: str, what: str) -> None:
    with pytest.raises(PipelineError) as caught:
        read(text)
    assert where in caught.value.where
    assert what in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_would_explode_is_refused(text: str) -> None:
    with pytest.raises(PipelineError) as caught:
        read(text)
    assert len(str(caught.value)) < 400


def test_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(os, "system", called.append)
    original = builtins.eval
    monkeypatch.setattr(builtins, "eval", lambda *given: called.append("eval") or original(*given))
    for text, _, _ in REFUSED.values():
        with pytest.raises(PipelineError):
            read(text)
    assert called == []
