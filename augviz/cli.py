"""The command line: the same without a browser.

::

    augviz run PIPELINE.yaml IMAGE… [--labels …] --samples 20 --seed 7 --out DIR [--labels-format coco|yolo|voc|mask]
        [--swap LEFT=RIGHT…]
    augviz verify PIPELINE.yaml [--image IMAGE… --labels …] [--samples 9] [--seed 7]
    augviz check PIPELINE.yaml --profile PROFILE [--fact FACT…] [--images IMAGE… --labels …] [--limit LIMIT=NUMBER…]
        [--swap LEFT=RIGHT…] [--format text|json|sarif]
    augviz policy POLICY [--n 2] [--m 9] [--profile PROFILE [--fact FACT…] [--images IMAGE… --labels …] [--trim]]
    augviz policy --list
    augviz review PIPELINE.yaml IMAGE… [--labels …] --profile PROFILE [--fact FACT…] [--count 59] [--title …]
        [--project …] [--question …] [--known-violations OTHER.yaml] [--address http://localhost:8501]

``policy`` writes the pipeline to the standard output and everything else to the other one. ``review`` stores a review
of a whole folder where the app finds it, and writes the link for those who judge.

Steps that take something from other images find them with ``--references IMAGE…``: by the names in the file, or all of
them where it names none. Names that change places in a mirror image are given with ``--swap``, beside those of the
file.

Exit codes: 0 done (or proven, or not violating), 1 not proven, violating, or a step could not run, 2 the input could
not be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath
from threading import local

import cv2

import augviz
from augviz import pasting, sample_library
from augviz.errors import AugvizError, InputError, PipelineError, Problem
from augviz.formats import FORMATS
from augviz.formats.format import Format, ImageInfo, LabelledImage
from augviz.formats.losses import losses
from augviz.images import encode_image
from augviz.intake import files_from_paths, take_in
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.export import ExportOptions, not_carried, to_yaml
from augviz.pipeline.importing import Imported, read_pipeline
from augviz.pipeline.materials import NO_MATERIALS, Materials, names_used, registry, taking_steps, with_names
from augviz.pipeline.run import Machine
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.swapping import partners, with_pairs
from augviz.pipeline.trace import Outcome
from augviz.pipeline.verify import verify_text
from augviz.policies.policy import Policy
from augviz.policies.rand_augment import RAND_AUGMENT
from augviz.policies.table import POLICIES, PRESETS, policy_of
from augviz.preservation.checks import moved_limits
from augviz.preservation.gate import answers, gate
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import PROFILE_OF, profile_of
from augviz.preservation.report import as_json, as_sarif, as_text
from augviz.preservation.trimming import trim, violations
from augviz.review.making import known_violations, make_review
from augviz.review.plan import Controls, images_for, make_plan
from augviz.review.questions import question_for
from augviz.review.rendering import Material
from augviz.review.review import Setting
from augviz.sample import Sample
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.wording import percent

DEFAULT_SEED = 7
MAX_SEED = 2**31 - 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.command(options)
    except AugvizError as error:
        print(f"augviz: {error}", file=sys.stderr)
        return 2
    return code


def run_command(options: argparse.Namespace) -> int:
    """``augviz run``: write augmented pictures and their labels."""
    imported = _pipeline(options.pipeline)
    seed = _seed(options, imported)
    samples = _samples(options.images, options.labels)
    spec, materials = _with_references(_with_swaps(imported.spec, options.swap), options.references, samples)
    out = _out_folder(options.out)
    writers = [each for each in FORMATS if each.write is not None and each.name in options.labels_format]
    written: list[LabelledImage] = []
    failed: dict[str, str] = {}
    for outcome, name in _outcomes(Machines(spec, materials), samples, seed, options.samples):
        failed |= {step.name: step.error for step in outcome.errors}
        picture = encode_image(outcome.after.image, outcome.after.bands)
        _write(out / f"{name}{picture.extension}", picture.data)
        height, width = outcome.after.size_hw
        written.append(LabelledImage(ImageInfo(f"{name}{picture.extension}", height, width), outcome.after.labels))
    labelled = [sample.labels for sample in (*samples, *materials.values())]
    classes = tuple(dict.fromkeys(name for labels in labelled for name in labels.class_names()))
    classes = _with_partners(classes, spec)
    for label_format in writers:
        _write_labels(label_format, written, classes, out)
    for text in failed.values():
        print(f"augviz: {text}", file=sys.stderr)
    print(f"{len(written)} pictures with seed {seed} in {out}")
    return 1 if failed else 0


def verify_command(options: argparse.Namespace) -> int:
    """``augviz verify``: prove that ``A.load`` gives what augviz shows."""
    imported = _pipeline(options.pipeline)
    seed = _seed(options, imported)
    images = _samples(options.image, options.labels) if options.image else (_default_sample(),)
    file_format = "json" if options.pipeline.suffix.lower() == ".json" else "yaml"
    text = _text(options.pipeline)
    spec, materials = _with_references(imported.spec, options.references, images)
    proven = True
    for sample in images:
        seeds = [sample_seed(seed, place) for place in range(options.samples)]
        result = verify_text(
            text,
            file_format,  # type: ignore[arg-type]
            sample,
            seeds,
            shown=spec,
            materials=materials,
        )
        print(f"{sample.name}: {'proven' if result.proven else 'NOT proven'} on {result.samples} samples")
        for item in result.comparisons:
            print(f"  {'same' if item.same else 'DIFFERENT'}  {item.what}: {item.detail}")
        for problem in result.lost:
            print(f"  lost  {problem}")
        for problem in result.beside:
            print(f"  not part of the proof  {problem}")
        proven = proven and result.proven
    return 0 if proven else 1


def check_command(options: argparse.Namespace) -> int:
    """``augviz check``: whether labels survive."""
    spec, notes = _checked_pipeline(options.pipeline)
    spec = _with_swaps(spec, options.swap)
    validation = None if options.validation is None else _checked_pipeline(options.validation)[0]
    thresholds = moved_limits(options.limit)
    samples = _samples(options.images, options.labels) if options.images else ()
    if options.labels and all(sample.labels.is_empty() for sample in samples):
        raise InputError(
            "no label was read for any picture",
            where=", ".join(options.labels),
            mend="See what was said of each file above; file names in the labels have to fit those of the pictures.",
        )
    spec, materials = _with_references(spec, options.references, samples)
    found = gate(
        spec,
        options.profile,
        options.fact,
        samples,
        notes=notes,
        validation=validation,
        materials=materials,
        thresholds=thresholds,
    )
    if options.format == "json":
        print(as_json(spec, found))
    elif options.format == "sarif":
        print(as_sarif(spec, found, options.pipeline.as_posix(), augviz.__version__))
    else:
        print(as_text(spec, found))
    return 1 if found.standing == "violating" else 0


def policy_command(options: argparse.Namespace) -> int:
    """``augviz policy``: write a published policy or a starting point as YAML, as it is or trimmed to labels."""
    if options.list:
        print("\n".join(f"{each.id:22} {each.description}" for each in (*POLICIES, *PRESETS)))
        return 0
    if options.policy is None:
        raise InputError("which policy?", mend="Name one, or list them with --list.")
    if options.profile is None and (options.trim or options.fact or options.images):
        raise InputError("labels differ from set to set", mend="Say which kind of images it is with --profile.")
    policy = policy_of(options.policy)
    given = {parameter: getattr(options, parameter) for parameter in ("n", "m")}
    given = {parameter: value for parameter, value in given.items() if value is not None}
    spec, lines, code = policy.build(**given), _policy_lines(policy, given), 0
    samples = _samples(options.images, options.labels) if options.images else ()
    if options.profile is not None:
        facts = answers(prefill([each.labels for each in samples], profile_of(options.profile)), options.fact)
        if options.trim:
            trimmed = trim(spec, options.profile, facts, samples)
            spec, found, said = trimmed.spec, trimmed.left, trimmed.lines(options.profile)
            lines += said
            _say(said)
        else:
            found = violations(spec, options.profile, facts, samples)
        _say(f"{each.severity}: {each.code} {each.transform or 'the whole pipeline'}: {each.message}" for each in found)
        code = 1 if found else 0
    export = ExportOptions(
        boxes=spec.boxes is not None or any(len(each.labels.boxes) for each in samples),
        keypoints=spec.keypoints is not None or any(len(each.labels.keypoints) for each in samples),
        seed=DEFAULT_SEED,
    )
    _say(str(problem) for problem in not_carried(spec, export) if problem.kind != "note")
    comments = "".join(f"# {line}\n" for line in lines)
    print(f"{comments}{to_yaml(spec, export)}", end="")
    return code


def review_command(options: argparse.Namespace) -> int:
    """``augviz review``: make a review of pictures or a whole folder, and say where it is judged."""
    from augviz.review.store import open_store  # noqa: PLC0415 - half a second that no other command needs

    imported = _pipeline(options.pipeline)
    seed = _seed(options, imported)
    samples = _samples(options.images, options.labels)
    spec, materials = _with_references(_with_swaps(imported.spec, options.swap), options.references, samples)
    known = [] if options.known_violations is None else _known_violations(options, samples, seed)
    plan = make_plan(
        [sample.digest for sample in samples], options.count, seed, known=[one.before.digest for one in known]
    )
    setting = Setting(
        options.title,
        options.question or question_for(options.profile),
        options.project,
        options.profile,
        tuple(options.fact),
        tuple(sorted(moved_limits(options.limit).items())),
    )
    review = make_review(open_store(), spec, plan, setting, Material(samples, known, materials))
    print(f"{plan.images} images, {len(plan.draws)} pictures with the controls. They are judged at:")
    print(f"{options.address.rstrip('/')}/judge?review={review.id}")
    return 0


def _known_violations(options: argparse.Namespace, samples: Sequence[Sample], seed: int) -> list[Outcome]:
    spec, materials = _with_references(_pipeline(options.known_violations).spec, options.references, samples)
    share = Controls().known_share
    return known_violations(spec, samples, max(1, round(share * options.count)), seed, materials)


def _policy_lines(policy: Policy, given: Mapping[str, int]) -> list[str]:
    """What the file says at its top: which policy, with which numbers, and who published it."""
    numbers = {each.name: given.get(each.name, each.default) for each in policy.parameters}
    told = ", ".join(f"{name} = {value}" for name, value in numbers.items())
    return [f"{policy.title}{f' ({told})' if told else ''}: {policy.description}", f"Source: {policy.source}"]


def _checked_pipeline(path: Path) -> tuple[PipelineSpec, tuple[Problem, ...]]:
    """A pipeline file, or the one Compose in a Python file, which is parsed and never run; with what was said."""
    if path.suffix.lower() != ".py":
        imported = _pipeline(path)
        return imported.spec, imported.notes
    pasted = pasting.read(_text(path))
    _say(pasted.notes)
    if any("there are several pipelines" in note for note in pasted.notes):
        raise PipelineError(
            "the file holds several pipelines, and one is judged at a time", where=str(path), mend="Leave one in it."
        )
    return pasted.spec, tuple(Problem("", note, "", "note") for note in pasted.notes)


# -- in ----------------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The words of the command line."""
    top = argparse.ArgumentParser(prog="augviz", description="See what an image-augmentation pipeline really does.")
    top.add_argument("--version", action="version", version=f"augviz {augviz.__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="write augmented pictures and their labels")
    run.add_argument("pipeline", type=Path, metavar="PIPELINE", help="YAML or JSON of a pipeline")
    run.add_argument("images", nargs="+", metavar="IMAGE", help="pictures, folders or zips")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    names = [each.name for each in FORMATS if each.write is not None]
    run.add_argument(
        "--labels-format", nargs="+", choices=names, default=["coco"], help="formats of the labels (default: coco)"
    )
    run.set_defaults(command=run_command)
    verify = commands.add_parser("verify", help="prove that A.load gives what augviz shows")
    verify.add_argument("pipeline", type=Path, metavar="PIPELINE", help="YAML or JSON of a pipeline")
    verify.add_argument(
        "--image", nargs="+", default=[], metavar="IMAGE", help="pictures to run on (default: a sample)"
    )
    verify.set_defaults(command=verify_command)
    check = commands.add_parser("check", help="say whether labels survive the pipeline")
    check.add_argument("pipeline", type=Path, metavar="PIPELINE", help="YAML, JSON or Python file of a pipeline")
    _add_labels_known(check, required=True)
    check.add_argument("--validation", type=Path, metavar="FILE", help="pipeline of the validation images")
    check.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="what is printed")
    check.set_defaults(command=check_command)
    policy = commands.add_parser("policy", help="write a published policy or a starting point as YAML")
    policy.add_argument(
        "policy", nargs="?", metavar="POLICY", help="id of a policy or starting point, such as randaugment"
    )
    policy.add_argument("--list", action="store_true", help="say which there are")
    for parameter in RAND_AUGMENT.parameters:
        policy.add_argument(
            f"--{parameter.name}",
            type=int,
            metavar=parameter.name.upper(),
            help=f"{parameter.title} of RandAugment, {parameter.low} to {parameter.high} ({parameter.default})",
        )
    policy.add_argument("--trim", action="store_true", help="cut and clamp what would break labels of the profile")
    policy.set_defaults(command=policy_command)
    _add_labels_known(policy, required=False)
    review = commands.add_parser("review", help="make a review that experts judge in the browser")
    review.add_argument("pipeline", type=Path, metavar="PIPELINE", help="YAML or JSON of a pipeline")
    review.add_argument("images", nargs="+", metavar="IMAGE", help="pictures, folders or zips")
    _add_labels_known(review, required=True, with_images=False)
    first = images_for()[0]
    review.add_argument(
        "--count", type=_count, default=first.images, metavar="N",
        help=f"images to judge ({first.images}: none that changes shows that fewer than {percent(first.limit)}% do)",
    )  # fmt: skip
    review.add_argument("--title", default="Label review", metavar="TEXT", help="name of the review")
    review.add_argument("--question", default="", metavar="TEXT", help="what reviewers are asked first")
    review.add_argument("--project", default="", metavar="TEXT", help="what an expert's word against a rule holds for")
    review.add_argument(
        "--known-violations", type=Path, metavar="FILE", help="pipeline that breaks labels, to see who notices"
    )
    review.add_argument(
        "--address", default="http://localhost:8501", metavar="URL", help="where augviz is served, for the link"
    )
    review.add_argument("--seed", type=_seed_value, metavar="S", help="seed (the file's own, or 7)")
    review.set_defaults(command=review_command)
    for command in (check, review):
        command.add_argument(
            "--limit",
            nargs="+",
            action="extend",
            default=[],
            metavar="LIMIT=NUMBER",
            help="limits of checks on images that are moved, such as m1.violating=0.4 (docs/checks.md)",
        )
    for command in (run, verify, check, review):
        command.add_argument(
            "--references",
            nargs="+",
            default=[],
            metavar="IMAGE",
            help="other images that steps take something from, with their label files: pictures, folders or zips",
        )
    for command in (run, verify, check, policy, review):
        command.add_argument("--labels", nargs="+", default=[], metavar="FILE", help="label files or folders")
    for command in (run, check, review):
        command.add_argument(
            "--swap",
            nargs="+",
            action="extend",
            type=_pair,
            default=[],
            metavar="LEFT=RIGHT",
            help="names that change places in a mirror image, such as left_eye=right_eye",
        )
    for command, count in ((run, 20), (verify, 9)):
        command.add_argument("--samples", type=_count, default=count, metavar="N", help=f"draws an image ({count})")
        command.add_argument("--seed", type=_seed_value, metavar="S", help="seed (the file's own, or 7)")
    return top


def _add_labels_known(command: argparse.ArgumentParser, *, required: bool, with_images: bool = True) -> None:
    """What is known about labels, as a verdict needs it."""
    command.add_argument("--profile", required=required, choices=tuple(PROFILE_OF), help="kind of images")
    command.add_argument(
        "--fact", nargs="+", action="extend", default=[], metavar="FACT", help="what labels say; FACT=no denies it"
    )
    if with_images:
        command.add_argument(
            "--images", nargs="+", default=[], metavar="IMAGE", help="pictures, folders or zips to measure on"
        )


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to 100,000")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    first, _equals, second = (part.strip() for part in text.partition("="))
    if not first or not second or "=" in second:
        raise argparse.ArgumentTypeError(f"{text} is no pair of names: write left_eye=right_eye")
    return first, second


def _seed_value(text: str) -> int:
    if not text.isdigit() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to {MAX_SEED}")
    return int(text)


def _seed(options: argparse.Namespace, imported: Imported) -> int:
    given = options.seed if options.seed is not None else imported.seed
    return DEFAULT_SEED if given is None else int(given)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PipelineError("the file is not UTF-8 text", where=str(path)) from error
    except OSError as error:
        raise PipelineError(f"the file cannot be read ({error.strerror})", where=str(path)) from error


def _pipeline(path: Path) -> Imported:
    imported = read_pipeline(_text(path), path.name)
    _say(str(note) for note in imported.notes)
    return imported


def _samples(images: Sequence[str], labels: Sequence[str]) -> tuple[Sample, ...]:
    intake = take_in(files_from_paths([*labels, *images]))  # of two files with labels for one picture the first counts
    _say(str(problem) for problem in intake.problems)
    _say(f"{name}: fits no picture" for name in intake.unmatched_labels)
    if not intake.samples:
        raise InputError("no picture could be opened", mend="Name at least one JPEG, PNG, WebP, BMP or TIFF.")
    return intake.samples


def _with_references(
    spec: PipelineSpec, references: Sequence[str], samples: Sequence[Sample]
) -> tuple[PipelineSpec, Materials]:
    """The pipeline with its other images; a step that names none takes all references."""
    if not taking_steps(spec):
        return spec, NO_MATERIALS
    given = _samples(references, []) if references else ()
    found = registry([*given, *samples])
    spec = with_names(spec, [sample.name for sample in given])
    _say(f"{name}: a step uses it; give it with --references" for name in names_used(spec) if name not in found)
    _say(
        f"{step.id}: needs {OTHER_IMAGES[step.name].title.lower()}; give them with --references"
        for step in taking_steps(spec)
        if not step.materials
    )
    return spec, found


def _with_swaps(spec: PipelineSpec, given: Sequence[tuple[str, str]]) -> PipelineSpec:
    """The pipeline with the names that were given; they come before those of the file.

    Raises:
        PipelineError: A name stands in two of the pairs that were given.
    """
    return replace(spec, swaps=with_pairs(replace(spec, swaps=tuple(dict.fromkeys(given))).swaps, spec.swaps))


def _with_partners(classes: Sequence[str], spec: PipelineSpec) -> tuple[str, ...]:
    """Classes of the data set with those that some of them can become."""
    others = partners(spec.swaps)
    return tuple(dict.fromkeys((*classes, *(others[name] for name in classes if name in others))))


def _default_sample() -> Sample:
    return sample_library.load(sample_library.entries()[0].id)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"augviz: {line}", file=sys.stderr)


# -- out ---------------------------------------------------------------------------------------------------------


def _out_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", where=str(path)) from error
    return path


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"the file cannot be written ({error.strerror})", where=str(path)) from error


class Machines(local):
    """One machine a thread, for one pipeline."""

    def __init__(self, spec: PipelineSpec, materials: Materials) -> None:
        cv2.setNumThreads(1)
        self.machine = Machine(spec, materials)


def _outcomes(machines: Machines, samples: Sequence[Sample], seed: int, count: int) -> Iterator[tuple[Outcome, str]]:
    """Every outcome in order, with the name of its picture; a few run ahead on threads."""

    def one(job: tuple[Sample, int]) -> Outcome:
        return machines.machine.run(job[0], sample_seed(seed, job[1]))

    stems = dict(zip((sample.name for sample in samples), _flat_stems(samples), strict=True))
    jobs = [(sample, place) for sample in samples for place in range(count)]
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(jobs), 4 * threads):  # a bounded number of pictures is in memory
            batch = jobs[start : start + 4 * threads]
            for (sample, place), outcome in zip(batch, pool.map(one, batch), strict=True):
                yield outcome, f"{stems[sample.name]}_{place:04d}"


def _flat_stems(samples: Sequence[Sample]) -> list[str]:
    """One file name a sample without extension, no two alike: cat.jpg and cat.png become cat and cat-2."""
    stems: list[str] = []
    taken: set[str] = set()  # in small letters, as some file systems compare
    for sample in samples:
        stem, count = _flat_stem(sample.name), 1
        free = stem
        while free.lower() in taken:
            count += 1
            free = f"{stem}-{count}"
        taken.add(free.lower())
        stems.append(free)
    return stems


def _flat_stem(name: str) -> str:
    """A sample's name as a file name: folders become dashes, so that it never leads anywhere else."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in (*path.parts[:-1], path.stem) if part not in ("/", ".", "..")]
    return "-".join(parts) or "image"


def _write_labels(label_format: Format, items: Sequence[LabelledImage], classes: Sequence[str], out: Path) -> None:
    assert label_format.write is not None  # noqa: S101 - chosen by that
    files = label_format.write(items, classes)
    for file in files:
        target = out / label_format.name / PurePosixPath(file.name)
        _out_folder(target.parent)
        _write(target, file.data)
    _say(str(problem) for problem in losses(label_format, items, files))
