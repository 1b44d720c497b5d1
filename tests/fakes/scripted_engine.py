"""A media engine that opens nothing: it notes what it is asked, and says what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevice,
    AudioDevices,
    LineQuality,
    MediaPath,
    RecordingState,
    SoundFileFormat,
)
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.engine import (
    EngineEvent,
    EngineLost,
    MediaWish,
    PathChanged,
    QualityMeasured,
    RecordingChanged,
)
from telephony.webrtc.errors import MediaError
from telephony.webrtc.tones.tone import Tone
from tests.fakes.ice_media import with_ice

QUALITY = LineQuality(
    here=4.3, there=4.1, loss=0.0, jitter_ms=1.5, round_trip_ms=20.0, codec="opus"
)
DEVICES = AudioDevices(
    microphones=(AudioDevice(id="mic", name="Headset", is_default=True),),
    speakers=(AudioDevice(id="ear", name="Headset", is_default=True),),
    microphone_in_use="mic",
    speaker_in_use="ear",
)


class ScriptedEngine:
    """`telephony.webrtc.engine.MediaEngine`.

    refusal: why nothing can be opened, "" while it can. opened, agreements, muted, digits,
    recordings, worn, tone: what holds now. restarted: what was opened for ICE to begin anew with.
    closed: legs in the order of their end.
    """

    def __init__(self, address: str = "10.0.0.100") -> None:
        """Open everything at ``address``."""
        self.address = address
        self.refusal = ""
        self.is_running = False
        self.opened: dict[str, LocalMedia] = {}
        self.restarted: dict[str, list[LocalMedia]] = {}
        self.wishes: list[MediaWish] = []
        self.agreements: dict[str, list[Agreement]] = {}
        self.muted: dict[str, bool] = {}
        self.digits: dict[str, str] = {}
        self.recordings: dict[str, Path] = {}
        self.paused: set[str] = set()
        self.closed: list[str] = []
        self.worn: tuple[str, ...] = ()
        self.tone: Tone | None = None
        self.choices: list[AudioChoice] = []
        self.is_testing = False
        self._listeners: list[Callable[[EngineEvent], None]] = []
        self._count = 0

    def subscribe(self, listener: Callable[[EngineEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def start(self) -> None:
        self.is_running = True

    async def stop(self) -> None:
        for call in tuple(self.opened):
            await self.close(call)
        self.is_running = False

    async def open(self, call: str, wish: MediaWish) -> LocalMedia:
        if self.refusal:
            raise MediaError(self.refusal)
        if call in self.opened:
            raise MediaError(f"{call} is open")
        self.wishes.append(wish)
        self.opened[call] = self._listening(wish)
        return self.opened[call]

    def _listening(self, wish: MediaWish) -> LocalMedia:
        self._count += 1
        local = LocalMedia(
            address=self.address,
            port=30000 + 2 * self._count,
            session_id=str(self._count),
            cryptos=tuple(
                Crypto(tag, suite, "k" * 40) for tag, suite in enumerate(wish.suites, start=1)
            ),
        )
        return with_ice(local) if Profile.DTLS_SRTP_ICE in wish.profiles else local

    async def restart(self, call: str, wish: MediaWish) -> LocalMedia:
        self._require(call)
        if self.refusal:
            raise MediaError(self.refusal)
        self.wishes.append(wish)
        self.restarted.setdefault(call, []).append(self._listening(wish))
        return self.restarted[call][-1]

    async def apply(self, call: str, agreement: Agreement) -> None:
        self._require(call)
        self.agreements.setdefault(call, []).append(agreement)
        if len(self.agreements[call]) == 1:
            self.tell(PathChanged(call=call, path=MediaPath.OPEN))

    async def close(self, call: str) -> None:
        self._require(call)
        if call in self.recordings:
            await self.stop_recording(call)
        del self.opened[call]
        self.closed.append(call)
        self.paused.discard(call)
        self.worn = tuple(worn for worn in self.worn if worn != call)
        self.tell(QualityMeasured(call=call, quality=QUALITY, is_final=True))

    async def put_on(self, *calls: str) -> None:
        for call in calls:
            self._require(call)
        self.worn = calls

    async def play_tone(self, tone: Tone | None) -> None:
        self.tone = tone

    async def set_muted(self, call: str, muted: bool) -> None:
        self._require(call)
        self.muted[call] = muted

    async def send_digits(self, call: str, digits: str) -> None:
        self._require(call)
        self.digits[call] = self.digits.get(call, "") + digits

    async def start_recording(self, call: str, file: Path, format: SoundFileFormat) -> None:
        self._require(call)
        file.touch(exist_ok=False)
        self.recordings[call] = file
        self.tell(RecordingChanged(call=call, state=RecordingState.RECORDING, file=str(file)))

    async def pass_recording(self, call: str, to: str) -> None:
        self._require(call)
        self._require(to)
        if call not in self.recordings or to in self.recordings:
            raise MediaError(f"no recording passes from {call} to {to}")
        self.recordings[to] = self.recordings.pop(call)
        if call in self.paused:
            self.paused.remove(call)
            self.paused.add(to)

    async def pause_recording(self, call: str, paused: bool) -> None:
        file = self.recordings.get(call)
        if file is None:
            raise MediaError(f"{call} is not recorded")
        (self.paused.add if paused else self.paused.discard)(call)
        state = RecordingState.PAUSED if paused else RecordingState.RECORDING
        self.tell(RecordingChanged(call=call, state=state, file=str(file)))

    async def stop_recording(self, call: str) -> None:
        file = self.recordings.pop(call, None)
        if file is not None:
            self.tell(RecordingChanged(call=call, state=RecordingState.OFF, file=str(file)))

    def devices(self) -> AudioDevices:
        return DEVICES

    async def choose(self, choice: AudioChoice) -> None:
        self.choices.append(choice)

    async def test_sound(self, on: bool) -> None:
        self.is_testing = on

    def die(self) -> None:
        """Lose everything that was open."""
        self.opened.clear()
        self.recordings.clear()
        self.muted.clear()
        self.worn, self.tone = (), None
        self.tell(EngineLost(why="killed"))

    def tell(self, event: EngineEvent) -> None:
        """Let every listener hear ``event``."""
        for listener in tuple(self._listeners):
            listener(event)

    def _require(self, call: str) -> None:
        if call not in self.opened:
            raise MediaError(f"{call} is not open")
