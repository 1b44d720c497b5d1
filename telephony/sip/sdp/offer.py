"""Our offers, and what the peer's answer to one makes of it (RFC 3264 s. 5 and 7); any thread."""

from __future__ import annotations

from dataclasses import replace

from telephony.sip.errors import OfferRefusedError, SdpError
from telephony.sip.sdp.agreement import (
    Agreement,
    common_codecs,
    digits_for,
    noise_for,
    packet_ms,
    rtcp_port_of,
    speech_of,
)
from telephony.sip.sdp.codec import Codec, codecs_of
from telephony.sip.sdp.description import (
    Attribute,
    Connection,
    MediaDescription,
    Origin,
    SessionDescription,
)
from telephony.sip.sdp.direction import Direction
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


def make_offer(policy: MediaPolicy, local: LocalMedia) -> SessionDescription:
    """Return an offer of one audio stream under the policy's first profile."""
    profile = policy.profiles[0]
    attributes = [
        *(a for codec in policy.codecs for a in codec.attributes()),
        Attribute("ptime", str(policy.ptime_ms)),
        *security_attributes(profile, local, Setup.ACTPASS, local.cryptos),
        Attribute("rtcp-mux"),
        Attribute(local.direction),
    ]
    if profile is Profile.DTLS_SRTP_ICE:
        attributes.insert(0, Attribute("mid", local.mid))
    stream = describe_stream(profile.protocol, policy.codecs, local, tuple(attributes))
    group = (Attribute("group", f"BUNDLE {local.mid}"),) if stream.get("mid") else ()
    return describe_session(local, (stream,), group)


def offer_again(
    previous: SessionDescription, direction: Direction, *, has_rtcp_mux: bool = False
) -> SessionDescription:
    """Return our last description as a new offer with another direction: hold and retrieve.

    RFC 3264 s. 8: the streams keep their places, the version rises by one. Who began the DTLS
    handshake stays open to the peer (RFC 8842 s. 5.5). has_rtcp_mux: reports share the port of
    the sound by now.
    """
    streams = tuple(
        stream if stream.port == 0 else replace(stream, attributes=_turned(stream, direction))
        for stream in previous.media
    )
    if has_rtcp_mux:
        streams = tuple(
            replace(stream, attributes=without_control(stream.attributes)) for stream in streams
        )
    origin = replace(previous.origin, version=previous.origin.version + 1)
    return replace(previous, origin=origin, media=streams)


def _turned(stream: MediaDescription, direction: Direction) -> tuple[Attribute, ...]:
    kept = (a for a in stream.attributes if a.name not in list(Direction))
    open_setup = Attribute("setup", Setup.ACTPASS)
    turned = (open_setup if a.name == "setup" else a for a in kept)
    return (*turned, Attribute(direction))


def describe_session(
    local: LocalMedia, streams: tuple[MediaDescription, ...], attributes: tuple[Attribute, ...]
) -> SessionDescription:
    """Return a description of ours with these streams."""
    return SessionDescription(
        origin=Origin(
            session_id=local.session_id,
            version=local.version,
            family=local.family,
            address=local.address,
        ),
        connection=Connection(local.family, local.address),
        attributes=attributes,
        media=streams,
    )


def describe_stream(
    protocol: str, codecs: tuple[Codec, ...], local: LocalMedia, attributes: tuple[Attribute, ...]
) -> MediaDescription:
    """Return our audio stream."""
    return MediaDescription(
        kind="audio",
        port=local.port,
        protocol=protocol,
        formats=tuple(str(codec.payload_type) for codec in codecs),
        attributes=attributes,
    )


def security_attributes(
    profile: Profile, local: LocalMedia, setup: Setup, cryptos: tuple[Crypto, ...]
) -> tuple[Attribute, ...]:
    """Return the lines that ``profile`` needs; raises SdpError when the media side lacks them."""
    if profile is Profile.RTP:
        return ()
    if profile is Profile.SDES:
        if not cryptos:
            raise SdpError("no key for SDES")
        return tuple(crypto.attribute() for crypto in cryptos)
    if local.fingerprint is None:
        raise SdpError("no certificate for DTLS")
    dtls = (local.fingerprint.attribute(), Attribute("setup", setup))
    if profile is Profile.DTLS_SRTP:
        return dtls
    if local.ice is None:
        raise SdpError("no candidates for ICE")
    return (*local.ice.attributes(), *dtls)


def ufrag_of(profile: Profile, local: LocalMedia) -> str | None:
    """Return which candidates of ours an agreement goes with."""
    if profile is not Profile.DTLS_SRTP_ICE or local.ice is None:
        return None
    return local.ice.ufrag


def accept_answer(
    offer: SessionDescription,
    answer: SessionDescription,
    *,
    profile: Profile,
    policy: MediaPolicy,
    local: LocalMedia,
) -> Agreement:
    """Return what the answer to our ``offer`` under ``profile`` agrees on (RFC 3264 s. 7).

    Raises SdpError for an answer that does not fit the offer, OfferRefusedError when the peer
    wants none of it; the call is then to be ended.
    """
    if len(answer.media) != len(offer.media):
        raise SdpError(f"{len(answer.media)} streams answer {len(offer.media)}")
    index = next(i for i, offered in enumerate(offer.media) if offered.port)
    stream, connection = answer.media[index], answer.connection_of(answer.media[index])
    if stream.port == 0 or stream.kind != "audio":
        raise OfferRefusedError("the peer refuses the audio stream")
    if connection is None:
        raise SdpError("no address for the audio stream")
    theirs = _answered_profile(answer, stream, profile)
    offered = codecs_of(offer.media[index])
    answered = codecs_of(stream)
    codecs = common_codecs(answered, offered)
    # RFC 3264 s. 5.1 and 6.1: each side sends under the numbers that the other has written.
    sent = tuple(c for c in answered if any(c.same_format(o) for o in offered))
    speech = speech_of(sent)
    wanted = offer.direction_of(offer.media[index])
    their_key = _chosen_key(stream, local) if theirs is Profile.SDES else None
    return Agreement(
        profile=theirs,
        codec=speech,
        codecs=codecs,
        digits=digits_for(speech, sent),
        noise=noise_for(speech, sent),
        direction=answer.direction_of(stream).reversed().answer_to(wanted.reversed()),
        address=connection.address,
        port=stream.port,
        rtcp_port=rtcp_port_of(stream),
        has_rtcp_mux=stream.get("rtcp-mux") is not None,
        ptime_ms=packet_ms(answer, stream, policy.ptime_ms),
        fingerprint=fingerprint_of(answer, stream) if theirs in _DTLS else None,
        is_dtls_client=theirs in _DTLS and setup_of(answer, stream) is Setup.PASSIVE,
        ice=ice_of(answer, stream) if theirs is Profile.DTLS_SRTP_ICE else None,
        our_ufrag=ufrag_of(theirs, local),
        their_key=their_key,
        our_key=next((k for k in local.cryptos if their_key and k.tag == their_key.tag), None),
        mid=stream.get("mid"),
    )


def _answered_profile(
    answer: SessionDescription, stream: MediaDescription, offered: Profile
) -> Profile:
    """Return the profile of an answer; ICE may be missing in it (RFC 8839 s. 4.2.5)."""
    possible = profiles_of(answer, stream)
    if offered in possible:
        return offered
    if offered is Profile.DTLS_SRTP_ICE and Profile.DTLS_SRTP in possible:
        return Profile.DTLS_SRTP
    raise OfferRefusedError(f"{stream.protocol} does not answer {offered}")


def _chosen_key(stream: MediaDescription, local: LocalMedia) -> Crypto:
    """Return the peer's key for one of ours (RFC 4568 s. 5.1.3)."""
    for theirs in cryptos_of(stream):
        if any(ours.tag == theirs.tag and ours.suite == theirs.suite for ours in local.cryptos):
            return theirs
    raise SdpError("the answer's key fits none that was offered")
