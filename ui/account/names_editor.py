"""Pairs of a name at the exchange and a name on the desk, a row each; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.theme.tokens import XS, S
from ui.widgets.buttons import Button, IconButton

_KEY_SHARE: Final = 2
_NAME_SHARE: Final = 3


class _Row(QWidget):
    """One pair, what is ticked for it, and a button that takes it away."""

    changed = Signal()
    removed = Signal()

    def __init__(self, area: str, ticks: tuple[str, ...]) -> None:
        super().__init__()
        self._area = area
        self.key = QLineEdit()
        self.name = QLineEdit()
        self.ticks = {tick: QCheckBox() for tick in ticks}
        self.out = IconButton("x", "account.take_out")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(S))
        row.addWidget(self.key, _KEY_SHARE)
        row.addWidget(self.name, _NAME_SHARE)
        for box in self.ticks.values():
            row.addWidget(box)
            box.toggled.connect(self.changed)
        row.addWidget(self.out)
        self.key.textChanged.connect(self.changed)
        self.name.textChanged.connect(self.changed)
        self.out.clicked.connect(self.removed)
        self.setFocusProxy(self.key)
        self.retranslate()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not self.key.text().strip() and not self.name.text().strip()

    def retranslate(self) -> None:
        """Say what belongs where."""
        for line, part in ((self.key, "key"), (self.name, "name")):
            words = tr(f"account.{self._area}.{part}")
            line.setPlaceholderText(words)
            line.setAccessibleName(words)
        for tick, box in self.ticks.items():
            box.setText(tr(f"account.{self._area}.{tick}"))
            box.setToolTip(tr(f"account.{self._area}.{tick}_tip"))


class NamesEditor(QWidget):
    """Edits a mapping of names; ticks stand beside each pair. changed: by a person."""

    changed = Signal()

    def __init__(
        self, area: str, ticks: tuple[str, ...] = (), *, parent: QWidget | None = None
    ) -> None:
        """``area``: "account.<area>.key" and so on are its texts."""
        super().__init__(parent)
        self._area = area
        self._ticks = ticks
        self._rows: list[_Row] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(px(XS))
        self.add = Button(f"account.{area}.add", "plus", "ghost")
        self.add.clicked.connect(self._add_empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(XS))
        column.addLayout(self._lines)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add)

    def pairs(self) -> dict[str, str] | None:
        """Return what is written; None when a name of the exchange stands there twice."""
        rows = [row for row in self._rows if not row.is_empty]
        found = {row.key.text().strip(): row.name.text().strip() for row in rows}
        return found if len(found) == len(rows) else None

    def ticked(self, tick: str) -> tuple[str, ...]:
        """Return the exchange's names for which ``tick`` is set."""
        rows = (row for row in self._rows if not row.is_empty and row.ticks[tick].isChecked())
        return tuple(row.key.text().strip() for row in rows)

    def set_pairs(self, pairs: Mapping[str, str], ticked: Mapping[str, Iterable[str]]) -> None:
        """Show ``pairs``, and what is ticked for which, without telling."""
        chosen = {tick: set(names) for tick, names in ticked.items()}
        while len(self._rows) > len(pairs):
            self._drop(self._rows[-1])
        while len(self._rows) < len(pairs):
            self._append()
        for row, (key, name) in zip(self._rows, pairs.items(), strict=True):
            row.blockSignals(True)
            _fill(row, key, name, chosen)
            row.blockSignals(False)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for row in self._rows:
            row.retranslate()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _add_empty(self) -> None:
        self._append().key.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _append(self) -> _Row:
        row = _Row(self._area, self._ticks)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._lines.addWidget(row)
        # At once, so that the next key finds it.
        row.show()
        self._come_before_add(row)
        return row

    def _come_before_add(self, row: _Row) -> None:
        """Let Tab reach ``row`` where it stands, and not after everything else on the page."""
        former: QWidget = self.add.previousInFocusChain() or self.add
        for part in (row.key, row.name, *row.ticks.values(), row.out):
            self.setTabOrder(former, part)
            former = part

    def _remove(self, row: _Row) -> None:
        self._drop(row)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()


def _fill(row: _Row, key: str, name: str, chosen: Mapping[str, set[str]]) -> None:
    row.key.setText(key)
    row.name.setText(name)
    for tick, box in row.ticks.items():
        box.setChecked(key in chosen.get(tick, set()))
