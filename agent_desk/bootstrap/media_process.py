"""The media engine in a process of its own: its command, and what that process runs.

Its first thread is Qt's, for microphone and speaker; the engine has another. It ends with its desk.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from agent_desk.bootstrap.own_program import own_program

if TYPE_CHECKING:
    from telephony.webrtc.codecs.catalogue import CodecCatalogue
    from telephony.webrtc.engine import MediaEngine
    from telephony.webrtc.sound_card import SoundCard

MODE = "media"
"""What this program is told, to be the engine of the desk that starts it."""

GRACE_SECONDS = 5.0
"""So long may the engine take to end in good order once its desk is gone."""

EXIT_HANGS = 3

_NICER = -10
_HIGH_PRIORITY = 0x80
"""HIGH_PRIORITY_CLASS of winbase.h."""

_LOG = logging.getLogger(__name__)


def process_engine() -> MediaEngine:
    """Return the engine of a desk; nothing is started yet."""
    from telephony.webrtc.remote.process_engine import ProcessEngine

    return ProcessEngine((*own_program(), MODE))


def run_media() -> int:
    """Be the engine of the desk at standard input and output; return when that is gone."""
    # Here: the desk needs this module for its window, and asyncio only after that is painted.
    import asyncio

    pipes = _own_pipes()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s:%(name)s:%(message)s")
    # Ctrl+C in a terminal is meant for the desk, which ends this process in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    go_first()
    codecs = _loaded_codecs()

    def serve(card: SoundCard) -> int:
        asyncio.run(_served(card, codecs, pipes))
        return 0

    try:
        from ui.audio.beside import run_beside_qt
    except ImportError as error:
        # A machine without the sound libraries that Qt needs: calls go on without a headset.
        _LOG.warning("no sound devices: %s", error)
        from telephony.webrtc.sound_card import NoSoundCard

        return serve(NoSoundCard())
    return run_beside_qt(serve)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return what is asked and told by; whatever a library prints goes to the desk's log."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(0, "rb", 0, closefd=False), told


def go_first() -> None:
    """Let the system run this process before others, where it allows that."""
    with suppress(OSError):
        if sys.platform == "win32":
            kernel = ctypes.WinDLL("kernel32")
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _HIGH_PRIORITY)
        else:
            os.nice(_NICER)


def _loaded_codecs() -> CodecCatalogue:
    """Load everything now, and keep it out of every later search for garbage."""
    from telephony.webrtc.codecs.catalogue import CodecCatalogue
    from telephony.webrtc.preload import preload

    preload()
    codecs = CodecCatalogue()
    codecs.load()
    gc.collect()
    gc.freeze()
    return codecs


async def _served(
    card: SoundCard, codecs: CodecCatalogue, pipes: tuple[BinaryIO, BinaryIO]
) -> None:
    from telephony.webrtc.local_engine import LocalEngine
    from telephony.webrtc.recording.formats import open_sound_file
    from telephony.webrtc.remote.server import serve
    from telephony.webrtc.ticker import SteadyTicker

    engine = LocalEngine(
        card=card, codecs=codecs, ticker=SteadyTicker(), sound_files=open_sound_file
    )
    asked, told = pipes
    await serve(engine, asked=asked, told=told, on_end=_end_soon)


def _end_soon() -> None:
    """See to it that this process ends: a device of some system may never let go."""

    def end() -> None:
        time.sleep(GRACE_SECONDS)
        os._exit(EXIT_HANGS)

    threading.Thread(target=end, name="media-end", daemon=True).start()
