"""The language on screen: looks texts up by key and switches while running; main thread."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from agent_desk.domain.errors import AgentDeskError
from ui import texts

logger = logging.getLogger(__name__)

FIRST_AREAS: Final = ("agent_state", "call_bar", "domain", "search", "shell")
"""All that the first paint says: the other areas are read when one of their texts is wanted."""


class Language(StrEnum):
    """A language that every text exists in."""

    EN = "en"
    ZH = "zh"


_STATE_AREAS = (
    *("call_state", "agent_state", "ticket_state", "work_order_state", "claim_state"),
    "call_service",
)


class _Current:
    """The chosen language, Qt's own translator for it, and the keys complained about."""

    def __init__(self) -> None:
        self.language = Language.EN
        self.translator: QTranslator | None = None
        self.missing: set[str] = set()


_current = _Current()


def current_language() -> Language:
    """Return the language on screen."""
    return _current.language


def set_language(language: Language) -> None:
    """Switch to ``language``; every widget then gets QEvent.LanguageChange."""
    _current.language = language
    QLocale.setDefault(QLocale("zh_CN" if language is Language.ZH else "en_GB"))
    _install_translator("zh_CN" if language is Language.ZH else "en")


def _install_translator(locale: str) -> None:
    application = QCoreApplication.instance()
    if application is None:
        return
    if _current.translator is not None:
        application.removeTranslator(_current.translator)
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(f"qtbase_{locale}", folder):
        logger.info("Qt has no translation %s in %s; its own dialogs stay English", locale, folder)
    # An empty translator still makes Qt send LanguageChange, which the panels wait for.
    application.installTranslator(translator)
    _current.translator = translator


def tr(key: str, /, **values: object) -> str:
    """Return the text of ``key`` in the current language, placeholders filled by ``values``.

    ``count`` also picks between "one|other". An unknown key is logged and returned as it is.
    """
    return text_in(_current.language, key, **values)


def text_in(language: Language, key: str, /, **values: object) -> str:
    """Return the text of ``key`` in ``language``; see `tr`."""
    pair = _first_texts().get(key) or catalogue().get(key)
    if pair is None:
        _complain(key)
        return key
    text = pair[1] if language is Language.ZH else pair[0]
    if "count" in values and "|" in text:
        one, other = text.split("|", 1)
        text = one if values["count"] == 1 else other
    return text.format(**values) if values else text


def in_all_languages(key: str, /, **values: object) -> tuple[str, ...]:
    """Return the text of ``key`` in every language, for widths that must not jump."""
    return tuple(text_in(language, key, **values) for language in Language)


def in_current_language(english: str, chinese: str) -> str:
    """Return whichever of a record's two names the screen speaks; English where the other lacks."""
    return chinese if chinese and _current.language is Language.ZH else english


def has_text(key: str) -> bool:
    """Return whether the catalogues know ``key``."""
    return key in _first_texts() or key in catalogue()


def error_text(error: AgentDeskError) -> str:
    """Return what ``error`` says, in the current language."""
    key = f"error.{error.code}"
    if not has_text(key):
        return str(error)
    details = {name: _detail(name, value) for name, value in error.details.items()}
    return tr(key, **details)


def _detail(name: str, value: object) -> str:
    text = str(value)
    if name == "field" and has_text(f"field.{text}"):
        return tr(f"field.{text}")
    if name in ("state", "target"):
        return _state_word(text)
    if name == "allowed":
        return tr("list.separator").join(_state_word(word) for word in text.split(", "))
    if name == "next_at" and text:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    if name == "role":
        return tr("list.separator").join(_role_word(word) for word in text.split(", "))
    if name == "action" and has_text(f"right.{text.upper().replace(' ', '_')}"):
        return tr(f"right.{text.upper().replace(' ', '_')}")
    if name == "service" and has_text(f"call_service.{text}"):
        return tr(f"call_service.{text}")
    return phrase(text)


def _state_word(word: str) -> str:
    """Return the screen's word for a state or service that an error names by its code."""
    for area in _STATE_AREAS:
        if has_text(f"{area}.{word}"):
            return tr(f"{area}.{word}")
    return phrase(word)


def phrase(english: str) -> str:
    """Return what the layers below say in English, in the language on screen."""
    if _current.language is not Language.ZH:
        return english
    # Read when there is an error to tell.
    from ui.texts.phrases import in_chinese

    return in_chinese(english)


def _role_word(word: str) -> str:
    """Return the screen's word for a role; a login, which an error may name too, stays."""
    return tr(f"role.{word}") if has_text(f"role.{word}") else word


def _complain(key: str) -> None:
    if key not in _current.missing:
        _current.missing.add(key)
        logger.warning("no text for %r in ui/texts", key)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every text of `ui.texts`: key to (English, 中文); ValueError for a key given twice."""
    import pkgutil

    return _merged(module.name for module in pkgutil.iter_modules(texts.__path__))


@lru_cache(maxsize=1)
def _first_texts() -> Mapping[str, tuple[str, str]]:
    return _merged(FIRST_AREAS)


def _merged(areas: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    for name in areas:
        area = importlib.import_module(f"{texts.__name__}.{name}")
        found: Mapping[str, tuple[str, str]] = getattr(area, "TEXTS", {})
        twice = merged.keys() & found.keys()
        if twice:
            raise ValueError(f"ui/texts/{name}.py repeats {sorted(twice)}")
        merged.update(found)
    return merged


def resolve_language(setting: str) -> Language:
    """Return the language that a setting means; "system" follows the computer."""
    if setting in tuple(Language):
        return Language(setting)
    chinese = QLocale.system().language() == QLocale.Language.Chinese
    return Language.ZH if chinese else Language.EN
