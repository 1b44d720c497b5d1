"""What every media engine does, seen by its events and from the far side of a call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from agent_desk.domain.sound import AudioChoice, MediaPath, RecordingState, SoundFileFormat
from telephony.rtp.packet.description import Goodbye
from telephony.rtp.packet.report import Report
from telephony.sip.sdp.policy import DIGITS_8, PCMA, LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import (
    DevicesChanged,
    DigitHeard,
    EngineEvent,
    LevelsMeasured,
    MediaEngine,
    MediaWish,
    PathChanged,
    QualityMeasured,
    RecordingChanged,
)
from telephony.webrtc.errors import MediaError
from telephony.webrtc.sound_card import CARD_FRAME
from telephony.webrtc.tones.national import tone_plan
from tests.webrtc.ends import strength
from tests.webrtc.far_end import FarEnd, far_end, loudness
from tests.webrtc.scripted_process import TONE_HZ
from tests.webrtc.wave_file import read_channels

WISH = MediaWish(profiles=(Profile.RTP,), address="127.0.0.1")
LOUD, QUIET = 6000.0, 100.0
CHINA = tone_plan("CN")
Event = TypeVar("Event", bound=EngineEvent)


class Listener:
    """Everything that an engine told."""

    def __init__(self, engine: MediaEngine) -> None:
        self.events: list[EngineEvent] = []
        self._news = asyncio.Event()
        self.stop = engine.subscribe(self._take)

    def _take(self, event: EngineEvent) -> None:
        self.events.append(event)
        self._news.set()

    def told(self, kind: type[Event]) -> list[Event]:
        """Return the events of one kind."""
        return [each for each in self.events if isinstance(each, kind)]

    async def until(self, holds: Callable[[], object]) -> None:
        """Return when ``holds()`` is true."""
        async with asyncio.timeout(20):
            while not holds():
                self._news.clear()
                await self._news.wait()


class MediaEngineContract:
    """Subclasses give ``engine``, started, whose microphone hears TONE_HZ."""

    async def _talk(self, engine: MediaEngine, far: FarEnd, call: str = "call") -> LocalMedia:
        local = await engine.open(call, WISH)
        far.meet(local)
        await engine.apply(call, far.agreement)
        return local

    async def test_a_call_has_a_port_and_a_session_of_its_own(self, engine: MediaEngine) -> None:
        one, other = await engine.open("one", WISH), await engine.open("other", WISH)
        assert (one.address, one.port % 2) == ("127.0.0.1", 0)
        assert one.port != other.port
        assert one.session_id != other.session_id
        assert (one.fingerprint, one.ice, one.cryptos) == (None, None, ())

    async def test_what_the_profiles_need_is_prepared(self, engine: MediaEngine) -> None:
        every = MediaWish(
            profiles=(Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP, Profile.SDES, Profile.RTP),
            address="127.0.0.1",
        )
        local = await engine.open("call", every)
        assert local.fingerprint is not None
        assert local.fingerprint.algorithm == "sha-256"
        assert local.ice is not None
        assert any(f" {local.port} typ host" in each for each in local.ice.candidates)
        assert [each.suite for each in local.cryptos] == list(every.suites)
        assert len({each.key for each in local.cryptos}) == 2

    async def test_ice_begins_anew_at_other_ports_under_other_names(
        self, engine: MediaEngine
    ) -> None:
        wish = MediaWish(profiles=(Profile.DTLS_SRTP_ICE,), address="127.0.0.1")
        first = await engine.open("call", wish)
        again = await engine.restart("call", wish)
        assert first.ice is not None
        assert again.ice is not None
        assert again.port != first.port
        assert again.ice.is_begun_anew(first.ice)
        assert (again.fingerprint, again.session_id) == (first.fingerprint, first.session_id)

    async def test_a_call_without_ice_does_not_begin_it_anew(self, engine: MediaEngine) -> None:
        await engine.open("call", WISH)
        with pytest.raises(MediaError, match="no ICE"):
            await engine.restart("call", WISH)

    async def test_a_call_is_opened_once(self, engine: MediaEngine) -> None:
        await engine.open("call", WISH)
        with pytest.raises(MediaError):
            await engine.open("call", WISH)
        await engine.close("call")
        await engine.open("call", WISH)

    async def test_an_address_that_is_not_ours_is_refused(self, engine: MediaEngine) -> None:
        with pytest.raises(MediaError):
            await engine.open("call", replace(WISH, address="192.0.2.1"))
        await engine.open("call", WISH)

    async def test_ports_are_taken_from_a_range_and_come_back(self, engine: MediaEngine) -> None:
        # Tests run beside each other, each in a process of its own.
        first = 20_000 + os.getpid() % 5_000 * 4
        narrow = replace(WISH, first_port=first, last_port=first + 3)
        both = (Profile.DTLS_SRTP_ICE, Profile.RTP)
        opened = [
            await engine.open("one", narrow),
            await engine.open("other", replace(narrow, profiles=both)),
        ]
        assert sorted(each.port for each in opened) == [first, first + 2]
        with pytest.raises(MediaError, match=f"{first} to {first + 3}"):
            await engine.open("third", narrow)
        await engine.close("other")
        assert (await engine.open("third", narrow)).port == opened[1].port

    async def test_the_address_is_found_by_the_way_to_the_peer(self, engine: MediaEngine) -> None:
        local = await engine.open("call", replace(WISH, address="", towards="127.0.0.1"))
        assert local.address == "127.0.0.1"

    async def test_a_call_that_is_not_open_is_refused(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        async with far_end() as far:
            refusals: tuple[Callable[[], Awaitable[object]], ...] = (
                lambda: engine.apply("no", far.agreement),
                lambda: engine.restart("no", WISH),
                lambda: engine.close("no"),
                lambda: engine.put_on("no"),
                lambda: engine.set_muted("no", True),
                lambda: engine.send_digits("no", "1"),
                lambda: engine.start_recording("no", tmp_path / "no", SoundFileFormat.WAV),
                lambda: engine.pause_recording("no", True),
                lambda: engine.stop_recording("no"),
            )
            for refused in refusals:
                with pytest.raises(MediaError):
                    await refused()

    async def test_sound_goes_out_fifty_times_a_second(self, engine: MediaEngine) -> None:
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            await far.hear(5)
            heard = await far.hear(25)
            assert loudness(heard, TONE_HZ) > LOUD
            assert {each.packet.payload_type for each in heard} == {PCMA.payload_type}
            numbers = [each.packet.sequence_number for each in heard]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            lasted = heard[-1].at - heard[0].at
            assert 0.3 < lasted < 1.5

    async def test_only_what_is_put_on_hears_the_headset(self, engine: MediaEngine) -> None:
        async with far_end() as one, far_end() as other:
            await self._talk(engine, one, "one")
            await self._talk(engine, other, "other")
            await engine.put_on("one")
            await one.hear(5)
            assert loudness(await one.hear(10), TONE_HZ) > LOUD
            assert loudness(await other.hear(10), TONE_HZ) < QUIET
            await engine.put_on("other")
            await other.hear(5)
            assert loudness(await other.hear(10), TONE_HZ) > LOUD
            assert loudness(await one.hear(10), TONE_HZ) < QUIET

    async def test_calls_that_are_put_on_together_hear_each_other(
        self, engine: MediaEngine
    ) -> None:
        async with far_end() as one, far_end() as other:
            await self._talk(engine, one, "one")
            await self._talk(engine, other, "other")
            await engine.put_on("one", "other")
            async with one.speaking(1000):
                await other.hear(10)
                assert loudness(await other.hear(15), 1000) > LOUD
                assert loudness(one.arrived[-15:], 1000) < QUIET * 5

    async def test_a_headset_is_not_put_on_what_is_not_open(self, engine: MediaEngine) -> None:
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            with pytest.raises(MediaError):
                await engine.put_on("no")
            await far.hear(5)
            assert loudness(await far.hear(10), TONE_HZ) > LOUD

    async def test_a_muted_call_hears_silence(self, engine: MediaEngine) -> None:
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            await engine.set_muted("call", True)
            await far.hear(5)
            assert loudness(await far.hear(10), TONE_HZ) < QUIET
            await engine.set_muted("call", False)
            await far.hear(5)
            assert loudness(await far.hear(10), TONE_HZ) > LOUD

    async def test_digits_go_both_ways(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.send_digits("call", "42")
            await far.until(
                lambda: (
                    len(
                        {
                            each.packet.timestamp
                            for each in far.arrived
                            if each.packet.payload_type == DIGITS_8.payload_type
                        }
                    )
                    == 2
                )
            )
            far.press("8")
            await listener.until(lambda: listener.told(DigitHeard))
        assert listener.told(DigitHeard) == [DigitHeard(call="call", digit="8")]

    async def test_what_is_no_digit_is_refused(self, engine: MediaEngine) -> None:
        async with far_end() as far:
            await engine.open("call", WISH)
            with pytest.raises(MediaError):
                await engine.send_digits("call", "1")
            await engine.apply("call", far.agreement)
            with pytest.raises(MediaError):
                await engine.send_digits("call", "1x")
            await engine.apply("call", replace(far.agreement, digits=None))
            with pytest.raises(MediaError):
                await engine.send_digits("call", "1")

    async def test_a_path_is_open_with_the_first_sound(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        async with far_end() as far:
            await self._talk(engine, far)
            await far.hear(3)
            assert listener.told(PathChanged) == []
            far.say(1000, 3)
            await listener.until(lambda: listener.told(PathChanged))
        assert listener.told(PathChanged) == [PathChanged(call="call", path=MediaPath.OPEN)]

    async def test_an_end_is_said_and_rated(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        async with far_end() as far:
            await self._talk(engine, far)
            far.say(1000, 5)
            await far.hear(10)
            await engine.close("call")
            await far.until(lambda: any(isinstance(each, Goodbye) for each in far.reports))
            await listener.until(lambda: listener.told(QualityMeasured))
        assert isinstance(far.reports[0], Report)
        (last,) = listener.told(QualityMeasured)
        assert (last.call, last.is_final, last.quality.codec) == ("call", True, "pcma")
        with pytest.raises(MediaError):
            await engine.close("call")

    async def test_an_agreement_that_cannot_be_kept_changes_nothing(
        self, engine: MediaEngine
    ) -> None:
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            unknown = replace(PCMA, name="unknown", payload_type=99)
            for wrong in (
                replace(far.agreement, profile=Profile.SDES),
                replace(far.agreement, profile=Profile.DTLS_SRTP),
                replace(far.agreement, codec=unknown),
            ):
                with pytest.raises(MediaError):
                    await engine.apply("call", wrong)
            await far.hear(5)
            assert loudness(await far.hear(10), TONE_HZ) > LOUD

    async def test_levels_are_told_while_the_headset_is_in_use(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        async with far_end() as far:
            await self._talk(engine, far)
            await far.hear(10)
            assert listener.told(LevelsMeasured) == []
            await engine.put_on("call")
            await listener.until(lambda: len(listener.told(LevelsMeasured)) >= 3)
        assert -25 < listener.told(LevelsMeasured)[-1].microphone < -5

    async def test_a_person_can_hear_himself_outside_of_calls(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        await engine.test_sound(True)
        await listener.until(
            lambda: any(each.speaker > -25 for each in listener.told(LevelsMeasured))
        )
        await engine.test_sound(False)
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            with pytest.raises(MediaError):
                await engine.test_sound(True)

    async def test_both_sides_are_recorded_in_a_channel_each(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        listener, file = Listener(engine), tmp_path / "call.wav"
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.put_on("call")
            async with far.speaking(1000):
                await far.hear(10)
                await engine.start_recording("call", file, SoundFileFormat.WAV)
                await far.hear(20)
                await engine.pause_recording("call", True)
                await far.hear(10)
                await engine.pause_recording("call", False)
                await far.hear(10)
                await engine.stop_recording("call")
            await engine.stop_recording("call")
        ours, theirs = read_channels(file)
        assert 35 <= len(ours) // CARD_FRAME <= 60
        for side, own, other in ((ours, TONE_HZ, 1000), (theirs, 1000, TONE_HZ)):
            assert strength(side[: 15 * CARD_FRAME], own) > LOUD
            assert strength(side[: 15 * CARD_FRAME], other) < QUIET * 5
            frames = (side[at : at + CARD_FRAME] for at in range(0, len(side), CARD_FRAME))
            # Where the pause is depends on how busy the machine is; that it is there does not.
            assert sum(not any(frame) for frame in frames) >= 5
        await listener.until(lambda: len(listener.told(RecordingChanged)) == 4)
        told = listener.told(RecordingChanged)
        assert [each.state for each in told] == [
            RecordingState.RECORDING,
            RecordingState.PAUSED,
            RecordingState.RECORDING,
            RecordingState.OFF,
        ]
        assert {(each.call, each.file, each.error) for each in told} == {("call", str(file), "")}

    async def test_a_conference_is_recorded_whole_and_beyond_whom_it_began_with(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        file = tmp_path / "call.wav"
        async with far_end() as one, far_end() as other:
            await self._talk(engine, one, "one")
            await self._talk(engine, other, "other")
            await engine.put_on("one", "other")
            async with one.speaking(1000), other.speaking(1600):
                await other.hear(10)
                await engine.start_recording("one", file, SoundFileFormat.WAV)
                await other.hear(25)
                await engine.pass_recording("one", "other")
                await engine.close("one")
                await other.hear(40)
                await engine.stop_recording("other")
        ours, theirs = read_channels(file)
        assert len(ours) // CARD_FRAME >= 50
        begin, end = slice(0, 15 * CARD_FRAME), slice(-10 * CARD_FRAME, None)
        for part in (begin, end):
            assert strength(ours[part], TONE_HZ) > LOUD
            assert strength(theirs[part], 1600) > LOUD
            for hz in (1000, 1600):
                assert strength(ours[part], hz) < QUIET * 5
            assert strength(theirs[part], TONE_HZ) < QUIET * 5
        assert strength(theirs[begin], 1000) > LOUD
        assert strength(theirs[end], 1000) < QUIET * 5

    async def test_a_recording_passes_only_to_a_call_without_one(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        await engine.open("one", WISH)
        await engine.open("other", WISH)
        with pytest.raises(MediaError, match="not recorded"):
            await engine.pass_recording("one", "other")
        for call in ("one", "other"):
            await engine.start_recording(call, tmp_path / f"{call}.wav", SoundFileFormat.WAV)
        with pytest.raises(MediaError, match="recorded already"):
            await engine.pass_recording("one", "other")
        for first, second in (("one", "no"), ("no", "one")):
            with pytest.raises(MediaError, match="not open"):
                await engine.pass_recording(first, second)

    async def test_a_call_that_ends_completes_its_recording(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        listener, file = Listener(engine), tmp_path / "call.wav"
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.start_recording("call", file, SoundFileFormat.WAV)
            await far.hear(5)
            await engine.close("call")
        assert len(read_channels(file)[0]) > 0
        await listener.until(lambda: listener.told(QualityMeasured))
        assert listener.told(RecordingChanged)[-1].state is RecordingState.OFF

    async def test_a_recording_that_cannot_be_is_refused(
        self, engine: MediaEngine, tmp_path: Path
    ) -> None:
        there = tmp_path / "there.wav"
        there.write_bytes(b"kept")
        async with far_end() as far:
            await self._talk(engine, far)
            for file in (there, tmp_path / "no" / "folder.wav"):
                with pytest.raises(MediaError):
                    await engine.start_recording("call", file, SoundFileFormat.WAV)
            with pytest.raises(MediaError):
                await engine.pause_recording("call", True)
            await engine.start_recording("call", tmp_path / "new.wav", SoundFileFormat.WAV)
            with pytest.raises(MediaError):
                await engine.start_recording("call", tmp_path / "2.wav", SoundFileFormat.WAV)
        assert there.read_bytes() == b"kept"

    async def test_a_tone_is_heard_at_the_headset_alone(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        async with far_end() as far:
            await self._talk(engine, far)
            await engine.play_tone(CHINA.busy)
            await engine.put_on("call")
            await listener.until(
                lambda: any(each.speaker > -30 for each in listener.told(LevelsMeasured))
            )
            heard = await far.hear(25)
            assert loudness(heard, TONE_HZ) > LOUD
            assert loudness(heard, 450.0) < QUIET
            await engine.play_tone(None)

    async def test_devices_are_known_and_chosen(self, engine: MediaEngine) -> None:
        listener = Listener(engine)
        assert [each.id for each in engine.devices().microphones] == ["mic"]
        await engine.choose(AudioChoice(microphone="mic", speaker="ear"))
        await listener.until(lambda: listener.told(DevicesChanged))
        assert engine.devices().microphone_in_use == "mic"

    async def test_whoever_has_unsubscribed_hears_nothing(self, engine: MediaEngine) -> None:
        listener, other = Listener(engine), Listener(engine)
        listener.stop()
        await engine.choose(AudioChoice(microphone="mic"))
        await other.until(lambda: other.told(DevicesChanged))
        assert listener.events == []

    async def test_a_stop_ends_every_call(self, engine: MediaEngine) -> None:
        async with far_end() as far:
            await self._talk(engine, far)
            await far.hear(3)
            await engine.stop()
            await far.until(lambda: any(isinstance(each, Goodbye) for each in far.reports))
        await engine.start()
        await engine.open("call", WISH)
