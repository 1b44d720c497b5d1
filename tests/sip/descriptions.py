"""Offers as exchanges, telephones and browsers make them."""

from __future__ import annotations

from dataclasses import replace

from telephony.sip.sdp.description import SessionDescription

FINGERPRINT = ":".join(f"{number:02X}" for number in range(32))

PLAIN = """v=0
o=- 1 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 4000 RTP/AVP 8 0 101
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
"""

SDES = PLAIN.replace("RTP/AVP", "RTP/SAVP") + (
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\n"
    "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj\n"
)

BROWSER = f"""v=0
o=- 46117317 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS
m=audio 40000 UDP/TLS/RTP/SAVPF 111 9 0 8 13 110 126
c=IN IP4 192.0.2.9
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2130706431 192.0.2.9 40000 typ host generation 0
a=ice-ufrag:EsAw
a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
a=fingerprint:sha-256 {FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:1 cname:x
m=video 40000 UDP/TLS/RTP/SAVPF 96
c=IN IP4 192.0.2.9
a=mid:1
a=rtpmap:96 VP8/90000
"""

FAX = """v=0
o=- 1 2 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=image 4002 udptl t38
a=T38FaxVersion:0
"""


def without_mux(offer: SessionDescription) -> SessionDescription:
    """Return an offer of somebody whose reports have a port of their own."""
    (stream,) = offer.media
    kept = tuple(each for each in stream.attributes if each.name != "rtcp-mux")
    return replace(offer, media=(replace(stream, attributes=kept),))
