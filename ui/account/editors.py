"""The editors of an account, and what they hold as a `SipAccount`; main thread."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from agent_desk.domain.sip_account import CallerTrust, MediaProfile, SipAccount, SipTransport
from agent_desk.domain.sip_account_check import (
    CODECS,
    LEAST_SESSION_SECONDS,
    LONGEST_NAME,
    MOST_LINES,
    MOST_SESSION_SECONDS,
    NOT_READY_STATUSES,
)
from ui.account.names_editor import NamesEditor
from ui.account.password_edit import PasswordEdit
from ui.language import tr
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.pick_list import choice_list

_TEXTS: Final = (
    *(
        "user",
        "domain",
        "display_name",
        "login",
        "server",
        "ca_file",
        "stun",
        "turn",
        "turn_user",
        "echo",
        "media_ports",
    ),
    *("queue_header", "reason_header", "call_id_header"),
)
_EXAMPLES: Final = MappingProxyType(
    {
        "user": "1017",
        "domain": "sip.example.com",
        "ca_file": "/etc/ssl/house-ca.pem",
        "stun": "stun.example.com:3478",
        "turn": "turn.example.com:3478",
        "echo": "600",
        "media_ports": "40000-40099",
    }
)
_LONGEST: Final = 512
CHECKS: Final = ("verify_certificate", "only_directory", "follow_transfers", "rings_signed_off")


class AccountEditors(QObject):
    """One editor per field of an account, and two for its passwords. changed: any of them."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Show an account that nobody has set."""
        super().__init__(parent)
        self.lines = {name: QLineEdit() for name in _TEXTS}
        self.password = PasswordEdit()
        self.turn_password = PasswordEdit()
        self.transport = _choices(SipTransport)
        self.trust = _choices(CallerTrust)
        self.not_ready_status = _choices(map(str, NOT_READY_STATUSES))
        self.checks = {name: QCheckBox() for name in CHECKS}
        self.profiles, self._profile_box = choice_list("account.add_profile", ordered=True)
        self.codecs, self._codec_box = choice_list("account.add_codec", ordered=True)
        self.queues = NamesEditor("queues", ("auto_answer", "record"))
        self.directory = NamesEditor("directory")
        self.session_seconds = _number(LEAST_SESSION_SECONDS, MOST_SESSION_SECONDS, 60)
        self.line_count = _number(1, MOST_LINES, 1)
        self._shown = SipAccount()
        self._limit()
        self._connect()
        self.set_account(self._shown)

    def labelled(self) -> dict[str, QWidget]:
        """Return the editors that stand under a label, by field name."""
        return {
            **self.lines,
            "password": self.password,
            "turn_password": self.turn_password,
            "transport": self.transport,
            "trust": self.trust,
            "profiles": self.profiles,
            "codecs": self.codecs,
            "queues": self.queues,
            "directory": self.directory,
            "session_seconds": self.session_seconds,
            "lines": self.line_count,
            "not_ready_status": self.not_ready_status,
        }

    def account(self) -> SipAccount:
        """Return what the editors hold; a queue that is written twice is one that is not good."""
        texts = {name: line.text().strip() for name, line in self.lines.items()}
        ticks = {name: box.isChecked() for name, box in self.checks.items()}
        values: dict[str, object] = {**texts, **ticks}
        return SipAccount(
            **values,  # type: ignore[arg-type]
            transport=SipTransport(self.transport.currentData()),
            trust=CallerTrust(self.trust.currentData()),
            profiles=tuple(MediaProfile(name) for name in self.profiles.values()),
            codecs=self.codecs.values(),
            queues=_written(self.queues),
            auto_answer=self.queues.ticked("auto_answer"),
            record=self.queues.ticked("record"),
            directory=_written(self.directory),
            session_seconds=self.session_seconds.value(),
            lines=self.line_count.value(),
            not_ready_status=int(self.not_ready_status.currentData()),
        )

    def set_account(self, account: SipAccount) -> None:
        """Show ``account`` without a signal; passwords are another matter."""
        blocker = QSignalBlocker(self)
        for name, line in self.lines.items():
            line.setText(getattr(account, name))
            line.setCursorPosition(0)
        for name, box in self.checks.items():
            box.setChecked(getattr(account, name))
        for combo, value in (
            (self.transport, account.transport.value),
            (self.trust, account.trust.value),
            (self.not_ready_status, str(account.not_ready_status)),
        ):
            combo.setCurrentIndex(combo.findData(value))
        self.profiles.set_values(profile.value for profile in account.profiles)
        self.codecs.set_values(account.codecs)
        ticked = {"auto_answer": account.auto_answer, "record": account.record}
        self.queues.set_pairs(account.queues, ticked)
        self.directory.set_pairs(account.directory, {})
        self.session_seconds.setValue(account.session_seconds)
        self.line_count.setValue(account.lines)
        blocker.unblock()
        self.retranslate()

    def retranslate(self) -> None:
        """Show the editors' own words in the current language."""
        for combo, area in (
            (self.transport, "transport"),
            (self.trust, "trust"),
            (self.not_ready_status, "not_ready_status"),
        ):
            for index in range(combo.count()):
                combo.setItemText(index, tr(f"account.{area}.{combo.itemData(index)}"))
        for name, box in self.checks.items():
            box.setText(tr(f"account.{name}"))
            box.setToolTip(tr(f"account.{name}_tip"))
        self.profiles.set_words(lambda value: tr(f"account.profile.{value}"))
        self.codecs.set_words(lambda value: tr(f"account.codec.{value}"))
        self._profile_box.set_choices((p.value, tr(f"account.profile.{p}")) for p in MediaProfile)
        self._codec_box.set_choices((codec, tr(f"account.codec.{codec}")) for codec in CODECS)
        self.session_seconds.setSuffix(tr("settings.seconds"))
        for name, example in _EXAMPLES.items():
            self.lines[name].setPlaceholderText(example)
        for name in ("display_name", "login", "server"):
            self.lines[name].setPlaceholderText(tr(f"account.{name}_hint"))

    def _limit(self) -> None:
        for name, line in self.lines.items():
            short = name in ("display_name", "login", "turn_user")
            line.setMaxLength(LONGEST_NAME if short else _LONGEST)

    def _connect(self) -> None:
        for line in self.lines.values():
            line.textChanged.connect(self.changed)
        for password in (self.password, self.turn_password):
            password.changed.connect(self.changed)
        for combo in (self.transport, self.trust, self.not_ready_status):
            combo.currentIndexChanged.connect(self.changed)
        for box in self.checks.values():
            box.toggled.connect(self.changed)
        for part in (self.profiles, self.codecs, self.queues, self.directory):
            part.changed.connect(self.changed)
        for number in (self.session_seconds, self.line_count):
            number.valueChanged.connect(self.changed)
        wheel = CalmWheel(self)
        for editor in (*self.labelled().values(), self._profile_box, self._codec_box):
            if isinstance(editor, QComboBox | QSpinBox):
                wheel.watch(editor)


def _written(editor: NamesEditor) -> dict[str, str]:
    """Return the pairs; for a name that stands there twice one that no check lets pass."""
    pairs = editor.pairs()
    return {"": ""} if pairs is None else pairs


def _choices(values: object) -> QComboBox:
    combo = QComboBox()
    for value in values:  # type: ignore[attr-defined]
        combo.addItem(str(value), str(value))
    return combo


def _number(least: int, most: int, step: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSingleStep(step)
    return spin
