"""What an agent may ask for in the present state, as a menu; main thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from agent_desk.domain.agent import (
    CHOSEN_REASONS,
    REQUESTABLE,
    AgentState,
    AgentStatus,
    NotReadyReason,
)
from ui.calls.presentation import REASON_ICONS
from ui.icons import icon
from ui.language import tr
from ui.shortcuts import keys_of

CHOSEN_MARK: Final = "  ✓"


class StateMenu(QMenu):
    """Ready, the reasons for not being ready, and logging on or off, as far as allowed."""

    ready_chosen = Signal()
    reason_chosen = Signal(str)
    log_on_chosen = Signal()
    log_off_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status: AgentStatus | None = None

    def fill(self, status: AgentStatus) -> None:
        """Offer what an agent of this ``status`` may ask for."""
        self._status = status
        self.clear()
        if status.state is AgentState.LOGGED_OFF:
            self._add("log_on", tr("agent_state.log_on"), "log-in", self.log_on_chosen.emit)
            return
        allowed, busy = REQUESTABLE[status.state], status.state is AgentState.BUSY
        if AgentState.READY in allowed:
            text = tr("agent_state.ready_after_call" if busy else "agent_state.ready")
            # As text: a shortcut of the action would be a second one beside the window's.
            shown = f"{text}\t{keys_of('state.ready')}"
            self._add("ready", shown, "circle-check", self.ready_chosen.emit)
        if AgentState.NOT_READY in allowed:
            section = "agent_state.after_call_section" if busy else "agent_state.not_ready_section"
            self._add_reasons(tr(section))
        if AgentState.LOGGED_OFF in allowed:
            self.addSeparator()
            self._add("log_off", tr("agent_state.log_off"), "log-out", self.log_off_chosen.emit)

    def choose_first_reason(self) -> None:
        """Put the selection on the first reason."""
        named = {action.objectName(): action for action in self.actions()}
        self.setActiveAction(named[CHOSEN_REASONS[0].value])

    def _add_reasons(self, heading: str) -> None:
        self.addSeparator()
        self.addAction(heading).setEnabled(False)
        for number, reason in enumerate(CHOSEN_REASONS, start=1):
            here = self._stands_at(reason)
            word = tr(f"not_ready_reason.{reason.value}")
            text = f"&{number}  {word}{CHOSEN_MARK if here else ''}"
            choose = partial(self.reason_chosen.emit, reason.value)
            action = self._add(reason.value, text, REASON_ICONS[reason], choose)
            action.setCheckable(True)
            action.setChecked(here)

    def _add(self, name: str, text: str, icon_name: str, chosen: Callable[[], None]) -> QAction:
        action = self.addAction(icon(icon_name), text)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked: chosen())
        return action

    def _stands_at(self, reason: NotReadyReason) -> bool:
        status = self._status
        if status is None:
            return False
        if status.pending is AgentState.NOT_READY:
            return status.pending_reason is reason
        return status.state is AgentState.NOT_READY and status.reason is reason
