"""Which claims are listed: department, kind, currency, period and state; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from agent_desk.domain.claim_list import UNSETTLED, ClaimFilter
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.settlement import ClaimKind, ClaimState
from agent_desk.domain.ticket import Department
from ui.language import in_current_language, tr
from ui.theme.theme import px


class Period(StrEnum):
    """When the claims were submitted, seen from today."""

    ALL = "ALL"
    THIS_MONTH = "THIS_MONTH"
    LAST_MONTH = "LAST_MONTH"
    THIS_YEAR = "THIS_YEAR"
    LAST_YEAR = "LAST_YEAR"


_STATES: Final[dict[str, frozenset[ClaimState]]] = {
    "UNSETTLED": UNSETTLED,
    "SETTLED": frozenset({ClaimState.SETTLED}),
    "ALL": frozenset(ClaimState),
}
_LABELS: Final = ("department", "kind", "currency", "period", "states")


class FilterBar(QWidget):
    """A row of choices; changed: another one was made, `wanted` says what is to be listed."""

    changed = Signal()

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._departments: tuple[Department, ...] = ()
        self.department, self.kind, self.currency = QComboBox(), QComboBox(), QComboBox()
        self.period, self.states = QComboBox(), QComboBox()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        for box in self._boxes():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            # On a narrow window a long name is cut rather than the window made wider.
            box.setMinimumWidth(px(70))
            box.activated.connect(lambda _: self.changed.emit())
            self._row.addWidget(box)
        self._row.addStretch(1)
        self.kind.addItem("", "")
        for kind in ClaimKind:
            self.kind.addItem("", kind.value)
        for period in Period:
            self.period.addItem("", period.value)
        for states in _STATES:
            self.states.addItem("", states)
        self.set_departments(())
        self.set_currencies(())

    def add_at_the_end(self, widget: QWidget) -> None:
        """Put ``widget`` at the right end of the row."""
        self._row.addWidget(widget)

    def wanted(self) -> ClaimFilter:
        """Return what is chosen."""
        since, until = period_of(Period(self.period.currentData()), self._now())
        department, kind = self.department.currentData(), self.kind.currentData()
        return ClaimFilter(
            states=_STATES[self.states.currentData()],
            department_id=DepartmentId(department) if department else None,
            kind=ClaimKind(kind) if kind else None,
            currency=str(self.currency.currentData() or ""),
            since=since,
            until=until,
        )

    def set_departments(self, departments: Iterable[Department]) -> None:
        """Offer all and each of ``departments``; the chosen one stays chosen."""
        self._departments = tuple(departments)
        ids = [str(department.id) for department in self._departments]
        _fill(self.department, ids)
        self.retranslate()

    def set_currencies(self, currencies: Sequence[str]) -> None:
        """Offer all and each of ``currencies``; the chosen one stays chosen."""
        _fill(self.currency, currencies)
        self.retranslate()

    def keep_to(self, department_id: str) -> None:
        """Show one department's name and offer no other."""
        self.department.setCurrentIndex(max(0, self.department.findData(department_id)))
        self.department.setEnabled(False)

    def retranslate(self) -> None:
        """Set every text anew."""
        for box, name in zip(self._boxes(), _LABELS, strict=True):
            box.setAccessibleName(tr(f"settlement_filter.{name}"))
            box.setToolTip(tr(f"settlement_filter.{name}"))
        self.department.setItemText(0, tr("settlement_filter.all_departments"))
        for index, department in enumerate(self._departments, 1):
            name = in_current_language(department.name, department.name_zh)
            self.department.setItemText(index, name)
        self.kind.setItemText(0, tr("settlement_filter.all_kinds"))
        for index, kind in enumerate(ClaimKind, 1):
            self.kind.setItemText(index, tr(f"claim_kind.{kind}"))
        self.currency.setItemText(0, tr("settlement_filter.all_currencies"))
        for index, period in enumerate(Period):
            self.period.setItemText(index, tr(f"settlement_period.{period}"))
        for index, states in enumerate(_STATES):
            self.states.setItemText(index, tr(f"settlement_states.{states}"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _boxes(self) -> tuple[QComboBox, ...]:
        return self.department, self.kind, self.currency, self.period, self.states


def period_of(period: Period, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of ``period`` and the first after it, in local time."""
    if period is Period.ALL:
        return None, None
    today = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    month, year = today.replace(day=1), today.replace(day=1, month=1)
    since, until = {
        Period.THIS_MONTH: (month, _months_on(month, 1)),
        Period.LAST_MONTH: (_months_on(month, -1), month),
        Period.THIS_YEAR: (year, year.replace(year=year.year + 1)),
        Period.LAST_YEAR: (year.replace(year=year.year - 1), year),
    }[period]
    # Midnight of that day's own offset: it may be another one than today's.
    return since.astimezone(), until.astimezone()


def _months_on(first: datetime, months: int) -> datetime:
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def _fill(box: QComboBox, values: Sequence[str]) -> None:
    """Offer "all" and ``values``; what was chosen stays so where it is still there."""
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        box.addItem("", "")
        for value in values:
            box.addItem(value, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))
