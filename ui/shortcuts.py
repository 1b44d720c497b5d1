"""The desk's shortcuts: the one table of them, and how a window gets them; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One row of the table.

    action: its id. keys: key sequences that all do the same, the first is shown. group: the part
    of the overlay that lists it; its texts are "shortcut.<action>" and "shortcut_group.<group>".
    """

    action: str
    keys: tuple[str, ...]
    group: str


SHORTCUTS: Final[tuple[Shortcut, ...]] = (
    Shortcut("state.ready", ("F2",), "state"),
    Shortcut("state.not_ready", ("F3",), "state"),
    Shortcut("call.answer", ("F4",), "call"),
    Shortcut("call.hold", ("F5",), "call"),
    Shortcut("call.mute", ("F6",), "call"),
    Shortcut("call.record", ("Ctrl+F6",), "call"),
    Shortcut("call.pause_recording", ("Shift+F6",), "call"),
    Shortcut("call.consult", ("F7",), "call"),
    Shortcut("call.transfer", ("F8",), "call"),
    Shortcut("call.blind_transfer", ("Shift+F8",), "call"),
    Shortcut("call.conference", ("F9",), "call"),
    Shortcut("call.alternate", ("F10",), "call"),
    Shortcut("call.digits", ("F11",), "call"),
    Shortcut("call.hang_up", ("F12",), "call"),
    Shortcut("call.dial", ("Ctrl+D",), "call"),
    Shortcut("desk.search", ("Ctrl+K",), "record"),
    Shortcut("customer.edit", ("Ctrl+E",), "record"),
    Shortcut("ticket.edit", ("Ctrl+T",), "record"),
    Shortcut("ticket.resolve_now", ("Ctrl+Return", "Ctrl+Enter"), "record"),
    Shortcut("ticket.save", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), "record"),
    Shortcut("ticket.hits", ("Ctrl+G",), "record"),
    Shortcut("ticket.article_solved", ("Ctrl+Shift+G",), "record"),
    Shortcut("ticket.complaint", ("Ctrl+Shift+K",), "record"),
    Shortcut("ticket.solved", ("Ctrl+Shift+Y",), "record"),
    Shortcut("ticket.not_solved", ("Ctrl+Shift+N",), "record"),
    Shortcut("verify.call", ("Ctrl+Shift+D",), "record"),
    Shortcut("verify.unreached", ("Ctrl+Shift+U",), "record"),
    Shortcut("wrap_up.edit", ("Ctrl+R",), "record"),
    Shortcut("note.add", ("Ctrl+N",), "record"),
    Shortcut("desk.bring_back", ("Ctrl+U",), "record"),
    Shortcut("column.customer", ("Alt+1",), "move"),
    Shortcut("column.timeline", ("Alt+2",), "move"),
    Shortcut("column.ticket", ("Alt+3",), "move"),
    Shortcut("column.queues", ("Alt+4",), "move"),
    Shortcut("page.agent", ("Ctrl+1",), "move"),
    Shortcut("page.tickets", ("Ctrl+2",), "move"),
    Shortcut("page.department", ("Ctrl+3",), "move"),
    Shortcut("page.settings", ("Ctrl+4",), "move"),
    Shortcut("page.floor", ("Ctrl+5",), "move"),
    Shortcut("page.dispatch", ("Ctrl+6",), "move"),
    Shortcut("page.review", ("Ctrl+7",), "move"),
    Shortcut("page.settlement", ("Ctrl+8",), "move"),
    Shortcut("page.routing", ("Ctrl+9",), "move"),
    Shortcut("page.escalations", ("Ctrl+0",), "move"),
    Shortcut("page.knowledge", ("Ctrl+B",), "move"),
    Shortcut("desk.language", ("Ctrl+L",), "desk"),
    Shortcut("desk.theme", ("Ctrl+Shift+L",), "desk"),
    Shortcut("desk.shortcuts", ("F1", "?"), "desk"),
)

_KEPT: Final = "kept_keys"

TYPED: Final = "?"
"""The one shortcut that a text field keeps for itself while it has the focus."""


def keys_of(action: str) -> str:
    """Return the first key sequence of ``action`` for a tooltip; KeyError for an unknown one."""
    return _by_action()[action].keys[0]


def keep_keys(panel: QWidget, *keys: str) -> None:
    """Let ``panel`` have ``keys`` for itself while the focus is in it.

    The window's shortcuts on them rest then, and the panel gets an ordinary key press: a form
    saves itself by Ctrl+Return instead of resolving the ticket beside it.
    """
    panel.setProperty(_KEPT, [QKeySequence(sequence).toString() for sequence in keys])


def _by_action() -> dict[str, Shortcut]:
    return {shortcut.action: shortcut for shortcut in SHORTCUTS}


def install(window: QWidget, handlers: Mapping[str, Callable[[], None]]) -> list[QShortcut]:
    """Give ``window`` the shortcuts that ``handlers`` name; KeyError for an unknown action.

    They work wherever in the window the focus is, also in text fields that would use the keys to
    edit (Ctrl+K and Ctrl+D delete text on some platforms), and do not repeat while held down.
    """
    table = _by_action()
    made = []
    for action, handler in handlers.items():
        for keys in table[action].keys:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(handler)
            made.append(shortcut)
    typed = QKeySequence(TYPED)
    _FocusWatch(window, [s.key() for s in made if s.key() != typed])
    return made


class _FocusWatch(QObject):
    """Keeps whatever widget has the focus in ``window`` from claiming the shortcuts' keys.

    Only the focused widget is filtered: a filter on the application would run Python for every
    event of every widget.
    """

    def __init__(self, window: QWidget, sequences: list[QKeySequence]) -> None:
        super().__init__(window)
        self._window = window
        self._sequences = {sequence.toString() for sequence in sequences}
        self._watched: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)
            self._on_focus(None, QApplication.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        keys = pressed.toString()
        if keys not in self._sequences:
            return False
        # An accepted override comes back as a key press, an ignored one becomes the shortcut.
        event.setAccepted(self._is_kept(watched, keys))
        return True

    def _is_kept(self, focused: QObject, keys: str) -> bool:
        panel: QObject | None = focused
        while panel is not None and panel is not self._window:
            if keys in (panel.property(_KEPT) or ()):
                return True
            panel = panel.parent()
        return False

    def _on_focus(self, former: QWidget | None, now: QWidget | None) -> None:
        if former is not None and former is self._watched:
            former.removeEventFilter(self)
        self._watched = None
        if now is not None and now.window() is self._window:
            now.installEventFilter(self)
            self._watched = now
