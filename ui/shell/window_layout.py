"""Where the window stood, kept in a small file; a lost or broken one costs nothing; main thread."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path

_log = logging.getLogger(__name__)


def load_layout(path: Path) -> dict[str, str]:
    """Return what was kept at ``path``, nothing when there is no such file or it does not read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.info("the window's layout is not used: %s", error)
        return {}
    return {key: value for key, value in table.items() if isinstance(value, str)}


def save_layout(path: Path, layout: Mapping[str, str]) -> None:
    """Keep ``layout`` at ``path``; a place that cannot be written is only logged."""
    import tomli_w

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tomli_w.dumps(dict(layout)), encoding="utf-8")
    except OSError as error:
        _log.info("the window's layout is not kept: %s", error)
