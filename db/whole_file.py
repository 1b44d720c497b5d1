"""Files that are there whole or not at all; on whichever thread writes them."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from agent_desk.domain.errors import ExportDiskFullError, ExportError


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` where ``path`` says, whole or not at all; raises ExportError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ExportDiskFullError(path=str(path)) from error
        raise ExportError(path=str(path), reason=error.strerror or str(error)) from error
