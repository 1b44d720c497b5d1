"""New files for recordings, by their format; any one thread."""

from __future__ import annotations

import secrets
from pathlib import Path

from agent_desk.domain.sound import SoundFileFormat
from telephony.webrtc.recording.new_file import NewFile
from telephony.webrtc.sound_file import SoundFile

_SERIAL_BITS = 32


def open_sound_file(path: Path, format: SoundFileFormat) -> SoundFile:
    """Return a new file; raises OSError, MediaError when its format cannot be written here.

    What codes the sound is loaded by the first recording, on its own thread.
    """
    file = NewFile(path)
    try:
        if format is SoundFileFormat.WAV:
            from telephony.webrtc.recording.wav import WavFile

            return WavFile(file)
        from telephony.webrtc.recording.ogg_opus import OggOpusFile

        return OggOpusFile(file, serial=secrets.randbits(_SERIAL_BITS))
    except BaseException:
        file.discard()
        raise
