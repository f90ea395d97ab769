"""The words that a link's text is expected to hold, so that Deflate need not spell them out.

Both ends must have the same words, to the letter: a change here is a new version of the link, and the old words stay
for links that people have kept. One line a transform: its name and its parameters as Albumentations 2.0.8 has them,
those of the starting points last, because near words cost fewer bits. A transform that is missing here only makes
links longer.
"""

from __future__ import annotations

_TRANSFORMS_1 = """
AdditiveNoise noise_type spatial_mode noise_params approximation
AdvancedBlur blur_limit sigma_x_limit sigma_y_limit rotate_limit beta_limit noise_limit
AtLeastOneBBoxRandomCrop height width erosion_factor
AutoContrast cutoff ignore method
BBoxSafeRandomCrop erosion_rate
Blur blur_limit
CLAHE clip_limit tile_grid_size
CenterCrop height width pad_if_needed pad_position border_mode fill fill_mask
ChannelShuffle
ChromaticAberration primary_distortion_limit secondary_distortion_limit mode interpolation
CoarseDropout num_holes_range hole_height_range hole_width_range fill fill_mask
ConstrainedCoarseDropout num_holes_range hole_height_range hole_width_range fill fill_mask mask_indices bbox_labels
Crop x_min y_min x_max y_max pad_if_needed pad_position border_mode fill fill_mask
CropAndPad px percent keep_size sample_independently interpolation mask_interpolation border_mode fill fill_mask
CropNonEmptyMaskIfExists height width ignore_values ignore_channels
Defocus radius alias_blur
Downscale scale_range interpolation_pair
Emboss alpha strength
Equalize mode by_channels mask mask_params
Erasing scale ratio fill fill_mask
FancyPCA alpha
GlassBlur sigma max_delta iterations mode
GridDistortion num_steps distort_limit interpolation normalized mask_interpolation keypoint_remapping_method
    border_mode fill fill_mask
GridDropout ratio random_offset unit_size_range holes_number_xy shift_xy fill fill_mask
GridElasticDeform num_grid_xy magnitude interpolation mask_interpolation
HEStain method preset intensity_scale_range intensity_shift_range augment_background
InvertImg
LongestMaxSize max_size max_size_hw interpolation mask_interpolation area_for_downscale
MaskDropout max_objects fill fill_mask
MedianBlur blur_limit
Morphological scale operation
NoOp
OpticalDistortion distort_limit interpolation mask_interpolation mode keypoint_remapping_method border_mode fill
    fill_mask
Pad padding fill fill_mask border_mode
PadIfNeeded min_height min_width pad_height_divisor pad_width_divisor position border_mode fill fill_mask
PixelDropout dropout_prob per_channel drop_value mask_drop_value
PlasmaBrightnessContrast brightness_range contrast_range plasma_size roughness
PlasmaShadow shadow_intensity_range plasma_size roughness
Posterize num_bits
RGBShift r_shift_limit g_shift_limit b_shift_limit
RandomCrop height width pad_if_needed pad_position border_mode fill fill_mask
RandomCropFromBorders crop_left crop_right crop_top crop_bottom
RandomGravel gravel_roi number_of_patches
RandomGridShuffle grid
RandomResizedCrop size scale ratio interpolation mask_interpolation area_for_downscale
RandomScale scale_limit interpolation mask_interpolation area_for_downscale
RandomSizedCrop min_max_height size w2h_ratio interpolation mask_interpolation area_for_downscale
RandomSnow brightness_coeff snow_point_range method
RandomSunFlare flare_roi src_radius src_color angle_range num_flare_circles_range method
Resize height width interpolation mask_interpolation area_for_downscale
RingingOvershoot blur_limit cutoff
SafeRotate limit interpolation border_mode rotate_method mask_interpolation fill fill_mask
SaltAndPepper amount salt_vs_pepper
Sharpen alpha lightness method kernel_size sigma
ShotNoise scale_range
SmallestMaxSize max_size max_size_hw interpolation mask_interpolation area_for_downscale
Solarize threshold_range
Spatter mean std gauss_sigma cutout_threshold intensity mode color
Superpixels p_replace n_segments max_size interpolation
ThinPlateSpline scale_range num_control_points interpolation mask_interpolation keypoint_remapping_method border_mode
    fill fill_mask
ToGray num_output_channels method
ToSepia
Transpose
UnsharpMask blur_limit sigma_limit alpha threshold
VerticalFlip
XYMasking num_masks_x num_masks_y mask_x_length mask_y_length fill fill_mask
ZoomBlur max_factor step_factor
ChannelDropout channel_drop_range fill
D4
ElasticTransform alpha sigma interpolation approximate same_dxdy mask_interpolation noise_distribution
    keypoint_remapping_method border_mode fill fill_mask
HueSaturationValue hue_shift_limit sat_shift_limit val_shift_limit
ISONoise color_shift intensity
MultiplicativeNoise multiplier per_channel elementwise
Perspective scale keep_size fit_output interpolation mask_interpolation border_mode fill fill_mask
PlanckianJitter mode temperature_limit sampling_method
RandomFog alpha_coef fog_coef_range
RandomRain slant_range drop_length drop_width drop_color blur_value brightness_coefficient rain_type
RandomSizedBBoxSafeCrop height width erosion_rate interpolation mask_interpolation
RandomToneCurve scale per_channel
Rotate limit interpolation border_mode rotate_method crop_border mask_interpolation fill fill_mask
ColorJitter brightness contrast saturation hue
Illumination mode intensity_range effect_type angle_range center_range sigma_range
ImageCompression compression_type quality_range
RandomShadow shadow_roi num_shadows_limit shadow_dimension shadow_intensity_range
ShiftScaleRotate shift_limit scale_limit rotate_limit interpolation border_mode shift_limit_x shift_limit_y
    rotate_method mask_interpolation fill fill_mask
HorizontalFlip
MotionBlur blur_limit allow_shifted angle_range direction_range
RandomRotate90
RandomGamma gamma_limit
GaussianBlur blur_limit sigma_limit
Affine scale translate_percent translate_px rotate shear interpolation mask_interpolation fit_output keep_ratio
    rotate_method balanced_scale border_mode fill fill_mask
GaussNoise std_range mean_range per_channel noise_scale_factor
RandomBrightnessContrast brightness_limit contrast_limit brightness_by_max ensure_safe_range
Normalize mean std max_pixel_value normalization
ToTensorV2 transpose_mask
"""

_FRAME_1 = (
    '"filter_invalid_bboxes":true,"remove_invisible":false,"angle_in_degrees":false,"max_accept_ratio":'
    '"format":"albumentations","format":"yolo","format":"coco","keypoints":{"format":"xy","label_fields":["keypoint_labels"]'
    '"clip":true,"check_each_transform":false,"min_width":,"min_height":,"min_area":,"min_visibility":0.'
    '"mask_interpolation":0,"thresholds":{"swaps":[["left ","right "],"profile":"'
    '{"kind":"Sequential","children":[{"kind":"RandomOrder","children":[{"kind":"SomeOf","children":[{"kind":"OneOf","children":['
    '"n":2,"replace":true,"enabled":false,"title":"'
    '[0.485,0.456,0.406],[0.229,0.224,0.225][-0.1,0.1][0.8,1.2][-15,15],"p":0.25,"p":0.3,"p":0.5,"id":"'
    '"}],"tail":[{"name":"Normalize","id":"Normalize-1"},{"name":"ToTensorV2","id":"ToTensorV2-1"}],"boxes":{}},'
    '"count":12,"image":"cat","seed":,"count":16,{"version":1,"spec":{"steps":[{"name":"'
)


def _spelt(lines: str, frame: str) -> bytes:
    """The words as they stand in the JSON of a pipeline, and the frame around them last."""
    rows = [line.split() for line in lines.replace("\n    ", " ").strip().splitlines()]
    steps = (
        f'{{"name":"{name}","params":{{"' + '":[,"'.join(parameters) + f'":0.}},"p":0.,"id":"{name}-1"}},'
        for name, *parameters in rows
    )
    return ("".join(steps) + frame).encode()


WORDS: dict[str, bytes] = {"1": _spelt(_TRANSFORMS_1, _FRAME_1)}
"""Deflate's preset dictionary (RFC 1950, 2.2), by version of the link; at most 32 kB are of use."""
