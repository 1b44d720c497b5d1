"""The line's registration in words for people; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.ports.exchange_line import RegistrationListener
from telephony.listeners import Listeners
from telephony.network.errors import NetworkError
from telephony.phone.line_trouble import network_trouble, status_trouble
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.user_agent.news import RegistrationChanged

_log = logging.getLogger(__name__)

_T, _S = RegistrationTrouble, RegistrationStatus
_OF_STATE: Mapping[RegistrationState, RegistrationStatus] = MappingProxyType(
    {
        RegistrationState.IDLE: _S.OFF,
        RegistrationState.LEAVING: _S.OFF,
        RegistrationState.REGISTERING: _S.TRYING,
        RegistrationState.REGISTERED: _S.REGISTERED,
        RegistrationState.REFRESHING: _S.REGISTERED,
        RegistrationState.WAITING: _S.AWAY,
        RegistrationState.REFUSED: _S.REFUSED,
    }
)


class RegistrationWatch:
    """Tells how the registration is, whenever that changes.

    An exchange that does not answer a refresh is away although its registration is still in force:
    who calls the desk then hears nothing of it.
    """

    def __init__(self, *, account: str, now: Callable[[], datetime]) -> None:
        """``account``: address of record without its scheme."""
        self._account = account
        self._now = now
        self._listeners = Listeners[RegistrationChangedEvent]()
        self.state = self._event(_S.OFF)

    def subscribe(self, listener: RegistrationListener) -> Callable[[], None]:
        """Send every further change to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    def began(self) -> None:
        """The exchange is looked for, by the telephone itself: that alone ends no trouble."""
        if self.state.status is _S.OFF:
            self._tell(self._event(_S.TRYING))

    def asked(self) -> None:
        """The exchange is looked for because a person wants it."""
        if self.state.status is not _S.REGISTERED:
            self._tell(self._event(_S.TRYING))

    def off(self) -> None:
        """Nothing is asked for any more."""
        self._tell(self._event(_S.OFF))

    def unreached(self, why: NetworkError) -> None:
        """The exchange's server is not reached."""
        self._tell(self._event(_S.AWAY, network_trouble(why), str(why)))

    def changed(self, news: RegistrationChanged) -> None:
        """The exchange has answered, or has not."""
        status = _OF_STATE[news.state]
        if status in (_S.AWAY, _S.REFUSED):
            trouble = status_trouble(news.status)
            if trouble is _T.NO_ANSWER and self.state.status is _S.AWAY and self.state.detail:
                return  # the network has said why already, and more exactly
            self._tell(self._event(status, trouble, f"{news.status} {news.reason}".strip()))
        else:
            self._tell(self._event(status))

    def _event(
        self,
        status: RegistrationStatus,
        trouble: RegistrationTrouble = RegistrationTrouble.NONE,
        detail: str = "",
    ) -> RegistrationChangedEvent:
        return RegistrationChangedEvent(
            at=self._now(), account=self._account, status=status, trouble=trouble, detail=detail
        )

    def _tell(self, event: RegistrationChangedEvent) -> None:
        former, self.state = self.state, event
        told = (event.status, event.trouble, event.detail)
        if told == (former.status, former.trouble, former.detail):
            return
        _log.info("registration of %s: %s %s", event.account, event.status, event.detail)
        self._listeners.tell(event)
