"""What an offer and its answer agree on, for the media side; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.errors import OfferRefusedError
from telephony.sip.sdp.codec import COMFORT_NOISE, HELPERS, TELEPHONE_EVENT, Codec
from telephony.sip.sdp.description import MediaDescription, SessionDescription
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.profile import Crypto, Fingerprint, IceDescription, Profile

_SHORTEST_MS, _LONGEST_MS = 10, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One audio stream as both sides want it.

    profile: protection and way. codec: what is sent and mostly heard, under the number and with the
    parameters that the peer wants. codecs: everything that may be heard, under our numbers.
    digits, noise: as the peer listens for them, None when it does not. direction: as we see it.
    address, port, rtcp_port: where the peer listens. has_rtcp_mux: RTCP goes to ``port``.
    ptime_ms: length of a packet that is sent. fingerprint, is_dtls_client, ice: of the peer's
    side for DTLS and ICE. our_ufrag: which candidates of ours it goes with, None without ICE.
    their_key, our_key: SDES. mid: name of the stream, None without.
    """

    profile: Profile
    codec: Codec
    codecs: tuple[Codec, ...]
    digits: Codec | None
    noise: Codec | None
    direction: Direction
    address: str
    port: int
    rtcp_port: int
    has_rtcp_mux: bool
    ptime_ms: int
    fingerprint: Fingerprint | None = None
    is_dtls_client: bool = False
    ice: IceDescription | None = None
    our_ufrag: str | None = None
    their_key: Crypto | None = None
    our_key: Crypto | None = None
    mid: str | None = None

    def goes_on_with(self, former: Agreement) -> bool:
        """Return whether ICE goes on as it was agreed before, and does not begin anew."""
        if self.ice is None or former.ice is None:
            return self.ice is former.ice
        return self.our_ufrag == former.our_ufrag and not self.ice.is_begun_anew(former.ice)


def speech_of(codecs: tuple[Codec, ...]) -> Codec:
    """Return the first codec that carries speech; raises OfferRefusedError when none does."""
    for codec in codecs:
        if codec.name not in HELPERS:
            return codec
    raise OfferRefusedError("no codec in common")


def digits_for(speech: Codec, codecs: tuple[Codec, ...]) -> Codec | None:
    """Return telephone-event with the clock of ``speech`` (RFC 4733 s. 2.4.1), None without.

    Many exchanges have it with 8000 Hz alone, also beside Opus, and expect it so; that is better
    than none.
    """
    any_clock = (codec for codec in codecs if codec.name == TELEPHONE_EVENT)
    return _helper(TELEPHONE_EVENT, speech, codecs) or next(any_clock, None)


def noise_for(speech: Codec, codecs: tuple[Codec, ...]) -> Codec | None:
    """Return comfort noise with the clock of ``speech`` (RFC 3389 s. 5.1), None without."""
    return _helper(COMFORT_NOISE, speech, codecs)


def _helper(name: str, speech: Codec, codecs: tuple[Codec, ...]) -> Codec | None:
    for codec in codecs:
        if codec.name == name and codec.clock_hz == speech.clock_hz:
            return codec
    return None


def common_codecs(wanted: tuple[Codec, ...], offered: tuple[Codec, ...]) -> tuple[Codec, ...]:
    """Return the offered codecs that we have too, in our order and under the offer's numbers."""
    # The first of several alike counts.
    numbers = {codec.format: codec.payload_type for codec in reversed(offered)}
    return tuple([mine.numbered(numbers[mine.format]) for mine in wanted if mine.format in numbers])


def as_wanted(speech: Codec, offered: tuple[Codec, ...]) -> Codec:
    """Return ``speech``, one of `common_codecs`, with the parameters of the offer.

    They say what its author wants to hear (RFC 7587 s. 7.1), ours what we do.
    """
    number = speech.payload_type
    return next(c for c in offered if c.payload_type == number and c.same_format(speech))


def packet_ms(session: SessionDescription, stream: MediaDescription, wanted: int) -> int:
    """Return the length of the packets that we send: what the peer wants, within reason.

    RFC 8866 s. 6.4 and 6.5: ptime is a wish, maxptime a bound; speech is cut into 10 ms.
    """
    asked = _milliseconds(session.get(stream, "ptime")) or wanted
    most = _milliseconds(session.get(stream, "maxptime")) or _LONGEST_MS
    length = min(asked, most, _LONGEST_MS)
    return max(_SHORTEST_MS, length - length % _SHORTEST_MS)


def rtcp_port_of(stream: MediaDescription) -> int:
    """Return where RTCP goes without rtcp-mux (RFC 3605): the next port unless it is said."""
    said = (stream.get("rtcp") or "").split(" ")[0]
    if said.isascii() and said.isdigit() and len(said) <= 5 and 0 < int(said) < 65536:
        return int(said)
    return min(stream.port + 1, 65535)


def _milliseconds(value: str | None) -> int:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
