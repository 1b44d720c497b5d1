"""A process like that of the media engine, whose microphone hears a tone."""

from __future__ import annotations

import asyncio
import os
import sys

from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.remote.server import serve
from telephony.webrtc.ticker import SteadyTicker
from tests.fakes.scripted_card import ScriptedCard
from tests.webrtc.plain_codecs import PlainCodecs
from tests.webrtc.wave_file import make_wave_file

TONE_HZ = 400.0
COMMAND = (sys.executable, "-m", "tests.webrtc.scripted_process")


def scripted_engine() -> LocalEngine:
    """Return an engine in real time."""
    return LocalEngine(
        card=ScriptedCard(TONE_HZ),
        codecs=PlainCodecs(),
        ticker=SteadyTicker(),
        sound_files=make_wave_file,
    )


async def _main() -> None:
    with os.fdopen(0, "rb", 0, closefd=False) as asked, os.fdopen(1, "wb") as told:
        await serve(scripted_engine(), asked=asked, told=told)


if __name__ == "__main__":
    asyncio.run(_main())
