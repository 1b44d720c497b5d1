"""The order of requests in a dialog (RFC 3261 s. 20.16); pure, any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import TOKEN_CHARACTERS

MOST_SEQUENCE = 2**32 - 1
"""RFC 3261 s. 8.1.1.5: a 32-bit number; RFC 4475 s. 3.1.2.4 refuses more."""

_FIELD = "CSeq"
_CSEQ = re.compile(rf"([0-9]{{1,64}}+)[ \t]++([{TOKEN_CHARACTERS}]++)")
_RACK = re.compile(rf"([0-9]{{1,64}}+)[ \t]++([0-9]{{1,64}}+)[ \t]++([{TOKEN_CHARACTERS}]++)")


@dataclass(frozen=True, slots=True)
class CSeq:
    """number: 0 to 2**32 - 1. method: as written, case matters (RFC 3261 s. 7.1)."""

    number: int
    method: str

    def __str__(self) -> str:
        """Return the value as it stands in a message."""
        return f"{self.number} {self.method}"


@dataclass(frozen=True, slots=True)
class RAck:
    """Which reliable provisional response a PRACK acknowledges (RFC 3262 s. 7.2).

    rseq: the response's RSeq. number, method: the CSeq of the INVITE that it answers.
    """

    rseq: int
    number: int
    method: str

    def __str__(self) -> str:
        """Return the value as it stands in a message."""
        return f"{self.rseq} {self.number} {self.method}"


def parse_cseq(text: str) -> CSeq:
    """Read a sequence number and method; raises SipSyntaxError."""
    match = _CSEQ.fullmatch(text)
    if match is None or (number := int(match.group(1))) > MOST_SEQUENCE:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="0 to 2**32 - 1 and a method")
    return CSeq(number, match.group(2))


def parse_rack(text: str) -> RAck:
    """Read RSeq, sequence number and method; raises SipSyntaxError."""
    match = _RACK.fullmatch(text)
    if match is None or max(int(match.group(1)), int(match.group(2))) > MOST_SEQUENCE:
        raise SipSyntaxError(field="RAck", value=text, accepted="RSeq, number, method")
    return RAck(int(match.group(1)), int(match.group(2)), match.group(3))
