"""What is wrong with an account as a person wrote it, field by field; pure, any thread.

The settings file and the settings page ask the same questions. Whether the exchange agrees is
another matter: see `services.line_check`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from agent_desk.domain.sip_account import SipAccount, SipTransport

CODECS: Final = ("opus", "g722", "pcma", "pcmu")
"""Every codec that the desk speaks; an account may leave some out, or like them otherwise."""

LEAST_SESSION_SECONDS: Final = 90
"""RFC 4028 s. 4: no session timer is shorter."""
MOST_SESSION_SECONDS: Final = 86_400
MOST_LINES: Final = 8
NOT_READY_STATUSES: Final = (480, 486)
"""RFC 3261 s. 21.4.18 and 21.4.21: temporarily unavailable, busy here."""

LONGEST_NAME: Final = 80

_USER = re.compile(r"[A-Za-z0-9\-_.!~*'()&=+$,;?/%#]{1,64}")
"""RFC 3261 s. 25.1, ``user``, and the ``#`` that exchanges have in extensions."""
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,64}")
"""RFC 3261 s. 25.1, ``token``: what a header can be called."""
_ECHO = re.compile(r"[0-9]{2,6}|\+[0-9]{7,15}")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_PORT = re.compile(r"[0-9]{1,5}")
_PORTS = re.compile(r"([0-9]{1,5}) ?- ?([0-9]{1,5})")
_LEAST_PORT, _MOST_PORT = 1024, 65535
LEAST_MEDIA_PORTS: Final = 20
"""Two for each call, some of which are still being given back, and what else the machine uses."""

_WEB_SOCKETS: Final[Mapping[str, SipTransport]] = MappingProxyType(
    {"ws": SipTransport.WS, "wss": SipTransport.WSS}
)

_NAME_ACCEPTED: Final = f"a name of at most {LONGEST_NAME} characters in one line"
_PLACE_ACCEPTED: Final = "host or host:port, such as sip.example.com:5060"
_KEY_ACCEPTED: Final = "each name once, and a name on the desk for it, such as 600 = Sales"


def mistakes_of(account: SipAccount) -> Mapping[str, str]:
    """Return what is accepted for each field of ``account`` that is not; empty for a good one."""
    found: dict[str, str] = {}
    for field, check in _CHECKS.items():
        accepted = check(account)
        if accepted:
            found[field] = accepted
    return found


def split_place(text: str) -> tuple[str, int | None] | None:
    """Return host and port of ``host``, ``host:port`` or ``[IPv6]:port``; None for anything else.

    The port is None when none is written.
    """
    if is_host(text):
        return text.strip("[]"), None
    host, colon, port = text.rpartition(":")
    is_port = colon and _PORT.fullmatch(port) and 1 <= int(port) <= 65535
    if not is_port or not is_host(host) or (":" in host and not host.startswith("[")):
        return None
    return host.strip("[]"), int(port)


def is_host(text: str) -> bool:
    """Return whether ``text`` is a host name or an IP address, an IPv6 one also in brackets."""
    inside = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        address = ipaddress.ip_address(inside)
    except ValueError:
        address = None
    if inside != text:
        return address is not None and address.version == 6
    if address is not None:
        return True
    if re.fullmatch(r"[0-9.]*", text):
        # Four numbers that are no address would be asked for as a name.
        return False
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def web_socket_of(text: str) -> SipTransport | None:
    """Return WS or WSS for a good URL of that scheme, None for anything else."""
    try:
        parts = urlsplit(text)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return None
    transport = _WEB_SOCKETS.get(parts.scheme)
    if transport is None or not port_is_good or "@" in parts.netloc or parts.fragment:
        return None
    return transport if is_host(parts.hostname or "") else None


def _user(account: SipAccount) -> str:
    accepted = "the part before the @ of your SIP address, such as 1017"
    if not account.user:
        return accepted if account.domain else ""
    return "" if _USER.fullmatch(account.user) else accepted


def _domain(account: SipAccount) -> str:
    accepted = "a host name or an IP address, such as sip.example.com"
    if not account.domain:
        return accepted if account.user else ""
    return "" if is_host(account.domain) else accepted


def _name(text: str) -> str:
    return "" if len(text) <= LONGEST_NAME and text.isprintable() else _NAME_ACCEPTED


def _server(account: SipAccount) -> str:
    server = account.server
    if "://" not in server:
        return "" if not server or split_place(server) else _PLACE_ACCEPTED
    transport = web_socket_of(server)
    if transport is None:
        return "a URL that begins with wss:// or ws://, such as wss://sip.example.com/ws"
    if account.transport not in (SipTransport.AUTO, transport):
        return f"{_PLACE_ACCEPTED}: a URL is for WebSocket alone"
    return ""


def _place(text: str) -> str:
    return "" if not text or split_place(text) else _PLACE_ACCEPTED


def _echo(account: SipAccount) -> str:
    accepted = "an extension of 2 to 6 digits, or a number with + and its country's code"
    return "" if not account.echo or _ECHO.fullmatch(account.echo) else accepted


def port_range(text: str) -> tuple[int, int] | None:
    """Return the first and the last port of a good ``first-last``, None for anything else."""
    match = _PORTS.fullmatch(text)
    if match is None:
        return None
    first, last = int(match.group(1)), int(match.group(2))
    is_wide = last - first + 1 >= LEAST_MEDIA_PORTS
    return (first, last) if is_wide and first >= _LEAST_PORT and last <= _MOST_PORT else None


def _media_ports(account: SipAccount) -> str:
    accepted = f"at least {LEAST_MEDIA_PORTS} ports, such as 40000-40099"
    return "" if not account.media_ports or port_range(account.media_ports) else accepted


def _choice(values: Iterable[str], allowed: Iterable[str]) -> str:
    given, known = list(values), list(allowed)
    good = given and len(set(given)) == len(given) and set(given) <= set(known)
    return "" if good else f"at least one of {', '.join(known)}, each once"


def _header(text: str) -> str:
    accepted = "the name of one header, such as X-Queue, or nothing"
    return "" if not text or _TOKEN.fullmatch(text) else accepted


def _names(names: Mapping[str, str]) -> str:
    return "" if all(_is_name(text) for pair in names.items() for text in pair) else _KEY_ACCEPTED


def _is_name(text: str) -> bool:
    return bool(text) and text == text.strip() and not _name(text)


def _some_queues(chosen: Iterable[str], queues: Mapping[str, str]) -> str:
    if set(chosen) <= set(queues):
        return ""
    return f"queues of the list above: {', '.join(queues) or 'it has none'}"


_CHECKS: Final[Mapping[str, Callable[[SipAccount], str]]] = MappingProxyType(
    {
        "user": _user,
        "domain": _domain,
        "display_name": lambda account: _name(account.display_name),
        "login": lambda account: _name(account.login),
        "server": _server,
        "profiles": lambda account: _choice(account.profiles, SipAccount().profiles),
        "codecs": lambda account: _choice(account.codecs, CODECS),
        "stun": lambda account: _place(account.stun),
        "turn": lambda account: _place(account.turn),
        "echo": _echo,
        "media_ports": _media_ports,
        "turn_user": lambda account: _name(account.turn_user),
        "queue_header": lambda account: _header(account.queue_header),
        "reason_header": lambda account: _header(account.reason_header),
        "call_id_header": lambda account: _header(account.call_id_header),
        "queues": lambda account: _names(account.queues),
        "auto_answer": lambda account: _some_queues(account.auto_answer, account.queues),
        "record": lambda account: _some_queues(account.record, account.queues),
        "directory": lambda account: _names(account.directory),
    }
)
"""Field by field, in the order of the page; numbers and choices cannot be wrong by then."""
