"""What an automatic policy is: a recipe with a few whole numbers that makes a plain pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec


@dataclass(frozen=True)
class PolicyParameter:
    """One whole number that a policy is made with.

    Attributes:
        name: Name in code and on the command line ("m").
        title: Name for people ("Magnitude M").
        low, high: Smallest and largest value.
        default: The value that its authors, or torchvision, start with.
        help: What it does, one sentence.
    """

    name: str
    title: str
    low: int
    high: int
    default: int
    help: str


@dataclass(frozen=True)
class Policy:
    """A published way to choose augmentations.

    Attributes:
        id: Short name, also on the command line ("randaugment").
        title: Name for people ("RandAugment").
        description: One or two sentences: what is drawn for each image.
        source: Who published it, in a phrase.
        parameters: What it is made with; most have nothing to set.
        make: The pipeline from one number a parameter, in their order.
    """

    id: str
    title: str
    description: str
    source: str
    parameters: tuple[PolicyParameter, ...]
    make: Callable[..., PipelineSpec]

    def build(self, **values: int) -> PipelineSpec:
        """The pipeline of this policy: an ordinary one, which is shown, checked, swept and exported like any other.

        Args:
            values: Numbers by name of parameter; the others keep their default.

        Raises:
            InputError: There is no such parameter, or the number is not whole or outside its range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                has = f"It has {' and '.join(known)}." if known else "It has nothing to set."
                raise InputError(f"{self.title} has no parameter {name}", where=self.id, mend=has)
        return self.make(*(_checked(self.id, each, values.get(each.name, each.default)) for each in self.parameters))


def _checked(policy_id: str, parameter: PolicyParameter, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not parameter.low <= value <= parameter.high:
        raise InputError(
            f"{parameter.name} is a whole number from {parameter.low} to {parameter.high}, not {value!r}",
            where=policy_id,
        )
    return value
