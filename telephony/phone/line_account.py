"""What a line's account means to the SIP core: addresses, server, binding; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from agent_desk.domain.sip_account import SipAccount, SipTransport
from agent_desk.domain.sip_account_check import split_place
from telephony.sip.authentication.digest import Credentials
from telephony.sip.dialog.session_timer import TimerWish
from telephony.sip.registration.binding import Binding
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.account import Account
from telephony.sip.values.address import Address, make_address
from telephony.sip.values.host import bracketed
from telephony.sip.values.parameters import NO_PARAMETERS
from telephony.sip.values.uri import SipUri, escape_user

REGISTERED_SECONDS = 120
"""What a desk asks for. One that died is forgotten by its exchange in two minutes, and an exchange
that died without a word is noticed: over UDP many answer no keep-alive.
"""

NOWHERE = ("nowhere.invalid", 0)
"""Where a telephone is reached before it knows (RFC 2606 s. 2)."""

_WEB_SOCKETS = {"ws": SipTransport.WS, "wss": SipTransport.WSS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Where an account's server is, as the person wrote it.

    transport: AUTO to ask the domain. host: name or address. port: 0 to look it up. path: of a
    WebSocket's URL.
    """

    transport: SipTransport
    host: str
    port: int = 0
    path: str = "/"

    def hop(self, transport: str) -> Hop:
        """Return the hop of every request, by ``transport`` where the account leaves it open."""
        return Hop(transport=transport, address=self.host, port=self.port)


def server_place(account: SipAccount) -> ServerPlace:
    """Return where the account's requests go: its server, or its domain.

    Raises ValueError for what `mistakes_of` refuses.
    """
    scheme, separator, _ = account.server.partition("://")
    if separator:
        url = urlsplit(account.server)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        transport = _WEB_SOCKETS.get(scheme.lower(), account.transport)
        return ServerPlace(
            transport=transport, host=url.hostname or "", port=url.port or 0, path=path
        )
    host, port = _host_and_port(account.server or account.domain)
    return ServerPlace(transport=account.transport, host=host, port=port or 0)


def sip_account(
    account: SipAccount,
    *,
    password: str,
    policy: MediaPolicy,
    outbound: Hop,
    local: tuple[str, int],
) -> Account:
    """Return the core's view of an account that is reached at ``local``."""
    return Account(
        address=address_of_record(account),
        contact=contact_of(account, outbound.transport, local),
        transport=outbound.transport,
        outbound=outbound,
        credentials=(Credentials(user=account.login or account.user, password=password),),
        policy=policy,
        timer=TimerWish(interval=account.session_seconds),
        most_calls=account.lines,
    )


def address_of_record(account: SipAccount) -> Address:
    """Return the address that others call, with the name that they see."""
    return make_address(house_uri(account, account.user), name=account.display_name)


def house_uri(account: SipAccount, user: str = "") -> SipUri:
    """Return who is called ``user`` at the account's domain, the domain itself without one."""
    host, port = _host_and_port(account.domain)
    return SipUri(user=escape_user(user) or None, host=bracketed(host), port=port)


def contact_of(account: SipAccount, transport: str, local: tuple[str, int]) -> SipUri:
    """Return the URI under which the exchange reaches this telephone."""
    host, port = local
    parameters = NO_PARAMETERS
    if transport != "UDP":
        # RFC 7118 s. 5.1: ws for both kinds of WebSocket; RFC 3261 s. 26.2.2: tls is in use.
        token = "ws" if transport == "WSS" else transport.lower()
        parameters = parameters.with_("transport", token)
    return SipUri(
        user=escape_user(account.user),
        host=bracketed(host),
        port=port or None,
        parameters=parameters,
    )


def binding_of(core: Account, *, call_id: str, from_tag: str, instance: str) -> Binding:
    """Return what is registered."""
    uri = core.address.uri
    assert isinstance(uri, SipUri)
    return Binding(
        address_of_record=core.address,
        registrar=SipUri(host=uri.host, port=uri.port),
        contact=core.public_contact,
        call_id=call_id,
        from_tag=from_tag,
        expires=REGISTERED_SECONDS,
        instance=instance,
    )


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Return a host without brackets, in lower case, and the port behind it; "" names no host."""
    place = split_place(text) if text else ("", None)
    if place is None:
        raise ValueError(f"{text!r} is neither host nor host:port")
    host, port = place
    return host.lower(), port
