"""The contract of the media engine, in this process and in one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from telephony.webrtc.engine import MediaEngine
from telephony.webrtc.remote.process_engine import ProcessEngine
from tests.contracts.media_engine_contract import MediaEngineContract
from tests.webrtc.scripted_process import COMMAND, scripted_engine


class TestLocalEngine(MediaEngineContract):
    @pytest.fixture
    async def engine(self) -> AsyncIterator[MediaEngine]:
        engine = scripted_engine()
        await engine.start()
        yield engine
        await engine.stop()


class TestProcessEngine(MediaEngineContract):
    @pytest.fixture
    async def engine(self) -> AsyncIterator[MediaEngine]:
        engine = ProcessEngine(COMMAND)
        await engine.start()
        yield engine
        await engine.stop()
