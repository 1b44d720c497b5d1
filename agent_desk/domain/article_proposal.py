"""What a solved order has to say to the next one: an article with its words; pure, any thread."""

from __future__ import annotations

import re

from agent_desk.domain.article import MAX_TITLE, NO_TEXT, ArticleContent, ArticleText
from agent_desk.domain.errors import InputError
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState

_APPROVED = frozenset({WorkOrderState.VERIFYING, WorkOrderState.CLOSED})
_HAN = re.compile("[㐀-鿿]")


def may_propose(order: WorkOrder) -> bool:
    """Return whether the order's report is approved and says that it solved the matter."""
    report = order.report
    solved = report is not None and report.outcome is ReportOutcome.SOLVED
    return solved and order.state in _APPROVED


def proposed_content(order: WorkOrder, ticket: Ticket) -> ArticleContent:
    """Return problem, cause and fix as ticket and report tell them, for a person to edit.

    Raises InputError unless `may_propose`.
    """
    if not may_propose(order) or order.report is None:
        accepted = "an order whose report is approved and says that it is solved"
        raise InputError(field="order", value=str(order.number), accepted=accepted)
    report = order.report
    text = ArticleText(
        title=ticket.subject[:MAX_TITLE],
        problem=ticket.description or order.instructions or ticket.subject,
        cause=report.faulty.part if report.faulty is not None else "",
        fix=report.done,
    )
    is_chinese = bool(_HAN.search(text.title + text.problem + text.fix))
    en, zh = (NO_TEXT, text) if is_chinese else (text, NO_TEXT)
    return ArticleContent(en=en, zh=zh, category_id=ticket.category_id)
