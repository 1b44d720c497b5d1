"""Which encoding a CSV file is written in, found by reading all of it; any thread."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from agent_desk.domain.errors import ImportFileError

_CHUNK_BYTES = 1 << 20

_ACCEPTED = "a CSV file in UTF-8, GB18030 or UTF-16 with a byte order mark"

_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or ZIP archive; save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
"""First bytes of files that are picked by mistake."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_ASCII = re.compile(r"[\x00-\x7f]+")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})

MAX_CONTROL_SHARE = 0.05
"""Share of control characters from which a file is no text; a stray one is a refused line."""

MIN_COMMON_SHARE = 0.7
"""Least share of the non-ASCII characters of a GB18030 file that GB 2312 has too.

Running Chinese text has over 0.97. Latin-1 and damaged UTF-8 often decode as GB18030 as well,
but as characters that nobody uses.
"""


@dataclass(frozen=True, slots=True)
class FileText:
    """encoding: a codec's name. lines: physical lines, for progress."""

    encoding: str
    lines: int


def detect_encoding(path: Path) -> FileText:
    """Return the encoding that decodes the whole of ``path``; raises ImportFileError for rubbish.

    Reads the file once or twice in pieces of 1 MB, whatever its size.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK_BYTES)
        marked = _refuse_binary(path, head)
        if marked:
            return FileText(marked, _decode_all(path, marked))
        try:
            return FileText("utf-8", _decode_all(path, "utf-8"))
        except UnicodeDecodeError as error:
            return _gb18030_or_refusal(path, error)
    except UnicodeDecodeError as error:
        _refuse_encoding(path, error)
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise ImportFileError(
            file=path.name, field="file", value=str(path), accepted=accepted
        ) from None


def _refuse(path: Path, field: str, value: object, accepted: str = _ACCEPTED) -> NoReturn:
    raise ImportFileError(file=path.name, field=field, value=value, accepted=accepted)


def _refuse_encoding(path: Path, error: UnicodeDecodeError) -> NoReturn:
    found = error.object[error.start : error.start + 4].hex(" ")
    _refuse(path, "encoding", f"{found} ({error.encoding}: {error.reason})")


def _refuse_binary(path: Path, head: bytes) -> str:
    """Return the codec that a byte order mark names, ``""`` without one."""
    if not head:
        _refuse(path, "file", "(empty)")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            _refuse(path, "file", kind)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            if not encoding:
                _refuse(path, "encoding", "UTF-32")
            return encoding
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > MAX_CONTROL_SHARE * len(head):
        _refuse(path, "file", f"{controls} control characters in {len(head)} bytes")
    return ""


def _gb18030_or_refusal(path: Path, not_utf8: UnicodeDecodeError) -> FileText:
    try:
        lines, common, foreign = _decode_gb18030(path)
    except UnicodeDecodeError:
        _refuse_encoding(path, not_utf8)
    if common < MIN_COMMON_SHARE * foreign:
        _refuse_encoding(path, not_utf8)
    return FileText("gb18030", lines)


def _decode_all(path: Path, encoding: str) -> int:
    """Return how many lines ``path`` has; raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            lines += text.count("\n") or text.count("\r")
        decoder.decode(b"", final=True)
    return lines + 1


def _decode_gb18030(path: Path) -> tuple[int, int, int]:
    """Return lines, non-ASCII characters that GB 2312 has, and all non-ASCII characters."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    lines = common = foreign = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            lines += text.count("\n") or text.count("\r")
            rest = _ASCII.sub("", text)
            foreign += len(rest)
            common += len(rest.encode("gb2312", "ignore")) // 2
        decoder.decode(b"", final=True)
    return lines + 1, common, foreign
