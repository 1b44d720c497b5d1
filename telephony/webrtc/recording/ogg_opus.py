"""A recording as Ogg Opus, about 20 MB an hour (RFC 7845); any one thread.

Every page is written whole, twice a second: what a dead writer leaves is a file that plays.
"""

from __future__ import annotations

import struct
from array import array

from telephony.rtp.sound.samples import silence
from telephony.webrtc.codecs.opus import OPUS_FRAME, OPUS_HZ
from telephony.webrtc.codecs.opus_library import load_opus
from telephony.webrtc.codecs.opus_pair import PAIR, OpusPairEncoder
from telephony.webrtc.recording.interleaving import interleaved
from telephony.webrtc.recording.new_file import SYNC_FRAMES, NewFile
from telephony.webrtc.recording.ogg import MOST_SEGMENTS, ogg_page, segments

_PAGE_PACKETS = 25
_VERSION = 1
_SEPARATE = 1
"""Channel mapping family that lets left and right be streams of their own (s. 5.1.1.2)."""


class OggOpusFile:
    """A `telephony.webrtc.sound_file.SoundFile`."""

    def __init__(self, file: NewFile, *, serial: int) -> None:
        """Write both heads; raises OSError, MediaError without libopus. serial: of the stream."""
        library = load_opus()
        self._encoder = OpusPairEncoder(library)
        self._file = file
        self._serial = serial
        self._pages = 0
        self._packets: list[bytes] = []
        self._room = MOST_SEGMENTS
        self._samples = 0
        self._is_torn = False
        self._write_page([_head(self._encoder.lookahead)], position=0)
        self._write_page([_tags(library.opus_get_version_string())], position=0)

    def write(self, ours: array[int], theirs: array[int]) -> None:
        """Take in 20 ms; every half second goes to the file, every five seconds to the disk."""
        self._encode(ours, theirs)
        self._samples += OPUS_FRAME
        if len(self._packets) >= _PAGE_PACKETS:
            self._write_sound()
        if self._samples % (SYNC_FRAMES * OPUS_FRAME) == 0:
            self._file.sync()

    def close(self) -> None:
        """Write the last page, which says that it is the last, and let go."""
        try:
            if not self._is_torn:
                # The encoder still holds the end of what it took: silence pushes it out.
                self._encode(silence(OPUS_FRAME), silence(OPUS_FRAME))
                self._write_sound(is_last=True)
            self._file.sync()
        finally:
            self._file.close()

    def _encode(self, left: array[int], right: array[int]) -> None:
        packet = self._encoder.encode(interleaved(left, right))
        if segments(packet) > self._room:
            self._write_sound()
        self._packets.append(packet)
        self._room -= segments(packet)

    def _write_sound(self, *, is_last: bool = False) -> None:
        packets, self._packets, self._room = self._packets, [], MOST_SEGMENTS
        if not packets:
            return
        # Players take the lookahead off the beginning; the last page cuts the silence at the end.
        lookahead = self._encoder.lookahead if is_last else 0
        self._write_page(packets, position=self._samples + lookahead, is_last=is_last)

    def _write_page(self, packets: list[bytes], *, position: int, is_last: bool = False) -> None:
        page = ogg_page(
            packets,
            serial=self._serial,
            number=self._pages,
            position=position,
            is_first=self._pages == 0,
            is_last=is_last,
        )
        try:
            self._file.append(page)
        except OSError:
            # Sound that came after a page that is missing would stand at the wrong time.
            self._is_torn = True
            raise
        self._pages += 1


def _head(lookahead: int) -> bytes:
    """Return the identification (s. 5.1): two streams, none coupled, in the order of channels."""
    fixed = struct.pack("<8sBBHIhB", b"OpusHead", _VERSION, PAIR, lookahead, OPUS_HZ, 0, _SEPARATE)
    return fixed + bytes((PAIR, 0, *range(PAIR)))


def _tags(vendor: bytes) -> bytes:
    """Return the comments (s. 5.2): which side is which, and nothing about who spoke."""
    said = b"DESCRIPTION=left: agent, right: caller"
    return (
        struct.pack("<8sI", b"OpusTags", len(vendor))
        + vendor
        + struct.pack("<II", 1, len(said))
        + said
    )
