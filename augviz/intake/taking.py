"""Everything that was brought becomes samples, or is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from augviz.errors import ImageError, LabelError, Problem
from augviz.formats import FORMATS
from augviz.formats.format import Format, ImageInfo, SourceFile
from augviz.images import IMAGE_EXTENSIONS, NOT_A_PICTURE, DecodedImage, Header, decode, is_image, read_header, refusal
from augviz.intake.archive import OTHER_ARCHIVES
from augviz.intake.collecting import collect
from augviz.intake.labelling import claim, read_all
from augviz.intake.limits import DEFAULT_LIMITS, Limits
from augviz.intake.names import base_name, first_free
from augviz.sample import Labels, Sample


@dataclass(frozen=True)
class Intake:
    """What came of an upload.

    Attributes:
        samples: The pictures that could be opened, with their labels, in the order they came.
        problems: What was left out or changed, and what is good to know.
        unmatched_labels: Label files, or pictures named in them, that fit none of the pictures.
        images_without_labels: Names of samples that no label file speaks of.
        formats: Short names of the label formats that were found.
    """

    samples: tuple[Sample, ...] = ()
    problems: tuple[Problem, ...] = ()
    unmatched_labels: tuple[str, ...] = ()
    images_without_labels: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


def take_in(
    files: Sequence[SourceFile],
    *,
    keep_grey: bool = False,
    class_name: str | None = None,
    taken_names: Collection[str] = (),
    formats: Sequence[Format] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Intake:
    """Make samples of pictures, label files, and zips of both.

    A file is a picture by its first bytes, a label file when a format claims it (a mask is both, and counts as a label
    file). Never raises for bad input: every file that cannot be used has a sentence in ``problems``.

    Args:
        files: What was uploaded.
        keep_grey: Keep grey pictures as one channel instead of three equal ones.
        class_name: Class of every picture that its labels give none to.
        taken_names: Names of samples that are open already; new samples get others.
        formats: Label formats to try, in order; all that there are by default.
        limits: How much is taken in at most.
    """
    known = FORMATS if formats is None else tuple(formats)
    collected = collect(files, limits)
    problems = list(collected.problems)
    headers = _headers(collected.files, limits, problems)
    infos = [ImageInfo(name, header.height, header.width) for name, header in headers.items()]
    # A picture that its header rules out is kept from the label formats too: a mask can be a bomb as well.
    safe = [file for file in collected.files if file.name in headers or not is_image(file.data)]
    claims = claim(known, safe, infos)
    claimed = {file.name for each in claims for file in each.files}
    left = [file for file in safe if file.name not in claimed]
    problems += [_unknown(file, known) for file in left if not is_image(file.data)]
    wanted = [file for file in left if is_image(file.data)]
    decoded = _decode_all(wanted, keep_grey, limits, problems)
    found = read_all(claims, [_info(file.name, decoded, headers) for file in wanted])
    names = _sample_names(tuple(decoded), taken_names, problems)
    problems += found.problems
    samples = tuple(
        _sample(names[name], image, found.labels.get(name, Labels()), class_name, problems)
        for name, image in decoded.items()
    )
    return Intake(
        samples,
        tuple(problems),
        found.unmatched,
        tuple(names[name] for name in decoded if name not in found.labels),
        tuple(each.format.name for each in claims),
    )


def _headers(files: Sequence[SourceFile], limits: Limits, problems: list[Problem]) -> dict[str, Header]:
    headers: dict[str, Header] = {}
    for file in files:
        if is_image(file.data):
            try:
                headers[file.name] = read_header(file.name, file.data, max_pixels=limits.pixels)
            except ImageError as error:
                problems.append(Problem.of(error))
    return headers


def _decode_all(
    files: Sequence[SourceFile], keep_grey: bool, limits: Limits, problems: list[Problem]
) -> dict[str, DecodedImage]:
    decoded: dict[str, DecodedImage] = {}
    total = 0
    for place, file in enumerate(files):
        if len(decoded) >= limits.samples or total >= limits.decoded_bytes:
            problems.append(_too_many(files[place:], limits))
            break
        try:
            image = decode(file.name, file.data, keep_grey=keep_grey, max_pixels=limits.pixels)
        except ImageError as error:
            problems.append(Problem.of(error))
            continue
        decoded[file.name] = image
        problems += image.problems
        total += image.image.nbytes
    return decoded


def _too_many(rest: Sequence[SourceFile], limits: Limits) -> Problem:
    what = (
        f"{len(rest):,} pictures from here on were left out: at most {limits.samples:,} pictures and "
        f"{limits.decoded_bytes / 1e6:,.0f} MB of pixels are opened at once"
    )
    return Problem(rest[0].name, what, "Upload fewer, or use the command line for a whole dataset.")


def _info(name: str, decoded: dict[str, DecodedImage], headers: dict[str, Header]) -> ImageInfo:
    """Size as decoded; of a picture that could not be decoded, as its header says."""
    if name in decoded:
        height, width = decoded[name].image.shape[:2]
        return ImageInfo(name, int(height), int(width))
    return ImageInfo(name, headers[name].height, headers[name].width)


def _unknown(file: SourceFile, formats: Sequence[Format]) -> Problem:
    if PurePosixPath(file.name).suffix.lower() in OTHER_ARCHIVES:
        return Problem(file.name, "of archives only zips are opened", "Pack it as a zip.")
    said = refusal(file.name, file.data)
    if said.what != NOT_A_PICTURE or PurePosixPath(file.name).suffix.lower() in IMAGE_EXTENSIONS:
        return Problem.of(said)
    known = ", ".join(form.title for form in formats)
    return Problem(file.name, f"{NOT_A_PICTURE}, and no label format fits it", f"Label formats are: {known}.")


def _sample_names(names: Sequence[str], taken: Collection[str], problems: list[Problem]) -> dict[str, str]:
    """Names of samples: without folders where that is enough to tell them apart."""
    counts = Counter(base_name(name) for name in names)
    given: dict[str, str] = {}
    used = set(taken)
    for name in names:
        short = base_name(name)
        wish = short if counts[short] == 1 else name
        given[name] = first_free(wish, used.__contains__)
        used.add(given[name])
        if given[name] != short:
            what = f"more than one picture is called {short}"
            problems.append(Problem(name, what, f"This one is listed as {given[name]}.", "changed"))
    return given


def _sample(
    name: str, decoded: DecodedImage, labels: Labels, class_name: str | None, problems: list[Problem]
) -> Sample:
    if class_name and labels.label is None:
        labels = replace(labels, label=class_name)
    try:
        return Sample(name, decoded.image, labels, decoded.bands)
    except LabelError as error:
        problems.append(Problem(name, error.what, f"The labels were left out. {error.mend}"))
        return Sample(name, decoded.image, Labels(label=class_name), decoded.bands)
