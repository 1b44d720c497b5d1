"""The media port on a SIP telephone's engine; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from agent_desk.domain.call_events import ConferencedEvent
from agent_desk.domain.errors import CallStateError, NoSoundError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    AudioDevicesChangedEvent,
    LevelsMeasuredEvent,
    MediaPath,
    MediaPathChangedEvent,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
    SoundEvent,
)
from agent_desk.ports.media import SoundListener
from agent_desk.ports.switch import SwitchEvent
from telephony.listeners import Listeners
from telephony.phone.errands import Errands
from telephony.phone.leg import Leg
from telephony.phone.phone_call import PhoneCall
from telephony.phone.recording_folder import RecordingFolder
from telephony.phone.switchboard import Switchboard
from telephony.webrtc.engine import (
    DevicesChanged,
    EngineEvent,
    EngineLost,
    LevelsMeasured,
    MediaEngine,
    PathChanged,
    QualityMeasured,
    RecordingChanged,
)
from telephony.webrtc.errors import MediaError

_log = logging.getLogger(__name__)


class _Tape:
    """The recording of a call. leg: whose media has it; file: the last that was told."""

    __slots__ = ("file", "leg", "state")

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.state = RecordingState.RECORDING
        self.file = ""


class SipMedia:
    """`agent_desk.ports.media.Media` for the calls of a switchboard.

    A call that is muted or recorded stays so when its media is opened anew; a recording then goes
    on in a further file. That of a conference has everybody, and goes on when one of them leaves.
    """

    def __init__(
        self,
        *,
        board: Switchboard,
        engine: MediaEngine,
        recordings: RecordingFolder,
        errands: Errands,
    ) -> None:
        """Follow ``engine`` at once: it may tell of devices before any call."""
        self._board = board
        self._engine = engine
        self._recordings = recordings
        self._errands = errands
        self._muted: set[CallId] = set()
        self._tapes: dict[CallId, _Tape] = {}
        self._listeners = Listeners[SoundEvent]()
        board.headset.when_opened = self._opened
        board.headset.when_closing = self._closing
        engine.subscribe(self._on_engine)

    def subscribe(self, listener: SoundListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    # Microphone

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Stop or resume sending the microphone; raises UnknownCallError, NoSoundError."""
        call = self._board.call(call_id)
        await self._mute_legs(call, muted=muted)
        self._muted &= self._board.calls.keys()
        if muted:
            self._muted.add(call_id)
        else:
            self._muted.discard(call_id)

    def is_muted(self, call_id: CallId) -> bool:
        """Return whether the far end hears nothing; False for a call that is gone."""
        return call_id in self._muted and call_id in self._board.calls

    async def _mute_legs(self, call: PhoneCall, *, muted: bool) -> None:
        for leg in call.heard:
            if leg.local is not None:
                await self._done(self._engine.set_muted(leg.media, muted))

    # Recording

    async def start_recording(self, call_id: CallId) -> None:
        """Record both sides of an answered call; raises NoSoundError when that cannot be."""
        call = self._board.call(call_id)
        if not call.call.is_answered or not call.legs:
            raise self._refusal("start_recording", call)
        if self.recording(call_id) is RecordingState.OFF:
            self._tapes[call_id] = _Tape(call.leg)
            try:
                await self._record(call.leg, call_id)
            except NoSoundError:
                self._tapes.pop(call_id, None)
                raise

    async def pause_recording(self, call_id: CallId, paused: bool) -> None:
        """Write silence from now on, or sound again; CallStateError without a recording."""
        call = self._board.call(call_id)
        tape = self._tapes.get(call_id)
        if tape is None:
            raise self._refusal("pause_recording", call)
        await self._done(self._engine.pause_recording(tape.leg.media, paused))
        tape.state = RecordingState.PAUSED if paused else RecordingState.RECORDING

    async def stop_recording(self, call_id: CallId) -> None:
        """Complete the recording; does nothing when there is none."""
        self._board.call(call_id)
        tape = self._tapes.pop(call_id, None)
        if tape is not None:
            await self._done(self._engine.stop_recording(tape.leg.media))

    def recording(self, call_id: CallId) -> RecordingState:
        """Return whether the call is recorded; OFF for a call that is gone."""
        tape = self._tapes.get(call_id)
        if tape is None or call_id not in self._board.calls:
            return RecordingState.OFF
        return tape.state

    async def _record(self, leg: Leg, call_id: CallId) -> None:
        loop = asyncio.get_running_loop()
        try:
            file = await loop.run_in_executor(
                None, self._recordings.new_file, call_id, self._board.now()
            )
        except OSError as error:
            raise NoSoundError(reason=f"{self._recordings.path}: {error.strerror}") from error
        await self._done(self._engine.start_recording(leg.media, file, self._recordings.format))

    # Devices

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        return self._engine.devices()

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on, also in calls that go on."""
        await self._done(self._engine.choose(choice))

    async def tell_waiting(self, on: bool) -> None:
        """Let the agent hear it when another call rings beside one that talks, or not."""
        self._board.tells_waiting = on
        self._board.settle()

    async def test_sound(self, on: bool) -> None:
        """Let a person hear the microphone half a second later, or stop that."""
        await self._done(self._engine.test_sound(on))

    # What happens

    def follow(self, event: SwitchEvent) -> None:
        """Let a conference be as muted and recorded as the calls that live on in it."""
        if isinstance(event, ConferencedEvent) and event.call_id in self._board.calls:
            call = self._board.calls[event.call_id]
            muted = self.is_muted(event.call_id) or event.secondary_call_id in self._muted
            if muted:
                self._muted.add(event.call_id)
            self._errands.begin(self._mute_legs(call, muted=muted))
            self._join_recordings(event.call_id, event.secondary_call_id)

    def _join_recordings(self, call_id: CallId, joined: CallId) -> None:
        """Let one recording of a conference go on: of the call that lives on, if it has one."""
        tape = self._tapes.pop(joined, None)
        if tape is None:
            return
        if call_id in self._tapes:
            self._errands.begin(self._complete(tape))
            return
        self._tapes[call_id] = tape
        self._tell_recording(call_id, tape.state, file=tape.file)

    async def _complete(self, tape: _Tape) -> None:
        try:
            await self._engine.stop_recording(tape.leg.media)
        except MediaError as error:
            _log.debug("the recording of %s has ended: %s", tape.leg.media, error)

    async def _closing(self, leg: Leg) -> None:
        """Let the recording go on with whoever is left of its call, or takes the place."""
        for call_id, tape in tuple(self._tapes.items()):
            if tape.leg is leg and leg.is_over:
                others = (other for other in self._others(call_id) if other.local is not None)
                if (other := next(others, None)) is not None:
                    await self._pass_recording(tape, other)

    def _others(self, call_id: CallId) -> tuple[Leg, ...]:
        call = self._board.calls.get(call_id)
        return call.heard if call is not None else ()

    async def _pass_recording(self, tape: _Tape, other: Leg) -> None:
        former, tape.leg = tape.leg, other
        try:
            await self._engine.pass_recording(former.media, other.media)
        except MediaError as error:
            # The disk has ended it meanwhile, and that is told for itself.
            _log.debug("no recording goes on from %s: %s", former.media, error)

    async def _opened(self, leg: Leg) -> None:
        """Do for media that was opened what its call wants since before."""
        call = self._board.book.of(leg)
        if call is None:
            return
        if self.is_muted(call.call_id):
            await self._engine.set_muted(leg.media, True)
        tape = self._tapes.get(call.call_id)
        if tape is not None and (tape.leg is leg or tape.leg not in call.heard):
            tape.leg = leg
            await self._record_again(leg, call.call_id, tape.state)

    async def _record_again(self, leg: Leg, call_id: CallId, state: RecordingState) -> None:
        try:
            await self._record(leg, call_id)
            if state is RecordingState.PAUSED:
                await self._engine.pause_recording(leg.media, True)
        except (NoSoundError, MediaError) as error:
            _log.warning("the recording of %s does not go on: %s", call_id, error)
            self._tapes.pop(call_id, None)
            self._tell_recording(call_id, RecordingState.OFF, error=str(error))

    def _on_engine(self, event: EngineEvent) -> None:
        if isinstance(event, LevelsMeasured):
            self._tell(LevelsMeasuredEvent(microphone=event.microphone, speaker=event.speaker))
        elif isinstance(event, DevicesChanged):
            self._tell(AudioDevicesChangedEvent(devices=event.devices, error=event.error))
        elif isinstance(event, PathChanged | QualityMeasured | RecordingChanged):
            leg = self._board.headset.leg(event.call)
            if leg is not None and leg.facts is not None:
                self._on_leg(event, leg, leg.known.call_id)
        elif isinstance(event, EngineLost):
            self._on_lost()

    def _on_leg(
        self, event: PathChanged | QualityMeasured | RecordingChanged, leg: Leg, call_id: CallId
    ) -> None:
        at = self._board.now()
        if isinstance(event, PathChanged):
            self._tell(MediaPathChangedEvent(call_id=call_id, at=at, path=event.path))
        elif isinstance(event, RecordingChanged):
            of = self._note_recording(event, leg, call_id)
            self._tell_recording(of, event.state, file=event.file, error=event.error)
        elif leg.agreement is not None:
            # Media that was only opened anew has a last figure too, and the call goes on.
            is_final = event.is_final and leg.is_over
            of = leg.first_call if is_final and leg.first_call is not None else call_id
            self._tell(
                QualityMeasuredEvent(call_id=of, at=at, quality=event.quality, is_final=is_final)
            )

    def _note_recording(self, event: RecordingChanged, leg: Leg, call_id: CallId) -> CallId:
        """Return the call that a recording is of: the one that it began in, once it was joined."""
        tape = self._tapes.get(call_id)
        if tape is not None and tape.leg is not leg:
            return leg.first_call or call_id
        if event.error or call_id not in self._board.calls:
            self._tapes.pop(call_id, None)
        elif tape is not None:
            tape.file = event.file
        return call_id

    def _on_lost(self) -> None:
        for call in self._board.calls.values():
            if any(leg.agreement is not None for leg in call.legs):
                self.path_lost(call.call_id)

    def path_lost(self, call_id: CallId) -> None:
        """Tell that nothing can be heard."""
        at = self._board.now()
        self._tell(MediaPathChangedEvent(call_id=call_id, at=at, path=MediaPath.LOST))

    def _tell_recording(
        self, call_id: CallId, state: RecordingState, *, file: str = "", error: str = ""
    ) -> None:
        self._tell(
            RecordingChangedEvent(
                call_id=call_id, at=self._board.now(), state=state, file=file, error=error
            )
        )

    def _tell(self, event: SoundEvent) -> None:
        self._listeners.tell(event)

    # Checks

    def _refusal(self, service: str, call: PhoneCall) -> CallStateError:
        return CallStateError(
            service=service, call_id=call.call_id, state=call.state.value, allowed=""
        )

    async def _done(self, work: Awaitable[None]) -> None:
        try:
            await work
        except MediaError as error:
            raise NoSoundError(reason=str(error)) from error
