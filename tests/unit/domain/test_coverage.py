"""Who pays and which service level holds: warranty first, then contract, then the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.coverage import Coverage, CoverageReason, Payer, coverage_of
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import ContractId, CustomerId, ProductId
from agent_desk.domain.product import OwnedProduct, ProductForm, read_day, require_product
from agent_desk.domain.service_contract import ContractForm, ServiceContract

TODAY = date(2026, 11, 18)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
GOLD = ServiceContract(
    id=ContractId("k"),
    customer_id=CustomerId("c"),
    number="4711",
    level="gold",
    valid_from=YESTERDAY,
    valid_until=TODAY,
)
PUMP = OwnedProduct(id=ProductId("p"), customer_id=CustomerId("c"), name="Pump")
R = CoverageReason


def covered(day: date = TODAY, **changes: object) -> Coverage:
    return coverage_of(replace(PUMP, **changes), day)  # type: ignore[arg-type]


def reasons(coverage: Coverage) -> list[CoverageReason]:
    return [ground.reason for ground in coverage.grounds]


def test_the_warranty_pays_on_its_last_day_and_no_longer() -> None:
    last = covered(warranty_until=TODAY)
    after = covered(TODAY + timedelta(days=3), warranty_until=TODAY)

    assert (last.payer, reasons(last)) == (Payer.MANUFACTURER, [R.WARRANTY_HOLDS])
    assert (after.payer, reasons(after)) == (Payer.CUSTOMER, [R.WARRANTY_EXPIRED])
    assert after.grounds[0].days == 3
    assert after.is_expired


def test_the_contract_gives_the_level_also_while_the_warranty_pays() -> None:
    both = covered(warranty_until=TOMORROW, contract=GOLD)

    assert (both.payer, both.service_level) == (Payer.MANUFACTURER, "gold")
    assert reasons(both) == [R.WARRANTY_HOLDS, R.CONTRACT_HOLDS]


@pytest.mark.parametrize(
    ("day", "payer", "level", "reason"),
    [
        (YESTERDAY - timedelta(days=1), Payer.CUSTOMER, "", R.CONTRACT_NOT_YET),
        (YESTERDAY, Payer.CONTRACT, "gold", R.CONTRACT_HOLDS),
        (TODAY, Payer.CONTRACT, "gold", R.CONTRACT_HOLDS),
        (TODAY + timedelta(days=3), Payer.CUSTOMER, "", R.CONTRACT_EXPIRED),
    ],
)
def test_a_contract_holds_from_its_first_to_its_last_day(
    day: date, payer: Payer, level: str, reason: CoverageReason
) -> None:
    coverage = covered(day, contract=GOLD, warranty_until=date(2020, 1, 1))

    assert (coverage.payer, coverage.service_level) == (payer, level)
    assert coverage.grounds[1].reason is reason
    assert coverage.grounds[1].contract == "4711"


def test_a_contract_for_the_level_alone_leaves_the_costs_with_the_customer() -> None:
    coverage = covered(contract=replace(GOLD, covers_costs=False))

    assert (coverage.payer, coverage.service_level) == (Payer.CUSTOMER, "gold")
    assert reasons(coverage) == [R.WARRANTY_UNKNOWN, R.CONTRACT_LEVEL_ONLY]
    assert not coverage.is_expired


@given(st.dates(), st.none() | st.dates(), st.none() | st.dates(), st.none() | st.dates())
def test_somebody_pays_on_every_day_and_says_why(
    day: date, warranty: date | None, begins: date | None, ends: date | None
) -> None:
    contract = replace(GOLD, valid_from=begins, valid_until=ends)
    coverage = covered(day, warranty_until=warranty, contract=contract)

    assert len(coverage.grounds) == 2
    assert all(ground.days >= 0 for ground in coverage.grounds)
    assert (coverage.payer is Payer.MANUFACTURER) == (warranty is not None and day <= warranty)


FORM = ProductForm(customer_id=CustomerId("c"), name="Pump")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (replace(FORM, name=" "), "product_name"),
        (replace(FORM, serial_number="x" * 101), "serial_number"),
        (replace(FORM, purchased_on=TOMORROW), "purchased_on"),
        (replace(FORM, purchased_on=TODAY, warranty_until=YESTERDAY), "warranty_until"),
        (replace(FORM, contract=ContractForm(number="")), "contract_number"),
        (
            replace(
                FORM,
                contract=ContractForm(number="1", valid_from=TODAY, valid_until=YESTERDAY),
            ),
            "contract_until",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(form: ProductForm, field: str) -> None:
    with pytest.raises(InputError) as caught:
        require_product(form, TODAY)

    assert caught.value.details["field"] == field


def test_days_are_read_as_people_write_them() -> None:
    for typed in ("2026-11-18", " 2026/11/18 ", "2026.11.18"):
        assert read_day("purchased_on", typed) == TODAY
    assert read_day("purchased_on", " ") is None
    for typed in ("18.11.2026", "2026-13-01", "today", "2026-11"):
        with pytest.raises(InputError):
            read_day("purchased_on", typed)
