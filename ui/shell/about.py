"""What this program is, its version and what it is made with; main thread."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from PySide6.QtCore import QEvent, Qt, qVersion
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.label import Label

DISTRIBUTION: Final = "agent-desk"
_ICON: Final = 56
_LICENCES: Final = (
    ("Python", "PSF"),
    ("Qt, PySide6", "LGPL 3"),
    ("Lucide", "ISC"),
    ("Inter", "OFL 1.1"),
)


class AboutDialog(QDialog):
    """Opens with ``open()`` and deletes itself when it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the dialog over ``parent``."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._picture = QLabel()
        self._name = Label(role="title")
        self._name.setText("Agent Desk")
        self._version = Label("about.version", role="muted")
        self._version.set_key("about.version", version=installed_version())
        self._close = Button("about.close", "check", "primary")
        self._close.clicked.connect(self.accept)
        self._outer = QVBoxLayout(self)
        self._lay_out()
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def retranslate(self) -> None:
        """Show the title in the current language."""
        self.setWindowTitle(tr("about.title"))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        for label in (self._name, self._version, Label("about.licence", role="muted")):
            lines.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(M)
        head.addWidget(self._picture)
        head.addLayout(lines, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        self._outer.addLayout(head)
        self._outer.addWidget(_parts_card())
        self._outer.addLayout(foot)

    def _measure(self) -> None:
        self._outer.setContentsMargins(px(XL), px(L), px(XL), px(L))
        self._outer.setSpacing(px(M))
        self._picture.setPixmap(self.windowIcon().pixmap(px(_ICON), px(_ICON)))
        self.setMinimumWidth(px(380))


def installed_version() -> str:
    """Return the installed version, or that the program runs from its source folder."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return tr("about.unpacked")


def _parts_card() -> Card:
    versions = {"Python": platform.python_version(), "Qt, PySide6": qVersion() or ""}
    card = Card("about.parts")
    grid = QGridLayout()
    grid.setHorizontalSpacing(L)
    grid.setVerticalSpacing(S)
    grid.setColumnStretch(1, 1)
    for row, (name, licence) in enumerate(_LICENCES):
        for column, text in enumerate((name, versions.get(name, ""), licence)):
            label = Label(role="plain" if column == 0 else "muted")
            label.setText(text)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, column)
    card.body.addLayout(grid)
    return card
