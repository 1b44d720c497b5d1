"""An account as the table ``[sip]`` of a settings file; pure, any thread.

Its passwords are never in it: they are in the system's keyring, under the account's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agent_desk.domain.fields import Fields
from agent_desk.domain.sip_account import CallerTrust, MediaProfile, SipAccount, SipTransport
from agent_desk.domain.sip_account_check import (
    LEAST_SESSION_SECONDS,
    MOST_LINES,
    MOST_SESSION_SECONDS,
    NOT_READY_STATUSES,
    mistakes_of,
)

_PLAIN = (
    "domain",
    "display_name",
    "login",
    "server",
    "ca_file",
    "stun",
    "turn",
    "turn_user",
    "echo",
    "media_ports",
)
_HEADERS = ("queue_header", "reason_header", "call_id_header")
_BOOLEANS = ("verify_certificate", "only_directory", "follow_transfers", "rings_signed_off")


def account_from(fields: Fields) -> SipAccount:
    """Return the account of the table; raises ConfigurationError naming the field."""
    usual = SipAccount()
    alike: dict[str, Any] = {
        **{name: fields.any_text(name, getattr(usual, name)) for name in _PLAIN + _HEADERS},
        **{name: fields.boolean(name, getattr(usual, name)) for name in _BOOLEANS},
    }
    account = SipAccount(
        user=fields.any_text("user", ""),
        transport=SipTransport(fields.choice("transport", SipTransport, usual.transport)),
        profiles=_profiles(fields),
        codecs=fields.texts("codecs", usual.codecs),
        trust=CallerTrust(fields.choice("trust", CallerTrust, usual.trust)),
        queues=_names(fields, "queues"),
        auto_answer=fields.texts("auto_answer", ()),
        record=fields.texts("record", ()),
        directory=_names(fields, "directory"),
        session_seconds=fields.integer(
            "session_seconds",
            usual.session_seconds,
            least=LEAST_SESSION_SECONDS,
            most=MOST_SESSION_SECONDS,
        ),
        lines=fields.integer("lines", usual.lines, least=1, most=MOST_LINES),
        not_ready_status=_not_ready_status(fields, usual.not_ready_status),
        **alike,
    )
    fields.finish()
    for name, accepted in mistakes_of(account).items():
        fields.refuse(name, accepted)
    return account


def account_table(account: SipAccount) -> dict[str, Any]:
    """Return what `account_from` reads again; empty for the account that nobody has set."""
    if account == SipAccount():
        return {}
    values = {name: getattr(account, name) for name in SipAccount.__dataclass_fields__}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    """Return ``value`` in the types that TOML has."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return value if isinstance(value, bool | int) else str(value)


def _profiles(fields: Fields) -> tuple[MediaProfile, ...]:
    known = {str(profile): profile for profile in MediaProfile}
    given = fields.texts("profiles", SipAccount().profiles)
    if not set(given) <= set(known):
        fields.refuse("profiles", f"at least one of {', '.join(known)}, each once")
    return tuple(known[name] for name in given)


def _names(fields: Fields, key: str) -> Mapping[str, str]:
    """Return a table of texts; an exchange's own names may be any key."""
    table = fields.table(key)
    names = table.keys()
    return MappingProxyType({name: table.any_text(name) for name in names})


def _not_ready_status(fields: Fields, usual: int) -> int:
    value = fields.integer("not_ready_status", usual)
    if value not in NOT_READY_STATUSES:
        fields.refuse("not_ready_status", " or ".join(map(str, NOT_READY_STATUSES)))
    return value
