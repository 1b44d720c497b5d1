"""A file that did not exist and only grows, with nothing of it in this process; any one thread.

What `append` has returned from survives the end of the process, however sudden: it is with the
system. `sync` lets it survive the machine's as well.
"""

from __future__ import annotations

import os
from pathlib import Path

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL
# Windows translates line ends in files that are not said to be binary; elsewhere there is no flag.
_BINARY: int = getattr(os, "O_BINARY", 0)
_FOR_ITS_OWNER = 0o600

SYNC_FRAMES = 250
"""Every 5 s of a recording should be on the disk, not only with the system."""


class NewFile:
    """path: where it is. size: octets."""

    def __init__(self, path: Path) -> None:
        """Create it, for its owner alone; raises OSError, FileExistsError when it is there."""
        self.path = path
        self.size = 0
        self._descriptor = os.open(path, _FLAGS | _BINARY, _FOR_ITS_OWNER)

    def append(self, data: bytes) -> None:
        """Write all of ``data`` or, with an OSError, nothing of it."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise
        self.size += len(data)

    def patch(self, at: int, data: bytes) -> None:
        """Write ``data`` over what begins at ``at``; raises OSError."""
        os.lseek(self._descriptor, at, os.SEEK_SET)
        try:
            os.write(self._descriptor, data)
        finally:
            os.lseek(self._descriptor, self.size, os.SEEK_SET)

    def sync(self) -> None:
        """Wait until it is on the disk; raises OSError."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """Let go of it and leave nothing; raises OSError."""
        self.close()
        self.path.unlink()
