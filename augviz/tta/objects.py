"""Single objects of a labelled image as pictures of their own, for a model that reads one thing at a time."""

from __future__ import annotations

from augviz.sample import Labels, Sample

AROUND = 1.08
"""Side of what is cut out over the longer side of the box, so that the object does not touch the frame."""

LEAST_PX = 2
"""Smaller objects are no pictures."""


def object_of(sample: Sample, object_id: int) -> Sample | None:
    """The square around one box, with the name of the box as the class of the picture.

    Args:
        sample: A labelled image; what is outside of it is not made up, so that the square may be cut at the frame.
        object_id: Id of the object.

    Returns:
        None where no box has this id, or nothing of it is in the image.
    """
    boxes = sample.labels.boxes
    if object_id not in boxes.ids:
        return None
    place = boxes.ids.index(object_id)
    x1, y1, x2, y2 = boxes.xyxy[place].tolist()
    height, width = sample.size_hw
    reach = max(x2 - x1, y2 - y1) * AROUND / 2
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
    left, right = (round(min(max(middle_x + side, 0), width)) for side in (-reach, reach))
    top, bottom = (round(min(max(middle_y + side, 0), height)) for side in (-reach, reach))
    if right - left < LEAST_PX or bottom - top < LEAST_PX:
        return None
    name = f"{sample.name}, object {object_id}"
    return Sample(name, sample.image[top:bottom, left:right], Labels(label=boxes.labels[place]), sample.bands)


def objects_of(sample: Sample) -> tuple[Sample, ...]:
    """Every box as a picture of its own, in the order of the boxes."""
    found = (object_of(sample, object_id) for object_id in sample.labels.boxes.ids)
    return tuple(each for each in found if each is not None)
