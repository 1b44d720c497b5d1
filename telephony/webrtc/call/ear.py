"""What the far side of a call says: from packets to samples and digits; the engine's loop."""

from __future__ import annotations

from array import array

from telephony.rtp.digits.receiver import DigitReceiver
from telephony.rtp.errors import PayloadError
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.playout.outcome import ComfortNoise, Conceal, PlayFrame, Playout
from telephony.rtp.playout.stream import ReceivedStream
from telephony.rtp.reception.sequence import TimestampUnwrapper
from telephony.rtp.sound.comfort_noise import NoiseMaker, RandomBytes, parse_noise
from telephony.rtp.sound.samples import silence
from telephony.sip.sdp.codec import COMFORT_NOISE, HELPERS, TELEPHONE_EVENT, Codec
from telephony.webrtc.call.card_rate import CardRate, to_card
from telephony.webrtc.codec import FRAMES_PER_SECOND, Codecs, SpeechDecoder
from telephony.webrtc.sound_card import CARD_FRAME


class Ear:
    """One call's ear: every tick gives 20 ms at the card's rate, whatever came."""

    def __init__(
        self, *, codecs: Codecs, agreed: tuple[Codec, ...], clock_hz: int, random_bytes: RandomBytes
    ) -> None:
        """Hear the formats of ``agreed`` under their numbers; expect those of ``clock_hz``."""
        self.agreed = agreed
        self._codecs = codecs
        self._speech = {each.payload_type: each for each in agreed if each.name not in HELPERS}
        self._noise = frozenset(c.payload_type for c in agreed if c.name == COMFORT_NOISE)
        self._events = frozenset(c.payload_type for c in agreed if c.name == TELEPHONE_EVENT)
        self._voice = _Voice(codecs, self._speech, random_bytes)
        self._begin(clock_hz)

    def _begin(self, clock_hz: int) -> None:
        self.clock_hz = clock_hz
        speech = {n: each for n, each in self._speech.items() if each.clock_hz == clock_hz}
        self.stream = ReceivedStream(
            speech=frozenset(speech),
            noise=self._noise,
            clock_hz=clock_hz,
            framers={n: self._codecs.make_framer(each) for n, each in speech.items()},
        )
        self._digits = DigitReceiver()
        self._digit_times = TimestampUnwrapper()

    def knows(self, payload_type: int) -> bool:
        """Return whether a packet of this type was agreed on."""
        return (
            payload_type in self._speech
            or payload_type in self._events
            or payload_type in self._noise
        )

    def receive(self, packet: RtpPacket, now: float) -> str:
        """Take in a packet of the peer; return the digits that ended with it."""
        codec = self._speech.get(packet.payload_type)
        if codec is not None and codec.clock_hz != self.clock_hz:
            # The peer speaks another of the agreed codecs than before: its clock is another.
            self._begin(codec.clock_hz)
        changes = self.stream.source_changes
        if not self.stream.receive(packet, now) or packet.payload_type not in self._events:
            return ""
        if changes != self.stream.source_changes:
            self._digits, self._digit_times = DigitReceiver(), TimestampUnwrapper()
        try:
            timestamp = self._digit_times.take(packet.timestamp)
            ended = self._digits.take(packet.payload, timestamp, now)
        except PayloadError:
            return ""
        return "".join(each.digit for each in ended)

    def late_digits(self, now: float) -> str:
        """Return digits whose end was lost on the way."""
        return "".join(each.digit for each in self._digits.handle_time(now))

    def hear(self, now: float) -> array[int]:
        """Return 20 ms, CARD_FRAME samples."""
        return self._voice.play(self.stream.buffer.tick(now))

    def pass_over(self, now: float) -> None:
        """Let 20 ms go by unheard."""
        self.stream.buffer.tick(now)
        self._voice.interrupt()


class _Voice:
    """From a tick's outcome to samples, through whichever codec the frame is of."""

    def __init__(self, codecs: Codecs, speech: dict[int, Codec], random_bytes: RandomBytes) -> None:
        self._codecs = codecs
        self._speech = speech
        self._decoders: dict[int, tuple[SpeechDecoder, CardRate]] = {}
        self._current: int | None = None
        self._was_interrupted = False
        self._noise = NoiseMaker(random_bytes)
        self._described: bytes | None = None

    def interrupt(self) -> None:
        """Note that what comes next does not follow what was heard last."""
        self._was_interrupted = True

    def play(self, outcome: Playout) -> array[int]:
        """Return CARD_FRAME samples."""
        if isinstance(outcome, PlayFrame):
            return self._decode(outcome)
        if self._current is None:
            return silence(CARD_FRAME)
        decoder, rate = self._decoders[self._current]
        if isinstance(outcome, Conceal):
            return rate.take(decoder.conceal(self._copy(outcome)))
        return rate.take(self._rest(outcome, decoder))

    def _decode(self, outcome: PlayFrame) -> array[int]:
        number = outcome.frame.payload_type
        decoder, rate = self._decoder(number)
        joins = outcome.joins and number == self._current and not self._was_interrupted
        self._current, self._was_interrupted = number, False
        try:
            return rate.take(decoder.decode(outcome.frame.payload, joins=joins))
        except PayloadError:
            return rate.take(decoder.conceal())

    def _decoder(self, number: int) -> tuple[SpeechDecoder, CardRate]:
        if number not in self._decoders:
            decoder = self._codecs.make_decoder(self._speech[number])
            self._decoders[number] = decoder, to_card(self._codecs, decoder.sample_hz)
        return self._decoders[number]

    def _copy(self, outcome: Conceal) -> bytes | None:
        behind = outcome.following
        if behind is None or behind.payload_type != self._current:
            return None
        return behind.payload

    def _rest(self, outcome: ComfortNoise, decoder: SpeechDecoder) -> array[int]:
        if outcome.description != self._described:
            self._describe(outcome.description)
        return decoder.blend(self._noise.make(decoder.sample_hz // FRAMES_PER_SECOND))

    def _describe(self, payload: bytes | None) -> None:
        self._described = payload
        try:
            self._noise.describe(None if payload is None else parse_noise(payload))
        except PayloadError:
            # An empty description says that there is noise but not which: none is made.
            self._noise.describe(None)
