"""What a person gives to sign in; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """What a person gave. server: its address as in the settings, or the path of a file.

    password: "" for the kept one. remember: keep it in the system's keyring.
    """

    server: str
    login: str
    password: str = field(default="", repr=False)
    remember: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOffer:
    """What signing in begins with.

    form: server and login of the last time. kept: the keyring has their password. can_remember:
    there is a keyring.
    """

    form: SignInForm
    kept: bool
    can_remember: bool
