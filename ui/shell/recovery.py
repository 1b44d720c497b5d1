"""What was typed and not saved when the desk ended, and what shall become of it; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from agent_desk.domain.draft import Draft, DraftKind
from ui.formats import format_moment, format_number
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import ICON_SIZE, XL, XS, L, M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label

_ICONS: Final[dict[DraftKind, str]] = {
    DraftKind.TICKET: "ticket",
    DraftKind.CUSTOMER: "user-round",
    DraftKind.NOTE: "sticky-note",
    DraftKind.DISPOSITION: "phone",
    DraftKind.REPORT: "clipboard-check",
    DraftKind.ORDER_STEP: "hard-hat",
    DraftKind.ATTACHMENTS: "file-text",
    DraftKind.PRODUCT: "package",
}
_TELLING_FIELDS: Final = (
    "subject",
    "description",
    "text",
    "note",
    "name",
    "done",
    "reason",
    "technician",
)
"""Fields that tell a person most, in this order."""

_LONGEST_EXCERPT: Final = 160
_SIZE: Final = (640, 460)


class RecoveryDialog(QDialog):
    """Lists recovered drafts, newest first. Use ``open()``: calls must go on meanwhile.

    Each signal carries a draft's key; the row leaves the list then, and the dialog closes with
    the last one. Closing it discards nothing.
    """

    restore_requested = Signal(str)
    discard_requested = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Show times as seen from ``now`` (aware UTC)."""
        super().__init__(parent)
        self._now = now
        self._rows: dict[str, _DraftRow] = {}
        self._intro = QLabel()
        self._intro.setWordWrap(True)
        self._title = Label("recovery.title", role="title")
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        self._later = Button("recovery.later", "clock")
        self._later.clicked.connect(self.reject)
        self._outer = QVBoxLayout(self)
        self._lay_out()
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """Show ``drafts`` instead of what was shown; empty ones are left out."""
        for key in tuple(self._rows):
            self._remove(key)
        for draft in sorted(drafts, key=lambda draft: draft.saved_at, reverse=True):
            if not draft.is_empty:
                self._add(draft)
        self.retranslate()

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the drafts in the list, newest first."""
        return tuple(self._rows)

    def retranslate(self) -> None:
        """Show the texts in the current language."""
        self.setWindowTitle(tr("recovery.title"))
        intro = tr("recovery.intro", count=len(self._rows))
        self._intro.setText(f"{intro} {tr('recovery.safe')}")
        for row in self._rows.values():
            row.retranslate()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("scrolled")
        content.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._later)
        self._outer.addWidget(self._title)
        self._outer.addWidget(self._intro)
        self._outer.addWidget(area, 1)
        self._outer.addLayout(foot)

    def _measure(self) -> None:
        self._outer.setContentsMargins(px(XL), px(L), px(XL), px(L))
        self._outer.setSpacing(px(M))
        self._list.setSpacing(px(S))
        parent = self.parentWidget()
        most = parent.size() if parent is not None else QSize(px(_SIZE[0]), px(_SIZE[1]))
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(most))

    def _add(self, draft: Draft) -> None:
        row = _DraftRow(draft, self._now)
        row.restored.connect(partial(self._settle, draft.key, self.restore_requested.emit))
        row.discarded.connect(partial(self._settle, draft.key, self.discard_requested.emit))
        self._rows[draft.key] = row
        self._list.insertWidget(self._list.count() - 1, row)

    def _settle(self, key: str, emit: Callable[[str], None]) -> None:
        self._remove(key)
        emit(key)
        if self._rows:
            self.retranslate()
        else:
            self.accept()

    def _remove(self, key: str) -> None:
        row = self._rows.pop(key)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()


class _DraftRow(Card):
    """One draft: what it is, for whom, how it begins; discarding asks once more in its place."""

    restored = Signal()
    discarded = Signal()

    def __init__(self, draft: Draft, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._draft = draft
        self._now = now
        self._icon = QLabel()
        self._kind = Label(f"draft_kind.{draft.kind.value}", role="heading")
        self._about = ElidedLabel(role="muted")
        self._excerpt = ElidedLabel()
        self._restore = Button("recovery.restore", "undo-2", "primary")
        self._discard = Button("recovery.discard", "trash-2", "ghost")
        self._confirm = Button("recovery.confirm", "trash-2", "danger")
        self._keep = Button("recovery.keep_it", "", "plain")
        self._restore.clicked.connect(self.restored)
        self._discard.clicked.connect(partial(self._ask, True))
        self._keep.clicked.connect(partial(self._ask, False))
        self._confirm.clicked.connect(self.discarded)
        self._lay_out()
        self._ask(False)
        theme_signals().changed.connect(self._remake)
        self._remake()
        self.retranslate()

    def retranslate(self) -> None:
        """Show the lines in the current language."""
        about = describe_draft(self._draft, self._now())
        self._about.setText(about)
        self._excerpt.setText(tr("recovery.excerpt", text=excerpt(self._draft)))
        self.setAccessibleName(f"{self._kind.text()}. {about}. {self._excerpt.text()}")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(XS)
        head.addWidget(self._icon)
        head.addWidget(self._kind)
        head.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addLayout(head)
        lines.addWidget(self._about)
        lines.addWidget(self._excerpt)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addLayout(lines, 1)
        for button in (self._discard, self._restore, self._keep, self._confirm):
            row.addWidget(button)
        self.body.addLayout(row)

    def _ask(self, asking: bool) -> None:
        for button in (self._discard, self._restore):
            button.setVisible(not asking)
        for button in (self._keep, self._confirm):
            button.setVisible(asking)
        if self.isVisible():
            target = self._keep if asking else self._discard
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _remake(self) -> None:
        name = _ICONS[self._draft.kind]
        self._icon.setPixmap(pixmap(name, "text_muted", px(ICON_SIZE - 2)))


def describe_draft(draft: Draft, now: datetime) -> str:
    """Return "Saved Today 21:40 for the call with +86 138 0013 8000, 王芳" and its like."""
    moment = format_moment(draft.saved_at, now)
    number = format_number(draft.number) if draft.number else ""
    who = tr("list.separator").join(part for part in (number, draft.customer_name) if part)
    if draft.call_id is not None:
        who = who or tr("recovery.unknown_number")
        return tr("recovery.call", moment=moment, who=who)
    if who:
        return tr("recovery.record", moment=moment, who=who)
    return tr("recovery.plain", moment=moment)


def excerpt(draft: Draft) -> str:
    """Return the beginning of what was typed, on one line."""
    order = [*_TELLING_FIELDS, *draft.fields]
    texts = (draft.fields.get(name, "") for name in order)
    text = " ".join(next((text for text in texts if text.strip()), "").split())
    return text if len(text) <= _LONGEST_EXCERPT else text[:_LONGEST_EXCERPT] + "…"
