"""Sums of numbers as people write them in a pipeline (``1 / 255``); bounded, so that 9**9**9 costs nothing."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from augviz.errors import PipelineError
from augviz.pipeline.located import MAX_WHOLE

MAX_POWER = 64
"""Largest exponent; 2**63 is the largest number there is."""

_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def arithmetic(kind: ast.operator, first: float, second: float, code: str, where: str) -> float:
    """The result of one operation on two numbers, each at most ``MAX_WHOLE``.

    Args:
        kind: Which operation.
        first, second: Its two sides.
        code: The code in backticks, for errors.
        where: Its line in words.

    Raises:
        PipelineError: Another operation, an exponent that is too large, or no finite number comes of it.
    """
    work = _OPERATIONS.get(type(kind))
    if work is None:
        raise PipelineError(f"{code} is a computation that augviz does not do", where=where, mend="Write its result.")
    if isinstance(kind, ast.Pow) and abs(second) > MAX_POWER:
        raise PipelineError(f"{code} is too large a power", where=where, mend="Write its result.")
    try:
        result = work(first, second)
    except (ArithmeticError, ValueError) as error:
        raise PipelineError(f"{code} has no result", where=where, mend="Write a number in its place.") from error
    return checked_number(result, where)


def checked_number(value: Any, where: str) -> float:
    """The number itself, where it is one that a pipeline can hold.

    Raises:
        PipelineError: Complex, not finite, or too large.
    """
    if isinstance(value, complex):
        raise PipelineError("a complex number is none that a pipeline takes", where=where)
    if isinstance(value, float) and not math.isfinite(value):
        raise PipelineError("a number is not finite", where=where, mend="Write a smaller one.")
    if isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise PipelineError("a whole number is too large", where=where, mend="Write a smaller one.")
    return float(value) if isinstance(value, float) else int(value)
