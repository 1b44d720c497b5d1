"""One call as a card: state, name, number and running time in one line; main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.calls.presentation import SEPARATOR, CallView, idle_view, state_texts
from ui.formats import format_duration
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import colour, px, text_font, text_width, theme_signals
from ui.theme.tokens import CARD_RADIUS, FOCUS_WIDTH, SMALL_TEXT_SIZE, TEXT_SIZE, XS, M, S
from ui.widgets.buttons import with_shortcut
from ui.widgets.grounds import round_ground
from ui.widgets.pill import pill_font, pill_text_width

NEXT_CALL_KEY: Final = "Ctrl+Tab"
HEIGHT: Final = 44
LOW_HEIGHT: Final = 40
INSET: Final = 6
LEAST_TEXT: Final = 124
MOST_TEXT: Final = 260
BADGE_HEIGHT: Final = 24
BADGE_ICON: Final = 14
HEADER_TITLE: Final = 15
HEADER_TIMER: Final = 18


@dataclass(frozen=True, slots=True)
class _Widths:
    """How wide the parts of a view are, in pixels; timer: 0 for no time."""

    badge: int
    text: int
    timer: int


class CallCard(QAbstractButton):
    """Paints one `CallView`.

    As a chip it has a border and can be clicked. As the bar's ``headline`` it is larger; its frame
    appears while it rings, or as the mark of the active one of several calls.
    """

    def __init__(
        self, *, now: Callable[[], datetime], headline: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._headline = headline
        self._view = idle_view()
        self._marked = False
        self._bright = True
        self._low = not headline
        self._time = ""
        self._widest = 0
        self._widths: _Widths | None = None
        self._cut: tuple[int, tuple[str, str]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if not headline else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if not headline:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_signals().changed.connect(self._follow_theme)

    def show_view(self, view: CallView, *, marked: bool = False) -> None:
        """Show ``view``; ``marked``: of several calls this is the one that the buttons act on."""
        self._view, self._marked = view, marked
        self._time = self._read_time()
        self._widths = self._cut = None
        self.setAccessibleName(view.accessible_text)
        self._tell()
        if not self._headline:
            self.updateGeometry()
        self.update()

    def set_low(self, low: bool) -> None:
        """Take less height, where the bar needs several lines; a chip always does."""
        if low != self._low:
            self._low = low
            self.updateGeometry()

    def view(self) -> CallView:
        """Return what is shown."""
        return self._view

    def is_marked(self) -> bool:
        """Return whether it is marked as the one of several that the buttons act on."""
        return self._marked

    def time_text(self) -> str:
        """Return the running time as it is shown, ``""`` for none."""
        return self._time

    def tick(self, count: int) -> None:
        """Move the running time on; a ringing card changes its shade once a second."""
        time, bright = self._read_time(), count % 4 < 2 or not self._view.rings
        if (time, bright) != (self._time, self._bright):
            longer = len(time) != len(self._time)
            self._time, self._bright = time, bright
            if longer:
                self._widths = self._cut = None
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the width that shows the texts whole, up to a limit.

        The headline wants the same for every call, so that none of them moves the bar.
        """
        if self._headline:
            return QSize(self._headline_width() + px(MOST_TEXT), self._height())
        return QSize(self._fixed_width() + self._measured().text, self._height())

    def minimumSizeHint(self) -> QSize:
        """Return the width at which names are still recognisable."""
        if self._headline:
            return QSize(self._headline_width() + px(LEAST_TEXT), self._height())
        text = min(px(LEAST_TEXT), self._measured().text)
        return QSize(self._fixed_width() + text, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the whole text in the tooltip as soon as it is cut."""
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, state, texts and running time."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        left = self._inset() + self._paint_badge(painter) + px(M)
        room = QRect(left, 0, self._text_room(), self.height())
        self._paint_words(painter, room)
        if self._time:
            painter.setFont(self._timer_font())
            painter.setPen(colour(self._view.kind))
            place = QRect(0, 0, self.width() - self._inset(), self.height())
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._time
            )
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        if not self._has_frame():
            return
        border, width = "border_strong" if self.underMouse() else "border", 1.0
        if self._view.rings or self._marked:
            border, width = "accent" if self._bright else "accent_soft", 1.5
        if self.hasFocus():
            border, width = "focus", FOCUS_WIDTH
        token, size = "accent_soft" if self._headline else "card", (self.width(), self.height())
        frame = round_ground(painter, token, size, px(CARD_RADIUS), border=border, pen_width=width)
        painter.drawPixmap(0, 0, frame)

    def _paint_badge(self, painter: QPainter) -> int:
        """Paint the state as a pill with its icon and return the pill's width."""
        view, width = self._view, self._measured().badge
        kind, strong = view.kind, view.rings and self._bright
        height = px(BADGE_HEIGHT)
        place = QRectF(self._inset(), (self.height() - height) / 2, width, height)
        token = kind if view.rings else f"{kind}_soft"
        painter.setOpacity(1.0 if strong or not view.rings else 0.75)
        ground = round_ground(painter, token, (width, height), height / 2)
        painter.drawPixmap(place.topLeft(), ground)
        painter.setOpacity(1.0)
        ink = "on_accent" if view.rings else kind
        symbol = pixmap(view.icon_name, ink, px(BADGE_ICON))
        painter.drawPixmap(
            QPointF(place.left() + px(S), place.center().y() - px(BADGE_ICON) / 2), symbol
        )
        painter.setFont(pill_font())
        painter.setPen(colour(ink))
        words = place.adjusted(px(S) + px(BADGE_ICON) + px(XS) + 1, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, view.state_text)
        return width

    def _paint_words(self, painter: QPainter, room: QRect) -> None:
        title, detail = self._elided(room.width())
        vertical = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        upper, lower = QRect(room), QRect(room)
        if detail:
            upper.setBottom(room.top() + room.height() // 2 + px(1))
            upper.setTop(room.top() + px(3))
            lower.setTop(room.top() + room.height() // 2)
            lower.setBottom(room.bottom() - px(3))
        painter.setFont(self._title_font())
        painter.setPen(colour("text_muted" if self._view.state == "idle" else "text"))
        painter.drawText(upper, vertical, title)
        if detail:
            painter.setFont(text_font(SMALL_TEXT_SIZE))
            painter.setPen(colour("text_muted"))
            painter.drawText(lower, vertical, detail)

    def _elided(self, width: int) -> tuple[str, str]:
        """Return title and details as they fit into ``width``; a layout asks for one many times."""
        if self._cut is None or self._cut[0] != width:
            self._cut = (width, self._shortened(width))
        return self._cut[1]

    def _shortened(self, width: int) -> tuple[str, str]:
        right = Qt.TextElideMode.ElideRight
        title, parts = self._view.title, list(self._view.details)
        if text_width(title, self._title_size(), QFont.Weight.DemiBold) > width:
            title = QFontMetrics(self._title_font()).elidedText(title, right, width)
        while len(parts) > 1 and text_width(SEPARATOR.join(parts), SMALL_TEXT_SIZE) > width:
            parts.pop()
        detail = SEPARATOR.join(parts)
        if text_width(detail, SMALL_TEXT_SIZE) > width:
            detail = QFontMetrics(text_font(SMALL_TEXT_SIZE)).elidedText(detail, right, width)
        return title, detail

    def _tell(self) -> None:
        whole = (self._view.title, self._view.detail)
        cut = self._elided(self._text_room()) != whole
        lines = list(whole) if cut else []
        if not self._headline:
            lines = [*whole, with_shortcut(tr("call_bar.card_tip"), NEXT_CALL_KEY)]
        tip = "\n".join(line for line in lines if line)
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _read_time(self) -> str:
        since = self._view.since
        return format_duration((self._now() - since).total_seconds()) if since else ""

    def _height(self) -> int:
        return px(LOW_HEIGHT if self._low else HEIGHT)

    def _fixed_width(self) -> int:
        widths = self._measured()
        return 2 * self._inset() + widths.badge + px(M) + widths.timer

    def _headline_width(self) -> int:
        """Return the width of frame, widest state and running time; kept for one theme."""
        if not self._widest:
            badge = max(_badge_width(text) for text in state_texts())
            timer = text_width("00:00", self._timer_size(), QFont.Weight.DemiBold, tabular=True)
            self._widest = 2 * px(INSET) + badge + px(M) + timer + px(M)
        return self._widest

    def _text_room(self) -> int:
        return max(0, self.width() - self._fixed_width())

    def _measured(self) -> _Widths:
        """Return the widths of the view; every arrangement of the bar asks for them."""
        if self._widths is None:
            self._widths = self._measure()
        return self._widths

    def _measure(self) -> _Widths:
        view = self._view
        title = text_width(view.title, self._title_size(), QFont.Weight.DemiBold)
        small = text_width(view.detail, SMALL_TEXT_SIZE)
        timer = 0
        if view.since:
            shape = "0:00:00" if len(self._time) > len("00:00") else "00:00"
            timer = text_width(shape, self._timer_size(), QFont.Weight.DemiBold, tabular=True)
            timer += px(M)
        return _Widths(
            badge=_badge_width(view.state_text),
            text=min(px(MOST_TEXT), max(title, small)) + 2,
            timer=timer,
        )

    def _has_frame(self) -> bool:
        return not self._headline or self._marked or self._view.rings

    def _inset(self) -> int:
        return px(INSET) if self._has_frame() else 0

    def _title_size(self) -> int:
        return HEADER_TITLE if self._headline else TEXT_SIZE

    def _title_font(self) -> QFont:
        return text_font(self._title_size(), QFont.Weight.DemiBold)

    def _timer_size(self) -> int:
        return HEADER_TIMER if self._headline else TEXT_SIZE

    def _timer_font(self) -> QFont:
        return text_font(self._timer_size(), QFont.Weight.DemiBold, tabular=True)

    def _follow_theme(self) -> None:
        self._widest = 0
        self._widths = self._cut = None
        self.updateGeometry()
        self.update()


def _badge_width(text: str) -> int:
    return pill_text_width(text) + px(S) + px(BADGE_ICON) + px(XS) + px(10)
