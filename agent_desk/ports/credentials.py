"""Where a desk keeps the password of its server: the system's keyring."""

from __future__ import annotations

from typing import Protocol


class Credentials(Protocol):
    """Passwords by server and login; they are never in a file of ours, a log or an error.

    Calls may ask the person to unlock the keyring, so they run off the main thread and off
    `desk-loop`. No call raises: a keyring that is missing or locked remembers nothing.
    """

    @property
    def available(self) -> bool:
        """Whether a password can be kept here at all."""
        ...

    def get(self, server: str, login: str) -> str | None:
        """Return the kept password, None when there is none."""
        ...

    def set(self, server: str, login: str, password: str) -> bool:
        """Keep ``password``; return whether it is kept now."""
        ...

    def forget(self, server: str, login: str) -> None:
        """Remove the kept password; nothing happens when there is none."""
        ...
