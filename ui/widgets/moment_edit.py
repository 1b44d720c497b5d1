"""A field for a date and a time of day in local time; Qt main thread."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit, QSizePolicy, QWidget

from ui.theme.theme import px

_FORMAT: Final = "yyyy-MM-dd HH:mm"


class MomentEdit(QDateTimeEdit):
    """Arrow keys step the part under the cursor; the minute is the finest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDisplayFormat(_FORMAT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # A styled spin box gives its inner field no padding of its own.
        self.lineEdit().setTextMargins(px(9), 0, 0, 0)

    def moment(self) -> datetime:
        """Return the chosen moment, aware, in local time."""
        value = self.dateTime().toPython()
        assert isinstance(value, datetime)
        return value.replace(second=0, microsecond=0).astimezone()

    def set_moment(self, moment: datetime) -> None:
        """Choose ``moment``, cut to the minute."""
        local = moment.astimezone()
        self.setDateTime(QDateTime(local.year, local.month, local.day, local.hour, local.minute, 0))
