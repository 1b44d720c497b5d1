"""Passwords in the system's keyring: Secret Service, KWallet, Keychain or Windows' own.

Runs on a thread of the executor: the keyring may ask the person to unlock it. The library is
loaded on first use, as looking for a keyring takes time that the first window does not have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SERVICE_PREFIX = "Agent Desk "
"""Under this and the server's name the entry stands in the keyring's own window."""

_log = logging.getLogger(__name__)


class KeyringCredentials:
    """``ports.credentials.Credentials`` on whatever keyring the system has.

    Where it has none the password is asked for each time. It is never written to a file: the
    library's own backends that would do so are not taken.
    """

    @property
    def available(self) -> bool:
        """Whether a password can be kept here at all."""
        return bool(_tried(_has_safe_keyring, "looked at", failed=False))

    def get(self, server: str, login: str) -> str | None:
        """Return the kept password, None when there is none."""
        import keyring

        if not self.available:
            return None
        return _tried(lambda: keyring.get_password(SERVICE_PREFIX + server, login), "read", None)

    def set(self, server: str, login: str, password: str) -> bool:
        """Keep ``password``; return whether it is kept now."""
        import keyring

        def keep() -> bool:
            keyring.set_password(SERVICE_PREFIX + server, login, password)
            return True

        return self.available and _tried(keep, "written", failed=False)

    def forget(self, server: str, login: str) -> None:
        """Remove the kept password; nothing happens when there is none."""
        import keyring

        def remove() -> None:
            # Deleting what is not there is an error of the library.
            if keyring.get_password(SERVICE_PREFIX + server, login) is not None:
                keyring.delete_password(SERVICE_PREFIX + server, login)

        if self.available:
            _tried(remove, "changed", None)


def _has_safe_keyring() -> bool:
    import keyring
    from keyring.backends import chainer, fail, null

    found = keyring.get_keyring()
    chosen = found.backends if isinstance(found, chainer.ChainerBackend) else [found]
    return bool(chosen) and not any(_is_unsafe(each, fail, null) for each in chosen)


def _is_unsafe(backend: object, *modules: object) -> bool:
    """Return whether ``backend`` keeps nothing, or keeps it in a file of its own."""
    kind = type(backend)
    nothing = tuple(getattr(module, "Keyring") for module in modules)  # noqa: B009 untyped modules
    return isinstance(backend, nothing) or kind.__module__.startswith("keyrings.alt")


def _tried(act: Callable[[], T], what: str, failed: T) -> T:
    """Return what ``act`` returns, ``failed`` when the keyring refuses or is gone."""
    from keyring.errors import KeyringError

    try:
        return act()
    except (KeyringError, OSError, RuntimeError) as error:
        # The class alone: the text of a backend's error may repeat what it was given.
        _log.info("the keyring was not %s: %s", what, type(error).__name__)
        return failed
