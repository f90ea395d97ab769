"""Pictures in and out: bytes to ``(H, W, C)`` arrays, and back.

* :func:`decode` reads what people upload, after a look at the header (:func:`read_header`);
* :func:`to_display`, :func:`shrink`, :func:`encode_jpeg` make what the eye sees;
* :func:`encode_png`, :func:`encode_image`, :func:`encode_tiff` write downloads from which nothing is lost.

An image in the house is ``(H, W, C)``, C-contiguous, ``uint8`` 0..255 or ``float32`` 0..1. What the pipeline gets and
what is shown are apart: :func:`to_display` never feeds a pipeline.
"""

from augviz.images.decoding import IMAGE_EXTENSIONS, NOT_A_PICTURE, Header, decode, is_image, read_header, refusal
from augviz.images.pixels import MAX_BANDS, MAX_PIXELS, MAX_SIDE, DecodedImage
from augviz.images.showing import encode_jpeg, shrink, to_display
from augviz.images.writing import EncodedImage, encode_image, encode_png, encode_tiff

__all__ = [
    "IMAGE_EXTENSIONS",
    "MAX_BANDS",
    "MAX_PIXELS",
    "MAX_SIDE",
    "NOT_A_PICTURE",
    "DecodedImage",
    "EncodedImage",
    "Header",
    "decode",
    "encode_image",
    "encode_jpeg",
    "encode_png",
    "encode_tiff",
    "is_image",
    "read_header",
    "refusal",
    "shrink",
    "to_display",
]
