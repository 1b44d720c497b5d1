"""The steps of a check of the line as they are taken; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from agent_desk.domain.line_check import CheckedStep, CheckStep, StepState
from ui.language import tr
from ui.line_words import finding_sentence
from ui.theme.theme import px
from ui.theme.tokens import M, S
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label

_ICONS: Final[dict[StepState, tuple[str, str]]] = {
    StepState.PENDING: ("circle", "text_disabled"),
    StepState.RUNNING: ("hourglass", "info"),
    StepState.OK: ("circle-check", "success"),
    StepState.FAILED: ("circle-x", "danger"),
    StepState.SKIPPED: ("minus", "text_muted"),
}


class CheckView(QWidget):
    """A line per step: an icon, what is asked, and what was found; a sentence at the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Be hidden until there is something to show."""
        super().__init__(parent)
        self._steps: tuple[CheckedStep, ...] = ()
        self._is_running = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(S))
        self._grid.setVerticalSpacing(px(S))
        self._grid.setColumnStretch(2, 1)
        self._lines = {step: self._add_line(row, step) for row, step in enumerate(CheckStep)}
        self._result = Label(role="heading")
        self._result.setWordWrap(True)
        self._grid.addWidget(self._result, len(CheckStep), 0, 1, 3)
        self.hide()

    def show_steps(self, steps: Sequence[CheckedStep], *, is_running: bool) -> None:
        """Show how far the check is."""
        self._steps, self._is_running = tuple(steps), is_running
        self.retranslate()
        self.show()

    def clear(self) -> None:
        """Show nothing: what was found is about another account."""
        self._steps = ()
        self.hide()

    def is_running(self) -> bool:
        """Return whether steps are still to come."""
        return self._is_running

    def said(self, step: CheckStep) -> str:
        """Return the sentence at ``step``."""
        return self._lines[step][1].text()

    def result(self) -> str:
        """Return the sentence at the end, "" while the check runs."""
        return self._result.text()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for each in self._steps:
            self._show_step(each)
        key = self._result_key()
        self._result.setText(tr(key) if key else "")
        self._result.setVisible(bool(key))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _add_line(self, row: int, step: CheckStep) -> tuple[IconLabel, Label]:
        sign, said = IconLabel("circle", "text_disabled"), Label(role="muted")
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name = Label(f"line_check.step.{step}")
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(sign, row, 0, top)
        self._grid.addWidget(name, row, 1, top)
        self._grid.addWidget(said, row, 2, top)
        self._grid.setColumnMinimumWidth(1, px(M))
        return sign, said

    def _show_step(self, each: CheckedStep) -> None:
        sign, said = self._lines[each.step]
        sign.show_icon(*_ICONS[each.state])
        found = "" if each.finding is None else finding_sentence(each.finding)
        state = tr(f"line_check.state.{each.state}")
        said.setText(found or state)
        said.set_role("error" if each.state is StepState.FAILED else "muted")
        step = tr(f"line_check.step.{each.step}")
        said.setAccessibleName(tr("line_check.row", step=step, state=state, said=found))

    def _result_key(self) -> str:
        states = {each.state for each in self._steps}
        if self._is_running or not states:
            return ""
        if StepState.FAILED in states:
            return "line_check.failed"
        return "line_check.stopped" if StepState.PENDING in states else "line_check.all_well"
