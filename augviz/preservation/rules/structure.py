"""Rules on the pipeline itself: its order, its file, its randomness, and the pipeline of the validation images."""

from __future__ import annotations

from augviz.errors import Problem
from augviz.pipeline.fixed_steps import draws_nothing
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.rules.case import Case
from augviz.preservation.rules.conditions import holds, named
from augviz.preservation.rules.fixes import switch_off
from augviz.preservation.rules.rule import Rule, do, on

RARELY_UNCHANGED = 0.05


def _unchanged_share(case: Case) -> float:
    share = 1.0
    for leaf in case.leaves:
        share *= 1 - leaf.reach.firing_share if leaf.reach.varies else 1.0
    return share


def _differs_in_normalize(case: Case) -> bool:
    if case.validation is None:
        return False
    ours, theirs = case.spec.at_the_end("Normalize"), case.validation.at_the_end("Normalize")
    return (ours is None) != (theirs is None) or (
        ours is not None and theirs is not None and ours.params != theirs.params
    )


def _validates_at_random(case: Case) -> bool:
    """Images of different sizes are resized differently, which is no chance where nothing is drawn."""
    return any(leaf.reach.varies and not draws_nothing(leaf.step) for leaf in case.validation_leaves)


def _differs_in_size(case: Case) -> bool:
    return (
        case.validation is not None
        and None not in (case.size_hw, case.validation_size_hw)
        and case.size_hw != case.validation_size_hw
    )


_IMAGENET = Step("Normalize", {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)})  # type: ignore[arg-type]

RULES: tuple[Rule, ...] = (
    Rule("G01", "Normalize before other steps", "violating", "order", "",
        holds(lambda case: any("stood before other steps" in note.what for note in case.notes)),
        "In the file, Normalize stands before steps that expect pixel values. These clip normalised values to "
        "0..1, or make "
        "them invalid: 80% of the pixels after a change of brightness.",
        "Move Normalize to the end; here it has been moved.", "S AD M",
        on(do("RandomGamma"), notes=(Problem("Normalize", "stood before other steps, which clip normalised pixels "
        "to 0..1", "", "changed"),)),
        on(do("RandomGamma")), scope="pipeline"),
    Rule("G03", "No Normalize", "info", "order", "",
        holds(lambda case: case.spec.at_the_end("Normalize") is None),
        "No step normalises pixel values; the model may expect that as the last step.",
        "Add Normalize at the end, or normalise where images are loaded.", "S",
        on(do("HorizontalFlip")), on(do("HorizontalFlip"), tail=(_IMAGENET,)), scope="pipeline"),
    Rule("G05", "One seed for all steps", "caution", "chance", "",
        holds(lambda case: any("seed=" in note.what for note in case.notes)),
        "The file gives a seed to Compose. Every step then draws the same numbers: flips fire together, and most "
        "combinations never occur.",
        "Leave the seed out for training.", "M",
        on(do("HorizontalFlip"), notes=(Problem("line 2", "Compose(seed=…) gives every step the same random "
        "numbers", "", "left out"),)),
        on(do("HorizontalFlip")), scope="pipeline"),
    Rule("G06", "Arguments that the library ignores", "violating", "file", "",
        holds(lambda case: any(note.kind == "changed" and ": " in note.what for note in case.notes)),
        "The file uses arguments of an older version. Albumentations 2.0.8 ignores them with a warning and runs "
        "with its defaults.",
        "Save the pipeline again: here the arguments have been translated.", "M",
        on(do("CoarseDropout"), notes=(Problem("line 3", "CoarseDropout: max_holes became num_holes_range", "",
        "changed"),)),
        on(do("CoarseDropout")), scope="pipeline"),
    Rule("G08", "Hardly an image stays as it is", "info", "chance", "",
        holds(lambda case: bool(case.leaves) and case.validation is None and _unchanged_share(case) < RARELY_UNCHANGED),
        "Almost every image is changed by at least one step.",
        "Keep a validation set that is not augmented, and let some images through.", "S",
        on(*(do("RandomBrightnessContrast", 0.7) for _ in range(4))), on(do("RandomBrightnessContrast", 0.5)),
        scope="pipeline"),
    Rule("G11", "Validation is random", "violating", "validation", "",
        holds(_validates_at_random),
        "The pipeline for validation draws at random, so its figures are noisy and not comparable.",
        "Use a fixed resize or crop, and Normalize.", "AD-what S",
        on(do("HorizontalFlip"), validation=PipelineSpec((do("HorizontalFlip", 0.5),))),
        on(do("HorizontalFlip"), validation=PipelineSpec((do("Resize", height=224, width=224),))), scope="pipeline"),
    Rule("G12", "Training and validation disagree", "caution", "validation", "",
        holds(lambda case: _differs_in_normalize(case) or _differs_in_size(case)),
        "Training and validation do not end alike: another size, or another Normalize.",
        "Use the same size and the same Normalize.", "S AD",
        on(do("Resize", height=128, width=128), validation=PipelineSpec((do("Resize", height=256, width=256),))),
        on(do("Resize", height=128, width=128), validation=PipelineSpec((do("CenterCrop", height=128, width=128),))),
        scope="pipeline"),
    Rule("G15", "Several images in one", "caution", "mixing", "chest-xray ct-mri fundus dermatology histology",
        named("Mosaic", "OverlayElements"), "Parts of several images lose the whole on which a medical label rests.",
        "Leave it out for labels of the whole image.", "OURS AB-med",
        on(do("Mosaic"), profile="chest-xray"), on(do("Rotate", limit=(-5, 5)), profile="chest-xray"), scope="step",
        fix=switch_off),
    Rule("G28", "A transform that is out of date", "info", "file", "",
        holds(lambda case: any(leaf.step.name == "ShiftScaleRotate" for leaf in case.leaves)),
        "ShiftScaleRotate is out of date in Albumentations 2 and asks to be replaced.", "Use Affine.", "API M",
        on(do("ShiftScaleRotate")), on(do("Affine")), scope="pipeline"),
)  # fmt: skip
"""Rows on the pipeline itself."""
