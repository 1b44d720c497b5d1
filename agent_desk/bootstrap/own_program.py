"""How this program is started once more, for a process beside it; any thread."""

from __future__ import annotations

import sys


def own_program() -> tuple[str, ...]:
    """Return the command, to which options are added; a bundled program is one file."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-m", "agent_desk")
