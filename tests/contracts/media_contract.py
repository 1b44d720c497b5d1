"""What every implementation of the media port must do; one suite, run on each of them.

A subclass gives the fixture ``harness``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from agent_desk.domain.errors import CallStateError, UnknownCallError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    RecordingChangedEvent,
    RecordingState,
    SoundEvent,
)
from agent_desk.ports.media import Media

OFF, RECORDING, PAUSED = RecordingState.OFF, RecordingState.RECORDING, RecordingState.PAUSED


class MediaHarness(Protocol):
    """Media of a switch whose calls a test makes."""

    @property
    def media(self) -> Media:
        """Return the media port."""
        ...

    async def ringing(self) -> CallId:
        """Return a call that rings here."""
        ...

    async def talking(self) -> CallId:
        """Return a call that both sides are in."""
        ...

    async def hold(self, call_id: CallId) -> None:
        """Put the call on hold."""
        ...

    async def end(self, call_id: CallId) -> None:
        """End the call, and let everything of it be told."""
        ...


class MediaContract:
    """The behaviours of `agent_desk.ports.media.Media`."""

    @pytest.fixture
    def media(self, harness: MediaHarness) -> Media:
        return harness.media

    @pytest.fixture
    def heard(self, media: Media) -> Iterator[list[SoundEvent]]:
        heard: list[SoundEvent] = []
        stop = media.subscribe(heard.append)
        yield heard
        stop()

    async def test_a_call_is_muted_and_heard_again(
        self, harness: MediaHarness, media: Media
    ) -> None:
        call = await harness.talking()
        assert not media.is_muted(call)
        await media.set_muted(call, True)
        await media.set_muted(call, True)
        assert media.is_muted(call)
        await media.set_muted(call, False)
        assert not media.is_muted(call)

    async def test_a_muted_call_stays_so_on_hold_and_is_not_muted_after_its_end(
        self, harness: MediaHarness, media: Media
    ) -> None:
        call = await harness.talking()
        await media.set_muted(call, True)
        await harness.hold(call)
        assert media.is_muted(call)
        await harness.end(call)
        assert not media.is_muted(call)

    async def test_a_recording_begins_pauses_goes_on_and_ends(
        self, harness: MediaHarness, media: Media, heard: list[SoundEvent]
    ) -> None:
        call = await harness.talking()
        assert media.recording(call) is OFF
        await media.start_recording(call)
        assert media.recording(call) is RECORDING
        await media.pause_recording(call, True)
        assert media.recording(call) is PAUSED
        await media.pause_recording(call, False)
        await media.stop_recording(call)
        assert media.recording(call) is OFF
        told = [event for event in heard if isinstance(event, RecordingChangedEvent)]
        assert [event.state for event in told] == [RECORDING, PAUSED, RECORDING, OFF]
        assert {event.call_id for event in told} == {call}
        assert all(event.at.tzinfo is not None and not event.error for event in told)

    async def test_beginning_twice_and_ending_twice_change_nothing(
        self, harness: MediaHarness, media: Media, heard: list[SoundEvent]
    ) -> None:
        call = await harness.talking()
        await media.stop_recording(call)
        await media.start_recording(call)
        await media.start_recording(call)
        await media.stop_recording(call)
        await media.stop_recording(call)
        told = [event.state for event in heard if isinstance(event, RecordingChangedEvent)]
        assert told == [RECORDING, OFF]

    async def test_a_call_on_hold_is_recorded_too(
        self, harness: MediaHarness, media: Media
    ) -> None:
        call = await harness.talking()
        await harness.hold(call)
        await media.start_recording(call)
        assert media.recording(call) is RECORDING

    async def test_what_the_state_forbids_is_refused_and_changes_nothing(
        self, harness: MediaHarness, media: Media, heard: list[SoundEvent]
    ) -> None:
        ringing = await harness.ringing()
        with pytest.raises(CallStateError):
            await media.start_recording(ringing)
        assert media.recording(ringing) is OFF
        await harness.end(ringing)
        call = await harness.talking()
        with pytest.raises(CallStateError):
            await media.pause_recording(call, True)
        assert media.recording(call) is OFF
        assert not [event for event in heard if isinstance(event, RecordingChangedEvent)]

    async def test_a_call_that_is_gone_is_named(self, media: Media) -> None:
        gone = CallId("never-was")
        for service in (
            media.set_muted(gone, True),
            media.start_recording(gone),
            media.pause_recording(gone, True),
            media.stop_recording(gone),
        ):
            with pytest.raises(UnknownCallError, match="never-was"):
                await service
        assert not media.is_muted(gone)
        assert media.recording(gone) is OFF

    async def test_a_recording_ends_with_its_call(
        self, harness: MediaHarness, media: Media
    ) -> None:
        call = await harness.talking()
        await media.start_recording(call)
        await harness.end(call)
        assert media.recording(call) is OFF

    async def test_devices_can_be_asked_chosen_and_tried(self, media: Media) -> None:
        assert isinstance(media.devices(), AudioDevices)
        await media.choose(AudioChoice())
        await media.tell_waiting(False)
        await media.test_sound(True)
        await media.test_sound(False)

    async def test_an_unsubscribed_listener_hears_nothing_more(
        self, harness: MediaHarness, media: Media
    ) -> None:
        heard: list[SoundEvent] = []
        stop = media.subscribe(heard.append)
        call = await harness.talking()
        stop()
        count = len(heard)
        await media.start_recording(call)
        assert len(heard) == count
