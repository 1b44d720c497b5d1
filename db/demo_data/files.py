"""Files of work orders in the demo: a picture of a nameplate and a measurement; pure."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta

from agent_desk.domain.attachment import MEDIA_TYPES, Attachment, ContentPlace
from agent_desk.domain.identifiers import AttachmentId
from agent_desk.domain.work_order import WorkOrder
from db.demo_data.rows import IdSource

_WIDTH, _HEIGHT = 320, 200
_PLATE = (24, 40, 296, 160)
"""Left, top, right and bottom of the plate on the housing."""

_LINES = ((52, 200), (76, 240), (100, 150), (124, 220))
"""Top and right end of each line of writing on it."""


def files_of(order: WorkOrder, ids: IdSource) -> Iterator[tuple[Attachment, bytes]]:
    """Yield what was attached to ``order`` a minute after its last step, with the bytes."""
    text = (
        f"Work order {order.number}\nAttenuation 12 dB, SNR 31 dB, CRC errors in 15 min: 418\n"
        "Power at the socket 229 V. 电源正常，接头氧化。\n"
    )
    for name, content in (("nameplate.png", nameplate()), ("measurement.txt", text.encode())):
        made = Attachment(
            id=AttachmentId(ids.next()),
            order_id=order.id,
            report=order.reports,
            name=name,
            media_type=MEDIA_TYPES[name.rpartition(".")[2]],
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            place=ContentPlace.DATABASE,
            added_by=order.owner,
            added_at=order.changed_at + timedelta(minutes=1),
        )
        yield made, content


def nameplate() -> bytes:
    """Return a small PNG (ISO/IEC 15948) of a plate with lines of writing on it."""
    rows = b"".join(b"\x00" + bytes(_shade(x, y) for x in range(_WIDTH)) for y in range(_HEIGHT))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    parts = (("IHDR", head), ("IDAT", zlib.compress(rows, 9)), ("IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(kind, data) for kind, data in parts)


def _shade(x: int, y: int) -> int:
    left, top, right, bottom = _PLATE
    if not (left <= x < right and top <= y < bottom):
        return 70 + (x + y) // 16
    written = any(line <= y < line + 12 and left + 16 <= x < end for line, end in _LINES)
    return 60 if written and x % 9 < 6 else 214


def _part(kind: str, data: bytes) -> bytes:
    body = kind.encode("ascii") + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
