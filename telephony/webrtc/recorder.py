"""The recordings of calls: between the engine's beat and a thread that writes; engine's loop."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agent_desk.domain.sound import RecordingState, SoundFileFormat
from telephony.rtp.sound.samples import silence
from telephony.webrtc.engine import RecordingChanged
from telephony.webrtc.errors import MediaError
from telephony.webrtc.sound_card import CARD_FRAME
from telephony.webrtc.sound_file import MakeSoundFile, SoundFile

_LOG = logging.getLogger(__name__)

_MOST_WAITING = 1500
"""Frames: a disk that has stood still for 30 s has failed."""

_END_SECONDS = 5.0
"""So long may the end of a recording hold up that of its call."""


class Recorder:
    """The recordings of an engine, at most one for each call."""

    def __init__(self, make: MakeSoundFile, tell: Callable[[RecordingChanged], None]) -> None:
        """Write files by ``make``; ``tell`` hears what becomes of them."""
        self._make = make
        self._tell = tell
        self._tapes: dict[str, _Tape] = {}

    async def start(self, call: str, file: Path, format: SoundFileFormat) -> None:
        """Begin; raises MediaError when the call is recorded already, or the file cannot be."""
        if call in self._tapes:
            raise MediaError(f"the call {call} is recorded already")
        try:
            opened = await asyncio.to_thread(self._make, file, format)
        except OSError as error:
            raise MediaError(f"{file} cannot be written: {error.strerror or error}") from error
        if call in self._tapes:
            await asyncio.to_thread(opened.close)
            raise MediaError(f"the call {call} is recorded already")
        tape = _Tape(opened, file, lambda why: self._fail(tape, why))
        self._tapes[call] = tape
        self._say(call, RecordingState.RECORDING, file)

    def write(
        self, call: str, ours: array[int] | None, theirs: array[int] | None, passed: int
    ) -> None:
        """Write the next 20 ms, None for silence; passed: beats, all but one of them silent."""
        tape = self._tapes.get(call)
        if tape is None:
            return
        for _ in range(passed - 1):
            tape.write(None, None)
        tape.write(ours, theirs)

    def pass_on(self, call: str, to: str) -> None:
        """Let the recording of ``call`` be that of ``to`` from now on; nothing of it is missing.

        Raises MediaError when ``call`` is not recorded, or ``to`` is already.
        """
        if call not in self._tapes:
            raise MediaError(f"the call {call} is not recorded")
        if to in self._tapes:
            raise MediaError(f"the call {to} is recorded already")
        self._tapes[to] = self._tapes.pop(call)

    def pause(self, call: str, paused: bool) -> None:
        """Write silence, or sound again; raises MediaError without a recording."""
        tape = self._tapes.get(call)
        if tape is None:
            raise MediaError(f"the call {call} is not recorded")
        if tape.is_paused != paused:
            tape.is_paused = paused
            state = RecordingState.PAUSED if paused else RecordingState.RECORDING
            self._say(call, state, tape.file)

    async def stop(self, call: str) -> None:
        """Complete the file, if there is one."""
        tape = self._tapes.pop(call, None)
        if tape is not None:
            error = await tape.close()
            self._say(call, RecordingState.OFF, tape.file, error)

    def _fail(self, tape: _Tape, why: str) -> None:
        for call in [name for name, each in self._tapes.items() if each is tape]:
            del self._tapes[call]
            self._say(call, RecordingState.OFF, tape.file, why)

    def _say(self, call: str, state: RecordingState, file: Path, error: str = "") -> None:
        self._tell(RecordingChanged(call=call, state=state, file=str(file), error=error))


class _Tape:
    """One file with its thread."""

    def __init__(self, opened: SoundFile, file: Path, on_failure: Callable[[str], None]) -> None:
        self.file = file
        self.is_paused = False
        self._opened = opened
        self._loop = asyncio.get_running_loop()
        self._on_failure = on_failure
        self._error = ""
        self._waiting: queue.SimpleQueue[tuple[array[int], array[int]] | None]
        self._waiting = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="media-recording", daemon=True)
        self._thread.start()

    def write(self, ours: array[int] | None, theirs: array[int] | None) -> None:
        if self._waiting.qsize() >= _MOST_WAITING:
            self._on_failure("the disk is too slow")
            self._waiting.put(None)
            return
        sides = (None, None) if self.is_paused else (ours, theirs)
        mine, other = (silence(CARD_FRAME) if each is None else each for each in sides)
        self._waiting.put((mine, other))

    async def close(self) -> str:
        """Return why the file is not complete, ``""`` when it is."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join, _END_SECONDS)
        return "the disk does not answer" if self._thread.is_alive() else self._error

    def _run(self) -> None:
        """Write until the end, then complete the file; on the recording's own thread."""
        try:
            try:
                while (frame := self._waiting.get()) is not None:
                    self._opened.write(*frame)
            finally:
                self._opened.close()
        except Exception as error:  # noqa: BLE001 nobody may believe that it still records
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self._error = error.strerror or str(error)
        else:
            _LOG.error("the recording %s has failed", self.file, exc_info=error)
            self._error = str(error) or repr(error)
        with suppress(RuntimeError):  # The loop is closed: nobody is left to hear it.
            self._loop.call_soon_threadsafe(self._on_failure, self._error)
