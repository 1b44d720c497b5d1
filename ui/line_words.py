"""What is said of a line: how its registration is, what is wrong and what to do; main thread."""

from __future__ import annotations

from agent_desk.domain.line_check import AccountTrouble, Finding, LineTrouble, StepNote
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from ui.language import tr
from ui.widgets.pill import PillKind

_KINDS: dict[RegistrationStatus, PillKind] = {
    RegistrationStatus.OFF: "neutral",
    RegistrationStatus.TRYING: "info",
    RegistrationStatus.REGISTERED: "success",
    RegistrationStatus.AWAY: "warning",
    RegistrationStatus.REFUSED: "danger",
}


def registration_kind(now: RegistrationChangedEvent) -> PillKind:
    """Return the colour of ``now``."""
    return _KINDS[now.status]


def registration_word(now: RegistrationChangedEvent) -> str:
    """Return ``now`` in one or two words, for a pill."""
    return tr(f"registration.{now.status}")


def registration_sentence(now: RegistrationChangedEvent, *, is_technical: bool = False) -> str:
    """Return what ``now`` means for the person at the desk, with the reason where there is one.

    is_technical: with the words of the system or the exchange, for whoever mends it.
    """
    sentence = tr(f"registration.{now.status}_sentence", account=now.account)
    if now.trouble is RegistrationTrouble.NONE:
        return sentence
    reason = trouble_sentence(now.trouble, now.detail if is_technical else "")
    return tr("registration.because", sentence=sentence, reason=reason)


def registration_reason(now: RegistrationChangedEvent) -> str:
    """Return the reason alone, and what ``now`` means where there is none: for little room."""
    is_well = now.trouble is RegistrationTrouble.NONE
    return registration_sentence(now) if is_well else trouble_sentence(now.trouble)


def trouble_sentence(trouble: LineTrouble, detail: str = "") -> str:
    """Return what is wrong; the exchange's or the system's own words follow where there are any."""
    said = tr(f"line_trouble.{trouble}")
    if trouble is AccountTrouble.FIELD:
        detail = tr(f"account.{detail}")
    return tr("line_trouble.says", said=said, detail=detail) if detail else said


def trouble_advice(trouble: LineTrouble) -> str:
    """Return what to do about it."""
    return tr(f"line_trouble.{trouble}.advice")


def finding_sentence(finding: Finding) -> str:
    """Return what a step of the check found, and what to do."""
    if finding.trouble is not None:
        said = trouble_sentence(finding.trouble, finding.detail)
        return tr("line_trouble.and_advice", said=said, advice=trouble_advice(finding.trouble))
    if finding.note is not StepNote.NONE:
        note = tr(f"line_check.note.{finding.note}")
        return f"{finding.detail} · {note}" if finding.detail else note
    return finding.detail
