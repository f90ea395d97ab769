"""What each page shows, in three lines, and what its words mean: one table each, read by pages and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

TERMS: Mapping[str, str] = {
    "Augmentation": "A changed copy of a training picture, made so that a model learns from more variety.",
    "Pipeline": "The steps that a picture goes through, from top to bottom.",
    "Step": "One change of the picture: a turn, a crop, another brightness.",
    "Transform": "A kind of step, as the library Albumentations calls it.",
    "Probability": "How often a step happens: 0.5 means for every second picture, drawn anew for each.",
    "Draw": "One set of random numbers for all steps; another draw gives other pictures.",
    "Seed": "The number that a draw comes from; the same seed always gives the same pictures.",
    "Sample": "One picture that came out of the pipeline, with its labels.",
    "Label": "What a person has marked on a picture: boxes, masks, keypoints, or a class for all of it.",
    "Box": "A rectangle around one object.",
    "Mask": "The pixels that belong to one object.",
    "Class regions": "A class for every pixel of the picture, in place of single objects.",
    "Keypoint": "One named spot on an object, such as the left eye.",
    "min_visibility": "A box is dropped when less than this share of it can still be seen, from 0 to 1.",
    "min_area": "A box is dropped when it has become smaller than so many pixels.",
    "One of": "A group that does one of its steps, drawn by their weights.",
    "Some of": "A group that does a fixed number of its steps, drawn anew each time.",
    "Random order": "A group that does its steps in an order drawn anew each time.",
    "Sequential": "A group that does all of its steps in order, or none of them.",
    "At the end": "Steps that only change numbers for training; they are exported and not drawn.",
    "Pin": "A sample that stays in view and is drawn first, whatever else you change.",
    "Draft": "A quick picture made from a small copy; the true one takes its place.",
    "Version": "The pipeline as it was at one moment; every edit makes one.",
    "Curtain": "Two pictures on top of each other; the handle moves the border between them.",
    "Rule": "A sentence about what a kind of change does to a kind of label, with the source that says so.",
    "Check": "A number measured on each sample, such as the visible share of an object, and a limit for it.",
    "Verdict": "What is said of labels: violating (wrong, or may be), caution (it depends), safe or undecided.",
    "Mend": "A change of the pipeline that takes the trouble away; like every edit it can be undone.",
    "Interval": "Where the true share of failing images lies, as far as so few images can tell.",
    "Policy": "A published way to choose augmentations by chance: which operations, how many, and how strong.",
    "Magnitude": "How strong the operations of a policy are, on a scale of whole numbers.",
    "Preset": "A careful pipeline for one kind of images, to begin with; each step names its source.",
    "Trim": "To cut and narrow a pipeline until no rule says that it breaks your labels.",
    "Training range": "Where nearly all of your own images lie, from the 1st to the 99th percentile of a number.",
    "Entropy": "How varied the grey values of a picture are: 8 bits when all are equally frequent, 0 when it is plain.",
    "Soft label": "A label that is several classes at once, each with a weight; together the weights are 1.",
    "Lambda": "λ: the weight of the image itself in a mixture, from 0 to 1; the other images have the rest.",
    "Alpha": "α: how strongly λ is drawn to the middle; below 1 most mixtures are nearly one image.",
    "Entropy of a label": "How undecided a soft label is: 0 bits for one class, 1 bit for two with equal weights.",
    "Strength": "How far the steps go compared with how they are set: 0 is off, 1 as set, 2 twice as far.",
    "RandAugment": "A published pipeline that does N of fourteen changes to each picture, all with magnitude M.",
    "Destructive": "A step that, when it happens, often takes more of a picture away than the checks allow.",
    "Safe range": "The values of one number at which labels survive.",
    "Swap pair": "Two names that trade places in every mirrored sample, also in training: left eye and right eye.",
    "YAML": "A text file that Albumentations can load as a pipeline.",
    "Proof": "The exported file, loaded anew, gives the same pictures and labels as the ones you see.",
    "Validation": "Judging a model on images that it was not trained on; they are not augmented.",
    "Normalize": "The last step: takes the mean away and divides by the deviation, so that values lie around 0.",
    "Batch": "Several images in one array, which is what a network is given at once.",
    "Loader": "The part of a training program that puts images together to batches.",
    "Review": "People who know the images look at augmented ones and say whether the label still fits.",
    "Reviewer": "Somebody who judges pictures in a review.",
    "Control": "A picture whose answer is known, mixed in to see how far a reviewer can be relied on.",
    "Agreement": "How often reviewers give the same answer to the same picture, beyond what chance would give.",
    "View": "The picture looked at in one fixed way, such as mirrored; the model is asked about each.",
    "Test time": "When a trained model is used: what is averaged then costs time with every picture.",
    "ONNX": "A file that holds a trained model, whichever program it was trained with.",
    "Logit": "A model's raw score of a class, before all scores together are turned into probabilities.",
    "Accuracy": "The share of pictures for which the model names the right class.",
    "Project": "One file with pipeline, labels and settings, and with the pictures if you wish.",
}
"""Terms and what they mean, one plain sentence each."""


class Explanation(NamedTuple):
    """What a visitor looks at on one page.

    Attributes:
        lines: At most three sentences.
        terms: The words of :data:`TERMS` that the page uses.
    """

    lines: tuple[str, ...]
    terms: tuple[str, ...]


EXPLANATIONS: Mapping[str, Explanation] = {
    "workbench.py": Explanation(
        (
            "Your image, and what the pipeline makes of it: every picture is one sample, with its labels over it.",
            "Change the steps in the sidebar: only what your change touches looks different afterwards.",
            "Below each picture you read how many boxes are left; click it to see why.",
        ),
        ("Pipeline", "Step", "Probability", "Draw", "Seed", "Sample", "Box", "Mask", "Keypoint", "min_visibility",
         "min_area", "One of", "Some of", "Random order", "Sequential", "At the end", "Pin", "Draft", "Version"),
    ),
    "check.py": Explanation(
        (
            "Whether the labels of your images survive this pipeline, which step breaks them, and what mends it.",
            "Say in the sidebar what your labels mean: the same flip is harmless for a cat and wrong for a left lung.",
            "Below, how often it happens, who broke each sample, the worst ones, and how far a number may go.",
        ),
        ("Pipeline", "Step", "Sample", "Draw", "Label", "Box", "Mask", "Keypoint", "Verdict", "Check", "Rule", "Mend",
         "Interval", "Safe range", "Swap pair", "Pin"),
    ),
    "inspect.py": Explanation(
        (
            "One sample at full size: before the pipeline on the left, after it on the right.",
            "Below, the picture after each step, with the values that were drawn, or why the step did not happen.",
            "The table follows each object: how much of it was left, which step removed it, and what would keep it.",
        ),
        ("Sample", "Step", "Probability", "Seed", "Label", "Box", "Mask", "Keypoint", "min_visibility", "min_area"),
    ),
    "compare.py": Explanation(
        (
            "Two versions of the pipeline, A and B, on the same image with the same random numbers.",
            "Whatever differs between the two pictures comes from your change and from nothing else.",
            "Move the handle to uncover A or B; below, the samples that differ most come first.",
        ),
        ("Pipeline", "Version", "Curtain", "Sample", "Draw", "Label", "Pin"),
    ),
    "pixels.py": Explanation(
        (
            "Is it too much: the numbers of pictures that move most over many draws, and the step that moves each.",
            "Below, the pipeline at its strongest as pictures, and how samples and labels differ from the originals.",
            "Lines are the originals, bands hold nine tenths of the draws; press a dot to see that very sample.",
        ),
        ("Pipeline", "Step", "Sample", "Draw", "Label", "Box", "Mask", "Interval", "Training range", "Entropy",
         "Destructive"),
    ),
    "validation.py": Explanation(
        (
            "The pipeline for your validation images, made from the one for training: nothing in it is random.",
            "First, whether both hand the model the same kind of picture; then, what became of each step, and why.",
            "Take both along as two files that name each other, or check a validation pipeline of your own.",
        ),
        ("Pipeline", "Step", "Probability", "Draw", "Validation", "Normalize", "YAML", "Version"),
    ),
    "batch.py": Explanation(
        (
            "Images as a training loader hands them to the network: one array, and pictures made from it again.",
            "The table is what to compare with your own training: print the same numbers there.",
            "What if: a common mistake made on purpose, so that you know it when you see it.",
        ),
        ("Pipeline", "Sample", "Draw", "Label", "Batch", "Loader", "Normalize"),
    ),
    "mixing.py": Explanation(
        (
            "Your image mixed with others, or partly erased, and what becomes of its label, boxes and masks.",
            "Beside the picture stand the weights of the label and the fate of each object.",
            "Below, what mixing does to labels over many draws, and code for your training loop.",
        ),
        ("Label", "Soft label", "Lambda", "Alpha", "Entropy of a label", "Draw", "Seed", "Box", "Mask",
         "Class regions", "Keypoint"),
    ),
    "test_time.py": Explanation(
        (
            "What a model says of several views of one picture, and the one answer that all of them give together.",
            "Views that would change your label are not used; every other view costs the time of one more answer.",
            "Below, what views buy on labelled pictures, and whether a model still says the same after your pipeline.",
        ),
        ("View", "Test time", "ONNX", "Logit", "Accuracy", "Interval", "Label", "Rule", "Pipeline", "Sample", "Draw"),
    ),
    "strength.py": Explanation(
        (
            "The same images with the same random numbers, at one strength after the other.",
            "The curve says how many samples keep their label: it is safe up to where the curve falls under the dashed "
            "line.",
            "Below, one sample at every strength, and what becomes of the numbers of the pictures.",
        ),
        ("Pipeline", "Strength", "RandAugment", "Step", "Sample", "Draw", "Label", "Check", "Rule", "Interval"),
    ),
    "review.py": Explanation(
        (
            "A review: people who know such images say whether labels survive this pipeline.",
            "Each image is drawn once; controls are mixed in that nobody can tell from the rest.",
            "Give the link to as many reviewers as you like, and read what they said under Results.",
        ),
        ("Review", "Reviewer", "Control", "Pipeline", "Draw", "Label", "Project", "Version"),
    ),
    "judge.py": Explanation(
        (
            "One picture at a time: first say what you see, before you are told anything.",
            "Then you see the original and its stored label, and say whether it still fits.",
            "Everything has a key, and everything is stored at once: stop and go on whenever you like.",
        ),
        ("Review", "Label"),
    ),
    "results.py": Explanation(
        (
            "How often experts say that the label changed, and how sure that is after so many images.",
            "Below: in which classes, by which steps, from which strength on, and how far reviewers agree.",
            "The report holds all of it for somebody who has no augviz.",
        ),
        ("Review", "Reviewer", "Control", "Agreement", "Interval", "Verdict", "Rule", "Step", "Project"),
    ),
    "images.py": Explanation(
        (
            "The pictures you work with: open your own with their labels, or choose a sample image.",
            "After opening you read what was understood, what was changed, and what was left out and why.",
            "Your pictures stay on the machine that runs augviz and are forgotten some time after you leave.",
        ),
        ("Label", "Box", "Mask", "Class regions", "Keypoint"),
    ),
    "draw.py": Explanation(
        (
            "One image on which you mark what there is: boxes, outlines, keypoints and painted masks.",
            "The tables below hold the same objects; what you change in one place changes in the other.",
            "Everything is kept at once and is used by the pipeline on the other pages.",
        ),
        ("Label", "Box", "Mask", "Class regions", "Keypoint", "Swap pair"),
    ),
    "export.py": Explanation(
        (
            "Your pipeline as text that a training script loads, in three forms that mean the same.",
            "The proof loads the file anew and compares its pictures with the ones you were shown.",
            "A saved pipeline comes back in here, also pasted code, a link or a whole project.",
        ),
        ("Pipeline", "YAML", "Proof", "Seed", "At the end", "Project"),
    ),
    "policies.py": Explanation(
        (
            "Published ways to choose augmentations, and careful pipelines for a kind of images, to begin with.",
            "Choose one to see what it does to your image, then trim it to what your labels allow.",
            "Open it in the builder as it is or trimmed: you can undo that, as every edit.",
        ),
        ("Pipeline", "Policy", "Magnitude", "Preset", "Trim", "Step", "Sample", "Draw", "Label", "Rule"),
    ),
    "transforms.py": Explanation(
        (
            "Every kind of step that a pipeline can have, what it changes and what it needs.",
            "Those that move labels say so; the others change pixels only.",
            "At the bottom stand those that are not offered, each with the reason.",
        ),
        ("Transform", "Step", "Probability", "Label", "Augmentation"),
    ),
}  # fmt: skip
"""By file name in ``pages/``."""


class TourStop(NamedTuple):
    """One sentence of the first look around.

    Attributes:
        text: The sentence.
        file: The page that it is about, or empty for the one on which it is shown.
        link: What the link to that page says; empty without one. Not the title: that one is in the navigation.
    """

    text: str
    file: str = ""
    link: str = ""


TOUR = (
    TourStop(
        "Each picture is your image after the steps in the sidebar: move a slider, click a picture to look into it."
    ),
    TourStop("Ask whether the labels survive, and which step breaks them.", "check.py", "Ask about the labels"),
    TourStop("Bring your own images and labels, or draw them.", "images.py", "Bring them in"),
    TourStop("Take the pipeline along as a file that trains exactly what you see.", "export.py", "Take it along"),
)
"""Shown at the first visit, until it is closed."""
