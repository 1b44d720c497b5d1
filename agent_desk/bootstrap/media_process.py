"""The media engine in a process of its own: its command, and what that process runs.

Its first thread is Qt's, for microphone and speaker; the engine has another. It ends with its desk.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from agent_desk.bootstrap.own_program import own_program

if TYPE_CHECKING:
    from telephony.webrtc.engine import MediaEngine
    from telephony.webrtc.sound_card import SoundCard

MODE = "media"
"""What this program is told, to be the engine of the desk that starts it."""

GRACE_SECONDS = 5.0
"""So long may the engine take to end in good order once its desk is gone."""

EXIT_HANGS = 3


def process_engine() -> MediaEngine:
    """Return the engine of a desk; nothing is started yet."""
    from telephony.webrtc.remote.process_engine import ProcessEngine

    return ProcessEngine((*own_program(), MODE))


def run_media() -> int:
    """Be the engine of the desk at standard input and output; return when that is gone."""
    from ui.audio.beside import run_beside_qt

    return run_beside_qt(_serve)


def _serve(card: SoundCard) -> int:
    import asyncio

    asyncio.run(_served(card))
    return 0


async def _served(card: SoundCard) -> None:
    from telephony.webrtc.codecs.catalogue import CodecCatalogue
    from telephony.webrtc.local_engine import LocalEngine
    from telephony.webrtc.remote.server import serve
    from telephony.webrtc.ticker import SteadyTicker

    codecs = CodecCatalogue()
    codecs.load()
    engine = LocalEngine(card=card, codecs=codecs, ticker=SteadyTicker())
    # What a library prints must not get between the messages: it goes to the log's pipe.
    told_fd = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(0, "rb", 0, closefd=False) as asked, os.fdopen(told_fd, "wb") as told:
        await serve(engine, asked=asked, told=told, on_end=_end_soon)


def _end_soon() -> None:
    """See to it that this process ends: a device of some system may never let go."""

    def end() -> None:
        time.sleep(GRACE_SECONDS)
        os._exit(EXIT_HANGS)

    threading.Thread(target=end, name="media-end", daemon=True).start()
