"""The sound of the desk's calls, apart from call control."""

from __future__ import annotations

from typing import Protocol

from agent_desk.domain.identifiers import CallId


class Media(Protocol):
    """Microphone control of the desk's calls; runs on the `desk-loop` thread."""

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Stop or resume sending the microphone into the call; raises UnknownCallError."""
        ...

    def is_muted(self, call_id: CallId) -> bool:
        """Return whether the far end hears nothing; False for a call that is gone."""
        ...
