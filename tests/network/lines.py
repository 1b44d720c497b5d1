"""Lines on loopback, and accounts at servers of the tests' own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.phone.line import Line
from telephony.sip.authentication.digest import Credentials
from telephony.sip.user_agent.news import RegistrationChanged
from tests.network.heard import Heard
from tests.network.peers import HOST
from tests.sip.registrar import Registrar

PASSWORD = "secret"
OpenLine = Callable[..., Awaitable[tuple[Line, Heard]]]


def registrar(password: str = PASSWORD) -> Registrar:
    """Return an exchange that knows ann."""
    return Registrar(credentials=Credentials(user="ann", password=password))


def account(port: int, transport: SipTransport, user: str = "ann") -> SipAccount:
    """Return an account at a server on loopback."""
    return SipAccount(user=user, domain="desk.test", server=f"{HOST}:{port}", transport=transport)


def is_registered(news: RegistrationChanged) -> bool:
    """Return whether the exchange can reach us."""
    return news.is_registered
