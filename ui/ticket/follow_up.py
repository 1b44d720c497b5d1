"""When to come back to a customer: a date and time with quick choices; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import IconButton
from ui.widgets.moment_edit import MomentEdit

_MORNING = time(9, 0)


def quick_choices(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return text keys and moments that agents promise most, local office hours, aware."""
    local = now.astimezone()
    tomorrow = local + timedelta(days=1)
    monday = local + timedelta(days=7 - local.weekday())
    return (
        ("ticket_editor.in_2_hours", _whole_minutes(local + timedelta(hours=2))),
        ("ticket_editor.tomorrow", datetime.combine(tomorrow.date(), _MORNING).astimezone()),
        (
            "ticket_editor.in_2_days",
            datetime.combine((local + timedelta(days=2)).date(), _MORNING).astimezone(),
        ),
        ("ticket_editor.next_monday", datetime.combine(monday.date(), _MORNING).astimezone()),
    )


def _whole_minutes(moment: datetime) -> datetime:
    """Return ``moment`` on the next five minutes."""
    rest = timedelta(minutes=-moment.minute % 5)
    return (moment + rest).replace(second=0, microsecond=0)


class FollowUpField(QWidget):
    """An editor for the moment and a button with quick choices beside it."""

    changed = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.edit = MomentEdit()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.quick = IconButton("calendar-clock", "ticket_editor.quick_times", role="plain")
        self.quick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.quick.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.quick)
        self.setFocusProxy(self.edit)
        self.edit.dateTimeChanged.connect(self.changed)
        self.retranslate()

    def moment(self) -> datetime:
        """Return the chosen moment, aware, in local time."""
        return self.edit.moment()

    def set_moment(self, moment: datetime) -> None:
        """Choose ``moment``, cut to the minute, without telling."""
        if moment.replace(second=0, microsecond=0) != self.moment():
            with QSignalBlocker(self.edit):
                self.edit.set_moment(moment)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.edit.setAccessibleName(tr("field.follow_up_at"))
        self.edit.setToolTip(tr("ticket_editor.follow_up_tip"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _fill_menu(self) -> None:
        self._menu.clear()
        now = self._now()
        for key, moment in quick_choices(now):
            text = f"{tr(key)}\t{format_moment(moment, now)}"
            action = self._menu.addAction(text)
            action.triggered.connect(lambda _=False, chosen=moment: self._take(chosen))

    def _take(self, moment: datetime) -> None:
        self.set_moment(moment)
        self.changed.emit()
