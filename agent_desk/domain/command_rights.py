"""Which rights a command needs; pure, any thread.

Asked when a person gives the command and once more when a kept one is applied: rights may have
been taken away meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.article_command import (
    PublishArticle,
    RateArticle,
    RetireArticle,
    SaveArticle,
    SendArticleBack,
    SubmitArticle,
    UseArticle,
)
from agent_desk.domain.command import (
    AcceptOrder,
    AddNote,
    AddNumber,
    CancelOrder,
    ChangeCustomer,
    Command,
    ConfirmTicket,
    CreateCustomer,
    DeclineOrder,
    DispatchOrder,
    LogTicket,
    ReopenTicket,
    ReportOrder,
    ReturnOrder,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
)
from agent_desk.domain.escalation import require_told
from agent_desk.domain.loop_command import (
    AcknowledgeEscalation,
    ApproveClaimAtHq,
    ApproveClaimAtOffice,
    AskSupervisor,
    HoldOrder,
    HurryOrder,
    InformOrder,
    LogAttempt,
    OverrideClosing,
    ResubmitClaim,
    RouteOrder,
    SendClaimBack,
    SettleClaim,
)
from agent_desk.domain.product_command import SaveProduct
from agent_desk.domain.rights import Person, Right, require
from agent_desk.domain.ticket import Resolution

COMMAND_RIGHTS: Mapping[type[Command], Right] = MappingProxyType(
    {
        LogTicket: Right.LOG_TICKETS,
        ReopenTicket: Right.LOG_TICKETS,
        ConfirmTicket: Right.LOG_TICKETS,
        CreateCustomer: Right.EDIT_CUSTOMERS,
        ChangeCustomer: Right.EDIT_CUSTOMERS,
        AddNote: Right.EDIT_CUSTOMERS,
        AddNumber: Right.EDIT_CUSTOMERS,
        SaveProduct: Right.EDIT_CUSTOMERS,
        DispatchOrder: Right.DISPATCH_ORDERS,
        RouteOrder: Right.DISPATCH_ORDERS,
        AcceptOrder: Right.WORK_ON_ORDERS,
        DeclineOrder: Right.WORK_ON_ORDERS,
        StartOrder: Right.WORK_ON_ORDERS,
        ReportOrder: Right.WORK_ON_ORDERS,
        ReturnOrder: Right.REVIEW_REPORTS,
        SendOrderBack: Right.REVIEW_REPORTS,
        VerifyOrder: Right.VERIFY_ORDERS,
        CancelOrder: Right.CANCEL_ORDERS,
        HoldOrder: Right.WORK_ON_ORDERS,
        LogAttempt: Right.VERIFY_ORDERS,
        OverrideClosing: Right.CLOSE_UNREACHED,
        AskSupervisor: Right.VERIFY_ORDERS,
        InformOrder: Right.RAISE_ORDERS,
        HurryOrder: Right.RAISE_ORDERS,
        AcknowledgeEscalation: Right.ACKNOWLEDGE_ESCALATIONS,
        ApproveClaimAtOffice: Right.APPROVE_CLAIMS,
        ApproveClaimAtHq: Right.APPROVE_CLAIMS_AT_HQ,
        SettleClaim: Right.SETTLE_CLAIMS,
        SendClaimBack: Right.APPROVE_CLAIMS,
        ResubmitClaim: Right.WORK_ON_ORDERS,
        SaveArticle: Right.WRITE_ARTICLES,
        SubmitArticle: Right.WRITE_ARTICLES,
        PublishArticle: Right.REVIEW_ARTICLES,
        SendArticleBack: Right.REVIEW_ARTICLES,
        # Its author drops a draft; whether it ever was published, the effect asks.
        RetireArticle: Right.WRITE_ARTICLES,
        UseArticle: Right.LOG_TICKETS,
        RateArticle: Right.LOG_TICKETS,
    }
)
"""The right that each command needs; every command is here."""


def require_command(person: Person, command: Command) -> None:
    """Raise RightsError unless ``person`` may do what ``command`` does."""
    if isinstance(command, RouteOrder):
        # By the rules, as when it is raised: whoever raises orders sends them so.
        require(person, Right.DISPATCH_ORDERS, Right.RAISE_ORDERS)
        return
    require(person, COMMAND_RIGHTS[type(command)])
    if isinstance(command, AcknowledgeEscalation):
        require_told(command.role, person.roles)
    if isinstance(command, LogTicket) and command.form.resolution is Resolution.WORK_ORDER:
        require(person, Right.RAISE_ORDERS)
