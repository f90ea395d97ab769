"""The rules: one row each, and each row proves itself (docs/rules.md is written from them)."""

from __future__ import annotations

from augviz.preservation.rules.not_judged import NOT_JUDGED
from augviz.preservation.rules.rule import Rule
from augviz.preservation.rules.table import RULES

__all__ = ["NOT_JUDGED", "RULES", "Rule"]
