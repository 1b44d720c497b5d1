"""Files of plain text that a person wants written."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class TextWriter(Protocol):
    """Writes texts; called on a thread that may wait for the disk."""

    def write_text(self, path: Path, text: str) -> None:
        """Write ``text`` to ``path`` in UTF-8.

        The file is there complete or not at all; one that was there before is replaced. Raises
        ExportError.
        """
        ...
