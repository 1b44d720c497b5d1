"""A keyring in memory."""

from __future__ import annotations


class MemoryCredentials:
    """``ports.credentials.Credentials`` that forgets everything with the test.

    available: False for a machine without a keyring.
    """

    def __init__(self, *, available: bool = True) -> None:
        """Begin empty."""
        self._available = available
        self._kept: dict[tuple[str, str], str] = {}

    @property
    def available(self) -> bool:
        """Whether a password can be kept here at all."""
        return self._available

    def get(self, server: str, login: str) -> str | None:
        """Return the kept password, None when there is none."""
        return self._kept.get((server, login))

    def set(self, server: str, login: str, password: str) -> bool:
        """Keep ``password``; return whether it is kept now."""
        if self._available:
            self._kept[server, login] = password
        return self._available

    def forget(self, server: str, login: str) -> None:
        """Remove the kept password."""
        self._kept.pop((server, login), None)
