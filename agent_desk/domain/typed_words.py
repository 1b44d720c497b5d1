"""The words in a command that a person typed and may type anew when it is refused; pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.command import (
    AddNumber,
    CancelOrder,
    Command,
    DeclineOrder,
    ReopenTicket,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
)
from agent_desk.domain.loop_command import (
    AcknowledgeEscalation,
    AskSupervisor,
    HoldOrder,
    HurryOrder,
    InformOrder,
    LogAttempt,
    OverrideClosing,
    SendClaimBack,
)

_TYPED: Mapping[type[Command], tuple[str, ...]] = MappingProxyType(
    {
        AddNumber: ("number",),
        ReopenTicket: ("reason",),
        DeclineOrder: ("reason",),
        StartOrder: ("technician", "technician_phone"),
        HoldOrder: ("reason",),
        SendOrderBack: ("reason",),
        VerifyOrder: ("reason", "remark"),
        LogAttempt: ("note",),
        OverrideClosing: ("reason",),
        CancelOrder: ("reason", "consent"),
        InformOrder: ("text",),
        HurryOrder: ("text",),
        AskSupervisor: ("text",),
        AcknowledgeEscalation: ("note",),
        SendClaimBack: ("reason",),
    }
)
"""What has a form of its own, such as a ticket or a report, is edited there."""


def typed_words(command: Command) -> dict[str, str]:
    """Return what was typed for ``command``, by field; nothing where there is nothing to type."""
    return {name: str(getattr(command, name)) for name in _TYPED.get(type(command), ())}
