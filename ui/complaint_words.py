"""Complaints in a few words: how grave, about whom, and when the answer is due; main thread."""

from __future__ import annotations

from datetime import datetime

from agent_desk.domain.complaint import Complaint
from ui.formats import format_moment
from ui.language import tr


def due_of(complaint: Complaint, now: datetime) -> str:
    """Return by when an answer was promised, or when it was given."""
    if complaint.answered_at is not None:
        return tr("complaint.answered", when=format_moment(complaint.answered_at, now))
    return tr("complaint.due", when=format_moment(complaint.promised_at, now))


def pill_of(complaint: Complaint) -> str:
    """Return the word for a complaint with its severity."""
    return tr("complaint.pill", severity=tr(f"severity.{complaint.severity}"))


def line_of(complaint: Complaint, now: datetime) -> str:
    """Return all that is to be said of it in one line."""
    return tr(
        "complaint.line",
        about=complaint.about,
        severity=tr(f"severity.{complaint.severity}"),
        due=due_of(complaint, now),
    )
