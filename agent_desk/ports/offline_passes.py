"""Where this machine keeps who may open a desk while the server is away."""

from __future__ import annotations

from typing import Protocol

from agent_desk.domain.offline_pass import OfflinePass


class OfflinePasses(Protocol):
    """One pass for each server and login, with a verifier of the password, never the password.

    Checking takes a good part of a second on purpose, so calls run off the main thread and off
    `desk-loop`. No call raises: a place that cannot be read or written remembers nobody.
    """

    def keep(self, kept: OfflinePass, password: str) -> None:
        """Keep ``kept`` under ``password`` instead of the person's former pass."""
        ...

    def find(self, server: str, login: str) -> OfflinePass | None:
        """Return the pass, whatever the password, None when there is none."""
        ...

    def opens(self, server: str, login: str, password: str) -> bool:
        """Return whether there is a pass and ``password`` is its password."""
        ...

    def forget(self, server: str, login: str) -> None:
        """Remove the pass; nothing happens when there is none."""
        ...

    def forget_all(self) -> None:
        """Remove everybody's, where nobody may open a desk without the server."""
        ...
