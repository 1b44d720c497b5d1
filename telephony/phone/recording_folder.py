"""Where recordings go: a folder for each day, files by time and call; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import SoundFileFormat

_ENDINGS: Mapping[SoundFileFormat, str] = MappingProxyType(
    {SoundFileFormat.WAV: "wav", SoundFileFormat.OPUS: "opus"}
)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFolder:
    """path: below it everything is kept. format: of new files."""

    path: Path
    format: SoundFileFormat = SoundFileFormat.OPUS

    def new_file(self, call_id: CallId, at: datetime) -> Path:
        """Return a file that does not exist yet, in a folder that does; raises OSError.

        at: aware; the names are in UTC, so that a night when clocks change loses nothing.
        """
        day = self.path / f"{at:%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True)
        name = f"{at:%Y%m%dT%H%M%SZ}-{_NOT_IN_NAMES.sub('_', call_id)[:_MOST_CHARACTERS]}"
        ending, number = _ENDINGS[self.format], 1
        file = day / f"{name}.{ending}"
        while file.exists():
            number += 1
            file = day / f"{name}-{number}.{ending}"
        return file
