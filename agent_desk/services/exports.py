"""Writes tables to files that a person named; runs on `desk-loop`, which never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agent_desk.domain.sheet import Sheet
from agent_desk.ports.sheet_writer import SheetWriter


class Exports:
    """Where this desk writes files; each is written on a thread of its own."""

    def __init__(self, *, writer: SheetWriter) -> None:
        """Write by ``writer``."""
        self._writer = writer

    async def write(self, path: Path, sheets: Sequence[Sheet]) -> Path:
        """Return ``path`` once the whole file is there; raises ExportError, InputError."""
        await asyncio.to_thread(self._writer.write, path, sheets)
        return path
