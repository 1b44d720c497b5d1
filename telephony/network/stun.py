"""The STUN of a keep-alive: a Binding request, and our address out of its answer; pure, any thread.

Sources: RFC 8489 s. 5, 14.1 and 14.2; RFC 5626 s. 4.4.2 wants no more than this.
"""

from __future__ import annotations

import ipaddress

_REQUEST, _SUCCESS = 0x0001, 0x0101
_COOKIE = bytes.fromhex("2112a442")
_MAPPED, _XOR_MAPPED = 0x0001, 0x0020
_FAMILIES = {1: 4, 2: 16}
ID_OCTETS = 12


def binding_request(transaction_id: bytes) -> bytes:
    """Return a request without attributes. transaction_id: 12 octets that nobody can guess."""
    return _REQUEST.to_bytes(2) + bytes(2) + _COOKIE + transaction_id


def transaction_id_of(data: bytes) -> bytes:
    """Return the id of a message that `is_stun` has recognised."""
    return data[8:20]


def mapped_address(data: bytes) -> tuple[str, int] | None:
    """Return address and port as the server saw us, None when ``data`` does not tell them."""
    if int.from_bytes(data[:2]) != _SUCCESS:
        return None
    position, plain = 20, None
    while position + 4 <= len(data):
        kind = int.from_bytes(data[position : position + 2])
        length = int.from_bytes(data[position + 2 : position + 4])
        value = data[position + 4 : position + 4 + length]
        if kind == _XOR_MAPPED:
            return _address(value, mask=data[4:20])
        if kind == _MAPPED:
            plain = _address(value, mask=bytes(16))
        position += 4 + length + (-length) % 4
    return plain


def _address(value: bytes, *, mask: bytes) -> tuple[str, int] | None:
    octets = _FAMILIES.get(value[1]) if len(value) >= 4 else None
    if octets is None or len(value) != 4 + octets:
        return None
    port = int.from_bytes(value[2:4]) ^ int.from_bytes(mask[:2])
    raw = bytes(octet ^ other for octet, other in zip(value[4:], mask, strict=False))
    return str(ipaddress.ip_address(raw)), port
