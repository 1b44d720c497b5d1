"""What the tests do to PostgreSQL's processes beyond `db.server_programs`; any thread."""

from __future__ import annotations

import os
import select
import signal

from agent_desk.domain.errors import MissingProgramError

PATIENCE_SECONDS = 60.0
"""Longest wait for a process to do what it was told."""

ServerMissingError = MissingProgramError
"""This machine has no usable PostgreSQL server; the text names the package."""


def kill(process: int) -> None:
    """Kill a process that is no child of ours, and return when it is gone."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [], PATIENCE_SECONDS)
    except ProcessLookupError:
        return
    finally:
        os.close(handle)
