"""Files of tables that other programs open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from agent_desk.domain.sheet import Sheet


class SheetWriter(Protocol):
    """Writes sheets; called on a thread that may wait for the disk."""

    def write(self, path: Path, sheets: Sequence[Sheet]) -> None:
        """Write ``sheets`` to ``path``, by its ending: ".xlsx" all of them, ".csv" the first.

        The file is there complete or not at all; one that was there before is replaced. Raises
        ExportError, InputError for another ending.
        """
        ...
