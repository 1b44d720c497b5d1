import json

import pytest

from agent_desk.domain.calendar_document import calendar_of, document_of
from agent_desk.domain.errors import AgentDeskError
from tests.contracts.calendars_contract import a_calendar


def test_a_document_is_plain_json_and_reads_as_the_same_calendar() -> None:
    document = document_of(a_calendar())

    assert document_of(calendar_of(json.loads(json.dumps(document)))) == document


def test_the_same_words_are_worked_out_once() -> None:
    assert calendar_of(document_of(a_calendar())) is calendar_of(document_of(a_calendar()))


@pytest.mark.parametrize(
    ("field", "value"),
    [("zone", "Nowhere/Never"), ("hours", {"monday": ["8 to 6"]}), ("days", [{"date": "x"}])],
)
def test_what_nobody_stored_is_refused(field: str, value: object) -> None:
    with pytest.raises(AgentDeskError):
        calendar_of({**document_of(a_calendar()), field: value})
