"""Settings of one desk: a TOML file, checked field by field; read at start, on any thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agent_desk.domain.errors import ConfigurationError, DatabaseUnavailableError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.sip_account import SipAccount

APP_NAME = "agent-desk"

LANGUAGES = ("system", "en", "zh")
THEMES = ("system", "light", "dark")
RECORDING_FORMATS = ("opus", "wav")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person can set.

    language, theme: "system" follows the computer. scale_percent: 100 to 200.
    region: ISO 3166-1 code in which numbers are read. agent_id, agent_name: who sits here.
    wrap_up_seconds: limit of after-call work, 0 for none. ring_volume_percent, ring_silent: tone.
    microphone, speaker, ringer: the system's ids of the devices for calls and for the ring, "" for
    its own choice; with _name: what they are called while they are away.
    call_waiting_tone: a soft tone in the headset while another call rings beside one that talks.
    raise_on_ring: bring the window to the front when it rings. repeat_window_days: how long a
    further call counts as a repeat. database: path of the SQLite file, "" for the usual place, or
    postgresql://host/name of a shared server, never with a password. login: who signed in there
    last. keep_cards: customers' cards may be kept on this machine for when the server is away.
    offline_days: how long after a sign-in the desk opens without its server, 0 for never.
    verify_from, verify_until: whole hours of a customer's day in which they are called back.
    verify_calendar: id of the calendar whose closed days are skipped, "" for none. absence_days:
    working days after which an absent owner's verification is the team's. reminder_hours: least
    pause between two reminders of one order. reminders: most of them.
    attachment_folder: where the bytes of attachments go, "" for the database.
    scenario: name or path of the simulated floor. speed: simulated seconds per second, 1 to 60.
    sip: the line at a real exchange; calls are simulated until it is set. recording_folder: where
    recordings go, "" for the usual place. recording_format: wav or opus.
    """

    language: str = "system"
    theme: str = "system"
    scale_percent: int = 100
    region: str = "CN"
    agent_id: str = "agent017"
    agent_name: str = "Li Ming 李明"
    wrap_up_seconds: int = 60
    ring_volume_percent: int = 60
    ring_silent: bool = False
    call_waiting_tone: bool = True
    raise_on_ring: bool = False
    microphone: str = ""
    microphone_name: str = ""
    speaker: str = ""
    speaker_name: str = ""
    ringer: str = ""
    ringer_name: str = ""
    repeat_window_days: int = 7
    database: str = ""
    login: str = ""
    keep_cards: bool = True
    offline_days: int = 14
    verify_from: int = 9
    verify_until: int = 20
    verify_calendar: str = ""
    absence_days: int = 1
    reminder_hours: int = 24
    reminders: int = 3
    attachment_folder: str = ""
    scenario: str = "demo"
    speed: float = 1.0
    sip: SipAccount = field(default_factory=SipAccount)
    recording_folder: str = ""
    recording_format: str = "opus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a desk keeps its files.

    cache: customers' cards. offline: who may open the desk without its server. recordings: of
    calls, unless the settings name another folder. dialled: numbers for redial.
    """

    settings: Path
    database: Path
    journal: Path
    cache: Path
    offline: Path
    dialled: Path
    log: Path
    layout: Path
    recordings: Path


_Reader = Callable[[Fields, str, Any], Any]


def _choice(options: tuple[str, ...]) -> _Reader:
    return lambda fields, key, default: fields.choice(key, options, default)


def _integer(least: int, most: int) -> _Reader:
    return lambda fields, key, default: fields.integer(key, default, least=least, most=most)


def _number(least: float, most: float) -> _Reader:
    return lambda fields, key, default: fields.number(key, default, least=least, most=most)


def _text(fields: Fields, key: str, default: Any) -> str:
    return fields.text(key, default)


def _boolean(fields: Fields, key: str, default: Any) -> bool:
    return fields.boolean(key, default)


def _region(fields: Fields, key: str, default: Any) -> str:
    value = fields.text(key, default)
    if value == default:
        return value
    from agent_desk.domain.identifiers import known_regions

    return fields.choice(key, sorted(known_regions()), default)


def _account(fields: Fields, key: str, default: Any) -> SipAccount:
    table = fields.table(key)
    if not fields.has(key):
        # The first paint of a desk without an account comes sooner without the checks of one.
        return SipAccount()
    from agent_desk.domain.sip_account_file import account_from

    return account_from(table)


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        "language": _choice(LANGUAGES),
        "theme": _choice(THEMES),
        "scale_percent": _integer(100, 200),
        "region": _region,
        "agent_id": _text,
        "agent_name": _text,
        "wrap_up_seconds": _integer(0, 3600),
        "ring_volume_percent": _integer(0, 100),
        "ring_silent": _boolean,
        "call_waiting_tone": _boolean,
        "raise_on_ring": _boolean,
        "microphone": _text,
        "microphone_name": _text,
        "speaker": _text,
        "speaker_name": _text,
        "ringer": _text,
        "ringer_name": _text,
        "repeat_window_days": _integer(1, 90),
        "database": _text,
        "login": _text,
        "keep_cards": _boolean,
        "offline_days": _integer(0, 90),
        "verify_from": _integer(6, 12),
        "verify_until": _integer(13, 22),
        "verify_calendar": _text,
        "absence_days": _integer(1, 10),
        "reminder_hours": _integer(1, 240),
        "reminders": _integer(1, 20),
        "attachment_folder": _text,
        "scenario": _text,
        "speed": _number(1, 60),
        "sip": _account,
        "recording_folder": _text,
        "recording_format": _choice(RECORDING_FORMATS),
    }
)


def settings_from(table: Mapping[str, Any], *, file: str) -> Settings:
    """Return the settings of ``table``; raises ConfigurationError naming the field."""
    fields = Fields(table, file=file)
    defaults = Settings()
    values = {key: reader(fields, key, getattr(defaults, key)) for key, reader in _READERS.items()}
    fields.finish()
    return Settings(**values)


def load_settings(path: Path) -> Settings:
    """Return the settings in ``path``; the defaults when there is no such file."""
    if not path.exists():
        return Settings()
    return settings_from(read_toml(path), file=path.name)


def save_settings(path: Path, settings: Settings) -> None:
    """Write ``settings`` so that a crash leaves the old file or the new one, never half of it.

    Raises ConfigurationError when the place cannot be written.
    """
    import tomli_w

    from agent_desk.domain.sip_account_file import account_table

    values = {name: getattr(settings, name) for name in _READERS if name != "sip"}
    account = account_table(settings.sip)
    text = tomli_w.dumps({**values, "sip": account} if account else values)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        accepted = f"a place that can be written ({error.strerror})"
        raise ConfigurationError(
            file=path.name, field="file", value=str(path), accepted=accepted
        ) from error


def usual_places(*, name: str = APP_NAME, base: Path | None = None) -> Places:
    """Return where the system wants a program's files, or everything below ``base``."""
    if base is not None:
        return _places(base, base, base)
    import platformdirs

    return _places(
        Path(platformdirs.user_config_dir(name, appauthor=False)),
        Path(platformdirs.user_data_dir(name, appauthor=False)),
        Path(platformdirs.user_log_dir(name, appauthor=False)),
    )


def make_database_folder(places: Places) -> None:
    """Make the usual folder of the database on a machine that never had one.

    Raises DatabaseUnavailableError when the system refuses. A folder that a person chose is never
    made: a typo in its name shall be said.
    """
    try:
        places.database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailableError(path=str(places.database), reason=str(error)) from error


def _places(config: Path, data: Path, log: Path) -> Places:
    return Places(
        settings=config / "settings.toml",
        database=data / "agent-desk.sqlite",
        journal=data / "journal.sqlite",
        cache=data / "cards.sqlite",
        offline=data / "offline.json",
        dialled=data / "dialled.json",
        log=log / "agent-desk.log",
        layout=config / "layout.toml",
        recordings=data / "recordings",
    )
