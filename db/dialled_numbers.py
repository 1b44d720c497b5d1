"""Numbers for redial: one small file per person, readable for its user alone.

Runs on a thread of the executor.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)

_PRIVATE = 0o600


class FileDialledNumbers:
    """``ports.dialled_numbers.DialledNumbers`` in a JSON file."""

    def __init__(self, *, path: Path) -> None:
        """Nothing is touched before the first call."""
        self._path = path

    def read(self) -> Sequence[str]:
        """Return the numbers, the last dialled first; none from a file that is damaged."""
        try:
            numbers = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            _log.info("numbers for redial are forgotten: %s", error)
            return ()
        is_list = isinstance(numbers, list)
        return [number for number in numbers if isinstance(number, str)] if is_list else ()

    def write(self, numbers: Sequence[str]) -> None:
        """Keep ``numbers``, whole or not at all."""
        part = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(list(numbers), file)
            part.replace(self._path)
        except OSError as error:
            _log.info("numbers for redial are not kept: %s", error)
