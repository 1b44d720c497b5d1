"""Attachments of work orders: photos, reports, clips; pure, any thread.

A file is what its first bytes say, whatever its name claims; what a desk opens for a person is
therefore never a program.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import AttachmentSizeError, AttachmentTypeError
from agent_desk.domain.identifiers import AgentId, AttachmentId, WorkOrderId

MAX_BYTES = 25 * 1024 * 1024
"""Largest attachment, in bytes."""

CHUNK_BYTES = 256 * 1024
"""How much of it is written or read at once, so that nobody else waits for it."""

LONGEST_NAME = 120
"""Longest name of a file, in characters."""

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "jpg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "heic": "image/heic",
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "mp4": "video/mp4",
        "csv": "text/csv",
        "txt": "text/plain",
    }
)
"""What is accepted, by the ending of the name."""

IMAGES = frozenset({"jpg", "png", "webp", "heic"})
_OTHER_ENDINGS = MappingProxyType({"jpeg": "jpg", "heif": "heic", "m4v": "mp4"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1"})
_MP4_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"})
_OFFICE = MappingProxyType({"word/document.xml": "docx", "xl/workbook.xml": "xlsx"})
_MACROS = "vbaProject.bin"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


class ContentPlace(StrEnum):
    """Where the bytes are."""

    DATABASE = "DATABASE"
    FOLDER = "FOLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of an order; it is never changed.

    report: number of the report it was added to, 0 before the first. name: as a person reads it,
    without a path. size_bytes, sha256 (lower-case hex): of the content. withdrawn_by,
    withdrawn_at, reason: who marked it as void, when and why; None, None, "" while it counts.
    """

    id: AttachmentId
    order_id: WorkOrderId
    report: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    place: ContentPlace
    added_by: AgentId
    added_at: datetime
    withdrawn_by: AgentId | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.media_type.startswith("image/")

    @property
    def chunks(self) -> int:
        """In how many pieces it is kept in a database."""
        return -(-self.size_bytes // CHUNK_BYTES)


def require_size(name: str, size_bytes: int) -> None:
    """Raise AttachmentSizeError for a file that is empty or too large."""
    if not 0 < size_bytes <= MAX_BYTES:
        raise AttachmentSizeError(
            field="attachment", value=name, size_mb=_megabytes(size_bytes), most_mb=MAX_BYTES >> 20
        )


def named_and_typed(name: str, content: bytes) -> tuple[str, str]:
    """Return the name and media type under which ``content`` is kept.

    A picture whose ending is that of another kind gets its own. Raises AttachmentTypeError when
    the content is not accepted, or is not what the name says.
    """
    stem, ending = _parts(name)
    found = _kind_of(content, ending)
    said = _OTHER_ENDINGS.get(ending, ending)
    both_pictures = found in IMAGES and (said in IMAGES or not ending)
    if not found or not (said == found or both_pictures):
        raise AttachmentTypeError(field="attachment", value=name, accepted=", ".join(MEDIA_TYPES))
    return f"{stem}.{ending if said == found else found}", MEDIA_TYPES[found]


def _parts(name: str) -> tuple[str, str]:
    """Return stem and ending of a file's name, without a path and what cannot be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(x for x in last if unicodedata.category(x)[0] != "C" and x not in '<>:"|?*')
    stem, dot, ending = seen.rpartition(".")
    if not dot:
        stem, ending = seen, ""
    stem = stem.strip(" .")[: LONGEST_NAME - len(ending) - 1] or "file"
    return stem, ending.lower()


def _kind_of(content: bytes, ending: str) -> str:
    """Return what ``content`` is by its own bytes, "" for nothing that is accepted."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "heic" if brand in _HEIC_BRANDS else "mp4" if brand in _MP4_BRANDS else ""
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if _is_text(content):
        return "csv" if ending == "csv" else "txt"
    return ""


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(name.endswith(_MACROS) for name in names):
        return ""
    return next((kind for part, kind in _OFFICE.items() if part in names), "")


def _is_text(content: bytes) -> bool:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _CONTROLS.isdisjoint(map(ord, text))
    return False


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / (1 << 20):.1f}"
