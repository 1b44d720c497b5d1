"""The picture of three desks on one floor: what `agent-desk floor` leaves of its story."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = "floor-light-en.png"


def take_floor(folder: Path) -> None:
    """Play the story on a new floor and keep its picture in ``folder``."""
    with tempfile.TemporaryDirectory() as base, tempfile.TemporaryDirectory() as pictures:
        # Root's server runs as somebody else, who has to enter the folder.
        Path(base).chmod(0o711)
        command = (sys.executable, "-m", "agent_desk", "floor", "--base", base)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run([*command, "--pictures", pictures], check=True, env=environment)
        shutil.copyfile(Path(pictures) / "all-desks.png", folder / PICTURE)
