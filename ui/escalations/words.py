"""What the page of escalations says of a late order; main thread."""

from __future__ import annotations

from datetime import datetime

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.service_target import BREACH_PERCENT
from agent_desk.services.escalation_list import LateOrder
from ui.formats import format_moment
from ui.language import in_current_language, tr
from ui.orders.clock_pill import clock_face, format_working_time
from ui.widgets.grouped_list import GroupedRow
from ui.widgets.pill import PillKind


def late_row(late: LateOrder, now: datetime, *, names_role: bool = False) -> GroupedRow:
    """Return the row of ``late``: which order, whose, since when, and how bad it is.

    names_role: say who was told.
    """
    order, alert = late.line.order, late.escalation.alert if late.escalation else None
    face = clock_face(late.deadline, now)
    step = alert.step if alert else late.deadline.target.step if late.deadline else ""
    told = late.escalation.role if names_role and late.escalation is not None else ""
    about = (
        tr(f"role.{told}") if told else "",
        tr(f"service_step.{step}") if step else "",
        order.priority,
        late.line.customer_name,
        in_current_language(late.line.department, late.line.department_zh),
    )
    pill, kind = late_state(late)
    return GroupedRow(
        id=late.key,
        title=f"#{order.number} {order.subject}",
        about=" · ".join(part for part in about if part),
        pill=pill,
        kind=kind,
        due=format_moment(alert.at, now) if alert else face.text if face else "",
        due_token="warning" if alert is None else "text_muted",
        hint=face.spoken if face else "",
    )


def late_state(late: LateOrder) -> tuple[str, PillKind]:
    """Return the word for how bad it is, and its colour."""
    if late.escalation is None:
        return tr("escalations.soon"), "warning"
    if not late.escalation.is_open:
        return tr("escalations.acknowledged"), "success"
    if late.escalation.alert.percent < BREACH_PERCENT:
        return tr("escalations.warned"), "warning"
    return tr("escalations.missed"), "danger"


def what_is_late(late: LateOrder, now: datetime) -> str:
    """Return which target is meant, and when how much of it was used."""
    alert = late.escalation.alert if late.escalation else None
    target = format_working_time(late.within) if late.within is not None else "–"
    if alert is None:
        assert late.deadline is not None, "what is due soon has a clock"
        step = tr(f"service_step.{late.deadline.target.step}")
        return tr("escalations.target", step=step, target=target)
    is_over = alert.percent == BREACH_PERCENT
    return tr(
        "escalations.over" if is_over else "escalations.used",
        step=tr(f"service_step.{alert.step}"),
        percent=alert.percent,
        target=target,
        when=format_moment(alert.at, now),
    )


def note_words(event: EscalationAcknowledgedEvent, who: str, now: datetime) -> str:
    """Return who took note, when, and what they wrote."""
    when = format_moment(event.at, now)
    if event.note:
        return tr("escalations.noted_with", who=who, when=when, note=event.note)
    return tr("escalations.noted", who=who, when=when)
