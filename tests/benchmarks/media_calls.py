"""What calls cost: thirty Opus calls in one process, and one beside aiortc's peer connection."""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import time
from fractions import Fraction
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from agent_desk.bootstrap.media_process import go_first
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import DIGITS_48, OPUS, LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.engine import EngineEvent, MediaWish, PathChanged
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.preload import preload
from tests.benchmarks.media_ends import HOST, FarSide, LoopCard, SharedBeat, speech
from tests.webrtc.ends import agree

CALLS = 30
REQUIRED_FRAMES_PER_SECOND = 50
REQUIRED_RATIO = 0.5
_SECONDS = 10.0
_ALONE_SECONDS = 5.0
_ROUNDS = 5


def run(seconds: float = _SECONDS) -> dict[str, Any]:
    """Return the frames a second of the worst of thirty calls, and processor time in percent.

    Thirty calls: Opus under SDES in one process, each with a headset of its own; the far sides are
    bare sockets in another process. One call: Opus under DTLS and ICE, both ends in one process, of
    whose time a half is counted, the best of five rounds; the same for aiortc's peer connection.
    Parameters that aiortc leaves as they are: 48,000 Hz, 96 kbit/s, stereo.
    """
    many = _many(seconds)
    # One after the other in turn: whatever else the machine does meets both.
    rounds = [(_alone(_our_call), _alone(_peer_connection)) for _ in range(_ROUNDS)]
    ours, theirs = (min(each) for each in zip(*rounds, strict=True))
    return {
        "calls": CALLS,
        **many,
        "required_frames_per_second": REQUIRED_FRAMES_PER_SECOND,
        "one_call_cpu_percent": round(ours, 2),
        "peer_connection_cpu_percent": round(theirs, 2),
        "ratio": round(ours / theirs, 3),
        "required_ratio": REQUIRED_RATIO,
    }


# Thirty calls


def _many(seconds: float) -> dict[str, Any]:
    with _Child(_thirty) as pipe:
        locals_: list[LocalMedia] = pipe.recv()
        far = FarSide()
        agreements = [far.agreement(local) for local in locals_]
        pipe.send(agreements)
        rates = asyncio.run(far.talk(locals_, agreements, seconds))
        pipe.send(None)
        cpu, late = pipe.recv()
        far.close()
    return {
        "worst_call_frames_per_second": round(min(rates), 2),
        "best_call_frames_per_second": round(max(rates), 2),
        "cpu_percent": round(cpu, 1),
        "beats_missed": late,
    }


def _thirty(pipe: Connection) -> None:
    go_first()
    asyncio.run(_engines(pipe))


async def _engines(pipe: Connection) -> None:
    beat, frames, codecs = SharedBeat(), speech(), CodecCatalogue()
    codecs.load()
    wish = MediaWish(profiles=(Profile.SDES,), address=HOST)
    engines = [
        LocalEngine(card=LoopCard(frames), codecs=codecs, ticker=beat.ticker())
        for _ in range(CALLS)
    ]
    pipe.send([await engine.open("call", wish) for engine in engines])
    agreements: list[Agreement] = pipe.recv()
    for engine, agreement in zip(engines, agreements, strict=True):
        await engine.apply("call", agreement)
        await engine.put_on("call")
    await asyncio.sleep(1.0)
    _freeze()
    beat.late = 0
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.to_thread(pipe.recv)
    lasted, spent = time.perf_counter() - began, time.process_time() - cpu
    pipe.send((100 * spent / lasted, beat.late))
    for engine in engines:
        await engine.stop()


# One call


def _alone(work: Any) -> float:
    with _Child(work) as pipe:
        percent: float = pipe.recv()
    return percent


def _our_call(pipe: Connection) -> None:
    go_first()
    preload()
    pipe.send(asyncio.run(_talk_to_ourselves()))


async def _talk_to_ourselves() -> float:
    beat, frames, codecs = SharedBeat(), speech(), CodecCatalogue()
    wish = MediaWish(profiles=(Profile.DTLS_SRTP_ICE,), address=HOST)
    ends = [
        LocalEngine(card=LoopCard(frames), codecs=codecs, ticker=beat.ticker()) for _ in range(2)
    ]
    is_open = [asyncio.Event() for _ in ends]
    for end, event in zip(ends, is_open, strict=True):
        end.subscribe(partial(_note, event))
    ours, theirs = [await end.open("call", wish) for end in ends]
    agreements = agree(ours, theirs, profile=Profile.DTLS_SRTP_ICE, codecs=(OPUS, DIGITS_48))
    for end, agreement in zip(ends, agreements, strict=True):
        await end.apply("call", agreement)
        await end.put_on("call")
    for event in is_open:
        await event.wait()
    percent = await _half_of_our_time()
    for end in ends:
        await end.stop()
    return percent


def _note(is_open: asyncio.Event, told: EngineEvent) -> None:
    if isinstance(told, PathChanged):
        is_open.set()


def _peer_connection(pipe: Connection) -> None:
    go_first()
    pipe.send(asyncio.run(_talk_by_peer_connections()))


async def _talk_by_peer_connections() -> float:
    from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection
    from av import AudioFrame

    class Speech(MediaStreamTrack):
        """The card's frames at the card's pace."""

        kind = "audio"

        def __init__(self, frames: list[Any]) -> None:
            super().__init__()
            self._frames = frames
            self._number = 0
            self._began = time.perf_counter()

        async def recv(self) -> AudioFrame:
            due = self._began + self._number * 0.020
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            frame = AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(self._frames[self._number % len(self._frames)].tobytes())
            frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
            frame.pts = self._number * 960
            self._number += 1
            return frame

    async def drain(track: Any) -> None:
        while True:
            await track.recv()

    frames = speech()
    ends = [RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)]
    drains = []
    for end in ends:
        end.addTrack(Speech(frames))
        end.on("track", lambda track: drains.append(asyncio.ensure_future(drain(track))))
    offer = await ends[0].createOffer()
    await ends[0].setLocalDescription(offer)
    await ends[1].setRemoteDescription(ends[0].localDescription)
    await ends[1].setLocalDescription(await ends[1].createAnswer())
    await ends[0].setRemoteDescription(ends[1].localDescription)
    async with asyncio.timeout(20):
        while not all(end.connectionState == "connected" for end in ends):
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    percent = await _half_of_our_time()
    for task in drains:
        task.cancel()
    for end in ends:
        await end.close()
    return percent


async def _half_of_our_time() -> float:
    _freeze()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.sleep(_ALONE_SECONDS)
    return 50 * (time.process_time() - cpu) / (time.perf_counter() - began)


def _freeze() -> None:
    """Keep what is loaded out of the search for garbage, as the engine's process does."""
    gc.collect()
    gc.freeze()


# Processes


class _Child:
    """A process that does ``work`` with one end of a pipe; the other is given."""

    def __init__(self, work: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs,), daemon=True)

    def __enter__(self) -> Connection:
        self._process.start()
        return self._pipe

    def __exit__(self, *error: object) -> None:
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
