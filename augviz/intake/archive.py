"""Zips, opened in memory; nothing is ever written to the disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from augviz.errors import ArchiveError, InputError, Problem
from augviz.formats.format import SourceFile
from augviz.intake.limits import Limits
from augviz.intake.names import check_name, clean_name, is_clutter

OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")

_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What ``zipfile`` raises on damaged or unusual archives."""

_CHUNK = 1 << 20


@dataclass
class Budget:
    """What may still be taken in; shared by all archives of one upload, counted down while reading."""

    files: int
    total_bytes: int


@dataclass(frozen=True)
class Unpacked:
    """Files of one archive, and what was left out of it."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def is_archive(file: SourceFile) -> bool:
    """Whether this is to be opened as a zip: by name, or by its first bytes when it has no other extension.

    Office documents and ``.npz`` files are zips as well, and stay closed.
    """
    suffix = PurePosixPath(file.name).suffix.lower()
    return suffix == ".zip" or (not suffix and file.data[:4] in _MARKS)


def unpack(source: SourceFile, budget: Budget, limits: Limits) -> Unpacked:
    """Read the members of a zip.

    Members that are encrypted, links, archives themselves, packed in a rare way, too large, damaged, or named to reach
    outside are left out and said; the others are read.

    Raises:
        ArchiveError: The zip as a whole cannot be read.
    """
    with _opened(source, limits) as archive:
        # Not is_dir(): Python 3.11's fails on a name that is empty (or cut at its first zero byte).
        members = [member for member in archive.infolist() if not member.filename.endswith(("/", "\\"))]
        wanted = [member for member in members if not is_clutter(clean_name(member.filename))]
        files: list[SourceFile] = []
        problems: list[Problem] = []
        for place, member in enumerate(wanted):
            if budget.files <= 0 or budget.total_bytes <= 0:
                problems.append(_rest(source, len(wanted) - place, limits))
                break
            try:
                files.append(_read_member(archive, member, source.name, budget, limits))
                budget.files -= 1
            except InputError as error:
                problems.append(Problem.of(error))
    if len(members) > len(wanted):
        what = f"{len(members) - len(wanted)} files that an operating system left behind were passed over"
        problems.append(Problem(source.name, what, "", "note"))
    if not wanted:
        problems.append(Problem(source.name, "the zip holds no files", "Pack the pictures again."))
    return Unpacked(tuple(files), tuple(problems))


def _opened(source: SourceFile, limits: Limits) -> zipfile.ZipFile:
    if not source.data:
        raise ArchiveError("the zip is empty (0 bytes)", where=source.name, mend="Save or copy it again.")
    # Opening costs about 600 bytes a member before a single one can be looked at, so they are counted first.
    if source.data.count(b"PK\x01\x02") > 4 * limits.files:
        raise ArchiveError(
            f"the zip holds far more than {limits.files:,} files", where=source.name, mend="Pack fewer files."
        )
    try:
        return zipfile.ZipFile(io.BytesIO(source.data))
    except _ZIP_FAULTS as error:
        raise ArchiveError(
            "this is not a zip, or it is damaged", where=source.name, mend="Pack or copy it again."
        ) from error


def _rest(source: SourceFile, count: int, limits: Limits) -> Problem:
    what = (
        f"{count:,} files were left out: at most {limits.files:,} files and "
        f"{limits.total_bytes / 1e6:,.0f} MB are unpacked at once"
    )
    return Problem(source.name, what, "Upload them in smaller parts.")


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, zip_name: str, budget: Budget, limits: Limits
) -> SourceFile:
    name = clean_name(member.filename)
    where = f"{zip_name}, {name[:80]}"
    try:
        check_name(name)
    except InputError as error:
        raise ArchiveError(error.what, where=where, mend=error.mend) from error
    _check_kind(member, where)
    _check_bytes(member.file_size, member, where, budget, limits)
    data = _read(archive, member, where, budget, limits)
    if data[:4] in _MARKS[:1]:
        raise ArchiveError("archives inside a zip are not opened", where=where, mend="Upload it by itself.")
    return SourceFile(name, data)


def _check_kind(member: zipfile.ZipInfo, where: str) -> None:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveError("this is a link, not a file", where=where, mend="Pack the file it points to.")
    if member.flag_bits & 0x1:
        raise ArchiveError("the file is encrypted", where=where, mend="Pack it without a password.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # LZMA, for one, may ask for four gigabytes of dictionary.
        raise ArchiveError("the file is packed in a rare way", where=where, mend="Make an ordinary zip (Deflate).")
    if PurePosixPath(member.filename).suffix.lower() in (".zip", *OTHER_ARCHIVES):
        raise ArchiveError("archives inside a zip are not opened", where=where, mend="Upload it by itself.")


def _check_bytes(size: int, member: zipfile.ZipInfo, where: str, budget: Budget, limits: Limits) -> None:
    """Judge a size: first the declared one, then, while reading, the one that really comes out."""
    if size > limits.file_bytes:
        raise ArchiveError(f"unpacked, the file is larger than {limits.file_bytes / 1e6:,.0f} MB", where=where)
    if size > limits.ratio_from_bytes and size > limits.ratio * max(1, member.compress_size):
        raise ArchiveError(
            f"unpacked, the file is more than {limits.ratio} times larger than packed, as a zip bomb is", where=where
        )
    if size > budget.total_bytes:
        raise ArchiveError(
            f"more than {limits.total_bytes / 1e6:,.0f} MB would be unpacked at once",
            where=where,
            mend="Upload it in smaller parts.",
        )


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, budget: Budget, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(member) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                _check_bytes(size, member, where, budget, limits)
                parts.append(part)
    except _ZIP_FAULTS as error:
        raise ArchiveError("the file is damaged in the zip", where=where, mend="Pack it again.") from error
    finally:
        budget.total_bytes -= size
    return b"".join(parts)
