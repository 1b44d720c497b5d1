"""One call as a card: state, name, number and running time in one line; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.calls.presentation import SEPARATOR, CallView, idle_view
from ui.formats import format_duration
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import CARD_RADIUS, FOCUS_WIDTH, SMALL_TEXT_SIZE, TEXT_SIZE, XS, M, S
from ui.widgets.buttons import with_shortcut
from ui.widgets.pill import pill_font

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
        self.setAccessibleName(view.accessible_text)
        self._tell()
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
            self._time, self._bright = time, bright
            self.update()

    def sizeHint(self) -> QSize:
        """Return the width that shows the texts whole, up to a limit."""
        return QSize(self._fixed_width() + self._text_width(), self._height())

    def minimumSizeHint(self) -> QSize:
        """Return the width at which names are still recognisable."""
        text = min(px(LEAST_TEXT), self._text_width())
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
        rings = self._view.rings
        pen = QPen(colour("border_strong" if self.underMouse() else "border"), 1)
        if rings or self._marked:
            pen = QPen(colour("accent" if self._bright else "accent_soft"), 1.5)
        if self.hasFocus():
            pen = QPen(colour("focus"), FOCUS_WIDTH)
        painter.setPen(pen)
        painter.setBrush(colour("accent_soft" if self._headline else "card"))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, px(CARD_RADIUS), px(CARD_RADIUS))

    def _paint_badge(self, painter: QPainter) -> int:
        """Paint the state as a pill with its icon and return the pill's width."""
        view, width = self._view, self._badge_width()
        kind, strong = view.kind, view.rings and self._bright
        top = (self.height() - px(BADGE_HEIGHT)) / 2
        place = QRectF(self._inset(), top, width, px(BADGE_HEIGHT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(kind if view.rings else f"{kind}_soft"))
        painter.setOpacity(1.0 if strong or not view.rings else 0.75)
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
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
        right = Qt.TextElideMode.ElideRight
        title = QFontMetrics(self._title_font()).elidedText(self._view.title, right, width)
        small = QFontMetrics(text_font(SMALL_TEXT_SIZE))
        parts = list(self._view.details)
        while len(parts) > 1 and small.horizontalAdvance(SEPARATOR.join(parts)) > width:
            parts.pop()
        return title, small.elidedText(SEPARATOR.join(parts), right, width)

    def _tell(self) -> None:
        whole = (self._view.title, self._view.detail)
        cut = self._elided(self._text_room()) != whole
        lines = list(whole) if cut else []
        if not self._headline:
            lines = [*whole, with_shortcut(tr("call_bar.card_tip"), NEXT_CALL_KEY)]
        self.setToolTip("\n".join(line for line in lines if line))

    def _read_time(self) -> str:
        since = self._view.since
        return format_duration((self._now() - since).total_seconds()) if since else ""

    def _height(self) -> int:
        return px(LOW_HEIGHT if self._low else HEIGHT)

    def _fixed_width(self) -> int:
        shape = "0:00:00" if len(self._time) > len("00:00") else "00:00"
        timer = QFontMetrics(self._timer_font()).horizontalAdvance(shape) + px(M)
        return 2 * self._inset() + self._badge_width() + px(M) + (timer if self._view.since else 0)

    def _text_width(self) -> int:
        title = QFontMetrics(self._title_font()).horizontalAdvance(self._view.title)
        small = QFontMetrics(text_font(SMALL_TEXT_SIZE)).horizontalAdvance(self._view.detail)
        return min(px(MOST_TEXT), max(title, small)) + 2

    def _text_room(self) -> int:
        return max(0, self.width() - self._fixed_width())

    def _badge_width(self) -> int:
        words = QFontMetrics(pill_font()).horizontalAdvance(self._view.state_text)
        return words + px(S) + px(BADGE_ICON) + px(XS) + px(10)

    def _has_frame(self) -> bool:
        return not self._headline or self._marked or self._view.rings

    def _inset(self) -> int:
        return px(INSET) if self._has_frame() else 0

    def _title_font(self) -> QFont:
        return text_font(HEADER_TITLE if self._headline else TEXT_SIZE, QFont.Weight.DemiBold)

    def _timer_font(self) -> QFont:
        size = HEADER_TIMER if self._headline else TEXT_SIZE
        return text_font(size, QFont.Weight.DemiBold, tabular=True)

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()
