"""What every presenter needs: the desk, the bridge to it, and where to say things; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError
from agent_desk.services.desk import Desk
from ui.bridge import Bridge
from ui.language import error_text, tr
from ui.shell.notices import Notices
from ui.widgets.banner import BannerKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """desk: services, touched only through ``bridge``. notify: shows one calm line.

    notices: calm lines; the same key replaces. now: the desk's clock.
    """

    desk: Desk
    bridge: Bridge
    notices: Notices
    now: Callable[[], datetime]

    def ask(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        then: Callable[[T], None] | None = None,
        *,
        failed: Callable[[AgentDeskError], None] | None = None,
        always: Callable[[], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run ``work`` on `desk-loop`; ``always``, then ``then`` or ``failed`` follow on main.

        Without ``failed`` a refusal becomes a notice. What is no AgentDeskError is a defect: the
        bridge has logged it with its trace, and the person reads one calm line.
        """

        def on_result(result: T) -> None:
            if always is not None:
                always()
            if then is not None:
                then(result)

        def on_error(error: Exception) -> None:
            if always is not None:
                always()
            self._on_error(error, failed)

        self.bridge.call(work, on_result=on_result, on_error=on_error, owner=owner)

    def notify(self, key: str, text: str, kind: BannerKind = "info") -> None:
        """Say ``text`` in one calm line under ``key``."""
        self.notices.show_notice(key, text, kind)

    def _on_error(self, error: Exception, failed: Callable[[AgentDeskError], None] | None) -> None:
        if not isinstance(error, AgentDeskError):
            self.notify("defect", tr("desk.unexpected"), "danger")
        elif failed is not None:
            failed(error)
        else:
            self.notify(error.code, error_text(error), "warning")
