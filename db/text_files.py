"""Plain texts as files; on whichever thread writes them."""

from __future__ import annotations

from pathlib import Path

from db.whole_file import write_whole


class TextFiles:
    """``ports.text_writer.TextWriter`` on the disk."""

    def write_text(self, path: Path, text: str) -> None:
        """Write ``text`` to ``path`` in UTF-8, whole or not at all."""
        write_whole(path, text.encode("utf-8", errors="replace"))
