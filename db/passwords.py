"""Passwords of the people of a file, by argon2id (RFC 9106); any thread but main and `desk-loop`.

Hashing takes long on purpose. The library is loaded on first use: a desk without sign-in never
needs it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from agent_desk.domain.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD = 8
"""Shortest password, in characters (NIST SP 800-63B s. 5.1.1.2)."""

MAX_PASSWORD = 256
"""Longest password, in characters."""


def require_password(password: str, *, login: str) -> str:
    """Return ``password``; raises InputError, which never repeats it."""
    accepted = f"{MIN_PASSWORD} to {MAX_PASSWORD} characters without line breaks, not the login"
    fits = MIN_PASSWORD <= len(password) <= MAX_PASSWORD and password.isprintable()
    if not fits or password.casefold() == login.casefold():
        raise InputError(field="password", value="***", accepted=accepted)
    return password


def hashed(password: str) -> str:
    """Return the hash of ``password`` with a salt of its own, as PHC string."""
    return _hasher().hash(password)


def matches(hash_: str | None, password: str) -> bool:
    """Return whether ``hash_`` was made of ``password``.

    Without a hash it takes just as long: who asks shall not learn whether the login exists.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(hash_ or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hash_ is not None


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
