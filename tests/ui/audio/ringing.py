"""Rings on one output, as the window's process does, until its input ends; main thread.

Run as ``python -m tests.ui.audio.ringing OUTPUT``.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier

from ui.application import create_application
from ui.calls.ring_player import RingPlayer


def main() -> int:
    """Ring on the output that is named."""
    application = create_application(["ringing"])
    player = RingPlayer()
    player.set_volume(100)
    player.set_output(sys.argv[1])
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(application.quit)
    player.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
