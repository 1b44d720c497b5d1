from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.domain.customer import (
    ContactKind,
    Customer,
    CustomerChanges,
    NewCustomer,
    Tier,
    TimelineKind,
)
from agent_desk.domain.errors import (
    InputError,
    InvalidNumberError,
    NotFoundError,
    StaleVersionError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CustomerId
from agent_desk.services.commands import MAX_NAME, MAX_NOTE
from tests.unit.services.bench import AGENT, LI_NUMBER, WANG_NUMBER, Bench, dump

NOBODY = CustomerId("nobody")


def changes_of(customer: Customer, **more: object) -> CustomerChanges:
    changes = CustomerChanges(
        id=customer.id,
        version=customer.version,
        name=customer.name,
        company=customer.company_name,
        city=customer.city,
    )
    return replace(changes, **more)  # type: ignore[arg-type]


async def test_an_unknown_caller_becomes_a_customer_with_that_number(bench: Bench) -> None:
    new = NewCustomer(
        name=" 王伟 ",
        number="0138 0013-8000",
        email="wang@example.com",
        company="Sunrise Ltd",
        city="Beijing",
        tier=Tier.GOLD,
    )

    card = await bench.desk.customers.create(new)

    assert card.customer.name == "王伟"
    assert card.customer.pinyin == "wang wei"
    assert (card.customer.company_name, card.customer.tier) == ("Sunrise Ltd", Tier.GOLD)
    assert card.customer.since == bench.clock.now().date()
    phone, email = sorted(card.contact_points, key=lambda point: point.kind, reverse=True)
    assert (phone.kind, phone.value, phone.suffix) == (ContactKind.PHONE, WANG_NUMBER, "800138000")
    assert phone.raw == "0138 0013-8000"
    assert phone.is_primary
    assert (email.kind, email.value, email.is_primary) == (
        ContactKind.EMAIL,
        "wang@example.com",
        False,
    )
    (event,) = await bench.log(Stream.CUSTOMER, card.customer.id)
    assert (event.kind, event.actor, event.payload["name"]) == ("CustomerAdded", AGENT, "王伟")


async def test_an_anonymous_caller_becomes_a_customer_without_a_number(bench: Bench) -> None:
    card = await bench.desk.customers.create(NewCustomer(name="Ann Lee"))

    assert card.contact_points == ()


async def test_two_customers_of_one_company_share_it(bench: Bench) -> None:
    first = await bench.desk.customers.create(NewCustomer(name="Ann", company="Sunrise Ltd"))
    second = await bench.desk.customers.create(NewCustomer(name="Bob", company=" Sunrise Ltd "))

    assert first.customer.company_id == second.customer.company_id is not None
    assert len(dump(bench.database)["companies"]) == 1


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCustomer(name=" "), "name"),
        (NewCustomer(name="x" * (MAX_NAME + 1)), "name"),
        (NewCustomer(name="Ann", email="ann at example"), "email"),
        (NewCustomer(name="Ann", number="call me"), "number"),
        (NewCustomer(name="Ann", number="1" * 200), "number"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_stored(
    bench: Bench, new: NewCustomer, field: str
) -> None:
    before = dump(bench.database)

    with pytest.raises(InputError) as refused:
        await bench.desk.customers.create(new)

    assert refused.value.details["field"] == field
    assert refused.value.details["accepted"]
    assert dump(bench.database) == before


async def test_a_change_is_saved_and_found_by_its_new_name(bench: Bench) -> None:
    wang = await bench.customer()

    card = await bench.desk.customers.change(
        changes_of(wang, name=" 王小伟 ", company=" Sunrise Ltd ", verified=True)
    )

    assert card.customer.name == "王小伟"
    assert (card.customer.pinyin, card.customer.company_name) == ("wang xiao wei", "Sunrise Ltd")
    assert card.customer.verified
    assert card.customer.version == wang.version + 1
    assert [hit.id for hit in await bench.desk.customers.search("wxw")] == [wang.id]
    assert await bench.kinds(Stream.CUSTOMER, wang.id) == ["CustomerAdded", "CustomerChanged"]


async def test_a_change_of_an_old_version_is_refused_and_changes_nothing(bench: Bench) -> None:
    wang = await bench.customer()
    await bench.desk.customers.change(changes_of(wang, city="Beijing"))
    before = dump(bench.database)

    with pytest.raises(StaleVersionError) as refused:
        await bench.desk.customers.change(changes_of(wang, city="Shanghai", company="New Ltd"))

    assert (refused.value.details["mine"], refused.value.details["theirs"]) == (1, 2)
    assert dump(bench.database) == before


async def test_a_change_without_a_name_is_refused(bench: Bench) -> None:
    wang = await bench.customer()
    before = dump(bench.database)

    with pytest.raises(InputError) as refused:
        await bench.desk.customers.change(changes_of(wang, name="  "))

    assert refused.value.details["field"] == "name"
    assert dump(bench.database) == before


async def test_a_note_is_kept_with_its_author(bench: Bench) -> None:
    wang = await bench.customer()

    card = await bench.desk.customers.add_note(wang.id, " prefers mornings ")

    (note,) = card.notes
    assert (note.text, note.author) == ("prefers mornings", AGENT)
    assert note.created_at == bench.clock.now()
    timeline, total = await bench.desk.customers.timeline(
        wang.id, kinds=frozenset({TimelineKind.NOTE}), offset=0
    )
    assert [entry.id for entry in timeline] == [note.id]
    assert total == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * (MAX_NOTE + 1)])
async def test_an_empty_or_endless_note_is_refused(bench: Bench, text: str) -> None:
    wang = await bench.customer()
    before = dump(bench.database)

    with pytest.raises(InputError) as refused:
        await bench.desk.customers.add_note(wang.id, text)

    assert refused.value.details["field"] == "note"
    assert dump(bench.database) == before


async def test_what_is_said_of_nobody_is_refused(bench: Bench) -> None:
    before = dump(bench.database)

    with pytest.raises(NotFoundError):
        await bench.desk.customers.add_note(NOBODY, "hello")
    with pytest.raises(NotFoundError):
        await bench.desk.customers.add_number(NOBODY, LI_NUMBER)
    with pytest.raises(NotFoundError):
        await bench.desk.customers.card(NOBODY)

    assert dump(bench.database) == before


async def test_a_further_number_is_added_and_the_first_stays_primary(bench: Bench) -> None:
    wang = await bench.customer()

    card = await bench.desk.customers.add_number(wang.id, "139 0013 9000")

    primary = {point.value: point.is_primary for point in card.contact_points}
    assert primary == {WANG_NUMBER: True, LI_NUMBER: False}
    assert (await bench.kinds(Stream.CUSTOMER, wang.id))[-1] == "NumberAdded"


async def test_the_first_number_of_a_customer_is_primary_whenever_it_comes(bench: Bench) -> None:
    ann = await bench.customer("Ann Lee", "")

    card = await bench.desk.customers.add_number(ann.id, LI_NUMBER)

    assert [point.is_primary for point in card.contact_points] == [True]


async def test_a_number_that_the_customer_has_already_changes_nothing(bench: Bench) -> None:
    wang = await bench.customer()
    before = dump(bench.database)

    card = await bench.desk.customers.add_number(wang.id, "+86 (0)138 0013 8000")

    assert [point.value for point in card.contact_points] == [WANG_NUMBER]
    after = dump(bench.database)
    assert len(after.pop("applied_commands")) == len(before.pop("applied_commands")) + 1
    assert after == before


async def test_a_number_that_is_none_is_refused(bench: Bench) -> None:
    wang = await bench.customer()
    before = dump(bench.database)

    with pytest.raises(InvalidNumberError):
        await bench.desk.customers.add_number(wang.id, "next door")

    assert dump(bench.database) == before
