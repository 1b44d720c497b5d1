"""What every implementation of ``ports.storage.Storage`` does.

A subclass named ``Test...`` gives the fixture ``storage``: open, empty but for the catalogue, for
a desk in China (calling code 86).
"""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from datetime import date, timedelta

import pytest

from agent_desk.domain.call import CallDirection
from agent_desk.domain.command import AppliedCommand
from agent_desk.domain.customer import (
    TICKET_CONFIRMED,
    ContactPoint,
    Customer,
    CustomerChanges,
    SearchHit,
    SearchKind,
    Tier,
    TimelineKind,
)
from agent_desk.domain.errors import (
    ClosingGateError,
    DatabaseTimeoutError,
    NotFoundError,
    StaleVersionError,
    StorageError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CommandId,
    ContactPointId,
    CustomerId,
    DepartmentId,
    InteractionId,
    PhoneNumber,
    QueueId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.interaction import Disposition, InteractionOutcome
from agent_desk.domain.matching import MAX_CANDIDATES, CallerHit, HitKind
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.ports.storage import MAX_PAGE, Storage, UnitOfWork
from tests.contracts.storage_samples import (
    AGENT,
    NOW,
    a_call,
    a_company_id,
    a_customer,
    a_full_customer,
    a_note,
    a_point,
    a_raw_point,
    a_ticket,
    an_address,
    an_event,
    an_order,
    days_ago,
    fresh_id,
    number,
)

MOBILE = "138 0013 8000"


async def add(storage: Storage, customer: Customer, *points: ContactPoint) -> Customer:
    await storage.write(lambda unit: unit.customers.add(customer, points))
    return customer


async def hits(storage: Storage, called: PhoneNumber | None, suffix: str) -> list[CallerHit]:
    return list(await storage.read(lambda unit: unit.customers.find_callers(called, suffix)))


async def search(storage: Storage, query: str) -> list[SearchHit]:
    return list(await storage.read(lambda unit: unit.customers.search(query)))


async def titles(storage: Storage, query: str) -> list[str]:
    return [hit.title for hit in await search(storage, query)]


async def a_category(storage: Storage, index: int = 1) -> CategoryId:
    return (await storage.read(lambda unit: unit.catalogue.categories()))[index].id


async def a_department(storage: Storage) -> DepartmentId:
    return (await storage.read(lambda unit: unit.catalogue.departments()))[0].id


async def add_ticket(storage: Storage, customer: Customer, **fields: object) -> Ticket:
    category = await a_category(storage)

    def work(unit: UnitOfWork) -> Ticket:
        ticket = a_ticket(customer, category, unit.tickets.next_number(), **fields)
        unit.tickets.add(ticket)
        return ticket

    return await storage.write(work)


def applied_command() -> AppliedCommand:
    return AppliedCommand(
        id=CommandId(fresh_id()),
        kind="AddNote",
        actor=AGENT,
        at=NOW,
        applied_at=NOW,
        result={"id": fresh_id(), "version": 1},
    )


async def add_order(storage: Storage, ticket: Ticket, **fields: object) -> WorkOrder:
    def work(unit: UnitOfWork) -> WorkOrder:
        order = an_order(ticket, unit.orders.next_number(), **fields)
        unit.orders.add(order)
        return order

    return await storage.write(work)


class CustomerContract:
    async def test_a_customer_comes_back_as_stored(self, storage: Storage) -> None:
        company = a_company_id()
        await storage.write(lambda unit: unit.customers.add_company(company, "Beijing Pumps"))
        stored = dataclasses.replace(
            a_full_customer(), company_id=company, company_name="Beijing Pumps"
        )
        await add(storage, stored)

        assert await storage.read(lambda unit: unit.customers.get(stored.id)) == stored

    async def test_pinyin_is_filled_in(self, storage: Storage) -> None:
        customer = await add(storage, a_customer("曾丽 Li"))

        found = await storage.read(lambda unit: unit.customers.get(customer.id))

        assert found.pinyin == "zeng li"

    async def test_an_unknown_customer_is_not_found(self, storage: Storage) -> None:
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.customers.get(CustomerId(fresh_id())))
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.customers.card(CustomerId(fresh_id()), now=NOW))

    async def test_a_company_is_found_by_its_exact_name(self, storage: Storage) -> None:
        company = a_company_id()
        await storage.write(lambda unit: unit.customers.add_company(company, "Pumps", "Bonn"))

        assert await storage.read(lambda unit: unit.customers.company_named("Pumps")) == company
        assert await storage.read(lambda unit: unit.customers.company_named("pump")) is None

    async def test_a_change_saves_every_field_and_counts_the_version(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer())
        company = a_company_id()
        changes = CustomerChanges(
            id=customer.id,
            version=1,
            name="李娜",
            company="New",
            city="Bonn",
            address="Markt 1",
            language="de",
            tier=Tier.VIP,
            verified=True,
        )

        def work(unit: UnitOfWork) -> Customer:
            unit.customers.add_company(company, "New")
            unit.customers.change(changes, company, "")
            return unit.customers.get(customer.id)

        assert await storage.write(work) == dataclasses.replace(
            customer,
            name="李娜",
            pinyin="li na",
            company_id=company,
            company_name="New",
            city="Bonn",
            address="Markt 1",
            language="de",
            tier=Tier.VIP,
            verified=True,
            version=2,
        )

    async def test_a_stale_change_is_refused_and_changes_nothing(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        first = CustomerChanges(id=customer.id, version=1, name="First")
        second = CustomerChanges(id=customer.id, version=1, name="Second")
        await storage.write(lambda unit: unit.customers.change(first, None, ""))

        with pytest.raises(StaleVersionError) as refused:
            await storage.write(lambda unit: unit.customers.change(second, None, ""))

        assert refused.value.details["mine"] == 1
        assert refused.value.details["theirs"] == 2
        assert (await storage.read(lambda unit: unit.customers.get(customer.id))).name == "First"

    async def test_a_change_of_an_unknown_customer_is_not_found(self, storage: Storage) -> None:
        changes = CustomerChanges(id=CustomerId(fresh_id()), version=1, name="Nobody")

        with pytest.raises(NotFoundError):
            await storage.write(lambda unit: unit.customers.change(changes, None, ""))

    async def test_the_same_contact_point_twice_changes_nothing(self, storage: Storage) -> None:
        customer = a_customer()
        point = a_point(customer, MOBILE, label="mobile", is_primary=True)
        await add(storage, customer, point)
        again = dataclasses.replace(point, id=ContactPointId(fresh_id()), label="other")

        await storage.write(lambda unit: unit.customers.add_contact_point(again))

        card = await storage.read(lambda unit: unit.customers.card(customer.id, now=NOW))
        assert card.contact_points == (point,)


class CallerContract:
    async def test_an_exact_number_finds_its_customer(self, storage: Storage) -> None:
        company = a_company_id()
        await storage.write(lambda unit: unit.customers.add_company(company, "Pumps"))
        customer = a_customer("Ann", tier=Tier.VIP, city="Bonn", company_id=company)
        await add(storage, customer, a_point(customer, MOBILE, is_primary=True))
        called = number(MOBILE)

        assert await hits(storage, called, called.suffix) == [
            CallerHit(
                customer_id=customer.id,
                name="Ann",
                company_name="Pumps",
                city="Bonn",
                tier=Tier.VIP,
                kind=HitKind.EXACT,
                is_primary=True,
            )
        ]

    async def test_a_shared_number_finds_everyone_and_never_too_many(
        self, storage: Storage
    ) -> None:
        for index in range(2 * MAX_CANDIDATES + 5):
            customer = a_customer(f"Extension {index}")
            await add(storage, customer, a_point(customer, "010 6552 9988"))
        called = number("010 6552 9988")

        found = await hits(storage, called, called.suffix)

        assert len({hit.customer_id for hit in found}) == 2 * MAX_CANDIDATES
        assert {hit.kind for hit in found} == {HitKind.EXACT}

    async def test_a_mangled_number_is_found_by_its_last_digits(self, storage: Storage) -> None:
        customer = a_customer()
        await add(storage, customer, a_point(customer, MOBILE))

        found = await hits(storage, None, "800138000")

        assert [(hit.customer_id, hit.kind) for hit in found] == [(customer.id, HitKind.SUFFIX)]

    @pytest.mark.parametrize("suffix", ["65529988", "5529988"])
    async def test_a_local_number_without_its_area_code_is_found(
        self, storage: Storage, suffix: str
    ) -> None:
        customer = a_customer()
        await add(storage, customer, a_point(customer, "010 6552 9988"))

        assert [hit.customer_id for hit in await hits(storage, None, suffix)] == [customer.id]

    @pytest.mark.parametrize("stored", ["65529988", "5529988"])
    async def test_a_number_stored_without_its_area_code_is_found(
        self, storage: Storage, stored: str
    ) -> None:
        customer = a_customer()
        await add(storage, customer, a_raw_point(customer, stored, stored))
        called = number("010 6552 9988")

        found = await hits(storage, called, called.suffix)

        assert [(hit.customer_id, hit.kind) for hit in found] == [(customer.id, HitKind.SUFFIX)]

    @pytest.mark.parametrize("suffix", ["", "0", "138000", "999999999", "900138000"])
    async def test_a_foreign_or_too_short_number_matches_nobody(
        self, storage: Storage, suffix: str
    ) -> None:
        customer = a_customer()
        await add(
            storage, customer, a_point(customer, MOBILE), an_address(customer, "ann@example.org")
        )
        await storage.write(lambda unit: unit.customers.add_note(a_note(customer, "room 138000")))

        assert await hits(storage, None, suffix) == []

    async def test_a_number_in_a_note_is_found(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        note = a_note(customer, "His wife calls from +49 (0)228 / 123-4567.")
        await storage.write(lambda unit: unit.customers.add_note(note))
        called = number("+49 228 1234567")

        found = await hits(storage, called, called.suffix)

        assert [(hit.customer_id, hit.kind) for hit in found] == [(customer.id, HitKind.NOTE)]

    async def test_an_exact_number_hides_those_that_only_look_alike(self, storage: Storage) -> None:
        exact, alike = a_customer("Exact"), a_customer("Alike")
        await add(storage, exact, a_point(exact, MOBILE))
        await add(storage, alike, a_raw_point(alike, "9-800138000", "800138000"))
        called = number(MOBILE)

        assert [hit.name for hit in await hits(storage, called, called.suffix)] == ["Exact"]

    async def test_the_newest_open_ticket_and_order_are_named(self, storage: Storage) -> None:
        customer = a_customer()
        await add(storage, customer, a_point(customer, MOBILE))
        await add_ticket(storage, customer)
        newest = await add_ticket(storage, customer)
        await add_ticket(storage, customer, state=TicketState.RESOLVED)
        order = await add_order(storage, newest)
        await add_order(storage, newest, state=WorkOrderState.CANCELLED)
        called = number(MOBILE)

        (hit,) = await hits(storage, called, called.suffix)

        assert (hit.open_ticket, hit.open_order) == (newest.number, order.number)

    async def test_the_last_calls_with_this_number_are_told(self, storage: Storage) -> None:
        customer = a_customer()
        await add(storage, customer, a_point(customer, MOBILE))
        outbound = {"direction": CallDirection.OUTBOUND}

        def work(unit: UnitOfWork) -> None:
            for days in (3, 1):
                unit.interactions.save(a_call(customer, began_at=days_ago(days)))
                unit.interactions.save(a_call(customer, began_at=days_ago(days + 1), **outbound))
            unit.interactions.save(a_call(customer, number="+861065529988", began_at=NOW))
            unit.interactions.save(a_call(None, began_at=NOW))

        await storage.write(work)
        called = number(MOBILE)

        (hit,) = await hits(storage, called, called.suffix)

        assert (hit.called_at, hit.we_called_at) == (days_ago(1), days_ago(2))


class CardContract:
    async def test_the_card_shows_everything_at_once(self, storage: Storage) -> None:
        customer = a_full_customer()
        second = a_point(customer, "010 6552 9988", label="office")
        primary = a_point(customer, MOBILE, label="mobile", is_primary=True)
        address = an_address(customer, "wang@example.cn")
        await add(storage, customer, second, address, primary)
        ticket = await add_ticket(storage, customer, state=TicketState.PENDING)
        await add_ticket(storage, customer, state=TicketState.CLOSED)
        department = await a_department(storage)
        order = await add_order(storage, ticket, department_id=department)
        pinned = a_note(customer, "Deaf in one ear", at=days_ago(400), pinned=True)
        plain = a_note(customer, "Prefers mornings")

        def work(unit: UnitOfWork) -> None:
            unit.customers.add_note(plain)
            unit.customers.add_note(pinned)
            unit.interactions.save(a_call(customer, began_at=days_ago(89)))
            unit.interactions.save(a_call(customer, began_at=days_ago(91)))

        await storage.write(work)
        card = await storage.read(lambda unit: unit.customers.card(customer.id, now=NOW, rows=3))

        assert card.customer == customer
        assert card.contact_points == (primary, second, address)
        assert card.notes == (pinned, plain)
        assert [(open_.id, open_.number, open_.state) for open_ in card.open_tickets] == [
            (ticket.id, ticket.number, "PENDING")
        ]
        assert card.open_tickets[0].category == "Question about an invoice"
        assert [(open_.id, open_.ticket_id, open_.department) for open_ in card.open_orders] == [
            (order.id, ticket.id, "Field service")
        ]
        assert card.calls_90_days == 1
        assert card.timeline_total == 7
        assert len(card.timeline) == 3

    async def test_an_empty_card_has_nothing(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())

        card = await storage.read(lambda unit: unit.customers.card(customer.id, now=NOW))

        assert (card.timeline, card.timeline_total, card.calls_90_days) == ((), 0, 0)
        assert (card.contact_points, card.open_tickets, card.open_orders) == ((), (), ())

    async def test_the_timeline_is_one_order_over_all_kinds(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer, opened_at=days_ago(2), subject="Broken")
        order = await add_order(storage, ticket, raised_at=days_ago(1))
        note = a_note(customer, "Hello", at=days_ago(4))
        call = a_call(
            customer,
            began_at=days_ago(3),
            answered_at=days_ago(3) + timedelta(seconds=5),
            ended_at=days_ago(3) + timedelta(seconds=65.25),
            outcome=InteractionOutcome.ANSWERED,
            disposition=Disposition.RESOLVED,
            reason="billing",
        )

        def work(unit: UnitOfWork) -> None:
            unit.customers.add_note(note)
            unit.interactions.save(call)
            unit.interactions.save(a_call(None))

        await storage.write(work)
        entries = await storage.read(lambda unit: unit.customers.timeline(customer.id))

        assert [(entry.kind, entry.id, entry.subject) for entry in entries] == [
            (TimelineKind.ORDER, order.id, "Visit"),
            (TimelineKind.TICKET, ticket.id, "Broken"),
            (TimelineKind.CALL, call.id, "billing"),
            (TimelineKind.NOTE, note.id, "Hello"),
        ]
        assert [entry.number for entry in entries] == [order.number, ticket.number, 0, 0]
        assert [entry.outcome for entry in entries] == ["PENDING_DISPATCH", "OPEN", "RESOLVED", ""]
        assert [entry.duration_seconds for entry in entries] == [None, None, 60.25, None]
        assert [entry.channel for entry in entries] == ["", "", "voice-in", ""]
        assert {entry.agent for entry in entries} == {AGENT}
        assert entries[2].at == call.began_at

    @pytest.mark.parametrize(
        ("state", "confirmed", "outcome"),
        [
            (TicketState.CLOSED, True, TICKET_CONFIRMED),
            (TicketState.CLOSED, False, "CLOSED"),
            (TicketState.CLOSED, None, "CLOSED"),
            (TicketState.REOPENED, True, "REOPENED"),
            (TicketState.RESOLVED, None, "RESOLVED"),
        ],
    )
    async def test_the_timeline_tells_a_ticket_that_the_customer_confirmed(
        self, storage: Storage, state: TicketState, confirmed: bool | None, outcome: str
    ) -> None:
        customer = await add(storage, a_customer())
        await add_ticket(storage, customer, state=state, fcr_claimed=True, fcr_confirmed=confirmed)
        entries = await storage.read(lambda unit: unit.customers.timeline(customer.id))
        card = await storage.read(lambda unit: unit.customers.card(customer.id, now=NOW))
        assert [entry.outcome for entry in entries] == [outcome]
        assert [entry.outcome for entry in card.timeline] == [outcome]

    async def test_the_timeline_is_filtered_by_kind(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        await add_ticket(storage, customer)

        def work(unit: UnitOfWork) -> None:
            unit.customers.add_note(a_note(customer, "Hello"))
            unit.interactions.save(a_call(customer))

        await storage.write(work)

        async def kinds_of(*kinds: TimelineKind) -> set[TimelineKind]:
            wanted = frozenset(kinds)
            entries, total = await storage.read(
                lambda unit: (
                    unit.customers.timeline(customer.id, kinds=wanted),
                    unit.customers.count_timeline(customer.id, wanted),
                )
            )
            assert total == len(entries)
            return {entry.kind for entry in entries}

        assert await kinds_of(TimelineKind.NOTE) == {TimelineKind.NOTE}
        both = {TimelineKind.CALL, TimelineKind.TICKET}
        assert await kinds_of(*both) == both
        assert await kinds_of() == set()
        assert await storage.read(lambda unit: unit.customers.count_timeline(customer.id)) == 3

    async def test_pages_join_without_gap_or_repeat_even_at_the_same_moment(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer())

        def work(unit: UnitOfWork) -> None:
            for index in range(15):
                unit.customers.add_note(a_note(customer, str(index), at=days_ago(index // 8)))
                unit.interactions.save(a_call(customer, began_at=days_ago(index // 8)))

        await storage.write(work)
        entries = await storage.read(lambda unit: unit.customers.timeline(customer.id))
        pages = [
            entry
            for offset in range(0, 30, 7)
            for entry in await storage.read(
                lambda unit, offset=offset: unit.customers.timeline(  # type: ignore[misc]
                    customer.id, offset=offset, rows=7
                )
            )
        ]

        assert len(entries) == 30
        assert pages == entries
        assert [entry.at for entry in entries] == sorted((e.at for e in entries), reverse=True)

    async def test_a_page_is_never_longer_than_the_limit(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())

        def work(unit: UnitOfWork) -> None:
            for index in range(MAX_PAGE + 10):
                unit.interactions.save(a_call(customer, began_at=days_ago(index)))

        await storage.write(work)

        entries = await storage.read(
            lambda unit: unit.customers.timeline(customer.id, rows=10 * MAX_PAGE)
        )
        assert len(entries) == MAX_PAGE


class SearchContract:
    @pytest.mark.parametrize(
        "query",
        [
            "王",
            "王小",
            "小明",
            "王小明",
            "wang",
            "wangx",
            "wang xiao",
            "WXM",
            "wxm",
            "Jürg",
            "jurgen",
            "wang jur",
            "Beijing Pu",
        ],
    )
    async def test_a_customer_is_found_by_any_way_of_writing_the_name(
        self, storage: Storage, query: str
    ) -> None:
        company = a_company_id()
        await storage.write(lambda unit: unit.customers.add_company(company, "Beijing Pumps"))
        await add(storage, a_customer("李娜"))
        await add(
            storage,
            a_customer("王小明 Jürgen", company_id=company),
        )

        assert await titles(storage, query) == ["王小明 Jürgen"]

    @pytest.mark.parametrize("query", ["", " ", '"', "*", "(", "^", "明小", "xyz", "AND", "wang z"])
    async def test_what_matches_nothing_finds_nothing(self, storage: Storage, query: str) -> None:
        await add(storage, a_customer("王小明"))

        assert await search(storage, query) == []

    @pytest.mark.parametrize(
        "query",
        [
            "+86 138 0013 8000",
            "0086 138-0013-8000",
            "13800138000",
            "138 0013",
            "8000",
            "0138000",
            "+86138",
            "１３８００",
        ],
    )
    async def test_a_number_is_found_by_its_beginning_or_its_end(
        self, storage: Storage, query: str
    ) -> None:
        customer, other = a_customer("Ann"), a_customer("Bob")
        await add(storage, customer, a_point(customer, MOBILE))
        await add(storage, other, a_point(other, "010 6552 9988"))

        assert await titles(storage, query) == ["Ann"]

    async def test_an_address_is_found_by_its_beginning(self, storage: Storage) -> None:
        customer = a_customer("Ann")
        await add(storage, customer, an_address(customer, "ann.lee@example.org"))

        assert await titles(storage, "Ann.Lee@ex") == ["Ann"]

    async def test_the_better_match_comes_first(self, storage: Storage) -> None:
        for name, tier in (
            ("Li Wei Zhang", Tier.VIP),
            ("Weidong Chen", Tier.STANDARD),
            ("Weiss", Tier.GOLD),
            ("Wei", Tier.STANDARD),
        ):
            await add(storage, a_customer(name, tier=tier))

        assert await titles(storage, "wei") == ["Wei", "Weiss", "Weidong Chen", "Li Wei Zhang"]

    @pytest.mark.parametrize("query", ["T-{}", "t{}", "#{}", "{}", "T {}"])
    async def test_a_ticket_is_found_by_its_number(self, storage: Storage, query: str) -> None:
        customer = await add(storage, a_customer("Ann", tier=Tier.GOLD))
        ticket = await add_ticket(storage, customer, subject="Wrong invoice")
        await add_ticket(storage, customer)

        (hit,) = await search(storage, query.format(ticket.number))

        assert hit == SearchHit(
            kind=SearchKind.TICKET,
            id=ticket.id,
            customer_id=customer.id,
            title="Wrong invoice",
            detail="Ann",
            tier=Tier.GOLD,
            number=ticket.number,
        )

    async def test_a_ticket_is_found_by_words_of_its_subject(self, storage: Storage) -> None:
        customer = await add(storage, a_customer("Ann"))
        ticket = await add_ticket(storage, customer, subject="宽带 router broken")

        assert await titles(storage, "宽带 rou") == ["宽带 router broken"]

        renamed = dataclasses.replace(ticket, subject="Telephone")
        await storage.write(lambda unit: unit.tickets.save(renamed))
        assert await titles(storage, "宽带") == []
        assert await titles(storage, "telep") == ["Telephone"]

    async def test_a_changed_name_is_found_and_the_former_one_is_not(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer("张伟"))
        changes = CustomerChanges(id=customer.id, version=1, name="李娜", company="Pumps")

        await storage.write(lambda unit: unit.customers.change(changes, None, ""))

        assert await titles(storage, "张伟") == await titles(storage, "zhang") == []
        assert await titles(storage, "ln") == await titles(storage, "pumps") == ["李娜"]

    async def test_no_more_rows_than_asked_for(self, storage: Storage) -> None:
        for index in range(8):
            await add(storage, a_customer(f"Ann {index}"))

        found = await storage.read(lambda unit: unit.customers.search("ann", rows=5))

        assert len(found) == 5


class InteractionContract:
    async def test_a_record_comes_back_as_last_saved(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer)
        ringing = a_call(customer)
        ended = dataclasses.replace(
            ringing,
            outcome=InteractionOutcome.TRANSFERRED,
            queue_id=QueueId("support"),
            queue_wait_seconds=12.5,
            reason="technical",
            answered_at=NOW + timedelta(seconds=4),
            ended_at=NOW + timedelta(seconds=64),
            wrap_up_ended_at=NOW + timedelta(seconds=90),
            held_seconds=7.25,
            transferred=True,
            disposition=Disposition.TRANSFERRED,
            ticket_id=ticket.id,
            note="转给账务部",
        )

        for record in (ringing, ended):
            await storage.write(lambda unit, record=record: unit.interactions.save(record))  # type: ignore[misc]
            assert await storage.read(lambda unit: unit.interactions.get(ringing.id)) == record

    async def test_an_unknown_record_is_not_found(self, storage: Storage) -> None:
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.interactions.get(InteractionId(fresh_id())))

    async def test_recent_calls_are_the_agents_own_newest_first(self, storage: Storage) -> None:
        calls = [a_call(began_at=days_ago(days)) for days in (2, 1, 3)]
        other = a_call(agent_id=AgentId("1002"))

        def work(unit: UnitOfWork) -> None:
            for call in (*calls, other):
                unit.interactions.save(call)

        await storage.write(work)
        recent = await storage.read(lambda unit: unit.interactions.recent(AGENT, rows=2))

        assert list(recent) == [calls[1], calls[0]]

    async def test_only_records_without_an_end_are_unfinished(self, storage: Storage) -> None:
        open_ = a_call(began_at=days_ago(1))

        def work(unit: UnitOfWork) -> None:
            unit.interactions.save(open_)
            unit.interactions.save(a_call(ended_at=NOW))
            unit.interactions.save(a_call(agent_id=AgentId("1002")))

        await storage.write(work)

        assert list(await storage.read(lambda unit: unit.interactions.unfinished(AGENT))) == [open_]


class TicketContract:
    async def test_a_ticket_comes_back_as_stored(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(
            storage,
            customer,
            subject="发票",
            description="Two lines\nof text",
            priority=Priority.P1,
            state=TicketState.REOPENED,
            opened_in=InteractionId(fresh_id()),
            follow_up_at=NOW + timedelta(days=1),
            resolved_at=NOW + timedelta(minutes=5),
            closed_at=NOW + timedelta(minutes=6),
            fcr_claimed=True,
            fcr_withdrawn_at=NOW + timedelta(minutes=7),
            fcr_confirmed=False,
        )

        assert await storage.read(lambda unit: unit.tickets.get(ticket.id)) == ticket

    async def test_an_unknown_ticket_is_not_found(self, storage: Storage) -> None:
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.tickets.get(TicketId(fresh_id())))

    async def test_numbers_count_up_and_are_not_given_twice(self, storage: Storage) -> None:
        class Undone(Exception):  # noqa: N818
            pass

        given: list[int] = []

        def fail(unit: UnitOfWork) -> None:
            given.append(unit.tickets.next_number())
            raise Undone

        given.append(await storage.write(lambda unit: unit.tickets.next_number()))
        with pytest.raises(Undone):
            await storage.write(fail)
        given.append(await storage.write(lambda unit: unit.tickets.next_number()))

        assert given == sorted(set(given))
        first_order = await storage.write(lambda unit: unit.orders.next_number())
        assert first_order == given[0]

    async def test_a_save_counts_the_version(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer)
        resolved = dataclasses.replace(ticket, state=TicketState.RESOLVED, resolved_at=NOW)

        saved = await storage.write(lambda unit: unit.tickets.save(resolved))

        assert saved == dataclasses.replace(resolved, version=2)
        assert await storage.read(lambda unit: unit.tickets.get(ticket.id)) == saved

    async def test_a_stale_save_is_refused_and_the_whole_work_undone(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer)
        await storage.write(lambda unit: unit.tickets.save(ticket))

        def work(unit: UnitOfWork) -> None:
            unit.customers.add_note(a_note(customer, "half done"))
            unit.tickets.save(ticket)

        with pytest.raises(StaleVersionError) as refused:
            await storage.write(work)

        assert refused.value.details["theirs"] == 2
        assert await storage.read(lambda unit: unit.customers.timeline(customer.id, rows=1))
        card = await storage.read(lambda unit: unit.customers.card(customer.id, now=NOW))
        assert card.notes == ()

    async def test_a_save_of_an_unknown_ticket_is_not_found(self, storage: Storage) -> None:
        ticket = a_ticket(a_customer(), await a_category(storage), 7)

        with pytest.raises(NotFoundError):
            await storage.write(lambda unit: unit.tickets.save(ticket))

    async def test_unfinished_tickets_are_newest_first_of_one_category_or_all(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer())
        one, two = await a_category(storage, 1), await a_category(storage, 2)

        def work(unit: UnitOfWork) -> list[Ticket]:
            tickets = [
                a_ticket(customer, one, 1, opened_at=days_ago(3)),
                a_ticket(customer, two, 2, opened_at=days_ago(1), state=TicketState.VERIFYING),
                a_ticket(customer, one, 3, opened_at=days_ago(2), state=TicketState.CLOSED),
                a_ticket(customer, one, 4, opened_at=days_ago(2), state=TicketState.PENDING),
            ]
            for ticket in tickets:
                unit.tickets.add(ticket)
            return tickets

        tickets = await storage.write(work)
        everything = await storage.read(lambda unit: unit.tickets.unfinished_of(customer.id))
        of_one = await storage.read(lambda unit: unit.tickets.unfinished_of(customer.id, one))

        assert list(everything) == [tickets[1], tickets[3], tickets[0]]
        assert list(of_one) == [tickets[3], tickets[0]]

    async def test_claimed_tickets_of_the_window_are_found(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        category, other = await a_category(storage, 1), await a_category(storage, 2)
        claimed = {"state": TicketState.RESOLVED, "fcr_claimed": True}

        def work(unit: UnitOfWork) -> Ticket:
            wanted = a_ticket(customer, category, 1, resolved_at=days_ago(7), **claimed)
            for ticket in (
                wanted,
                a_ticket(customer, category, 2, resolved_at=days_ago(7.001), **claimed),
                a_ticket(customer, other, 3, resolved_at=days_ago(1), **claimed),
                a_ticket(customer, category, 4, resolved_at=days_ago(1)),
                a_ticket(
                    customer,
                    category,
                    5,
                    resolved_at=days_ago(1),
                    fcr_withdrawn_at=NOW,
                    **claimed,
                ),
            ):
                unit.tickets.add(ticket)
            return wanted

        wanted = await storage.write(work)
        found = await storage.read(
            lambda unit: unit.tickets.claimed_since(customer.id, category, days_ago(7))
        )

        assert list(found) == [wanted]

    async def test_own_tickets_are_to_verify_first_then_by_follow_up_then_by_age(
        self, storage: Storage
    ) -> None:
        customer = await add(storage, a_customer())
        category = await a_category(storage)

        def work(unit: UnitOfWork) -> None:
            for ticket in (
                a_ticket(customer, category, 1, opened_at=days_ago(1)),
                a_ticket(customer, category, 2, opened_at=days_ago(9)),
                a_ticket(customer, category, 3, follow_up_at=NOW),
                a_ticket(customer, category, 4, follow_up_at=days_ago(2)),
                a_ticket(customer, category, 5, state=TicketState.VERIFYING),
                a_ticket(customer, category, 6, state=TicketState.RESOLVED),
                a_ticket(customer, category, 7, owner=AgentId("1002")),
            ):
                unit.tickets.add(ticket)

        await storage.write(work)
        owned = await storage.read(lambda unit: unit.tickets.owned_by(AGENT))

        assert [ticket.number for ticket in owned] == [5, 4, 3, 2, 1]


class WorkOrderContract:
    async def test_an_order_comes_back_as_saved_with_its_report(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer)
        call = a_call(customer, answered_at=NOW)
        await storage.write(lambda unit: unit.interactions.save(call))
        order = await add_order(storage, ticket)
        reported = dataclasses.replace(
            order,
            state=WorkOrderState.CLOSED,
            department_id=await a_department(storage),
            changed_at=NOW + timedelta(hours=5),
            report=WorkReport(
                started_at=NOW + timedelta(hours=1),
                ended_at=NOW + timedelta(hours=2),
                done="更换路由器",
                outcome=ReportOutcome.NOT_SOLVED,
                why_not_solved="No power",
            ),
            verified_in=call.id,
            confirmed_at=NOW + timedelta(hours=5),
        )

        saved = await storage.write(lambda unit: unit.orders.save(reported))

        assert saved == dataclasses.replace(reported, version=2)
        assert await storage.read(lambda unit: unit.orders.get(order.id)) == saved

    async def test_an_unknown_order_is_not_found(self, storage: Storage) -> None:
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.orders.get(WorkOrderId(fresh_id())))

    async def test_a_stale_save_is_refused(self, storage: Storage) -> None:
        order = await add_order(
            storage, await add_ticket(storage, await add(storage, a_customer()))
        )
        await storage.write(lambda unit: unit.orders.save(order))

        with pytest.raises(StaleVersionError):
            await storage.write(lambda unit: unit.orders.save(order))

    async def test_the_database_itself_refuses_to_close_without_proof(
        self, storage: Storage
    ) -> None:
        order = await add_order(
            storage, await add_ticket(storage, await add(storage, a_customer()))
        )
        closed = dataclasses.replace(order, state=WorkOrderState.CLOSED)

        with pytest.raises(ClosingGateError):
            await storage.write(lambda unit: unit.orders.save(closed))

        assert await storage.read(lambda unit: unit.orders.get(order.id)) == order

    async def test_the_orders_of_a_ticket_are_newest_first(self, storage: Storage) -> None:
        ticket = await add_ticket(storage, await add(storage, a_customer()))
        older = await add_order(storage, ticket, raised_at=days_ago(2))
        newer = await add_order(storage, ticket, raised_at=days_ago(1))

        found = await storage.read(lambda unit: unit.orders.of_ticket(ticket.id))

        assert list(found) == [newer, older]

    async def test_lines_are_the_wanted_ones_most_urgent_then_oldest(
        self, storage: Storage
    ) -> None:
        customer = a_customer("Ann")
        await add(storage, customer, a_point(customer, MOBILE, is_primary=True))
        ticket = await add_ticket(storage, customer)
        department = await a_department(storage)
        ours = {"state": WorkOrderState.ASSIGNED, "department_id": department}
        young = await add_order(storage, ticket, **ours)
        old = await add_order(storage, ticket, raised_at=days_ago(3), **ours)
        urgent = await add_order(storage, ticket, priority=Priority.P1, **ours)
        await add_order(storage, ticket, state=WorkOrderState.ASSIGNED)
        other = await add_order(storage, ticket, owner=AgentId("1002"), **ours)
        states = frozenset({WorkOrderState.ASSIGNED})

        lines = await storage.read(
            lambda unit: unit.orders.lines(states=states, department_id=department, owner=AGENT)
        )
        everyone = await storage.read(lambda unit: unit.orders.lines(states=states))

        assert [line.order for line in lines] == [urgent, old, young]
        assert (lines[0].customer_name, lines[0].customer_number) == ("Ann", "+8613800138000")
        assert lines[0].ticket_number == ticket.number
        assert (lines[0].department, lines[0].department_zh) == ("Field service", "现场服务")
        assert len(everyone) == 5
        assert other in [line.order for line in everyone]
        assert [line.department for line in everyone if line.order.department_id is None] == [""]


class EventLogContract:
    async def test_events_come_back_in_the_order_in_which_they_were_stored(
        self, storage: Storage
    ) -> None:
        call = CallId(fresh_id())
        late = dataclasses.replace(an_event(call, "Delivered", device="1001"), at=NOW)
        early = dataclasses.replace(an_event(call, "Established"), at=days_ago(1))
        other = an_event(CallId(fresh_id()))

        await storage.write(lambda unit: unit.events.append([late, other]))
        await storage.write(lambda unit: unit.events.append([early]))

        found = await storage.read(lambda unit: unit.events.of(Stream.CALL, call))
        assert list(found) == [late, early]

    async def test_the_same_event_twice_changes_nothing(self, storage: Storage) -> None:
        event = an_event("call-1", n=1)
        changed = dataclasses.replace(event, payload={"n": 2})

        await storage.write(lambda unit: unit.events.append([event, event]))
        await storage.write(lambda unit: unit.events.append([changed]))

        assert list(await storage.read(lambda unit: unit.events.of(Stream.CALL, "call-1"))) == [
            event
        ]

    async def test_a_unit_of_work_knows_what_it_has_appended(self, storage: Storage) -> None:
        first, second = an_event("call-3"), an_event("call-4")

        def work(unit: UnitOfWork) -> list[str]:
            unit.events.append([first])
            unit.events.append(event for event in [second])
            return [event.id for event in unit.events.appended()]

        assert await storage.write(work) == [first.id, second.id]
        assert await storage.write(lambda unit: list(unit.events.appended())) == []

    async def test_payloads_keep_every_json_value(self, storage: Storage) -> None:
        payload = {"text": "王", "list": [1, 2.5, None, True], "table": {"a": {"b": ""}}}
        event = dataclasses.replace(an_event("call-2"), payload=payload)

        await storage.write(lambda unit: unit.events.append([event]))

        (found,) = await storage.read(lambda unit: unit.events.of(Stream.CALL, "call-2"))
        assert found.payload == payload


class CatalogueContract:
    async def test_every_category_follows_its_parent_and_has_both_names(
        self, storage: Storage
    ) -> None:
        categories = await storage.read(lambda unit: unit.catalogue.categories())

        seen: set[CategoryId] = set()
        for category in categories:
            assert category.parent_id is None or category.parent_id in seen
            assert category.name
            assert category.name_zh
            seen.add(category.id)
        assert sum(category.parent_id is None for category in categories) >= 6

    async def test_every_root_category_leads_to_a_department(self, storage: Storage) -> None:
        categories = await storage.read(lambda unit: unit.catalogue.categories())
        departments = await storage.read(lambda unit: unit.catalogue.departments())

        known = {department.id for department in departments}
        assert {category.department_id for category in categories} - {None} <= known
        assert all(c.department_id for c in categories if c.parent_id is None)
        assert departments[0].name_zh == "现场服务"


class CommandContract:
    async def test_a_command_that_was_applied_is_known_by_its_id(self, storage: Storage) -> None:
        command = AppliedCommand(
            id=CommandId(fresh_id()),
            kind="LogTicket",
            actor=AGENT,
            at=NOW,
            applied_at=NOW + timedelta(hours=1),
            result={"id": fresh_id(), "version": 3},
        )

        await storage.write(lambda unit: unit.commands.record(command))

        found = await storage.read(lambda unit: unit.commands.applied(command.id))
        other = await storage.read(lambda unit: unit.commands.applied(CommandId(fresh_id())))
        assert (found, other) == (command, None)

    async def test_a_command_is_applied_once_and_its_effect_goes_with_it(
        self, storage: Storage
    ) -> None:
        command = applied_command()
        first, second = a_customer("First"), a_customer("Second")

        def work(unit: UnitOfWork, customer: Customer) -> None:
            unit.customers.add(customer, [])
            unit.commands.record(command)

        await storage.write(lambda unit: work(unit, first))
        with pytest.raises(StorageError):
            await storage.write(lambda unit: work(unit, second))

        assert (await storage.read(lambda unit: unit.customers.get(first.id))).name == "First"
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.customers.get(second.id))

    async def test_a_call_is_linked_to_what_was_stored_after_it(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        ticket = await add_ticket(storage, customer)
        call = dataclasses.replace(a_call(customer), customer_id=None)
        await storage.write(lambda unit: unit.interactions.save(call))

        await storage.write(
            lambda unit: unit.interactions.link(
                call.id, customer_id=customer.id, ticket_id=ticket.id
            )
        )

        linked = await storage.read(lambda unit: unit.interactions.get(call.id))
        assert linked == dataclasses.replace(call, customer_id=customer.id, ticket_id=ticket.id)

    async def test_a_link_replaces_nothing_and_needs_no_record(self, storage: Storage) -> None:
        customer, other = await add(storage, a_customer()), await add(storage, a_customer())
        ticket, second = await add_ticket(storage, customer), await add_ticket(storage, other)
        call = dataclasses.replace(a_call(customer), ticket_id=ticket.id)
        half = dataclasses.replace(a_call(customer), id=InteractionId(fresh_id()))
        await storage.write(lambda unit: unit.interactions.save(call))
        await storage.write(lambda unit: unit.interactions.save(half))

        def work(unit: UnitOfWork) -> None:
            for id_ in (call.id, InteractionId(fresh_id())):
                unit.interactions.link(id_, customer_id=other.id, ticket_id=second.id)
            unit.interactions.link(half.id, customer_id=other.id)

        await storage.write(work)
        assert await storage.read(lambda unit: unit.interactions.get(call.id)) == call
        assert await storage.read(lambda unit: unit.interactions.get(half.id)) == half


class TransactionContract:
    async def test_a_failed_write_has_changed_nothing(self, storage: Storage) -> None:
        customer = a_customer()

        def work(unit: UnitOfWork) -> None:
            unit.customers.add(customer, [])
            raise NotFoundError(subject="Test", id="1")

        with pytest.raises(NotFoundError):
            await storage.write(work)
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.customers.get(customer.id))

    async def test_a_write_that_the_database_refuses_is_a_storage_error(
        self, storage: Storage
    ) -> None:
        nobody = a_customer()

        with pytest.raises(StorageError):
            await storage.write(lambda unit: unit.customers.add_note(a_note(nobody, "lost")))
        with pytest.raises(StorageError):
            await storage.write(lambda unit: unit.interactions.save(a_call(nobody)))

    async def test_a_read_sees_committed_data_and_does_not_wait_for_a_writer(
        self, storage: Storage
    ) -> None:
        before, during = a_customer("Before"), a_customer("During")
        await add(storage, before)
        inside, leave = threading.Event(), threading.Event()

        def work(unit: UnitOfWork) -> None:
            unit.customers.add(during, [])
            inside.set()
            leave.wait(30)

        writing = asyncio.ensure_future(storage.write(work))
        try:
            await asyncio.to_thread(inside.wait, 30)
            found = await storage.read(lambda unit: unit.customers.get(before.id))
            with pytest.raises(NotFoundError):
                await storage.read(lambda unit: unit.customers.get(during.id))
        finally:
            leave.set()
        await writing

        assert found == dataclasses.replace(before, pinyin="")
        assert (await storage.read(lambda unit: unit.customers.get(during.id))).name == "During"

    async def test_a_read_that_takes_too_long_is_given_up(self, storage: Storage) -> None:
        release = threading.Event()

        def slow(unit: UnitOfWork) -> None:
            release.wait(30)

        try:
            with pytest.raises(DatabaseTimeoutError) as given_up:
                await storage.read(slow, timeout_seconds=0.05)
        finally:
            release.set()

        assert given_up.value.details["seconds"] == 0.05
        assert await storage.read(lambda unit: unit.catalogue.departments(), timeout_seconds=30)

    async def test_a_naive_time_is_refused(self, storage: Storage) -> None:
        customer = await add(storage, a_customer())
        naive = a_note(customer, "when?", at=NOW.replace(tzinfo=None))

        with pytest.raises((ValueError, StorageError)):
            await storage.write(lambda unit: unit.customers.add_note(naive))

    async def test_dates_before_1970_and_far_ahead_are_kept(self, storage: Storage) -> None:
        customer = await add(storage, a_customer(since=date(1949, 10, 1)))
        call = a_call(customer, began_at=NOW.replace(year=1955), ended_at=NOW.replace(year=2399))
        await storage.write(lambda unit: unit.interactions.save(call))

        assert await storage.read(lambda unit: unit.interactions.get(call.id)) == call
        assert await storage.read(lambda unit: unit.customers.get(customer.id)) == (
            dataclasses.replace(customer, pinyin="wang xiao ming")
        )

    async def test_a_closed_storage_says_so(self, storage: Storage) -> None:
        await storage.close()

        with pytest.raises(StorageError):
            await storage.read(lambda unit: unit.catalogue.departments())
        with pytest.raises(StorageError):
            await storage.write(lambda unit: unit.tickets.next_number())
        await storage.close()


class StorageContract(
    CustomerContract,
    CallerContract,
    CardContract,
    SearchContract,
    InteractionContract,
    TicketContract,
    WorkOrderContract,
    EventLogContract,
    CatalogueContract,
    CommandContract,
    TransactionContract,
):
    """All of it."""
