"""A service clock in a pill: what is left of the target, or by how much it is missed; main thread.

Lists and boards paint a `ClockFace` with `RowPainter.pill`; `ClockPill` is the same as a widget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from PySide6.QtWidgets import QWidget

from agent_desk.domain.service_clock import Deadline, ServiceLevel
from ui.formats import format_moment
from ui.language import tr
from ui.widgets.pill import Pill, PillKind

_KINDS: Final[dict[ServiceLevel, PillKind]] = {
    ServiceLevel.ON_TIME: "neutral",
    ServiceLevel.WARNING: "warning",
    ServiceLevel.BREACHED: "danger",
}
_MINUTE: Final = timedelta(minutes=1)
_ROUND_HOURS: Final = 10
"""From so many hours on nobody asks for the minutes."""


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What a clock shows at one moment.

    text: short, and clear without its colour. about: the step and when it is due, for tooltips
    and screen readers.
    """

    text: str
    kind: PillKind
    about: str

    @property
    def spoken(self) -> str:
        """Everything in one line."""
        return f"{self.text} · {self.about}"


def clock_face(deadline: Deadline | None, now: datetime) -> ClockFace | None:
    """Return what the clock shows at ``now``; None where no clock runs."""
    if deadline is None:
        return None
    level = deadline.level_at(now)
    left = deadline.remaining_at(now)
    text = tr(_text_key(deadline, level), time=format_working_time(abs(left)))
    return ClockFace(text, _KINDS[level], _about(deadline, now))


def format_working_time(time: timedelta) -> str:
    """Return working time as "40 min", "3 h 20 min" or "26 h"; days differ from house to house."""
    hours, minutes = divmod(time // _MINUTE, 60)
    if not hours:
        return tr("service_clock.minutes", minutes=minutes)
    if not minutes or hours >= _ROUND_HOURS:
        return tr("service_clock.hours", hours=hours)
    return tr("service_clock.hours_minutes", hours=hours, minutes=minutes)


def _text_key(deadline: Deadline, level: ServiceLevel) -> str:
    is_over = level is ServiceLevel.BREACHED
    if not deadline.is_running:
        return "service_clock.paused_over" if is_over else "service_clock.paused"
    if is_over:
        return "service_clock.over"
    return "service_clock.only" if level is ServiceLevel.WARNING else "service_clock.left"


def _about(deadline: Deadline, now: datetime) -> str:
    step, due_at = tr(f"service_step.{deadline.target.step}"), deadline.due_at
    if due_at is None:
        return tr("service_clock.waits", step=step)
    key = "service_clock.was_due" if due_at < now else "service_clock.due"
    return tr(key, step=step, when=format_moment(due_at, now))


FaceOf = Callable[[str], ClockFace | None]
"""What the clock of an order shows, by the order's id."""

FACE_TOKENS: Final[Mapping[PillKind, str]] = MappingProxyType(
    {"neutral": "text_muted", "warning": "warning", "danger": "danger"}
)
"""The colour of a clock's words where no pill has room."""


def no_face(order_id: str) -> ClockFace | None:
    """Return that no clock runs: until somebody serves the clocks of a page."""
    return None


class ClockPill(Pill):
    """A service clock on a form; hidden where none runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.hide()

    def show_face(self, face: ClockFace | None) -> None:
        """Show ``face``, nothing when None; paints only what is new."""
        self.setVisible(face is not None)
        if face is None:
            return
        self.setText(face.text)
        self.set_kind(face.kind)
        if self.toolTip() != face.about:
            self.setToolTip(face.about)
            self.setAccessibleName(face.spoken)
