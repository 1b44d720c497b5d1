"""The agent's own state: timer, reason, pending change, and what to ask for; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from agent_desk.domain.agent import (
    REQUESTABLE,
    AgentState,
    AgentStatus,
    BusyKind,
    NotReadyReason,
)
from ui.calls.presentation import REASON_ICONS
from ui.calls.ticker import ticker
from ui.formats import format_duration
from ui.icons import pixmap
from ui.language import Language, in_all_languages, text_in, tr
from ui.shortcuts import keys_of
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import FOCUS_WIDTH, RADIUS, SMALL_TEXT_SIZE, XS, S

if TYPE_CHECKING:
    from ui.agent.state_menu import StateMenu

HEIGHT: Final = 44
ICON: Final = 16
CHEVRON: Final = 12
INSET: Final = 10

_TOKENS: Final[Mapping[AgentState, str]] = MappingProxyType(
    {
        AgentState.LOGGED_OFF: "neutral",
        AgentState.NOT_READY: "warning",
        AgentState.READY: "success",
        AgentState.BUSY: "accent",
        AgentState.WORKING_AFTER_CALL: "info",
    }
)
_STATE_ICONS: Final[Mapping[AgentState, str]] = MappingProxyType(
    {
        AgentState.LOGGED_OFF: "power",
        AgentState.NOT_READY: "circle-pause",
        AgentState.READY: "circle-check",
        AgentState.BUSY: "phone-call",
        AgentState.WORKING_AFTER_CALL: "timer",
    }
)


class AgentStateButton(QAbstractButton):
    """Shows where the agent stands and offers what the agent may ask for."""

    ready_requested = Signal()
    not_ready_requested = Signal(str)
    log_on_requested = Signal()
    log_off_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._status: AgentStatus | None = None
        self._timer_text = ""
        self._detail = ""
        self._menu: StateMenu | None = None
        self._hint: QSize | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self.open_menu)
        ticker().ticked.connect(self._tick)
        theme_signals().changed.connect(self._follow_theme)
        self.retranslate()

    def show_status(self, status: AgentStatus) -> None:
        """Show ``status`` from now on."""
        self._status = status
        self._read()
        self._describe()
        self.update()

    def status(self) -> AgentStatus | None:
        """Return what is shown, None before the first status."""
        return self._status

    def timer_text(self) -> str:
        """Return the running time as it is shown."""
        return self._timer_text

    def detail_text(self) -> str:
        """Return the second line as it is shown: pending change, countdown or reason."""
        return self._detail

    def request_ready(self) -> None:
        """Ask to become ready, when the present state allows that."""
        if self._may(AgentState.READY):
            self.ready_requested.emit()

    def open_reason_menu(self) -> None:
        """Open the menu on its first reason, when the present state allows one."""
        if self._status is not None and self._status.state is AgentState.LOGGED_OFF:
            self.open_menu()
        elif self._may(AgentState.NOT_READY):
            self.open_menu()
            self.menu().choose_first_reason()

    def open_menu(self) -> None:
        """Open the menu of everything that the agent may ask for now."""
        if self._status is None:
            return
        self.menu().fill(self._status)
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + px(XS))))

    def menu(self) -> StateMenu:
        """Return the menu as it was opened last."""
        if self._menu is None:
            # Made when first wanted: the first paint needs none.
            from ui.agent.state_menu import StateMenu

            self._menu = StateMenu(self)
            self._menu.ready_chosen.connect(self.ready_requested)
            self._menu.reason_chosen.connect(self.not_ready_requested)
            self._menu.log_on_chosen.connect(self.log_on_requested)
            self._menu.log_off_chosen.connect(self.log_off_requested)
        return self._menu

    def retranslate(self) -> None:
        """Set every text anew in the current language."""
        self.setToolTip(
            tr(
                "agent_state.tooltip",
                ready=keys_of("state.ready"),
                not_ready=keys_of("state.not_ready"),
            )
        )
        self._read()
        self._describe()
        self.updateGeometry()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        self._hint = None
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        """Return a size that holds every state in every language, so that nothing jumps."""
        if self._hint is None:
            self._hint = self._measured()
        return self._hint

    def _measured(self) -> QSize:
        state_font, detail_font, timer_font = _fonts()
        first_line = max(_first_line_width(state, state_font, timer_font) for state in AgentState)
        second_line = _width_of(detail_font, _detail_texts())
        wide = self._text_left() + max(first_line, second_line) + self._text_right()
        return QSize(wide, px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same size: the button never shrinks."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill with icon, state, timer and detail."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        if self._status is not None:
            self._paint_texts(painter, self._status)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        token = self._token()
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{token}_soft"))
        if self.underMouse() or self.isDown():
            painter.setPen(QPen(colour(token), 1))
        if self.hasFocus():
            painter.setPen(QPen(colour("focus"), FOCUS_WIDTH))
        painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))

    def _paint_texts(self, painter: QPainter, status: AgentStatus) -> None:
        token = self._token()
        state_font, detail_font, timer_font = _fonts()
        middle = self.height() / 2
        symbol = pixmap(_icon_name(status), token, px(ICON))
        painter.drawPixmap(QPointF(px(INSET), middle - px(ICON) / 2), symbol)
        chevron = pixmap("chevron-down", token, px(CHEVRON))
        place = QPointF(self.width() - px(S) - px(CHEVRON), middle - px(CHEVRON) / 2)
        painter.drawPixmap(place, chevron)
        room = self.rect().adjusted(self._text_left(), px(XS), -self._text_right(), -px(XS))
        first = room if not self._detail else QRect(room.topLeft(), QSize(room.width(), px(19)))
        painter.setPen(colour(token))
        painter.setFont(state_font)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(first, flags | Qt.AlignmentFlag.AlignLeft, self._state_word())
        painter.setFont(timer_font)
        painter.drawText(first, flags | Qt.AlignmentFlag.AlignRight, self._timer_text)
        if self._detail:
            second = QRect(room.left(), room.top() + px(18), room.width(), px(17))
            painter.setPen(colour("text_muted"))
            painter.setFont(detail_font)
            painter.drawText(second, flags | Qt.AlignmentFlag.AlignLeft, self._detail)

    def _text_left(self) -> int:
        return px(INSET) + px(ICON) + px(S)

    def _text_right(self) -> int:
        return px(XS) + px(CHEVRON) + px(S)

    def _tick(self) -> None:
        if self._status is None or not self.isVisible():
            return
        before = (self._timer_text, self._detail)
        self._read()
        if before != (self._timer_text, self._detail):
            self.update()

    def _read(self) -> None:
        """Take over what depends on the time and the language."""
        if self._status is None:
            self._timer_text = self._detail = ""
            return
        now = self._now()
        self._timer_text = format_duration((now - self._status.since).total_seconds())
        self._detail = _detail_of(self._status, now)

    def _describe(self) -> None:
        """Tell a screen reader; the running time is left out, it would never stop speaking."""
        if self._status is None:
            return
        detail = _reason_or_pending(self._status)
        key = "agent_state.accessible_detail" if detail else "agent_state.accessible"
        self.setAccessibleName(tr(key, state=self._state_word(), detail=detail))

    def _state_word(self) -> str:
        return tr(f"agent_state.{self._status.state.value}") if self._status else ""

    def _token(self) -> str:
        return _TOKENS[self._status.state] if self._status else "neutral"

    def _may(self, target: AgentState) -> bool:
        return self._status is not None and target in REQUESTABLE[self._status.state]

    def _follow_theme(self) -> None:
        self._hint = None
        self.updateGeometry()
        self.update()


def _fonts() -> tuple[QFont, QFont, QFont]:
    """Return the fonts of the state, of the second line and of the running time."""
    return (
        text_font(weight=QFont.Weight.DemiBold),
        text_font(SMALL_TEXT_SIZE),
        text_font(weight=QFont.Weight.DemiBold, tabular=True),
    )


def _icon_name(status: AgentStatus) -> str:
    if status.state is AgentState.NOT_READY:
        return REASON_ICONS.get(status.reason, _STATE_ICONS[status.state])
    return _STATE_ICONS[status.state]


def _detail_of(status: AgentStatus, now: datetime) -> str:
    standing = _reason_or_pending(status)
    if standing or status.state is not AgentState.WORKING_AFTER_CALL:
        return standing
    if status.wrap_up_until is None:
        return tr("agent_state.wrap_up_unlimited")
    left = (status.wrap_up_until - now).total_seconds()
    if left <= 0:
        return tr("agent_state.wrap_up_over")
    return tr("agent_state.wrap_up_ends", time=format_duration(left))


def _reason_or_pending(status: AgentStatus) -> str:
    if status.pending is not None:
        return tr("agent_state.pending", state=_pending_word(status))
    if status.state is AgentState.NOT_READY and status.reason is not NotReadyReason.NONE:
        return tr(f"not_ready_reason.{status.reason.value}")
    if status.state is AgentState.BUSY and status.busy_kind is not None:
        return tr(f"busy_kind.{status.busy_kind.value}")
    return ""


def _pending_word(status: AgentStatus) -> str:
    if status.pending is AgentState.NOT_READY and status.pending_reason is not NotReadyReason.NONE:
        return tr(f"not_ready_reason.{status.pending_reason.value}")
    return tr(f"agent_state.{status.pending.value}") if status.pending is not None else ""


def _detail_texts() -> list[str]:
    """Return the second lines that can be widest, in every language."""
    reasons = [f"not_ready_reason.{reason.value}" for reason in NotReadyReason]
    texts = [text for kind in BusyKind for text in in_all_languages(f"busy_kind.{kind.value}")]
    texts += in_all_languages("agent_state.wrap_up_unlimited")
    for language in Language:
        words = (text_in(language, key) for key in reasons)
        texts += [text_in(language, "agent_state.pending", state=word) for word in words]
    return texts


def _first_line_width(state: AgentState, state_font: QFont, timer_font: QFont) -> int:
    """Return the width of a state and its time; after-call work takes no hours."""
    words = in_all_languages(f"agent_state.{state.value}")
    longest = "00:00" if state is AgentState.WORKING_AFTER_CALL else "0:00:00"
    return _width_of(state_font, words) + px(S) + _width_of(timer_font, (longest,))


def _width_of(font: QFont, texts: Iterable[str]) -> int:
    metrics = QFontMetrics(font)
    return max(metrics.horizontalAdvance(text) for text in texts)
