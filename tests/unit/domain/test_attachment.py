"""What may be attached: by what it is, not by what it is called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.attachment import MAX_BYTES, MEDIA_TYPES, named_and_typed, require_size
from agent_desk.domain.errors import AttachmentSizeError, AttachmentTypeError

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n"


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("pump.JPG", JPEG, "pump.jpg"),
        ("pump.jpeg", JPEG, "pump.jpeg"),
        ("C:\\photos\\泵.png", PNG, "泵.png"),
        ("photo.jpg", PNG, "photo.png"),
        ("Pasted", PNG, "Pasted.png"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp"),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00", "IMG_1.heic"),
        ("clip.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00", "clip.mp4"),
        ("report.pdf", PDF, "report.pdf"),
        ("letter.docx", archive("[Content_Types].xml", "word/document.xml"), "letter.docx"),
        ("sheet.xlsx", archive("xl/workbook.xml"), "sheet.xlsx"),
        ("数据.csv", "零件,数量\n泵,1\n".encode("gb18030"), "数据.csv"),
        ("note.txt", "水泵已更换".encode(), "note.txt"),
        ("note.txt", "wide".encode("utf-16"), "note.txt"),
        ("a\x00b/../c<d>.txt", b"x", "cd.txt"),
    ],
)
def test_a_file_keeps_its_name_and_is_what_it_is(name: str, content: bytes, kept: str) -> None:
    found, media_type = named_and_typed(name, content)
    assert found == kept
    assert media_type in MEDIA_TYPES.values()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ\x90\x00\x03"),
        ("photo.jpg", b"MZ\x90\x00\x03"),
        ("photo.exe", JPEG),
        ("report.txt", PDF),
        ("report.pdf", JPEG),
        ("Pasted", PDF),
        ("macro.docx", archive("word/document.xml", "word/vbaProject.bin")),
        ("archive.zip", archive("a.txt")),
        ("broken.docx", b"PK\x03\x04garbage"),
        ("script.sh", b"#!/bin/sh\n"),
        ("noise.txt", bytes(range(32))),
    ],
)
def test_what_is_not_taken_or_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(AttachmentTypeError) as caught:
        named_and_typed(name, content)
    assert caught.value.details["value"] == name


@given(st.text(max_size=300), st.binary(max_size=200))
def test_no_name_and_no_content_breaks_it(name: str, content: bytes) -> None:
    try:
        kept, _ = named_and_typed(name, content)
    except AttachmentTypeError:
        return
    assert 0 < len(kept) <= 130
    assert "/" not in kept
    assert "\\" not in kept


def test_an_empty_file_and_one_that_is_too_large_are_refused() -> None:
    require_size("a", MAX_BYTES)
    for size in (0, MAX_BYTES + 1):
        with pytest.raises(AttachmentSizeError, match="25 MB"):
            require_size("a", size)
