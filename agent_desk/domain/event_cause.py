"""Why a call event happened; pure, any thread."""

from __future__ import annotations

from enum import StrEnum


class EventCause(StrEnum):
    """Why an event happened (ECMA-269 s. 12.2.15, the ones in use)."""

    NORMAL = "normal"
    NEW_CALL = "newCall"
    BUSY = "busy"
    BLOCKED = "blocked"
    NO_ANSWER = "noAnswer"
    DEST_NOT_OBTAINABLE = "destNotObtainable"
    CALL_CANCELLED = "callCancelled"
    ABANDONED = "abandoned"
    REDIRECTED = "redirected"
    CONSULTATION = "consultation"
    ALTERNATE = "alternate"
    TRANSFER = "transfer"
    SINGLE_STEP_TRANSFER = "singleStepTransfer"
    CONFERENCE = "conference"
    KEY_OPERATION = "keyOperation"
    NETWORK_SIGNAL = "networkSignal"
    DISTRIBUTED = "distributed"
