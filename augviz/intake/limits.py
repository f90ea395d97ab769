"""How much is taken in at once."""

from __future__ import annotations

from dataclasses import dataclass

from augviz.images import MAX_PIXELS

MEGABYTE = 1_000_000


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
