"""``python -m agent_desk.cli``: the same as ``agent-desk-cli``."""

from __future__ import annotations

import sys

from agent_desk.cli import main

if __name__ == "__main__":
    sys.exit(main())
