"""The settings page: a form over texts, checked at each field; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.account.section import AccountSection
from ui.language import resolve_language, set_language, tr
from ui.shell.about import AboutDialog
from ui.shell.settings_editors import SettingsEditors, SettingsForm
from ui.sound.ring_section import RingSection
from ui.sound.section import SoundSection
from ui.theme.theme import apply_theme, px, resolve_theme, theme_signals
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form_field import FormField
from ui.widgets.label import Label, LabelRole

_WIDTH: Final = 720


class SettingsPage(QWidget):
    """Shows a SettingsForm and emits ``saved`` with the changed one (field name to text).

    Language, theme and text size are shown, and devices used, at once while they are chosen; undo
    takes them back. ring_tried: the person wants to hear the ring as it is set now.
    """

    saved = Signal(object)
    ring_tried = Signal()

    def __init__(
        self, *, regions: Callable[[], Iterable[str]], parent: QWidget | None = None
    ) -> None:
        """Offer the ISO 3166-1 codes that ``regions`` returns; it is asked once, now."""
        super().__init__(parent)
        self.setObjectName("page")
        self._shown: dict[str, str] = {}
        self._editors = SettingsEditors(sorted(regions()), self)
        editors = self._editors.labelled()
        self._fields = {name: FormField(f"settings.{name}", editors[name]) for name in editors}
        self.sound = SoundSection()
        self.ring = self._ring_section()
        self.telephone = AccountSection()
        self._state = Label(role="muted")
        self._about = Button("settings.about", "info", "ghost")
        self._undo = Button("settings.undo", "undo-2", "ghost")
        self._save = Button("settings.save", "check", "primary")
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_settings(self, form: SettingsForm) -> None:
        """Show ``form``; what was changed and not saved is gone."""
        shown = {**self._held(), **form}
        self._editors.set_values(shown)
        self.sound.set_values(shown)
        # The editors may write a value otherwise than the file does, as "True".
        self._shown = {**shown, **self._held()}
        for field in self._fields.values():
            field.set_error("")
        self._refresh()

    def form(self) -> dict[str, str]:
        """Return what is shown now, fields that the page does not edit included."""
        return {**self._shown, **self._held()}

    def is_changed(self) -> bool:
        """Return whether something differs from what was given or saved last."""
        return self.form() != self._shown or self.telephone.is_changed()

    def undo(self) -> None:
        """Go back to what was given or saved last, the look included."""
        self.show_settings(dict(self._shown))
        self.telephone.undo()
        self._refresh()
        self._apply_look()

    def show_error(self, field: str, text: str) -> None:
        """Say at ``field`` why saving was refused; at the foot when the page has no such field."""
        if field.startswith("sip.") and field[4:] in self.telephone.fields:
            self.telephone.show_error(field[4:], text)
        elif field in self._fields:
            self._fields[field].set_error(text)
            self._fields[field].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._say(text, "error")

    def show_saved(self) -> None:
        """Say that what is shown is saved."""
        self._shown = self.form()
        self._refresh()
        self._say(tr("settings.saved"))

    def retranslate(self) -> None:
        """Show the texts that are no labels in the current language."""
        self._editors.retranslate()
        self._refresh()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        self._column = QVBoxLayout()
        self._column.addWidget(Label("settings.title", role="title"))
        for card in self._cards():
            self._column.addWidget(card)
        self._column.addStretch(1)
        self._content = QWidget()
        self._content.setLayout(self._column)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._about)
        self._foot.addStretch(1)
        for widget in (self._state, self._undo, self._save):
            self._foot.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_scrolled(self._content), 1)
        layout.addLayout(self._foot)
        theme_signals().changed.connect(self._measure)
        self._measure()

    def _cards(self) -> tuple[Card, ...]:
        look = self._row("language", "theme", "scale_percent")
        desk = self._row("agent_name", "agent_id", "region")
        times = self._row("wrap_up_seconds", "repeat_window_days")
        return (
            _card("settings.look", look),
            _card("settings.desk", desk, times),
            self.sound,
            self.ring,
            self.telephone,
            _card("settings.data", self._row("database")),
        )

    def _ring_section(self) -> RingSection:
        editors = self._editors
        return RingSection(
            ringer=editors.ringer,
            fields=self._row("ringer", "ring_volume_percent"),
            boxes=[editors.silent, editors.waiting, editors.raising],
        )

    def _held(self) -> dict[str, str]:
        return {**self._editors.values(), **self.sound.values()}

    def _row(self, *names: str) -> list[FormField]:
        return [self._fields[name] for name in names]

    def _connect(self) -> None:
        self._save.clicked.connect(self._on_save)
        self._undo.clicked.connect(self.undo)
        self._about.clicked.connect(self._show_about)
        self._editors.changed.connect(self._refresh)
        self.sound.changed.connect(self._refresh)
        self.ring.tried.connect(self.ring_tried)
        self.telephone.changed.connect(self._refresh)
        self._editors.look_changed.connect(self._apply_look)
        self._editors.name.editingFinished.connect(self._check_name)
        line = self._editors.region.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._check_region)

    def _check_name(self) -> bool:
        mistake = self._editors.mistake_in_name()
        self._fields["agent_name"].set_error(mistake)
        return not mistake

    def _check_region(self) -> bool:
        mistake = self._editors.mistake_in_region()
        self._fields["region"].set_error(mistake)
        return not mistake

    def _on_save(self) -> None:
        checks = {"agent_name": self._check_name(), "region": self._check_region()}
        wrong = [name for name, good in checks.items() if not good]
        if not self.telephone.accepts() or wrong:
            if wrong:
                self._fields[wrong[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.saved.emit(self.form())

    def _apply_look(self) -> None:
        chosen = self._editors.values()
        set_language(resolve_language(chosen["language"]))
        apply_theme(resolve_theme(chosen["theme"]), int(chosen["scale_percent"]))

    def _show_about(self) -> None:
        AboutDialog(self.window()).open()

    def _refresh(self) -> None:
        changed = self.is_changed()
        self._save.setEnabled(changed)
        self._undo.setEnabled(changed)
        self._say(tr("settings.unsaved") if changed else "")

    def _say(self, text: str, role: LabelRole = "muted") -> None:
        self._state.setText(text)
        self._state.set_role(role)

    def _measure(self) -> None:
        self._content.setMaximumWidth(px(_WIDTH))
        self._column.setSpacing(px(M))
        self._column.setContentsMargins(0, px(S), 0, px(S))
        self._foot.setContentsMargins(px(L), px(M), px(L), px(M))
        self._foot.setSpacing(px(S))


def _card(title_key: str, *rows: Sequence[QWidget]) -> Card:
    card = Card(title_key)
    for widgets in rows:
        row = QHBoxLayout()
        row.setSpacing(M)
        for widget in widgets:
            row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(row)
    return card


def _scrolled(content: QWidget) -> QScrollArea:
    centred = QWidget()
    centred.setObjectName("scrolled")
    row = QHBoxLayout(centred)
    row.addStretch(1)
    row.addWidget(content, 100)
    row.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(centred)
    return area
