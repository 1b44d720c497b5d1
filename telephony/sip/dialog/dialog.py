"""A dialog: what two user agents know of each other (RFC 3261 s. 12); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from telephony.sip.errors import DialogError, RequestRefusedError, UnprotectedWayError
from telephony.sip.message.headers import Field, Headers
from telephony.sip.message.message import Message, Request, Response
from telephony.sip.message.protection import sips_required
from telephony.sip.values.address import Address
from telephony.sip.values.cseq import CSeq
from telephony.sip.values.uri import SipUri, Uri, is_secure, secured

MAX_FORWARDS = 70
"""RFC 3261 s. 8.1.1.6."""

TARGET_REFRESHING = frozenset({"INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"})
"""RFC 3261 s. 12.2, RFC 3311 s. 5.1, RFC 6665 s. 4.4.1, RFC 3515 s. 2.4.6: Contact moves."""

_WITHOUT_NUMBER = frozenset({"ACK", "CANCEL"})
"""RFC 3261 s. 12.2.2: these repeat the number of their INVITE."""


class DialogState(StrEnum):
    """How far a dialog is (RFC 3261 s. 12)."""

    EARLY = "early"
    CONFIRMED = "confirmed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DialogId:
    """RFC 3261 s. 12: Call-ID, our tag, their tag; theirs is ``""`` for RFC 2543 peers."""

    call_id: str
    local_tag: str
    remote_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """Every value of RFC 3261 s. 12.1; unchangeable, each request yields the next one.

    id: Call-ID and tags. state: early, confirmed or ended. local, remote: From and To of our
    requests, with tags. target: where the peer is reached directly. routes: the proxies on the
    way, in the order in which our requests pass them. local_number, remote_number: CSeq of the
    last request of each side, None before the peer's first. is_secure: every hop must be TLS.
    is_caller: whether this side sent the INVITE, and so owns the Call-ID.
    """

    id: DialogId
    state: DialogState
    local: Address
    remote: Address
    target: Uri
    routes: tuple[Address, ...] = ()
    local_number: int
    remote_number: int | None = None
    is_secure: bool = False
    is_caller: bool

    @property
    def downgraded(self) -> Uri | None:
        """What is not sips on the way to the peer of a secure dialog; None when all is well.

        RFC 3261 s. 12.1.1 and 12.1.2: what began with sips stays so, target and route set.
        """
        if not self.is_secure:
            return None
        way = (self.target, *(route.uri for route in self.routes))
        return next((uri for uri in way if not is_secure(uri)), None)

    def request(
        self, method: str, *, headers: tuple[Field, ...] = (), body: bytes = b""
    ) -> tuple[Dialog, Request]:
        """Return the dialog after, and a request within it, still without Via.

        Raises DialogError when the dialog has ended, UnprotectedWayError when the peer has left
        sips; BYE is for that peer too.
        """
        if self.state is DialogState.ENDED:
            raise DialogError(f"{method} in a dialog that has ended")
        if method != "BYE" and (uri := self.downgraded) is not None:
            raise UnprotectedWayError(str(uri))
        moved = replace(self, local_number=self.local_number + 1)
        return moved, moved._build(method, moved.local_number, headers, body)

    def ack(self, number: int, *, headers: tuple[Field, ...] = (), body: bytes = b"") -> Request:
        """Return the ACK of a 2xx to the INVITE ``number`` (RFC 3261 s. 13.2.2.4)."""
        return self._build("ACK", number, headers, body)

    def received(self, request: Request) -> Dialog:
        """Return the dialog after a request of the peer.

        Raises RequestRefusedError 500 for one that is out of order (RFC 3261 s. 12.2.2), 480 for
        one that would take a secure dialog out of sips.
        """
        if request.method in _WITHOUT_NUMBER:
            return self
        number = request.cseq.number
        if self.remote_number is not None and number <= self.remote_number:
            raise RequestRefusedError(500, "CSeq Out of Order")
        if self._leaves_sips(request.method, request):
            raise sips_required(_host(self.local.uri))
        return replace(self._refreshed(request.method, request), remote_number=number)

    def answered(self, response: Response) -> Dialog:
        """Return the dialog after a response to our request in it.

        481 and 408 end it (RFC 3261 s. 12.2.1.2), a 2xx may move the target.
        """
        if response.status in (408, 481):
            return self.ended()
        if not response.is_success or self._leaves_sips(response.cseq.method, response):
            # A target without sips is passed over: the one that is known stays.
            return self
        return self._refreshed(response.cseq.method, response)

    def confirmed_by(self, response: Response) -> Dialog:
        """Return our early dialog after the 2xx that answers it, whose way is the one that counts.

        RFC 3261 s. 13.2.2.4: the route set is made anew; the numbers go on.
        """
        return replace(
            self,
            state=DialogState.CONFIRMED,
            remote=response.to_address,
            target=response.contacts[0].uri if response.contacts else self.target,
            routes=tuple(reversed(response.record_routes)),
        )

    def accepted(self) -> Dialog:
        """Return the peer's early dialog after our 2xx."""
        return replace(self, state=DialogState.CONFIRMED)

    def ended(self) -> Dialog:
        """Return the dialog after a BYE, or after the failure that ended it."""
        return replace(self, state=DialogState.ENDED)

    def _leaves_sips(self, method: str, message: Message) -> bool:
        refreshes = self.is_secure and method in TARGET_REFRESHING and bool(message.contacts)
        return refreshes and not is_secure(message.contacts[0].uri)

    def _refreshed(self, method: str, message: Message) -> Dialog:
        if method not in TARGET_REFRESHING or not message.contacts:
            return self
        return replace(self, target=message.contacts[0].uri)

    def _protected_way(self) -> tuple[Uri, tuple[Address, ...]]:
        """Return target and routes under sips: even a peer that has left it hears ACK and BYE."""
        routes = tuple(replace(route, uri=secured(route.uri)) for route in self.routes)
        return secured(self.target), routes

    def _build(self, method: str, number: int, headers: tuple[Field, ...], body: bytes) -> Request:
        way = self._protected_way() if self.is_secure else (self.target, self.routes)
        target, routes = _way(*way)
        fields: list[Field] = [("Route", str(route)) for route in routes]
        fields += [
            ("Max-Forwards", str(MAX_FORWARDS)),
            ("From", str(self.local)),
            ("To", str(self.remote)),
            ("Call-ID", self.id.call_id),
            ("CSeq", str(CSeq(number, method))),
            *headers,
        ]
        return Request(method=method, target=target, headers=Headers(fields), body=body)


def dialog_of_caller(invite: Request, response: Response) -> Dialog:
    """Return the dialog that a response with a tag makes at the caller (RFC 3261 s. 12.1.2).

    101 to 199 make it early, 2xx confirmed. Raises DialogError for any other response, and for
    one without the Contact that s. 12.1.1 demands of it.
    """
    tag = response.to_address.tag
    if not 100 < response.status < 300 or (tag is None and not response.is_success):
        raise DialogError(f"{response.status} makes no dialog")
    if not response.contacts:
        raise DialogError(f"{response.status} names no Contact")
    return Dialog(
        id=DialogId(response.call_id, invite.from_address.tag or "", tag or ""),
        state=DialogState.CONFIRMED if response.is_success else DialogState.EARLY,
        local=invite.from_address,
        remote=response.to_address,
        target=response.contacts[0].uri,
        routes=tuple(reversed(response.record_routes)),
        local_number=invite.cseq.number,
        is_secure=is_secure(invite.uri),
        is_caller=True,
    )


def dialog_of_callee(invite: Request, local_tag: str, *, confirmed: bool = False) -> Dialog:
    """Return the dialog that our response with ``local_tag`` makes (RFC 3261 s. 12.1.1).

    A request without the Contact that it must have is reached where it came from as far as From
    tells (RFC 2543). Its 2xx must repeat the Record-Route fields.
    """
    contacts = invite.contacts
    return Dialog(
        id=DialogId(invite.call_id, local_tag, invite.from_address.tag or ""),
        state=DialogState.CONFIRMED if confirmed else DialogState.EARLY,
        local=invite.to_address.with_tag(local_tag),
        remote=invite.from_address,
        target=contacts[0].uri if contacts else invite.from_address.uri,
        routes=invite.record_routes,
        local_number=0,
        remote_number=invite.cseq.number,
        is_secure=is_secure(invite.uri),
        is_caller=False,
    )


def dialog_id_of_request(request: Request) -> DialogId:
    """Return the dialog that a peer's request is about, seen from here (RFC 3261 s. 12.2.2)."""
    local, remote = request.to_address.tag, request.from_address.tag
    return DialogId(request.call_id, local or "", remote or "")


def dialog_id_of_response(response: Response) -> DialogId:
    """Return the dialog that a response is about, seen from here."""
    local, remote = response.from_address.tag, response.to_address.tag
    return DialogId(response.call_id, local or "", remote or "")


def is_downgraded(invite: Request) -> bool:
    """Return whether an INVITE to a sips URI names a way back that is not sips.

    RFC 3261 s. 8.1.1.8: its Contact must be sips; s. 12.1.1: as must what makes the route set.
    """
    if not is_secure(invite.uri):
        return False
    way = (*invite.contacts[:1], *invite.record_routes)
    return not all(is_secure(address.uri) for address in way)


def next_uri(request: Request) -> Uri:
    """Return what tells where a request goes first (RFC 3261 s. 8.1.2)."""
    if not request.routes:
        return request.uri
    first = request.routes[0].uri
    return first if _is_loose(first) else request.uri


def _way(target: Uri, routes: tuple[Address, ...]) -> tuple[str, tuple[Address, ...]]:
    """Return Request-URI and Route fields (RFC 3261 s. 12.2.1.1), for strict routers too."""
    wanted = target.as_request_uri() if isinstance(target, SipUri) else target
    if not routes or _is_loose(routes[0].uri):
        return str(wanted), routes
    first = routes[0].uri
    strict = first.as_request_uri() if isinstance(first, SipUri) else first
    return str(strict), (*routes[1:], Address(uri=target))


def _host(uri: Uri) -> str:
    return uri.host if isinstance(uri, SipUri) else "desk.invalid"


def _is_loose(uri: Uri) -> bool:
    return isinstance(uri, SipUri) and "lr" in uri.parameters
