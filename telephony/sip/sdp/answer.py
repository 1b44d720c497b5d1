"""Our answer to a peer's offer (RFC 3264 s. 6): audio as the account wants it; any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from telephony.sip.errors import OfferRefusedError
from telephony.sip.sdp.agreement import (
    Agreement,
    as_wanted,
    common_codecs,
    digits_for,
    noise_for,
    packet_ms,
    rtcp_port_of,
    speech_of,
)
from telephony.sip.sdp.codec import HELPERS, Codec, codecs_of
from telephony.sip.sdp.description import Attribute, MediaDescription, SessionDescription
from telephony.sip.sdp.offer import (
    describe_session,
    describe_stream,
    security_attributes,
    ufrag_of,
)
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import (
    Crypto,
    Profile,
    Setup,
    cryptos_of,
    fingerprint_of,
    ice_of,
    profiles_of,
    setup_of,
    without_control,
)

_DTLS = (Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which stream of an offer is taken, under which profile.

    codecs: those in common. offered: all that the stream has.
    """

    index: int
    profile: Profile
    codecs: tuple[Codec, ...]
    offered: tuple[Codec, ...]


def choose_stream(offer: SessionDescription, policy: MediaPolicy) -> Choice:
    """Return what to take of an offer, before media is opened.

    The best profile of the policy decides; among streams of the same the first. Raises
    OfferRefusedError (488) when no audio stream of the offer fits: another profile than the
    account's is never taken.
    """
    offered = [codecs_of(stream) for stream in offer.media]
    for profile in policy.profiles:
        for index, stream in enumerate(offer.media):
            codecs = _usable_codecs(offer, stream, offered[index], policy, profile)
            if codecs:
                return Choice(index, profile, codecs, offered[index])
    raise OfferRefusedError("no audio stream with a profile and a codec of this account")


def answer_offer(
    offer: SessionDescription,
    policy: MediaPolicy,
    local: LocalMedia,
    *,
    choice: Choice | None = None,
    make_key: Callable[[str], str] | None = None,
    former: Agreement | None = None,
) -> tuple[SessionDescription, Agreement]:
    """Return our answer and what it agrees on; every other stream is refused by port 0.

    choice: what `choose_stream` has said of it, if that was asked before. make_key: base64 of a new
    SDES key for a suite, needed with that profile alone. former: what holds until now in the same
    session. Raises OfferRefusedError (488), SdpError when ``local`` lacks what the profile needs.
    """
    choice = choice or choose_stream(offer, policy)
    stream = offer.media[choice.index]
    keys = _keys(stream, policy, make_key) if choice.profile is Profile.SDES else None
    agreement = _agreement(offer, choice, policy, local, keys)
    if former is not None:
        agreement = _in_its_role(agreement, former, setup_of(offer, stream))
    ours = _answer_stream(stream, policy, local, agreement)
    streams = tuple(
        ours if position == choice.index else other.refused()
        for position, other in enumerate(offer.media)
    )
    return describe_session(local, streams, _group(offer, stream)), agreement


def _usable_codecs(
    offer: SessionDescription,
    stream: MediaDescription,
    offered: tuple[Codec, ...],
    policy: MediaPolicy,
    profile: Profile,
) -> tuple[Codec, ...]:
    """Return what a stream could be taken with; nothing when it does not fit."""
    if stream.kind != "audio" or stream.port == 0 or offer.connection_of(stream) is None:
        return ()
    if profile not in profiles_of(offer, stream):
        return ()
    if profile is Profile.SDES and not any(k.suite in policy.suites for k in cryptos_of(stream)):
        return ()
    codecs = common_codecs(policy.codecs, offered)
    return codecs if any(codec.name not in HELPERS for codec in codecs) else ()


def _agreement(
    offer: SessionDescription,
    choice: Choice,
    policy: MediaPolicy,
    local: LocalMedia,
    keys: tuple[Crypto, Crypto] | None,
) -> Agreement:
    stream, profile, codecs = offer.media[choice.index], choice.profile, choice.codecs
    speech = speech_of(codecs)
    connection = offer.connection_of(stream)
    assert connection is not None
    return Agreement(
        profile=profile,
        codec=as_wanted(speech, choice.offered),
        codecs=codecs,
        digits=digits_for(speech, codecs),
        noise=noise_for(speech, codecs),
        direction=local.direction.answer_to(offer.direction_of(stream)),
        address=connection.address,
        port=stream.port,
        rtcp_port=rtcp_port_of(stream),
        has_rtcp_mux=stream.get("rtcp-mux") is not None,
        ptime_ms=packet_ms(offer, stream, policy.ptime_ms),
        fingerprint=fingerprint_of(offer, stream) if profile in _DTLS else None,
        is_dtls_client=profile in _DTLS and setup_of(offer, stream) is not Setup.ACTIVE,
        ice=ice_of(offer, stream) if profile is Profile.DTLS_SRTP_ICE else None,
        our_ufrag=ufrag_of(profile, local),
        their_key=keys[0] if keys else None,
        our_key=keys[1] if keys else None,
        mid=stream.get("mid"),
    )


def _in_its_role(agreement: Agreement, former: Agreement, offered: Setup) -> Agreement:
    """Return the agreement with the DTLS role that this side has, where DTLS goes on.

    RFC 8842 s. 5.3: a peer that leaves the role open hears the present one.
    """
    if offered is not Setup.ACTPASS or former.fingerprint != agreement.fingerprint:
        return agreement
    return replace(agreement, is_dtls_client=former.is_dtls_client)


def _answer_stream(
    stream: MediaDescription, policy: MediaPolicy, local: LocalMedia, agreed: Agreement
) -> MediaDescription:
    setup = Setup.ACTIVE if agreed.is_dtls_client else Setup.PASSIVE
    cryptos = (agreed.our_key,) if agreed.our_key else ()
    security = security_attributes(agreed.profile, local, setup, cryptos)
    attributes = [
        *([Attribute("mid", agreed.mid)] if agreed.mid is not None else []),
        *(a for codec in agreed.codecs for a in codec.attributes()),
        Attribute("ptime", str(policy.ptime_ms)),
        *(without_control(security) if agreed.has_rtcp_mux else security),
        *([Attribute("rtcp-mux")] if agreed.has_rtcp_mux else []),
        Attribute(agreed.direction),
    ]
    # RFC 3264 s. 6: the answer repeats the offer's protocol.
    return describe_stream(stream.protocol, agreed.codecs, local, tuple(attributes))


def _keys(
    stream: MediaDescription, policy: MediaPolicy, make_key: Callable[[str], str] | None
) -> tuple[Crypto, Crypto]:
    """Return the offer's key of the best suite, and ours under the same tag (RFC 4568 s. 5.1.2)."""
    theirs = min(
        (key for key in cryptos_of(stream) if key.suite in policy.suites),
        key=lambda key: policy.suites.index(key.suite),
    )
    if make_key is None:
        raise OfferRefusedError("no key for SDES")
    return theirs, Crypto(theirs.tag, theirs.suite, make_key(theirs.suite))


def _group(offer: SessionDescription, stream: MediaDescription) -> tuple[Attribute, ...]:
    """Return the bundle of an answer: the one stream that is taken (RFC 9143 s. 7.3)."""
    mid = stream.get("mid")
    for attribute in offer.attributes:
        words = (attribute.value or "").split()
        if attribute.name == "group" and words[:1] == ["BUNDLE"] and mid and mid in words[1:]:
            return (Attribute("group", f"BUNDLE {mid}"),)
    return ()
