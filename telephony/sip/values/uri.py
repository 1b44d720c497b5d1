"""URIs: sip, sips, tel, and any other scheme as opaque text; pure, any thread.

Sources: RFC 3261 s. 19.1 (SIP), RFC 3966 (tel), RFC 3986 (the rest).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote as escape
from urllib.parse import unquote as unescape

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.parameters import NO_PARAMETERS, Parameters, parse_parameters

_FIELD = "URI"
# Wider than the grammar on purpose: exchanges put "#31#" and UTF-8 into the user part unescaped.
_USER = r"[^\x00-\x20\x7f@:<>\"]"
_SIP = re.compile(
    rf"""(?:({_USER}++)(?::([^\x00-\x20\x7f@<>"]*+))?@)?
    ([A-Za-z0-9_.\-]++|\[[0-9A-Fa-f:.]++\])
    (?::([0-9]{{1,5}}+))?
    ((?:;[^\x00-\x20\x7f;?@<>]*+)*+)
    (?:\?([^\x00-\x20\x7f@<>"]++))?""",
    re.VERBOSE,
)
_TEL = re.compile(r"""([+0-9A-Fa-f*\#().\-]++)((?:;[^\x00-\x20\x7f;<>]*+)*+)""", re.VERBOSE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*+")
_OPAQUE = re.compile(r'[^\x00-\x20\x7f<>"]++')
_VISUAL_SEPARATORS = str.maketrans("", "", "-.()")
_USER_SAFE = "-_.!~*'()&=+$,;?/#"
_HEADER_SAFE = "-_.!~*'()[]/?:+$"
_MOST_PORT = 65535
_REMEMBERED, _MOST_REMEMBERED = 512, 128
"""URIs, and the characters of the longest: a flood of others takes 64 kB."""

_ALWAYS_COMPARED = ("user", "ttl", "method", "maddr", "transport")


@dataclass(frozen=True, slots=True, kw_only=True)
class SipUri:
    """A SIP or SIPS URI (RFC 3261 s. 19.1.1).

    scheme: ``sip`` or ``sips``. user, password: as written, with their escapes; None when
    absent. host: name or address as written, IPv6 in its brackets. port: None when absent.
    parameters: as written. headers: the text after ``?``, as written, ``""`` when absent.
    """

    scheme: str = "sip"
    user: str | None = None
    password: str | None = None
    host: str
    port: int | None = None
    parameters: Parameters = NO_PARAMETERS
    headers: str = ""

    def __str__(self) -> str:
        """Return the URI as it stands in a message."""
        password = "" if self.password is None else f":{self.password}"
        userinfo = "" if self.user is None else f"{self.user}{password}@"
        port = "" if self.port is None else f":{self.port}"
        headers = f"?{self.headers}" if self.headers else ""
        return f"{self.scheme}:{userinfo}{self.host}{port}{self.parameters}{headers}"

    @property
    def is_secure(self) -> bool:
        """Whether every hop must be TLS (RFC 3261 s. 26.2.2)."""
        return self.scheme == "sips"

    @property
    def transport(self) -> str | None:
        """The ``transport`` parameter in lower case, None when absent."""
        value = self.parameters.get("transport")
        return value.lower() if value else None

    @property
    def user_text(self) -> str:
        """The user part with its escapes resolved, ``""`` when absent."""
        return unescape(self.user) if self.user else ""

    @property
    def header_items(self) -> tuple[tuple[str, str], ...]:
        """The headers after ``?``, unescaped, in their order (RFC 3261 s. 19.1.1)."""
        if not self.headers:
            return ()
        pairs = (piece.partition("=") for piece in self.headers.split("&"))
        return tuple((unescape(name), unescape(value)) for name, _, value in pairs)

    def with_header(self, name: str, value: str) -> SipUri:
        """Return a copy that asks for the header ``name: value`` in the request it leads to."""
        item = f"{escape(name, safe=_HEADER_SAFE)}={escape(value, safe=_HEADER_SAFE)}"
        return replace(self, headers=f"{self.headers}&{item}" if self.headers else item)

    def as_request_uri(self) -> SipUri:
        """Return a copy without what a Request-URI may not have (RFC 3261 s. 19.1.1, table 1)."""
        return replace(self, headers="", parameters=self.parameters.without("method"))

    def secured(self) -> SipUri:
        """Return the same resource under ``sips`` (RFC 3261 s. 26.2.2).

        Of its transport only WebSocket is kept: ``tcp`` is what TLS runs over anyhow, ``udp`` is no
        way for it, and ``tls`` says nothing more.
        """
        if self.is_secure:
            return self
        kept = self.parameters if self.transport == "ws" else self.parameters.without("transport")
        return replace(self, scheme="sips", parameters=kept)

    def same_as(self, other: Uri) -> bool:
        """Return whether both name the same resource (RFC 3261 s. 19.1.4)."""
        return (
            isinstance(other, SipUri)
            and self.scheme == other.scheme
            and _unescaped(self.user) == _unescaped(other.user)
            and _unescaped(self.password) == _unescaped(other.password)
            and self.host.lower() == other.host.lower()
            and self.port == other.port
            and _same_parameters(self.parameters, other.parameters)
            and _comparable(self.header_items) == _comparable(other.header_items)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TelUri:
    """A telephone number as a URI (RFC 3966 s. 3).

    number: as written, with visual separators. parameters: as written.
    """

    number: str
    parameters: Parameters = NO_PARAMETERS

    scheme = "tel"

    def __str__(self) -> str:
        """Return the URI as it stands in a message."""
        return f"tel:{self.number}{self.parameters}"

    @property
    def digits(self) -> str:
        """The number without visual separators (RFC 3966 s. 4)."""
        return self.number.translate(_VISUAL_SEPARATORS)

    def same_as(self, other: Uri) -> bool:
        """Return whether both name the same number (RFC 3966 s. 4)."""
        return (
            isinstance(other, TelUri)
            and self.digits.lower() == other.digits.lower()
            and _lowered(self.parameters) == _lowered(other.parameters)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueUri:
    """A URI of a scheme that SIP only carries (RFC 3986 s. 3).

    scheme: in lower case. rest: everything after the colon, as written.
    """

    scheme: str
    rest: str

    def __str__(self) -> str:
        """Return the URI as it stands in a message."""
        return f"{self.scheme}:{self.rest}"

    def same_as(self, other: Uri) -> bool:
        """Return whether both are the same text."""
        return self == other


Uri = SipUri | TelUri | OpaqueUri


def is_secure(uri: Uri) -> bool:
    """Return whether ``uri`` wants every hop protected; of other schemes than sips nobody knows."""
    return isinstance(uri, SipUri) and uri.is_secure


def secured(uri: Uri) -> Uri:
    """Return ``uri`` under ``sips``; one of another scheme stays as it is."""
    return uri.secured() if isinstance(uri, SipUri) else uri


def parse_uri(text: str) -> Uri:
    """Read a URI of any scheme; raises SipSyntaxError.

    The same few stand in nearly every message of a line, so the last ones are remembered.
    """
    return _remembered(text) if len(text) <= _MOST_REMEMBERED else _parse(text)


def _parse(text: str) -> Uri:
    scheme, colon, rest = text.partition(":")
    if scheme == "sip" or (scheme := scheme.lower()) in ("sip", "sips"):
        return _parse_sip(scheme, rest, text)
    if scheme == "tel":
        return _parse_tel(rest, text)
    if not colon or not _SCHEME.fullmatch(scheme) or not _OPAQUE.fullmatch(rest):
        raise SipSyntaxError(field=_FIELD, value=text, accepted="scheme:text without spaces")
    return OpaqueUri(scheme=scheme, rest=rest)


_remembered = lru_cache(_REMEMBERED)(_parse)


def _parse_sip(scheme: str, rest: str, text: str) -> SipUri:
    match = _SIP.fullmatch(rest)
    if match is None:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="sip:user@host;parameters?headers")
    user, password, host, port_text, parameters, headers = match.groups()
    port = int(port_text) if port_text else None
    if port is not None and port > _MOST_PORT:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="a port up to 65535")
    return SipUri(
        scheme=scheme,
        user=user,
        password=password,
        host=host,
        port=port,
        parameters=parse_parameters(parameters, _FIELD) if parameters else NO_PARAMETERS,
        headers=headers or "",
    )


def _parse_tel(rest: str, text: str) -> TelUri:
    match = _TEL.fullmatch(rest)
    if match is None:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="tel: and a telephone number")
    number, parameters = match.groups()
    return TelUri(number=number, parameters=parse_parameters(parameters, _FIELD))


def escape_user(text: str) -> str:
    """Return ``text`` as the user part of a SIP URI (RFC 3261 s. 19.1.2)."""
    return escape(text, safe=_USER_SAFE.replace("#", ""))


def _unescaped(text: str | None) -> str | None:
    return None if text is None else unescape(text)


def _same_parameters(mine: Parameters, theirs: Parameters) -> bool:
    ours, others = _lowered(mine), _lowered(theirs)
    for name in ours.keys() | others.keys():
        if name in ours and name in others:
            if ours[name] != others[name]:
                return False
        elif name in _ALWAYS_COMPARED:
            return False
    return True


def _lowered(parameters: Parameters) -> dict[str, str]:
    return {unescape(n).lower(): unescape(v or "").lower() for n, v in parameters.items}


def _comparable(items: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in items)
