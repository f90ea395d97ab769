"""Who says so: the sources that rules and checks name by a short key (docs/sources.md)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "S": '"Image Augmentation in Machine Learning", QnA Lab, ML System Design Reference (the guide)',
        "AD": 'Albumentations docs, "Choosing Augmentations for Model Generalization"; '
        "commit f173c3d of albumentations-team/albumentations-ai-docs on GitHub, page choosing-augmentations",
        "AD-what": 'Albumentations docs, "What Is Image Augmentation?" (label preservation, task-specific '
        "section, never augment validation)",
        "AD-tta": 'Albumentations docs, "Test Time Augmentation"',
        "AD-box": "Albumentations docs, bounding-box guide (min_area, min_visibility) and OBB guide",
        "AB-med": 'Albumentations blog 2026-04-25 "Albumentations in Medical Imaging"; '
        "github:albumentations-team/albumentations-ai-blog posts/2026/03-…",
        "AB-geo": 'Albumentations blog 2026-04-22 "Albumentations in Geospatial"; '
        "github:albumentations-team/albumentations-ai-blog posts/2026/02-…",
        "A#840": "albumentations issue 840 (+ PR 505): HorizontalFlip does not swap side-specific keypoints; "
        "github.com/albumentations-team/albumentations/issues/840",
        "AX2012": "AlbumentationsX 2.0.12 release note: label_mapping added (AGPL successor only)",
        "M": "Own measurement on Albumentations 2.0.8 with the images of this project",
        "API": "Signatures and defaults of Albumentations 2.0.8, read from the classes",
        "AA": "Cubuk et al. 2019 AutoAugment (CVPR), arXiv:1805.09501",
        "TV": "torchvision autoaugment.py (published policies and ranges); github:pytorch/vision "
        "torchvision/transforms/autoaugment.py",
        "FasterAA": 'Hataya et al. 2019 Faster AutoAugment arXiv:1911.06987 ("…but probably not for digit '
        'recognition")',
        "CHIR": "Lin, Sun, Davis, Snavely 2020 Visual Chirality (CVPR), arXiv:2006.09512",
        "BAL": "Balestriero, Bottou, LeCun 2022 Effects of Regularization and DA are Class Dependent (NeurIPS)",
        "KIR": "Kirichenko et al. 2023 Detrimental Class-level Effects of DA (NeurIPS) arXiv:2401.01764",
        "KALRA": "Kalra et al. 2021 Towards Rotation Invariance in Object Detection (ICCV)",
        "ULTRA": "Ultralytics default.yaml (fliplr .5, flipud 0, degrees 0, hsv_h .015) and "
        "RandomPerspective.box_candidates (wh_thr 2 px, ar_thr 100, area_thr .10)",
        "COCO": "Lin et al. 2014 Microsoft COCO; small = area < 32² px (restated in Kisantal 2019 context)",
        "KIS": "Kisantal et al. 2019 Augmentation for small object detection arXiv:1902.07296",
        "RE": "Zhong et al. 2020 Random Erasing (AAAI) arXiv:1708.04896",
        "RARE": 'Yang et al. 2019 Region-aware Random Erasing: RE "sometimes discards the objects, then the '
        'bounding boxes correspond to noise"',
        "NNU": "MIC-DKFZ/nnUNet issues 80, 869, 2225, 2654 (mirroring vs left/right labels) and MRSegmentator PR "
        '8 ("vastly better" without mirroring); github issues, verified',
        "NNU219": "MIC-DKFZ/nnUNet issue 219 (counter-view: U-Net can learn left/right)",
        "MMCV": "open-mmlab/mmcv PR 2332 swap_label_pairs; sithu31296/semantic-segmentation issue 38 (CelebAMask "
        "left/right ear)",
        "LP": "lightning-pose PR 446, DeepLabCut PR 1805, luxonis-ml PR 312 (swap lateralised keypoints on flip)",
        "CHEX": "Rajpurkar et al. 2017 CheXNet arXiv:1711.05225 (random horizontal flips used for "
        "presence/absence labels) (named from memory, not read again)",
        "ELG": "Elgendi et al. 2021 Front. Med. 8:629134 (geometric augmentation reduced MCC of 17 CXR networks)",
        "CXRAUG": "Effect of augmented datasets … chest radiographs (rotation + horizontal flip gave best 0.91 "
        "accuracy normal/abnormal)",
        "KANG": 'Kang et al. 2022 Sci Rep 12 (fundus) and 12:9925 (OCT): L/R images distinguishable >99%; "care '
        'should be taken when flipping"',
        "RETLAT": "Liu et al. 2019 PLoS ONE 14(9):e0222025 eye laterality (CAM = optic disc); Springer "
        "10.1007/978-3-030-00949-6_31 (Kaggle DR inverted images)",
        "PEREZ": "Perez et al. 2018 Data Augmentation for Skin Lesion Analysis arXiv:1809.01442 (13 scenarios; "
        "colour jitter + geometric best AUC .882)",
        "GALD": "Galdran et al. 2017 data-driven colour augmentation (illuminants) arXiv:1703.03702",
        "TELLEZ": "Tellez et al. 2019 stain colour augmentation/normalisation arXiv:1902.06543",
        "DDCA": "Marini et al. 2023 Data-driven colour augmentation (discard unrealistic H&E colours) J Pathol "
        "Inform 14:100183",
        "HOPK": "Hopkins et al. 2025 Data Augmentation Approaches for Satellite Imagery (AAAI): geometric "
        "beneficial, colour generally not",
        "BURG": "Burgert & Demir 2024 Physical Information Consistency of Channel DA arXiv:2403.14547: grayscale "
        "and strong brightness violate; contrast/blur/noise/posterize/solarize largely preserve",
        "MIXCH": "Illarionova et al. 2021 MixChannel, Remote Sens 13:2181",
        "STR": "Atienza 2021 STRAug arXiv:2108.06949 (36 STR augmentations, text-specific)",
        "LHD": "Mehraban et al. 2025 Left-hand driving adaptation arXiv:2511.01223 (flipping = other traffic "
        "side; flipped-only pretraining worsens stability)",
        "MVTEC": "Bergmann et al. 2019 MVTec AD defect classes: metal_nut {bent,color,flip,scratch}, cable_swap, "
        "transistor misplaced, leather/carpet color",
        "CUTP": "Li et al. 2021 CutPaste (CVPR): cut-out/pasted patches used as synthetic anomalies (named from "
        "memory, not read again)",
        "CUTOUT": "DeVries & Taylor 2017 Cutout arXiv:1708.04552 (16×16 hole best on 32×32 CIFAR-10) (named from "
        "memory, not read again)",
        "SIMARD": "Simard et al. 2003 Best Practices for CNNs (elastic distortions for MNIST) (named from memory, "
        "not read again)",
        "MIXUP": "Zhang et al. 2018 mixup arXiv:1710.09412 (also reports robustness to corrupt labels) (named "
        "from memory, not read again)",
        "ARAZO": "Arazo et al. 2019 arXiv:1904.11238 (mixup adapted for label-noise robustness)",
        "SELMIX": 'SelectMix 2025 arXiv:2509.11265 (indiscriminate mixup "propagating noisy supervision")',
        "HENRY": "Henry/NIST SD4 fingerprint classes incl. left loop / right loop; Peralta et al. 2017 "
        "arXiv:1703.07270",
        "ARC": "Face-recognition practice: random horizontal flip in ArcFace-style training (named from memory, "
        "not read again)",
        "SHAN": "Shanmugam et al. 2021 Better Aggregation in TTA arXiv:2011.11156",
        "NOTTA": '"I Can\'t Believe TTA Is Not Better" 2026 arXiv:2604.09697 (TTA hurts on MedMNIST)',
        "MOSH": "Moshkov et al. 2020 Sci Rep 10:5068 TTA for cell segmentation",
        "GL": "Gontijo-Lopes et al. 2020 Affinity and Diversity arXiv:2002.08973",
        "NNUAUG": "nnU-Net default intensity augmentation (gamma .7–1.5, mild noise/blur) (named from memory, not "
        "read again)",
        "HENDRYCKS": "Hendrycks & Dietterich 2019 Benchmarking Neural Network Robustness to Common Corruptions "
        "(ICLR) arXiv:1903.12261 (fog, motion blur, spatter, compression); named by Albumentations as the source of "
        "Spatter",
        "AUTOMOLD": "Saxena, Automold road augmentation library (rain, fog, shadow, sun flare); github:UjjwalSaxena; "
        "named by the documentation of RandomSunFlare in older versions of Albumentations",
        "OURS": "Own reasoning or choice, without an outside source",
    }
)
"""Source by key."""
