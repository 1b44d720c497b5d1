"""The four machines: INVITE and other requests, at the client and at the server; any thread.

Sources: RFC 3261 s. 17.1.1 (figure 5), 17.1.2 (figure 6), 17.2.1 (figure 7), 17.2.2 (figure 8),
with the state ACCEPTED of RFC 6026 s. 7. Events of a server are the requests that come in and the
responses that its user sends.
"""

from __future__ import annotations

from types import MappingProxyType

from telephony.sip.transaction.machine import Action, Event, State, Step, Table
from telephony.sip.transaction.timing import Timer

_S, _E, _T, _A = State, Event, Timer, Action
_GIVE_UP = Step(_S.TERMINATED, (_A.TELL_TIMEOUT,))
_BROKEN = Step(_S.TERMINATED, (_A.TELL_TRANSPORT_ERROR,))
_OVER = Step(_S.TERMINATED)
_ANSWERED = Step(_S.ACCEPTED, (_A.DELIVER,), (_T.M,))
_FAILED = Step(_S.COMPLETED, (_A.SEND_ACK, _A.DELIVER), (_T.D,))

INVITE_CLIENT = Table(
    name="INVITE client",
    begins_in=_S.CALLING,
    arms=(_T.A, _T.B),
    steps=MappingProxyType(
        {
            (_S.CALLING, _T.A): Step(_S.CALLING, (_A.SEND,), (_T.A,)),
            (_S.CALLING, _T.B): _GIVE_UP,
            (_S.CALLING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.DELIVER,)),
            (_S.CALLING, _E.SUCCESS): _ANSWERED,
            (_S.CALLING, _E.FAILURE): _FAILED,
            (_S.CALLING, _E.TRANSPORT_ERROR): _BROKEN,
            # No timer: ringing may take as long as it takes, unless it was cancelled (s. 9.1).
            (_S.PROCEEDING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.DELIVER,)),
            (_S.PROCEEDING, _E.SUCCESS): _ANSWERED,
            (_S.PROCEEDING, _E.FAILURE): _FAILED,
            (_S.PROCEEDING, _E.CANCEL): Step(_S.PROCEEDING, (), (_T.CANCELLED,)),
            (_S.PROCEEDING, _T.CANCELLED): _GIVE_UP,
            # s. 17.1.1.2: the ACK is sent again, the response is not delivered again.
            (_S.COMPLETED, _E.FAILURE): Step(_S.COMPLETED, (_A.SEND_ACK,)),
            (_S.COMPLETED, _E.TRANSPORT_ERROR): _BROKEN,
            (_S.COMPLETED, _T.D): _OVER,
            # RFC 6026 s. 7.2: every 2xx goes up, from the same or another branch of a fork.
            (_S.ACCEPTED, _E.SUCCESS): Step(_S.ACCEPTED, (_A.DELIVER,)),
            (_S.ACCEPTED, _T.M): _OVER,
        }
    ),
    lives=MappingProxyType(
        {
            _S.CALLING: frozenset({_T.A, _T.B}),
            _S.PROCEEDING: frozenset({_T.CANCELLED}),
            _S.COMPLETED: frozenset({_T.D}),
            _S.ACCEPTED: frozenset({_T.M}),
        }
    ),
)

_FINAL = Step(_S.COMPLETED, (_A.DELIVER,), (_T.K,))

REQUEST_CLIENT = Table(
    name="client",
    begins_in=_S.TRYING,
    arms=(_T.E, _T.F),
    steps=MappingProxyType(
        {
            (_S.TRYING, _T.E): Step(_S.TRYING, (_A.SEND,), (_T.E,)),
            (_S.TRYING, _T.F): _GIVE_UP,
            (_S.TRYING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.DELIVER,)),
            (_S.TRYING, _E.SUCCESS): _FINAL,
            (_S.TRYING, _E.FAILURE): _FINAL,
            (_S.TRYING, _E.TRANSPORT_ERROR): _BROKEN,
            (_S.PROCEEDING, _T.E): Step(_S.PROCEEDING, (_A.SEND,), (_T.E,)),
            (_S.PROCEEDING, _T.F): _GIVE_UP,
            (_S.PROCEEDING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.DELIVER,)),
            (_S.PROCEEDING, _E.SUCCESS): _FINAL,
            (_S.PROCEEDING, _E.FAILURE): _FINAL,
            (_S.PROCEEDING, _E.TRANSPORT_ERROR): _BROKEN,
            (_S.COMPLETED, _T.K): _OVER,
        }
    ),
    lives=MappingProxyType(
        {
            _S.TRYING: frozenset({_T.E, _T.F}),
            _S.PROCEEDING: frozenset({_T.E, _T.F}),
            _S.COMPLETED: frozenset({_T.K}),
        }
    ),
)

INVITE_SERVER = Table(
    name="INVITE server",
    begins_in=_S.PROCEEDING,
    arms=(_T.TRYING,),
    steps=MappingProxyType(
        {
            (_S.PROCEEDING, _T.TRYING): Step(_S.PROCEEDING, (_A.SEND_TRYING,)),
            (_S.PROCEEDING, _E.REQUEST): Step(_S.PROCEEDING, (_A.SEND,)),
            (_S.PROCEEDING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.SEND,)),
            (_S.PROCEEDING, _E.SUCCESS): Step(_S.ACCEPTED, (_A.SEND,), (_T.L,)),
            (_S.PROCEEDING, _E.FAILURE): Step(_S.COMPLETED, (_A.SEND,), (_T.G, _T.H)),
            (_S.PROCEEDING, _E.TRANSPORT_ERROR): Step(_S.PROCEEDING, (_A.TELL_TRANSPORT_ERROR,)),
            (_S.COMPLETED, _E.REQUEST): Step(_S.COMPLETED, (_A.SEND,)),
            (_S.COMPLETED, _T.G): Step(_S.COMPLETED, (_A.SEND,), (_T.G,)),
            (_S.COMPLETED, _T.H): _GIVE_UP,
            (_S.COMPLETED, _E.ACK): Step(_S.CONFIRMED, (), (_T.I,)),
            (_S.COMPLETED, _E.TRANSPORT_ERROR): Step(_S.COMPLETED, (_A.TELL_TRANSPORT_ERROR,)),
            (_S.CONFIRMED, _T.I): _OVER,
            # RFC 6026 s. 7.1: the TU sends the 2xx again, the transaction only absorbs INVITEs.
            (_S.ACCEPTED, _E.SUCCESS): Step(_S.ACCEPTED, (_A.SEND,)),
            (_S.ACCEPTED, _E.ACK): Step(_S.ACCEPTED, (_A.DELIVER,)),
            (_S.ACCEPTED, _E.TRANSPORT_ERROR): Step(_S.ACCEPTED, (_A.TELL_TRANSPORT_ERROR,)),
            (_S.ACCEPTED, _T.L): _OVER,
        }
    ),
    lives=MappingProxyType(
        {
            _S.PROCEEDING: frozenset({_T.TRYING}),
            _S.COMPLETED: frozenset({_T.G, _T.H}),
            _S.CONFIRMED: frozenset({_T.I}),
            _S.ACCEPTED: frozenset({_T.L}),
        }
    ),
)

_SENT = Step(_S.COMPLETED, (_A.SEND,), (_T.J,))

REQUEST_SERVER = Table(
    name="server",
    begins_in=_S.TRYING,
    arms=(),
    steps=MappingProxyType(
        {
            (_S.TRYING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.SEND,)),
            (_S.TRYING, _E.SUCCESS): _SENT,
            (_S.TRYING, _E.FAILURE): _SENT,
            (_S.PROCEEDING, _E.REQUEST): Step(_S.PROCEEDING, (_A.SEND,)),
            (_S.PROCEEDING, _E.PROVISIONAL): Step(_S.PROCEEDING, (_A.SEND,)),
            (_S.PROCEEDING, _E.SUCCESS): _SENT,
            (_S.PROCEEDING, _E.FAILURE): _SENT,
            (_S.PROCEEDING, _E.TRANSPORT_ERROR): _BROKEN,
            (_S.COMPLETED, _E.REQUEST): Step(_S.COMPLETED, (_A.SEND,)),
            (_S.COMPLETED, _E.TRANSPORT_ERROR): _BROKEN,
            (_S.COMPLETED, _T.J): _OVER,
        }
    ),
    lives=MappingProxyType({_S.COMPLETED: frozenset({_T.J})}),
)
