"""Where a dialled number leads, and what belongs to the house; pure, any thread."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from agent_desk.domain.acd import DirectoryNumber
from agent_desk.domain.errors import DestinationError
from agent_desk.domain.identifiers import DeviceId, asks_for_protection, parse_dial_string
from agent_desk.domain.sip_account import SipAccount
from telephony.phone.line_account import house_uri, server_place
from telephony.sip.values.host import bracketed
from telephony.sip.values.uri import SipUri

_EXTENSION = re.compile(r"\*?[0-9]{2,6}")
_EMERGENCY = frozenset({"000", "110", "111", "112", "119", "120", "122", "911", "999"})
"""Whatever the directory says, these reach the exchange."""

_ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """device: what was dialled, as events name it. uri: where the INVITE goes."""

    device: DeviceId
    uri: SipUri


class DialPlan:
    """Numbers of one account: its directory, its own number, everything else at its domain."""

    def __init__(self, account: SipAccount, *, region: str) -> None:
        """Numbers are read in ``region`` (ISO 3166-1)."""
        self._account = account
        self._region = region
        self._directory = _directory_of(account)
        self._extensions = frozenset(entry.number for entry in self._directory)
        self._hosts = _hosts_of(account)

    @property
    def device(self) -> DeviceId:
        """The desk's own number."""
        return DeviceId(self._account.user)

    def directory(self) -> tuple[DirectoryNumber, ...]:
        """Return who and what can be dialled inside the house: colleagues, then queues."""
        return self._directory

    def resolve(self, dial_string: str) -> Destination:
        """Return where ``dial_string`` leads; a sips URI to one at the account's domain.

        Raises InvalidNumberError for what is no number, DestinationError for the desk's own and
        for an extension that nobody has, as far as the account's directory is the whole house.
        """
        device = DeviceId(parse_dial_string(dial_string, region=self._region))
        if device == self.device or self._is_nobodys(device):
            raise DestinationError(value=dial_string, accepted=self._accepted())
        uri = self.uri_of(device)
        return Destination(
            device=device, uri=uri.secured() if asks_for_protection(dial_string) else uri
        )

    def uri_of(self, device: str) -> SipUri:
        """Return the URI of a number or extension; a withheld one is the anonymous one."""
        return house_uri(self._account, device or _ANONYMOUS)

    def is_inside(self, uri: SipUri, *, hosts: Collection[str] = ()) -> bool:
        """Return whether ``uri`` is an extension of the house. hosts: further names of it."""
        user = uri.user_text
        house = self._hosts | {host.lower() for host in hosts}
        known = user in self._extensions or user in self._account.queues
        return uri.host.lower() in house and (known or _EXTENSION.fullmatch(user) is not None)

    def _is_nobodys(self, device: DeviceId) -> bool:
        if not self._account.only_directory or device in self._extensions | _EMERGENCY:
            return False
        longest = max(map(len, self._extensions), default=0)
        return _EXTENSION.fullmatch(device) is not None and len(device) <= longest

    def _accepted(self) -> str:
        inside = ", ".join(sorted(self._extensions)[:_SHOWN])
        return f"{inside} or an outside number" if inside else "another number than the desk's own"


_SHOWN = 12
"""Extensions in a message: the directory has them all."""


def _directory_of(account: SipAccount) -> tuple[DirectoryNumber, ...]:
    colleagues = [
        DirectoryNumber(number=DeviceId(number), name=name)
        for number, name in account.directory.items()
        if number != account.user
    ]
    queues = [
        DirectoryNumber(number=DeviceId(number), name=name, is_queue=True)
        for number, name in account.queues.items()
        if _EXTENSION.fullmatch(number)
    ]
    return (*colleagues, *queues)


def _hosts_of(account: SipAccount) -> frozenset[str]:
    """Return the names of the house in URIs, in lower case."""
    server = bracketed(server_place(account).host) if account.server else ""
    return frozenset(filter(None, (house_uri(account).host, server)))
