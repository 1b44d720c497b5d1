"""All transactions of one telephone (RFC 3261 s. 17): messages and times in, outputs out.

Runs on any one thread. Messages have passed `telephony.sip.message.syntax`.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from itertools import count

from telephony.sip.errors import DialogError
from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.key import (
    ClientKey,
    MergeKey,
    ServerKey,
    cancelled_key,
    client_key,
    merge_key,
    server_key,
)
from telephony.sip.transaction.output import Ended, Output, RequestArrived, Transmit
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.transaction.transaction import (
    ClientTransaction,
    ServerTransaction,
    Transaction,
)

MOST_SERVER_TRANSACTIONS = 20_000
"""A flood beyond this is answered with 503 and remembered no further (RFC 3261 s. 21.5.4)."""

RETRY_AFTER_SECONDS = 10


class TransactionLayer:
    """Finds the transaction of each message, keeps the timers, and collects what is to be done."""

    def __init__(
        self, *, timings: Timings = DEFAULT_TIMINGS, most: int = MOST_SERVER_TRANSACTIONS
    ) -> None:
        """Begin without transactions; at most ``most`` of peers are kept at once."""
        self._timings = timings
        self._most = most
        self._clients: dict[ClientKey, ClientTransaction] = {}
        self._servers: dict[ServerKey, ServerTransaction] = {}
        self._merges: dict[MergeKey, ServerKey] = {}
        self._outputs: list[Output] = []
        self._alarms: list[tuple[float, int, Transaction]] = []
        self._numbers = count()

    def take_outputs(self) -> list[Output]:
        """Return what is to be done, in order, and forget it."""
        outputs, self._outputs = self._outputs, []
        return outputs

    @property
    def deadline(self) -> float | None:
        """When `handle_time` is wanted next, at the latest; None when no timer runs."""
        return self._alarms[0][0] if self._alarms else None

    @property
    def open_transactions(self) -> int:
        """How many transactions have not ended."""
        return len(self._clients) + len(self._servers)

    def send_request(self, request: Request, hop: Hop, now: float) -> ClientKey:
        """Send a request whose top Via has a new branch; its responses come under the key."""
        key = ClientKey(request.top_via.branch or "", request.method)
        transaction = ClientTransaction(key=key, request=request, hop=hop, timings=self._timings)
        self._clients[key] = transaction
        self._settle(transaction, transaction.start(now))
        return key

    def send_ack(self, ack: Request, hop: Hop) -> None:
        """Send the ACK of a 2xx, which belongs to no transaction (RFC 3261 s. 13.2.2.4)."""
        self._outputs.append(Transmit(ack, hop))

    def cancelled(self, key: ClientKey, now: float) -> None:
        """Note that the INVITE of ``key`` was cancelled."""
        if transaction := self._clients.get(key):
            self._settle(transaction, transaction.cancelled(now))

    def respond(self, key: ServerKey, response: Response, now: float) -> None:
        """Answer a request; raises DialogError when its transaction has ended."""
        transaction = self._servers.get(key)
        if transaction is None:
            raise DialogError(f"the transaction of this {response.cseq.method} has ended")
        self._settle(transaction, transaction.respond(response, now))

    def has_server(self, key: ServerKey) -> bool:
        """Return whether a request can still be answered."""
        return key in self._servers

    def receive(self, message: AnyMessage, hop: Hop, now: float) -> None:
        """Take a message; a response that belongs to nothing is dropped (RFC 6026 s. 7.2)."""
        if isinstance(message, Response):
            if client := self._clients.get(client_key(message)):
                self._settle(client, client.receive(message, hop, now))
            return
        key = server_key(message)
        server = self._server_of(message, key)
        if server is not None:
            self._settle(server, server.receive(message, hop, now))
        elif message.method == "ACK":
            self._outputs.append(RequestArrived(message, hop, None))
        else:
            self._take_new(message, key, hop, now)

    def transport_failed(self, hop: Hop, now: float) -> None:
        """Tell every transaction that waits for ``hop`` that it is gone."""
        waiting: list[Transaction] = [*self._clients.values(), *self._servers.values()]
        for transaction in waiting:
            if transaction.hop == hop:
                self._settle(transaction, transaction.transport_failed(now))

    def handle_time(self, now: float) -> None:
        """Let every timer go off that is due by ``now``."""
        while self._alarms and self._alarms[0][0] <= now:
            _, _, transaction = heapq.heappop(self._alarms)
            transaction.alarm = None
            if not transaction.machine.is_over:
                self._settle(transaction, transaction.handle_time(now))

    def _server_of(self, request: Request, key: ServerKey) -> ServerTransaction | None:
        server = self._servers.get(key)
        if server is None or request.method != "ACK" or request.top_via.has_transaction_id:
            return server
        # RFC 3261 s. 17.2.3: without a branch an ACK must also name the tag of the response.
        sent = server.response
        tag = None if sent is None else sent.to_address.tag
        return server if request.to_address.tag == tag else None

    def _take_new(self, request: Request, key: ServerKey, hop: Hop, now: float) -> None:
        if len(self._servers) >= self._most:
            retry = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
            self._outputs.append(Transmit(reply(request, 503, headers=retry), hop))
            return
        transaction = ServerTransaction(key=key, request=request, hop=hop, timings=self._timings)
        transaction.start(now)
        self._servers[key] = transaction
        merge = merge_key(request) if request.method != "CANCEL" else None
        transaction.merge = merge
        if merge is not None and self._merges.setdefault(merge, key) != key:
            # RFC 3261 s. 8.2.2.2: the same request has come on another way already.
            self._settle(transaction, transaction.respond(reply(request, 482), now))
            return
        cancels = cancelled_key(request) if request.method == "CANCEL" else None
        known = cancels if cancels in self._servers else None
        self._settle(transaction, (RequestArrived(request, hop, key, known),))

    def _settle(self, transaction: Transaction, outputs: Iterable[Output]) -> None:
        """Collect what a transaction did, and set its alarm or forget it."""
        self._outputs.extend(outputs)
        machine = transaction.machine
        if machine.is_over:
            self._forget(transaction)
        elif (at := machine.deadline) is not None and at < (transaction.alarm or math.inf):
            # A later time needs no alarm of its own: the earlier one finds nothing due and looks.
            transaction.alarm = at
            heapq.heappush(self._alarms, (at, next(self._numbers), transaction))

    def _forget(self, transaction: Transaction) -> None:
        if isinstance(transaction, ClientTransaction):
            self._clients.pop(transaction.key, None)
            self._outputs.append(Ended(transaction.key))
            return
        self._servers.pop(transaction.key, None)
        merge = transaction.merge
        if merge is not None and self._merges.get(merge) == transaction.key:
            del self._merges[merge]
