"""SIP messages for people to read and to send to others: without what opens a line; any thread.

Taken out: proofs of a password (RFC 7616, and whatever else Authorization holds), passwords in
URIs, keys of media (RFC 4568, 4567, ``k=``), passwords of ICE, and digits that a caller typed, as
those may be a card's number. Costs linear time, whatever a peer has sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MASK = "***"
_LINE_END = re.compile(r"\r\n|\n|\r")
_FIELD = re.compile(r"([^\s:]{1,64}+)[ \t]*+:[ \t]*+(.*+)", re.DOTALL)
_PROOFS = frozenset({"authorization", "proxy-authorization", "authentication-info"})
_PARAMETER = re.compile(
    r'([A-Za-z0-9_-]{1,32}+)\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s,"]++)\s*+(?:,\s*+|$)'
)
_HARMLESS = frozenset(
    {"username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque", "userhash", "stale"}
)
"""Of a digest: who, and by which algorithm; without the response no password can be guessed."""

_URI_PASSWORD = re.compile(r"(sips?:[^\s:@<>\";]{1,256}+):[^\s:@<>\";]{1,256}+@", re.IGNORECASE)
_URI_PROOF = re.compile(r"(authorization=)[^\s&<>\"]++", re.IGNORECASE)
_SDP_KEY = re.compile(r"(inline:)\S++", re.IGNORECASE)
_SDP_SECRET = re.compile(r"(a=ice-pwd:|a=key-mgmt:|k=).*+", re.IGNORECASE)
_SIGNAL = re.compile(r"([ \t]*+(?:signal|d)[ \t]*+=).*+", re.IGNORECASE)
_TYPE_NAMES = frozenset({"content-type", "c"})
_SHOWN_OF_INFO = "application/sdp"
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def masked(data: bytes) -> str:
    """Return a message as text, lines ended by ``\\n``, with MASK for each secret.

    Octets that are no text, and characters that would move a cursor, are shown as escapes.
    """
    text = data.decode("utf-8", "backslashreplace")
    head, separator, body = _parts(text)
    lines = _LINE_END.split(head)
    shown = [_shown_field(field) for field in _unfolded(lines)]
    if separator:
        shown += ["", *_shown_body(body, is_digits=_is_digits(shown))]
    return _UNSEEN.sub(_escape, "\n".join(shown))


def _parts(text: str) -> tuple[str, str, str]:
    """Return head, what separates it, and body; the body of a stream's message is whole."""
    for separator in ("\r\n\r\n", "\n\n"):
        head, found, body = text.partition(separator)
        if found:
            return head, found, body
    return text, "", ""


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Yield start line and fields; a secret may be folded over several lines."""
    pieces: list[str] = []
    for line in lines:
        if pieces and line[:1] in (" ", "\t"):
            pieces.append(line.strip())
            continue
        if pieces:
            yield " ".join(pieces)
        pieces = [line]
    if pieces:
        yield " ".join(pieces)


def _shown_field(line: str) -> str:
    match = _FIELD.fullmatch(line)
    if match is not None and match.group(1).lower() in _PROOFS:
        return f"{match.group(1)}: {_shown_proof(match.group(2))}"
    return _URI_PROOF.sub(rf"\1{MASK}", _URI_PASSWORD.sub(rf"\1:{MASK}@", line))


def _shown_proof(value: str) -> str:
    """Return what is harmless of a proof; everything that is not known to be so is masked."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "digest":
        return MASK if "=" in scheme or not rest else f"{scheme} {MASK}"
    shown: list[str] = []
    position = 0
    rest = rest.strip()
    while match := _PARAMETER.match(rest, position):
        name, written = match.groups()
        shown.append(f"{name}={written if name.lower() in _HARMLESS else MASK}")
        position = match.end()
    if position < len(rest):
        shown.append(MASK)
    return f"{scheme} {', '.join(shown)}"


def _is_digits(fields: list[str]) -> bool:
    """Return whether the body is, or may be, what somebody typed."""
    kind = next((kind for field in fields if (kind := _content_type(field))), "")
    if "kpml" in kind or "dtmf" in kind or "digits" in kind:
        return True
    return fields[0].upper().startswith("INFO ") and not kind.startswith(_SHOWN_OF_INFO)


def _content_type(field: str) -> str:
    match = _FIELD.fullmatch(field)
    if match is None or match.group(1).lower() not in _TYPE_NAMES:
        return ""
    return match.group(2).lower()


def _shown_body(body: str, *, is_digits: bool) -> Iterator[str]:
    show: Callable[[str], str] = _shown_digits if is_digits else _shown_description
    for line in _LINE_END.split(body):
        yield show(line)


def _shown_digits(line: str) -> str:
    """Return a line of application/dtmf-relay; of what is not known to be harmless, nothing."""
    if match := _SIGNAL.fullmatch(line):
        return f"{match.group(1)}{MASK}"
    return line if line.lower().startswith("duration=") or not line.strip() else MASK


def _shown_description(line: str) -> str:
    if match := _SDP_SECRET.fullmatch(line):
        return f"{match.group(1)}{MASK}"
    if match := _SIGNAL.fullmatch(line):
        # A part of a multipart body has its type in the body.
        return f"{match.group(1)}{MASK}"
    return _shown_field(_SDP_KEY.sub(rf"\1{MASK}", line))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
