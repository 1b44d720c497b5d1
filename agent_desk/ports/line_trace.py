"""The last SIP messages of the desk's line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent_desk.domain.sip_trace import TracedMessage


class LineTrace(Protocol):
    """Keeps the last messages in memory; runs on the `desk-loop` thread."""

    def messages(self, after: int = 0, most: int | None = None) -> Sequence[TracedMessage]:
        """Return the kept messages with a number above ``after``, oldest first, ``most`` of them.

        What opens a line is not in them: nobody gets them otherwise.
        """
        ...
