from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.conflict import (
    Edit,
    EditConflict,
    Side,
    compare,
    last_edits,
    settled,
)
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import Stream

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
WANG = Edit(actor="wang", at=NINE)
LI = Edit(actor="li", at=NINE + timedelta(minutes=5))

FIELDS = ("name", "city", "address")
records = st.fixed_dictionaries({name: st.sampled_from(["a", "b", "c"]) for name in FIELDS})


def conflict(*fields: Any) -> EditConflict:
    return EditConflict(
        stream=Stream.CUSTOMER,
        subject_id="c-1",
        mine_version=3,
        theirs_version=4,
        last_edit=WANG,
        fields=tuple(fields),
    )


def test_what_only_one_side_changed_is_proposed_and_what_both_changed_is_asked() -> None:
    base = {"name": "Wang", "city": "Beijing", "address": "1 Road"}
    mine = {"name": "Wang Fang", "city": "Beijing", "address": "2 Road"}
    theirs = {"name": "Wang", "city": "Shanghai", "address": "3 Road"}

    name, city, address = compare(mine=mine, theirs=theirs, base=base, edits={"city": WANG})

    assert (name.field, name.proposal) == ("name", Side.MINE)
    assert (city.field, city.proposal, city.edit) == ("city", Side.THEIRS, WANG)
    assert (address.field, address.proposal, address.edit) == ("address", None, None)
    assert conflict(name, city, address).undecided == (address,)


def test_a_field_that_both_set_to_the_same_is_no_conflict() -> None:
    base, same = {"city": "Beijing"}, {"city": "Shanghai"}
    assert compare(mine=same, theirs=same, base=base) == ()


def test_without_a_base_every_difference_is_asked() -> None:
    (city,) = compare(mine={"city": "Beijing"}, theirs={"city": "Shanghai"}, base=None)
    assert city.proposal is None
    assert not city.has_base


def test_a_missing_choice_names_the_field() -> None:
    fields = compare(mine={"city": "A"}, theirs={"city": "B"}, base={"city": "C"})
    with pytest.raises(InputError, match="city: '' is not accepted; accepted is yours or theirs"):
        settled(fields, {})


def test_a_choice_overrides_a_proposal() -> None:
    fields = compare(mine={"city": "A"}, theirs={"city": "B"}, base={"city": "A"})
    assert settled(fields, {}) == {"city": "B"}
    assert settled(fields, {"city": Side.MINE}) == {"city": "A"}


def test_each_field_names_the_person_who_changed_it_last() -> None:
    base = {"name": "Wang", "city": "Beijing"}
    saves = [
        (WANG, {"name": "Wang F", "city": "Shanghai"}),
        (LI, {"name": "Wang Fang", "city": "Shanghai"}),
    ]
    assert last_edits(base, saves) == {"name": LI, "city": WANG}


def test_without_a_base_the_first_save_names_nobody() -> None:
    saves = [(WANG, {"city": "Shanghai"}), (LI, {"city": "Tianjin"})]
    assert last_edits(None, saves) == {"city": LI}
    assert last_edits(None, saves[:1]) == {}


@given(base=records, mine=records, theirs=records)
def test_no_change_of_either_side_is_dropped_without_a_question(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    fields = compare(mine=mine, theirs=theirs, base=base)
    asked = {each.field for each in fields if each.proposal is None}
    merged = {**theirs, **settled(fields, dict.fromkeys(asked, Side.THEIRS))}
    for name in FIELDS:
        if name in asked:
            assert mine[name] != base[name] != theirs[name] != mine[name]
        elif mine[name] != base[name]:
            assert merged[name] == mine[name]
        else:
            assert merged[name] == theirs[name]
