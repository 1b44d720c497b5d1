"""What this side wants and has for its audio stream; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.sdp.codec import COMFORT_NOISE, TELEPHONE_EVENT, Codec
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.profile import Crypto, Fingerprint, IceDescription, Profile

OPUS = Codec(
    payload_type=111,
    name="opus",
    clock_hz=48000,
    channels=2,
    parameters="minptime=10;useinbandfec=1;stereo=0",
)
"""RFC 7587 s. 4 and 6.1: always written with two channels, sent in mono."""

G722 = Codec(payload_type=9, name="g722")
PCMA = Codec(payload_type=8, name="pcma")
PCMU = Codec(payload_type=0, name="pcmu")
NOISE = Codec(payload_type=13, name=COMFORT_NOISE)
DIGITS_48 = Codec(payload_type=110, name=TELEPHONE_EVENT, clock_hz=48000, parameters="0-16")
DIGITS_8 = Codec(payload_type=101, name=TELEPHONE_EVENT, parameters="0-16")
"""RFC 4733 s. 2.4.1: digits are sent with the clock of the speech beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPolicy:
    """An account's choice.

    profiles: accepted, best first; the first is offered. codecs: in order of preference, with
    digits and comfort noise. suites: of SDES, best first. ptime_ms: what we want to hear.
    """

    profiles: tuple[Profile, ...] = (Profile.RTP,)
    codecs: tuple[Codec, ...] = (OPUS, G722, PCMA, PCMU, NOISE, DIGITS_48, DIGITS_8)
    suites: tuple[str, ...] = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
    ptime_ms: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMedia:
    """What the media side has opened for one call.

    address, port: where we listen. session_id, version: of the ``o=`` line; a description that
    changed needs a higher version. direction: what we want. fingerprint, ice, cryptos: for the
    profiles that need them. mid: name of our stream in offers.
    """

    address: str
    port: int
    session_id: str
    version: int = 1
    direction: Direction = Direction.SENDRECV
    fingerprint: Fingerprint | None = None
    ice: IceDescription | None = None
    cryptos: tuple[Crypto, ...] = ()
    mid: str = "0"

    @property
    def family(self) -> str:
        """``IP6`` for an address with a colon."""
        return "IP6" if ":" in self.address else "IP4"
