"""Requests and responses with proof and Via on them, over the transactions; any one thread.

Everything that a request of ours meets before its user hears of it: challenges (RFC 3261 s. 22),
silence, a broken transport. And everything that a peer's request is asked before anybody sees it:
syntax (400, 505), and what this telephone can do (405, 415, 416, 420).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from telephony.sip.authentication.authenticator import Authenticator
from telephony.sip.dialog.dialog import next_uri
from telephony.sip.errors import AuthenticationError, RequestRefusedError, SipSyntaxError
from telephony.sip.message.message import Request, Response
from telephony.sip.message.parser import parse_message
from telephony.sip.message.protection import sips_not_allowed
from telephony.sip.message.reply import reply
from telephony.sip.message.syntax import check_request, check_response
from telephony.sip.transaction.follower import cancel_of
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.key import ClientKey, ServerKey
from telephony.sip.transaction.layer import TransactionLayer
from telephony.sip.transaction.output import (
    Ended,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transmit,
    TransportFailed,
)
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.chance import Chance
from telephony.sip.values.cseq import CSeq
from telephony.sip.values.parameters import Parameters
from telephony.sip.values.via import Via

_LOG = logging.getLogger(__name__)
_MOST_CHALLENGES = 4
_NO_ANSWER, _NO_TRANSPORT = 408, 503
_USUAL_PORT = 5060
_PROOF = ("Authorization", "Proxy-Authorization")
_SKIPS_INSPECTION = frozenset({"ACK", "CANCEL"})

OnResponse = Callable[[Response, float], None]
OnFailure = Callable[[int, float], None]
OnRequest = Callable[[RequestArrived, float], None]
Renew = Callable[[Request, Response], Request]


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A request of ours on its way, across challenges.

    request: as it was sent last. key: its transaction. on_response: every response that is no
    challenge. on_failure: 408 or 503 when none came. renew: what it becomes when it is sent once
    more with proof, after the challenge. challenges: answered so far. has_provisional: whether the
    last one sent has heard something. is_given_up: a challenge is not worth an answer any more.
    """

    request: Request
    key: ClientKey
    on_response: OnResponse
    on_failure: OnFailure
    renew: Renew
    challenges: int = 0
    has_provisional: bool = False
    is_given_up: bool = False


class Endpoint:
    """Sends and receives for one account; what to transmit is collected for the transports."""

    def __init__(
        self, *, account: Account, chance: Chance, layer: TransactionLayer, on_request: OnRequest
    ) -> None:
        """Hand every request of peers that can be taken to ``on_request``."""
        self.account = account
        self.chance = chance
        self.layer = layer
        self.authenticator = Authenticator(account.credentials)
        self._on_request = on_request
        self._exchanges: dict[ClientKey, Exchange] = {}
        self._transmits: list[Transmit] = []

    def take_transmits(self) -> list[Transmit]:
        """Return what is to be sent, in order, and forget it."""
        transmits, self._transmits = self._transmits, []
        return transmits

    def send(
        self,
        request: Request,
        now: float,
        *,
        on_response: OnResponse,
        on_failure: OnFailure,
        renew: Renew = lambda request, response: request,
    ) -> Exchange:
        """Send a request without Via; return its exchange."""
        hop = self.account.hop_of(next_uri(request))
        ready = self.authenticator.prepare(self._dressed(request, hop), self.chance.token())
        key = self.layer.send_request(ready, hop, now)
        exchange = Exchange(
            request=ready, key=key, on_response=on_response, on_failure=on_failure, renew=renew
        )
        self._exchanges[key] = exchange
        self.pump(now)
        return exchange

    def cancel(self, exchange: Exchange, now: float) -> None:
        """Send the CANCEL of an INVITE that has had a provisional response (RFC 3261 s. 9.1)."""
        cancel = cancel_of(exchange.request)
        self.layer.cancelled(exchange.key, now)
        self.layer.send_request(cancel, self.account.hop_of(next_uri(cancel)), now)
        self.pump(now)

    def send_ack(self, ack: Request, invite: Request, now: float) -> None:
        """Send the ACK of a 2xx, with the proof of its INVITE (RFC 3261 s. 22.1)."""
        hop = self.account.hop_of(next_uri(ack))
        dressed = self._dressed(ack, hop)
        headers = dressed.headers
        for name in _PROOF:
            headers = headers.with_(name, *invite.headers.all(name))
        proven = dressed.with_headers(headers)
        self.layer.send_ack(proven, hop)
        self.pump(now)

    def respond(self, key: ServerKey, response: Response, now: float) -> None:
        """Send a response; one whose transaction has ended meanwhile is dropped."""
        if self.layer.has_server(key):
            headers = response.headers.with_("User-Agent", self.account.agent)
            self.layer.respond(key, response.with_headers(headers), now)
            self.pump(now)

    def receive(self, data: bytes, hop: Hop, now: float) -> None:
        """Take one message off the wire; what cannot be understood is refused or dropped."""
        try:
            message = parse_message(data)
            if isinstance(message, Response):
                check_response(message)
                self.layer.receive(message, hop, now)
            else:
                self._receive_request(message, hop, now)
        except SipSyntaxError as error:
            _LOG.debug("dropped a message from %s: %s", hop.address, error)
        self.pump(now)

    def transport_failed(self, hop: Hop, now: float) -> None:
        """Tell everybody who waits for ``hop`` that it is gone."""
        self.layer.transport_failed(hop, now)
        self.pump(now)

    def handle_time(self, now: float) -> None:
        """Let the transactions' timers go off."""
        self.layer.handle_time(now)
        self.pump(now)

    def pump(self, now: float) -> None:
        """Hand on what the transactions have to say, until they have nothing more to say."""
        while outputs := self.layer.take_outputs():
            for output in outputs:
                if isinstance(output, Transmit):
                    self._transmits.append(output)
                elif isinstance(output, RequestArrived):
                    self._take_request(output, now)
                elif isinstance(output, ResponseArrived):
                    self._take_response(output, now)
                elif isinstance(output, Ended):
                    self._exchanges.pop(output.key, None)
                else:
                    self._take_failure(output, now)

    def _receive_request(self, request: Request, hop: Hop, now: float) -> None:
        try:
            check_request(request)
            self._check_protection(request, hop)
        except RequestRefusedError as refusal:
            # Without a transaction: its next copy would be just as wrong (RFC 3261 s. 16.3).
            if request.method != "ACK" and request.headers.get("Via"):
                answer = reply(request, refusal.status, refusal.reason, headers=refusal.headers)
                self._transmits.append(Transmit(answer, hop))
            return
        noted = request.top_via.seen_from(hop.address, hop.port)
        if noted is not request.top_via:
            request = request.with_vias((noted, *request.vias[1:]))
        self.layer.receive(request, _response_hop(noted, hop), now)

    def _check_protection(self, request: Request, hop: Hop) -> None:
        """Raise RequestRefusedError for a sips Request-URI that came by an unprotected hop.

        Somebody on the way has not kept to it (RFC 3261 s. 26.2.2).
        """
        if not hop.is_secure and request.target[:5].lower() == "sips:":
            raise sips_not_allowed(self.account.contact.host)

    def _take_request(self, arrived: RequestArrived, now: float) -> None:
        request = arrived.request
        if arrived.key is not None and request.method not in _SKIPS_INSPECTION:
            try:
                self.account.capabilities.inspect(request)
            except RequestRefusedError as refusal:
                self.refuse(arrived.key, request, refusal, now)
                return
        try:
            self._on_request(arrived, now)
        except SipSyntaxError as error:
            # A field that nobody needed until now.
            if arrived.key is not None:
                bad = RequestRefusedError(400, f"Bad {error.field}")
                self.refuse(arrived.key, request, bad, now)

    def refuse(
        self, key: ServerKey, request: Request, refusal: RequestRefusedError, now: float
    ) -> None:
        """Answer a request with the status that it deserves."""
        answer = reply(
            request,
            refusal.status,
            refusal.reason,
            to_tag=self.chance.token(),
            headers=refusal.headers,
        )
        self.respond(key, answer, now)

    def _take_response(self, arrived: ResponseArrived, now: float) -> None:
        exchange = self._exchanges.get(arrived.key)
        if exchange is None:
            return
        response = arrived.response
        if response.status in (401, 407) and self._answer_challenge(exchange, response, now):
            return
        if response.is_success:
            self.authenticator.accepted(response)
        if response.is_provisional:
            exchange.has_provisional = True
        try:
            exchange.on_response(response, now)
        except SipSyntaxError as error:
            _LOG.info("a field of a %d is passed over: %s", response.status, error)
        if not response.is_provisional:
            # From now on its transaction only waits for copies.
            exchange.request.drop_caches()

    def _answer_challenge(self, exchange: Exchange, response: Response, now: float) -> bool:
        """Send the request anew with proof; return False when it is of no use."""
        if exchange.is_given_up or exchange.challenges >= _MOST_CHALLENGES:
            return False
        request = exchange.renew(exchange.request, response)
        headers = request.headers.replaced(
            "CSeq", str(CSeq(request.cseq.number + 1, request.method))
        )
        hop = self.account.hop_of(next_uri(request))
        headers = headers.replaced("Via", str(self._via(hop)))
        again = request.with_headers(headers)
        try:
            proven = self.authenticator.answer(again, response, self.chance.token())
        except AuthenticationError as error:
            _LOG.info("a challenge is not answered: %s", error)
            return False
        self._exchanges.pop(exchange.key, None)
        exchange.request = proven
        exchange.challenges += 1
        exchange.has_provisional = False
        exchange.key = self.layer.send_request(proven, hop, now)
        self._exchanges[exchange.key] = exchange
        return True

    def _take_failure(self, failure: TimedOut | TransportFailed, now: float) -> None:
        if isinstance(failure.key, ServerKey):
            return
        exchange = self._exchanges.pop(failure.key, None)
        if exchange is not None:
            broken = isinstance(failure, TransportFailed)
            exchange.on_failure(_NO_TRANSPORT if broken else _NO_ANSWER, now)

    def _dressed(self, request: Request, hop: Hop) -> Request:
        headers = request.headers.with_first("Via", str(self._via(hop)))
        return request.with_headers(headers.with_("User-Agent", self.account.agent))

    def _via(self, hop: Hop) -> Via:
        """Return where we are as we know it ourselves: the server notes how it sees us."""
        contact = self.account.contact
        return Via(
            # What is meant for a sips URI may leave by TLS where all else does not.
            transport=hop.transport if hop.is_secure else self.account.transport,
            host=contact.host,
            port=contact.port,
            parameters=Parameters((("branch", self.chance.branch()), ("rport", None))),
        )


def _response_hop(via: Via, source: Hop) -> Hop:
    """Return where responses go (RFC 3261 s. 18.2.2, RFC 3581 s. 4).

    Over a connection back on it; over UDP to the source, at the port that Via names unless it
    asked for its own by rport.
    """
    if source.is_reliable or "rport" in via.parameters:
        return source
    address = via.parameters.get("maddr") or source.address
    return replace(source, address=address, port=via.port or _USUAL_PORT)
