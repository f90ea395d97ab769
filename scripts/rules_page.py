"""docs/rules.md and docs/sources.md, from the rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from augviz.preservation.facts import FACTS
from augviz.preservation.profiles import PROFILE_OF, PROFILES
from augviz.preservation.reach import QUARTER_DEG, UPSIDE_DOWN_DEG
from augviz.preservation.rules import NOT_JUDGED, RULES, Rule
from augviz.preservation.rules.rule import Example
from augviz.preservation.severity import ORDER
from augviz.preservation.sources import SOURCES


def rules_page() -> str:
    """Every rule, profile and fact."""
    count = Counter(rule.severity for rule in RULES)
    counted = ", ".join(f"{count[severity]} {severity}" for severity in ORDER)
    lines = [
        "# Rules",
        "",
        f"{len(RULES)} rules ({counted}) say when a step can change what a label means. They judge what a step *does* "
        "to an image, as it is measured, and not its name: a half turn is a half turn whether it comes from Rotate, "
        f"D4, SafeRotate or two flips. From {QUARTER_DEG:g}° on a turn counts as a quarter turn, from "
        f"{UPSIDE_DOWN_DEG:g}° on as upside down.",
        "",
        "*violating*: a person would, or may, give another label, or the stored label is wrong. *caution*: it depends "
        "on the task. *info*: worth knowing. *safe*: known to keep the label; it never hides the others. A fact that "
        "nobody has answered is a reason for caution.",
        "",
        "Of several rules about one thing in one step the worst is told. Each rule is tested on the two examples "
        "beside it, and where it mends with one press, the mended example is tested too. "
        "A step that cannot run on the images at hand is told as U01, a caution: nothing is known about it. "
        "Sources: [sources.md](sources.md).",
        "",
        "| code | severity | profiles | what happens | mend | speaks on | silent on | sources |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(rule) for rule in RULES),
        "",
        f"## Not judged ({len(NOT_JUDGED)}), and why",
        "",
        "| code | why |",
        "|---|---|",
        *(f"| {code} | {reason} |" for code, reason in NOT_JUDGED.items()),
        "",
        "## Profiles",
        "",
        "| id | kind of images | holds | is asked |",
        "|---|---|---|---|",
        *(f"| {row.id} | {row.title}: {row.hint} | {_words(row.facts)} | {_words(row.asks)} |" for row in PROFILES),
        "",
        "## Label facts",
        "",
        "| id | question | why it matters |",
        "|---|---|---|",
        *(f"| {fact.id} | {fact.question} | {fact.why} |" for fact in FACTS),
    ]
    return "\n".join(lines) + "\n"


def sources_page() -> str:
    """Who says so."""
    used = {key for rule in RULES for key in rule.source.split()}
    lines = [
        "# Sources",
        "",
        "What the rules and checks rest on, by the short names that they use.",
        "",
        "| key | source |",
        "|---|---|",
        *(f"| {key} | {text} |" for key, text in SOURCES.items()),
        "",
        f"{len(used)} of them are named by rules.",
    ]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    profiles = ", ".join(rule.profiles.split()) or "all"
    mended = "" if rule.mended_on is None else "; names that change places"
    examples = f"{_example(rule.fires_on, rule)} | {_example(rule.silent_on, rule)}{mended}"
    sources = ", ".join(rule.source.split())
    what = f"**{rule.name}.** {rule.message}"
    return f"| {rule.code} | {rule.severity} | {profiles} | {what} | {rule.mend} | {examples} | {sources} |"


def _example(example: Example, rule: Rule) -> str:
    nodes = [*example.spec.steps, *example.spec.tail]
    steps = [f"{node.name}({_settings(getattr(node, 'params', {}))})" for node in nodes]
    usual = PROFILE_OF[example.profile or (rule.profiles.split() or ["natural"])[0]]
    said = [
        *sorted(example.facts - usual.facts),
        *(f"not {fact}" for fact in sorted(example.denied)),
        *(f"{fact}?" for fact in sorted(example.unknown)),
    ]
    extra = [f"{example.shortest_side_px} px"] if example.shortest_side_px else []
    extra += ["a file that says so"] if example.notes else []
    extra += ["a validation pipeline"] if example.validation else []
    return ", ".join([f"`{' '.join(steps)}`" if steps else "nothing", *said, *extra])


def _settings(params: Iterable[str]) -> str:
    values = dict(params.items()) if hasattr(params, "items") else {}
    return ", ".join(f"{key}={value}" for key, value in values.items())


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
