"""An order in words to read aloud: where it is, with whom, what is next; main thread."""

from __future__ import annotations

from datetime import datetime

from agent_desk.domain.order_answer import OrderAnswer
from agent_desk.domain.order_message import MessageKind
from agent_desk.domain.work_order import WorkOrderState
from ui.formats import format_moment, format_number
from ui.language import Language, current_language, in_current_language, tr

_WITH_TECHNICIAN = frozenset({WorkOrderState.IN_PROGRESS, WorkOrderState.ON_HOLD})


def answer_text(answer: OrderAnswer, now: datetime) -> str:
    """Return the sentences that an agent reads to the caller, in the current language."""
    order = answer.line.order
    parts = [
        tr(
            f"order_answer.{order.state}",
            number=order.number,
            who=_department(answer),
            since=_moment(order.changed_at, now),
            reason=order.hold_reason,
        ),
        _technician(answer),
        _next(answer, now),
    ]
    return _space().join(part for part in parts if part)


def said_text(answer: OrderAnswer, now: datetime) -> str:
    """Return what was said about it last, ``""`` when nothing was."""
    told = [m for m in answer.messages if m.kind is not MessageKind.CONSENT]
    if not told:
        return ""
    last = told[-1]
    kind, when = tr(f"message_kind.{last.kind}"), _moment(last.at, now)
    key = "order_answer.said" if last.text else "order_answer.said_bare"
    return tr(key, kind=kind, when=when, text=last.text)


def _department(answer: OrderAnswer) -> str:
    name = in_current_language(answer.line.department, answer.line.department_zh)
    return name or tr("order_answer.nobody")


def _technician(answer: OrderAnswer) -> str:
    order = answer.line.order
    if order.state not in _WITH_TECHNICIAN or not order.technician:
        return ""
    phone = format_number(order.technician_phone) if order.technician_phone else ""
    return tr("order_answer.technician", name=order.technician, phone=phone).replace(" ()", "")


def _next(answer: OrderAnswer, now: datetime) -> str:
    key = f"order_answer.next.{answer.state}"
    if answer.due_at is None:
        return tr(key)
    by = _moment(answer.due_at, now)
    promise = "order_answer.late" if answer.due_at < now else "order_answer.by"
    return f"{tr(key)}{_space()}{tr(promise, when=by)}"


def _moment(at: datetime, now: datetime) -> str:
    """Return a moment as it is read within a sentence: "yesterday 16:40"."""
    text = format_moment(at, now)
    return text[:1].lower() + text[1:]


def _space() -> str:
    """Return what stands between two sentences."""
    return "" if current_language() is Language.ZH else " "
