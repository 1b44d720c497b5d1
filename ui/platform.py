"""Which window system Qt shall use, decided before the application is made; main thread."""

from __future__ import annotations

import os
import sys

DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY")
OFFSCREEN = "offscreen"


def choose_platform() -> bool:
    """Return whether there is a display; without one Qt is told to run offscreen.

    A platform that the person chose by QT_QPA_PLATFORM is kept.
    """
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return chosen.split(":")[0] not in (OFFSCREEN, "minimal")
    if not sys.platform.startswith("linux"):
        return True
    if any(os.environ.get(name) for name in DISPLAY_VARIABLES):
        return True
    os.environ["QT_QPA_PLATFORM"] = OFFSCREEN
    return False
