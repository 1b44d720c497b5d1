"""Whom a TLS connection is with: contexts, and names in certificates (RFC 5922); any thread.

The name that counts is the one that the account has: what DNS made of it proves nothing, as
anybody can answer a look-up (RFC 5922 s. 7.1).
"""

from __future__ import annotations

import ipaddress
import logging
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from telephony.network.errors import NetworkError, NetworkErrorKind

_LOG = logging.getLogger(__name__)
_SCHEME = "sip:"
_MOST_NAMES_SHOWN = 4


def client_context(*, ca_file: str, verify: bool, check_host: bool) -> ssl.SSLContext:
    """Return a context of TLS 1.2 or newer; reads files, so not on a loop.

    ca_file: PEM of the only authority to be trusted, "" for the system's. check_host: by the rules
    of the web, for WebSocket. Raises NetworkError for a file that cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=_existing(ca_file))
    except (OSError, ssl.SSLError) as error:
        detail = f"{ca_file}: {error.strerror or error}"
        raise NetworkError(NetworkErrorKind.CERTIFICATE, "CA file", detail) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 asks for extensions that the certificates of many exchanges lack.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = check_host and verify
    if not verify:
        _LOG.warning("certificates of servers are not checked: for a test bench only")
        context.verify_mode = ssl.CERT_NONE
    return context


def check_name(certificate: Mapping[str, Any], name: str, where: str) -> None:
    """Raise NetworkError unless a certificate that is trusted is for ``name``.

    certificate: as `ssl.SSLObject.getpeercert` gives it. RFC 5922 s. 7.1 and 7.2: a SIP URI of the
    domain without user, else its DNS name. For hosts also RFC 6125 s. 6.4.3: one wildcard for the
    leftmost label; and an IP address where the account has one.
    """
    names: tuple[tuple[str, str], ...] = certificate.get("subjectAltName", ())
    wanted = _as_in_dns(name)
    if not any(_is_for(kind, value, wanted) for kind, value in names):
        shown = ", ".join(value for _, value in names[:_MOST_NAMES_SHOWN]) or "no name"
        detail = f"the certificate is for {shown}, not for {name}"
        raise NetworkError(NetworkErrorKind.CERTIFICATE, where, detail)


def _as_in_dns(name: str) -> str:
    """Return ``name`` as certificates have it: in lower case, other scripts in ASCII (RFC 5890)."""
    try:
        return name.rstrip(".").lower().encode("idna").decode()
    except UnicodeError:
        return name


def _is_for(kind: str, value: str, wanted: str) -> bool:
    value = value.lower()
    if kind == "URI":
        # RFC 5922 s. 7.1: a URI with a user is a person's, not a domain's.
        return value.startswith(_SCHEME) and value[len(_SCHEME) :] == wanted
    if kind == "IP Address":
        return _same_address(value, wanted)
    if kind != "DNS":
        return False
    first, dot, rest = value.partition(".")
    if first == "*" and "." in rest:
        _, _, wanted_rest = wanted.partition(".")
        return bool(dot) and rest == wanted_rest
    return value == wanted


def _same_address(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value.strip()) == ipaddress.ip_address(wanted)
    except ValueError:
        return False


def _existing(ca_file: str) -> str | None:
    """Return the file's path, None for the system's authorities; raises OSError."""
    if not ca_file:
        return None
    with Path(ca_file).expanduser().open("rb"):
        return str(Path(ca_file).expanduser())
