"""Whether sound passes in a call; pure, any one thread."""

from __future__ import annotations

from agent_desk.domain.sound import MediaPath

SILENT_SECONDS = 7.0
"""Longer than the longest pause between two reports (RFC 3550 s. 6.2: 6.2 s): a peer that says
nothing while its person is silent still reports.
"""


class PathWatch:
    """The state of one call's path. why: in a technician's words."""

    def __init__(self) -> None:
        """Begin without sound."""
        self.path = MediaPath.CONNECTING
        self.why = ""
        self._failure = ""
        self._alive_at: float | None = None

    def note_sound(self, now: float) -> bool:
        """Take in a packet of sound; return whether the path has changed."""
        self._alive_at = now
        self._failure = ""
        return self._change(MediaPath.OPEN, "")

    def note_report(self, now: float) -> None:
        """Take in a report: the peer is there, though it may say nothing."""
        self._alive_at = now

    def expect(self, now: float) -> None:
        """Begin to wait for sound from ``now`` on."""
        self._alive_at = now

    def fail(self, why: str) -> bool:
        """Note that ICE or DTLS has failed; return whether the path has changed."""
        self._failure = why
        return self._change(MediaPath.LOST, why)

    def look(self, now: float, *, expects_sound: bool) -> bool:
        """Return whether the path has been lost by silence."""
        if self._failure or self._alive_at is None:
            return False
        if not expects_sound:
            self._alive_at = now
            return False
        silent = now - self._alive_at
        if silent < SILENT_SECONDS:
            return False
        said = "nothing has come" if self.path is MediaPath.CONNECTING else "nothing more comes"
        return self._change(MediaPath.LOST, f"{said} for {SILENT_SECONDS:.0f} seconds")

    def _change(self, path: MediaPath, why: str) -> bool:
        if path is self.path:
            return False
        self.path, self.why = path, why
        return True
