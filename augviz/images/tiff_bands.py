"""Which pages of a TIFF are bands of one picture, and what the bands are called.

There is no single way to say it. Read are: tifffile's own JSON ("shape", "bands"), ImageJ ("channels=6", Labels),
OME-XML (SizeC, Channel Name) and GDAL_METADATA (the description of a sample), each from the first page.
"""

from __future__ import annotations

import json
import re
from xml.etree.ElementTree import Element, ParseError

import tifffile
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from augviz.images.pixels import MAX_BANDS

GDAL_METADATA = 42112
"""Tag number (GDAL's GeoTIFF driver)."""

_IMAGEJ_METADATA = 50839
_MAX_NAME = 40


def pages_are_bands(file: tifffile.TiffFile) -> int:
    """How many pages, from the first one on, are bands of one picture; 1 when nothing says that they are.

    Raises:
        ValueError: tifffile wrote more pages than there are now.
    """
    page = file.pages.first
    if page.samplesperpixel != 1:
        return 1
    shape = _json(page.description).get("shape")
    if isinstance(shape, list) and shape[1:] == list(page.shape) and shape[:1] > [len(file.pages)]:
        raise ValueError(f"{shape[0]} pages were written, {len(file.pages)} are left")
    count = min(_said_bands(page.description), len(file.pages))
    if count < 2 or count > MAX_BANDS:
        return 1
    return count if all(_is_alike(page, file.pages[i]) for i in range(1, count)) else 1


def _is_alike(page: tifffile.TiffPage, other: tifffile.TiffPage | tifffile.TiffFrame) -> bool:
    return isinstance(other, tifffile.TiffPage) and all(
        getattr(page, name) == getattr(other, name)
        for name in ("shape", "dtype", "photometric", "compression", "chunks", "bitspersample")
    )


def _said_bands(text: str) -> int:
    if text.startswith("{"):
        shape = _json(text).get("shape")
        return shape[0] if isinstance(shape, list) and len(shape) == 3 and isinstance(shape[0], int) else 1
    if text.startswith("ImageJ="):
        found = re.search(r"^channels=(\d{1,4})$", text, re.MULTILINE)
        return int(found[1]) if found else 1
    pixels = _element(_ome(text), "Pixels")
    size = "" if pixels is None else pixels.get("SizeC", "")
    return int(size) if size.isdecimal() and len(size) < 5 else 1


def band_names(file: tifffile.TiffFile, count: int) -> tuple[str, ...] | None:
    """Names of the bands, or None when the file does not name all of them."""
    page = file.pages.first
    for names in (_gdal(page), _imagej(page), _ome_names(page.description), _json_names(page.description)):
        cleaned = [_clean(name) for name in names]
        if len(cleaned) == count and all(cleaned) and len(set(cleaned)) == count:
            return tuple(cleaned)
    return None


def _clean(name: str) -> str:
    return "".join(c for c in name if c.isprintable()).strip()[:_MAX_NAME]


def _json(text: str) -> dict[str, object]:
    if not text.startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json_names(text: str) -> list[str]:
    names = _json(text).get("bands")
    return [str(name) for name in names] if isinstance(names, list) else []


def _xml(text: str) -> Element | None:
    try:
        found: Element = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return found


def _ome(text: str) -> Element | None:
    return _xml(text) if "<OME" in text[:2000] else None


def _element(root: Element | None, name: str) -> Element | None:
    return None if root is None else next((e for e in root.iter() if e.tag.rpartition("}")[2] == name), None)


def _ome_names(text: str) -> list[str]:
    pixels = _element(_ome(text), "Pixels")
    if pixels is None:
        return []
    return [child.get("Name", "") for child in pixels if child.tag.rpartition("}")[2] == "Channel"]


def _imagej(page: tifffile.TiffPage) -> list[str]:
    value = page.tags.valueof(_IMAGEJ_METADATA)
    labels = value.get("Labels") if isinstance(value, dict) else None
    return [str(label) for label in labels] if isinstance(labels, list) else []


def _gdal(page: tifffile.TiffPage) -> list[str]:
    text = page.tags.valueof(GDAL_METADATA)
    root = _xml(text) if isinstance(text, str) else None
    if root is None:
        return []
    said = {
        item.get("sample", ""): item.text or ""
        for item in root.iter("Item")
        if item.get("role") == "description" or item.get("name") == "DESCRIPTION"
    }
    return [said.get(str(i), "") for i in range(len(said))]
