"""What network and exchange say against a line, in kinds a person is told; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.registration import RegistrationTrouble
from telephony.network.errors import NetworkError, NetworkErrorKind

_K, _T = NetworkErrorKind, RegistrationTrouble
_OF_NETWORK: Mapping[NetworkErrorKind, RegistrationTrouble] = MappingProxyType(
    {
        _K.NAME_NOT_FOUND: _T.NAME_NOT_FOUND,
        _K.REFUSED: _T.CONNECTION_REFUSED,
        _K.UNREACHABLE: _T.UNREACHABLE,
        _K.TIMED_OUT: _T.NO_ANSWER,
        _K.CERTIFICATE: _T.CERTIFICATE,
        _K.TLS: _T.TLS,
        _K.WEB_SOCKET: _T.WEB_SOCKET,
        _K.CLOSED: _T.CLOSED,
    }
)
_OF_STATUS: Mapping[int, RegistrationTrouble] = MappingProxyType(
    {
        401: _T.WRONG_PASSWORD,
        407: _T.WRONG_PASSWORD,
        403: _T.FORBIDDEN,
        404: _T.UNKNOWN_ACCOUNT,
        604: _T.UNKNOWN_ACCOUNT,
        408: _T.NO_ANSWER,
    }
)
_OF_CERTIFICATE: tuple[tuple[str, RegistrationTrouble], ...] = (
    ("expired", _T.CERTIFICATE_EXPIRED),
    ("not yet valid", _T.CERTIFICATE_EXPIRED),
    ("mismatch", _T.CERTIFICATE_NAME),
    ("the certificate is for", _T.CERTIFICATE_NAME),
    ("issuer", _T.CERTIFICATE_AUTHORITY),
    ("self-signed", _T.CERTIFICATE_AUTHORITY),
    ("self signed", _T.CERTIFICATE_AUTHORITY),
    ("verify the first certificate", _T.CERTIFICATE_AUTHORITY),
)
"""By what OpenSSL's ``X509_verify_cert_error_string`` and `telephony.network.tls` say."""


def network_trouble(why: NetworkError) -> RegistrationTrouble:
    """Return the kind of what kept a message from the exchange."""
    if why.kind is _K.CERTIFICATE:
        said = why.detail.lower()
        return next((kind for words, kind in _OF_CERTIFICATE if words in said), _T.CERTIFICATE)
    return _OF_NETWORK.get(why.kind, _T.UNREACHABLE)


def status_trouble(status: int, *, has_password: bool = True) -> RegistrationTrouble:
    """Return the kind of an exchange's final answer to REGISTER."""
    trouble = _OF_STATUS.get(status, _T.EXCHANGE)
    if trouble is _T.WRONG_PASSWORD and not has_password:
        return _T.NO_PASSWORD
    return trouble
