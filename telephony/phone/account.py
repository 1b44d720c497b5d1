"""What an account in a person's words means to the SIP core and the media; pure, any thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from agent_desk.domain.sip_account import CallerTrust, SipAccount
from agent_desk.domain.sip_account_check import port_range
from telephony.dialog_events.call_facts import HeaderNames
from telephony.dialog_events.identity import IdentityTrust
from telephony.sip.sdp.codec import Codec
from telephony.sip.sdp.policy import (
    DIGITS_8,
    DIGITS_48,
    G722,
    NOISE,
    OPUS,
    PCMA,
    PCMU,
    MediaPolicy,
)
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import MediaWish, RelayServer

_CODECS: Mapping[str, Codec] = MappingProxyType(
    {"opus": OPUS, "g722": G722, "pcma": PCMA, "pcmu": PCMU}
)
_TRUST: Mapping[CallerTrust, IdentityTrust] = MappingProxyType(
    {
        CallerTrust.ASSERTED: IdentityTrust.ASSERTED,
        CallerTrust.REMOTE_PARTY: IdentityTrust.REMOTE_PARTY,
        CallerTrust.FROM: IdentityTrust.FROM,
    }
)


def media_policy(account: SipAccount, spoken: Collection[str] = _CODECS) -> MediaPolicy:
    """Return which media the account takes, with digits and comfort noise beside its codecs.

    spoken: names of what this machine can speak. If that is nothing the account takes, it is
    G.711: every exchange has it, and an offer without any format opens no call at all.
    """
    names = [name for name in account.codecs if name in _CODECS and name in spoken]
    speech = tuple(map(_CODECS.__getitem__, names)) or (PCMA, PCMU)
    digits = (DIGITS_48, DIGITS_8) if OPUS in speech else (DIGITS_8,)
    return MediaPolicy(profiles=profiles_of(account), codecs=(*speech, NOISE, *digits))


def profiles_of(account: SipAccount) -> tuple[Profile, ...]:
    """Return the account's ways to protect media, best first."""
    return tuple(Profile[profile.name] for profile in account.profiles)


def media_wish(account: SipAccount, *, address: str, turn_password: str = "") -> MediaWish:
    """Return what is to be opened for each call. address: under which the exchange reaches us."""
    relays = [RelayServer(url=f"stun:{account.stun}")] if account.stun else []
    if account.turn:
        url = f"turn:{account.turn}"
        relays.append(RelayServer(url=url, user=account.turn_user, password=turn_password))
    first, last = port_range(account.media_ports) or (0, 0)
    return MediaWish(
        profiles=profiles_of(account),
        address=address,
        relays=tuple(relays),
        first_port=first,
        last_port=last,
    )


def header_names(account: SipAccount) -> HeaderNames:
    """Return which headers tell queue, reason and call id."""
    usual = HeaderNames()
    return HeaderNames(
        queue=_named(account.queue_header),
        reason=(*_named(account.reason_header), *usual.reason[1:]),
        call_id=_named(account.call_id_header),
    )


def identity_trust(account: SipAccount) -> IdentityTrust:
    """Return whose word about the caller counts."""
    return _TRUST[account.trust]


def _named(header: str) -> tuple[str, ...]:
    return (header,) if header else ()
