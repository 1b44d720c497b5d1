"""The panels that open below the call bar: dial box and keypad, made when first wanted.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.call import CallService
from agent_desk.domain.identifiers import CallId

if TYPE_CHECKING:
    from ui.calls.dial_box import DialBox
    from ui.calls.directory import DirectoryEntry
    from ui.calls.dtmf_pad import DtmfPad
    from ui.calls.flyout import Flyout


class CallPanels(QObject):
    """Opens and closes both panels; they cost nothing until then.

    number_given: service, the call that it was opened for ("" for none) and the number.
    digit_pressed: a key of the keypad.
    """

    number_given = Signal(str, str, str)
    digit_pressed = Signal(str)

    def __init__(self, *, bar: QWidget, validate: Callable[[str], str]) -> None:
        super().__init__(bar)
        self._bar = bar
        self._validate = validate
        self._directory: tuple[DirectoryEntry, ...] = ()
        self._recent: tuple[DirectoryEntry, ...] = ()
        self._dialled: tuple[str, ...] = ()
        self._dial: tuple[DialBox, Flyout] | None = None
        self._pad: tuple[DtmfPad, Flyout] | None = None
        self._asked_for: CallId | None = None
        self._awaits_answer = False

    def set_directory(
        self, directory: Sequence[DirectoryEntry], recent: Sequence[DirectoryEntry]
    ) -> None:
        """Offer these in the dial box, now or once it is made."""
        self._directory, self._recent = tuple(directory), tuple(recent)
        if self._dial is not None:
            self._offer_directory(self._dial[0])

    def set_dialled(self, numbers: Sequence[str]) -> None:
        """Let the dial box bring these back, now or once it is made."""
        self._dialled = tuple(numbers)
        if self._dial is not None:
            self._dial[0].set_dialled(self._dialled)

    def dial_box(self) -> DialBox:
        """Return the dial box."""
        return self._dialling()[0]

    def keypad(self) -> DtmfPad:
        """Return the keypad."""
        return self._keying()[0]

    def asks_number(self, purpose: CallService) -> bool:
        """Return whether the dial box is open for ``purpose``."""
        return self._is_dialling() and self.dial_box().purpose() is purpose

    def ask_number(
        self, purpose: CallService, call_id: CallId | None, anchor: QWidget, *, at_once: bool
    ) -> None:
        """Open the dial box for ``purpose`` on the call ``call_id``; see `DialBox.begin`."""
        box, flyout = self._dialling()
        self._asked_for = call_id
        self._awaits_answer = False
        box.begin(purpose, at_once=at_once)
        flyout.open_below(anchor)

    def show_refusal(self, text: str, anchor_of: Callable[[str], QWidget]) -> bool:
        """Say ``text`` at the number that was given last; return False when it is not about one.

        ``anchor_of`` returns the button of a service.
        """
        if not self._awaits_answer and not self._is_dialling():
            return False
        self._awaits_answer = False
        box, flyout = self._dialling()
        flyout.open_below(anchor_of(box.purpose().value), take_focus=False)
        box.show_error(text)
        return True

    def number_was_taken(self) -> None:
        """Take what happens next as no answer to the number that was given."""
        self._awaits_answer = False

    def open_keypad(self, anchor: QWidget) -> None:
        """Open the keypad."""
        self._keying()[1].open_below(anchor)

    def clear_digits(self) -> None:
        """Forget the digits that were sent; for another call."""
        if self._pad is not None:
            self._pad[0].clear()

    def close_impossible(self, call_id: CallId | None, allows: Callable[[str], bool]) -> None:
        """Close what ``allows`` no longer; a number that was typed stays for the next time."""
        if self._pad is not None and not allows(CallService.GENERATE_DIGITS.value):
            self._pad[1].close_up()
        if self._dial is None:
            return
        box, flyout = self._dial
        stale = self._asked_for != call_id or not allows(box.purpose().value)
        if stale and box.purpose() is not CallService.MAKE_CALL:
            flyout.close_up()

    def _is_dialling(self) -> bool:
        return self._dial is not None and self._dial[1].isVisible()

    def _dialling(self) -> tuple[DialBox, Flyout]:
        if self._dial is None:
            from ui.calls.dial_box import DialBox
            from ui.calls.flyout import Flyout

            box = DialBox(validate=self._validate)
            box.submitted.connect(self._on_submitted)
            self._offer_directory(box)
            self._dial = (box, Flyout(box, self._bar))
        return self._dial

    def _offer_directory(self, box: DialBox) -> None:
        box.set_directory(self._directory)
        box.set_recent(self._recent)
        box.set_dialled(self._dialled)

    def _keying(self) -> tuple[DtmfPad, Flyout]:
        if self._pad is None:
            from ui.calls.dtmf_pad import DtmfPad
            from ui.calls.flyout import Flyout

            pad = DtmfPad()
            pad.digit_pressed.connect(self.digit_pressed)
            self._pad = (pad, Flyout(pad, self._bar))
        return self._pad

    def _on_submitted(self, service: str, number: str) -> None:
        self._awaits_answer = True
        self._dialling()[1].close_up()
        self.number_given.emit(service, self._asked_for or "", number)
