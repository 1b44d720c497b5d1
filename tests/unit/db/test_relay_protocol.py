"""What relays and desks say to each other, and what happens when one of them says nonsense."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.change import Change, FeedState
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, CustomerId, EventId
from db.change_feed.page import Page, Row
from db.change_feed.relay_client import RelayClient, RelayLostError
from db.change_feed.relay_protocol import (
    MAX_LINE,
    Audience,
    Beat,
    audience_line,
    beat_line,
    is_proof,
    message,
    page_line,
    proof,
)
from db.change_feed.snapshot import Snapshot

LIFE = "1/2/00000001/epoch"

StartImpostor = Callable[..., Awaitable[str]]

texts = st.text(min_size=1, max_size=12)
rows = st.builds(
    Row,
    st.integers(1, 2**63),
    st.builds(
        Change,
        seq=st.integers(1, 2**62),
        id=st.uuids().map(lambda value: EventId(str(value))),
        stream=st.sampled_from(Stream),
        stream_id=texts,
        kind=texts,
        at=st.datetimes(timezones=st.just(UTC)),
        actor=texts,
        customer_id=st.none() | texts.map(CustomerId),
        owner=st.none() | texts.map(AgentId),
    ),
)


@given(st.lists(rows, max_size=5))
def test_a_page_is_understood_as_it_was_said(given_rows: list[Row]) -> None:
    page = Page(Snapshot(10, (4,)), Snapshot(20, (4, 15)), tuple(given_rows))

    assert message(page_line(page)) == page


@pytest.mark.parametrize("state", FeedState)
def test_a_beat_is_understood(state: FeedState) -> None:
    assert message(beat_line(state)) == Beat(state)


def test_a_desk_knows_how_many_share_its_relay() -> None:
    assert message(audience_line(500)) == Audience(500)


def test_a_line_of_a_later_protocol_is_passed_over() -> None:
    assert message(b"weather fine\n") is None


@pytest.mark.parametrize(
    "line",
    [
        b"beat DANCING",
        b"desks many",
        b"changes 1:2:",
        b"changes 1:2: 1:3: [",
        b"changes 1:2: 1:3: [[1]]",
        b'changes 1:2: 1:3: [[1,2,"a","NEWS","b","c",1,"d",null,null]]',
        b"changes \xff",
    ],
)
def test_a_mistake_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        message(line)


def test_only_the_token_proves() -> None:
    assert is_proof(proof("secret", "n1"), token="secret", nonce="n1")
    assert not is_proof(proof("secret", "n1"), token="secret", nonce="n2")
    assert not is_proof(proof("other", "n1"), token="secret", nonce="n1")
    assert not is_proof("", token="secret", nonce="n1")


class Impostor:
    """A server that answers a desk with given lines."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = lines

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting, *rest = self._lines
        writer.write(greeting)
        await reader.readline()
        writer.write(b"".join(rest))
        await reader.read()
        writer.close()


@pytest.fixture
async def impostor() -> AsyncIterator[StartImpostor]:
    started: list[Impostor] = []

    async def start(*lines: bytes) -> str:
        started.append(Impostor(*lines))
        return await started[-1].start()

    yield start
    for each in started:
        await each.stop()


async def join(address: str, *, token: str = "secret") -> RelayClient:
    return await asyncio.to_thread(RelayClient, address, token=token, life=LIFE)


def greeting(life: str = LIFE) -> bytes:
    return f"agent-desk-relay 1 {life} nonce\n".encode()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((greeting("another"), b"welcome\n"), "another database"),
        ((b"SSH-2.0-OpenSSH\n", b"welcome\n"), "another relay"),
        ((greeting(), b"go away\n"), "not welcome"),
        ((greeting(), b"x" * (MAX_LINE + 1)), "octets"),
    ],
)
async def test_whoever_is_no_relay_of_ours_is_left(
    impostor: StartImpostor, lines: tuple[bytes, ...], why: str
) -> None:
    address = await impostor(*lines)

    with pytest.raises(RelayLostError, match=why):
        await join(address)


async def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(RelayLostError, match="nonsense"):
        await join("nonsense")


async def test_nobody_at_the_address_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(RelayLostError, match="refused"):
            await join(address)


async def test_lines_that_come_with_the_welcome_are_not_lost(
    impostor: StartImpostor,
) -> None:
    address = await impostor(greeting(), b"welcome\ndesks 500\nbeat LIVE\nbeat AW")

    with await join(address) as client:
        assert client.desks == 1
        said = client.messages(is_readable=False)
        while not said:
            said = await asyncio.to_thread(client.messages, is_readable=True)

        assert client.desks == 500

    assert said == [Beat(FeedState.LIVE)]
