"""What a telephone must know to work with its exchange; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from telephony.sip.authentication.digest import Credentials
from telephony.sip.dialog.session_timer import TimerWish
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.transaction.hop import Hop, usual_port
from telephony.sip.user_agent.capabilities import Capabilities
from telephony.sip.values.address import Address
from telephony.sip.values.host import bracketed
from telephony.sip.values.uri import SipUri, Uri, is_secure


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One line at one exchange.

    address: of record, with the display name that others see. contact: where we are reached, as
    this machine knows it. mapped: the address and port that a NAT made of that, None without one.
    transport: of our requests, in upper case. outbound: the server that takes every request of
    ours, None to send each where its URI says. credentials: for every realm that may ask.
    policy: of media. timer: of sessions. most_calls: a further one hears 486.
    """

    address: Address
    contact: SipUri
    mapped: tuple[str, int] | None = None
    transport: str = "UDP"
    outbound: Hop | None = None
    credentials: tuple[Credentials, ...] = ()
    policy: MediaPolicy = field(default_factory=MediaPolicy)
    timer: TimerWish = field(default_factory=TimerWish)
    capabilities: Capabilities = field(default_factory=Capabilities)
    most_calls: int = 2
    agent: str = "Agent Desk"

    @property
    def public_contact(self) -> SipUri:
        """Where we are reached, as others are told (RFC 3261 s. 8.1.1.8 and 10.2.1)."""
        if self.mapped is None:
            return self.contact
        host, port = self.mapped
        return replace(self.contact, host=bracketed(host), port=port)

    def contact_uri(self, *, secure: bool) -> SipUri:
        """Return `public_contact`, as a sips URI in what one has led to (RFC 3261 s. 12.1.1)."""
        return self.public_contact.secured() if secure else self.public_contact

    def reaches(self, uri: Uri) -> bool:
        """Return whether a request for ``uri`` can be sent as it asks: sips over TLS or WSS."""
        return not is_secure(uri) or self.outbound is None or self.outbound.is_secure

    def hop_of(self, uri: Uri) -> Hop:
        """Return where a request for ``uri`` goes first; its address may still be a name.

        RFC 3261 s. 8.1.2: an outbound proxy takes everything; RFC 3263 s. 4 for the rest, of
        which looking up names is the transport's part. For a sips URI it is always a protected
        hop, whatever else is said: a call that began as one stays so.
        """
        secure = is_secure(uri)
        if self.outbound is not None or not isinstance(uri, SipUri):
            hop = self.outbound or self.hop_of(self.contact)
            if secure and not hop.is_secure:
                return Hop(transport="TLS", address=hop.address, port=0)
            return hop
        transport = (uri.transport or self.transport).upper()
        if secure:
            # RFC 3261 s. 26.2.2 and RFC 7118 s. 5.2: tcp is TLS over TCP, ws is WSS then.
            transport = "WSS" if uri.transport == "ws" else "TLS"
        host = uri.parameters.get("maddr") or uri.host
        port = uri.port or usual_port(transport)
        return Hop(transport=transport, address=host, port=port)
