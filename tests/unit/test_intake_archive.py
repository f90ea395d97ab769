"""Zips: opened in memory, one bad member does not lose the others."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping

import pytest

from augviz.errors import ArchiveError, InputError
from augviz.formats import SourceFile
from augviz.intake import Limits, take_in
from augviz.intake.archive import Budget, Unpacked, is_archive, unpack
from augviz.intake.names import MAX_NAME, check_name, clean_name, is_clutter
from tests.unit.picture_files import noise, pillow

CAT = pillow(noise(8, 9), "PNG")
SMALL = Limits(files=10, file_bytes=4_000_000, total_bytes=6_000_000, ratio_from_bytes=1_000_000)


def zipped(members: Mapping[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def opened(data: bytes, limits: Limits = SMALL) -> Unpacked:
    return unpack(SourceFile("d.zip", data), Budget(limits.files, limits.total_bytes), limits)


def encrypted(data: bytes) -> bytes:
    """Set the bit that says "encrypted" of the first member, in both of its headers."""
    patched = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        patched[patched.index(mark) + offset] |= 1
    return bytes(patched)


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_members_keep_their_folders() -> None:
    unpacked = opened(zipped({"a/cat.png": CAT, "a/": b"", "labels\\cat.txt": b"0 .5 .5 1 1"}))
    assert {file.name: file.data for file in unpacked.files} == {"a/cat.png": CAT, "labels/cat.txt": b"0 .5 .5 1 1"}
    assert unpacked.problems == ()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (zipped({"../../evil.png": CAT, "cat.png": CAT}), "points outside its own folder"),
        (zipped({"a/../../evil.png": CAT, "cat.png": CAT}), "points outside its own folder"),
        (zipped({"..\\evil.png": CAT, "cat.png": CAT}), "points outside its own folder"),
        (zipped({"/etc/passwd": CAT, "cat.png": CAT}), "points outside its own folder"),
        (zipped({"C:\\evil.png": CAT, "cat.png": CAT}), "points outside its own folder"),
        (zipped({link("link.png"): b"/etc/passwd", "cat.png": CAT}), "a link, not a file"),
        (encrypted(zipped({"secret.png": CAT, "cat.png": CAT})), "the file is encrypted"),
        (zipped({"more.zip": zipped({"a.png": CAT}), "cat.png": CAT}), "archives inside a zip are not opened"),
        (zipped({"more.dat": zipped({"a.png": CAT}), "cat.png": CAT}), "archives inside a zip are not opened"),
        (zipped({"more.tar": b"", "cat.png": CAT}), "archives inside a zip are not opened"),
        (zipped({"zeros.bmp": bytes(3_900_000), "cat.png": CAT}), "more than 200 times larger than packed"),
        (zipped({"big.bmp": bytes(4_000_001), "cat.png": CAT}), "larger than 4 MB"),
    ],
    ids=["..", "a/../..", "..\\", "absolute", "drive", "link", "encrypted", "zip", "hidden zip", "tar", "bomb", "big"],
)
def test_a_bad_member_is_left_out_and_said_and_the_others_stay(bad: bytes, said: str) -> None:
    unpacked = opened(bad)
    assert [file.name for file in unpacked.files] == ["cat.png"]
    (problem,) = unpacked.problems
    assert said in problem.what
    assert problem.where.startswith("d.zip, ")
    assert problem.kind == "left out"


def test_a_member_without_a_name_is_left_out() -> None:
    data = zipped({"x": CAT, "cat.png": CAT})
    for header in (30, 46):  # the name follows the fixed part of the local and of the central header
        mark = b"PK\x03\x04" if header == 30 else b"PK\x01\x02"
        at = data.index(mark) + header
        data = data[:at] + b"\0" + data[at + 1 :]
    unpacked = opened(data)
    assert [file.name for file in unpacked.files] == ["cat.png"]
    assert "the name is empty" in unpacked.problems[0].what


def test_a_rare_compression_is_not_tried() -> None:
    rare = zipped({"a.png": CAT}, zipfile.ZIP_LZMA)
    assert "packed in a rare way" in opened(rare).problems[0].what


def test_a_damaged_member_is_left_out() -> None:
    data = bytearray(zipped({"a.png": CAT, "cat.png": CAT}, zipfile.ZIP_STORED))
    data[data.index(CAT) + 60] ^= 0xFF
    unpacked = opened(bytes(data))
    assert [file.name for file in unpacked.files] == ["cat.png"]
    assert "damaged" in unpacked.problems[0].what


def test_a_member_that_lies_about_its_size_is_left_out() -> None:
    """It declares 100 bytes and unpacks to three megabytes."""
    data = bytearray(zipped({"liar.bmp": bytes(3_000_000), "cat.png": CAT}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + offset, 100)
    unpacked = opened(bytes(data))
    assert [file.name for file in unpacked.files] == ["cat.png"]
    assert "damaged" in unpacked.problems[0].what


def test_the_sum_of_all_members_is_limited() -> None:
    many = {f"{i}.txt": noise(1000, 1000, 1).tobytes() for i in range(9)}
    unpacked = opened(zipped(many))
    assert [file.name for file in unpacked.files] == [f"{i}.txt" for i in range(6)]
    assert str(unpacked.problems[-1]).startswith("d.zip: 3 files were left out: at most 10 files and 6 MB")


def test_the_number_of_members_is_limited() -> None:
    unpacked = opened(zipped({f"{i}.txt": b"x" for i in range(14)}))
    assert len(unpacked.files) == 10
    assert "4 files were left out" in unpacked.problems[0].what


def test_the_budget_is_one_for_all_zips_of_an_upload() -> None:
    sources = [SourceFile(f"{i}.zip", zipped({f"{i}{j}.png": CAT for j in range(6)})) for i in range(3)]
    intake = take_in(sources, limits=SMALL)
    assert len(intake.samples) == 10
    assert [problem.where for problem in intake.problems] == ["1.zip", "2.zip"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the zip is empty (0 bytes)"),
        (b"PK\x03\x04 and then nothing", "not a zip, or it is damaged"),
        (b"a text", "not a zip, or it is damaged"),
        (zipped({"a.png": CAT})[:-30], "not a zip, or it is damaged"),
        (zipped({f"{i}": b"" for i in range(41)}), "far more than 10 files"),
    ],
)
def test_a_zip_that_cannot_be_opened(data: bytes, said: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        opened(data)
    assert said in caught.value.what
    assert caught.value.mend
    intake = take_in([SourceFile("d.zip", data), SourceFile("cat.png", CAT)], limits=SMALL)
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert said in intake.problems[0].what


def test_an_empty_zip_is_said() -> None:
    assert "holds no files" in opened(zipped({})).problems[0].what


def test_what_operating_systems_leave_behind_is_passed_over_in_one_note() -> None:
    unpacked = opened(zipped({"__MACOSX/._cat.png": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x", "cat.png": CAT}))
    assert [file.name for file in unpacked.files] == ["cat.png"]
    (note,) = unpacked.problems
    assert (note.kind, note.what[:7]) == ("note", "3 files")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.zip", b"whatever", True),
        ("A.ZIP", zipped({}), True),
        ("download", zipped({"a": b"x"}), True),
        ("report.docx", zipped({"a": b"x"}), False),
        ("cat.png", CAT, False),
    ],
)
def test_what_counts_as_a_zip(name: str, data: bytes, expected: bool) -> None:
    assert is_archive(SourceFile(name, data)) is expected


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("a\\b.png", "a/b.png"),
        ("./b.png", "b.png"),
        ("cafe\u0301.png", "caf\u00e9.png"),
        ("a\x1b[31m\n.png", "a\ufffd[31m\ufffd.png"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
    ],
)
def test_names_have_one_spelling_and_nothing_hidden(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@pytest.mark.parametrize("name", ["", "a/..", "..", "/a", "c:a", "x" * (MAX_NAME + 1)])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        check_name(name)


@pytest.mark.parametrize(
    ("name", "expected"), [("a/.git/x", True), ("desktop.ini", True), ("../x", False), ("a.b/c", False)]
)
def test_clutter(name: str, expected: bool) -> None:
    assert is_clutter(name) is expected
