from __future__ import annotations

import io
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from augviz import overlay
from augviz.overlay import MAX_OBJECTS, PALETTE, ClassColours, outlines, shapes
from augviz.overlay.colours import Colour
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap

COLOURS = ClassColours(("cat", "dog"))
SIZE = (240, 360)


def disc(radius: int, at: tuple[int, int] = (180, 120)) -> np.ndarray:
    yy, xx = np.mgrid[: SIZE[0], : SIZE[1]]
    return (xx - at[0]) ** 2 + (yy - at[1]) ** 2 <= radius**2


def ring() -> np.ndarray:
    return disc(80) & ~disc(40)


def star() -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 11)[:-1]
    reach = np.where(np.arange(10) % 2, 40, 100)
    corners = np.stack([180 + reach * np.cos(turn), 120 + reach * np.sin(turn)], axis=1).round().astype(np.int32)
    return cv2.fillPoly(np.zeros(SIZE, np.uint8), [corners], 1).astype(bool)


def comb() -> np.ndarray:
    mask = np.zeros(SIZE, bool)
    mask[40:200, 40:300] = True
    mask[60:200, 60:300:20] = False
    mask[60:200, 61:300:20] = False
    return mask


def two_parts() -> np.ndarray:
    return disc(40, (60, 60)) | disc(30, (280, 180))


def rasterised(rings: tuple[outlines.Ring, ...], size: tuple[int, int], fine: int = 8) -> np.ndarray:
    """Fill rings by the even-odd rule on a grid that is ``fine`` times finer, without the seam that OpenCV adds."""
    canvas = np.zeros((size[0] * fine, size[1] * fine), np.uint8)
    points = [np.array(r, np.int32).reshape(-1, 2) * fine for r in rings]
    cv2.fillPoly(canvas, points, 1)
    cv2.polylines(canvas, points, True, 0, 1)
    return canvas.astype(bool)


def masks_of(*stack: np.ndarray) -> Masks:
    return Masks.from_stack(stack, ["cat"] * len(stack), size=stack[0].shape)


def message_size(drawn: overlay.Overlay) -> int:
    return len(json.dumps(drawn.to_json(), separators=(",", ":"))) + len(drawn.raster)


# Linear RGB as it is seen with a full deficiency: Machado, Oliveira, Fernandes (2009), severity 1.0.
SIGHTS = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


class TestColours:
    def test_palette_has_at_least_twelve_different_colours(self) -> None:
        assert len(set(PALETTE)) >= 12

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_any_two_of_the_first_eight_stay_apart_for_every_eye(self, sight: str) -> None:
        srgb = np.array(PALETTE[:8], float) / 255
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        seen = np.clip(linear @ np.array(SIGHTS[sight]).T, 0, 1)
        seen = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
        lab = cv2.cvtColor(seen[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
        apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 1e3 * np.eye(len(lab))
        assert apart.min() > 15

    @pytest.mark.parametrize("colour", PALETTE)
    def test_ink_reads_on_its_colour(self, colour: Colour) -> None:
        light, dark = sorted((colour.luminance, colour.ink.luminance), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.2

    def test_known_names_take_colours_in_order_of_first_appearance(self) -> None:
        first = Labels(boxes=Boxes.of([(0, 0, 1, 1)] * 2, ["dog", "cat"]))
        second = Labels(
            boxes=Boxes.of([(0, 0, 1, 1)] * 2, ["bird", "dog"]),
            keypoints=Keypoints.of([(0, 0)], ["nose"]),
            semantic=SemanticMap(np.zeros((2, 2), np.int32), {1: "road"}),
        )
        colours = ClassColours.of([first, second])
        assert [colours.index_of(name) for name in ("dog", "cat", "bird", "road", "nose")] == [0, 1, 2, 3, 4]

    def test_unknown_names_have_the_same_colour_in_every_process(self) -> None:
        names = ["truck", "Ключ", "<b>", ""]
        code = f"from augviz.overlay import ClassColours; print([ClassColours().index_of(n) for n in {names!r}])"
        elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert elsewhere.stdout.strip() == str([ClassColours().index_of(name) for name in names])

    def test_more_names_than_colours_start_again(self) -> None:
        colours = ClassColours(tuple(f"class {k}" for k in range(30)))
        assert {colours.index_of(f"class {k}") for k in range(30)} == set(range(len(PALETTE)))


class TestOutlines:
    @pytest.mark.parametrize(
        ("shape", "least"),
        [(disc(80), 0.97), (ring(), 0.97), (star(), 0.97), (comb(), 0.97), (two_parts(), 0.97), (disc(14), 0.95)],
        ids=["disc", "ring", "star", "comb", "two parts", "small disc"],
    )
    @pytest.mark.parametrize("zoom", [1, 3])
    def test_outline_covers_the_mask(self, shape: np.ndarray, least: float, zoom: int) -> None:
        mask = np.kron(shape, np.ones((zoom, zoom), bool))
        drawn = overlay.of(Labels(masks=masks_of(mask)), mask.shape, COLOURS)
        filled = rasterised(drawn.outlines[0].rings, mask.shape)
        truth = np.kron(mask, np.ones((8, 8), bool))
        assert (filled & truth).sum() / (filled | truth).sum() > least

    def test_straight_edges_lie_exactly_on_the_box(self) -> None:
        mask = np.zeros(SIZE, bool)
        mask[20:50, 30:90] = True
        drawn = overlay.of(Labels(masks=masks_of(mask)), SIZE, COLOURS)
        corners = np.array(drawn.outlines[0].rings[0]).reshape(-1, 2)
        assert (corners.min(axis=0).tolist(), corners.max(axis=0).tolist()) == ([30, 20], [90, 50])

    def test_hole_is_a_ring_of_its_own(self) -> None:
        (outline,) = overlay.of(Labels(masks=masks_of(ring())), SIZE, COLOURS).outlines
        assert len(outline.rings) == 2
        assert not rasterised(outline.rings, SIZE)[120 * 8, 180 * 8]

    def test_objects_keep_name_id_and_size_and_the_largest_comes_first(self) -> None:
        masks = Masks.from_stack([disc(10), disc(60), disc(5, (20, 20))], ["dog", "cat", "dog"], [7, 3, 9], size=SIZE)
        drawn = overlay.of(Labels(masks=masks), SIZE, COLOURS).outlines
        assert [(o.name, o.object_id, o.colour) for o in drawn] == [("cat", 3, 0), ("dog", 7, 1), ("dog", 9, 1)]
        assert [o.area_px for o in drawn] == [int(disc(60).sum()), int(disc(10).sum()), int(disc(5, (20, 20)).sum())]

    @pytest.mark.parametrize("side", [1, 2])
    def test_object_of_a_pixel_is_not_lost(self, side: int) -> None:
        mask = np.zeros((2000, 2000), bool)
        mask[700 : 700 + side, 900 : 900 + side] = True
        (outline,) = overlay.of(Labels(masks=masks_of(mask)), mask.shape, COLOURS).outlines
        assert set(outline.rings[0]) == {700, 700 + side, 900, 900 + side}

    def test_object_of_which_nothing_is_left_has_no_outline(self) -> None:
        masks = Masks(np.zeros((1, *SIZE), np.uint16), ("cat",), (0,))
        assert overlay.of(Labels(masks=masks), SIZE, COLOURS).outlines == ()

    def test_windows_are_those_of_the_pixels(self) -> None:
        layer = np.random.default_rng(4).integers(0, 6, (9, 7)).astype(np.uint16)
        layer[layer == 4] = 0
        expected = [
            (v, xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            for v in (1, 2, 3, 5)
            for ys, xs in [np.nonzero(layer == v)]
        ]
        assert [tuple(window) for window in outlines.windows_of(layer)] == expected


class TestBounds:
    def test_of_ten_thousand_boxes_the_largest_500_are_drawn_and_it_is_said(self) -> None:
        sides = np.linspace(1, 100, 10_000, dtype=np.float32)
        xyxy = np.stack([sides * 0, sides * 0, sides, sides], axis=1)
        drawn = overlay.of(Labels(boxes=Boxes.of(xyxy, ["cat"] * 10_000)), SIZE, COLOURS)
        assert len(drawn.boxes) == MAX_OBJECTS
        assert min(box.xyxy[2] for box in drawn.boxes) >= round(float(sides[-MAX_OBJECTS]), 1)
        assert drawn.note == "500 of 10,000 boxes drawn"

    def test_few_objects_need_no_note(self) -> None:
        labels = Labels(boxes=Boxes.of([(0, 0, 9, 9)], ["cat"]), masks=masks_of(disc(20)))
        assert overlay.of(labels, SIZE, COLOURS).note == ""

    @pytest.mark.parametrize("objects", [1, 200])
    def test_frayed_masks_stay_a_small_message(self, objects: int) -> None:
        noise = np.random.default_rng(0).random((600, 800)) < 0.5
        stripes = (np.arange(800) * objects // 800 + 1).astype(np.uint16)
        masks = Masks((noise * stripes)[None], ("cat",) * objects, tuple(range(objects)))
        drawn = overlay.of(Labels(masks=masks), (600, 800), COLOURS)
        assert len(drawn.outlines) == objects
        assert sum(len(r) // 2 for o in drawn.outlines for r in o.rings) <= shapes.MAX_POINTS
        assert message_size(drawn) < 80_000

    def test_two_hundred_boxes_are_under_ten_kilobytes(self) -> None:
        xyxy = np.random.default_rng(1).uniform(0, 400, (200, 2)).repeat(2, axis=0).reshape(200, 4)
        assert message_size(overlay.of(Labels(boxes=Boxes.of(xyxy, ["cat"] * 200)), SIZE, COLOURS)) < 10_000


def plate(size: int = 1000) -> SemanticMap:
    values = np.zeros((size, size), np.int32)
    values[100:900, 100:900] = 1
    cv2.line(values, (150, 200), (850, 820), 2, 2)
    return SemanticMap(values, {0: "background", 1: "plate", 2: "crack"})


class TestSemanticMap:
    def test_crack_of_two_pixels_is_a_polygon_with_area(self) -> None:
        drawn = overlay.of(Labels(semantic=plate()), (1000, 1000), COLOURS)
        crack = next(region for region in drawn.regions if region.name == "crack")
        ends = np.array(crack.rings[0]).reshape(-1, 2)
        assert drawn.raster == b""
        assert [region.name for region in drawn.regions] == ["plate", "crack"]
        assert np.abs(ends.min(axis=0) - (150, 200)).max() <= 3
        assert np.abs(ends.max(axis=0) - (850, 820)).max() <= 3

    def test_fine_map_travels_as_picture_in_which_the_crack_is_whole(self) -> None:
        values = np.random.default_rng(0).integers(1, 4, (1000, 1000)).astype(np.int32)
        values[:, 500:502] = 9
        drawn = overlay.of(Labels(semantic=SemanticMap(values)), (1000, 1000), COLOURS, max_side=320)
        picture = Image.open(io.BytesIO(drawn.raster))
        crack_colour = COLOURS.index_of("9") + 1
        assert max(picture.size) <= 320
        assert (np.asarray(picture) == crack_colour).any(axis=1).all()
        assert {region.name for region in drawn.regions} == {"1", "2", "3", "9"}
        assert len(drawn.raster) < 80_000

    def test_nothing_is_clear_in_the_picture(self) -> None:
        values = np.random.default_rng(0).integers(0, 2, (300, 300)).astype(np.int32)
        values[:100] = 0
        drawn = overlay.of(Labels(semantic=SemanticMap(values)), (300, 300), COLOURS)
        picture = np.asarray(Image.open(io.BytesIO(drawn.raster)).convert("RGBA"))
        assert (picture[:100, :, 3] == 0).all()
        assert picture[150:, :, 3].max() == 255

    @pytest.mark.parametrize(
        ("value", "name", "expected"),
        [(0, None, True), (255, None, True), (3, None, False), (0, "road", False), (7, "Background", True)],
    )
    def test_what_counts_as_background(self, value: int, name: str | None, expected: bool) -> None:
        semantic = SemanticMap(np.zeros((1, 1), np.int32), {} if name is None else {value: name})
        assert shapes.is_background(semantic, value) is expected

    def test_name_of_a_region_stands_inside_it(self) -> None:
        values = np.zeros((400, 600), np.int32)
        values[300:390, 20:580] = 4
        (region,) = overlay.of(Labels(semantic=SemanticMap(values)), (400, 600), COLOURS).regions
        assert values[round(region.at_xy[1]), round(region.at_xy[0])] == 4


class TestToJson:
    def test_it_is_json_and_names_stand_once(self) -> None:
        labels = Labels(
            boxes=Boxes.of([(0, 0, 9, 9), (1, 1, 5, 5)], ["cat", "cat"], [4, 5]),
            keypoints=Keypoints.of([(3.26, 4.0)], ["nose"], [4], [False]),
        )
        content = json.loads(json.dumps(overlay.of(labels, SIZE, COLOURS).to_json()))
        nose = COLOURS.index_of("nose")
        assert content["names"] == ["cat", "nose"]
        assert content["size"] == [360, 240]
        assert content["boxes"] == [[0, 0, 9, 9, 0, 0, 4], [1, 1, 5, 5, 0, 0, 5]]
        assert content["points"] == [[3.3, 4.0, 1, nose, 4, 0]]

    def test_no_labels_make_an_empty_overlay(self) -> None:
        assert overlay.of(Labels(), SIZE, COLOURS) == overlay.Overlay((360, 240))


class TestDraw:
    GREY = np.full((*SIZE, 3), 128, np.uint8)

    def test_box_is_painted_on_its_edges_and_nowhere_inside(self) -> None:
        painted = overlay.draw(self.GREY, Labels(boxes=Boxes.of([(100, 60, 200, 160)], ["cat"])), COLOURS)
        assert painted[110, 99:101].tolist() == [list(PALETTE[0])] * 2
        assert (painted[65:155, 105:195] == 128).all()

    def test_mask_is_tinted_inside_and_only_there(self) -> None:
        painted = overlay.draw(self.GREY, Labels(masks=masks_of(star())), COLOURS)
        changed = (painted != 128).any(axis=2)
        chip = np.zeros(SIZE, bool)
        chip[:45] = True
        assert changed[star()].all()
        assert not changed[~star() & ~chip].any()

    def test_crack_of_two_pixels_is_painted(self) -> None:
        crack = plate().values == 2
        picture = np.full((1000, 1000, 3), 128, np.uint8)
        painted = overlay.draw(picture, Labels(semantic=plate()), ClassColours(("plate", "crack")))
        assert (painted[crack] == PALETTE[1]).all(axis=1).mean() > 0.9

    @pytest.mark.parametrize(("visible", "filled"), [(True, True), (False, False)])
    def test_keypoint_is_full_or_hollow(self, visible: bool, filled: bool) -> None:
        points = Keypoints.of([(180.5, 120.5)], ["cat"], visible=[visible])
        painted = overlay.draw(self.GREY, Labels(keypoints=points), COLOURS)
        assert (painted[120, 180].tolist() == list(PALETTE[0])) is filled
        assert (painted[112:129, 172:189] == PALETTE[0]).all(axis=2).any()

    def test_picture_says_what_it_leaves_out(self) -> None:
        picture = np.zeros((300, 300, 3), np.uint8)
        few = Boxes.of([(5, 5, 50, 50)] * MAX_OBJECTS, ["cat"] * MAX_OBJECTS)
        many = Boxes.of([(5, 5, 50, 50)] * (MAX_OBJECTS + 1), ["cat"] * (MAX_OBJECTS + 1))
        assert not overlay.draw(picture, Labels(boxes=few), COLOURS)[270:].any()
        assert overlay.draw(picture, Labels(boxes=many), COLOURS)[270:].any()

    @pytest.mark.parametrize("channels", [1, 3])
    def test_input_is_not_touched_and_result_is_rgb(self, channels: int) -> None:
        picture = np.full((50, 60, channels), 7, np.uint8)
        painted = overlay.draw(picture, Labels(boxes=Boxes.of([(5, 5, 40, 40)], ["cat"])), COLOURS)
        assert (picture == 7).all()
        assert painted.shape == (50, 60, 3)
        assert painted.dtype == np.uint8

    @pytest.mark.parametrize("name", ["", "x" * 500, "кот 猫", "two\nlines", "<img src=x>"])
    @pytest.mark.parametrize("box", [(0, 0, 60, 50), (59, 49, 60, 50), (10, 10, 10, 10), (-500, -500, 900, 900)])
    def test_any_name_and_any_place_can_be_painted(self, name: str, box: tuple[float, ...]) -> None:
        painted = overlay.draw(np.zeros((50, 60, 3), np.uint8), Labels(boxes=Boxes.of([box], [name])), COLOURS)
        assert painted.shape == (50, 60, 3)

    @pytest.mark.parametrize("picture", [np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3), np.float32)])
    def test_other_pictures_are_refused(self, picture: np.ndarray) -> None:
        with pytest.raises(ValueError, match="uint8"):
            overlay.draw(picture, Labels(), COLOURS)


def test_an_overlay_comes_back_from_its_json() -> None:
    masks = np.zeros((1, 20, 30), bool)
    masks[0, 4:12, 5:18] = True
    labels = Labels(
        boxes=Boxes.of([[5, 4, 18, 12], [1, 1, 9.5, 6]], ["cat", "dog"], [7, 8]),
        masks=Masks.from_stack([masks[0]], ["cat"], [7], size=(20, 30)),
        keypoints=Keypoints.of([[6, 5]], ["eye"]),
        semantic=SemanticMap(np.pad(np.ones((10, 15), np.int32), ((0, 10), (0, 15))), {1: "grass"}),
    )
    drawn = overlay.of(labels, (20, 30), ClassColours.of([labels]))
    again = overlay.overlay_of_json(json.dumps(drawn.to_json()))
    assert again == drawn
    assert overlay.overlay_of_json("{}").boxes == ()
