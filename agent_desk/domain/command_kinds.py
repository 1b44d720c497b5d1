"""Every command by its name, and commands as the words of a journal; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agent_desk.domain import article_command as article
from agent_desk.domain import command as c
from agent_desk.domain import loop_command as loop
from agent_desk.domain import product_command as product
from agent_desk.domain.event_log import from_payload

_COMMANDS: tuple[type[c.Command], ...] = (
    c.LogTicket,
    c.ReopenTicket,
    c.ConfirmTicket,
    c.CreateCustomer,
    c.ChangeCustomer,
    c.AddNote,
    c.AddNumber,
    product.SaveProduct,
    c.DispatchOrder,
    loop.RouteOrder,
    c.AcceptOrder,
    c.DeclineOrder,
    c.StartOrder,
    loop.HoldOrder,
    c.ReportOrder,
    c.ReturnOrder,
    c.SendOrderBack,
    c.VerifyOrder,
    loop.LogAttempt,
    loop.OverrideClosing,
    loop.AskSupervisor,
    loop.InformOrder,
    loop.HurryOrder,
    loop.AcknowledgeEscalation,
    c.CancelOrder,
    loop.ApproveClaimAtOffice,
    loop.ApproveClaimAtHq,
    loop.SettleClaim,
    loop.SendClaimBack,
    loop.ResubmitClaim,
    article.SaveArticle,
    article.SubmitArticle,
    article.PublishArticle,
    article.SendArticleBack,
    article.RetireArticle,
    article.UseArticle,
    article.RateArticle,
)

COMMAND_KINDS: Mapping[str, type[c.Command]] = MappingProxyType(
    {command.__name__: command for command in _COMMANDS}
)
"""Every command by the name under which it is kept: never rename one, a journal may hold it."""


def command_from(kind: str, payload: Mapping[str, Any]) -> c.Command:
    """Return the command that `command_payload` made ``payload`` of; KeyError: unknown kind."""
    return from_payload(COMMAND_KINDS[kind], payload)
