"""Chromium with JsSIP as a WebRTC telephone on loopback; any asyncio loop.

The page is told what to do and listened to through the browser's debugging port.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.servers.telephony.program import (
    PATIENCE_SECONDS,
    PeerMissingError,
    Program,
    find_program,
)

PACKAGE = "chromium-headless-shell"
AUDIBLE_DB = -60.0
"""Least level of a tone that counts as heard; the tests' tones have some -15."""

_PAGE = Path(__file__).with_name("browser_page")
_BUILT = Path(__file__).parents[3] / "build" / "browser_page"
_NAMES = ("/usr/lib/chromium/chromium-headless-shell", "chromium", "google-chrome")
"""Debian's own first, past the script in front of it, which would not end with us."""


def jssip() -> Path:
    """Return JsSIP as one script, fetched from npm when it is not built yet.

    Raises PeerMissingError.
    """
    script = _BUILT / "jssip.js"
    lock = _BUILT / "package-lock.json"
    wanted = (_PAGE / "package-lock.json").read_bytes()
    if script.exists() and lock.exists() and lock.read_bytes() == wanted:
        return script
    npm = find_program("npm", package="npm")
    _BUILT.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_PAGE / name, _BUILT / name)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    for command in ((npm, "ci", *quiet), (npm, "run", "--silent", "bundle")):
        made = subprocess.run(command, cwd=_BUILT, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            lock.unlink(missing_ok=True)
            raise PeerMissingError(f"JsSIP could not be fetched: {made.stderr[-500:]}")
    return script


class Chromium:
    """A running browser without windows; pages of it are `BrowserTelephone`s."""

    def __init__(self, folder: Path) -> None:
        """Start it; raises PeerMissingError."""
        self.script = jssip()
        name = next((name for name in _NAMES if shutil.which(name)), PACKAGE)
        command = (
            *(find_program(name, package=PACKAGE), "--headless", "--no-sandbox", "--disable-gpu"),
            *("--remote-debugging-port=0", f"--user-data-dir={folder / 'profile'}"),
            *("--autoplay-policy=no-user-gesture-required", "--ignore-certificate-errors"),
            # The tests have nothing but loopback, which a browser would neither use nor name.
            *("--allow-loopback-in-peer-connection", "--mute-audio", "--no-first-run"),
            *("--disable-features=WebRtcHideLocalIpsWithMdns", "about:blank"),
        )
        self.program = Program(
            "chromium", command, folder=folder, environment={"HOME": str(folder)}
        )
        self.program.wait_for_output("DevTools listening on ")
        found = re.search(r"DevTools listening on (ws://\S+)", self.program.output())
        assert found is not None
        self.address = found[1]

    def stop(self) -> None:
        """End it."""
        self.program.stop()


class BrowserTelephone:
    """An asynchronous context manager: a page that is a registered telephone.

    exchange: ws:// or wss:// URL. uri: sip:user@domain. tone_hz: what it sends. relay: URL, user
    and password of the TURN server that is its only way, None to be reached directly.
    """

    def __init__(
        self, browser: Chromium, *, exchange: str, uri: str, password: str, tone_hz: int
    ) -> None:
        """Prepare it."""
        self.relay: tuple[str, str, str] | None = None
        self._browser = browser
        self._wish = exchange, uri, password, tone_hz
        self._connection: ClientConnection | None = None
        self._numbers = count(1)
        self._session = ""
        self._context = ""

    async def __aenter__(self) -> BrowserTelephone:
        """Open the page and register."""
        self._connection = await connect(self._browser.address, max_size=None)
        made = await self._ask("Target.createBrowserContext")
        self._context = made["browserContextId"]
        page = await self._ask(
            "Target.createTarget", url="about:blank", browserContextId=self._context
        )
        attached = await self._ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for script in (self._browser.script, _PAGE / "telephone.js"):
            await self.run(script.read_text() + "\n;null")
        await self.run(f"telephone.start(...{json.dumps((*self._wish, self.relay))})")
        await self.happens("registered")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the page."""
        if self._connection is not None:
            self._session = ""
            await self._ask("Target.disposeBrowserContext", browserContextId=self._context)
            await self._connection.close()

    async def dial(self, target: str) -> None:
        """Call ``target``, a URI."""
        await self.run(f"telephone.dial({json.dumps(target)})")

    async def answer(self) -> None:
        """Answer the call that rings."""
        await self.run("telephone.answer()")

    async def hang_up(self) -> None:
        """End the call."""
        await self.run("telephone.hangUp()")

    async def restart_ice(self) -> None:
        """Begin ICE anew by a re-INVITE."""
        assert await self.run("telephone.restartIce()")

    async def pair(self) -> list[object]:
        """Return address and port of both ends by which it sends now; empty while there are none.

        Its own first.
        """
        return list(await self.run("telephone.pair()"))

    async def press(self, digits: str) -> None:
        """Send digits as RFC 4733 events."""
        await self.run(f"telephone.press({json.dumps(digits)})")

    async def happens(self, kind: str) -> str:
        """Return the detail of the next event of ``kind``, forgetting those before it."""
        question = (
            "(() => { const at = telephone.events.findIndex((event) => event[0] === KIND);"
            " return at < 0 ? null : telephone.events.splice(0, at + 1)[at][1]; })()"
        ).replace("KIND", json.dumps(kind))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := await self.run(question)) is None:
                await asyncio.sleep(0.03)
        return str(found)

    async def codec(self) -> str:
        """Return what it hears is coded in, as a media type."""
        return str(await self.run("telephone.codec()"))

    async def hears(self, hz: int) -> None:
        """Return when it hears the tone of ``hz``; raises TimeoutError."""
        await self._until(f"telephone.level({hz}) > {AUDIBLE_DB}")

    async def hears_nothing_of(self, hz: int) -> None:
        """Return when it does not hear the tone of ``hz`` any more; raises TimeoutError."""
        await self._until(f"telephone.level({hz}) <= {AUDIBLE_DB}")

    async def _until(self, question: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.run(question):
                await asyncio.sleep(0.03)

    async def run(self, script: str) -> Any:
        """Return the value of an expression in the page; raises AssertionError for its errors."""
        told = await self._ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def _ask(self, method: str, **parameters: Any) -> Any:
        assert self._connection is not None
        number = next(self._numbers)
        question: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            question["sessionId"] = self._session
        await self._connection.send(json.dumps(question))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told = json.loads(await self._connection.recv())
                if told.get("id") == number:
                    assert "error" not in told, f"{method}: {told['error']}"
                    return told["result"]
