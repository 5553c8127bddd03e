"""Hostile files are refused for their reason, honest ones taken, and pictures forget where they were."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.capabilities.files.corpus import HONEST, HOSTILE, located_picture, picture, word
from tongxin.capabilities.files.content import (
    MAX_BYTES,
    MAX_SIDE,
    Kind,
    Reason,
    Unacceptable,
    clean_name,
    inspect,
    inspect_in_child,
)

if TYPE_CHECKING:
    from tests.capabilities.files.corpus import Honest, Hostile


def refused(data: bytes, filename: str) -> Reason:
    with pytest.raises(Unacceptable) as caught:
        inspect(data, filename)
    return caught.value.reason


def judged(data: bytes, filename: str) -> bytes | str:
    """The clean file or the sentence; any other outcome is an error of ours."""
    try:
        return inspect(data, filename).clean_bytes
    except Unacceptable as refusal:
        return refusal.message


def test_corpus_has_at_least_sixty_hostile_files_of_different_content() -> None:
    assert len({(file.filename, file.data) for file in HOSTILE}) == len(HOSTILE) >= 60


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.label)
def test_inspect_hostile_file_is_refused_for_its_reason(file: Hostile) -> None:
    assert refused(file.data, file.filename) is file.reason


@pytest.mark.parametrize("file", HONEST, ids=lambda file: file.label)
def test_inspect_honest_file_is_taken_for_what_it_is(file: Honest) -> None:
    found = inspect(file.data, file.filename)
    assert (found.extension, found.name.endswith(file.extension)) == (file.extension, True)


def test_inspect_every_reason_has_a_sentence_that_says_what_to_do() -> None:
    messages = [Unacceptable(reason).message for reason in Reason]
    assert len(set(messages)) == len(Reason)
    assert [message for message in messages if not message.endswith("。")] == []


def test_inspect_too_large_file_is_refused() -> None:
    assert refused(bytes(MAX_BYTES + 1), "a.pdf") is Reason.TOO_LARGE


# --- pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "extension"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp")])
def test_inspect_picture_loses_place_and_camera_and_is_turned_upright(form: str, extension: str) -> None:
    upload = located_picture(form, orientation=6)
    assert b"SecretCamera" in upload
    found = inspect(upload, "IMG_0001")
    with Image.open(io.BytesIO(found.clean_bytes)) as clean:
        clean.load()
        assert (dict(clean.getexif()), "exif" in clean.info) == ({}, False)
        red, green, _ = clean.convert("RGB").getpixel((24, 8))  # type: ignore[misc]
        assert (red > 150, green < 90) == (True, True)  # held sideways: the left half is now the upper half
        assert clean.convert("RGB").getpixel((24, 56))[0] < 60  # type: ignore[index]
    assert b"SecretCamera" not in found.clean_bytes
    assert (found.kind, found.extension, found.width, found.height) == (Kind.IMAGE, extension, 48, 64)


def test_inspect_picture_loses_comment_profile_and_what_is_behind_it() -> None:
    upload = picture(comment=b"hidden words", icc_profile=b"profile" * 30) + b"PK\x03\x04 more"
    clean = inspect(upload, "a.jpg").clean_bytes
    assert [word for word in (b"hidden words", b"profile", b"PK\x03\x04") if word in clean] == []


def test_inspect_picture_larger_than_the_longest_side_is_made_smaller() -> None:
    found = inspect(picture(size=(4000, 1000)), "a.jpg")
    assert (found.width, found.height) == (MAX_SIDE, 640)


def test_inspect_see_through_picture_stays_see_through() -> None:
    found = inspect(picture("PNG", mode="RGBA"), "a.png")
    with Image.open(io.BytesIO(found.clean_bytes)) as clean:
        assert clean.mode == "RGBA"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([file.data[:40] for file in HONEST]), st.text(max_size=20))
def test_inspect_any_bytes_are_taken_or_refused_never_an_error(
    noise: bytes, head: bytes, filename: str
) -> None:
    for data in (noise, head + noise):
        assert judged(data, filename)


@pytest.mark.parametrize(
    "file", [file for file in HONEST if len(file.data) < 60_000], ids=lambda file: file.label
)
def test_inspect_damaged_honest_file_is_taken_or_refused_never_an_error(file: Honest) -> None:
    for at in range(0, len(file.data), max(1, len(file.data) // 12)):
        damaged = file.data[:at] + bytes([file.data[at] ^ 0xFF]) + file.data[at + 1 :]
        assert judged(damaged, file.filename)


# --- text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_inspect_text_is_kept_as_utf8(encoding: str) -> None:
    found = inspect("关于农村公路的建议\r\n".encode(encoding), "说明.txt")
    assert (found.clean_bytes.decode(), found.media_type) == (
        "关于农村公路的建议\r\n",
        "text/plain; charset=utf-8",
    )


# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filename", "extension", "expected"),
    [
        ("现场照片8张.pdf", ".pdf", "现场照片8张.pdf"),
        ("../../etc/passwd", ".txt", "passwd.txt"),
        ("C:\\Users\\何\\提案.doc", ".docx", "提案.docx"),
        ("照片\u202egpj.exe", ".jpg", "照片gpj.jpg"),
        ("a\0b\r\n.pdf", ".pdf", "ab.pdf"),
        ("零\u200b宽\ufeff.pdf", ".pdf", "零宽.pdf"),
        ("evil.docx.exe", ".docx", "evil.docx"),
        ("report.PDF", ".pdf", "report.pdf"),
        ("2026.3", ".txt", "2026.3.txt"),
        ("一季度 2026.3.5 情况.xlsx", ".xlsx", "一季度 2026.3.5 情况.xlsx"),
        ('a<b>:"c"|d?*.txt', ".txt", "a_b___c__d__.txt"),
        ("CON.txt", ".txt", "_CON.txt"),
        ("...", ".pdf", "附件.pdf"),
        ("", ".png", "附件.png"),
        (".htaccess", ".txt", "htaccess.txt"),
        ("e\u0301.pdf", ".pdf", "é.pdf"),
        ("长" * 300 + ".pdf", ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_clean_name_keeps_the_words_and_drops_the_tricks(
    filename: str, extension: str, expected: str
) -> None:
    assert clean_name(filename, extension) == expected


@given(st.text(max_size=300), st.sampled_from([".pdf", ".docx", ".txt"]))
def test_clean_name_of_anything_is_safe_and_stays_the_same_when_cleaned_again(
    name: str, extension: str
) -> None:
    clean = clean_name(name, extension)
    assert len(clean) <= 120
    assert clean.endswith(extension)
    assert [c for c in clean if c in '/\\<>:"|?*' or unicodedata.category(c) in {"Cc", "Cf", "Cs"}] == []
    assert clean_name(clean, extension) == clean


# --- the child ---------------------------------------------------------------------------------------


def test_child_honest_picture_comes_back_as_inspect_gives_it() -> None:
    upload = located_picture()
    assert inspect_in_child(upload, "现场\n照片.jpg") == inspect(upload, "现场\n照片.jpg")


def test_child_refusal_comes_back_with_its_reason() -> None:
    with pytest.raises(Unacceptable) as caught:
        inspect_in_child(b"MZ" + bytes(100), "a.pdf")
    assert caught.value.reason is Reason.PROGRAM


def test_child_largest_allowed_picture_fits_into_its_memory() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8000, 5000), (1, 2, 3, 4)).save(out, "PNG", compress_level=1)
    found = inspect_in_child(out.getvalue(), "a.png", timeout_seconds=60)
    assert (found.width, found.height) == (2560, 1600)


def test_child_slow_parse_is_killed_in_time_and_leaves_no_process() -> None:
    slow = io.BytesIO()
    Image.new("RGB", (7900, 5000)).save(slow, "PNG", compress_level=1)
    before = set(psutil.Process().children(recursive=True))
    began = time.perf_counter()
    with pytest.raises(Unacceptable) as caught:
        inspect_in_child(slow.getvalue(), "a.png", timeout_seconds=0.2)
    assert caught.value.reason is Reason.TOO_SLOW
    assert time.perf_counter() - began < 2
    assert set(psutil.Process().children(recursive=True)) == before


def test_child_that_wants_too_much_memory_is_refused_and_not_believed() -> None:
    wide = io.BytesIO()
    Image.new("RGBA", (6000, 6000)).save(wide, "PNG", compress_level=1)
    with pytest.raises(Unacceptable) as caught:
        inspect_in_child(wide.getvalue(), "a.png", memory_bytes=200 * 1024 * 1024, timeout_seconds=60)
    assert caught.value.reason is Reason.TOO_COMPLEX


def test_child_module_loads_without_django_settings() -> None:
    root = Path(__file__).resolve().parents[3]
    code = (
        "import tongxin.capabilities.files.content\n"
        "from django.conf import settings\n"
        "print(settings.configured)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(root)},
    )
    assert done.stdout == "False\n"


def test_child_docx_survives_untouched() -> None:
    letter = word()
    found = inspect_in_child(letter, "提案.docx")
    assert (found.clean_bytes == letter, found.kind) == (True, Kind.WORD)
    assert zipfile.is_zipfile(io.BytesIO(found.clean_bytes))
