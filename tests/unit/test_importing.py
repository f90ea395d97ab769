"""What comes in is read strictly, said kindly, and never run."""

from __future__ import annotations

import json

import pytest

from augviz.errors import PipelineError
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.located import MAX_BYTES
from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step, without_ids


def save_form(*steps: str) -> str:
    return "\n".join(["transform:", "  __class_fullname__: Compose", "  p: 1.0", "  transforms:", *steps])


def test_the_short_form_by_hand() -> None:
    text = """
transform:
  - HorizontalFlip:
      p: 0.5
  - ShiftScaleRotate: {shift_limit: 0.0625, rotate_limit: 15, border_mode: 0, p: 0.5}
  - OneOf: [Blur, {MedianBlur: {p: 0.2}}]
  - RandomSizedBBoxSafeCrop: {height: 512, width: 512, erosion_rate: 0.2, p: 0.5}
  - Normalize: {mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
  - ToTensorV2
"""
    spec = read_pipeline(text).spec
    assert [node.name for node in spec.steps] == [
        "HorizontalFlip", "ShiftScaleRotate", "OneOf", "RandomSizedBBoxSafeCrop",
    ]  # fmt: skip
    assert [step.name for step in spec.tail] == ["Normalize", "ToTensorV2"]
    assert spec.steps[1].params["rotate_limit"] == 15
    assert spec.steps[2].children[0] == Step("Blur", {}, 0.5, id="Blur-1")


def test_the_form_of_save_with_policies_and_full_names() -> None:
    text = """
__version__: 2.0.8
transform:
  __class_fullname__: albumentations.core.composition.Compose
  additional_targets: {}
  bbox_params: {format: yolo, label_fields: [cls], min_area: 10, min_visibility: 0.2, check_each_transform: true}
  keypoint_params: null
  is_check_shapes: true
  p: 1.0
  transforms:
  - {__class_fullname__: albumentations.augmentations.geometric.flip.HorizontalFlip, p: 0.25}
"""
    imported = read_pipeline(text)
    assert imported.spec.steps == (Step("HorizontalFlip", {}, 0.25, id="HorizontalFlip-1"),)
    assert imported.spec.boxes.format == "yolo"
    assert imported.spec.boxes.label_fields == ("cls",)
    assert imported.spec.keypoints is None
    assert imported.notes == ()


def test_json_is_read_too_with_small_numbers() -> None:
    document = {"transform": {"__class_fullname__": "Compose", "transforms": [
        {"__class_fullname__": "ShotNoise", "scale_range": [1e-05, 0.3], "p": 0.5}]}}  # fmt: skip
    spec = read_pipeline(json.dumps(document)).spec
    assert spec.steps[0].params["scale_range"] == (1e-05, 0.3)


OLD = [
    ("- Rotate: {limit: 10, value: 3, p: 1}", {"limit": 10, "fill": 3}, "value is called fill"),
    ("- GaussNoise: {var_limit: [6.5025, 26.01], p: 1}", {"std_range": (0.01, 0.02)}, "std_range"),
    ("- ImageCompression: {quality_lower: 50, quality_upper: 90, p: 1}", {"quality_range": (50, 90)}, "quality_range"),
    ("- RandomResizedCrop: {height: 64, width: 96, p: 1}", {"size": (64, 96)}, "size"),
    ("- Downscale: {scale_min: 0.3, scale_max: 0.6, p: 1}", {"scale_range": (0.3, 0.6)}, "scale_range"),
    ("- Solarize: {threshold: 128, p: 1}", {"threshold_range": (0.501961, 0.501961)}, "threshold_range"),
    (
        "- CoarseDropout: {max_holes: 4, min_holes: 2, max_height: 8, max_width: 9, p: 1}",
        {"num_holes_range": (2, 4), "hole_height_range": (8, 8), "hole_width_range": (9, 9)},
        "num_holes_range",
    ),
    ("- JpegCompression: {quality_lower: 20, quality_upper: 30, p: 1}",
     {"quality_range": (20, 30), "compression_type": "jpeg"}, "ImageCompression now"),
    ("- HorizontalFlip: {always_apply: false, p: 1}", {}, "always_apply"),
    ("- RandomBrightness: {limit: 0.3, p: 1}", {"brightness_limit": 0.3, "contrast_limit": (0, 0)}, "is called"),
    ("- RandomContrast: {limit: 0.3, p: 1}", {"contrast_limit": 0.3, "brightness_limit": (0, 0)}, "is called"),
    (
        "- CoarseDropout: {max_holes: 4, max_height: 32, p: 1}",
        {"num_holes_range": (4, 4), "hole_height_range": (32, 32), "hole_width_range": (8, 8)},
        "hole_width_range is 8, as max_width was",
    ),
    (
        "- Cutout: {max_h_size: 16, p: 1}",
        {"num_holes_range": (8, 8), "hole_height_range": (16, 16), "hole_width_range": (8, 8)},
        "CoarseDropout now",
    ),
    (
        "- GridDropout: {unit_size_min: 4, unit_size_max: 9, shift_x: 2, mask_fill_value: 0, p: 1}",
        {"unit_size_range": (4, 9), "shift_xy": (2, 0), "fill_mask": 0},
        "unit_size_range",
    ),
    ("- GridDropout: {holes_number_x: 4, holes_number_y: null, p: 1}", {}, "only one was set"),
    (
        "- RandomSunFlare: {angle_lower: 0.2, num_flare_circles_upper: 8, p: 1}",
        {"angle_range": (0.2, 1), "num_flare_circles_range": (6, 8)},
        "angle_range",
    ),
    ("- RandomShadow: {num_shadows_lower: 2, num_shadows_upper: 3, p: 1}", {"num_shadows_limit": (2, 3)}, "limit"),
    ("- ImageCompression: {compression_type: 1, p: 1}", {"compression_type": "webp"}, "webp"),
    (
        "- Downscale: {interpolation: {upscale: 1, downscale: 3}, p: 1}",
        {"interpolation_pair": {"upscale": 1, "downscale": 3}},
        "interpolation_pair",
    ),
    ("- RandomGamma: {eps: null, gamma_limit: [80, 120], p: 1}", {"gamma_limit": (80, 120)}, "eps is gone"),
    ("- RandomCrop: {height: 8, width: 8, pad_mode: 4, pad_cval: 9, p: 1}",
     {"height": 8, "width": 8, "border_mode": 4, "fill": 9}, "pad_mode is called border_mode"),
    ("- XYMasking: {fill_value: 7, p: 1}", {"fill": 7}, "fill_value is called fill"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "params", "note"), OLD, ids=[row[0].split(":")[0] for row in OLD])
def test_older_spellings_are_mapped_with_a_note(text: str, params: dict[str, object], note: str) -> None:
    imported = read_pipeline(f"transform:\n  {text}")
    assert dict(imported.spec.steps[0].params) == params
    assert any(note in str(each) for each in imported.notes)
    assert all(each.where == "line 2" for each in imported.notes)


# What 1.3.1 writes for steps with nothing set but their name: null where its constructor has None.
SAVED_BY_1_3_1 = [
    (
        "{__class_fullname__: ShiftScaleRotate, always_apply: false, p: 0.5, shift_limit_x: [-0.0625, 0.0625], "
        "shift_limit_y: [-0.0625, 0.0625], scale_limit: [-0.1, 0.1], rotate_limit: [-45, 45], interpolation: 1, "
        "border_mode: 4, value: null, mask_value: null, rotate_method: largest_box}",
        {"border_mode": 4},
    ),
    (
        "{__class_fullname__: Rotate, always_apply: false, p: 0.5, limit: [-90, 90], interpolation: 1, border_mode: 4, "
        "value: null, mask_value: null, rotate_method: largest_box, crop_border: false}",
        {"limit": (-90, 90)},
    ),
    (
        "{__class_fullname__: ElasticTransform, always_apply: false, p: 0.5, alpha: 1, sigma: 50, alpha_affine: 50, "
        "interpolation: 1, border_mode: 4, value: null, mask_value: null, approximate: false, same_dxdy: false}",
        {"sigma": 50},
    ),
    (
        "{__class_fullname__: RandomRain, always_apply: false, p: 0.5, slant_lower: -10, slant_upper: 10, "
        "drop_length: 20, drop_width: 1, drop_color: [200, 200, 200], blur_value: 7, brightness_coefficient: 0.7, "
        "rain_type: null}",
        {"slant_range": (-10, 10)},
    ),
    (
        "{__class_fullname__: CoarseDropout, always_apply: false, p: 0.5, max_holes: 8, max_height: 8, max_width: 8, "
        "min_holes: 8, min_height: 8, min_width: 8, fill_value: 0, mask_fill_value: null}",
        {"num_holes_range": (8, 8)},
    ),
]


@pytest.mark.parametrize(("step", "params"), SAVED_BY_1_3_1, ids=[row[0].split(",")[0] for row in SAVED_BY_1_3_1])
def test_what_1_3_1_saved_is_read(step: str, params: dict[str, object]) -> None:
    (read,) = read_pipeline(save_form(f"  - {step}")).spec.steps
    assert read.params.items() >= params.items()
    assert "fill" not in read.params or read.params["fill"] is not None


def test_always_apply_means_p_1() -> None:
    spec = read_pipeline("transform:\n- HorizontalFlip: {always_apply: true, p: 0.5}").spec
    assert spec.steps[0].p == 1.0


def test_flip_and_one_or_other_become_groups() -> None:
    text = "transform:\n- Flip: {p: 0.5}\n- OneOrOther: {transforms: [Blur, MedianBlur], p: 0.3}"
    flip, other = read_pipeline(text).spec.steps
    assert isinstance(flip, Group)
    assert [child.name for child in flip.children] == ["HorizontalFlip", "VerticalFlip", "Sequential"]
    assert isinstance(other, Group)
    assert [child.p for child in other.children] == [0.3, 0.7]


def test_normalize_in_the_middle_is_moved_and_said() -> None:
    imported = read_pipeline("transform:\n- Normalize: {}\n- HorizontalFlip: {p: 1}")
    assert [step.name for step in imported.spec.tail] == ["Normalize"]
    assert any("moved to the end" in str(note) for note in imported.notes)


def test_a_missing_p_in_the_form_of_save_is_what_load_takes() -> None:
    imported = read_pipeline(save_form("  - {__class_fullname__: RandomCrop, height: 8, width: 8}"))
    assert imported.spec.steps[0].p == 0.5
    assert any("0.5" in str(note) for note in imported.notes)


BLUR_SAVED = save_form("  - {__class_fullname__: Blur, p: 1}")
ALIASES = "a: &a [1, 1, 1]\nb: &b [*a, *a]\ntransform: [*b]"
HOSTILE = [
    ("", "empty"),
    ("just text", "no 'transform' entry"),
    ("- 1", "a transform is expected"),
    ("{}", "no 'transform' entry"),
    ("transform: null", "transforms must be a list"),
    ("transform: [1]", "line 1: a transform is expected"),
    ("transform:\n- !!python/object/apply:os.system ['true']", "line 2"),
    ("transform:\n- os.system: {p: 1}", "os.system"),
    (ALIASES, "line 2: YAML aliases"),
    ("[" * 60 + "]" * 60, "levels deep"),
    ("x" * (MAX_BYTES + 1), "bytes"),
    ("transform:\n- HorizontalFlp: {p: 1}", "line 2"),
    ("transform:\n- HorizontalFlip: {p: 1}\n- Rotate:\n    limt: 3", "line 4"),
    ("transform:\n- Rotate: {limit: .nan}", "not a finite number"),
    ("transform:\n- Rotate: {limit: .inf}", "not a finite number"),
    ("transform:\n- HorizontalFlip: {p: 2}", "p must be a number from 0 to 1"),
    ("transform:\n- HorizontalFlip: {p: .nan}", "finite"),
    ("transform:\n- OneOf: {transforms: [Blur], p: -3}", "p must be a number from 0 to 1"),
    ("transform:\n- OneOf: {transforms: [Blur], p: x}", "p must be a number from 0 to 1"),
    ("transform:\n- OneOf: {transforms: [Blur: {p: 0}]}", "p above 0"),
    ("transform:\n- OneOf: {transform: [Blur]}", "no argument 'transform'"),
    ("transform:\n- Rotate: {limit: 3, limit: 9}", "line 2: 'limit' stands twice"),
    ("transform:\n- Resize: {height: 1000000000, width: 1000000000}", "line 2"),
    ("transform:\n- TextImage: {font_path: /etc/passwd}", "TextImage is not offered"),
    ("transform:\n- Lambda: {}", "Lambda is not offered"),
    ("transform:\n- BaseDropout: {}", "BaseDropout"),
    ("transform:\n- BboxParams: {}", "BboxParams"),
    ("transform:\n- SelectiveChannelTransform: {transforms: [Blur]}", "cannot be shown"),
    (BLUR_SAVED.replace("p: 1.0", "bbox_params: {format: foo}"), "format 'foo'"),
    (BLUR_SAVED.replace("p: 1.0", "bbox_params: {min_area: 3}"), "needs a format"),
    (BLUR_SAVED.replace("p: 1.0", "bbox_params: {form: coco}"), "no field 'form'"),
    (BLUR_SAVED.replace("p: 1.0", "prob: 1"), "no argument 'prob'"),
    ("transform:\n" + "- HorizontalFlip\n" * 201, "more than 200 steps"),
    ("transform:\n- SomeOf: {n: 0, transforms: [Blur]}", "n must be a whole number"),
    ("transform: [\n", "not valid YAML"),
    ("\x00\x01", "not text"),
    ("transform:\n- 2026-11-23", "line 2"),
    ("transform:\n- Sequential: {transforms: [Normalize]}", "only stand at the end"),
    ("transform:\n- HorizontalFlip: {p: 0x" + "F" * 9000 + "}", "line 2: '0xFFFF"),
    ("transform:\n- HorizontalFlip: {p: 0x" + "F" * 30 + "}", "too large a number"),
    ("transform:\n- HorizontalFlip: {p: 1" + ":1" * 90_000 + ".0}", "too long for a number"),
    ("transform:\n- HorizontalFlip: {p: 1" + ":1" * 9000 + "}", "too long for a number"),
    ("transform:\n- GaussianBlur: {blur_limit: 0x" + "F" * 9000 + "}", "too long for a number"),
    (BLUR_SAVED.replace("p: 1.0", "bbox_params: {format: coco, min_area: 0x" + "F" * 9000 + "}"), "too long for a num"),
    ('transform:\n- "\\uD83D": {p: 0.5}', "line 2: half of a character"),
    ("transform:\n- \ud83d: {p: 0.5}", "mine.yaml"),
    ("transform:\n- GaussNoise: {var_limit: [1]}", "line 2: GaussNoise: an argument of Albumentations 1.x"),
    ("transform:\n- Solarize: {threshold: x}", "line 2: Solarize: an argument of Albumentations 1.x"),
    ('transform:\n- Resize: {height: "100000", width: 8}', "'100000' is not accepted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), HOSTILE, ids=[row[1] for row in HOSTILE])
def test_what_cannot_be_read_gets_its_sentence(text: str, said: str) -> None:
    with pytest.raises(PipelineError) as caught:
        read_pipeline(text, "mine.yaml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("mine.yaml")


def test_label_settings_beside_the_steps_are_read_and_everything_else_is_named() -> None:
    imported = read_pipeline(
        "name: mine\ntransform:\n- HorizontalFlip\nbbox_params: {format: yolo, min_visibility: 0.3}\nmetrics: [a]\n"
    )
    assert imported.spec.boxes is not None
    assert imported.spec.boxes.min_visibility == 0.3
    assert [note.where for note in imported.notes] == ["line 1", "line 5"]
    assert "'name' is no part" in str(imported.notes[0])


def test_null_in_bbox_params_means_that_nothing_was_set() -> None:
    text = BLUR_SAVED.replace("p: 1.0", "bbox_params: {format: coco, min_area: null, check_each_transform: null}")
    assert read_pipeline(text).spec.boxes == BoxPolicy("coco", ())


def test_json_may_be_indented_by_tabs() -> None:
    document = {"transform": {"__class_fullname__": "Compose", "transforms": [{"__class_fullname__": "Blur", "p": 1}]}}
    assert read_pipeline(json.dumps(document, indent="\t")).spec.steps[0].name == "Blur"


def test_own_streams_come_back_unless_the_steps_were_changed_by_hand() -> None:
    text = "transform:\n- HorizontalFlip: {p: 1}\n- Blur: {p: 1}\naugviz: {seed: 41, steps: [flip, blur]}"
    imported = read_pipeline(text)
    assert [node.id for node in imported.spec.steps] == ["flip", "blur"]
    assert imported.seed == 41
    changed = read_pipeline(text.replace("- Blur: {p: 1}\n", ""))
    assert [node.id for node in changed.spec.steps] == ["HorizontalFlip-1"]
    assert any("changed by hand" in str(note) for note in changed.notes)


@pytest.mark.parametrize("own", ["3", "{steps: 3}", "{seed: -4}", "{seed: x, steps: [a, a]}", "{steps: [[1], {a: b}]}"])
def test_a_damaged_own_key_loses_nothing(own: str) -> None:
    imported = read_pipeline(f"transform:\n- HorizontalFlip: {{p: 1}}\n- Blur: {{p: 1}}\naugviz: {own}")
    assert without_ids(imported.spec) == without_ids(PipelineSpec((Step("HorizontalFlip"), Step("Blur"))))
    assert imported.seed is None
