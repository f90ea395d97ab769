"""How much is taken in at once."""

from __future__ import annotations

from dataclasses import dataclass

from augviz.images import MAX_PIXELS
from augviz.sample import Sample

MEGABYTE = 1_000_000

UPLOAD_MB = 50
"""Largest picture, label file or zip that is sent, in MB as Streamlit counts them (:data:`UPLOAD_BYTES`)."""

UPLOAD_BYTES = UPLOAD_MB * 2**20


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one upload. The defaults are for one visitor of a machine that serves several.

    Attributes:
        files: Files, those inside zips included. More than enough for the picture files and label files that a
            person looks through; a zip with a million empty members costs a gigabyte of bookkeeping.
        file_bytes: Bytes of one file out of a zip.
        total_bytes: Bytes of all files out of all zips together.
        ratio: How many times larger than its packed form a file out of a zip may be. Deflate ends near 1,032; label
            files stay below 50, flat masks reach several hundred but are small.
        ratio_from_bytes: Files below this size may have any ratio.
        samples: Pictures that are opened.
        decoded_bytes: Bytes of all opened pictures together.
        pixels: Pixels of one picture.
    """

    files: int = 2_000
    file_bytes: int = 150 * MEGABYTE
    total_bytes: int = 500 * MEGABYTE
    ratio: int = 200
    ratio_from_bytes: int = 10 * MEGABYTE
    samples: int = 200
    decoded_bytes: int = 600 * MEGABYTE
    pixels: int = MAX_PIXELS


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Open:
    """Upper bounds for what one visitor has open; a data set belongs on the command line.

    Attributes:
        samples: Images.
        sample_bytes: Memory of all of them together, masks included: 400 megapixels in colour.
    """

    samples: int = 200
    sample_bytes: int = 1_200 * MEGABYTE


DEFAULT_OPEN = Open()


def memory_of(sample: Sample) -> int:
    """Bytes of its image, masks and class map."""
    labels = sample.labels
    masks = 0 if labels.masks is None else labels.masks.layers.nbytes
    return int(sample.image.nbytes + masks + (0 if labels.semantic is None else labels.semantic.values.nbytes))


@dataclass(frozen=True)
class Waiting:
    """Upper bounds for files that were sent and not opened yet; they lie in memory.

    Attributes:
        session_files: Files of one visitor: 200 pictures with a label file each, and some.
        session_bytes: Bytes of one visitor: one model of the largest size that is taken (``server.maxUploadSize``,
            500 MB of 2**20 bytes), or ten of the largest zips.
        all_bytes: Bytes of all visitors together. A model lies here for as long as the page needs to write it to disk.
    """

    session_files: int = 500
    session_bytes: int = 530 * MEGABYTE
    all_bytes: int = 2_000 * MEGABYTE


DEFAULT_WAITING = Waiting()
