"""The SIP trace: read on from a number, filtered by words, saved as a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.domain.errors import ExportError
from agent_desk.services.sip_trace import SipTrace
from db.text_files import TextFiles
from tests.fakes.listed_trace import ListedTrace

INVITE = "INVITE sip:600@pbx.example SIP/2.0\r\nCall-ID: abc\r\n\r\n"
RINGING = "SIP/2.0 180 Ringing\r\nCall-ID: abc\r\n\r\n"
OPTIONS = "OPTIONS sip:201@192.0.2.9 SIP/2.0\r\nCall-ID: xyz\r\n\r\n"


@pytest.fixture
def trace() -> SipTrace:
    listed = ListedTrace()
    listed.add(INVITE)
    listed.add(RINGING, sent=False)
    listed.add(OPTIONS, sent=False, peer="UDP 198.51.100.3:5060")
    return SipTrace(trace=listed, writer=TextFiles())


async def test_messages_are_read_on_from_the_last_one_seen(trace: SipTrace) -> None:
    assert [message.first_line for message in await trace.messages()] == [
        "INVITE sip:600@pbx.example SIP/2.0",
        "SIP/2.0 180 Ringing",
        "OPTIONS sip:201@192.0.2.9 SIP/2.0",
    ]
    assert [message.number for message in await trace.messages(after=2)] == [3]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("", [1, 2, 3]), ("ABC", [1, 2]), ("abc ringing", [2]), ("198.51", [3]), ("nothing", [])],
)
async def test_messages_are_found_by_all_words_however_written(
    trace: SipTrace, words: str, numbers: list[int]
) -> None:
    assert [m.number for m in await trace.messages() if m.has(words)] == numbers


async def test_what_is_saved_is_what_the_filter_leaves(trace: SipTrace, tmp_path: Path) -> None:
    path = await trace.save(tmp_path / "trace.txt", "abc")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(
        "--- 1 2026-03-02T09:00:01.000+00:00 sent to TLS 192.0.2.7:5061\n"
        "INVITE sip:600@pbx.example SIP/2.0\n"
    )
    assert "--- 2 2026-03-02T09:00:02.000+00:00 received from TLS 192.0.2.7:5061" in text
    assert "OPTIONS" not in text


async def test_a_place_that_cannot_be_written_is_said(trace: SipTrace, tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        await trace.save(tmp_path / "nowhere" / "trace.txt")


async def test_a_desk_of_simulated_calls_has_no_trace() -> None:
    trace = SipTrace(trace=None, writer=None)
    assert not trace.is_there
    assert list(await trace.messages()) == []


async def test_a_long_trace_is_read_in_parts_and_whole() -> None:
    listed = ListedTrace()
    for _ in range(60):
        listed.add(INVITE)
    trace = SipTrace(trace=listed, writer=TextFiles())
    assert [message.number for message in await trace.messages()] == list(range(1, 61))
