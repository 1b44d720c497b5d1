"""The desk's stand-in for an engine in a process of its own; runs on the `desk-loop` thread.

A desk whose interpreter stands still, in a long sort or in Qt, changes no packet's time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from agent_desk.domain.sound import AudioChoice, AudioDevices, SoundFileFormat
from telephony.listeners import Listeners
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.webrtc.engine import DevicesChanged, EngineEvent, EngineLost, MediaWish
from telephony.webrtc.errors import MediaError
from telephony.webrtc.remote.process import PipedProcess, launch
from telephony.webrtc.remote.wire import Message, event_from_wire, result_from_wire, to_wire
from telephony.webrtc.tones.tone import Tone

_ANSWER_SECONDS = 10.0
"""Longer than servers of ICE are waited for; an engine that takes longer hangs."""


class ProcessEngine:
    """A `MediaEngine` by way of a pipe.

    The process is started by `start`, and after its death again by whatever is asked next.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start ``command`` when it is needed."""
        self._command = tuple(command)
        self._process: PipedProcess | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._count = 0
        self._choice: AudioChoice | None = None
        self._devices = AudioDevices()
        self._listeners = Listeners[EngineEvent]()

    @property
    def pid(self) -> int | None:
        """Return the process's number, None while there is none."""
        return None if self._process is None else self._process.pid

    def subscribe(self, listener: Callable[[EngineEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    # Life

    async def start(self) -> None:
        """Start the process; raises MediaError when it does not come up."""
        await self._running()

    async def stop(self) -> None:
        """Close every call and device, and end the process."""
        async with self._starting:
            process, self._process = self._process, None
            if process is None:
                return
            await asyncio.to_thread(process.stop)
        self._forget("the engine was stopped")

    async def _running(self) -> PipedProcess:
        async with self._starting:
            if self._process is None:
                await self._launch()
            assert self._process is not None
            return self._process

    async def _launch(self) -> None:
        try:
            process = await launch(self._command, on_message=self._take, on_end=self._end)
        except OSError as error:
            raise MediaError(f"the media process cannot be started: {error}") from error
        self._process = process
        await self._ask(process, "start")
        if self._choice is not None:
            await self._ask(process, "choose", self._choice)

    # Calls

    async def open(self, call: str, wish: MediaWish) -> LocalMedia:
        """Listen for ``call``."""
        opened: LocalMedia = await self._do("open", call, wish)
        return opened

    async def apply(self, call: str, agreement: Agreement) -> None:
        """Do as both sides agreed."""
        await self._do("apply", call, agreement)

    async def restart(self, call: str, wish: MediaWish) -> LocalMedia:
        """Open further sockets for ICE to begin anew with."""
        opened: LocalMedia = await self._do("restart", call, wish)
        return opened

    async def close(self, call: str) -> None:
        """End the media of ``call``."""
        await self._do("close", call)

    async def put_on(self, *calls: str) -> None:
        """Connect the headset with ``calls`` and these with each other."""
        await self._do("put_on", *calls)

    async def play_tone(self, tone: Tone | None) -> None:
        """Let the headset hear a tone, or none."""
        await self._do("play_tone", tone)

    async def set_muted(self, call: str, muted: bool) -> None:
        """Leave the microphone out of ``call``, or not."""
        await self._do("set_muted", call, muted)

    async def send_digits(self, call: str, digits: str) -> None:
        """Queue digits."""
        await self._do("send_digits", call, digits)

    # Recordings

    async def start_recording(self, call: str, file: Path, format: SoundFileFormat) -> None:
        """Write both sides of ``call`` to ``file``."""
        await self._do("start_recording", call, file, format)

    async def pass_recording(self, call: str, to: str) -> None:
        """Let the recording of ``call`` go on as that of ``to``."""
        await self._do("pass_recording", call, to)

    async def pause_recording(self, call: str, paused: bool) -> None:
        """Write silence, or sound again."""
        await self._do("pause_recording", call, paused)

    async def stop_recording(self, call: str) -> None:
        """Complete the file."""
        await self._do("stop_recording", call)

    # Devices

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        return self._devices

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices, also in a process that is started later."""
        self._choice = choice
        await self._do("choose", choice)

    async def test_sound(self, on: bool) -> None:
        """Let a person hear himself."""
        await self._do("test_sound", on)

    # The pipe

    async def _do(self, method: str, *arguments: object) -> Any:
        return await self._ask(await self._running(), method, *arguments)

    async def _ask(self, process: PipedProcess, method: str, *arguments: object) -> Any:
        self._count += 1
        number = self._count
        answer = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        process.send({"id": number, "do": method, "with": to_wire(arguments)})
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                value = await answer
        except TimeoutError:
            process.kill()
            raise MediaError(f"the media process does not answer to {method}") from None
        finally:
            self._waiting.pop(number, None)
        return result_from_wire(method, value)

    def _take(self, process: PipedProcess, message: Message) -> None:
        if process is not self._process:
            # A former one, of which nothing is heard any more.
            return
        if "event" in message:
            self._take_event(event_from_wire(message))
            return
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            return
        if "refused" in message:
            answer.set_exception(MediaError(message["refused"]))
        else:
            answer.set_result(message["value"])

    def _end(self, process: PipedProcess, why: str) -> None:
        if process is not self._process:
            return
        self._process = None
        self._forget(why)
        asyncio.get_running_loop().run_in_executor(None, process.stop)
        self._listeners.tell(EngineLost(why=why))

    def _forget(self, why: str) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(MediaError(why))

    def _take_event(self, event: EngineEvent) -> None:
        if isinstance(event, DevicesChanged):
            self._devices = event.devices
        self._listeners.tell(event)
