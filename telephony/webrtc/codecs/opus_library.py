"""libopus by its C interface: PyAV's decoder cannot repair a loss (FEC); any thread.

Every call leaves the interpreter's lock to others. The system's library is taken where there is
one, so that it is mended with the system; PyAV's wheel brings another, on Windows the only one.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterator
from ctypes import POINTER, c_char_p, c_int, c_int32, c_ubyte, c_void_p
from enum import IntEnum
from functools import cache
from importlib import metadata

from telephony.webrtc.errors import MediaError

_SYSTEM_NAMES = {"linux": "libopus.so.0", "darwin": "libopus.0.dylib"}
"""On Windows a name alone would be looked for in folders that anybody may write to."""

SPEECH_COMPLEXITY = 5
"""Of 10; from here on more costs twice the time and gives speech of our rates next to nothing."""


class OpusConstant(IntEnum):
    """Requests and their values (opus_defines.h)."""

    APPLICATION_VOIP = 2048
    SIGNAL_VOICE = 3001
    SET_BITRATE = 4002
    SET_MAX_BANDWIDTH = 4004
    SET_VBR = 4006
    SET_COMPLEXITY = 4010
    SET_INBAND_FEC = 4012
    SET_PACKET_LOSS = 4014
    SET_SIGNAL = 4024
    GET_LOOKAHEAD = 4027


_WHEEL = "av"
_WHEEL_FILE = re.compile(r"libopus[-.][^/\\]*?(so|dll|dylib)[.0-9]*")

_PROTOTYPES = {
    "opus_get_version_string": (c_char_p, ()),
    "opus_strerror": (c_char_p, (c_int,)),
    "opus_encoder_create": (c_void_p, (c_int32, c_int, c_int, POINTER(c_int))),
    "opus_encoder_destroy": (None, (c_void_p,)),
    "opus_encode": (c_int32, (c_void_p, c_void_p, c_int, c_void_p, c_int32)),
    "opus_decoder_create": (c_void_p, (c_int32, c_int, POINTER(c_int))),
    "opus_decoder_destroy": (None, (c_void_p,)),
    "opus_decode": (c_int, (c_void_p, c_char_p, c_int32, c_void_p, c_int, c_int)),
    # Their further arguments are passed as they are: some systems pass those in another way.
    "opus_encoder_ctl": (c_int, (c_void_p, c_int)),
    "opus_multistream_encoder_create": (
        c_void_p,
        (c_int32, c_int, c_int, c_int, POINTER(c_ubyte), c_int, POINTER(c_int)),
    ),
    "opus_multistream_encoder_destroy": (None, (c_void_p,)),
    "opus_multistream_encode": (c_int, (c_void_p, c_void_p, c_int, c_void_p, c_int32)),
    "opus_multistream_encoder_ctl": (c_int, (c_void_p, c_int)),
}


@cache
def load_opus() -> ctypes.CDLL:
    """Return libopus; raises MediaError, which names what was tried, when there is none."""
    failures: list[str] = []
    for path in opus_paths():
        try:
            return open_opus(path)
        except (OSError, AttributeError) as error:
            failures.append(f"{path}: {error}")
    tried = "; ".join(failures) or "nothing to try"
    raise MediaError(f"no libopus, so no Opus: neither the system's nor PyAV's loads ({tried})")


def opus_paths() -> Iterator[str]:
    """Yield where libopus may be, best first."""
    if sys.platform in _SYSTEM_NAMES:
        yield _SYSTEM_NAMES[sys.platform]
    try:
        files = metadata.distribution(_WHEEL).files or []
    except metadata.PackageNotFoundError:
        return
    yield from (str(each.locate()) for each in files if _WHEEL_FILE.fullmatch(each.name))


def open_opus(path: str) -> ctypes.CDLL:
    """Return the library at ``path``; raises OSError or AttributeError when it is none."""
    library = ctypes.CDLL(path)
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def check_opus(library: ctypes.CDLL, code: int) -> int:
    """Return ``code`` unless it is an error: those are negative, and a MediaError is raised."""
    if code < 0:
        raise MediaError(f"libopus: {library.opus_strerror(code).decode()}")
    return code
