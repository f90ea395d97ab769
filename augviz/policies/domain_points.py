"""A careful pipeline for each kind of image.

Careful means that it keeps the label: no mirror image where left and right mean something, no hue where colour is the
label, no blur where the finding is two pixels wide. They are a place to begin, not a verdict: every image set has
labels of its own.

Sources, by the short names used below:

* *the guide*: "Image Augmentation in Machine Learning", QnA Lab, ML System Design Reference.
* *Albumentations' guide*: "Choosing Augmentations for Model Generalization" and "What Is Image Augmentation?".
* *Albumentations on medical images*: its article of 2026-04-25.
"""

from __future__ import annotations

from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step
from augviz.policies.starting_point import (
    StartingPoint,
    around_zero,
    brightness_contrast,
    noise,
    says,
    soft_blur,
    step,
    tail,
)

SIX_BAND_MEAN = (0.174, 0.221, 0.211, 0.376, 0.581, 0.418)
SIX_BAND_STD = (0.135, 0.123, 0.147, 0.142, 0.273, 0.143)
"""Mean and standard deviation of the bands of the six-band sample, 0..1 (measured on that image)."""

BORDER_REPLICATE = 1
BORDER_REFLECT_101 = 4
"""OpenCV's numbers for the two ways of continuing an image over its edge that are used here."""

NATURAL_PHOTO = StartingPoint(
    "natural-photo",
    "Natural photo",
    "Small turns, zoom, light and camera faults; no mirror image, because a flip would leave the names “left eye” and "
    "“right eye” on the wrong eyes.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.6,
                {
                    "scale": (0.85, 1.15),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.06),
                    "rotate": around_zero(15),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            Group(
                "OneOf",
                (
                    brightness_contrast(0.2),
                    step("RandomGamma", 0.5, {"gamma_limit": (80, 120)}),
                    step("RandomToneCurve", 0.5, {"scale": 0.1}),
                ),
                p=0.6,
            ),
            step(
                "ColorJitter",
                0.4,
                {"brightness": (1, 1), "contrast": (1, 1), "saturation": (0.8, 1.2), "hue": around_zero(0.03)},
            ),
            Group(
                "OneOf",
                (soft_blur(1.5), step("MotionBlur", 0.3, {"blur_limit": (3, 7)}), noise(0.02, 0.08)),
                p=0.3,
            ),
        ),
        tail=tail(),
    ),
    "Albumentations issue 840 (flips do not rename points); torchvision's published policies stay within ±30°.",
    says(
        Affine="TV ULTRA",
        RandomBrightnessContrast="S",
        RandomGamma="OURS",
        RandomToneCurve="OURS",
        ColorJitter="S ULTRA",
        GaussianBlur="S",
        MotionBlur="HENDRYCKS",
        GaussNoise="S AD",
    ),
)

COINS = StartingPoint(
    "coins",
    "Round objects from above",
    "All turns and mirror images, since a table seen from above has no up; boxes follow the inscribed ellipse, because "
    "a turned box around a coin grows although the coin does not.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            Step("RandomRotate90", p=0.75),
            step(
                "Affine",
                0.5,
                {"scale": (0.85, 1.2), "keep_ratio": True, "rotate": around_zero(15), "rotate_method": "ellipse"},
            ),
            brightness_contrast(0.2),
            Group(
                "SomeOf",
                (noise(0.02, 0.06, 0.5), soft_blur(1.2, 0.5), step("RandomGamma", 0.5, {"gamma_limit": (80, 120)})),
                p=0.6,
                n=2,
            ),
        ),
        tail=tail(),
        boxes=BoxPolicy(min_visibility=0.3, check_each_transform=False, clip=True),
    ),
    "Kalra et al. 2021 (rotated boxes), Albumentations' bounding-box guide (min_visibility), own measurement of both.",
    says(
        HorizontalFlip="AD ULTRA",
        RandomRotate90="AD",
        Affine="KALRA M",
        RandomBrightnessContrast="S",
        GaussNoise="AD",
        GaussianBlur="AD",
        RandomGamma="OURS",
    ),
)

FUNDUS = StartingPoint(
    "fundus",
    "Fundus photograph",
    "Small turns, lamp colour and exposure; never mirrored, because a mirrored left eye is a right eye, and never "
    "blurred by more than a pixel, because early lesions are a few pixels wide.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.6,
                {
                    "scale": (0.95, 1.05),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.03),
                    "rotate": around_zero(10),
                },
            ),
            brightness_contrast(0.1),
            step("RandomGamma", 0.3, {"gamma_limit": (90, 110)}),
            step("PlanckianJitter", 0.3, {"mode": "blackbody", "temperature_limit": (5000, 8000)}),
            Group("OneOf", (soft_blur(0.8), noise(0.01, 0.03)), p=0.3),
        ),
        tail=tail(),
    ),
    "Liu et al. 2019 and Kang et al. 2022 (laterality in fundus images), Galdran et al. 2017 (lamp colour).",
    says(
        Affine="RETLAT OURS",
        RandomBrightnessContrast="S",
        RandomGamma="NNUAUG OURS",
        PlanckianJitter="GALD",
        GaussianBlur="OURS",
        GaussNoise="S",
    ),
)

HISTOLOGY = StartingPoint(
    "histology",
    "Stained tissue",
    "All eight orientations, a little zoom and light; no hue and no H&E stain model, because colour is the finding and "
    "this stain is DAB.",
    PipelineSpec(
        steps=(
            Step("D4", p=1.0),
            step("Affine", 0.3, {"scale": (0.9, 1.1), "keep_ratio": True, "border_mode": BORDER_REFLECT_101}),
            brightness_contrast(0.1),
            soft_blur(0.8, 0.2),
            noise(0.01, 0.03, 0.2),
        ),
        tail=tail(),
    ),
    "Tellez et al. 2019 (stain colours), Moshkov et al. 2020 (eight orientations), Albumentations on medical images.",
    says(
        D4="MOSH AB-med",
        Affine="TELLEZ OURS",
        RandomBrightnessContrast="TELLEZ",
        GaussianBlur="TELLEZ",
        GaussNoise="TELLEZ",
    ),
)

CHEST_X_RAY = StartingPoint(
    "chest-x-ray",
    "Chest X-ray",
    "Turns of a few degrees and faint exposure changes; no flip of any kind, because it moves the heart to the other "
    "side and swaps the lungs.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.5,
                {
                    "scale": (0.95, 1.05),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.03),
                    "rotate": around_zero(5),
                },
            ),
            brightness_contrast(0.1),
            step("RandomGamma", 0.3, {"gamma_limit": (90, 110)}),
            Group("OneOf", (noise(0.01, 0.04), soft_blur(0.9)), p=0.3),
        ),
        tail=tail(),
    ),
    "The guide (“Common Implementation Mistakes”), Elgendi et al. 2021, Albumentations on medical images.",
    says(
        Affine="S ELG AB-med",
        RandomBrightnessContrast="S AB-med",
        RandomGamma="NNUAUG",
        GaussNoise="S AB-med",
        GaussianBlur="S NNUAUG",
    ),
)

DOCUMENT = StartingPoint(
    "document",
    "Document page",
    "What a phone or a scanner does to paper: slight skew, perspective that keeps the whole page, shadow, blur and "
    "compression; no flip, no quarter turn, no hole, because the transcript must still be what the page says.",
    PipelineSpec(
        steps=(
            step("Perspective", 0.4, {"scale": (0.02, 0.06), "fit_output": True, "border_mode": BORDER_REPLICATE}),
            step("Rotate", 0.5, {"limit": around_zero(3), "border_mode": BORDER_REPLICATE}),
            Group(
                "OneOf",
                (
                    brightness_contrast(0.2),
                    step("Illumination", 0.5, {"intensity_range": (0.05, 0.2)}),
                    step(
                        "RandomShadow",
                        0.5,
                        {"shadow_roi": (0.0, 0.0, 1.0, 1.0), "shadow_intensity_range": (0.2, 0.4)},
                    ),
                ),
                p=0.6,
            ),
            Group(
                "OneOf",
                (
                    step("ImageCompression", 0.5, {"quality_range": (45, 90)}),
                    soft_blur(1.0),
                    step("MotionBlur", 0.3, {"blur_limit": (3, 5)}),
                    noise(0.02, 0.06),
                ),
                p=0.5,
            ),
        ),
        tail=tail(),
    ),
    "Albumentations' guide (documents), Atienza 2021 (text images), own measurement with an OCR model (fit_output).",
    says(
        Perspective="S M",
        Rotate="STR OURS",
        RandomBrightnessContrast="STR",
        Illumination="OURS",
        RandomShadow="STR AUTOMOLD",
        ImageCompression="STR",
        GaussianBlur="STR",
        MotionBlur="STR",
        GaussNoise="STR",
    ),
)

ROAD_SCENE = StartingPoint(
    "road-scene",
    "Road scene with signs",
    "Weather, light, dirt on the lens and motion of the camera; no mirror image (“turn left” would become “turn "
    "right” and the traffic would change sides) and no hue (red, amber and green are the label).",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.5,
                {
                    "scale": (0.92, 1.12),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.04),
                    "rotate": around_zero(4),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            brightness_contrast(0.25),
            Group(
                "OneOf",
                (
                    step("RandomFog", 0.5, {"fog_coef_range": (0.1, 0.35), "alpha_coef": 0.08}),
                    step("RandomRain", 0.5, {"rain_type": "drizzle", "blur_value": 3, "brightness_coefficient": 0.85}),
                    step("RandomShadow", 0.5, {"shadow_intensity_range": (0.2, 0.4)}),
                    step("RandomSunFlare", 0.3, {"flare_roi": (0, 0, 1, 0.4), "src_radius": 60}),
                    step("Spatter", 0.3, {"mode": "mud", "cutout_threshold": (0.72, 0.72), "intensity": (0.2, 0.4)}),
                ),
                p=0.4,
            ),
            Group(
                "OneOf",
                (
                    step("MotionBlur", 0.5, {"blur_limit": (3, 7)}),
                    step("ISONoise", 0.5, {"intensity": (0.1, 0.3), "color_shift": (0.01, 0.02)}),
                    step("ImageCompression", 0.5, {"quality_range": (60, 90)}),
                ),
                p=0.3,
            ),
        ),
        tail=tail(),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "The guide (road signs, weather), Albumentations' guide, Mehraban et al. 2025 (a flip is the other traffic side).",
    says(
        Affine="S ULTRA",
        RandomBrightnessContrast="S",
        RandomFog="S AUTOMOLD",
        RandomRain="S AUTOMOLD",
        RandomShadow="AUTOMOLD",
        RandomSunFlare="AUTOMOLD OURS",
        Spatter="HENDRYCKS",
        MotionBlur="HENDRYCKS",
        ISONoise="OURS",
        ImageCompression="HENDRYCKS",
    ),
)

AERIAL = StartingPoint(
    "aerial",
    "Aerial photo",
    "Quarter turns, which keep boxes exact, and a little light; no fog, because the library's fog blurs cars of ten "
    "pixels away, and no mirror image, because numbers painted on the ground would be mirrored too.",
    PipelineSpec(
        steps=(
            Step("RandomRotate90", p=0.75),
            step("Affine", 0.5, {"scale": (0.85, 1.2), "keep_ratio": True, "translate_percent": around_zero(0.05)}),
            brightness_contrast(0.15),
            step("RandomGamma", 0.3, {"gamma_limit": (85, 115)}),
            noise(0.01, 0.03),
        ),
        tail=tail(),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "Hopkins et al. 2025 (geometry helps, colour does not), Lin et al. 2020 (visual chirality).",
    says(
        RandomRotate90="HOPK AB-geo",
        Affine="HOPK",
        RandomBrightnessContrast="AB-geo",
        RandomGamma="AB-geo OURS",
        GaussNoise="AB-geo",
    ),
)

MULTI_SPECTRAL = StartingPoint(
    "multi-spectral",
    "Multi-spectral tile",
    "Quarter turns, one common gain for all bands and sensor noise; nothing that mixes bands or moves them apart, "
    "because indices such as NDVI are ratios of bands.",
    PipelineSpec(
        steps=(
            Step("RandomRotate90", p=0.75),
            step("Affine", 0.4, {"scale": (0.9, 1.15), "keep_ratio": True, "translate_percent": around_zero(0.04)}),
            step("MultiplicativeNoise", 0.5, {"multiplier": (0.93, 1.07), "per_channel": False}),
            noise(0.003, 0.012, 0.5),
            step("ChannelDropout", 0.1, {"channel_drop_range": (1, 1)}),
        ),
        tail=(
            step("Normalize", 1.0, {"mean": SIX_BAND_MEAN, "std": SIX_BAND_STD, "max_pixel_value": 1.0}),
            Step("ToTensorV2"),
        ),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "Burgert & Demir 2024 (physical consistency of bands), Illarionova et al. 2021 (band dropout).",
    says(
        RandomRotate90="HOPK AB-geo",
        Affine="HOPK",
        MultiplicativeNoise="BURG OURS",
        GaussNoise="BURG",
        ChannelDropout="MIXCH",
    ),
)

DIGITS = StartingPoint(
    "digits",
    "Digits",
    "Slant, small turns and a mild elastic pull; never flipped or turned over, because a 6 becomes a 9 and a 2 becomes "
    "a 5, and no blur, because it closes the loops of small digits.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.7,
                {
                    "scale": (0.92, 1.08),
                    "keep_ratio": True,
                    "rotate": around_zero(10),
                    "shear": {"x": around_zero(8), "y": (0, 0)},
                    "border_mode": BORDER_REPLICATE,
                },
            ),
            step("ElasticTransform", 0.4, {"alpha": 60, "sigma": 8, "border_mode": BORDER_REPLICATE}),
            brightness_contrast(0.15),
            noise(0.02, 0.06),
        ),
        tail=tail(),
    ),
    "Cubuk et al. 2019 (AutoAugment: flips do not suit digits; ±13° on SVHN), Simard et al. 2003 (elastic distortion).",
    says(Affine="AA TV", ElasticTransform="SIMARD", RandomBrightnessContrast="TV", GaussNoise="OURS"),
)

METAL = StartingPoint(
    "metal",
    "Metal inspection",
    "Lamp and sensor only, with the play of the fixture; no blur, no compression and no hole, because the crack is two "
    "pixels wide, and no turn, because the notch says which way the plate lies.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.5,
                {
                    "scale": (0.98, 1.02),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.02),
                    "rotate": around_zero(2),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            brightness_contrast(0.15),
            step("Illumination", 0.4, {"intensity_range": (0.03, 0.12)}),
            noise(0.005, 0.02),
        ),
        tail=tail(),
    ),
    "Albumentations' guide (inspection: blur is the enemy), Bergmann et al. 2019 (MVTec AD: orientation as a defect).",
    says(Affine="MVTEC OURS", RandomBrightnessContrast="AD", Illumination="OURS", GaussNoise="AD"),
)
