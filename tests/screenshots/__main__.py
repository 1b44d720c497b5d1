"""``python -m tests.screenshots [FOLDER]``: the pictures of docs/screenshots."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def main(arguments: list[str]) -> int:
    """Take every picture and say where it is."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.screenshots.floor import take_floor
    from tests.screenshots.scenes import SCENES
    from tests.screenshots.studio import Studio

    folder = Path(arguments[0]) if arguments else FOLDER
    for name, scene in SCENES.items():
        with tempfile.TemporaryDirectory() as base:
            studio = Studio(Path(base))
            scene(studio, folder)
            studio.close()
        print(f"{name}: {folder}", file=sys.stderr)
    take_floor(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
