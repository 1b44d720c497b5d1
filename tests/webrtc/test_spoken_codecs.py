"""Calls between two engines in every codec of the desk, by the real libraries."""

from __future__ import annotations

import pytest

from telephony.sip.sdp.codec import Codec
from telephony.sip.sdp.policy import DIGITS_8, DIGITS_48, G722, NOISE, OPUS, PCMA, PCMU
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.engine import DigitHeard
from tests.webrtc.beats import Time
from tests.webrtc.ends import join, local_end, strength

LOUD, QUIET = 5000.0, 400.0


@pytest.mark.parametrize("codec", [OPUS, G722, PCMA, PCMU], ids=lambda each: each.name)
@pytest.mark.parametrize("ptime_ms", [20, 60])
async def test_both_ends_hear_each_other(codec: Codec, ptime_ms: int) -> None:
    time, codecs = Time(), CodecCatalogue()
    here, there = local_end(time, 400, codecs=codecs), local_end(time, 1000, codecs=codecs)
    digits = DIGITS_48 if codec is OPUS else DIGITS_8
    await join(here, there, codecs=(codec, NOISE, digits), ptime_ms=ptime_ms)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(0.6)

    assert strength(here.heard(10), 1000) > LOUD
    assert strength(here.heard(10), 400) < QUIET
    assert strength(there.heard(10), 400) > LOUD
    await here.engine.send_digits("call", "7")
    await time.wait(0.5)
    assert [each.digit for each in there.told(DigitHeard)] == ["7"]
    await here.engine.stop()
    await there.engine.stop()
