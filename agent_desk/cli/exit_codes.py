"""How a command ends, as the process's exit code."""

from __future__ import annotations

EXIT_OK = 0
EXIT_REFUSED_LINES = 1
"""An import left lines out."""

EXIT_PROBLEMS = 1
"""A check found something."""

EXIT_ERROR = 2
"""An error, said in one line on standard error."""
