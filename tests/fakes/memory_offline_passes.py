"""Passes for a start without the server, in memory."""

from __future__ import annotations

from agent_desk.domain.offline_pass import OfflinePass


class MemoryOfflinePasses:
    """``ports.offline_passes.OfflinePasses`` that forgets everything with the test."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[tuple[str, str], tuple[OfflinePass, str]] = {}

    def keep(self, kept: OfflinePass, password: str) -> None:
        """Keep ``kept`` under ``password`` instead of the person's former pass."""
        others = {k: v for k, v in self._kept.items() if k[1] != kept.person.login}
        self._kept = others | {(kept.server, kept.person.login): (kept, password)}

    def find(self, server: str, login: str) -> OfflinePass | None:
        """Return the pass, whatever the password, None when there is none."""
        found = self._kept.get((server, login))
        return None if found is None else found[0]

    def opens(self, server: str, login: str, password: str) -> bool:
        """Return whether there is a pass and ``password`` is its password."""
        found = self._kept.get((server, login))
        return found is not None and found[1] == password

    def forget(self, server: str, login: str) -> None:
        """Remove the pass; nothing happens when there is none."""
        self._kept.pop((server, login), None)

    def forget_all(self) -> None:
        """Remove everybody's."""
        self._kept.clear()
