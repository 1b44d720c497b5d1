"""linphonec as a telephone on loopback, told what to do by its console; any asyncio loop.

It plays a WAV file with a tone, and writes what it hears to another.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.servers.telephony.program import (
    HOST,
    PATIENCE_SECONDS,
    Program,
    find_program,
    free_port,
)
from tests.servers.telephony.sound import Sound, read_sound, write_tone

PACKAGE = "linphone-cli"

_CONFIGURATION = """
[sip]
sip_port={port}
sip_tcp_port=-2
sip_tls_port=-2
use_ipv6=0
default_proxy=0
register_only_when_network_is_up=0
media_encryption=none
guess_hostname=0
contact="{user}" <sip:{user}@{host}>

[net]
dns_srv_enabled=0
firewall_policy=0
mtu=1300

[rtp]
audio_rtp_port={media_port}
nortp_timeout=300

[sound]
echocancellation=0

[video]
enabled=0
"""
_SECONDS_OF_TONE = 60


class Linphone:
    """An asynchronous context manager: a telephone that runs within the block.

    server: host:port of its exchange. tone_hz: what it sends.
    """

    def __init__(
        self, folder: Path, *, user: str, password: str, server: str, tone_hz: int
    ) -> None:
        """Prepare it."""
        self._folder = folder / f"linphone-{user}"
        self._user, self._password, self._server = user, password, server
        self._tone_hz = tone_hz
        self._program: Program | None = None
        self._read = 0

    async def __aenter__(self) -> Linphone:
        """Start it and register; raises PeerMissingError."""
        program = find_program("linphonec", package=PACKAGE)
        (self._folder / ".local" / "share" / "linphone").mkdir(parents=True)
        configuration = self._folder / "linphonerc"
        media_port = free_port()
        configuration.write_text(
            _CONFIGURATION.format(
                host=HOST, port=free_port(), user=self._user, media_port=media_port
            )
        )
        tone = self._folder / "tone.wav"
        write_tone(tone, self._tone_hz, seconds=_SECONDS_OF_TONE)
        # Line by line, as on a terminal.
        command = (find_program("stdbuf", package="coreutils"), "-oL", program)
        self._program = Program(
            f"linphone-{self._user}",
            (*command, "-c", str(configuration), "-d", "0"),
            folder=self._folder,
            environment={"HOME": str(self._folder), "TERM": "dumb"},
        )
        self.type("soundcard use files")
        self.type(f"play {tone}")
        self.type(f"record {self._folder / 'heard.wav'}")
        where = f"sip:{self._user}@{self._server}"
        self.type(f"register {where} sip:{self._server} {self._password}")
        await self._registered()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        if self._program is not None:
            await asyncio.to_thread(self._program.stop)

    def type(self, line: str) -> None:
        """Write a line to its console."""
        assert self._program is not None
        self._program.type(line)

    async def says(self, pattern: str) -> str:
        """Return the next text of its console that matches ``pattern``."""
        assert self._program is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                text = self._program.output()
                found = re.compile(pattern).search(text, self._read)
                if found is not None:
                    self._read = found.end()
                    return found[0]
                await asyncio.sleep(0.03)

    async def _registered(self) -> None:
        """Return when it is registered, which it tells only when asked."""
        assert self._program is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "registered, identity=" not in self._program.output():
                self.type("status register")
                await asyncio.sleep(0.1)

    @property
    def sound(self) -> Sound:
        """What it has heard up to now."""
        file = self._folder / "heard.wav"
        return read_sound(file) if file.exists() else Sound(rate=8000, samples=())
