"""PNG masks as users have them, good and bad."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from augviz.formats import ImageInfo, LabelledImage, SourceFile, by_name
from augviz.sample import Labels, Masks, SemanticMap

MASK = by_name("mask")
CAT = ImageInfo("images/cat.jpg", 4, 6)
VALUES = np.array([[0, 0, 1, 1, 2, 2]] * 3 + [[0, 0, 1, 1, 3, 3]], np.uint8)


def png(values, mode=None, palette=None, **options):
    picture = Image.fromarray(np.asarray(values))
    if palette is not None:
        picture.putpalette(palette)
    if mode is not None:
        picture = picture.convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def read(data, *others, name="masks/cat.png", images=(CAT,)):
    return MASK.read([SourceFile(name, data), *others], images)


PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0]


@pytest.mark.parametrize(
    "data",
    [
        png(VALUES),
        png(VALUES.astype(np.uint16)),
        png(VALUES, palette=PALETTE),
        png(VALUES, palette=PALETTE, bits=2),
        png(np.repeat(VALUES[:, :, None], 3, axis=2)),
        png(np.dstack([VALUES] * 3 + [np.full_like(VALUES, 255)])),
    ],
    ids=["index", "16 bit", "palette", "palette of 2 bits", "grey RGB", "grey RGBA"],
)
def test_values_are_the_index(data):
    result = read(data)
    np.testing.assert_array_equal(result.labels[CAT.name].semantic.values, VALUES)
    assert result.problems == ()


def test_a_grey_png_of_four_bits_keeps_its_values():
    row = b"\x00" + bytes([0x01, 0x2F])
    data = _raw_png(width=4, height=2, bits=4, rows=row * 2)
    result = read(data, images=[ImageInfo("cat.jpg", 2, 4)])
    assert result.labels["cat.jpg"].semantic.values.tolist() == [[0, 1, 2, 15]] * 2


def _raw_png(*, width, height, bits, rows):
    def chunk(kind, body):
        crc = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + crc

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([bits, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_palette_gives_colours_and_classes_txt_names():
    names = SourceFile("classes.txt", b"background\ncat\ndog\n")
    semantic = read(png(VALUES, palette=PALETTE), names).labels[CAT.name].semantic
    assert semantic.colours == {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0), 3: (128, 128, 0)}
    assert [semantic.name_of(value) for value in range(4)] == ["background", "cat", "dog", "3"]


COLOURS = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)


def test_colours_become_values_and_the_same_ones_in_every_mask():
    blue_only = SourceFile("masks/dog.png", png(COLOURS[np.where(VALUES == 3, 3, 0)]))
    result = read(png(COLOURS[VALUES]), blue_only, images=[CAT, ImageInfo("images/dog.jpg", 4, 6)])
    cat, dog = (result.labels[f"images/{name}.jpg"].semantic for name in ("cat", "dog"))
    assert cat.colours[cat.values[3, 5]] == dog.colours[dog.values[3, 5]] == (0, 0, 255)
    assert cat.values[3, 5] == dog.values[3, 5]
    assert cat.values[0, 0] == 0


def test_labelmap_txt_gives_colours_their_values_and_names():
    legend = SourceFile(
        "labelmap.txt", b"# label:color_rgb:parts:actions\nnone:0,0,0::\nsky:0,0,255::\ncat:255,0,0::\n"
    )
    semantic = read(png(COLOURS[VALUES]), legend).labels[CAT.name].semantic
    assert semantic.name_of(int(semantic.values[3, 5])) == "sky"
    assert semantic.name_of(int(semantic.values[0, 2])) == "cat"
    assert semantic.name_of(int(semantic.values[0, 5])) == "3"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "masks/cat.png: the mask is empty (0 bytes). Export it again."),
        (png(VALUES[:2]), "masks/cat.png: the mask is 6 x 2 pixels, the image 6 x 4."),
        (png(VALUES)[:60], "masks/cat.png: the mask is damaged or cut off."),
        (b"\xff\xd8\xff\xe0 JFIF", "masks/cat.png: the mask is no PNG."),
        (_raw_png(width=60000, height=60000, bits=8, rows=b""), "the mask is 60000 x 60000 pixels, the image 6 x 4."),
    ],
    ids=["no bytes", "another size", "cut off", "a JPEG", "bomb"],
)
def test_a_bad_mask_gets_one_sentence(data, sentence):
    result = read(data)
    assert result.labels == {}
    assert len(result.problems) == 1
    assert sentence in str(result.problems[0])


def test_a_photo_in_a_mask_folder_is_refused():
    photo = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    result = read(png(photo), images=[ImageInfo("cat.jpg", 40, 60)])
    assert "a mask of classes has at most 256" in str(result.problems[0])


@pytest.mark.parametrize(
    ("mask", "is_claimed"),
    [
        ("masks/cat.png", True),
        ("labels/CAT.png", True),
        ("SegmentationClass/cat.png", True),
        ("train/masks/cat_mask.png", True),
        ("cat_mask.png", True),
        ("cat-mask.png", True),
        ("cat_seg.png", True),
        ("cat_label.png", True),
        ("cat.png", False),
        ("other_mask.png", False),
        ("masks/other.png", False),
        ("photos/dog.png", False),
    ],
)
def test_only_what_looks_like_a_mask_and_has_a_partner_is_claimed(mask, is_claimed):
    images = [CAT, ImageInfo(mask, 4, 6), ImageInfo("photos/wolf.png", 4, 6)]
    files = [SourceFile(mask, png(VALUES)), SourceFile("photos/wolf.png", png(VALUES))]
    assert [file.name for file in MASK.claims(files, images)] == ([mask] if is_claimed else [])


def test_a_palette_png_beside_its_photo_is_a_mask():
    file = SourceFile("cat.png", png(VALUES, palette=PALETTE))
    assert MASK.claims([file], [CAT, ImageInfo("cat.png", 4, 6)]) == (file,)


def test_a_mask_without_any_bytes_is_claimed_too():
    file = SourceFile("masks/cat.png", b"")
    assert MASK.claims([file], [CAT]) == (file,)


@pytest.mark.parametrize("name", ["cat_mask.png", "masks/cat.png", "masks/cat_mask.png", "masks/cat.PNG"])
def test_a_mask_finds_its_image(name):
    assert CAT.name in read(png(VALUES), name=name).labels


def test_instances_come_with_classes_boxes_and_without_the_void():
    objects = np.array([[0, 1, 1, 255, 2, 2]] * 4, np.uint8)
    classes = np.array([[0, 7, 7, 255, 9, 9]] * 4, np.uint8)
    result = read(
        png(objects),
        SourceFile("VOC/SegmentationClass/cat.png", png(classes)),
        SourceFile("classes.txt", b"\n" * 7 + b"cat\n\ndog\n"),
        name="VOC/SegmentationObject/cat.png",
    )
    labels = result.labels[CAT.name]
    assert labels.masks.labels == labels.boxes.labels == ("cat", "dog")
    assert labels.boxes.xyxy.tolist() == [[1, 0, 3, 4], [4, 0, 6, 4]]
    assert labels.semantic.values[0, 4] == 9


def test_instances_are_written_with_the_smaller_on_top_and_come_back_with_their_classes():
    stack = np.zeros((2, 4, 6), bool)
    stack[0, 1:3, 1:3] = True
    stack[1] = True
    labels = Labels(masks=Masks.from_stack(stack, ["cat", "room"], size=(4, 6)))
    result = MASK.read(MASK.write([LabelledImage(CAT, labels)], classes=("dog", "cat")), [CAT])
    back = result.labels[CAT.name]
    assert back.masks.labels == ("cat", "room")
    np.testing.assert_array_equal(back.masks.mask_of(0), stack[0])
    np.testing.assert_array_equal(back.masks.mask_of(1), stack[1] & ~stack[0])
    assert back.semantic.name_of(2) == "cat"


def test_a_class_map_with_a_palette_opens_in_other_programs_in_its_colours():
    labels = Labels(semantic=SemanticMap(VALUES.astype(np.int32), {}, {1: (255, 0, 0), 2: (0, 255, 0)}))
    file = MASK.write([LabelledImage(CAT, labels)])[0]
    with Image.open(io.BytesIO(file.data)) as picture:
        assert picture.mode == "P"
        assert picture.convert("RGB").getpixel((2, 0)) == (255, 0, 0)
