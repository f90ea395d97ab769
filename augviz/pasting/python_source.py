"""Python text to a syntax tree, with limits; the tree is read and never run."""

from __future__ import annotations

import ast
import re

from augviz.errors import PipelineError

MAX_BYTES = 100_000
MAX_NODES = 30_000
MAX_DEPTH = 150
MAX_SHOWN = 60
"""Letters of the code that an error repeats."""

_ONLY = "Paste only the lines that make the pipeline."


def parse(text: str) -> ast.Module:
    """Parse Python code.

    Raises:
        PipelineError: Too long, too deep, or not Python; ``where`` names the line.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        raise PipelineError(f"the code has {size:,} bytes, and {MAX_BYTES:,} are allowed", mend=_ONLY)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        where = f"line {error.lineno}" if error.lineno else ""
        raise PipelineError(
            f"this is not valid Python: {_short(error.msg)}", where=where, mend="Was a part of it left out?"
        ) from error
    except (RecursionError, MemoryError) as error:
        raise PipelineError("the code is nested too deep to be read", mend=_ONLY) from error
    except ValueError as error:  # null bytes, half characters
        raise PipelineError("the code is not text", mend="Paste it from an editor.") from error
    _bound(tree)
    return tree


def shown(text: str, node: ast.AST) -> str:
    """The code of a node for an error: one line, in backticks, shortened."""
    return f"`{_short(ast.get_source_segment(text, node) or type(node).__name__)}`"


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= MAX_SHOWN else f"{line[: MAX_SHOWN - 1]}…"


def _bound(tree: ast.Module) -> None:
    """Count nodes without recursion: the tree may be thousands of levels deep."""
    level: list[ast.AST] = [tree]
    count = depth = 0
    while level:
        count += len(level)
        depth += 1
        if count > MAX_NODES:
            raise PipelineError(f"the code has more than {MAX_NODES:,} parts", mend=_ONLY)
        if depth > MAX_DEPTH:
            line = getattr(level[0], "lineno", None)
            raise PipelineError("the code is nested too deep to be read", where=f"line {line}" if line else "")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
