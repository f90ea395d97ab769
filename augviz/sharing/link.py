"""A pipeline as a short text for the address of the app.

::

    version   one character
    base64url of: CRC-32 of the rest (4 bytes) · JSON of the state, raw Deflate with the words of that version

The checksum tells a damaged link from another one; it keeps nobody from writing a link by hand. So what is unpacked is
bounded while it is unpacked, and then read field by field.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from augviz.errors import InputError
from augviz.sharing.state import Shared, from_json, to_json
from augviz.sharing.words import WORDS

PARAMETER = "p"
"""Name of the query parameter."""

VERSION = "1"

MAX_LINK = 6_000
"""Characters of a whole link. Servers and proxies as they come refuse addresses beyond 8 kB (nginx, Apache), and chat
programs cut long messages."""

MAX_UNPACKED = 300_000
"""Bytes of the JSON inside; 4,500 bytes of Deflate can become 4.6 million."""

_WHERE = "link"
_COPY_AGAIN = "Copy the whole link again, or ask for the project file."
_CRC_BYTES = 4


def to_link_text(shared: Shared) -> str:
    """The state as letters, digits, ``-`` and ``_``.

    Raises:
        InputError: It is too large for a link, or holds a value that could not be read back.
    """
    written = to_json(shared).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=WORDS[VERSION])
    packed = packer.compress(written) + packer.flush()
    checksum = zlib.crc32(packed).to_bytes(_CRC_BYTES, "big")
    text = VERSION + base64.urlsafe_b64encode(checksum + packed).rstrip(b"=").decode()
    _check_length(len(text))
    if len(written) > MAX_UNPACKED:
        raise _too_large()
    from_json(written, "pipeline")  # a link that nobody could open is not handed out
    return text


def to_link(address: str, shared: Shared) -> str:
    """The whole link.

    Args:
        address: Address of the app ("https://example.org/augviz/").
        shared: What it carries.

    Raises:
        InputError: As :func:`to_link_text`.
    """
    link = f"{address}?{PARAMETER}={to_link_text(shared)}"
    _check_length(len(link))
    return link


def from_link_text(text: str) -> Shared:
    """The state out of the text of a link.

    Raises:
        InputError: It is damaged, cut off, of another version, too large, or holds what no pipeline can.
    """
    text = text.strip().rstrip(".,;:!?)>]\"'")  # what stands around a link in a sentence
    if not text:
        raise InputError("the link holds no pipeline", mend=_COPY_AGAIN)
    if len(text) > MAX_LINK:
        raise InputError(f"the link has {len(text):,} characters, and {MAX_LINK:,} is the most", mend=_COPY_AGAIN)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise InputError("the link holds characters that no link of augviz has", mend=_COPY_AGAIN)
    if text[0] not in WORDS:
        raise InputError(
            "the link was made by another version of augviz, or its beginning is missing",
            mend="Update augviz, or copy the whole link again.",
        )
    return from_json(_unpacked(_bytes_of(text[1:]), WORDS[text[0]]), _WHERE)


def _bytes_of(letters: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except (binascii.Error, ValueError) as error:
        raise _damaged() from error
    is_whole = base64.urlsafe_b64encode(data).rstrip(b"=").decode() == letters  # no stray bits in the last letter
    packed = data[_CRC_BYTES:]
    if not is_whole or not packed or zlib.crc32(packed) != int.from_bytes(data[:_CRC_BYTES], "big"):
        raise _damaged()
    return packed


def _unpacked(packed: bytes, words: bytes) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS, zdict=words)
    try:
        written = unpacker.decompress(packed, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise _damaged() from error
    if len(written) > MAX_UNPACKED:
        raise InputError(
            f"unpacked, the link is larger than {MAX_UNPACKED:,} bytes, as no pipeline is", mend=_COPY_AGAIN
        )
    if not unpacker.eof or unpacker.unused_data:
        raise _damaged()
    return written


def _damaged() -> InputError:
    return InputError("the link is damaged or cut off", mend=_COPY_AGAIN)


def _check_length(length: int) -> None:
    if length > MAX_LINK:
        raise _too_large()


def _too_large() -> InputError:
    return InputError(
        f"this pipeline is too large for a link of {MAX_LINK:,} characters", mend="Save a project file instead."
    )
