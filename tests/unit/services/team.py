"""Plain agents and others beside a bench's desk, on the same database; on the test's event loop."""

from __future__ import annotations

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import Customer
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, InteractionId, new_uuid7
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.verification_rules import BUILT_IN_RULES, VerificationRules
from agent_desk.services.access import Access
from agent_desk.services.claims import Claims
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.verifications import Verifications
from agent_desk.services.work_orders import WorkOrders
from tests.unit.services.bench import WANG_NUMBER, Bench, Seen


class Teammate:
    """What one more person on the bench's database works with."""

    def __init__(
        self,
        bench: Bench,
        login: str,
        *roles: Role,
        rules: VerificationRules = BUILT_IN_RULES,
    ) -> None:
        """Sit down as ``login`` with ``roles``, an agent's when none is named."""
        self.login = AgentId(login)
        self._bench = bench
        person = Person(login=self.login, name=login, roles=frozenset(roles or {Role.AGENT}))
        self.bus, self.seen = EventBus(), Seen()
        self.bus.subscribe(object, self.seen.add)
        access = Access(person)
        self.commands = Commands(clock=bench.clock, agent_id=self.login, region="CN")
        self.orders = WorkOrders(
            storage=bench.storage,
            bus=self.bus,
            clock=bench.clock,
            access=access,
            commands=self.commands,
            rules=rules,
        )
        self.desk_id = DeskId(new_uuid7(bench.clock.now()))
        self.claims = Claims(
            storage=bench.storage, bus=self.bus, access=access, desk_id=self.desk_id
        )
        self.verifications = Verifications(
            storage=bench.storage,
            bus=self.bus,
            access=access,
            claims=self.claims,
            opened_at=bench.clock.now(),
        )

    def call(
        self,
        customer: Customer,
        *,
        answered: bool = True,
        direction: CallDirection = CallDirection.OUTBOUND,
    ) -> Interaction:
        """Return the record of a call with ``customer`` that goes on now."""
        now = self._bench.clock.now()
        return Interaction(
            id=InteractionId(new_uuid7(now)),
            call_id=CallId(new_uuid7(now)),
            agent_id=self.login,
            direction=direction,
            number=WANG_NUMBER,
            began_at=now,
            outcome=InteractionOutcome.TALKING,
            customer_id=customer.id,
            answered_at=now if answered else None,
        )
