"""The line of ``augviz policy`` that writes the same file without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from augviz.preservation.facts import Answer


def line(
    policy_id: str,
    numbers: Mapping[str, int],
    *,
    profile: str = "",
    facts: Mapping[str, Answer] | None = None,
    images: str = "",
) -> str:
    """The command.

    Args:
        policy_id: Id of the policy or starting point.
        numbers: The numbers that it is made with, by name.
        profile: Id of the profile that it is trimmed to; empty where it is not trimmed.
        facts: What was answered about the labels; what is not known is not said.
        images: Folder of the images, with their labels, that it is measured on; empty for the built-in one.

    >>> line("randaugment", {"n": 2, "m": 9}, profile="digits", facts={"size_label": "no"})
    'augviz policy randaugment --n 2 --m 9 --profile digits --fact size_label=no --trim > policy.yaml'
    """
    return " ".join(
        (
            "augviz policy",
            policy_id,
            *(f"--{name} {value}" for name, value in numbers.items()),
            *(_trimming(profile, facts or {}, images) if profile else ()),
            "> policy.yaml",
        )
    )


def _trimming(profile: str, facts: Mapping[str, Answer], images: str) -> Sequence[str]:
    said = [name if answer == "yes" else f"{name}=no" for name, answer in facts.items() if answer != "unknown"]
    return (
        f"--profile {profile}",
        *([f"--fact {' '.join(said)}"] if said else []),
        *([f"--images {images}"] if images else []),
        "--trim",
    )
