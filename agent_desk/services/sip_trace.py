"""The SIP trace of this desk's line: shown and saved; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent_desk.domain.sip_trace import TracedMessage, as_text
from agent_desk.ports.line_trace import LineTrace
from agent_desk.ports.text_writer import TextWriter

_AT_ONCE: Final = 25


class SipTrace:
    """What the line has said and heard lately; nothing at a desk of simulated calls."""

    def __init__(self, *, trace: LineTrace | None, writer: TextWriter | None) -> None:
        """Read from ``trace``; ``writer`` saves it to a file."""
        self._trace = trace
        self._writer = writer

    @property
    def is_there(self) -> bool:
        """Whether this desk has a line whose messages are kept."""
        return self._trace is not None

    async def messages(self, after: int = 0) -> Sequence[TracedMessage]:
        """Return the messages with a number above ``after``, oldest first."""
        found: list[TracedMessage] = []
        while self._trace is not None and (part := self._trace.messages(after, _AT_ONCE)):
            found += part
            after = part[-1].number
            # Secrets are taken out while they are read: calls must not wait for all of it.
            await asyncio.sleep(0)
        return found

    async def save(self, path: Path, words: str = "") -> Path:
        """Write the messages that have all ``words`` to ``path``; return it once it is there.

        Raises ExportError.
        """
        assert self._writer is not None, "a desk that shows a trace can save it"
        text = as_text(message for message in await self.messages() if message.has(words))
        await asyncio.to_thread(self._writer.write_text, path, text)
        return path
