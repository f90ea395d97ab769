"""What is shared comes back as it was, and nothing that comes in instead raises anything but a sentence."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.errors import AugvizError, Problem
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap
from augviz.sharing.link import VERSION, from_link_text, to_link_text
from augviz.sharing.opening import OpenedProject, read_project, with_awaited
from augviz.sharing.project import Pinned, Project, Version, write_project
from augviz.sharing.state import Shared, from_json, to_json
from augviz.sharing.words import WORDS
from augviz.transforms import catalogue, construct

SEEDS = st.integers(0, 2**31 - 1)
SHARES = st.one_of(st.floats(0, 1), st.sampled_from([0, 1]))
WORDS_OF_PEOPLE = st.text(
    st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFFF), min_size=1, max_size=40
)
NAMES = [name for name in catalogue.offered() if name not in ("Normalize", "ToTensorV2")]


def steps(name: str, p: float, enabled: bool) -> Step:
    return Step(name, construct.starting_params(name, (512, 512)), p, enabled)


def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        Group,
        st.sampled_from(["OneOf", "SomeOf", "RandomOrder", "Sequential"]),
        st.lists(children, max_size=3).map(tuple),
        SHARES,
        st.integers(1, 3),
        st.booleans(),
        st.booleans(),
    )


nodes: st.SearchStrategy[Node] = st.recursive(
    st.builds(steps, st.sampled_from(NAMES), SHARES, st.booleans()), groups, max_leaves=8
)
box_policies = st.builds(
    BoxPolicy,
    st.sampled_from(["pascal_voc", "coco", "yolo", "albumentations"]),
    min_visibility=SHARES,
    min_area=st.floats(0, 1e6),
    max_accept_ratio=st.none() | st.floats(1, 100),
    clip=st.booleans(),
)
specs = st.one_of(
    st.sampled_from([start.spec for start in STARTING_POINTS]),
    st.builds(
        PipelineSpec,
        st.lists(nodes, max_size=4).map(tuple),
        st.sampled_from([(), (Step("Normalize"),), (Step("Normalize"), Step("ToTensorV2"))]),
        st.none() | box_policies,
        st.none() | st.builds(KeypointPolicy, remove_invisible=st.booleans()),
        SHARES,
        st.none() | st.integers(0, 6),
        st.lists(WORDS_OF_PEOPLE.filter(str.strip), max_size=6, unique=True).map(
            lambda names: tuple(zip(names[::2], names[1::2], strict=False))
        ),
    ),
)
shareds = st.builds(
    Shared,
    specs,
    SEEDS,
    st.sampled_from([6, 9, 24]),
    st.sampled_from(["", "cat", "coins"]),
    st.sampled_from(["", "fundus"]),
    st.dictionaries(WORDS_OF_PEOPLE, st.sampled_from(["yes", "no", "unknown"]), max_size=3),
    st.dictionaries(WORDS_OF_PEOPLE, st.floats(-1e9, 1e9), max_size=4),
)

SHARED = Shared(STARTING_POINTS[0].spec, image="cat")
LINK = to_link_text(SHARED)


@given(shareds)
def test_what_is_shared_comes_back(shared: Shared) -> None:
    for back in (from_link_text(to_link_text(shared)), from_json(to_json(shared))):
        assert back == shared
        assert back.spec.digest == shared.spec.digest


def read_or_said(text: str) -> Shared | str:
    """What the link holds, or the sentence; any other error fails the test."""
    try:
        return from_link_text(text)
    except AugvizError as error:
        return str(error)


def is_sentence_or_fine(text: str) -> None:
    found = read_or_said(text)
    assert isinstance(found, Shared) or "link" in found


@given(st.text(max_size=300) | st.text("ABCabc019-_", max_size=300).map(lambda text: VERSION + text))
def test_random_text_is_no_link(text: str) -> None:
    is_sentence_or_fine(text)


@given(st.integers(0, len(LINK) - 1), st.text(max_size=3), st.integers(0, 5))
def test_a_damaged_link_is_recognised(place: int, new: str, removed: int) -> None:
    text = LINK[:place] + new + LINK[place + removed :]
    found = read_or_said(text)
    assert found == SHARED or (isinstance(found, str) and "link" in found)


@given(st.binary(max_size=200))
def test_random_bytes_with_a_right_checksum_are_no_pipeline(packed: bytes) -> None:
    data = zlib.crc32(packed).to_bytes(4, "big") + packed
    is_sentence_or_fine(VERSION + base64.urlsafe_b64encode(data).rstrip(b"=").decode())


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [found for key, inner in pairs for found in [(value, key), *places(inner)]]


def packed_link(plain: Any) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=WORDS[VERSION])
    packed = packer.compress(json.dumps(plain).encode()) + packer.flush()
    data = zlib.crc32(packed).to_bytes(4, "big") + packed
    return VERSION + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(shareds, values, st.data())
def test_any_value_in_any_place_of_a_link_is_taken_or_said(shared: Shared, value: Any, data: st.DataObject) -> None:
    plain = json.loads(to_json(shared))
    container, key = data.draw(st.sampled_from(places(plain)))
    container[key] = value
    is_sentence_or_fine(packed_link(plain))


# -- projects ----------------------------------------------------------------------------------------------------


@st.composite
def samples(draw: st.DrawFn, name: str) -> Sample:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    channels = draw(st.sampled_from([1, 3, 4, 6]))
    kind = draw(st.sampled_from(["uint8", "16 bits", "float"])) if channels in (1, 3) else "float"
    shape = (height, width, channels)
    image: Any = rng.integers(0, 256, shape, np.uint8)
    if kind == "16 bits":
        image = rng.integers(0, 65536, shape, np.uint16).astype(np.float32) / np.float32(65535)
    elif kind == "float":
        image = rng.random(shape, np.float32)
    count = draw(st.integers(0, 4))
    corners = np.sort(rng.random((count, 2, 2)), axis=1) * (width, height)
    ids = rng.permutation(100)[:count].tolist()
    names = draw(st.lists(WORDS_OF_PEOPLE, min_size=count, max_size=count))
    stack = [rng.random((height, width)) < 0.4 for _ in range(count)]
    semantic = SemanticMap(rng.integers(0, draw(st.sampled_from([3, 60_000])), (height, width), np.int32), {1: "a"})
    labels = Labels(
        Boxes.of(corners.reshape(-1, 4), names, ids),
        Masks.from_stack(stack, names, ids, size=(height, width)) if draw(st.booleans()) else None,
        semantic if draw(st.booleans()) else None,
        Keypoints.of(rng.random((count, 2)) * (width, height), names, [-1, *ids][:count], [True, False] * 2)
        if count == 4
        else Labels().keypoints,
        draw(st.none() | WORDS_OF_PEOPLE),
    )
    return Sample(name, image, labels)


projects = st.builds(
    Project,
    shareds,
    st.tuples(samples("a.png"), samples("folder/../b.tif".replace("../", ""))),
    st.sampled_from(["a.png", "cat"]),
    st.lists(st.builds(Pinned, WORDS_OF_PEOPLE, st.integers(0, 2**60)), max_size=2).map(tuple),
    st.lists(st.builds(Version, WORDS_OF_PEOPLE, specs), max_size=2).map(tuple),
)


@given(projects)
def test_a_project_comes_back_with_every_pixel_and_label(project: Project) -> None:
    opened = read_project(write_project(project, with_images=True))
    assert opened.problems == ()
    assert opened.awaited == ()
    back = opened.project
    assert [sample.digest for sample in back.samples] == [sample.digest for sample in project.samples]
    assert [sample.name for sample in back.samples] == [sample.name for sample in project.samples]
    assert (back.shared, back.image, back.pins, back.kept) == (
        project.shared,
        project.image,
        project.pins,
        project.kept,
    )


@settings(max_examples=10)
@given(projects)
def test_without_pictures_the_labels_find_theirs(project: Project) -> None:
    opened = read_project(write_project(project, with_images=False))
    bare = [sample.with_labels(Labels()) for sample in project.samples]
    found, waiting, problems = with_awaited(bare, opened.awaited)
    assert [sample.digest for sample in found] == [sample.digest for sample in project.samples]
    assert (waiting, problems) == ((), ())


def small_project() -> bytes:
    image = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    stack = [np.eye(12, 16, dtype=np.bool_)]
    labels = Labels(Boxes.of([[1, 2, 8.5, 9]], ["thing"]), Masks.from_stack(stack, ["thing"], size=(12, 16)))
    return write_project(Project(SHARED, (Sample("a.png", image, labels),), "a.png"), with_images=True)


PROJECT = small_project()
PARTS = {
    info.filename: zipfile.ZipFile(io.BytesIO(PROJECT)).read(info)
    for info in zipfile.ZipFile(io.BytesIO(PROJECT)).infolist()
}


def opened_or_said(data: bytes) -> OpenedProject | None:
    try:
        opened = read_project(data)
    except AugvizError:
        return None
    assert all(isinstance(problem, Problem) for problem in opened.problems)
    return opened


@given(st.lists(st.tuples(st.integers(0, len(PROJECT) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_zip_opens_or_is_said(changes: list[tuple[int, int]]) -> None:
    data = bytearray(PROJECT)
    for place, value in changes:
        data[place] = value
    opened_or_said(bytes(data))


@given(st.binary(max_size=100) | st.integers(0, len(PROJECT)).map(lambda end: PROJECT[:end]))
def test_random_bytes_are_no_project(data: bytes) -> None:
    opened_or_said(data)


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@given(st.sampled_from(sorted(PARTS)), st.binary(max_size=40), st.data())
def test_one_damaged_part_is_said_and_the_pipeline_opens(name: str, new: bytes, data: st.DataObject) -> None:
    old = PARTS[name]
    place = data.draw(st.integers(0, len(old)))
    parts = {**PARTS, name: old[:place] + new + old[place + len(new) :]}
    opened = opened_or_said(zipped(parts))
    assert opened is not None
    streams = [node.id for node in opened.project.shared.spec.walk()]
    assert streams == [node.id for node in SHARED.spec.walk()] or name == "settings.json"


@given(st.sampled_from(["settings.json", "labels/exact.json", "labels/annotations.json"]), values, st.data())
def test_any_value_in_any_place_of_a_project_is_taken_or_said(name: str, value: Any, data: st.DataObject) -> None:
    plain = json.loads(PARTS[name])
    container, key = data.draw(st.sampled_from(places(plain)))
    container[key] = value
    opened_or_said(zipped({**PARTS, name: json.dumps(plain).encode()}))
