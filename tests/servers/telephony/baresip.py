"""baresip as a telephone on loopback, told what to do and heard through its control port.

Runs on any asyncio loop. It sends a tone of its own, and writes what it hears to a WAV file.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.servers.telephony.program import (
    HOST,
    PATIENCE_SECONDS,
    Program,
    find_program,
    free_port,
)
from tests.servers.telephony.sound import Sound, read_sound

PACKAGE = "baresip-core"
_MODULES = Path("/usr/lib/baresip/modules")

_CONFIGURATION = """
poll_method epoll
sip_listen {host}:{port}
sip_cafile {ca_file}
sip_certificate {certificate}
call_local_timeout 120
call_max_calls 4
audio_player aubridge,own
audio_source ausine,{tone_hz}
audio_alert aubridge,alert
ausrc_srate 48000
ausrc_channels 2
auplay_srate 48000
auplay_channels 2
audio_buffer 20-160
rtp_ports 10000-17999
rtcp_mux {rtcp_mux}
jitter_buffer_delay 0-0
net_interface {host}
module_path {modules}
ctrl_tcp_listen {host}:{control}
snd_path {folder}
opus_bitrate 28000
{lines}
"""

_MODULES_USED = (
    *("uuid", "account", "menu", "ctrl_tcp", "ausine", "aubridge", "sndfile"),
    *("g711", "g722", "opus", "srtp", "dtls_srtp", "ice", "stun", "turn"),
)
_AT_START = frozenset({"uuid", "account"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How the telephone signs on and talks.

    server: host:port of the exchange, "" to be reached directly alone. transport: udp, tcp, tls.
    media: "" for plain RTP, or srtp-mand, srtp-mandf, dtls_srtp. nat: "" or ice, turn, stun.
    tone_hz: what it sends.
    """

    user: str
    password: str = ""
    server: str = ""
    transport: str = "udp"
    media: str = ""
    nat: str = ""
    codecs: str = "pcma,pcmu"
    answers: bool = False
    tone_hz: int = 440
    ca_file: str = ""
    certificate: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def account(self) -> str:
        """Return its line of baresip's file of accounts."""
        where = self.server or HOST
        values = {
            "auth_pass": self.password,
            "regint": "60" if self.server else "0",
            # Also what it is asked to call by the domain alone.
            "outbound": f'"sip:{self.server};transport={self.transport}"' if self.server else "",
            "audio_codecs": self.codecs,
            "answermode": "auto" if self.answers else "manual",
            "mediaenc": self.media,
            "medianat": self.nat,
            **self.options,
        }
        parameters = "".join(f";{name}={value}" for name, value in values.items() if value)
        return f"<sip:{self.user}@{where};transport={self.transport}>{parameters}\n"


class Baresip:
    """An asynchronous context manager: a telephone that runs within the block.

    It has no jitter buffer: that of baresip 1.0 throws away a stream that another takes over.
    """

    def __init__(self, folder: Path, line: Line) -> None:
        """Prepare it; ``folder`` is where its files go, and its log."""
        self.line = line
        self.port = free_port()
        self.events: list[Mapping[str, Any]] = []
        self._folder = folder / f"baresip-{line.user}"
        self._control = free_port()
        self._program: Program | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._happened = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[Mapping[str, Any]]] = {}

    async def __aenter__(self) -> Baresip:
        """Start it; raises PeerMissingError."""
        program = find_program("baresip", package=PACKAGE)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._configure()
        command = (program, "-4", "-f", str(self._folder))
        self._program = Program(f"baresip-{self.line.user}", command, folder=self._folder)
        # Not by trying its control port: it has room for one, and may mistake who has left.
        await asyncio.to_thread(self._program.wait_for_output, "baresip is ready")
        reader, self._writer = await asyncio.open_connection(HOST, self._control)
        self._reading = asyncio.create_task(self._read(reader))
        if self.line.server:
            # Its control port may open too late for the event.
            await asyncio.to_thread(self._program.wait_for_output, "200 OK")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        if self._program is not None:
            await asyncio.to_thread(self._program.stop)

    # What it is told

    @property
    def uri(self) -> str:
        """Where it is reached without an exchange."""
        return f"sip:{self.line.user}@{HOST}:{self.port}"

    def at_exchange(self, user: str) -> str:
        """Return how ``user`` is called at its exchange."""
        return f"sip:{user}@{self.line.server}"

    async def command(self, name: str, parameters: str = "") -> str:
        """Do as its console would; return what that says. Raises AssertionError on a refusal."""
        assert self._writer is not None
        token = str(len(self._answers))
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        text = json.dumps({"command": name, "params": parameters, "token": token}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = await answer
        assert told["ok"], f"{name} {parameters}: {told}"
        return str(told["data"])

    async def dial(self, target: str) -> None:
        """Call ``target``, a URI."""
        await self.command("dial", target)

    async def answer(self) -> None:
        """Answer the call that rings."""
        await self.command("accept")

    async def hang_up(self) -> None:
        """End its current call."""
        await self.command("hangup")

    async def hold(self) -> None:
        """Put its current call on hold."""
        await self.command("hold")

    async def resume(self) -> None:
        """Take it back."""
        await self.command("resume")

    async def press(self, digits: str) -> None:
        """Send digits as RFC 4733 events, each long enough to be told from the next."""
        for digit in digits:
            await self.command("sndcode", digit)
            await asyncio.sleep(0.12)
            await self.command("sndcode", "\x04")
            await asyncio.sleep(0.08)

    async def transfer(self, target: str) -> None:
        """Send its current call's far side to ``target`` (blind)."""
        await self.command("transfer", target)

    # What it tells

    async def happens(self, kind: str, *, seconds: float = PATIENCE_SECONDS) -> Mapping[str, Any]:
        """Return the next event of ``kind`` (CALL_ESTABLISHED), forgetting those before it."""

        def position() -> int:
            kinds = [event.get("type") for event in self.events]
            return kinds.index(kind) if kind in kinds else -1

        async with asyncio.timeout(seconds), self._happened:
            await self._happened.wait_for(lambda: position() >= 0)
            at = position()
            found = self.events[at]
            del self.events[: at + 1]
            return found

    async def pressed(self, count: int) -> str:
        """Return the next ``count`` digits that it hears."""
        return "".join(
            [str((await self.happens("CALL_DTMF_START"))["param"]) for _ in range(count)]
        )

    def sounds(self) -> list[Sound]:
        """Return what it has heard, a sound for each call's stream, oldest first."""
        files = sorted(self._folder.glob("dump-*-dec.wav"), key=lambda file: file.stat().st_ctime)
        return [read_sound(file) for file in files]

    def forget_sounds(self) -> None:
        """Remove what it has heard in calls that are over: their files' names tell only seconds."""
        for file in self._folder.glob("dump-*.wav"):
            file.unlink()

    @property
    def sound(self) -> Sound:
        """What it has heard in its newest call up to now.

        baresip 1.0 stops writing at the first hold or re-INVITE that changes the stream.
        """
        heard = self.sounds()
        return heard[-1] if heard else Sound(rate=8000, samples=())

    # How it is made

    def _configure(self) -> None:
        lines = [
            f"{'module_tmp' if name in _AT_START else _kind(name)} {name}.so"
            for name in _MODULES_USED
        ]
        values = {
            "host": HOST,
            "port": self.port,
            "control": self._control,
            "ca_file": self.line.ca_file,
            "certificate": self.line.certificate,
            "tone_hz": self.line.tone_hz,
            # Its ICE would otherwise want a second way for RTCP.
            "rtcp_mux": "yes" if self.line.nat == "ice" else "no",
            "modules": _MODULES,
            "folder": self._folder,
            "lines": "\n".join(lines),
        }
        text = _CONFIGURATION.format_map(values)
        kept = [line for line in text.splitlines() if len(line.split()) > 1]
        (self._folder / "config").write_text("\n".join(kept) + "\n")
        (self._folder / "accounts").write_text(self.line.account())
        (self._folder / "contacts").touch()
        (self._folder / "uuid").write_text("00000000-0000-4000-8000-000000000001")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                size = int((await reader.readuntil(b":"))[:-1])
                told = json.loads(await reader.readexactly(size))
                await reader.readexactly(1)
            except asyncio.IncompleteReadError:
                return
            if told.get("event"):
                async with self._happened:
                    self.events.append(told)
                    self._happened.notify_all()
            elif told.get("token") in self._answers:
                self._answers[told["token"]].set_result(told)


def _kind(name: str) -> str:
    return "module_app" if name in {"menu", "ctrl_tcp"} else "module"
