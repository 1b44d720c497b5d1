"""Shows the settings page on what the desk can ring, and lets a person try it; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.calls.ring_output import RingOutputs
from ui.calls.ringer import Ringer
from ui.shell.settings_page import SettingsPage


class RingPresenter(QObject):
    """Keeps the list of outputs, and rings once as the page is set, saved or not."""

    def __init__(self, *, ringer: Ringer, page: SettingsPage) -> None:
        """Serve ``page`` as long as it lives; loads the sound system."""
        super().__init__(page)
        self._ringer = ringer
        self._page = page
        self._outputs = RingOutputs(self)
        self._outputs.changed.connect(self._show)
        page.ring_tried.connect(self._try)
        self._show()

    def _show(self) -> None:
        self._page.ring.show_devices(self._outputs.devices())

    def _try(self) -> None:
        form = self._page.form()
        self._ringer.play_sample(
            percent=int(form["ring_volume_percent"]), output=form.get("ringer", "")
        )
