"""The tones of each country's network; pure data, any thread.

Source: ITU-T E.180 Supplement 2 (various tones used in national networks; the same list came with
ITU Operational Bulletin 781), for the United Kingdom BT SIN 350. Read were a copy of Germany's
rows, a modem's manual that quotes the list for TR and for call waiting in the US, and a description
of India's busy and congestion; the other rows are what is commonly given for that list and were
not compared with it. Where a country has several kinds, this is the first. A tone that is not here
is the recommended one: 3GPP TS 22.001 annex F (CEPT), within the limits that E.180 s. 3 to 5 sets
for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from telephony.webrtc.tones.tone import SOFT_PEAK, CallTone, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class TonePlan:
    """What a country's telephones sound like."""

    ringing: Tone
    busy: Tone
    congestion: Tone
    waiting: Tone

    def tone(self, kind: CallTone) -> Tone:
        """Return the tone of this kind; the beeps of ATTENTION are no network's."""
        return {
            CallTone.RINGING: self.ringing,
            CallTone.BUSY: self.busy,
            CallTone.CONGESTION: self.congestion,
            CallTone.WAITING: self.waiting,
            CallTone.ATTENTION: _ATTENTION,
        }[kind]


def tone_plan(region: str) -> TonePlan:
    """Return the tones of ``region`` (ISO 3166-1), the recommended ones for any other."""
    return NATIONAL.get(region, RECOMMENDED)


_Rhythm = tuple[int, ...]
_CALLING: _Rhythm = (1000, 4000)
_SLOW: _Rhythm = (500, 500)
_FAST: _Rhythm = (250, 250)
_FASTER: _Rhythm = (200, 200)
_DOUBLE: _Rhythm = (400, 200, 400, 2000)
"""Milliseconds of sound and pause, as most have them."""


def _tone(rhythm: _Rhythm, *hz: int, modulation: int = 0) -> Tone:
    return Tone(frequencies_hz=hz, cadence_ms=rhythm, modulation_hz=modulation)


def _soft(rhythm: _Rhythm, *hz: int, modulation: int = 0) -> Tone:
    return Tone(frequencies_hz=hz, cadence_ms=rhythm, modulation_hz=modulation, peak=SOFT_PEAK)


_CONGESTION = _tone(_FASTER, 425)
_WAITING = _soft((200, 600, 200, 3000), 425)
_ATTENTION = _tone((120, 200), 1000)


def _plan(
    ringing: Tone, busy: Tone, congestion: Tone = _CONGESTION, waiting: Tone = _WAITING
) -> TonePlan:
    return TonePlan(ringing=ringing, busy=busy, congestion=congestion, waiting=waiting)


def _single(
    hz: int,
    *,
    ringing: _Rhythm = _CALLING,
    busy: _Rhythm = _SLOW,
    congestion: _Rhythm = (),
    waiting: _Rhythm = (),
) -> TonePlan:
    """Return a plan that has one frequency for everything that is known of it."""
    return _plan(
        _tone(ringing, hz),
        _tone(busy, hz),
        _tone(congestion, hz) if congestion else _CONGESTION,
        _soft(waiting, hz) if waiting else _WAITING,
    )


RECOMMENDED = _single(425)

_AMERICAN_BUSY = _tone(_SLOW, 480, 620)
_AMERICAN_CONGESTION = _tone(_FAST, 480, 620)
_AMERICAN_WAITING = _soft((300, 10_000), 440)
_AMERICAN = _plan(
    _tone((2000, 4000), 440, 480), _AMERICAN_BUSY, _AMERICAN_CONGESTION, _AMERICAN_WAITING
)
_EAST_ASIAN_RINGING = _tone((1000, 2000), 440, 480)
_EAST_ASIAN_WAITING = _soft((250, 250, 250, 3250), 350, 440)
_BRITISH_RINGING = _tone(_DOUBLE, 400, 450)
_BRITISH_BUSY = _tone((375, 375), 400)
_BRITISH_CONGESTION = _tone((400, 350, 225, 525), 400)

NATIONAL: Mapping[str, TonePlan] = MappingProxyType(
    {
        "AT": _single(
            420,
            ringing=(1000, 5000),
            busy=(400, 400),
            congestion=_FASTER,
            waiting=(40, 1950),
        ),
        "AU": _plan(
            _tone(_DOUBLE, 413, 438),
            _tone((375, 375), 425),
            _tone((375, 375), 425),
            _soft((200, 200, 200, 4400), 425),
        ),
        "BE": _plan(
            _tone((1000, 3000), 425),
            _tone(_SLOW, 425),
            _tone((167, 167), 425),
            _soft((175, 175, 175, 3500), 1400),
        ),
        "BR": _single(425, busy=_FAST, waiting=(50, 1000)),
        "CA": _AMERICAN,
        "CH": _single(425, congestion=_FASTER, waiting=(200, 200, 200, 4000)),
        "CN": _single(450, busy=(350, 350), congestion=(700, 700), waiting=(400, 4000)),
        "DE": _single(425, busy=(480, 480), congestion=(240, 240), waiting=(200, 200, 200, 5000)),
        "DK": _single(425, busy=_FAST, congestion=_FAST),
        "ES": _single(
            425,
            ringing=(1500, 3000),
            busy=_FASTER,
            congestion=(200, 200, 200, 200, 200, 600),
            waiting=(175, 175, 175, 3500),
        ),
        "FI": _single(425, busy=(300, 300), congestion=_FASTER, waiting=(150, 150, 150, 8000)),
        "FR": _single(440, ringing=(1500, 3500)),
        "GB": _plan(_BRITISH_RINGING, _BRITISH_BUSY, _BRITISH_CONGESTION, _soft((100, 4000), 400)),
        "HK": _plan(
            _tone((400, 200, 400, 3000), 440, 480),
            _AMERICAN_BUSY,
            _AMERICAN_CONGESTION,
            _AMERICAN_WAITING,
        ),
        "IE": _plan(_BRITISH_RINGING, _tone(_SLOW, 425)),
        "IN": _plan(
            _tone(_DOUBLE, 400, modulation=25),
            _tone((750, 750), 400),
            _tone(_FAST, 400),
            _soft((200, 100, 200, 7500), 400),
        ),
        "IT": _single(425, congestion=_FASTER, waiting=(400, 100, 250, 100, 150, 14_000)),
        "JP": _plan(_tone((1000, 2000), 400, modulation=16), _tone(_SLOW, 400), _tone(_SLOW, 400)),
        "KR": _plan(
            _EAST_ASIAN_RINGING, _AMERICAN_BUSY, _tone((300, 200), 480, 620), _EAST_ASIAN_WAITING
        ),
        "MX": _single(425, busy=_FAST, congestion=_FAST, waiting=(200, 600, 200, 10_000)),
        "MY": _single(425, ringing=_DOUBLE, congestion=_SLOW),
        "NL": _single(425, congestion=_FAST, waiting=(500, 9500)),
        "NO": _single(425, congestion=_FASTER, waiting=(200, 600, 200, 10_000)),
        "NZ": _plan(_BRITISH_RINGING, _tone(_SLOW, 400), _tone(_FAST, 400)),
        "PH": _plan(
            _tone(_CALLING, 425, 480), _AMERICAN_BUSY, _AMERICAN_CONGESTION, _AMERICAN_WAITING
        ),
        "PL": _single(425, congestion=_SLOW, waiting=(150, 150, 150, 4000)),
        "PT": _single(425, ringing=(1000, 5000), congestion=_FASTER),
        "RU": _single(
            425,
            ringing=(800, 3200),
            busy=(350, 350),
            congestion=(175, 175),
            waiting=(200, 5000),
        ),
        "SE": _single(
            425,
            ringing=(1000, 5000),
            busy=_FAST,
            congestion=(250, 750),
            waiting=(200, 500, 200, 9100),
        ),
        "SG": _plan(
            _tone(_DOUBLE, 425, modulation=24),
            _tone((750, 750), 425),
            _tone(_FAST, 425),
            _soft((300, 200, 300, 3200), 425, modulation=24),
        ),
        "TH": _single(400, congestion=(300, 300)),
        "TR": _single(
            450,
            ringing=(2000, 4000),
            congestion=(200, 200, 200, 200, 200, 200, 600, 200),
            waiting=(200, 600, 200, 8000),
        ),
        "TW": _plan(_EAST_ASIAN_RINGING, _AMERICAN_BUSY, _AMERICAN_CONGESTION, _EAST_ASIAN_WAITING),
        "US": _AMERICAN,
        "ZA": _plan(_tone(_DOUBLE, 400, modulation=33), _tone(_SLOW, 400), _tone(_FAST, 400)),
    }
)
"""By ISO 3166-1. Viet Nam's were not found in print; it hears the recommended ones."""
