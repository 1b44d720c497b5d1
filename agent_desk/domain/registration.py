"""Whether the exchange knows where this desk is, so that calls can come; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistrationStatus(StrEnum):
    """How far the desk is with its exchange."""

    OFF = "off"
    """Not begun, or taken back: nothing is asked for."""
    TRYING = "trying"
    REGISTERED = "registered"
    AWAY = "away"
    """The exchange does not answer or has no time; it is tried again by itself."""
    REFUSED = "refused"
    """The exchange says no; trying again changes nothing before a person does."""


class RegistrationTrouble(StrEnum):
    """Why the desk is not registered, in kinds that a person can be told in words."""

    NONE = "none"
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_REFUSED = "connection_refused"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    CERTIFICATE = "certificate"
    """Not trusted for a reason that is none of the three below."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_AUTHORITY = "certificate_authority"
    TLS = "tls"
    WEB_SOCKET = "web_socket"
    CLOSED = "closed"
    NO_PASSWORD = "no_password"
    """The exchange asks for one, and the keyring has none."""
    WRONG_PASSWORD = "wrong_password"
    UNKNOWN_ACCOUNT = "unknown_account"
    FORBIDDEN = "forbidden"
    EXCHANGE = "exchange"
    """The exchange has another reason; ``detail`` has its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChangedEvent:
    """The desk's registration as it is since ``at`` (aware UTC).

    account: address of record without its scheme. trouble: NONE while nothing is wrong.
    detail: for a technician, such as the exchange's own words; "" when there are none.
    """

    at: datetime
    account: str
    status: RegistrationStatus
    trouble: RegistrationTrouble = RegistrationTrouble.NONE
    detail: str = ""

    @property
    def can_be_called(self) -> bool:
        """Whether calls can reach this desk as far as the exchange has said."""
        return self.status is RegistrationStatus.REGISTERED
