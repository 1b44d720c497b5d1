"""Strict about what a message says, after it could be taken apart; pure, any thread.

RFC 3261 s. 8.1.1 and 8.2; RFC 4475 has the examples. Fields that are not needed to process a
request are not looked at: malformed ones are ignored (RFC 3261 s. 8.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from telephony.sip.errors import RequestRefusedError, SipSyntaxError
from telephony.sip.message.limits import DEFAULT_LIMITS, Limits
from telephony.sip.message.message import SIP_VERSION, AnyMessage, Request, Response
from telephony.sip.values.grammar import is_token
from telephony.sip.values.uri import SipUri

_VERSION = re.compile(r"SIP/[0-9]+\.[0-9]+", re.IGNORECASE)
_SINGLE = frozenset(
    (
        *("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type"),
        *(
            "Expires",
            "Date",
            "Min-Expires",
            "Session-Expires",
            "Refer-To",
            "Replaces",
            "RAck",
            "RSeq",
        ),
    )
)
"""RFC 3261 s. 7.3.1: these have one value; RFC 4475 s. 3.3.8 refuses several."""

_READ: Mapping[str, Callable[[AnyMessage], object]] = MappingProxyType(
    {
        "Via": lambda message: message.top_via,
        "From": lambda message: message.from_address,
        "To": lambda message: message.to_address,
        "Call-ID": lambda message: message.call_id,
        "CSeq": lambda message: message.cseq,
        "Contact": lambda message: message.contacts,
        "Route": lambda message: message.routes,
        "Record-Route": lambda message: message.record_routes,
        "Require": lambda message: message.required,
        "Supported": lambda message: message.supported,
        "Content-Type": lambda message: message.content_type,
        "Content-Length": lambda message: message.content_length,
    }
)
_MANDATORY = ("Via", "From", "To", "Call-ID", "CSeq")
"""RFC 3261 s. 8.1.1 without Max-Forwards, which RFC 2543 clients do not send."""

_LISTS = frozenset(("Via", "Contact", "Route", "Record-Route"))


def check_request(request: Request, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise RequestRefusedError (400 or 505) unless the request can be understood."""
    _check_request_line(request)
    try:
        _check_fields(request, limits)
        _check_cseq_method(request)
        request.max_forwards  # noqa: B018  (reading is the check)
    except SipSyntaxError as error:
        raise RequestRefusedError(400, _reason(error.field)) from error
    length = request.content_length
    if length is not None and length > len(request.body):
        raise RequestRefusedError(400, "Bad Content-Length")


def check_response(response: Response, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise SipSyntaxError unless the response can be understood; it is then to be dropped.

    More than one Via means that it was meant for somebody else (RFC 3261 s. 8.1.3.3).
    """
    if response.version.upper() != SIP_VERSION:
        raise SipSyntaxError(field="start line", value=response.version, accepted=SIP_VERSION)
    _check_fields(response, limits)
    if len(response.vias) > 1:
        value = str(response.vias[1])
        raise SipSyntaxError(field="Via", value=value, accepted="one value in a response")
    length = response.content_length
    if length is not None and length > len(response.body):
        raise SipSyntaxError(field="Content-Length", value=str(length), accepted="the body's")


def _check_request_line(request: Request) -> None:
    if request.version.upper() != SIP_VERSION:
        if _VERSION.fullmatch(request.version):
            raise RequestRefusedError(505, "Version Not Supported")
        raise RequestRefusedError(400, "Bad Request-Line")
    if not is_token(request.method):
        raise RequestRefusedError(400, "Bad Request-Line")
    try:
        uri = request.uri
    except SipSyntaxError as error:
        raise RequestRefusedError(400, "Bad Request-URI") from error
    if isinstance(uri, SipUri) and uri.headers:
        # RFC 3261 s. 19.1.1, table 1; RFC 4475 s. 3.1.2.11.
        raise RequestRefusedError(400, "Escaped Headers in Request-URI")


def _check_fields(message: AnyMessage, limits: Limits) -> None:
    if message.defects:
        raise SipSyntaxError(field="header", value=message.defects[0], accepted="name: value")
    fields = message.headers.by_name()
    for name, values in fields.items():
        if name in _LISTS:
            _check_count(name, values, limits)
        elif len(values) > 1 and name in _SINGLE:
            raise SipSyntaxError(field=name, value=values[1], accepted="one value")
    for name, read in _READ.items():
        if name in fields or name in _MANDATORY:
            read(message)


def _check_count(name: str, values: Sequence[str], limits: Limits) -> None:
    if sum(value.count(",") + 1 for value in values) > limits.elements:
        raise SipSyntaxError(field=name, value="", accepted=f"{limits.elements} values")


def _check_cseq_method(request: Request) -> None:
    """RFC 3261 s. 8.1.1.5; RFC 4475 s. 3.1.2.17 and 3.1.2.18."""
    if request.cseq.method != request.method:
        raise SipSyntaxError(field="CSeq", value=request.cseq.method, accepted=request.method)


def _reason(field: str) -> str:
    return f"Bad {field}" if is_token(field) else "Bad Request"
