"""One routing rule as a form: whom it sends to, and for which orders; Qt main thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.routing import RoutingRule, WhenClosed
from agent_desk.domain.routing_check import MAX_NAME
from agent_desk.domain.ticket import Category, Priority
from agent_desk.domain.tier import Tier
from ui.language import error_text, tr
from ui.routing.category_list import category_list
from ui.routing.rule_words import RuleWords
from ui.theme.theme import px
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.pick_list import choice_list
from ui.widgets.segments import Segments

E = TypeVar("E", bound=StrEnum)

_NARROWEST: Final = 300
_TWO_COLUMNS: Final = 560
_WORDS_APART: Final = re.compile(r"[,，、;；\n]")


class _Checks(QWidget, Generic[E]):
    """Boxes for the members of an enumeration, of which any may be ticked."""

    def __init__(self, kind: type[E], area: str) -> None:
        super().__init__()
        self._area = area
        self.boxes = {member: QCheckBox() for member in kind}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        for box in self.boxes.values():
            row.addWidget(box)
        row.addStretch(1)
        self.setFocusProxy(next(iter(self.boxes.values())))
        self.retranslate()

    def values(self) -> frozenset[E]:
        return frozenset(member for member, box in self.boxes.items() if box.isChecked())

    def set_values(self, values: Iterable[E]) -> None:
        wanted = frozenset(values)
        for member, box in self.boxes.items():
            box.setChecked(member in wanted)

    def retranslate(self) -> None:
        for member, box in self.boxes.items():
            name = tr(f"{self._area}.{member}")
            # "P1 · Urgent": the row has room for the first word.
            box.setText(name.split(" · ")[0])
            box.setToolTip(name)
            box.setAccessibleName(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class RuleForm(QWidget):
    """changed: carries the rule as it stands in the form."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule: RoutingRule | None = None
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.enabled = QCheckBox()
        self.assignees, self._assignee_box = choice_list("routing_page.add_assignee", ordered=True)
        self.when_closed = Segments(
            ((str(one), f"when_closed.{one}") for one in WhenClosed),
            "routing_page.when_closed",
        )
        self.categories, self._category_box = category_list()
        self.regions, self._region_box = choice_list("routing_page.add_region")
        self.products = QLineEdit()
        self.tiers: _Checks[Tier] = _Checks(Tier, "tier")
        self.priorities: _Checks[Priority] = _Checks(Priority, "priority")
        self._fields = {
            name: FormField(f"routing_page.{name}", editor)
            for name, editor in (
                ("name", self.name),
                ("assignees", self.assignees),
                ("when_closed", self.when_closed),
                ("categories", self.categories),
                ("regions", self.regions),
                ("products", self.products),
                ("tiers", self.tiers),
                ("priorities", self.priorities),
            )
        }
        self._head = QWidget()
        self._grid = QGridLayout()
        self._columns = 0
        self._build()
        self._connect()
        self.retranslate()

    def set_world(self, words: RuleWords, categories: Sequence[Category]) -> None:
        """Offer what a rule may name."""
        self._assignee_box.set_choices(words.open_assignees())
        self._region_box.set_choices(words.all_regions())
        self._category_box.set_categories(categories)
        self.assignees.set_words(lambda value: words.choice(DepartmentId(value)))
        self.categories.set_words(lambda value: words.category(CategoryId(value)))
        self.regions.set_words(words.region)

    def show_rule(self, rule: RoutingRule) -> None:
        """Put ``rule`` into the form; what is typed in the same one stays as it is written."""
        if rule == self._rule:
            return
        same = self._rule is not None and rule.id == self._rule.id
        self._rule = rule
        with QSignalBlocker(self):
            if not same or self.name.text().strip() != rule.name:
                self.name.setText(rule.name)
            self.enabled.setChecked(rule.is_enabled)
            self.assignees.set_values(rule.assignees)
            self.when_closed.set_value(str(rule.when_closed))
            self.categories.set_values(sorted(rule.categories))
            self.regions.set_values(sorted(rule.regions))
            if not same or _words(self.products.text()) != rule.products:
                self.products.setText(", ".join(sorted(rule.products)))
            self.tiers.set_values(rule.tiers)
            self.priorities.set_values(rule.priorities)

    def show_faults(self, faults: Iterable[InputError]) -> None:
        """Say at each field what is wrong with it."""
        found: dict[str, list[str]] = {}
        for fault in faults:
            found.setdefault(str(fault.details["field"]), []).append(error_text(fault))
        for name, field in self._fields.items():
            field.set_error("\n".join(found.get(name, ())))

    def focus_name(self) -> None:
        """Put the cursor into the name, all of it marked."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def retranslate(self) -> None:
        """Set every text anew."""
        self.enabled.setText(tr("routing_page.enabled"))
        self.products.setPlaceholderText(tr("routing_page.products_hint"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def minimumSizeHint(self) -> QSize:
        """Return a width at which one field stands below the other."""
        return QSize(px(_NARROWEST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put fields below each other where there is no room beside."""
        super().resizeEvent(event)
        self._arrange(columns=2 if event.size().width() >= px(_TWO_COLUMNS) else 1)

    def _build(self) -> None:
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(px(2))
        head.addWidget(Label("routing_page.conditions", role="heading"))
        head.addWidget(Label("routing_page.any", role="muted"))
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.addLayout(self._grid)
        column.addStretch(1)
        self._arrange(columns=2)

    def _arrange(self, *, columns: int) -> None:
        """Lay the fields out side by side, or below each other where there is no room."""
        if columns == self._columns:
            return
        self._columns = columns
        fields = self._fields
        pairs: tuple[tuple[QWidget, ...], ...] = (
            (fields["name"], self.enabled),
            (fields["assignees"], fields["when_closed"]),
            (self._head,),
            (fields["categories"], fields["regions"]),
            (fields["products"],),
            (fields["tiers"], fields["priorities"]),
        )
        row = 0
        for pair in pairs:
            for place, widget in enumerate(pair):
                bottom = widget is self.enabled
                align = Qt.AlignmentFlag.AlignBottom if bottom else Qt.AlignmentFlag.AlignTop
                if columns == 1 or len(pair) == 1:
                    self._grid.addWidget(widget, row, 0, 1, columns, align)
                    row += columns == 1
                else:
                    self._grid.addWidget(widget, row, place, align)
            row += columns == 2
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def _connect(self) -> None:
        self.name.textEdited.connect(self._on_changed)
        self.products.textEdited.connect(self._on_changed)
        self.enabled.clicked.connect(self._on_changed)
        self.when_closed.chosen.connect(self._on_changed)
        for picked in (self.assignees, self.categories, self.regions):
            picked.changed.connect(self._on_changed)
        for box in (*self.tiers.boxes.values(), *self.priorities.boxes.values()):
            box.clicked.connect(self._on_changed)

    def _on_changed(self) -> None:
        if self._rule is None or self.signalsBlocked():
            return
        self._rule = replace(
            self._rule,
            name=self.name.text().strip(),
            is_enabled=self.enabled.isChecked(),
            assignees=tuple(map(DepartmentId, self.assignees.values())),
            when_closed=WhenClosed(self.when_closed.value()),
            categories=frozenset(map(CategoryId, self.categories.values())),
            regions=frozenset(self.regions.values()),
            products=_words(self.products.text()),
            tiers=self.tiers.values(),
            priorities=self.priorities.values(),
        )
        self.changed.emit(self._rule)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in _WORDS_APART.split(text) if word.strip())
