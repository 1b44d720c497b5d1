"""The media engine itself, on the loop of the thread that starts it."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.domain.sound import AudioChoice, AudioDevices, SoundFileFormat
from telephony.listeners import Listeners
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.call.media_call import MediaCall
from telephony.webrtc.call.surroundings import Surroundings
from telephony.webrtc.chance import Chance
from telephony.webrtc.codec import Codecs
from telephony.webrtc.conference import joined
from telephony.webrtc.engine import DevicesChanged, EngineEvent, MediaWish
from telephony.webrtc.errors import MediaError
from telephony.webrtc.headset import Headset
from telephony.webrtc.recorder import Recorder
from telephony.webrtc.sound_card import SoundCard
from telephony.webrtc.sound_file import MakeSoundFile, no_sound_files
from telephony.webrtc.ticker import Ticker
from telephony.webrtc.tones.source import ToneSource
from telephony.webrtc.tones.tone import Tone
from telephony.webrtc.transport.address import address_towards
from telephony.webrtc.transport.plain import open_plain
from telephony.webrtc.transport.ports import PortRange
from telephony.webrtc.transport.transport import MediaTransport

if TYPE_CHECKING:
    from telephony.webrtc.protection.dtls import Certificate

_TEND_EVERY = 5
"""Beats. Reports, their absence and digits without an end are no matter of 20 ms."""


class LocalEngine:
    """A `MediaEngine` without a process of its own."""

    def __init__(
        self,
        *,
        card: SoundCard,
        codecs: Codecs,
        ticker: Ticker,
        sound_files: MakeSoundFile = no_sound_files,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Beat by ``ticker``; clock: seconds that nobody sets, the same as the ticker's."""
        self._card = card
        self._ticker = ticker
        self._chance = Chance()
        self._clock = clock
        began = time.time() - clock()
        self._around = Surroundings(
            codecs=codecs, chance=self._chance, now=clock, wall=lambda: began + clock()
        )
        self._headset = Headset(card)
        self._recorder = Recorder(sound_files, self._tell)
        self._calls: dict[str, MediaCall] = {}
        self._locals: dict[str, LocalMedia] = {}
        self._opening: set[str] = set()
        self._is_stopped = False
        self._beats = 0
        self._on: tuple[str, ...] = ()
        self._tone: ToneSource | None = None
        self._devices = AudioDevices()
        self._listeners = Listeners[EngineEvent]()

    def subscribe(self, listener: Callable[[EngineEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    # Life

    async def start(self) -> None:
        """Watch the devices."""
        self._is_stopped = False
        self._card.start(self._on_devices)

    async def stop(self) -> None:
        """Close every call and device."""
        self._is_stopped = True
        for call in tuple(self._calls):
            await self.close(call)
        self._headset.test(False)
        self._tone = None
        self._rest()
        self._card.stop()

    # Calls

    async def open(self, call: str, wish: MediaWish) -> LocalMedia:
        """Listen for ``call``; raises MediaError when it is open, or when nothing can be."""
        if call in self._calls or call in self._opening:
            raise MediaError(f"the call {call} is open already")
        self._opening.add(call)
        try:
            transport = await self._transport(wish)
        finally:
            self._opening.discard(call)
        if self._is_stopped:
            await transport.close()
            raise MediaError("the engine was stopped")
        certificate = _certificate(wish)
        self._calls[call] = MediaCall(
            name=call,
            transport=transport,
            certificate=certificate,
            around=self._around,
            tell=self._tell,
        )
        self._ticker.start(self._tick)
        host, port = transport.local
        self._locals[call] = LocalMedia(
            address=host,
            port=port,
            session_id=self._chance.session(),
            fingerprint=None if certificate is None else certificate.fingerprint,
            ice=transport.ice,
            cryptos=self._cryptos(wish),
        )
        return self._locals[call]

    async def restart(self, call: str, wish: MediaWish) -> LocalMedia:
        """Open further sockets for ICE to begin anew with; raises MediaError without ICE."""
        opened, local = self._call(call), self._locals[call]
        host, ports, chance = await self._place(wish)
        (address, port), ice = await opened.restart(host, ports, chance, wish.relays)
        return replace(local, address=address, port=port, ice=ice)

    async def _place(self, wish: MediaWish) -> tuple[str, PortRange, float]:
        """Return where to open sockets: address, ports, and where among them to begin."""
        host = wish.address or await address_towards(wish.towards)
        ports = PortRange(first=wish.first_port, last=wish.last_port)
        return host, ports, self._chance.share()

    async def _transport(self, wish: MediaWish) -> MediaTransport:
        host, ports, chance = await self._place(wish)
        if Profile.DTLS_SRTP_ICE not in wish.profiles:
            return await open_plain(host, ports, chance)
        from telephony.webrtc.transport.ice import open_ice

        return await open_ice(host, ports, chance, wish.relays)

    def _cryptos(self, wish: MediaWish) -> tuple[Crypto, ...]:
        if Profile.SDES not in wish.profiles:
            return ()
        return tuple(
            Crypto(number, suite, self._chance.key())
            for number, suite in enumerate(wish.suites, start=1)
        )

    async def apply(self, call: str, agreement: Agreement) -> None:
        """Do as both sides agreed."""
        await self._call(call).apply(agreement)

    async def close(self, call: str) -> None:
        """End the media of ``call``."""
        closed = self._call(call)
        del self._calls[call], self._locals[call]
        self._on = tuple(each for each in self._on if each != call)
        if not self._calls:
            self._rest()
        await closed.close()
        await self._recorder.stop(call)

    async def put_on(self, *calls: str) -> None:
        """Connect the headset with ``calls`` and these with each other."""
        for call in calls:
            self._call(call)
        self._on = tuple(dict.fromkeys(calls))
        if calls:
            self._headset.test(False)
            self._headset.open()

    async def play_tone(self, tone: Tone | None) -> None:
        """Let the headset hear a tone, or none."""
        self._tone = None if tone is None else ToneSource(tone)
        if tone is not None:
            self._headset.test(False)
            self._headset.open()
            self._ticker.start(self._tick)
        elif not self._calls:
            self._rest()

    async def set_muted(self, call: str, muted: bool) -> None:
        """Leave the microphone out of ``call``, or not."""
        self._call(call).muted = muted

    async def send_digits(self, call: str, digits: str) -> None:
        """Queue digits."""
        self._call(call).send_digits(digits)

    # Recordings

    async def start_recording(self, call: str, file: Path, format: SoundFileFormat) -> None:
        """Write both sides of ``call`` to ``file``."""
        self._call(call)
        await self._recorder.start(call, file, format)
        if call not in self._calls:
            # It has ended while the file was opened.
            await self._recorder.stop(call)

    async def pass_recording(self, call: str, to: str) -> None:
        """Let the recording of ``call`` go on as that of ``to``."""
        self._call(call)
        self._call(to)
        self._recorder.pass_on(call, to)

    async def pause_recording(self, call: str, paused: bool) -> None:
        """Write silence, or sound again."""
        self._call(call)
        self._recorder.pause(call, paused)

    async def stop_recording(self, call: str) -> None:
        """Complete the file."""
        self._call(call)
        await self._recorder.stop(call)

    # Devices

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        return self._devices

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on."""
        self._card.choose(choice)

    async def test_sound(self, on: bool) -> None:
        """Let a person hear himself; raises MediaError while a call is at the headset."""
        if on and self._on:
            raise MediaError("the headset is in a call")
        self._headset.test(on)
        if on:
            self._headset.open()
            self._ticker.start(self._tick)
        elif not self._on:
            self._headset.close()
            if not self._calls:
                self._rest()

    # Inside

    def _call(self, call: str) -> MediaCall:
        if call not in self._calls:
            raise MediaError(f"the call {call} is not open")
        return self._calls[call]

    def _rest(self) -> None:
        """Let go of everything that only calls need, unless a test of the sound needs it too."""
        if not self._headset.is_tested and self._tone is None:
            self._headset.close()
            self._ticker.stop()

    def _tick(self, passed: int) -> None:
        """Hear and send 20 ms of every call."""
        now = self._clock()
        on = [self._calls[name] for name in self._on]
        for call in self._calls.values():
            if call.name not in self._on:
                call.pass_over(now)
        voices = [call.hear(now) for call in on]
        everybody = joined(voices)
        microphone = self._headset.take() if self._headset.is_open else None
        self._play(microphone, everybody, in_call=bool(on))
        said = dict(zip(self._on, _answers(on, voices, microphone), strict=True))
        for name, call in tuple(self._calls.items()):
            call.say(said.get(name), passed=passed, now=now)
            is_on = name in said
            ours = microphone if is_on and not call.muted else None
            self._recorder.write(name, ours, everybody if is_on else None, passed)
        self._beats += 1
        if self._beats % _TEND_EVERY == 0:
            for call in tuple(self._calls.values()):
                call.tend(now)

    def _play(
        self, microphone: array[int] | None, everybody: array[int] | None, *, in_call: bool
    ) -> None:
        """Let the headset hear ``everybody``, and the tone that is for it alone."""
        if microphone is None:
            return
        echo = self._headset.echo(microphone)
        tone = None if self._tone is None else self._tone.take()
        self._headset.play(echo if self._headset.is_tested else joined((everybody, tone)))
        levels = self._headset.levels()
        if levels is not None and (in_call or self._headset.is_tested):
            self._tell(levels)

    def _on_devices(self, devices: AudioDevices, error: str) -> None:
        self._devices = devices
        self._tell(DevicesChanged(devices=devices, error=error))

    def _tell(self, event: EngineEvent) -> None:
        self._listeners.tell(event)


def _answers(
    on: list[MediaCall], voices: list[array[int] | None], microphone: array[int] | None
) -> list[array[int] | None]:
    """Return what each of the calls at the headset is to hear: everybody but itself."""
    if microphone is None:
        return [None] * len(on)
    return [
        joined((None if call.muted else microphone, *voices[:place], *voices[place + 1 :]))
        for place, call in enumerate(on)
    ]


def _certificate(wish: MediaWish) -> Certificate | None:
    """Return a certificate of this call alone, None when no DTLS is wished for."""
    if not {Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE} & set(wish.profiles):
        return None
    from telephony.webrtc.protection.dtls import Certificate

    return Certificate.generateCertificate()
