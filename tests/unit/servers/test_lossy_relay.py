"""The relay that stands for a bad line: what it does to packets, and that it does it again."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from tests.servers.lossy_relay import CLEAR, Fate, LossyRelay, Weather

_PACKETS = 20_000
_STEP = 0.02


def _run(weather: Weather, seed: int = 7) -> list[list[float]]:
    """Return how late each copy of each of many packets came, in seconds."""
    fate = Fate(weather, seed)
    sent = [number * _STEP for number in range(_PACKETS)]
    return [[arrival - at for arrival in fate.arrivals(at)] for at in sent]


def test_a_clear_line_changes_nothing() -> None:
    assert _run(CLEAR) == [[0.0]] * _PACKETS


@pytest.mark.parametrize("burst", [1.0, 3.0])
def test_the_share_of_lost_packets_is_as_told(burst: float) -> None:
    lost = [not late for late in _run(Weather(loss=0.05, burst=burst))]
    rows = sum(now and not before for before, now in pairwise([False, *lost]))
    assert sum(lost) / _PACKETS == pytest.approx(0.05, abs=0.01)
    assert sum(lost) / rows == pytest.approx(max(burst, 1 / 0.95), rel=0.15)


def test_jitter_keeps_the_order() -> None:
    weather = Weather(delay_ms=40, jitter_ms=60)
    arrivals = [number * _STEP + late for number, (late,) in enumerate(_run(weather))]
    assert arrivals == sorted(arrivals)
    lates = [late for (late,) in _run(weather)]
    assert 0.04 <= min(lates) < 0.045
    assert 0.095 < max(lates) <= 0.1


def test_held_packets_are_overtaken_and_some_come_twice() -> None:
    run = _run(Weather(reorder=0.1, duplicates=0.02))
    assert sum(late[0] > 0 for late in run) / _PACKETS == pytest.approx(0.1, abs=0.01)
    assert sum(len(late) == 2 for late in run) / _PACKETS == pytest.approx(0.02, abs=0.005)


def test_a_seed_gives_the_same_fate_again() -> None:
    weather = Weather(loss=0.1, jitter_ms=30, reorder=0.05, duplicates=0.05)
    assert _run(weather) == _run(weather)
    assert _run(weather) != _run(weather, seed=8)


class _Peer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.has_heard = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        self.has_heard.set()


async def test_packets_cross_it_both_ways_until_the_line_is_dead() -> None:
    loop = asyncio.get_running_loop()
    here, there = _Peer(), _Peer()
    to_here, _ = await loop.create_datagram_endpoint(lambda: here, local_addr=("127.0.0.1", 0))
    to_there, _ = await loop.create_datagram_endpoint(lambda: there, local_addr=("127.0.0.1", 0))
    async with LossyRelay() as relay, asyncio.timeout(5):
        # One end is told where its peer listens, the other learns it.
        first, second = await relay.open(b=to_there.get_extra_info("sockname"))
        to_here.sendto(b"hello", (first.host, first.port))
        await there.has_heard.wait()
        to_there.sendto(b"and you", (second.host, second.port))
        await here.has_heard.wait()
        relay.weather = Weather(loss=1.0)
        there.has_heard.clear()
        to_here.sendto(b"lost", (first.host, first.port))
        while first.taken < 2:
            await asyncio.sleep(0)
        relay.weather = CLEAR
        to_here.sendto(b"there again", (first.host, first.port))
        await there.has_heard.wait()
        assert (first.taken, first.lost) == (3, 1)
    to_here.close()
    to_there.close()
    assert there.heard == [b"hello", b"there again"]
    assert here.heard == [b"and you"]
