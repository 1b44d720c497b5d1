"""Loads at once what calls would load when they first need it; for the engine's own process.

Half a second of imports in the middle of a call would be heard in every other one.
"""

from __future__ import annotations

from importlib import import_module

_NEEDED_LATER = (
    "telephony.webrtc.protection.dtls",
    "telephony.webrtc.transport.ice",
    "telephony.webrtc.recording.ogg_opus",
    "telephony.webrtc.recording.wav",
    "pylibsrtp",
)


def preload() -> None:
    """Import everything; raises ImportError when a library is missing."""
    for name in _NEEDED_LATER:
        import_module(name)
