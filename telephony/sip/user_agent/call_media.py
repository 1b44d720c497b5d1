"""The session of one call: whose offer is open, and what was agreed; any one thread.

Sources: RFC 3264, RFC 6337. Nothing here sends: bodies come in and go out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from telephony.sip.dialog.negotiation import Negotiation, OfferEvent, OfferState
from telephony.sip.errors import DialogError, SdpError, SipSyntaxError
from telephony.sip.message.message import AnyMessage
from telephony.sip.message.multipart import body_of_type
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.answer import Choice, answer_offer, choose_stream
from telephony.sip.sdp.description import SessionDescription
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.offer import accept_answer, make_offer, offer_again
from telephony.sip.sdp.parser import parse_description
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Profile, ice_of
from telephony.sip.user_agent.news import CallHeld, CallRetrieved, MediaAgreed, News

SDP = "application/sdp"
Tell = Callable[[News], None]


class CallMedia:
    """What both sides of a call have said about its audio so far."""

    def __init__(self, *, call: str, policy: MediaPolicy, tell: Tell) -> None:
        """Know nothing; ``tell`` hears of agreements and holds."""
        self.negotiation = Negotiation()
        self.local: LocalMedia | None = None
        self.agreement: Agreement | None = None
        self._renewal: LocalMedia | None = None
        self._restart: LocalMedia | None = None
        self._call = call
        self._policy = policy
        self._tell = tell
        self._ours: SessionDescription | None = None
        self._open: SessionDescription | None = None
        self._checked: _CheckedOffer | None = None
        self._is_held_by_peer = False
        self._is_held_by_us = False

    @property
    def is_held_by_us(self) -> bool:
        """Whether the peer has agreed to our hold."""
        return self._is_held_by_us

    def prefer(self, profile: Profile) -> None:
        """Offer ``profile`` first, whatever the account likes best."""
        others = tuple(other for other in self._policy.profiles if other is not profile)
        self._policy = replace(self._policy, profiles=(profile, *others))

    def renew(self, local: LocalMedia) -> None:
        """Describe ``local`` from the next offer or answer on: the former media is gone.

        Raises DialogError before the first agreement.
        """
        if self._ours is None:
            raise DialogError("no session yet")
        self._renewal = local

    def restart(self, local: LocalMedia | None) -> None:
        """Offer ICE anew with ``local``; None to let it be, and to go on with what there is.

        Unlike a renewal it is described by nothing else: the former media still stands.
        """
        self._restart = local

    @property
    def is_restarting(self) -> bool:
        """Whether ICE is to begin anew by an offer of ours."""
        return self._restart is not None

    def begins_ice_anew(self, body: bytes) -> bool:
        """Return whether an offer begins ICE anew (RFC 8839 s. 4.4.1.1.1).

        Raises SdpError and OfferRefusedError for one that cannot be answered.
        """
        checked = self._checked = _check(body, self._policy)
        offer, choice, agreed = checked.offer, checked.choice, self.agreement
        if choice.profile is not Profile.DTLS_SRTP_ICE or agreed is None or agreed.ice is None:
            return False
        theirs = ice_of(offer, offer.media[choice.index])
        return theirs is not None and theirs.is_begun_anew(agreed.ice)

    def wait_to_answer(self) -> None:
        """Note that the peer's offer is answered later."""
        self.negotiation = self.negotiation.after(OfferEvent.OFFER_RECEIVED)

    def check_offer(self, body: bytes) -> None:
        """Raise SdpError or OfferRefusedError unless an offer could be answered (488)."""
        self._checked = _check(body, self._policy)

    def first_offer(self, local: LocalMedia) -> bytes:
        """Return the body of our first offer."""
        self.local = local
        return self._offer(make_offer(self._policy, local))

    def next_offer(self, *, hold: bool) -> bytes:
        """Return the body of a later offer; raises DialogError before the first agreement."""
        if self._ours is None:
            raise DialogError("no session yet")
        new = self._restart or self._renewal
        if new is not None:
            return self._offer(self._renewed_offer(new, self._ours, hold=hold))
        is_muxed = self.agreement is not None and self.agreement.has_rtcp_mux
        again = offer_again(self._ours, _wanted(hold=hold), has_rtcp_mux=is_muxed)
        return self._offer(again)

    def _renewed_offer(
        self, renewal: LocalMedia, ours: SessionDescription, *, hold: bool
    ) -> SessionDescription:
        """Return an offer of other media in the same session, under its codecs' numbers.

        RFC 3264 s. 8.3.1 and 8.3.2: another address and port; a number keeps its codec.
        """
        policy = self._policy
        if (agreed := self.agreement) is not None:
            others = tuple(p for p in policy.profiles if p is not agreed.profile)
            profiles = (agreed.profile, *others)
            policy = replace(policy, profiles=profiles, codecs=agreed.codecs)
        return make_offer(policy, _in_session(renewal, ours, hold=hold))

    def answer(self, body: bytes, local: LocalMedia | None = None) -> bytes:
        """Return our answer to the peer's offer; raises SdpError and OfferRefusedError.

        A session that was agreed before stays as it is when this raises (RFC 3261 s. 14.2).
        """
        checked = self._checked
        if checked is None or checked.body != body:
            checked = _check(body, self._policy)
        offer, choice = checked.offer, checked.choice
        media = self._media_for_answer(local)
        answer, agreement = answer_offer(
            offer,
            self._policy,
            media,
            choice=choice,
            make_key=_keys_of(media),
            former=self.agreement,
        )
        if self.negotiation.offer is not OfferState.REMOTE_OFFER:
            self.negotiation = self.negotiation.after(OfferEvent.OFFER_RECEIVED)
        self.negotiation = self.negotiation.after(OfferEvent.ANSWER_SENT)
        self.local, self._ours, self._renewal = media, answer, None
        if local is not None:
            # What the peer has begun anew is newer than what we were going to offer.
            self._restart = None
        self._checked = None
        self._agree(agreement, offer.direction_of(offer.media[choice.index]))
        return answer.encode()

    def accept(self, body: bytes) -> None:
        """Take the peer's answer to our offer; raises SdpError and OfferRefusedError.

        An answer to no offer, such as the copy in a 2xx of what a 183 said, changes nothing.
        """
        if self._open is None or self.local is None:
            return
        answer = parse_description(body)
        profile = self.agreement.profile if self.agreement else self._policy.profiles[0]
        local = self._restart or self._renewal or self.local
        agreement = accept_answer(
            self._open, answer, profile=profile, policy=self._policy, local=local
        )
        self.negotiation = self.negotiation.after(OfferEvent.ANSWER_RECEIVED)
        self.local, self._renewal, self._restart = local, None, None
        self._ours, self._open = self._open, None
        held = not agreement.direction.receives and self._wants_hold
        self._agree(agreement, agreement.direction.reversed())
        self._note_own_hold(held=held)

    def reopen(self) -> None:
        """Note that another branch of a fork answers the same offer (RFC 6337 s. 3.1.4)."""
        if self._open is None and self._ours is not None:
            self._open = self._ours
            self.negotiation = self.negotiation.after(OfferEvent.OFFER_SENT)

    def withdraw(self) -> None:
        """Note that our offer was refused: everything stays as it was."""
        if self.negotiation.offer is OfferState.LOCAL_OFFER:
            self.negotiation = self.negotiation.after(OfferEvent.REFUSED)
        self._open = None

    def refuse(self) -> None:
        """Note that the peer's offer, which waited, is refused: everything stays as it was."""
        if self.negotiation.offer is OfferState.REMOTE_OFFER:
            self.negotiation = self.negotiation.after(OfferEvent.REFUSED)

    def note_invite(self, *, ours: bool | None = None, theirs: bool | None = None) -> None:
        """Note whose INVITE waits for its final response."""
        now = self.negotiation
        self.negotiation = Negotiation(
            offer=now.offer,
            local_invite=now.local_invite if ours is None else ours,
            remote_invite=now.remote_invite if theirs is None else theirs,
        )

    @property
    def _wants_hold(self) -> bool:
        ours = self._ours
        if ours is None:
            return False
        stream = next(stream for stream in ours.media if stream.port)
        return ours.direction_of(stream).is_hold

    def _offer(self, description: SessionDescription) -> bytes:
        self.negotiation = self.negotiation.after(OfferEvent.OFFER_SENT)
        self._open = description
        return description.encode()

    def _media_for_answer(self, local: LocalMedia | None) -> LocalMedia:
        media = local or self._renewal or self.local
        if media is None:
            raise DialogError("no media yet")
        if self._ours is None:
            return media
        return _in_session(media, self._ours, hold=self._is_held_by_us)

    def _agree(self, agreement: Agreement, peer: Direction) -> None:
        self.agreement = agreement
        self._tell(MediaAgreed(call=self._call, agreement=agreement))
        # What we hold ourselves, the peer answers by not sending: that is no hold of its own.
        held = peer.is_hold and not self._wants_hold
        if held != self._is_held_by_peer:
            self._is_held_by_peer = held
            kind = CallHeld if held else CallRetrieved
            self._tell(kind(call=self._call, by_us=False))

    def _note_own_hold(self, *, held: bool) -> None:
        if held != self._is_held_by_us:
            self._is_held_by_us = held
            kind = CallHeld if held else CallRetrieved
            self._tell(kind(call=self._call, by_us=True))


@dataclass(frozen=True, slots=True)
class _CheckedOffer:
    """A peer's offer that can be answered: its octets, what they say, what is taken of it."""

    body: bytes
    offer: SessionDescription
    choice: Choice


def _check(body: bytes, policy: MediaPolicy) -> _CheckedOffer:
    offer = parse_description(body)
    return _CheckedOffer(body, offer, choose_stream(offer, policy))


def session_of(message: AnyMessage) -> bytes | None:
    """Return the session description of a message, alone or as a part, None when it has none.

    Raises SdpError for a body that cannot be taken apart.
    """
    try:
        return body_of_type(message, SDP)
    except SipSyntaxError as error:
        raise SdpError(str(error)) from error


def _in_session(local: LocalMedia, ours: SessionDescription, *, hold: bool) -> LocalMedia:
    """Return ``local`` as the next version of the session that has ``ours`` (RFC 3264 s. 8)."""
    origin = ours.origin
    return replace(
        local,
        session_id=origin.session_id,
        version=origin.version + 1,
        direction=_wanted(hold=hold),
    )


def _keys_of(local: LocalMedia) -> Callable[[str], str]:
    """Return what gives the SDES key that was opened for a suite."""

    def key_of(suite: str) -> str:
        for crypto in local.cryptos:
            if crypto.suite == suite:
                return crypto.key
        raise SdpError(f"no key for {suite}")

    return key_of


def _wanted(*, hold: bool) -> Direction:
    """RFC 3264 s. 8.4: who holds goes on sending, music or silence."""
    return Direction.SENDONLY if hold else Direction.SENDRECV
